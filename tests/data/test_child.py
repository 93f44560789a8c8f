"""The reading child: a whole file through it, and every way in which it can end."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from bpgui.data.errors import DataError, ReadingCancelled
from bpgui.data.memory import free_memory
from bpgui.data.readers import ReadingOptions, read_file
from bpgui.data.readers.child import answer, explain
from bpgui.data.readers.parent import Limits, child_command, default_limits, run_child
from bpgui.data.readers.protocol import TABLE_FOLDER, Request
from bpgui.data.table import NumberColumn, Table
from bpgui.data.table_folder import open_table

LIMITS = Limits(memory=None, start=20.0, silence=5.0, reading=60.0)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "säml.csv"
    path.write_bytes("a;b\n1,5;ü\n2,5;v\n".encode("utf-8-sig"))
    return path


def behave(code: str) -> list[str]:
    """A child that behaves like that."""
    head = """
    import os, sys, time
    from bpgui.data.readers.protocol import *
    data = receive(sys.stdin.buffer)
    out = sys.stdout.buffer
    """
    return [sys.executable, "-c", textwrap.dedent(head) + textwrap.dedent(code)]


def run(code: str, path: Path, limits: Limits = LIMITS) -> Table:
    return run_child((path,), ReadingOptions(), limits, command=behave(code))[0]


def test_a_file_through_the_child(small: Path) -> None:
    reading = read_file(small)
    assert reading.table.names == ("a", "b")
    numbers = reading.table.column("a")
    assert isinstance(numbers, NumberColumn)
    np.testing.assert_array_equal(numbers.values, [1.5, 2.5])
    assert (reading.origin.name, reading.origin.path) == ("säml.csv", str(small))
    assert ("decimal mark", "comma") in reading.origin.reading
    assert reading.questions == ()


def test_a_message_through_the_child_and_options_to_it(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n3\n")
    with pytest.raises(DataError, match=r"^t.csv, line 3: 1 value was found where 2 were expected"):
        read_file(path)
    reading = read_file(path, options=ReadingOptions(fill_short_rows=True))
    assert reading.notes == ("Column b: 1 of 2 values is missing.",)


def test_the_window_never_imports_duckdb() -> None:
    code = "import sys, bpgui.data.readers, bpgui.data.readers.child; sys.exit('duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_progress_and_cancel_in_a_tenth_of_a_second(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    line = ",".join(["1.25"] * 20) + "\n"
    path.write_text(line * 300_000)
    asked: list[float] = []
    heard: list[float | None] = []

    def cancelled() -> bool:
        if heard and not asked:
            asked.append(time.monotonic())
        return bool(asked)

    before = threading.active_count()
    with pytest.raises(ReadingCancelled):
        read_file(path, progress=heard.append, cancelled=cancelled)
    assert time.monotonic() - asked[0] < 0.1
    assert threading.active_count() == before
    assert all(fraction is None or 0 <= fraction <= 1 for fraction in heard)


def test_nothing_is_left_behind(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "tmp"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    read_file(small)
    with pytest.raises(ReadingCancelled):
        read_file(small, cancelled=lambda: True)
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("os.abort()", "the reader broke down"),
        ("os._exit(3)", r"the reader broke down \(exit code 3\)"),
        ("out.write(b'nonsense' * 100); out.flush()", "the reader broke down"),
        ("send(out, Progress(0.5))", "the reader broke down"),
        ("from bpgui.data.readers.options import Parsed; send(out, Done(Parsed()))", "the table that was read is gone"),
        ("send(out, Failed('säml.csv is sad.'))", "^säml.csv is sad.$"),
    ],
)
def test_a_child_that_dies_or_raves_is_a_message(code: str, message: str, small: Path) -> None:
    with pytest.raises(DataError, match=message):
        run(code, small)


def test_a_silent_child_is_ended(small: Path) -> None:
    with pytest.raises(DataError, match="stopped answering"):
        run("time.sleep(60)", small, Limits(memory=None, start=0.5))
    with pytest.raises(DataError, match="stopped answering"):
        run("send(out, Progress(None))\nwhile True: pass", small, Limits(memory=None, silence=0.3))


def test_a_child_that_takes_too_long_is_ended(small: Path) -> None:
    with pytest.raises(DataError, match="took longer than"):
        run("while True: send(out, Progress(None)); time.sleep(0.05)", small, Limits(memory=None, reading=0.4))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit of memory is Linux's")
def test_little_memory_is_enough_and_too_little_is_a_message(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text((",".join(["1.25"] * 100) + "\n") * 40_000)
    assert read_file(path, limits=Limits(memory=200 << 20)).table.rows == 40_000
    code = "from bpgui.data.readers.child import _limit\n_limit(0)\ndata = bytearray(4 << 30)"
    with pytest.raises(DataError, match="perhaps it ran out of memory"):
        run(code, path)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_the_child_leaves_with_its_parent() -> None:
    child = subprocess.Popen(child_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.close()
    assert child.wait(20) == 1
    child.stdout.close()


def test_limits() -> None:
    free = free_memory()
    assert free is not None
    memory = default_limits().memory
    assert memory is not None
    assert memory >= 1 << 30


def request(path: Path, folder: Path) -> Request:
    return Request(paths=(str(path),), folder=str(folder), options=ReadingOptions(), memory=None)


def test_the_table_is_handed_over_as_its_bytes(small: Path, tmp_path: Path) -> None:
    answer(request(small, tmp_path))
    assert open_table(tmp_path / TABLE_FOLDER).names == ("a", "b")


def test_anything_raised_becomes_a_sentence(small: Path, tmp_path: Path) -> None:
    import msgspec

    data = msgspec.msgpack.encode(request(small, tmp_path))
    assert "needs more memory" in explain(MemoryError(), data)
    assert explain(FileNotFoundError(2, "No such file or directory"), data).startswith(
        "säml.csv cannot be read: No such file or directory."
    )
    assert explain(KeyboardInterrupt(), data).startswith("säml.csv cannot be read as a table")
    assert explain(DataError("As it is."), data) == "As it is."
    assert "asked" in explain(ValueError(), b"nonsense")
