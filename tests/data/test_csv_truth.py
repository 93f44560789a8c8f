"""The truth table of text files: awkward ones are read right or asked about, malformed ones have their sentence."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from bpgui.data.errors import DataError
from bpgui.data.readers.child import read as read_request
from bpgui.data.readers.options import ReadingOptions
from bpgui.data.readers.protocol import Request
from tests.data.awkward_cells import AWKWARD, GROUPS
from tests.data.malformed import MALFORMED, UNFIT
from tests.data.reading import read


def test_there_are_many() -> None:
    assert len(AWKWARD) >= 90
    assert len(AWKWARD) == sum(map(len, GROUPS)), "a name stands twice"


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_files_are_read_right_or_asked_about(name: str, tmp_path: Path) -> None:
    case = AWKWARD[name]
    found = read(tmp_path, case.content, case.options)
    assert found.columns == case.expected
    assert sorted(found.questions) == ([case.asks] if case.asks else [])
    for part in case.says:
        assert any(part in note for note in found.notes), (part, found.notes)
    if not case.asks:
        return
    question = found.questions[case.asks]
    assert len(question.choices) >= len(case.answers)
    assert case.answers[question.best] == case.expected
    for choice, expected in zip(question.choices, case.answers, strict=False):
        again = read(tmp_path, case.content, choice.options)
        assert again.columns == expected, choice.label
        assert case.asks not in again.questions, "what was answered is not asked again"


def test_malformed_files_are_many_and_their_messages_differ() -> None:
    assert len(MALFORMED) + len(UNFIT) >= 45
    assert len({message for _, message in MALFORMED.values()}) >= 40


def _refusal(folder: Path, content: str | bytes, options: ReadingOptions) -> str:
    """What is said; within ten seconds."""
    began = time.monotonic()
    with pytest.raises(DataError) as caught:
        read(folder, content, options)
    assert time.monotonic() - began < 10
    return str(caught.value)


def _is_a_sentence(text: str) -> bool:
    return (
        text.startswith("t.csv") and text.endswith((".", '("").', "?")) and not re.search(r"Error|Traceback|\\n", text)
    )


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_files_have_their_message(name: str, tmp_path: Path) -> None:
    content, message = MALFORMED[name]
    text = _refusal(tmp_path, content, ReadingOptions())
    assert re.search(message, text, re.DOTALL), text
    assert _is_a_sentence(text), text


@pytest.mark.parametrize("name", UNFIT)
def test_options_that_do_not_fit_the_file_have_their_message(name: str, tmp_path: Path) -> None:
    content, options, message = UNFIT[name]
    text = _refusal(tmp_path, content, options)
    assert re.search(message, text, re.DOTALL), text
    assert _is_a_sentence(text), text


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_files_have_a_message_of_their_own_wherever_they_go(name: str, tmp_path: Path) -> None:
    """Through the door that every file comes through: another reader may take it, or none."""
    content, _ = MALFORMED[name]
    path, work = tmp_path / "t.csv", tmp_path / "request"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    work.mkdir()
    request = Request(paths=(str(path),), folder=str(work), options=ReadingOptions(), memory=None)
    if name == "JSON":  # it is no CSV, and a table all the same
        assert read_request(request)[0].rows == 1
        return
    with pytest.raises(DataError) as caught:
        read_request(request)
    assert _is_a_sentence(str(caught.value)), str(caught.value)
