"""Playing a lesson without a window: steps, counting, questions, going on, what is left when it is left."""

from __future__ import annotations

import pytest
from lesson_steps import DEMONSTRATION, lesson, to
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bpgui.data.spec import SampleOrigin
from bpgui.project import edits
from bpgui.project.lessons.facts import EVENTS, FACTS, PANEL_KEYS
from bpgui.session.explaining.spots import Edge, LossBlock, Neuron
from bpgui.session.learning.live_facts import KNOWN, LiveFacts
from bpgui.session.learning.player import GOES_ON_MS, Player, pace_of
from bpgui.session.pace import SLOWEST
from bpgui.session.session import Session

IN_THE_WINDOW = {"output_view", "weights_kind", "weights_form", "verify_same", *(f"panel_{key}" for key in PANEL_KEYS)}


# ---- what is known


def test_every_fact_has_a_value_or_is_the_window_s(session: Session) -> None:
    facts = LiveFacts(session)
    assert set(KNOWN) <= set(FACTS)
    assert set(facts) | IN_THE_WINDOW == set(FACTS)
    for name in facts:
        assert facts[name] is None or isinstance(facts[name], float | str | bool), name


def test_facts_are_of_the_project_and_the_run(qtbot: QtBot, session: Session, player: Player) -> None:
    names = " ".join(f"{{{name}}}" for name in (*FACTS, *EVENTS))
    player.start(lesson(f"# One\n{names}\n```setup\nsample: circles\nlayers: 5:relu,dropout:0.1,3\nl2: 0.1\n```\n"))
    facts = player.facts
    qtbot.waitUntil(lambda: facts["accuracy"] is not None and facts["weight_norm"] is not None)
    assert (facts["sample"], facts["layers"], facts["units"], facts["first_units"]) == ("circles", 2, 8, 5)
    assert (facts["activation"], facts["output_activation"], facts["loss_name"]) == ("relu", "sigmoid", "bce")
    assert (facts["dropout"], facts["l2"], facts["train_rows"], facts["rows"]) == (0.1, 0.1, 600, 1000)
    assert (facts["features"], facts["classes"], facts["threshold"]) == (2, 2, 0.5)
    assert facts["state"] == "ready"
    assert facts["loss"] is facts["val_loss"] is facts["gradient_norm"] is facts["first_loss"] is None
    session.trainer.step_epoch()
    qtbot.waitUntil(lambda: session.trainer.state == "paused" and facts["gradient_norm"] is not None)
    driver = session.trainer.driver
    assert driver is not None
    assert facts["loss"] == facts["first_loss"] == driver.train_loss
    assert facts["val_loss"] == facts["best_val_loss"] == driver.val_loss
    gradients = driver.training.network.gradients
    assert facts["gradient_norm"] == pytest.approx(float((gradients**2).sum()) ** 0.5, rel=1e-12)
    assert 0 < facts["first_gradient"] < facts["gradient_norm"]  # type: ignore[operator]
    rows = driver.data.train[:4]
    outputs = driver.training.network.predict(driver.data.x[rows])[:, 0]
    assert [facts[f"output_{k}"] for k in range(1, 5)] == outputs.tolist()


# ---- steps


def test_a_setup_is_one_edit_and_a_run_at_its_beginning(qtbot: QtBot, session: Session, player: Player) -> None:
    count = session.document.undo_stack.count()
    player.start(DEMONSTRATION)
    spec = session.document.spec
    assert isinstance(spec.data.origin, SampleOrigin)
    assert spec.data.origin.name == "and"
    assert (spec.training.optimizer, spec.training.epochs, spec.seed) == ("sgd", 60, 3)
    assert session.document.undo_stack.count() == count + 1
    assert session.trainer.state == "ready"
    assert session.trainer.pace.rate is None
    assert player.step is DEMONSTRATION.steps[0]
    qtbot.waitUntil(lambda: player.done)  # nothing is asked
    assert player.place == 0


def test_what_was_done_waits_to_be_looked_at_before_a_new_run(qtbot: QtBot, session: Session, player: Player) -> None:
    player.start(DEMONSTRATION)
    to(player, 2)
    assert not player.done
    session.document.edit("", edits.set_training, learning_rate=0.1)
    assert player.facts["learning_rate_changed"] == 1
    session.document.edit("", edits.insert_layer, 0)
    qtbot.waitUntil(lambda: player.done)
    assert player.place == 2
    assert not player._on.isActive(), "the next step begins a new run: what was made is to be looked at"
    player.next()
    assert player.facts["layer_added"] == 0, "events are counted from the beginning of a step"
    assert session.document.spec.training.optimizer == "adam"
    assert len(session.document.spec.network.layers) == 3, "a setup changes what it names alone"


@pytest.mark.parametrize("following", ["", "```setup\nlearning_rate: 0.5\nrun: keep\n```\n"])
def test_it_goes_on_by_itself_when_something_was_done(
    qtbot: QtBot, session: Session, player: Player, following: str
) -> None:
    player.start(lesson(f"# One\nRead this.\n```until\nlayer_added\n```\n# Two\n{following}"))
    session.document.edit("", edits.insert_layer, 0)
    qtbot.waitUntil(lambda: player.done)
    assert player.place == 0, "first it says that it is done"
    qtbot.waitUntil(lambda: player.place == 1, timeout=10_000)


def test_a_long_text_can_be_read_before_it_goes_on(qtbot: QtBot, session: Session, player: Player) -> None:
    player.start(lesson(f"# One\n{'word ' * 1000}\n```until\nlayer_added\n```\n# Two\n"))
    session.document.edit("", edits.insert_layer, 0)
    qtbot.waitUntil(lambda: player.done)
    assert player._on.isActive()
    assert player._on.interval() > 100 * GOES_ON_MS
    player.next()
    assert player.place == 1, "who has read enough need not wait"


def test_what_is_so_from_the_beginning_does_not_run_away(qtbot: QtBot, session: Session, player: Player) -> None:
    player.start(lesson('# One\n```until\nstate == "ready"\n```\n# Two\n'))
    qtbot.waitUntil(lambda: player.done)
    assert not player._on.isActive()
    player.next()
    assert player.place == 1
    player.back()
    assert player.place == 0


def test_what_ceases_and_comes_again_goes_on(qtbot: QtBot, session: Session, player: Player) -> None:
    player.start(lesson("# One\n```until\nseed == 0 and step_left >= 0 and learning_rate < 1\n```\n# Two\n"))
    qtbot.waitUntil(lambda: player.done)
    player.restart()
    session.document.edit("", edits.set_training, learning_rate=2.0)
    qtbot.waitUntil(lambda: not player._soon.isActive())
    assert not player.done
    session.document.edit("", edits.set_training, learning_rate=0.5)
    qtbot.waitUntil(lambda: player.place == 1)


def test_next_waits_for_the_step_and_skip_does_not(player: Player) -> None:
    player.start(lesson("# One\n```until\nlayer_added\n```\n# Two\n"))
    player.next()
    assert player.place == 0
    player.skip()
    assert player.place == 1


def test_a_prediction_is_held_and_revealed_by_the_numbers(qtbot: QtBot, session: Session, player: Player) -> None:
    player.start(DEMONSTRATION)
    to(player, 1)
    assert player.waits_for_answer
    session.trainer.finish()
    qtbot.waitUntil(lambda: session.trainer.state == "ended")
    qtbot.waitUntil(lambda: not player._soon.isActive())
    assert not player.revealed, "first an answer"
    player.choose(1)
    player.choose(0)
    assert player.answer == 1, "the first answer counts"
    qtbot.waitUntil(lambda: player.revealed and player.done)
    loss = session.trainer.progress.train_loss
    assert loss is not None
    assert player.right == (0 if loss < 0.4 else 1)
    assert not player._on.isActive(), "what was revealed is to be read"
    player.next()
    assert player.facts["first"] == loss
    assert f"{loss:.3f}" in player.step.text.write(player.facts)  # type: ignore[union-attr]


def test_a_reveal_waits_for_the_last_numbers(qtbot: QtBot, session: Session, player: Player) -> None:
    """Stop says at once that the run has ended; its metrics come with the frame after."""
    player.start(lesson(
        "# One\n```setup\nsample: moons\npace: 200\n```\n```predict\nWhy?\n- [accuracy >= 0] a\n- [1] b\n"
        'when: state == "ended"\nreveal: {accuracy}\n```\n'
    ))  # fmt: skip
    player.choose(0)
    session.trainer.train()
    qtbot.waitUntil(lambda: session.trainer.progress.step > 0)
    session.trainer.stop()
    qtbot.waitUntil(lambda: player.revealed)
    assert player.right == 0
    assert session.trainer.driver is not None
    assert session.trainer.progress.step == session.trainer.driver.step_count


def test_back_brings_the_state_that_the_step_speaks_of(qtbot: QtBot, session: Session, player: Player) -> None:
    player.start(DEMONSTRATION)
    to(player, 3)
    assert session.document.spec.training.optimizer == "adam"
    player.back()
    assert player.place == 2
    assert session.document.spec.training.optimizer == "sgd"
    run = session.trainer.run
    player.back()
    assert session.trainer.run is run, "step 2 changed nothing, so nothing is to be taken back"


def test_a_run_is_kept_where_the_setup_says_so(qtbot: QtBot, session: Session, player: Player) -> None:
    player.start(lesson(
        "# One\n```setup\nsample: xor\nepochs: 9\n```\n# Two\n```setup\nlearning_rate: 0.5\nrun: keep\n```\n"
        "# Three\n```setup\nlearning_rate: 0.5\n```\n"
    ))  # fmt: skip
    session.trainer.step_epoch()
    qtbot.waitUntil(lambda: session.trainer.state == "paused")
    run = session.trainer.run
    to(player, 1)
    assert session.trainer.run is run
    assert session.trainer.driver is not None
    assert session.trainer.driver.live["learning_rate"] == 0.5
    to(player, 2)
    assert session.trainer.run is not run
    assert session.trainer.state == "ready"


# ---- counting


def test_clicks_and_the_walk_are_counted(qtbot: QtBot, session: Session, player: Player) -> None:
    player.start(lesson("# One\n```until\nstep > 99\n```\n"))
    seen = player.facts
    session.walk.begin()
    qtbot.waitUntil(lambda: session.walk.trace is not None)
    assert (seen["step_explained"], seen["forward_shown"], seen["phase"], seen["station"]) == (1, 1, "forward", "input")
    session.walk.ask(Edge("d1", 0, 0))
    session.walk.ask(Neuron("d1", 0))
    session.walk.ask(LossBlock())
    qtbot.waitUntil(lambda: not session.walk.waiting)
    assert (seen["edge_clicked"], seen["neuron_clicked"], seen["loss_clicked"], seen["loss_shown"]) == (1, 1, 1, 1)
    assert seen["phase"] == seen["station"] == "loss"
    node = session.walk.explained(session.walk.page, 0)  # type: ignore[arg-type]
    session.walk.ask_node(node)
    assert seen["number_clicked"] == 1
    session.walk.go_to_phase("Update")
    assert seen["update_shown"] == 1
    session.walk.take_step()
    qtbot.waitUntil(lambda: session.trainer.state == "paused" and not session.walk.waiting)
    assert (seen["step_taken"], seen["step_left"]) == (1, 0)
    session.walk.leave()
    assert (seen["step_left"], seen["phase"]) == (1, "")


def test_a_click_before_the_trace_is_there_is_counted_once(qtbot: QtBot, session: Session, player: Player) -> None:
    player.start(lesson("# One\n```until\nedge_clicked\n```\n# Two\n"))
    session.walk.ask(Edge("d1", 0, 0))
    assert player.facts["edge_clicked"] == 1
    qtbot.waitUntil(lambda: player.done)


def test_what_the_window_tells_is_counted_and_unknown_names_are_no_events(session: Session, player: Player) -> None:
    player.start(lesson("# One\n"))
    session.happened.emit("code_shown")
    session.happened.emit("code_shown")
    assert player.facts["code_shown"] == 2
    with pytest.raises(KeyError):
        player._counting.count("nothing")


def test_runs_and_their_ends_are_counted(qtbot: QtBot, session: Session, player: Player) -> None:
    player.start(lesson("# One\n```until\nrun_ended == 2\n```\n# Two\n"))
    session.trainer.finish()
    qtbot.waitUntil(lambda: session.trainer.state == "ended")
    assert (player.facts["run_ended"], player.facts["new_run"]) == (1, 0)
    session.trainer.reset()
    assert player.facts["new_run"] == 1
    session.trainer.finish()
    qtbot.waitUntil(lambda: player.done)


def test_locks_hold_whichever_way_the_edit_is_made(session: Session, player: Player) -> None:
    refused = QSignalSpy(session.document.refused)
    player.start(DEMONSTRATION)
    assert not session.document.edit("", edits.set_loss, "mse")
    assert "keeps this as it is: loss" in refused.at(0)[0]
    assert session.document.edit("", edits.set_training, epochs=9)
    player.leave()
    assert session.document.edit("", edits.set_loss, "mse")


@pytest.mark.parametrize(("word", "rate"), [("flat out", None), ("step", SLOWEST), ("8", 62.5), ("600", SLOWEST)])
def test_paces(word: str, rate: float | None) -> None:
    assert pace_of(word, 500).rate == rate
