"""What Health says and shows where there is little room, and early in a run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt

sys.path.append(str(Path(__file__).parents[1] / "runs"))

from health_cases import BAD, project

LEFT = Qt.MouseButton.LeftButton
WRONG = {bad.name: bad for bad in BAD}


def show(window, made):
    spec, table = made
    window.session.document.store.put(table)
    window.session.document.replace(spec, None)
    window.show_panel("health")
    return window.panels["health"]


def in_sight(panel, widget):
    seen = panel.area.viewport()
    return seen.rect().contains(QRect(widget.mapTo(seen, widget.rect().topLeft()), widget.size()))


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_several_warnings_leave_the_plots_in_sight(qtbot, window, size):
    window.resize(*size)
    panel = show(window, WRONG["wild_rate"].make())
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: len(panel.cards) == 3, timeout=20_000)
    qtbot.waitUntil(lambda: panel.cards[0].isVisible() and in_sight(panel, panel.cards[0]))
    qtbot.waitUntil(lambda: in_sight(panel, panel.view))
    hidden = [card for card in panel.cards if not card.isVisible()]
    more = panel.warnings.more
    assert more.text() == f"{len(hidden)} more warning{'s' * (len(hidden) > 1)}"
    qtbot.mouseClick(more, LEFT)
    qtbot.waitUntil(lambda: all(card.isVisible() for card in panel.cards))
    panel.area.ensureWidgetVisible(more)
    qtbot.mouseClick(more, LEFT)
    qtbot.waitUntil(lambda: in_sight(panel, panel.view))


def test_a_single_warning_has_no_link_for_more(qtbot, window):
    panel = show(window, WRONG["ten_sigmoids"].make())
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: len(panel.cards) == 1, timeout=20_000)
    qtbot.waitUntil(panel.cards[0].isVisible)
    assert not panel.warnings.more.isVisible()


def test_marks_of_the_first_steps_are_not_called_no_warning(qtbot, window):
    panel = show(window, WRONG["ten_sigmoids"].make())
    window.actions_by_key["step_batch"].trigger()
    qtbot.waitUntil(lambda: not panel.view.empty and int(panel.view.look.steps[-1]) == 1)
    assert panel.view.look.word(0, "gradient") == "vanishing"
    assert panel.findings == ()
    assert panel.header.note.text() == "too early to judge"


def test_marks_that_no_warning_speaks_of_are_counted(qtbot, window):
    panel = show(window, project("moons", optimizer="sgd", learning_rate=2e-4, epochs=4))
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: window.session.trainer.state == "ended", timeout=20_000)
    qtbot.waitUntil(lambda: not panel.view.empty and not panel.view.look.early)
    assert panel.view.look.unhealthy
    assert panel.findings == ()
    count = len(panel.view.look.unhealthy)
    assert panel.header.note.text() == f"{count} layer{'s' * (count > 1)} marked, no warning"
