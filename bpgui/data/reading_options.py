"""How a file is to be read: what a person has settled. It is kept with the data, so that it can be read again."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

ColumnType = Literal["number", "text", "date"]
Pixels = Annotated[int, Meta(ge=1, le=4096)]


class ReadingOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """None (or nothing) = to be found out.

    Tables: `thousands` "" is none, " " any kind of space; `header` says whether the first row holds the names,
    `header_lines` over how many rows; `skip` are lines before the table; `fill_short_rows` takes values that a short
    row lacks as missing instead of refusing the file; `missing` are further words for a missing value (`column=word` in
    one column only, `column!=word` for none there); `dates` is the order of day, month and year; `types` are those of
    columns by their name. `sheet` is the one of a workbook, the array of an archive, the table in a JSON.
    Any: `columns` only these; `rows` a seeded sample of so many rows; `precision` of the numbers that are kept.
    Images: `size` (height, width); `colour`. Sounds: `rate` in Hz, `bands` and `frames` of the spectrogram.
    Both: `labels` where the class comes from.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    header: bool | None = None
    header_lines: Annotated[int, Meta(ge=1, le=4)] | None = None
    skip: Annotated[int, Meta(ge=0)] | None = None
    fill_short_rows: bool = False
    missing: tuple[str, ...] = ()
    dates: Literal["dmy", "mdy", "ymd"] | None = None
    types: tuple[tuple[str, ColumnType], ...] = ()
    sheet: str | None = None
    columns: tuple[str, ...] | None = None
    rows: Annotated[int, Meta(ge=1)] | None = None
    precision: Literal["float64", "float32"] | None = None
    size: tuple[Pixels, Pixels] | None = None
    colour: Literal["grey", "rgb"] | None = None
    labels: Literal["table", "folder", "name", "none"] | None = None
    rate: Annotated[int, Meta(ge=100, le=1_000_000)] | None = None
    bands: Annotated[int, Meta(ge=1, le=1024)] | None = None
    frames: Annotated[int, Meta(ge=1, le=4096)] | None = None
