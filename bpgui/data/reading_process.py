"""The process that reads files: how it is started, and one that is started ahead because a file is likely to come.

Importing this is quick, so that a process can be got ready beside all that the program itself still has to import.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

from bpgui.data.memory import free_memory

FLAG, AHEAD = "--read-child", "--ahead"
SPARE_MEMORY = 1 << 30  # bytes; with less of it free nothing is started ahead, and what waits leaves
PATIENCE = 300.0  # seconds that a process started ahead waits for a file before it leaves

# To glibc: memory of a column that was kept is taken again for the next one, instead of being had anew from the system.
_MALLOC = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}

Process = subprocess.Popen[bytes]


def child_command() -> list[str]:
    """The program itself, asked to read: a packed program starts its own binary again."""
    if getattr(sys, "frozen", False):
        return [sys.executable, FLAG]
    # -P: a module of the folder that the person happens to be in must not be taken for one of ours.
    return [sys.executable, "-P", "-m", "bpgui", FLAG]


def start(command: list[str]) -> Process:
    """The process, which is told on its standard input what to read. Raises OSError."""
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _environment() -> dict[str, str]:
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", PYTHONFAULTHANDLER="0", **_MALLOC)
    home = Path(__file__).resolve().parents[2]  # the folder that holds the package
    if not getattr(sys, "frozen", False) and home.name not in ("site-packages", "dist-packages"):
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([str(home), known] if known else [str(home)])
    return environment


def end(process: Process) -> None:
    """Kill it if it lives, and take back every resource."""
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


class Spare:
    """At most one process that has imported what reading takes and waits for a file; for one file only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """Of the process that waits."""
        with self._lock:
            return self._process.pid if self._process is not None and self._process.poll() is None else None

    def prepare(self) -> None:
        """Start it, unless it waits already or memory is short."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                return
            self._end()
            free = free_memory()
            if free is None or free >= 2 * SPARE_MEMORY:
                with contextlib.suppress(OSError):  # then it is started when it is needed, which says why it cannot be
                    self._process = start([*child_command(), AHEAD])

    def take(self) -> Process | None:
        """The one that waits, for the caller to end; None where there is none."""
        with self._lock:
            if self._process is not None and self._process.poll() is not None:
                self._end()
            taken, self._process = self._process, None
            return taken

    def dismiss(self) -> None:
        """End the one that waits: no file is to come."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._process is not None:
            end(self._process)
            self._process = None


SPARE = Spare()
atexit.register(SPARE.dismiss)
