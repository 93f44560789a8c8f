"""The weights while nothing trains: what is there is shown in every way, and a single moment as what it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from bpgui.session.session import Session
from bpgui.ui.live.course_view import CourseView
from bpgui.ui.panels.weights import WeightsPanel

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> WeightsPanel:
    session.document.open_sample("moons", rows=60)
    made = WeightsPanel(session)
    qtbot.addWidget(made)
    made.resize(410, 290)
    made.show()
    qtbot.waitUntil(lambda: made.heatmap.layer is not None)
    return made


def step(qtbot: QtBot, session: Session, steps: int) -> None:
    for number in range(1, steps + 1):
        session.trainer.step_batch()
        qtbot.waitUntil(lambda n=number: session.trainer.progress.step == n and session.trainer.state != "training")


def test_another_way_to_look_is_shown_also_when_the_chosen_kind_is_chosen_again(
    qtbot: QtBot, panel: WeightsPanel, session: Session
) -> None:
    """While nothing trains no new numbers come: those that are there must do."""
    step(qtbot, session, 3)
    qtbot.mouseClick(panel.kinds.button("weights"), LEFT)
    qtbot.mouseClick(panel.ways.button("course"), LEFT)
    assert isinstance(panel.form.widget, CourseView)
    assert not panel.form.widget.empty


def test_a_single_moment_stands_in_the_middle_between_whole_steps(
    qtbot: QtBot, panel: WeightsPanel, session: Session
) -> None:
    panel.hide()
    step(qtbot, session, 4)
    panel.show()
    qtbot.mouseClick(panel.ways.button("course"), LEFT)
    view = panel.form.widget
    assert isinstance(view, CourseView)
    qtbot.waitUntil(lambda: 4 in view.steps.tolist())
    view.set_course(view.kind, view.layer_name, view.counts, view.steps[-1:], view.values[-1:])
    assert (view.x.low, view.x.high) == (3.0, 5.0)
    assert [text for _, text in view._x_ticks(300.0)] == ["3", "4", "5"]
    assert not view.grab().isNull()
