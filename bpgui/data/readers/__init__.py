"""Files as tables: what can be read, and the one function that reads it, in a process that can be killed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from bpgui.data.readers.gathering import refuse_what_cannot_be_read
from bpgui.data.readers.options import (
    Choice,
    ColumnFound,
    Parsed,
    Question,
    Reading,
    ReadingOptions,
    Setting,
    merged,
    with_setting,
)
from bpgui.data.readers.parent import Limits, default_limits, run_child
from bpgui.data.readers.task import Task
from bpgui.data.spec import FileOrigin
from bpgui.data.table import Table

__all__ = [
    "READERS", "Choice", "ColumnFound", "Question", "Reader", "Reading", "ReadingOptions", "Setting",
    "merged", "read_file", "read_files", "with_setting",
]  # fmt: skip


class _Module(Protocol):
    def recognise(self, head: bytes, path: Path) -> bool: ...

    def read(self, task: Task) -> tuple[Table, Parsed]: ...


@dataclass(frozen=True)
class Reader:
    """A sort of file: `suffixes` are for file dialogs only, `module` has `recognise` and `read`.

    The module is imported when a file is looked at: the window opens without it. `many`: it takes all files at once;
    else each is read by itself, and their tables are joined.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    module: str
    many: bool = False

    def recognise(self, head: bytes, path: Path) -> bool:
        """Whether this is its sort, by the first bytes of the file or by what else is in it."""
        return self._imported().recognise(head, path)

    def read(self, task: Task) -> tuple[Table, Parsed]:
        """The table, and what was found in the files. Raises DataError."""
        return self._imported().read(task)

    def _imported(self) -> _Module:
        return cast(_Module, import_module(f"{__name__}.{self.module}"))


# The first that recognises a file reads it; text is last, since anything may be text.
READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        Reader("npy", "Arrays of numpy (NPY, NPZ)", (".npy", ".npz"), "npy.npy_reader"),
        Reader("idx", "Images and labels in IDX (MNIST)", (".idx", ".gz"), "pictures.idx_reader", many=True),
        Reader(
            "images",
            "Images (PNG, JPEG, BMP, GIF, TIFF, WebP)",
            (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"),
            "pictures.image_reader",
            many=True,
        ),
        Reader("sounds", "Sounds (WAV)", (".wav", ".wave"), "recordings.sound_reader", many=True),
        Reader(
            "sheets",
            "Workbooks (XLSX, XLS, ODS)",
            (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
            "workbooks.sheet_reader",
        ),
        Reader("parquet", "Parquet", (".parquet", ".pq"), "records.parquet_reader"),
        Reader("json", "JSON, JSON lines", (".json", ".jsonl", ".ndjson"), "records.json_reader"),
        Reader(
            "csv", "Tables in text (CSV, TSV)", (".csv", ".tsv", ".tab", ".txt", ".dat", ".data"), "text.csv_reader"
        ),
    )
}


def read_files(
    paths: Sequence[str | Path],
    *,
    progress: Callable[[float | None], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    options: ReadingOptions = ReadingOptions(),  # noqa: B008 (frozen)
    limits: Limits | None = None,
    preview: int | None = None,
) -> Reading:
    """The table in a file, a folder or several files. Call it from a thread: it waits for a child process.

    `progress` hears 0..1 or None (not known), `cancelled` is asked 50 times a second; both in the calling thread.
    `preview`: only about so many rows from the beginning, at once. The origin holds all that is needed to read the same
    table again. Raises DataError with a sentence for a person, or ReadingCancelled.
    """
    dropped = tuple(Path(path).absolute() for path in paths)
    for path in dropped:
        refuse_what_cannot_be_read(path)
    table, parsed = run_child(dropped, options, limits or default_limits(), progress, cancelled, preview=preview)
    _ = table.sha  # worked out here, not in the window's thread
    name = dropped[0].name if len(dropped) == 1 else f"{dropped[0].name} and {len(dropped) - 1} more"
    origin = FileOrigin(
        name=name,
        path=str(dropped[0]),
        reading=parsed.details,
        options=options,
        paths=tuple(str(path) for path in dropped[1:]),
    )
    rows = table.rows if preview is None else parsed.rows
    return Reading(table, origin, parsed.notes, parsed.questions, parsed.settings, parsed.columns, rows)


def read_file(
    path: str | Path,
    *,
    progress: Callable[[float | None], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    options: ReadingOptions = ReadingOptions(),  # noqa: B008 (frozen)
    limits: Limits | None = None,
) -> Reading:
    """The table in one file or folder; see `read_files`."""
    return read_files((path,), progress=progress, cancelled=cancelled, options=options, limits=limits)
