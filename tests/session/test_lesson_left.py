"""What is left of a lesson when it is left: one's own project, its runs and its file; and what is remembered."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from lesson_steps import DEMONSTRATION, lesson, to
from PySide6.QtCore import QMetaMethod, QObject
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bpgui.project import edits
from bpgui.session.learning.player import Player, Remembered
from bpgui.session.session import Session


def receivers(thing: QObject) -> list[int]:
    """How many listen to each of its signals."""
    first = QObject.staticMetaObject.methodCount()  # PySide's own listen to an object's end
    methods = (thing.metaObject().method(k) for k in range(first, thing.metaObject().methodCount()))
    signals = [method for method in methods if method.methodType() == QMetaMethod.MethodType.Signal]
    return [thing.receivers("2" + signal.methodSignature().data().decode()) for signal in signals]  # type: ignore


def test_nothing_is_listened_to_while_no_lesson_runs(session: Session, player: Player) -> None:
    def listeners() -> list[int]:
        parts = (session, session.document, session.trainer, session.trainer.questions, session.walk, session.selection)
        return [count for part in parts for count in receivers(part)]

    before, watched = listeners(), dict(session.trainer._watched)
    player.start(lesson("# One\n{accuracy}\n"))
    assert listeners() != before
    assert session.trainer._watched != watched
    player.leave()
    assert listeners() == before
    assert session.trainer._watched == watched
    assert player.step is None


def test_one_s_own_project_comes_back_with_its_weights(qtbot: QtBot, session: Session, player: Player) -> None:
    document, trainer = session.document, session.trainer
    document.edit("", edits.set_training, epochs=5)
    trainer.finish()
    qtbot.waitUntil(lambda: trainer.state == "ended")
    spec, run, index = document.spec, trainer.run, document.undo_stack.index()
    assert run is not None
    assert trainer.driver is not None
    weights = trainer.driver.parameters.copy()
    pace = trainer.pace
    player.start(DEMONSTRATION)
    for _ in range(10):  # more runs than are kept
        trainer.step_batch()
        qtbot.waitUntil(lambda: trainer.state == "paused")
        trainer.reset()
    document.edit("", edits.insert_layer, 0)
    player.leave()
    assert document.spec == spec
    assert document.undo_stack.index() == index
    assert trainer.run is run
    assert trainer.state == "ended"
    assert (trainer.driver.parameters == weights).all()
    assert [kept.id for kept in trainer.runs] == [run.id], "the runs of the lesson go with it"
    assert trainer.pace == pace


def test_what_was_undone_past_the_lesson_comes_back_too(session: Session, player: Player) -> None:
    document = session.document
    document.edit("", edits.set_training, epochs=5)
    spec = document.spec
    player.start(DEMONSTRATION)
    document.undo_stack.undo()
    document.undo_stack.undo()
    document.edit("", edits.set_training, epochs=77)
    player.leave()
    assert document.spec == spec


def test_an_equal_run_of_one_s_own_is_not_touched(qtbot: QtBot, session: Session, player: Player) -> None:
    """The setup differs from one's own project in a live field alone: that run gets no change written down."""
    session.trainer.step_epoch()
    qtbot.waitUntil(lambda: session.trainer.state == "paused")
    run = session.trainer.run
    assert run is not None
    player.start(lesson("# One\n```setup\nlearning_rate: 5.0\n```\n"))
    assert session.trainer.run is not run
    player.leave()
    assert session.trainer.run is run
    assert session.trainer.driver is not None
    assert session.trainer.driver.interventions == []


def test_a_file_is_not_overwritten_by_a_lesson(
    qtbot: QtBot, session: Session, player: Player, tmp_path: Path
) -> None:  # fmt: skip
    path = tmp_path / "own.bpgui"
    session.save(path)
    player.start(DEMONSTRATION)
    assert session.document.path is None
    player.leave()
    assert session.document.path == path
    assert not session.document.modified


def test_what_the_lesson_made_can_be_kept(session: Session, player: Player) -> None:
    before = session.document.spec
    player.start(DEMONSTRATION)
    made = session.document.spec
    player.leave(keep=True)
    assert session.document.spec == made
    session.document.undo_stack.undo()
    assert session.document.spec == before


def test_a_lesson_of_the_project_stays_in_it(session: Session, player: Player, tmp_path: Path) -> None:
    path = tmp_path / "own.bpgui"
    session.save(path)
    player.start(lesson("# One\n```setup\nepochs: 9\n```\n"), own=True)
    assert session.document.path == path
    player.leave()
    assert session.document.spec.training.epochs == 9


# ---- remembering


def test_one_goes_on_where_the_state_can_be_made_again(qtbot: QtBot, session: Session, player: Player) -> None:
    player.start(DEMONSTRATION)
    to(player, 3)
    player.leave()
    assert player.remembered["demonstration"].place == 3
    player.start(DEMONSTRATION)
    assert player.place == 3
    spec = session.document.spec
    assert (spec.training.optimizer, spec.training.epochs) == ("adam", 60), "all setups up to there"
    player.leave()
    player.remembered["demonstration"] = Remembered(2)
    player.start(DEMONSTRATION)
    assert player.place == 0, "what was trained in between is not there any more"
    player.start(DEMONSTRATION, again=True)
    assert player.place == 0


def test_a_finished_lesson_is_remembered(qtbot: QtBot, player: Player) -> None:
    spy = QSignalSpy(player.remembered_changed)
    player.start(lesson("# One\n```remember\nx = epochs\n```\n# Two\n{x}\n"))
    qtbot.waitUntil(lambda: player.done)
    player.next()
    qtbot.waitUntil(lambda: player.done)
    player.next()
    assert player.finished
    assert player.remembered["a"] == Remembered(0, True, {"x": 500.0})
    assert spy.count() == 3
    player.back()
    assert (player.finished, player.place) == (False, 1)
    player.restart()
    assert player.place == 0


def test_a_setup_that_does_not_fit_the_own_data_is_said(session: Session, player: Player) -> None:
    said = QSignalSpy(player.refused)
    player.start(lesson("# One\n```setup\nsplit_by: grouped:nobody\n```\n"))
    assert "no column called 'nobody'" in said.at(0)[0]
    assert player.place == 0


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_in_a_lesson_the_own_project_comes_back(
    qtbot: QtBot, session: Session, player: Player, seed: int
) -> None:
    document, trainer, chance = session.document, session.trainer, random.Random(seed)
    document.edit("", edits.set_training, epochs=3)
    trainer.finish()
    qtbot.waitUntil(lambda: trainer.state == "ended")
    spec, run = document.spec, trainer.run
    acts = {
        "next": player.next, "skip": player.skip, "back": player.back, "restart": player.restart,
        "choose": lambda: player.choose(0), "train": trainer.toggle, "stop": trainer.stop, "reset": trainer.reset,
        "layer": lambda: document.edit("", edits.insert_layer, 0), "undo": document.undo_stack.undo,
        "redo": document.undo_stack.redo, "sample": lambda: document.open_sample("moons"),
        "rate": lambda: document.edit("", edits.set_training, learning_rate=chance.random() + 0.01),
        "begin": lambda: player.start(DEMONSTRATION),
    }  # fmt: skip
    player.start(DEMONSTRATION)
    for _ in range(40):
        acts[chance.choice(sorted(acts))]()
    player.leave()
    assert document.spec == spec
    assert trainer.run is run
    assert document.guard is None
    trainer.pause()
