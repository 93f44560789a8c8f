"""The parent's end: starts the child, listens, and ends it when it is cancelled, silent, slow or done."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from bpgui.data.cache import keep, tidy, work_folder
from bpgui.data.errors import DataError, ReadingCancelled
from bpgui.data.memory import free_memory
from bpgui.data.readers.options import Parsed, ReadingOptions
from bpgui.data.readers.protocol import TABLE_FOLDER, Answer, Failed, Progress, Request, receive, send
from bpgui.data.reading_process import SPARE, Process, child_command, end, start
from bpgui.data.table import Table
from bpgui.data.table_folder import NUMBERS, open_table, sha_of

POLL = 0.02  # seconds; a cancel is heeded within a few of them
FREE_SHARE = 0.6
WORTH_KEEPING = 64 << 20  # bytes
LEAST_MEMORY = 1 << 30  # below this the interpreter and DuckDB have no room at all


@dataclass(frozen=True)
class Limits:
    """Bytes of `memory` of the child (None: no limit), seconds of `start`, of `silence`, and the longest `reading`."""

    memory: int | None
    start: float = 60.0
    silence: float = 8.0
    reading: float = 3600.0


def default_limits() -> Limits:
    """60 % of the memory that is free now, at least 1 GiB; no limit where the free memory is not known."""
    free = free_memory()
    return Limits(memory=None if free is None else max(LEAST_MEMORY, int(FREE_SHARE * free)))


def run_child(
    paths: Sequence[Path],
    options: ReadingOptions,
    limits: Limits,
    progress: Callable[[float | None], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    command: Sequence[str] | None = None,
    preview: int | None = None,
) -> tuple[Table, Parsed]:
    """The table of files, read in a process that leaves nothing behind. Raises DataError, ReadingCancelled."""
    request = Request(paths=tuple(map(str, paths)), folder="", options=options, memory=limits.memory, preview=preview)
    spare = SPARE.take() if command is None else None
    if spare is not None:
        with contextlib.suppress(_Unheard):  # it may have ended while it waited
            return _read_by(spare, request, limits, progress, cancelled)
    try:
        process = start(list(command or child_command()))
    except OSError as error:
        raise DataError(f"The program that reads files cannot be started: {error.strerror}.") from error
    return _read_by(process, request, limits, progress, cancelled)


def _read_by(
    process: Process,
    request: Request,
    limits: Limits,
    progress: Callable[[float | None], None] | None,
    cancelled: Callable[[], bool] | None,
) -> tuple[Table, Parsed]:
    name = Path(request.paths[0]).name
    with contextlib.closing(_Child(process)) as child, work_folder() as folder:
        try:
            child.ask(replace(request, folder=folder))
            parsed = _listen(child, name, limits, progress, cancelled)
        finally:
            child.close()  # before its folder goes
        try:
            return _taken(Path(folder, TABLE_FOLDER)), parsed
        except OSError as error:
            raise DataError(f"{name}: the table that was read is gone ({error.strerror}). Try again.") from error


def _taken(folder: Path) -> Table:
    """The table that the child wrote. A large one is kept: it stays in its file, and need not be read again."""
    if (folder / NUMBERS).stat().st_size <= WORTH_KEEPING:
        return open_table(folder)
    sha = sha_of(folder)
    place = keep(folder, sha)
    tidy(using={sha})
    return open_table(place)


class _Child:
    """The process and a thread that turns what it says into a queue."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.said: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._hear, name="bpgui-read", daemon=True)
        self._listener.start()

    def ask(self, request: Request) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it died at once; the end of its output says so
            send(_binary(self._process.stdin), request)

    def _hear(self) -> None:
        assert self._process.stdout is not None
        stream = _binary(self._process.stdout)
        try:
            while (data := receive(stream)) is not None:
                self.said.put(msgspec.msgpack.decode(data, type=Answer))
        except (OSError, ValueError, msgspec.DecodeError):
            pass
        self.said.put(None)

    def exit_code(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(1.0)
        return None

    def close(self) -> None:
        """Kill what is left and take back every resource."""
        if self._process.poll() is None:
            self._process.kill()
        self._listener.join()
        end(self._process)


class _Unheard(DataError):
    """The process ended before it said a word."""


def _binary(stream: object) -> BinaryIO:
    return stream  # type: ignore[return-value]


def _listen(
    child: _Child,
    name: str,
    limits: Limits,
    progress: Callable[[float | None], None] | None,
    cancelled: Callable[[], bool] | None,
) -> Parsed:
    begun = last = time.monotonic()
    patience = limits.start
    heard = False
    while True:
        if cancelled is not None and cancelled():
            raise ReadingCancelled
        try:
            said = child.said.get(timeout=POLL)
        except queue.Empty:
            said = Progress(None) if time.monotonic() - last <= patience else None
            if said is None:
                raise DataError(
                    f"{name}: the reader stopped answering and was ended. Try again, or open a part of the file."
                ) from None
            continue
        now = time.monotonic()
        last, patience = now, limits.silence
        if said is None:
            raise (DataError if heard else _Unheard)(_ended(name, child.exit_code()))
        heard = True
        if now - begun > limits.reading:
            raise DataError(
                f"{name}: reading took longer than {limits.reading / 60:.0f} minutes. Open a part of the file."
            )
        match said:
            case Progress(fraction):
                if progress is not None:
                    progress(fraction)
            case Failed(text):
                raise DataError(text)
            case _:
                return said.parsed


def _ended(name: str, code: int | None) -> str:
    how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    return (
        f"{name}: the reader broke down ({how}); perhaps it ran out of memory. Nothing else was touched. "
        "Save the file as CSV again, or open a part of it."
    )
