"""Workbooks and JSON documents larger than memory through the child: within the limit, and the same to the last bit."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bpgui.data import table_folder
from bpgui.data.errors import DataError, ReadingCancelled
from bpgui.data.readers import ReadingOptions, read_file, read_files
from bpgui.data.readers.options import Parsed, Reading
from bpgui.data.readers.parent import Limits, run_child
from bpgui.data.readers.records import json_reader
from bpgui.data.readers.workbooks import sheet_reader
from bpgui.data.spec import FileOrigin
from bpgui.data.table import NumberColumn, Table
from bpgui.project import build
from bpgui.project.proposal import propose
from bpgui.runs.driver import Driver
from tests.data.making_documents import NAMES, write_json, write_ods, write_xlsx
from tests.data.table_files import members_of, read

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit of memory is Linux's"),
]
Write = Callable[[Path, int], Path]
WRITERS: dict[str, Write] = {
    **{shape: lambda path, rows, shape=shape: write_json(path, shape, rows)
       for shape in ("records", "split", "index", "columns", "nested columns")},
    "xlsx": write_xlsx,
    "ods": write_ods,
}  # fmt: skip
LITTLE = Limits(memory=400_000)
ROWS = 6_000


def asked(reading: Reading | Parsed) -> list[str]:
    return [question.key for question in reading.questions if question.key == "size"]


@pytest.mark.parametrize("sort", WRITERS)
def test_a_document_larger_than_memory_is_the_same_table(sort: str, tmp_path: Path) -> None:
    path = WRITERS[sort](tmp_path / "t", ROWS)
    reader = (sheet_reader if sort in ("xlsx", "ods") else json_reader).read
    free, tight = read(reader, path), read_file(path, limits=LITTLE)
    assert (free.table.names, free.table.rows) == (NAMES, ROWS)
    assert tight.table.sha == free.table.sha
    assert (tight.notes, tight.columns) == (free.parsed.notes, free.parsed.columns)
    assert list(free.questions) == [q.key for q in tight.questions if q.key != "size"]
    (question,) = [question for question in tight.questions if question.key == "size"]
    assert "has about 6,000 rows and 10 columns: 0 MB, and 0 MB of memory may be used" in question.text
    assert [choice.label.split(":")[0] for choice in question.choices] == [
        "all rows, kept in a file", "a sample of 5,000 rows", "all rows in single precision",
    ]  # fmt: skip
    sample = read_file(path, options=question.choices[1].options, limits=LITTLE)
    assert (sample.table.rows, asked(sample)) == (5_000, [])
    assert sample.table.sha == read(reader, path, rows=5_000).table.sha


@pytest.mark.parametrize("sort", ["nested columns", "ods"])
def test_what_else_needs_less(sort: str, tmp_path: Path) -> None:
    path = WRITERS[sort](tmp_path / "t", ROWS)
    look = read_files((path,), limits=LITTLE, preview=20)
    assert (look.table.rows, look.rows, asked(look)) == (20, ROWS, ["size"])
    narrow = read_file(path, options=ReadingOptions(columns=("word", "x3")), limits=LITTLE)
    assert (narrow.table.names, asked(narrow)) == (("word", "x3"), [])
    single = read_file(path, options=ReadingOptions(precision="float32"), limits=LITTLE)
    column = single.table.column("x3")
    assert isinstance(column, NumberColumn)
    assert (column.values.dtype, single.table.rows, asked(single)) == (np.float32, ROWS, [])


RESERVED = {"records": 160 << 20, "xlsx": 120 << 20}  # bytes: the interpreter, its libraries, what is read at a time
LONG = {"records": 110_000, "xlsx": 80_000, "nested columns": 60_000, "ods": 20_000}


@pytest.mark.parametrize("sort", RESERVED)
def test_the_child_keeps_to_its_limit(sort: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory it would take more than there is; a run on it has the weights of one on the table without a limit."""
    path = WRITERS[sort](tmp_path / "t", LONG[sort])
    size = path.stat().st_size if sort == "records" else sum(map(len, members_of(path.read_bytes()).values()))
    memory = 3_500_000
    assert size > 4 * memory
    with pytest.raises(DataError, match="memory"):
        run_child((path,), ReadingOptions(), Limits(memory=None), command=_limited(sort, memory))
    monkeypatch.setattr(table_folder, "IN_MEMORY", 0)
    tight, parsed = run_child((path,), ReadingOptions(), Limits(memory=memory), command=_limited(sort))
    assert asked(parsed) == ["size"]
    assert all(isinstance(np.asarray(values).base, np.memmap) for values in _numbers(tight))
    monkeypatch.undo()
    free = read_file(path).table
    assert tight.sha == free.sha
    assert weights(tight, path) == weights(free, path)


def _limited(sort: str, memory: int | None = None) -> list[str]:
    """A child with little beside its limit, for the interpreter itself; `memory`: a limit that it is not told of."""
    code = f"child._RESERVED = {RESERVED[sort]}; "
    if memory is not None:
        code += f"limit = child._limit; child._limit = lambda none: limit({memory}); "
    return [sys.executable, "-c", f"import sys, bpgui.data.readers.child as child; {code}sys.exit(child.main())"]


def _numbers(table: Table) -> list[NDArray[np.float64]]:
    return [column.values for column in table.columns if isinstance(column, NumberColumn)]


def weights(table: Table, path: Path) -> bytes:
    """After some steps over the shuffled rows of a training part."""
    spec = propose(table, FileOrigin(name=path.name))
    build._datasets.clear()
    driver = Driver(spec, build.dataset(spec, table))
    for _ in range(50):
        driver.step()
    return driver.training.network.parameters.tobytes()


@pytest.mark.parametrize("sort", ["nested columns", "ods"])
def test_it_says_how_far_it_is_and_can_be_cancelled(sort: str, tmp_path: Path) -> None:
    path = WRITERS[sort](tmp_path / "t", LONG[sort])
    heard: list[float] = []
    with pytest.raises(ReadingCancelled):
        run_child((path,), ReadingOptions(), Limits(memory=1_200_000), progress=lambda done: heard.append(done or 0.0),
                  cancelled=lambda: bool(heard) and heard[-1] > 0.5)  # fmt: skip
    assert heard == sorted(heard)
    assert any(0.05 < done < 0.45 for done in heard)
