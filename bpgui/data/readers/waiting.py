"""The child that was started ahead: what reading takes is imported and tried once, then it waits, but not for ever."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bpgui.data.memory import free_memory
from bpgui.data.readers.gathering import recognised
from bpgui.data.readers.options import ReadingOptions
from bpgui.data.readers.task import Task
from bpgui.data.reading_process import PATIENCE, SPARE_MEMORY
from bpgui.resources import resource

_LOOK = 2.0  # seconds between two looks at the memory


def rehearse() -> None:
    """Read a table of the program's own: every import, every pattern and DuckDB's first steps are done then.

    Nothing is written, so that the process can be killed at any time.
    """
    from bpgui.data.readers.text import csv_reader

    with contextlib.suppress(Exception):  # whatever it is, reading will say so
        path = resource("samples", "penguins.csv")
        recognised(path)
        csv_reader.read(Task((path,), path.parent, ReadingOptions(), Path(os.devnull)))


@contextlib.contextmanager
def waiting(patience: float = PATIENCE, least: int = SPARE_MEMORY) -> Iterator[None]:
    """While a request is waited for: the process leaves after `patience` seconds, or where memory gets short."""
    came = threading.Event()
    threading.Thread(target=_watch, args=(came, patience, least), daemon=True).start()
    try:
        yield
    finally:
        came.set()


def _watch(came: threading.Event, patience: float, least: int) -> None:
    end = time.monotonic() + patience
    while not came.wait(_LOOK):
        free = free_memory()
        if time.monotonic() > end or (free is not None and free < least):
            os._exit(0)
