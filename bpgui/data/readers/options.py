"""What came out of reading a file: what was found, what can be set otherwise, what is asked."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any

import msgspec
from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.reading_options import ColumnType, ReadingOptions
from bpgui.data.spec import FileOrigin
from bpgui.data.table import Meaning, Table

__all__ = [
    "Choice", "ColumnFound", "Parsed", "Question", "Reading", "ReadingOptions", "Setting",
    "check_options", "merged", "setting_text", "with_setting",
]  # fmt: skip


def check_options(options: ReadingOptions) -> None:
    """Raises DataError for options that no file can be read with."""
    delimiter, decimal, thousands = options.delimiter, options.decimal, options.thousands
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0'):
        raise DataError(f"Values cannot be apart by {delimiter!r}; one character was expected, such as , or ;.")
    if decimal not in (None, ".", ","):
        raise DataError(f"The decimal mark cannot be {decimal!r}; . or , was expected.")
    if thousands not in (None, "", ".", ",", "'", " ") or (thousands and thousands == decimal):
        raise DataError(f"Thousands cannot be apart by {thousands!r}; another of . , ' or a space was expected.")


def merged(first: ReadingOptions, second: ReadingOptions) -> ReadingOptions:
    """What either has settled; the second wins."""
    default = ReadingOptions()
    changes = {n: v for n in second.__struct_fields__ if (v := getattr(second, n)) != getattr(default, n)}
    return replace(first, **changes)


class Choice(msgspec.Struct, frozen=True):
    """One possible reading: read the file again with these options to take it."""

    label: str
    options: ReadingOptions


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Two or more readings are possible. `choices[best]` is the one that the table was made with.

    A file asks each `key` ("encoding", "delimiter", "numbers", "header", "dates", ...) at most once.
    """

    key: str
    text: str
    choices: tuple[Choice, ...]
    best: int = 0


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """Something about the reading that can be set: `key` is a field of ReadingOptions.

    `value` is how the file was read, as text; `choices` are pairs (value, label), none where any text may be typed in.
    """

    key: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""


class ColumnFound(msgspec.Struct, frozen=True, kw_only=True):
    """One column as it was read; `types` are those it could be read as, `missing` how many values are."""

    name: str
    type: Meaning | ColumnType
    types: tuple[ColumnType, ...] = ()
    missing: int = 0
    note: str = ""


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader found beside the table: `details` are pairs of words for a person ("delimiter", "semicolon").

    `rows` are those of the whole file, None where a preview does not tell.
    """

    details: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    settings: tuple[Setting, ...] = ()
    columns: tuple[ColumnFound, ...] = ()
    rows: int | None = None


@dataclass(frozen=True)
class Reading:
    """Files as a table, where it came from, and what a person should know or decide."""

    table: Table
    origin: FileOrigin
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    settings: tuple[Setting, ...] = ()
    columns: tuple[ColumnFound, ...] = ()
    rows: int | None = None


def _or_none(text: str) -> str | None:
    return text or None


def _words(text: str) -> tuple[str, ...]:
    """'a, "b, c"': two words."""
    return tuple(word.strip() for word in next(csv.reader([text], skipinitialspace=True), []) if word.strip())


def _yes(text: str) -> bool:
    if text.lower() not in ("yes", "no", "true", "false", "1", "0"):
        raise ValueError
    return text.lower() in ("yes", "true", "1")


def _size(text: str) -> tuple[int, int] | None:
    """ "28x20": 28 high and 20 wide."""
    if not text:
        return None
    height, _, width = text.lower().replace("×", "x").partition("x")
    return int(height), int(width or height)


def _types(text: str) -> tuple[tuple[str, str], ...]:
    """ "zip=text, day=date"."""
    pairs = (word.rpartition("=") for word in _words(text))
    return tuple((name.strip(), type.strip()) for name, _, type in pairs)


def _count(text: str) -> int | None:
    return int(text) if text else None


_FROM_TEXT: dict[str, Callable[[str], Any]] = {
    "encoding": _or_none, "delimiter": lambda text: {"tab": "\t", "\\t": "\t"}.get(text, text) or None,
    "decimal": _or_none, "thousands": lambda text: {"none": "", "space": " "}.get(text, text),
    "header": lambda text: _yes(text) if text else None, "header_lines": _count, "skip": _count,
    "fill_short_rows": _yes, "missing": _words, "dates": _or_none, "types": _types,
    "sheet": _or_none, "columns": lambda text: _words(text) or None, "rows": _count, "precision": _or_none,
    "size": _size, "colour": _or_none, "labels": _or_none, "rate": _count, "bands": _count, "frames": _count,
}  # fmt: skip


def setting_text(key: str, value: Any) -> str:
    """A field of ReadingOptions as the text that `with_setting` takes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key == "size":
        return f"{value[0]}x{value[1]}"
    if isinstance(value, tuple):
        words = [word if isinstance(word, str) else "=".join(word) for word in value]
        out = StringIO()
        csv.writer(out, lineterminator="").writerow(words)
        return out.getvalue()
    return {"\t": "tab"}.get(value, str(value)) if key == "delimiter" else str(value) or "none"


def with_setting(options: ReadingOptions, key: str, text: str) -> ReadingOptions:
    """`options` with one field set from text. Raises DataError for an unknown field or a text that it cannot take."""
    if key not in _FROM_TEXT:
        raise DataError(f"There is nothing called {key!r} about reading a file; there are {', '.join(_FROM_TEXT)}.")
    try:
        value = _FROM_TEXT[key](text)
        changed = replace(options, **{key: value})
        made = msgspec.convert(msgspec.to_builtins(changed), ReadingOptions)
    except (ValueError, msgspec.ValidationError) as error:
        raise DataError(f"{key}: {text!r} cannot be read that way.") from error
    check_options(made)
    return made
