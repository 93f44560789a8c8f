"""What a reader is asked to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bpgui.data.reading_options import ReadingOptions
from bpgui.data.table import AnyColumn
from bpgui.data.table_folder import Space

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE_STREAM = (0, 4, 0)  # the purpose "data" of the streams: which rows a sample of rows takes


def _unheard(fraction: float | None) -> None:
    """Nobody listens."""


def _unwatched(connection: DuckDBPyConnection | None) -> None:
    """Nobody watches."""


def _unexpected(names: Sequence[str], rows: int) -> None:
    """Nobody waits."""


def _in_memory(column: AnyColumn) -> AnyColumn:
    return column


@dataclass(frozen=True)
class Task:
    """Ordinary files in the natural order of their names.

    `root` is the folder that was dropped, or the one that holds the files. `folder` takes temporary files. `memory` in
    bytes, None without limit. `preview`: rows wanted to look at, from the beginning of the file and at once; None: all.
    `progress` hears 0..1, or None where it is not known; `watch` is given DuckDB's connection while a query runs.
    `keep` takes a finished column and gives the same one with its numbers in a file: a reader that keeps each column as
    soon as it has it can read more than fits into memory. `space` gives room for a column that is itself too large.
    `expect` may be told the names of the columns and the number of rows as soon as these are known.
    """

    paths: tuple[Path, ...]
    root: Path
    options: ReadingOptions
    folder: Path
    memory: int | None = None
    preview: int | None = None
    progress: Callable[[float | None], None] = _unheard
    watch: Callable[[DuckDBPyConnection | None], None] = _unwatched
    keep: Callable[[AnyColumn], AnyColumn] = _in_memory
    space: Callable[[tuple[int, ...], str], Space] = Space
    expect: Callable[[Sequence[str], int], None] = _unexpected

    @property
    def path(self) -> Path:
        """The only file, or the first."""
        return self.paths[0]

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.path.name if len(self.paths) == 1 else self.root.name or str(self.root)
