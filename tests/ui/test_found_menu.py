"""Image sets that are on the computer already, by the menu."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from window_driver import accept_import

from bpgui.data import found
from bpgui.ui.main_window import MainWindow


def idx(path: Path, array: np.ndarray) -> None:
    head = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    path.write_bytes(head + array.astype(np.uint8).tobytes())


@pytest.fixture
def digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "datasets" / "my-digits"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for part, rows in (("train", 60), ("t10k", 20)):
        idx(folder / f"{part}-images-idx3-ubyte", rng.integers(0, 255, (rows, 6, 6)))
        idx(folder / f"{part}-labels-idx1-ubyte", np.arange(rows) % 3)
    monkeypatch.setattr(found, "PLACES", (str(tmp_path / "datasets"), str(tmp_path / "nowhere")))
    return folder


def entries(window: MainWindow) -> list[tuple[str, bool]]:
    menu = found_menu(window)
    menu.aboutToShow.emit()
    return [(action.text(), action.isEnabled()) for action in menu.actions()]


def found_menu(window: MainWindow) -> QMenu:
    return next(menu for menu in window.findChildren(QMenu) if "28 × 28" in menu.accessibleName())


def test_what_is_found_opens_like_a_dropped_folder(qtbot: QtBot, window: MainWindow, digits: Path) -> None:
    assert entries(window) == [("my-digits", True)]
    found_menu(window).actions()[0].trigger()
    accept_import(qtbot, window)
    document = window.session.document
    qtbot.waitUntil(lambda: document.table.rows == 80, timeout=20_000)
    assert document.spec.data.split.method == "column"
    assert document.dataset is not None
    assert len(document.dataset.test) == 20


def test_where_there_are_none_it_says_where_to_put_them(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "PLACES", (str(tmp_path / "nowhere"),))
    ((text, enabled),) = entries(window)
    assert "~/datasets" in text
    assert not enabled
