"""Predictions as a file or on the clipboard: written beside the window, as the command line writes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from bpgui.project.atomic import StorageError, write_atomically
from bpgui.runs.applying import Applied, Progress, csv_pieces
from bpgui.ui.dialogs.predict_job import Job
from bpgui.ui.saving import SUFFIX

MOST_ROWS = 200_000  # on the clipboard; more is for a file


def saving(applied: Applied, with_data: bool, path: Path, read: Sequence[Path], parent: QObject) -> Job:
    """Writes a CSV file, wholly or not at all; its result is the path.

    Raises StorageError at once for a project's name or one of the files that were read, later what writing raises.
    """
    if path.suffix.lower() == SUFFIX:
        raise StorageError(f"{path.name}: {SUFFIX} is for projects. Give another name.")
    for source in read:
        if path.exists() and source.exists() and path.samefile(source):
            raise StorageError(f"{path.name} holds the rows that were read, and would be lost. Give another name.")
    return Job(partial(_save, applied, with_data, path), parent)


def copying(applied: Applied, with_data: bool, parent: QObject) -> Job:
    """The same with tabs between the cells, as spreadsheets paste it; its result is the text."""
    return Job(partial(_text, applied, with_data), parent)


def _save(applied: Applied, with_data: bool, path: Path, progress: Progress) -> Path:
    data = b"".join(piece.encode("utf-8") for piece in csv_pieces(applied, with_data, progress=progress))
    progress(1.0)
    write_atomically(path, data)
    return path


def _text(applied: Applied, with_data: bool, progress: Progress) -> str:
    return "".join(csv_pieces(applied, with_data, "\t", progress))
