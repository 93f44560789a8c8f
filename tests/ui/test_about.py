"""About, as a person opens it."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from window_driver import click, dialogs

from bpgui import __version__
from bpgui.ui.dialogs.about import COMPONENTS, component_version
from bpgui.ui.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]


def test_version_licences_and_the_log(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "bpgui").mkdir()
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    window.actions_by_key["about"].trigger()
    (about,) = dialogs(window)
    words = [label.text() for label in about.findChildren(QLabel)]
    assert f"Version {__version__}" in words
    assert "LGPL 3" in words
    assert metadata.version("numpy") in words
    click(qtbot, about, "Open the folder")
    assert [Path(url.toLocalFile()) for url in opened] == [tmp_path / "bpgui"]


def test_every_library_that_is_needed_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.match(r"[\w-]+", line).group().lower() for line in project["dependencies"]}
    assert {distribution.lower() for _, distribution, _ in COMPONENTS} == needed
    assert all(component_version(distribution) for _, distribution, _ in COMPONENTS)
