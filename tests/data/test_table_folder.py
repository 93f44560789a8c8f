"""A table in a folder: the same table back, in memory or mapped; kept in the cache under its hash."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bpgui.data import cache, table_folder
from bpgui.data.errors import DataError
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn
from bpgui.data.table_folder import HEAD, NUMBERS, TableWriter, open_table


def mixed(rows: int = 50) -> Table:
    rng = np.random.default_rng(rows)
    return Table(
        [
            NumberColumn("a", np.where(np.arange(rows) % 4, np.nan, rng.normal(size=rows))),
            NumberColumn("day", np.arange(rows) + 0.5, "date"),
            NumberColumn("image", rng.integers(0, 255, (rows, 3, 2, 1)).astype(np.uint8), "image"),
            NumberColumn("short", rng.normal(size=rows).astype(np.float32)),
            TextColumn.of("t", [None if row % 5 == 0 else f"säml {row % 3}" for row in range(rows)]),
        ]
    )


def numbers_of(column: AnyColumn) -> NDArray[Any]:
    return column.codes if isinstance(column, TextColumn) else column.values


def written(folder: Path, table: Table) -> Path:
    folder.mkdir()
    TableWriter(folder).finish(table)
    return folder


@pytest.mark.parametrize("rows", [0, 1, 50])
@pytest.mark.parametrize("mapped", [False, True])
def test_the_same_table_comes_back(tmp_path: Path, rows: int, mapped: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if mapped:
        monkeypatch.setattr(table_folder, "IN_MEMORY", 0)
    table = mixed(rows)
    again = open_table(written(tmp_path / "t", table))
    assert again.sha == table.sha
    assert Table(again.columns).sha == table.sha, "worked out anew"
    assert again.to_bytes() == table.to_bytes()
    assert [c.meaning for c in again.columns if isinstance(c, NumberColumn)] == ["number", "date", "image", "number"]
    with pytest.raises(ValueError, match="read-only"):
        again.column("a").values[:] = 0.0  # type: ignore[union-attr]


def test_a_large_table_stays_in_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_folder, "IN_MEMORY", 0)
    values = open_table(written(tmp_path / "t", mixed())).column("image").values  # type: ignore[union-attr]
    base = values
    while not isinstance(base, np.memmap):
        base = base.base
    assert Path(str(base.filename)) == tmp_path / "t" / NUMBERS


def test_columns_are_taken_one_by_one_and_may_change_their_places(tmp_path: Path) -> None:
    table = mixed()
    folder = tmp_path / "t"
    folder.mkdir()
    writer = TableWriter(folder)
    kept = [writer.keep(column) for column in reversed(table.columns)]
    assert Table(kept[::-1]).sha == table.sha
    written_once = sum(-(-c.nbytes // 64) * 64 for c in map(numbers_of, table.columns))
    writer.finish(Table(kept[::-1]))
    assert written_once - 64 < (folder / NUMBERS).stat().st_size <= written_once, "nothing is written twice"
    assert open_table(folder) == table


def test_a_column_is_filled_piece_by_piece(tmp_path: Path) -> None:
    table = mixed()
    folder = tmp_path / "t"
    folder.mkdir()
    writer = TableWriter(folder)
    spaces = [(c, writer.space(numbers_of(c).shape, numbers_of(c).dtype.name)) for c in table.columns]
    for start in range(0, 50, 7):
        for column, space in spaces:
            space.add(numbers_of(column)[start : start + 7])
    made: list[AnyColumn] = [
        TextColumn(c.name, space.done(), c.levels)
        if isinstance(c, TextColumn)
        else NumberColumn(c.name, space.done(), c.meaning)
        for c, space in spaces
    ]
    assert all(not numbers_of(column).flags.owndata for column in made), "they lie in the file"
    writer.finish(Table(made))
    assert open_table(folder).to_bytes() == table.to_bytes()


@pytest.mark.skipif(os.name != "posix", reason="the limit of open files is that of POSIX")
def test_thousands_of_columns_take_few_file_handles(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    folder.mkdir()
    before = len(os.listdir("/dev/fd"))
    writer = TableWriter(folder)
    columns = [writer.keep(NumberColumn(f"x{i}", np.full(3, i))) for i in range(3000)]
    assert len(os.listdir("/dev/fd")) < before + 10
    writer.finish(Table(columns))
    assert open_table(folder).column("x2999").values.tolist() == [2999.0] * 3  # type: ignore[union-attr]


@pytest.mark.parametrize("change", ["numbers cut off", "head damaged", "no head"])
def test_a_damaged_folder_is_said(tmp_path: Path, change: str) -> None:
    folder = written(tmp_path / "t", mixed())
    if change == "numbers cut off":
        (folder / NUMBERS).write_bytes((folder / NUMBERS).read_bytes()[:-30])
    elif change == "head damaged":
        (folder / HEAD).write_bytes((folder / HEAD).read_bytes()[:-3])
    else:
        (folder / HEAD).unlink()
    with pytest.raises((DataError, FileNotFoundError), match=r"damaged|No such file"):
        open_table(folder)


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_is_kept_is_found_by_its_hash(tmp_path: Path, own_cache: Path) -> None:
    table = mixed()
    assert cache.cached(table.sha) is None
    with cache.work_folder() as work:
        place = cache.keep(written(Path(work, "table"), table), table.sha)
    assert place.parent == cache.cache_folder()
    assert own_cache in place.parents
    found = cache.cached(table.sha)
    assert found is not None
    assert found.to_bytes() == table.to_bytes()


def test_a_damaged_table_is_not_found(own_cache: Path) -> None:
    table = mixed()
    with cache.work_folder() as work:
        place = cache.keep(written(Path(work, "table"), table), table.sha)
    (place / NUMBERS).write_bytes(b"")
    assert cache.cached(table.sha) is None


def test_tidying_lets_go_of_what_was_not_used_for_longest(own_cache: Path) -> None:
    shas = []
    for age, rows in ((300, 40), (200, 41), (100, 42), (0, 43)):
        table = mixed(rows)
        with cache.work_folder() as work:
            place = cache.keep(written(Path(work, "table"), table), table.sha)
        then = place.stat().st_mtime - age
        os.utime(place, (then, then))
        shas.append(table.sha)
    size = (cache.cache_folder() / shas[0] / NUMBERS).stat().st_size
    cache.tidy(limit=int(2.5 * size), using={shas[0]})
    assert [cache.cached(sha) is not None for sha in shas] == [True, False, True, True]


def test_a_folder_that_cannot_be_made_is_no_hindrance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with cache.work_folder() as work:
        folder = written(Path(work, "table"), mixed())
        assert cache.keep(folder, "0" * 64) == folder
    assert cache.cached("0" * 64) is None
    cache.tidy()


def test_several_columns_can_be_filled_at_a_time(tmp_path: Path) -> None:
    """Together they are more than what is mapped ahead of the first that is done."""
    writer = TableWriter(tmp_path)
    rows = 1 << 20
    spaces = [writer.space((rows,), "float64") for _ in range(12)]
    for piece in range(2):
        for number, space in enumerate(spaces):
            space.add(np.full(rows // 2, 10.0 * number + piece))
    columns = [NumberColumn(f"c{number}", space.done()) for number, space in enumerate(spaces)]
    writer.finish(Table(columns))
    for number, column in enumerate(open_table(tmp_path).columns):
        assert isinstance(column, NumberColumn)
        assert set(np.unique(column.values).tolist()) == {10.0 * number, 10.0 * number + 1}
