"""Large tables: they stay where they were read from, as long as that is there; the cache spares reading them again."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from project_fixtures import mixed_project, same

from bpgui.data import cache
from bpgui.data.errors import DataError
from bpgui.data.readers import ReadingOptions, parent, read_file
from bpgui.data.table import Table
from bpgui.project import outside
from bpgui.project.archive import Archive
from bpgui.project.proposal import propose
from bpgui.project.storage import (
    Project,
    StorageError,
    TableElsewhere,
    from_bytes,
    load_project,
    save_project,
    to_bytes,
)


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Table, Path]:
    """A saved project whose table is too large to be inside: (project, table, data file)."""
    monkeypatch.setattr(outside, "LARGE_TABLE", 10)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "data.csv"
    file.write_text("a;b\n" + "".join(f"{i},5;{i % 3}\n" for i in range(40)))
    reading = read_file(file, options=ReadingOptions(decimal=",", thousands=""))
    path = tmp_path / "work.bpgui"
    spec = propose(reading.table, reading.origin)
    save_project(path, Project(spec, {reading.table.sha: reading.table}))
    return path, reading.table, file


def test_large_data_stays_outside_and_is_read_again_as_it_was(large: tuple[Path, Table, Path]) -> None:
    path, table, _ = large
    assert not any(name.startswith("data/") for name in Archive(path.read_bytes(), "x").names)
    with pytest.raises(TableElsewhere, match=r"work\.bpgui uses the data of .*data\.csv, which is too large") as error:
        load_project(path)
    loaded = load_project(path, error.value.read())
    assert loaded.tables == {table.sha: table}
    assert to_bytes(loaded) == path.read_bytes()
    assert same(from_bytes(to_bytes(loaded), "x", loaded.tables), loaded)


def test_large_data_that_changed_or_went_is_named(large: tuple[Path, Table, Path]) -> None:
    path, _, file = large
    with pytest.raises(TableElsewhere) as error:
        load_project(path)
    file.write_text(file.read_text().replace("7,5", "8,5"))
    with pytest.raises(StorageError, match=r"data\.csv has changed since the project was saved"):
        error.value.read()
    file.unlink()
    with pytest.raises(DataError, match=r"data\.csv is not there"):
        error.value.read()


def test_the_cache_spares_reading_it_again(
    tmp_path: Path, large: tuple[Path, Table, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, table, file = large
    monkeypatch.setattr(parent, "WORTH_KEEPING", 10)
    read_file(file, options=ReadingOptions(decimal=",", thousands=""))
    assert cache.cached(table.sha) == table
    file.unlink()
    assert load_project(path).tables == {table.sha: table}


def test_large_data_without_its_file_is_saved_inside(
    large: tuple[Path, Table, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, table, file = large
    spec, other = mixed_project()
    assert f"data/{other.sha}" in Archive(to_bytes(Project(spec, {other.sha: other})), "x").names
    reading = read_file(file, options=ReadingOptions(decimal=",", thousands=""))
    spec = propose(reading.table, replace(reading.origin, path=str(file) + ".gone"))
    assert f"data/{table.sha}" in Archive(to_bytes(Project(spec, {table.sha: table})), "x").names
