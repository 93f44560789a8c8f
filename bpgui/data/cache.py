"""Large tables that were read once, kept as files beside the program's other things that can be made again."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Set
from pathlib import Path

from bpgui.data.errors import DataError
from bpgui.data.table import Table
from bpgui.data.table_folder import NUMBERS, open_table

LIMIT = 20 << 30  # bytes of tables that are kept for another day


def cache_folder() -> Path:
    """Where they lie; made if need be. Raises OSError."""
    folder = _home() / "bpgui" / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _home() -> Path:
    given = os.environ.get("XDG_CACHE_HOME")
    if given and Path(given).is_absolute():
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or tempfile.gettempdir())
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path.home() / ".cache"


def work_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder of its own on the cache's disk, so that what is made in it can be kept by renaming it."""
    with contextlib.suppress(OSError, RuntimeError):
        return tempfile.TemporaryDirectory(prefix="reading-", dir=cache_folder(), ignore_cleanup_errors=True)
    return tempfile.TemporaryDirectory(prefix="bpgui-read-", ignore_cleanup_errors=True)


def keep(folder: Path, sha: str) -> Path:
    """Keep what a reader wrote, under its hash; the folder where it lies now."""
    try:
        target = cache_folder() / sha
        if not target.exists():
            folder.rename(target)
        os.utime(target)
        return target
    except OSError:
        return folder


def cached(sha: str) -> Table | None:
    """The table with that hash, if it is still kept and whole."""
    with contextlib.suppress(OSError, DataError, RuntimeError):
        folder = cache_folder() / sha
        table = open_table(folder)
        if table.sha == sha:
            os.utime(folder)
            return table
    return None


def tidy(limit: int = LIMIT, using: Set[str] = frozenset()) -> None:
    """Give back the space of the tables not used for longest until `limit` bytes are left, and of broken-off readings.

    Tables in use that the system lets go of nevertheless stay mapped.
    """
    with contextlib.suppress(OSError, RuntimeError):
        left = limit
        for age, size, folder in sorted(_kept(), key=lambda found: found[0]):
            left -= size
            broken = folder.name.startswith("reading-") and age > _DAY
            if broken or (left < 0 and folder.name not in using):
                shutil.rmtree(folder, ignore_errors=True)


_DAY = 86_400.0


def _kept() -> Iterator[tuple[float, int, Path]]:
    """Seconds since it was used, bytes, folder."""
    now = time.time()
    for folder in cache_folder().iterdir():
        with contextlib.suppress(OSError):
            size = (folder / NUMBERS).stat().st_size if (folder / NUMBERS).exists() else 0
            yield now - folder.stat().st_mtime, size, folder
