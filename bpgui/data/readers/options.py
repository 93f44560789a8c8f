"""How a file is read, what came out of it, and what is asked when two readings are possible."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from bpgui.data.errors import DataError
from bpgui.data.spec import FileOrigin
from bpgui.data.table import Table


class ReadingOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the person has settled; None = to be detected.

    `thousands` "" is none, " " any kind of space. `header` says whether the first row holds the names.
    `fill_short_rows` takes the values that a short row lacks as missing instead of refusing the file.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    header: bool | None = None
    fill_short_rows: bool = False


def check_options(options: ReadingOptions) -> None:
    """Raises DataError for options that no file can be read with."""
    delimiter, decimal, thousands = options.delimiter, options.decimal, options.thousands
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0'):
        raise DataError(f"Values cannot be apart by {delimiter!r}; one character was expected, such as , or ;.")
    if decimal not in (None, ".", ","):
        raise DataError(f"The decimal mark cannot be {decimal!r}; . or , was expected.")
    if thousands not in (None, "", ".", ",", "'", " ") or (thousands and thousands == decimal):
        raise DataError(f"Thousands cannot be apart by {thousands!r}; another of . , ' or a space was expected.")


class Choice(msgspec.Struct, frozen=True):
    """One possible reading: read the file again with these options to take it."""

    label: str
    options: ReadingOptions


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Two or more readings are possible. `choices[best]` is the one that the table was made with.

    `key` is "encoding", "delimiter", "numbers" or "header"; a file asks each at most once.
    """

    key: str
    text: str
    choices: tuple[Choice, ...]
    best: int = 0


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader found beside the table: `details` are pairs of words for a person ("delimiter", "semicolon")."""

    details: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A file as a table, where it came from, and what a person should know or decide."""

    table: Table
    origin: FileOrigin
    notes: tuple[str, ...]
    questions: tuple[Question, ...]
