"""The program's own files are found in a checkout, in an installed wheel and in a PyInstaller bundle."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bpgui import resources


@pytest.fixture(autouse=True)
def _forget() -> None:
    resources.resources_folder.cache_clear()
    yield
    resources.resources_folder.cache_clear()


def place(monkeypatch: pytest.MonkeyPatch, package: Path) -> None:
    monkeypatch.setattr(resources, "__file__", str(package / "resources.py"))


def make(folder: Path) -> Path:
    (folder / "icons").mkdir(parents=True)
    (folder / "icons" / "a.svg").write_text("<svg/>")
    return folder


def test_in_this_checkout():
    assert resources.resource("icons").is_dir()


def test_in_a_wheel_it_is_not_the_neighbour_in_site_packages(tmp_path, monkeypatch):
    place(monkeypatch, tmp_path / "bpgui")
    make(tmp_path / "resources")
    own = make(tmp_path / "bpgui" / "resources")
    assert resources.resource("icons", "a.svg") == own / "icons" / "a.svg"


@pytest.mark.parametrize("inside", ["resources", "bpgui/resources"])
def test_in_a_bundle(inside, tmp_path, monkeypatch):
    place(monkeypatch, tmp_path / "elsewhere" / "bpgui")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "bundle"), raising=False)
    own = make(tmp_path / "bundle" / inside)
    assert resources.resource("icons", "a.svg") == own / "icons" / "a.svg"


def test_a_missing_file_is_named():
    with pytest.raises(FileNotFoundError, match=r"resources/icons/none\.svg"):
        resources.resource("icons", "none.svg")


def test_a_missing_folder_is_said(tmp_path, monkeypatch):
    place(monkeypatch, tmp_path / "bpgui")
    with pytest.raises(FileNotFoundError, match="incomplete"):
        resources.resource("icons")
