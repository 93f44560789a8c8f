"""The process that waits for a file: it serves one, and whatever becomes of it, files are read and nothing is left."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from bpgui.data import reading_process
from bpgui.data.errors import DataError, ReadingCancelled
from bpgui.data.readers import read_file
from bpgui.data.reading_process import SPARE, Spare
from bpgui.data.running_sha import RunningSha
from bpgui.data.table import NumberColumn, Table, TextColumn

posix = pytest.mark.skipif(os.name != "posix", reason="processes by their number")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.csv"
    path.write_text("a,b\n1,x\n2,y\n")
    return path


@pytest.fixture(autouse=True)
def _none_waits() -> Iterator[None]:
    SPARE.dismiss()
    yield
    SPARE.dismiss()


def is_alive(pid: int) -> bool:
    """Whether it runs; one that has ended and that nobody has asked about does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def waiting_pid() -> int:
    SPARE.prepare()
    pid = SPARE.pid
    assert pid is not None
    return pid


def behaving(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is started ahead behaves like that once it is asked."""
    head = "import os, sys\nfrom bpgui.data.readers.protocol import *\nreceive(sys.stdin.buffer)\n"
    command = [sys.executable, "-c", head + textwrap.dedent(code)]
    monkeypatch.setattr(reading_process, "child_command", lambda: command)


@posix
def test_it_serves_one_file(small: Path) -> None:
    cold = read_file(small)
    pid = waiting_pid()
    SPARE.prepare()
    assert SPARE.pid == pid, "one is enough"
    warm = read_file(small)
    assert warm.table.sha == cold.table.sha
    assert (warm.notes, warm.columns, warm.questions) == (cold.notes, cold.columns, cold.questions)
    assert not is_alive(pid)
    assert SPARE.pid is None


@posix
def test_a_killed_one_is_not_missed(small: Path) -> None:
    pid = waiting_pid()
    os.kill(pid, 9)
    wait_until(lambda: not is_alive(pid))
    assert read_file(small).table.names == ("a", "b")
    other = waiting_pid()
    os.kill(other, 9)
    wait_until(lambda: not is_alive(other))
    assert waiting_pid() != other, "another one takes its place"


def test_one_that_ends_when_it_is_asked_is_not_missed(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    behaving("os._exit(0)", monkeypatch)
    SPARE.prepare()
    assert read_file(small).table.rows == 2


def test_one_that_breaks_down_while_it_reads_is_a_message(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    behaving("send(sys.stdout.buffer, Progress(0.5)); os._exit(3)", monkeypatch)
    SPARE.prepare()
    with pytest.raises(DataError, match=r"small.csv: the reader broke down \(exit code 3\)"):
        read_file(small)


@posix
def test_a_cancel_ends_it_and_a_fault_of_the_file_is_said(small: Path, tmp_path: Path) -> None:
    pid = waiting_pid()
    with pytest.raises(ReadingCancelled):
        read_file(small, cancelled=lambda: True)
    assert not is_alive(pid)
    odd = tmp_path / "odd.csv"
    odd.write_text("a,b\n1,2\n3\n")
    SPARE.prepare()
    with pytest.raises(DataError, match=r"^odd.csv, line 3: 1 value was found"):
        read_file(odd)


def test_two_files_at_once(tmp_path: Path) -> None:
    paths = [tmp_path / f"{index}.csv" for index in range(2)]
    found: dict[Path, float] = {}
    for index, path in enumerate(paths):
        path.write_text(f"a,b\n{index}.5,x\n2,y\n")

    def read(path: Path) -> None:
        column = read_file(path).table.column("a")
        assert isinstance(column, NumberColumn)
        found[path] = float(column.values[0])

    SPARE.prepare()
    threads = [threading.Thread(target=read, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {paths[0]: 0.5, paths[1]: 1.5}


@posix
@pytest.mark.parametrize("end", ["sys.exit(0)", "raise ValueError", "os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_it_goes_with_the_program(end: str) -> None:
    code = f"""
    import os, sys
    from bpgui.data.reading_process import SPARE
    SPARE.prepare()
    print(SPARE.pid, flush=True)
    {end}
    """
    said = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False)
    pid = int(said.stdout)
    wait_until(lambda: not is_alive(pid))


@posix
def test_it_is_dismissed_at_once() -> None:
    pid = waiting_pid()
    SPARE.dismiss()
    assert not is_alive(pid)
    SPARE.dismiss()


@pytest.mark.parametrize("limits", ["patience=0, least=0", "patience=1e9, least=1 << 60"])
def test_it_does_not_wait_for_ever_nor_where_memory_is_short(limits: str) -> None:
    code = f"""
    import time
    from bpgui.data.readers import waiting
    waiting._LOOK = 0.01
    with waiting.waiting({limits}):
        time.sleep(120)
    raise SystemExit(1)
    """
    assert subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False, timeout=60).returncode == 0


def test_none_is_started_where_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_process, "free_memory", lambda: 1 << 30)
    spare = Spare()
    spare.prepare()
    assert spare.take() is None


def test_the_rehearsal_imports_what_reading_takes() -> None:
    code = """
    import sys
    from bpgui.data.readers.waiting import rehearse
    assert "duckdb" not in sys.modules
    rehearse()
    before = set(sys.modules)
    import tempfile
    from pathlib import Path
    from bpgui.data.readers.child import answer
    from bpgui.data.readers.options import ReadingOptions
    from bpgui.data.readers.protocol import Request
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.csv")
        path.write_text("a,b,c\\n1.5,x,2024-01-01\\n,y,2024-01-02\\n")
        answer(Request(paths=(str(path),), folder=folder, options=ReadingOptions(), memory=None))
    late = sorted(name for name in set(sys.modules) - before if "bpgui.data.readers.text" in name or "duckdb" in name)
    assert not late, late
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


# ---- the hash of a table that is still coming


COLUMNS = (
    NumberColumn("a", np.arange(5.0)), TextColumn.of("b", ["x", None, "y", "x", "z"]),
    NumberColumn("c", np.array([1.0, np.nan, 3.0, 4.0, 5.0])),
)  # fmt: skip


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_columns_are_hashed_in_any_order(order: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(COLUMNS)
    running = RunningSha(table.names, table.rows)
    for place in order:
        running.add(COLUMNS[place])
    expected = Table(COLUMNS).sha
    monkeypatch.setattr(Table, "sha", property(lambda table: pytest.fail("it was known")))
    assert running.of(table) == expected


def test_a_table_that_became_another_than_was_expected_is_hashed_anew() -> None:
    other = NumberColumn("a", np.arange(1.0, 6.0))
    for columns in ((*COLUMNS[:2],), (other, *COLUMNS[1:]), COLUMNS[::-1]):
        running = RunningSha([column.name for column in COLUMNS], 5)
        for column in COLUMNS:
            running.add(column)
        assert running.of(Table(columns)) == Table(columns).sha
    stopped = RunningSha(("a", "b", "c"), 5)
    stopped.add(COLUMNS[0])
    assert stopped.of(Table(COLUMNS)) == Table(COLUMNS).sha
