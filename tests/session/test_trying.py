"""What has to be tried out is tried when edits rest: no edit waits for it, and it finds the same."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bpgui.engine.training import Training
from bpgui.project import edits
from bpgui.project.checks import check, rates
from bpgui.session.session import Session


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A number for every test that is made; none is known at first."""
    found: list[int] = []
    twin = Training.twin

    def counted(self: Training, *given: object) -> Training:
        found.append(len(found))
        return twin(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Training, "twin", counted)
    rates._found.clear()
    return found


def test_edits_in_a_row_are_tried_out_once_they_rest(qtbot: QtBot, session: Session, tried: list[int]) -> None:
    document = session.document
    document.edit("", edits.set_training, learning_rate=1e-7)
    for units in range(3, 9):
        document.edit("", edits.set_layer, "d1", units=units)
        assert document.findings == ()
    assert tried == []
    spy = QSignalSpy(document.findings_changed)
    qtbot.waitUntil(lambda: spy.count() > 0)
    assert tried == [0]
    assert [f.text for f in document.findings] == [f.text for f in check(document.spec, document.table)]
    document.edit("", edits.set_training, learning_rate=1e-6)
    assert [f.key for f in document.findings] == ["learning_rate_off"], "what is known is said at once"
    document.edit("", edits.set_training, learning_rate=0.03)
    assert document.findings == ()
    assert tried == [0]


def test_an_edit_ends_the_trial_of_what_was_there_before(qtbot: QtBot, session: Session, tried: list[int]) -> None:
    document = session.document
    document.edit("", edits.set_training, learning_rate=1e-7)
    document.try_out(0.0)
    assert document.trial is not None
    document.edit("", edits.set_training, learning_rate=1.0, optimizer="sgd")
    qtbot.waitUntil(lambda: document.trial is None)
    assert document.findings == ()
    assert tried == [0]


def test_who_asks_for_all_gets_all_at_once(session: Session, tried: list[int]) -> None:
    session.document.edit("", edits.set_training, learning_rate=1e-7)
    session.document.try_out()
    assert [f.key for f in session.document.findings] == ["learning_rate_off"]
    assert session.document.trial is None
