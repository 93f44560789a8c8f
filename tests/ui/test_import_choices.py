"""What is settled in the import view, without the view: answers, settings, types, columns, and what outlasts what."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers import Choice, Question, Reading, ReadingOptions
from bpgui.data.spec import FileOrigin
from bpgui.data.table import Table
from bpgui.ui.dialogs.import_choices import Choices

BASE = ReadingOptions()


def asked(key: str, given: ReadingOptions, *changes: dict[str, object], best: int = 0) -> Question:
    """As readers ask: each choice holds all options that were given, and its own besides."""
    choices = tuple(Choice(str(change), replace(given, **change)) for change in changes)
    return Question(key=key, text=f"{key}?", choices=choices, best=best)


def reading(options: ReadingOptions, *questions: Question) -> Reading:
    return Reading(Table(()), FileOrigin(name="x.csv", options=options), questions=questions)


NUMBERS = asked("numbers", BASE, {"decimal": "."}, {"decimal": ","})
CODES = asked("codes", BASE, {"types": (("zip", "text"),)}, {"types": (("zip", "number"),)})
SPLIT = asked("delimiter", BASE, {"delimiter": ";"}, {"delimiter": ","}, best=1)


def test_guesses_count_only_when_they_are_accepted() -> None:
    choices = Choices()
    assert choices.take(reading(BASE, NUMBERS, SPLIT)) == (NUMBERS, SPLIT)
    assert choices.options(settled=False) == BASE
    assert choices.options(settled=True) == ReadingOptions(decimal=".", delimiter=",")
    assert not choices.touched


def test_an_answered_question_stays_and_an_unanswered_one_goes_when_it_is_asked_no_more() -> None:
    choices = Choices()
    choices.take(reading(BASE, NUMBERS, CODES))
    choices.answer("numbers", 1)
    options = choices.options(settled=False)
    assert options == ReadingOptions(decimal=",")
    assert choices.take(reading(options)) == ()
    assert [one.question.key for one in choices.asked] == ["numbers"]
    assert choices.touched


def test_what_comes_first_makes_later_answers_void() -> None:
    choices = Choices(ReadingOptions(types=(("old", "text"),)))
    choices.take(reading(choices.base, NUMBERS, SPLIT))
    choices.answer("numbers", 1)
    choices.set_type("a", "text")
    choices.set_columns(("a", "b"))
    choices.answer("delimiter", 0)
    assert [one.question.key for one in choices.asked] == ["delimiter"]
    assert choices.options(settled=True) == ReadingOptions(delimiter=";")


def test_a_setting_takes_the_place_of_a_question_and_an_answer_that_of_a_setting() -> None:
    choices = Choices()
    choices.take(reading(BASE, NUMBERS, SPLIT))
    choices.set_text("decimal", ",")
    assert [one.question.key for one in choices.asked] == ["delimiter"]
    assert choices.options(settled=False).decimal == ","
    choices.take(reading(BASE, NUMBERS))
    choices.answer("numbers", 0)
    assert choices.options(settled=False).decimal == "."


def test_types_of_several_answers_and_of_the_person_add_up() -> None:
    choices = Choices()
    choices.take(reading(BASE, CODES))
    given = choices.options(settled=True)
    dates, texts = ((*given.types, ("day", kind)) for kind in ("date", "text"))
    later = asked("types", given, {"types": dates}, {"types": texts})
    assert choices.take_whole(reading(given, CODES, later)) == (later,), "what has been answered is not asked again"
    assert dict(choices.options(settled=True).types) == {"zip": "text", "day": "date"}
    choices.set_type("zip", "number")
    assert dict(choices.options(settled=True).types) == {"zip": "number", "day": "date"}


def test_what_cannot_be_is_refused_in_words() -> None:
    choices = Choices()
    with pytest.raises(DataError, match="skip"):
        choices.set_text("skip", "some")
    choices.set_text("decimal", ",")
    choices.set_text("thousands", ",")
    with pytest.raises(DataError, match="Thousands"):
        choices.options(settled=True)


def test_everything_can_be_found_out_again() -> None:
    choices = Choices(ReadingOptions(decimal=",", columns=("a",)))
    assert choices.touched
    choices.set_columns(None)
    assert choices.options(settled=True) == ReadingOptions(decimal=",")
    choices.set_text("rows", "20")
    choices.forget()
    assert not choices.touched
    assert choices.options(settled=True) == BASE
