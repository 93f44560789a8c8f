"""The bug hunt by clicks and keys: every mistake of a network is found with what the dialog shows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot
from window_driver import click

from bpgui.ui.dialogs.bug_hunt import BugHuntDialog
from bpgui.ui.main_window import MainWindow
from bpgui.ui.widgets.choice_box import ChoiceBox


@pytest.fixture
def dialog(qtbot: QtBot, window: MainWindow) -> BugHuntDialog:
    window.session.document.open_sample("moons", rows=60)
    window.actions_by_key["bug_hunt"].trigger()
    found = window.findChild(BugHuntDialog)
    assert isinstance(found, BugHuntDialog)
    checked(qtbot, found)
    return found


def checked(qtbot: QtBot, dialog: BugHuntDialog) -> None:
    hunting = dialog.hunting
    qtbot.waitUntil(lambda: hunting.answer is not None and not hunting.busy, timeout=20_000)


def pick(box: ChoiceBox, key: str) -> None:
    """By keys, as from the list."""
    box.setFocus()
    while box.value() != key:
        before = box.currentIndex()
        QTest.keyClick(box, Qt.Key.Key_Down if before < box.findData(key) else Qt.Key.Key_Up)
        assert box.currentIndex() != before
    assert isinstance(box, QComboBox)


def guess(qtbot: QtBot, dialog: BugHuntDialog, position: int, mistake: str) -> str:
    pick(dialog.place, str(position))
    pick(dialog.mistake, mistake)
    click(qtbot, dialog, "Is it this?")
    return dialog.verdict.text()


def test_the_check_finds_it_and_the_verdict_names_it(qtbot: QtBot, window: MainWindow, dialog: BugHuntDialog) -> None:
    assert "✗ Wrong" in dialog.view.words.text()
    assert not dialog.guess.isEnabled()
    hunt = dialog.hunting.hunt
    assert hunt is not None
    wrong = next(choice for choice in hunt.choices if choice != hunt.planted)
    assert guess(qtbot, dialog, wrong.position, wrong.bug).startswith("✗")
    text = guess(qtbot, dialog, hunt.planted.position, hunt.planted.bug)
    assert text.startswith("✓ Found")
    assert "2 guesses" in text
    assert not dialog.guess.isEnabled()


def test_another_mistake_and_the_same_by_its_number(qtbot: QtBot, window: MainWindow, dialog: BugHuntDialog) -> None:
    first = dialog.hunting.hunt
    seen = {first.planted}
    for _ in range(6):
        click(qtbot, dialog, "Another")
        checked(qtbot, dialog)
        assert "✗ Wrong" in dialog.view.words.text()
        seen.add(dialog.hunting.hunt.planted)
    assert len(seen) > 2
    dialog.number.setFocus()
    dialog.number.selectAll()
    QTest.keyClicks(dialog.number, "1")
    QTest.keyClick(dialog.number, Qt.Key.Key_Return)
    checked(qtbot, dialog)
    assert dialog.hunting.hunt == first


def test_the_answer_is_shown_to_who_gives_up(qtbot: QtBot, window: MainWindow, dialog: BugHuntDialog) -> None:
    click(qtbot, dialog, "Show the answer")
    assert "it should say" in dialog.verdict.text()
    assert not dialog.give_up.isEnabled()


def test_the_run_is_not_touched_and_another_network_gets_its_own(
    qtbot: QtBot, window: MainWindow, dialog: BugHuntDialog
) -> None:
    trainer = window.session.trainer
    assert trainer.progress.step == 0
    before = dialog.hunting.hunt
    window.session.document.open_sample("iris")
    qtbot.waitUntil(lambda: dialog.hunting.hunt not in (None, before), timeout=20_000)
    checked(qtbot, dialog)
    assert dialog.layers.keys == ("d1", "d2")
    trainer.step_batch()
    qtbot.waitUntil(lambda: trainer.progress.step == 1 and trainer.state == "paused")
    assert dialog.hunting.stale
    click(qtbot, dialog, "Check")
    qtbot.waitUntil(lambda: not dialog.hunting.stale and not dialog.hunting.busy, timeout=20_000)
    assert "✗ Wrong" in dialog.view.words.text()


def test_only_what_can_be_wrong_at_a_place_is_offered(qtbot: QtBot, window: MainWindow, dialog: BugHuntDialog) -> None:
    hunt = dialog.hunting.hunt
    for position, _ in hunt.places:
        pick(dialog.place, str(position))
        offered = {dialog.mistake.itemData(i) for i in range(dialog.mistake.count())}
        assert offered == set(hunt.mistakes(position))


def test_closing_it_leaves_the_hunt(qtbot: QtBot, window: MainWindow, dialog: BugHuntDialog) -> None:
    """What was being planted or checked is no longer worked out."""
    hunting = dialog.hunting
    click(qtbot, dialog, "Another")
    dialog.close()
    assert hunting.hunt is None
    assert not hunting.busy
    qtbot.waitUntil(lambda: not window.session.trainer.questions.open)
