"""Text files go straight into arrays where they fit into memory, by way of a table where not: the same comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bpgui.data.errors import DataError
from bpgui.data.readers.options import Parsed, ReadingOptions
from bpgui.data.readers.task import Task
from bpgui.data.readers.text import csv_reader, csv_straight, csv_table
from bpgui.data.readers.text.column_types import Plan
from tests.data.awkward_cells import AWKWARD
from tests.data.malformed import MALFORMED

DAYS = [f"2024-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]


def read(folder: Path, content: bytes, options: ReadingOptions = ReadingOptions()) -> tuple[str, Parsed] | str:  # noqa: B008
    """The table's hash and all that is said about it, or the message."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    path = folder / "t.csv"
    path.write_bytes(content)
    try:
        table, parsed = csv_reader.read(Task((path,), folder, options, work))
    except DataError as error:
        return str(error)
    return table.sha, parsed


def both(folder: Path, content: bytes, options: ReadingOptions = ReadingOptions()) -> list[Any]:  # noqa: B008
    """Straight and by way of a table. That each way was gone is made sure of."""
    found = []
    for room, kind in ((csv_straight.ROOM, "StraightColumns"), (0, "LargeColumns")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(csv_straight, "ROOM", room)
            other = {"StraightColumns": "LargeColumns", "LargeColumns": "StraightColumns"}[kind]
            patch.setattr(csv_table, other, _never)
            found.append(read(folder, content, options))
    return found


def _never(*_: Any) -> Any:
    raise AssertionError("the other way was to be gone")


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_files_are_the_same_both_ways(name: str, tmp_path: Path) -> None:
    straight, large = both(tmp_path, AWKWARD[name].content, AWKWARD[name].options)
    assert straight == large


@pytest.mark.parametrize("name", MALFORMED)
def test_messages_are_the_same_both_ways(name: str, tmp_path: Path) -> None:
    content = MALFORMED[name][0]
    straight, large = both(tmp_path, content if isinstance(content, bytes) else content.encode())
    assert straight == large
    assert isinstance(straight, str)


NUMBERS = some.sampled_from(["1", "-2.5", "007", "1.234", "1e300", "nan", "inf", "", "-", "NA", "9999", "1_000", " 4 "])
TEXTS = some.sampled_from(["a", "ä", "b'c", '"q""r"', "", "NA", " x ", "?", "\u2028", "00", "z" * 300])
DATES = some.sampled_from([*DAYS[:40], "2024-2-3", "2024-02-30", "2024-03-01T10:00", "", "NA", "soon"])


@given(
    first=some.tuples(some.sampled_from(["1", "2.5"]), some.sampled_from(["a", "b"]), some.sampled_from(DAYS[:3])),
    rows=some.lists(some.tuples(NUMBERS, TEXTS, DATES), max_size=30),
)
def test_whatever_stands_in_the_cells(
    tmp_path_factory: pytest.TempPathFactory, first: tuple[str, ...], rows: list[tuple[str, ...]]
) -> None:
    lines = ["n,t,d", *(",".join(row) for row in [first] * 3 + rows)]
    straight, large = both(tmp_path_factory.mktemp("ways"), "\n".join(lines).encode())
    assert straight == large


def test_cells_far_down_that_the_beginning_does_not_know(tmp_path: Path) -> None:
    """Texts never seen before, dates written otherwise, a word among numbers: beyond what the beginning shows."""
    body = [f"{i},a{i % 3},{DAYS[i % 300]},{i % 7},w{i}" for i in range(60_000)]
    body += [f"{i},late {i % 5},2024-{1 + i % 12}-{1 + i % 28},{'odd' if i == 17 else 1},w{i}" for i in range(20_000)]
    content = "\n".join(["id,colour,day,n,word", *body]).encode()
    assert len(content) > 2 * csv_reader.SAMPLE_BYTES
    straight, large = both(tmp_path, content)
    assert straight == large
    assert any("'odd' is not a number" in note for note in straight[1].notes)


def test_a_table_larger_than_its_beginning_lets_expect_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "\n".join(["a,b", *(f"{i},x{i % 9}" for i in range(5000))]).encode()
    straight, large = both(tmp_path, content)

    def full(*_: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(csv_table, "StraightColumns", full)
    assert read(tmp_path, content) == straight == large


def test_what_fits_depends_on_the_memory_that_may_be_used() -> None:
    plans = [Plan("number")] * 30
    assert csv_straight.fits(300_000, plans, None)
    assert csv_straight.fits(300_000, plans, 1 << 30)
    assert not csv_straight.fits(300_000, plans, 1 << 28)
    assert not csv_straight.fits(300_000_000, plans, None)
    assert not csv_straight.fits(300_000, [Plan("text")] * 300, None)
