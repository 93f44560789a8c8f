"""Files as tables: what can be read, and the one function that reads it, in a process that can be killed."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bpgui.data.errors import DataError
from bpgui.data.readers.options import Choice, Question, Reading, ReadingOptions
from bpgui.data.readers.parent import Limits, default_limits, run_child
from bpgui.data.spec import FileOrigin

__all__ = ["READERS", "Choice", "Question", "Reader", "Reading", "ReadingOptions", "read_file", "reader_for"]


@dataclass(frozen=True)
class Reader:
    """A sort of file: the key of the child's table of functions, a label, the ends of its names."""

    name: str
    label: str
    suffixes: tuple[str, ...]


READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (Reader("csv", "Tables in text (CSV, TSV)", (".csv", ".tsv", ".tab", ".txt", ".dat", ".data")),)
}


def reader_for(path: Path) -> Reader:
    """By the end of the name; anything else is tried as text, whose reader says what else it looks like."""
    suffix = path.suffix.lower()
    return next((reader for reader in READERS.values() if suffix in reader.suffixes), READERS["csv"])


def read_file(
    path: str | Path,
    *,
    progress: Callable[[float | None], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    options: ReadingOptions = ReadingOptions(),  # noqa: B008 (frozen)
    limits: Limits | None = None,
) -> Reading:
    """The table in a file. Call it from a thread: it waits for a child process.

    `progress` hears 0..1 or None (not known), `cancelled` is asked 50 times a second; both in the calling thread.
    Raises DataError with a sentence for a person, or ReadingCancelled.
    """
    path = Path(path)
    _refuse_what_is_no_file(path)
    table, parsed = run_child(
        reader_for(path).name, path.absolute(), options, limits or default_limits(), progress, cancelled
    )
    _ = table.sha  # worked out here, not in the window's thread
    origin = FileOrigin(name=path.name, path=str(path.absolute()), reading=parsed.details)
    return Reading(table, origin, parsed.notes, parsed.questions)


def _refuse_what_is_no_file(path: Path) -> None:
    """Raises DataError for a folder, a pipe, a device, or what is not there; never opens anything that could block."""
    name = path.name or str(path)
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise DataError(f"{name} is not there (any more). It was looked for at {path}.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{name} cannot be opened: {reason}.") from error
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"),
             (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"))  # fmt: skip
    for is_kind, what in kinds:
        if is_kind(status.st_mode):
            raise DataError(f"{name} is {what}, not a file. Choose a file with a table, such as a CSV file.")
    if status.st_size == 0:
        raise DataError(f"{name} is empty (0 bytes). A table with values apart by commas or tabs was expected.")
