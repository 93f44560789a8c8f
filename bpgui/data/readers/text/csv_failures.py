"""What DuckDB says about a text file it cannot read, in words; and lines below a table that are no rows of it."""

from __future__ import annotations

import re
from pathlib import Path

from bpgui.data.readers.text.sniff import DELIMITERS, Dialect

_TAIL = 1 << 16  # bytes of text below a table, at most
_FOOTER_LINES = 20


def failure(name: str, error: Exception) -> str:
    """The sentence for an error that DuckDB raised."""
    text = str(error)
    if type(error).__name__ == "OutOfMemoryException":
        remedy = "Read a sample of its rows or fewer columns, or close other programs."
        return f"{name} needs more memory than may be used. {remedy}"
    line = re.search(r"Line: (\d+)", text)
    place = f", line {int(line[1]):,}" if line else ""
    reason = text.split("\n", 1)[0].strip()
    return f"{name}{place}: it cannot be read as a table ({reason}). Save it as CSV again and open that."


def rejection(
    name: str, path: Path, dialect: Dialect, count: int, line: int, byte: int | None, kind: str, message: str, text: str
) -> str:
    """The sentence for the first of `count` lines that DuckDB refused, with its place in the file."""
    place = f"{name}, line {_line_at(path, byte, line):,}"
    more = f" ({count - 1:,} more line{'s' if count > 2 else ''} like it)" if count > 1 else ""
    numbers = [int(number) for number in re.findall(r"\d+", message)]
    if kind in ("MISSING COLUMNS", "TOO MANY COLUMNS") and len(numbers) >= 2:
        remedy = "Give every row a value for every column, or have short rows filled"
        if kind == "TOO MANY COLUMNS":
            remedy = f"Put quotes around values that hold a {DELIMITERS.get(dialect.delimiter, 'delimiter')}"
        values = "1 value was" if numbers[1] == 1 else f"{numbers[1]:,} values were"
        return f"{place}: {values} found where {numbers[0]:,} were expected{more}. {remedy}."
    if kind == "UNQUOTED VALUE":
        return (
            f"{place}: a quote is opened and not closed as it should be: “{_first_line(text)}”. Close it, or write "
            f"a quote inside a quoted value twice ({dialect.quote * 2})."
        )
    if kind == "LINE SIZE OVER MAXIMUM":
        return f"{place}: the line is longer than 2,000,000 bytes. Is a quote left open, or is this no table?"
    return f"{place}: {message.strip()} Save the file as CSV again and open that."


def _line_at(path: Path, byte: int | None, line: int) -> int:
    """The line of the file at a byte: records with line ends inside quotes have several lines."""
    if byte is None:
        return line
    number, left = 1, byte
    with path.open("rb") as file:
        while left > 0 and (chunk := file.read(min(left, 1 << 22))):
            number += chunk.count(b"\n") or chunk.count(b"\r")
            left -= len(chunk)
    return number


def _first_line(text: str, length: int = 40) -> str:
    """The beginning of a record that may go over many lines."""
    line = (text.strip().splitlines() or [""])[0]
    return line if line == text.strip() and len(line) <= length else line[:length].rstrip() + "…"


def footer_of(path: Path, byte: int | None, kind: str, count: int) -> str | None:
    """What is said about lines of text below the table; None where the `count` refused lines are none.

    They begin at `byte` (from 1, or from 0 where lines end with two), the file ends with them, each is a single
    sentence (with a space or a colon), or they stand below a blank line: a row that was cut short looks otherwise.
    """
    if byte is None or kind != "MISSING COLUMNS" or count > _FOOTER_LINES or path.stat().st_size - byte > _TAIL:
        return None
    with path.open("rb") as file:
        file.seek(max(0, byte - 4))
        before = file.read(min(byte, 4))
        tail = (before[-1:] + file.read()).decode("utf-8", errors="replace")
    tail = tail.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.strip() for line in tail.split("\n") if line.strip()]
    apart = bool(re.search(rb"\n\n$|\r\r$", before)) or tail.startswith("\n\n")
    sentences = all(re.search(r"[^\W\d]", line) and (apart or re.search(r"[\s:]", line)) for line in lines)
    if len(lines) != count or not sentences:
        return None
    shown = lines[0] if len(lines[0]) <= 40 else lines[0][:39] + "…"
    return f"{count} line{'s' if count > 1 else ''} below the table {'are' if count > 1 else 'is'} left out: {shown!r}."
