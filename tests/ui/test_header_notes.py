"""The muted text in a panel's header: shorter where it has no room, never cut in the middle of a word."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.ui.main_window import MainWindow
from bpgui.ui.widgets.elided import ElidedLabel


def test_the_first_text_that_fits_stands_there(qtbot: QtBot) -> None:
    label = ElidedLabel("step 1 of 100 · epoch 7")
    qtbot.addWidget(label)
    label.shorter = ("step 1 of 100", "step 1")
    wide = label.fontMetrics().horizontalAdvance
    for text in ("step 1 of 100 · epoch 7", "step 1 of 100", "step 1"):
        label.resize(wide(text) + 1, 20)
        assert label.shown_text() == text
    label.resize(wide("step 1") - 4, 20)
    assert "…" in label.shown_text()
    label.shorter = ("step 1 of 100", "")
    assert label.shown_text() == ""
    assert label.text() == "step 1 of 100 · epoch 7"


def test_no_header_of_a_small_window_is_cut(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1280, 720)
    for sample in ("moons", "digits8x8", "penguins"):
        window.open_sample(sample)
        window.session.walk.begin()
        qtbot.waitUntil(lambda: window.session.walk.trace is not None)
        for walking in (True, False):
            if not walking:
                window.session.walk.leave()
            QApplication.processEvents()
            for key in ("explain", "network"):
                assert "…" not in window.panels[key].header.note.shown_text(), (sample, key)
