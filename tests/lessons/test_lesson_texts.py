"""What holds for every shipped lesson: its length, its questions, its words, and setups that can be made."""

from __future__ import annotations

import pytest

from bpgui.project.lessons import Lesson, Step, shelf
from bpgui.resources import resource

TOPICS = (
    "what-backpropagation-is", "three-steps-with-xor", "why-a-hidden-layer", "activations", "losses", "learning-rate",
    "mini-batches", "vanishing-gradients", "overfitting", "digits", "fraud", "voice", "gradient-check",
    "from-here-to-pytorch",
)  # fmt: skip
LESSONS = shelf.all_shipped()
MOST_WORDS = 95  # what is read before something is done


def words(step: Step) -> list[str]:
    return step.text.write({}).split()


def test_the_lessons_are_there_in_their_order() -> None:
    assert shelf.names() == TOPICS


@pytest.mark.parametrize("lesson", LESSONS, ids=TOPICS)
def test_it_is_short_and_asks(lesson: Lesson) -> None:
    assert 3 <= lesson.minutes <= 6
    assert 5 <= len(lesson.steps) <= 9
    assert lesson.summary
    assert lesson.teaches
    assert {step.title: len(words(step)) for step in lesson.steps if len(words(step)) > MOST_WORDS} == {}
    assert any(step.predict is not None for step in lesson.steps), "something is to be predicted"
    titles = [step.title for step in lesson.steps]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("lesson", LESSONS, ids=TOPICS)
def test_every_step_but_a_page_to_read_points_somewhere(lesson: Lesson) -> None:
    lost = [step.title for step in lesson.steps if (step.until or step.predict) and not step.point]
    assert lost == []
    assert lesson.steps[0].setup is not None
    assert "sample" in lesson.steps[0].setup.project, "it begins with data of its own, whatever was open"


@pytest.mark.parametrize("number", range(1, len(TOPICS) + 1))
def test_the_checker_finds_nothing(number: int) -> None:
    """Neither in its setups, made one after the other, nor in its links."""
    checked = shelf.check_file(resource("lessons") / f"{number:02d}-{TOPICS[number - 1]}.md")
    assert checked.steps


def test_the_first_lesson_says_the_words_of_a_step() -> None:
    titles = " ".join(step.title for step in LESSONS[0].steps)
    for word in ("forward pass", "loss", "backward pass", "update"):
        assert word in titles
