"""Every shipped lesson is played to its end by mouse and keyboard; one that cannot be finished fails."""

from __future__ import annotations

import pytest
from lesson_acts import ACTS, RIGHT, act
from lesson_hand import LessonHand
from pytestqt.qtbot import QtBot

from bpgui.project.lessons import shelf
from bpgui.project.lessons.live_text import UNKNOWN
from bpgui.ui.main_window import MainWindow

NAMES = shelf.names()


@pytest.mark.parametrize("name", NAMES)
def test_it_is_played_to_its_end(qtbot: QtBot, window: MainWindow, name: str) -> None:
    hand = LessonHand(window, qtbot)
    hand.begin(name)
    lesson, right = hand.player.lesson, {}
    assert lesson is not None
    for place, step in enumerate(lesson.steps):
        assert hand.player.place == place, f"expected {step.title!r}; {hand.where()}"
        assert UNKNOWN not in step.text.write(hand.player.facts).split(), f"a number is missing in {step.title!r}"
        if step.predict is not None:
            hand.answer(1)
        act(hand)
        if step.predict is not None:
            hand.wait(lambda: hand.player.revealed, "nothing is revealed")
            right[step.title] = hand.player.right + 1
            says = hand.panel.step.question.reveal
            assert says.isVisible()
            assert UNKNOWN not in says.text().replace(",", " ").split(), says.text()
        hand.next()
    hand.wait(lambda: hand.player.finished, "the lesson is not finished")
    assert right == RIGHT[name]
    assert hand.panel.finish.isVisible()
    assert hand.player.remembered[name].finished


def test_what_is_done_by_hand_is_in_a_lesson() -> None:
    steps = {(lesson.name, step.title) for lesson in shelf.all_shipped() for step in lesson.steps}
    assert set(ACTS) <= steps
    asked = {(name, title) for name, titles in RIGHT.items() for title in titles}
    assert asked == {
        (lesson.name, step.title) for lesson in shelf.all_shipped() for step in lesson.steps if step.predict is not None
    }
