"""A project that was saved after a divergence says of it what it said before, and takes that step apart."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QLabel

sys.path.append(str(Path(__file__).parents[1] / "runs"))

from health_cases import dense, project


def run_to_end(qtbot, window):
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: window.session.trainer.state == "ended", timeout=20_000)


def said(window):
    """What stands on the card of the divergence in the panel of the health."""
    card = next(card for card in window.panels["health"].cards if card.finding.key == "diverged")
    links = [card.links.itemAt(place).widget().text() for place in range(card.links.count())]
    return [label.text() for label in card.findChildren(QLabel)] + links + [card.text.toolTip()]


def test_it_is_taken_apart_after_reopening(qtbot, window, tmp_path):
    path = tmp_path / "diverged.bpgui"
    spec, table = project("plane", dense(1, 6, "identity"), optimizer="sgd", learning_rate=3.0, epochs=200)
    window.session.document.store.put(table)
    window.session.document.replace(spec, None)
    QApplication.processEvents()
    run_to_end(qtbot, window)
    found, walk = window.session.trainer.driver.post_mortem, window.session.walk
    window.actions_by_key["health"].trigger()
    qtbot.waitUntil(lambda: bool(window.panels["health"].cards))
    before = said(window)
    window.session.save(path)
    window.session.new()
    assert not window.actions_by_key["explain_divergence"].isEnabled()
    window.files.open_path(path)
    qtbot.waitUntil(lambda: any(card.finding.key == "diverged" for card in window.panels["health"].cards))
    assert said(window) == before
    assert repr(window.session.trainer.driver.post_mortem) == repr(found)
    window.actions_by_key["explain_divergence"].trigger()
    qtbot.waitUntil(lambda: walk.trace is not None and not walk.waiting)
    assert (walk.trace.step, walk.trace.taken) == (found.step, False)
    assert walk.trace.rows[walk.row] == found.culprit.row
