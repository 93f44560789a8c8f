"""Large tables: they stay in the file they were read from, as long as it is there and the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from project_fixtures import FILE, mixed_project, mixed_table, same

from bpgui.data.table import Table
from bpgui.project import storage
from bpgui.project.archive import Archive
from bpgui.project.proposal import propose
from bpgui.project.samples import open_sample
from bpgui.project.storage import Project, StorageError, from_bytes, load_project, save_project, to_bytes


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Table, Path]:
    """A saved project whose table is too large to be inside: (project, table, data file)."""
    monkeypatch.setattr(storage, "LARGE_TABLE", 100)
    file = tmp_path / "data.csv"
    file.write_text("a\n1\n")
    table = mixed_table()
    spec = propose(table, replace(FILE, path=str(file)))
    path = tmp_path / "work.bpgui"
    save_project(path, Project(spec, {table.sha: table}), rereadable=True)
    return path, table, file


def test_large_data_stays_outside(large: tuple[Path, Table, Path]) -> None:
    path, table, _ = large
    assert not any(name.startswith("data/") for name in Archive(path.read_bytes(), "x").names)
    loaded = load_project(path, lambda origin: table)
    assert loaded.tables == {table.sha: table}
    assert to_bytes(loaded, rereadable=True) == path.read_bytes()
    assert same(from_bytes(to_bytes(loaded), "x"), loaded)


def test_large_data_that_changed_or_went_is_named(large: tuple[Path, Table, Path]) -> None:
    path, table, file = large
    with pytest.raises(StorageError, match=r"data\.csv, which cannot be read here"):
        load_project(path)
    with pytest.raises(StorageError, match="now reads as another table"):
        load_project(path, lambda origin: open_sample("xor")[1])
    file.write_text("a\n2\n")
    with pytest.raises(StorageError, match=r"data\.csv, which has changed since"):
        load_project(path, lambda origin: table)
    file.unlink()
    with pytest.raises(StorageError, match=r"data\.csv, which cannot be read\. Put that file back"):
        load_project(path, lambda origin: table)


def test_large_data_without_its_file_is_saved_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "LARGE_TABLE", 100)
    spec, table = mixed_project()
    data = to_bytes(Project(spec, {table.sha: table}), rereadable=True)
    assert f"data/{table.sha}" in Archive(data, "x").names
