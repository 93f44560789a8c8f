"""The child's end: one request in, progress and one answer out. Whatever goes wrong becomes a sentence."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace as with_fields
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec
from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers.gathering import gather
from bpgui.data.readers.joining import read_joined
from bpgui.data.readers.options import Parsed
from bpgui.data.readers.protocol import TABLE_FOLDER, Answer, Done, Failed, Progress, Request, receive, send
from bpgui.data.readers.task import Task
from bpgui.data.readers.waiting import rehearse, waiting
from bpgui.data.table import Table
from bpgui.data.table_folder import TableWriter

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BEAT = 0.1  # seconds between two signs of life
PROCESSOR_SECONDS = 3600
_RESERVED = 512 << 20  # bytes that stacks and allocators set aside and do not use
_LOOKING, _QUERIED = 0.3, 0.7  # in the progress: where the first look at the bytes ends, and where DuckDB's reading


class _Voice:
    """Says how far the reading is, from a thread of its own, and gives the answer; one message at a time."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._fraction: float | None = None
        self._connection: DuckDBPyConnection | None = None
        threading.Thread(target=self._beat, daemon=True).start()

    def progress(self, fraction: float | None) -> None:
        """How far it is; never back, as where labels are read after their images."""
        known = self._fraction
        self._fraction = fraction if fraction is None or known is None else max(known, fraction)

    def watch(self, connection: DuckDBPyConnection | None) -> None:
        self._connection = connection

    def end(self, answer: Answer) -> None:
        self._ended.set()
        self._say(answer)

    def _say(self, message: Answer) -> None:
        with self._lock:
            try:
                send(self._stream, message)
            except OSError:
                os._exit(1)  # the parent is gone

    def _beat(self) -> None:
        while not self._ended.wait(BEAT):
            self._say(Progress(self._now()))

    def _now(self) -> float | None:
        connection = self._connection
        if connection is None or self._fraction is None:
            return self._fraction
        with contextlib.suppress(Exception):
            percent = float(connection.query_progress())
            if percent > 0:
                queried = _LOOKING + (_QUERIED - _LOOKING) * min(percent, 100.0) / 100
                self._fraction = max(self._fraction, queried)
        return self._fraction


def main(ahead: bool = False) -> int:
    """Read a request from standard input, answer on standard output. 0 when an answer was given, else 1.

    `ahead`: a request is to come, and what reading takes is made ready meanwhile.
    """
    stdin, stdout = sys.stdin.buffer, _private_output()
    _step_back()
    if ahead:
        rehearse()
    with waiting() if ahead else contextlib.nullcontext():
        data = receive(stdin)
    if data is None:
        return 1
    voice = _Voice(stdout)
    try:
        request = msgspec.msgpack.decode(data, type=Request)
        threading.Thread(target=_leave_with_parent, args=(stdin.fileno(),), daemon=True).start()
        _limit(request.memory)
        voice.end(Done(answer(request, voice.progress, voice.watch)))
    except BaseException as error:  # a panic in a library may be no Exception
        voice.end(Failed(explain(error, data)))
    return 0


def answer(
    request: Request,
    progress: Callable[[float | None], None] = lambda fraction: None,
    watch: Callable[[DuckDBPyConnection | None], None] = lambda connection: None,
) -> Parsed:
    """Read the files and write the table into the folder. Raises DataError."""
    folder = Path(request.folder, TABLE_FOLDER)
    folder.mkdir()
    writer = TableWriter(folder)
    try:
        table, parsed = read(request, progress, watch, writer)
        writer.finish(table)
    finally:
        writer.close()
    return parsed


def read(
    request: Request,
    progress: Callable[[float | None], None] = lambda fraction: None,
    watch: Callable[[DuckDBPyConnection | None], None] = lambda connection: None,
    writer: TableWriter | None = None,
) -> tuple[Table, Parsed]:
    """The table of what was dropped, and what was found on the way. Raises DataError."""
    from bpgui.data.readers import READERS

    folder = Path(request.folder, "work")
    folder.mkdir()
    found = gather([Path(path) for path in request.paths], folder)
    reader = READERS[found.reader]
    task = Task(found.paths, found.root, request.options, folder, request.memory, request.preview, progress, watch)
    if writer is not None:
        task = with_fields(task, keep=writer.keep, space=writer.space, expect=writer.expect)
    joins = len(found.paths) > 1 and not reader.many
    table, parsed = read_joined(reader.read, task) if joins else reader.read(task)
    return table, replace(parsed, notes=(*found.notes, *parsed.notes))


def explain(error: BaseException, data: bytes) -> str:
    """A sentence for a person about anything that was raised."""
    if isinstance(error, DataError):
        return str(error)
    with contextlib.suppress(msgspec.DecodeError):
        request = msgspec.msgpack.decode(data, type=Request)
        name, folder = Path(request.paths[0]).name, Path(request.folder).parent
        if isinstance(error, MemoryError) or "OutOfMemory" in type(error).__name__:
            return f"{name} needs more memory than may be used. Open a part of the file, or close other programs."
        if isinstance(error, ImportError):
            return (
                f"{name} cannot be read: a library cannot be loaded ({error.name or error}). "
                "Close other programs if there is little memory left, or install bpgui again."
            )
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return (
                f"{name}: there is no room on the disk for the table that is made of it. Make room where programs keep "
                f"their caches ({folder}), or read a sample of the rows."
            )
        if isinstance(error, OSError) and error.strerror:
            return f"{name} cannot be read: {error.strerror}. Look whether it is still there and may be opened."
        return (
            f"{name} cannot be read as a table ({type(error).__name__}: {error}). Save it as CSV again and open that."
        )
    return "The reader of files was not asked as it should be. Close the program and start it again."


def _private_output() -> BinaryIO:
    """Standard output for messages only; whatever a library prints goes to standard error."""
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return stream


def _leave_with_parent(stdin: int) -> None:
    """The parent holds standard input open; when it is gone, so is the child."""
    with contextlib.suppress(OSError):
        while os.read(stdin, 1024):  # not through sys.stdin, whose lock would be missed at the interpreter's end
            pass
    os._exit(1)


def _step_back() -> None:
    """A lower priority than the window's."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(5)


def _limit(memory: int | None) -> None:
    """Limits of the operating system, where it has them."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if memory is not None and sys.platform.startswith("linux"):
            # Of the data only: files that are mapped take no memory that others could not have back.
            resource.setrlimit(resource.RLIMIT_DATA, (memory + _RESERVED, memory + _RESERVED))
        elif memory is not None:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
