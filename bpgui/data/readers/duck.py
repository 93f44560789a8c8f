"""DuckDB shut off from everything but the file it reads: no network, no extensions, no other file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpgui.data.readers.text.numbers import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY_SHARE = 0.6  # of what the process may use; the rest is for the arrays and the bytes that are sent
LEAST_MIB = 128
_THREAD_MIB = 100  # of memory that a thread should have
_BLOCK = 256 << 10  # bytes that every column of a table takes while it is filled, in each thread
_WIDEST = 2000  # columns at a time; a statement with more of them takes long to be understood


def together(memory: int | None) -> int:
    """How many columns can be read at a time by a process that may use so many bytes, None without limit."""
    if memory is None:
        return _WIDEST
    limit = _limit(memory)
    return max(16, min(_WIDEST, (limit << 20) // 3 // (_BLOCK * _threads(limit))))


def _limit(memory: int) -> int:
    return max(LEAST_MIB, int(memory * MEMORY_SHARE) >> 20)


def _threads(limit: int) -> int:
    return max(1, min(os.cpu_count() or 1, limit // _THREAD_MIB))


def connect(folder: Path, memory: int | None, allowed: Sequence[Path]) -> DuckDBPyConnection:
    """A connection in memory that reads the `allowed` files and spills into `folder`; nothing can open it up again.

    `memory` in bytes is what the process may use, None without limit.
    """
    import duckdb

    spill = folder / "spill"
    config: dict[str, Any] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "temp_directory": str(spill),
    }
    if memory is not None:
        config["memory_limit"] = f"{_limit(memory)}MiB"
        config["threads"] = str(_threads(_limit(memory)))
    connection = duckdb.connect(config=config)
    connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET TimeZone = 'UTC'")
    # A list of a dozen words would become a join, and a join of several threads loses the order of the rows.
    connection.execute("SET disabled_optimizers = 'in_clause'")
    # Both only once the database runs, and in this order: the second one is for good.
    connection.execute(f"SET allowed_paths = [{', '.join(quoted(str(path.absolute())) for path in allowed)}]")
    connection.execute(f"SET allowed_directories = [{quoted(str(spill))}]")
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    return connection
