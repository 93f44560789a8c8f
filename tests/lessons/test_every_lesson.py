"""Every shipped lesson is played to its end by mouse and keyboard; one that cannot be finished fails."""

from __future__ import annotations

import pytest
from lesson_acts import ACTS, RIGHT, act
from lesson_hand import FirstStart, LessonHand
from pytestqt.qtbot import QtBot

from bpgui.project.lessons import shelf
from bpgui.project.lessons.live_text import UNKNOWN
from bpgui.ui.learn.welcome import Welcome
from bpgui.ui.main_window import MainWindow

NAMES = shelf.names()


@pytest.mark.parametrize("name", NAMES)
def test_it_is_played_to_its_end(qtbot: QtBot, window: MainWindow, name: str) -> None:
    hand = LessonHand(window, qtbot)
    hand.begin(name)
    assert play(hand) == RIGHT[name], "the answers that come out right are those that the texts explain"
    assert hand.panel.finish.isVisible()
    assert hand.player.remembered[name].finished


def play(hand: LessonHand) -> dict[str, int]:
    """Go through the lesson that has begun; the option that came out right, by the title of its step."""
    lesson, right = hand.player.lesson, {}
    assert lesson is not None
    for place, step in enumerate(lesson.steps):
        assert hand.player.place == place, f"expected {step.title!r}; {hand.where()}"
        assert is_complete(hand.panel.step.text.text()), f"a number is missing in {step.title!r}"
        if step.predict is not None:
            hand.answer(1)
        act(hand)
        if step.predict is not None:
            hand.wait(lambda: hand.player.revealed, "nothing is revealed")
            right[step.title] = hand.player.right + 1
            said = hand.panel.step.question.reveal
            assert said.isVisible()
            assert is_complete(said.text()), said.text()
        hand.next()
    hand.wait(lambda: hand.player.finished, "the lesson is not finished")
    return right


def is_complete(text: str) -> bool:
    """Whether no number in it is unknown."""
    return UNKNOWN not in text.replace(",", " ").replace(":", " ").split()


def test_a_newcomer_trains_xor_within_three_clicks(first_start: FirstStart) -> None:
    def path(hand: LessonHand) -> None:
        hand.train()
        with hand.trainer.parked() as driver:
            assert driver is not None
            assert driver.train_loss < 0.1
        assert hand.clicks <= 3

    first_start(path)


def test_a_newcomer_ends_the_first_lesson_within_twenty_five_clicks(first_start: FirstStart) -> None:
    def path(hand: LessonHand) -> None:
        welcome = hand.window.findChild(Welcome)
        assert welcome is not None
        hand.click(welcome.begin)
        assert hand.player.lesson is not None
        assert hand.player.lesson.name == NAMES[0]
        play(hand)
        assert hand.clicks <= 25

    first_start(path)


def test_what_is_done_by_hand_is_in_a_lesson() -> None:
    steps = {(lesson.name, step.title) for lesson in shelf.all_shipped() for step in lesson.steps}
    assert set(ACTS) <= steps
    asked = {(name, title) for name, titles in RIGHT.items() for title in titles}
    assert asked == {
        (lesson.name, step.title) for lesson in shelf.all_shipped() for step in lesson.steps if step.predict is not None
    }
