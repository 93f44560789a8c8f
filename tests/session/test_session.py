"""The program without its window: edits, undo, runs, worker, file."""

import time

import numpy as np
import pytest

from bpgui.__main__ import main
from bpgui.project import edits
from bpgui.project.atomic import StorageError
from bpgui.runs import probes
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.session.pace import POSITIONS, Pace
from bpgui.session.session import Session


def wait_state(qtbot, trainer, *states):
    qtbot.waitUntil(lambda: trainer.state in states)


def settled(qtbot, trainer):
    """The next settled frame."""
    with qtbot.waitSignal(trainer.framed, check_params_cb=lambda frame: frame.settled) as waiting:
        trainer.refresh()
    return waiting.args[0]


def test_trains_to_the_end_and_equals_the_command_line(qtbot, session, capsys):
    trainer = session.trainer
    trainer.watch(session, (probes.Weights(), probes.Boundary(), probes.Predictions()))
    trainer.train()
    assert trainer.state == "training"
    qtbot.waitUntil(lambda: trainer.progress.step > 20)
    trainer.pause()
    assert trainer.state == "paused"
    trainer.finish()
    wait_state(qtbot, trainer, "ended")
    assert trainer.progress.stop_reason == "epochs"
    main(["train", "sample:xor", "--json"])
    import json

    from bpgui.runs.receipt import weights_sha256

    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert weights_sha256(trainer.run.state.arrays["parameters"]) == line["weights_sha256"]


def test_one_batch_and_one_epoch(qtbot, session):
    session.document.open_sample("moons", rows=100)
    trainer = session.trainer
    trainer.step_batch()
    wait_state(qtbot, trainer, "paused")
    assert trainer.run.state.step == 1
    batches = trainer.driver.training.batches
    trainer.step_epoch()
    wait_state(qtbot, trainer, "paused")
    assert (trainer.run.state.epoch, trainer.run.state.step) == (1, batches)


def test_reset_restores_the_very_same_weights_and_keeps_the_run(qtbot, session):
    trainer = session.trainer
    trainer.watch(session, (probes.Weights(),))
    first = settled(qtbot, trainer).answers[probes.Weights()].layers[0].W
    trainer.finish()
    wait_state(qtbot, trainer, "ended")
    trainer.reset()
    assert trainer.state == "ready"
    again = settled(qtbot, trainer).answers[probes.Weights()].layers[0].W
    np.testing.assert_array_equal(first, again)
    assert [run.number for run in trainer.runs] == [1]
    trainer.new_seed()
    other = settled(qtbot, trainer).answers[probes.Weights()].layers[0].W
    assert not np.array_equal(first, other)
    session.document.undo_stack.undo()
    assert session.document.spec.seed == 0


def test_structural_edit_pauses_and_undo_brings_the_run_back(qtbot, session):
    trainer, document = session.trainer, session.document
    trainer.set_pace(Pace(60.0))
    trainer.train()
    qtbot.waitUntil(lambda: trainer.progress.step > 5)
    run = trainer.run
    layer = document.spec.network.layers[0]
    assert document.edit("units", edits.set_layer, layer.id, units=3)
    assert trainer.state == "ready"
    assert trainer.run is not run
    step = run.state.step
    assert step > 5
    document.undo_stack.undo()
    assert trainer.run is run
    assert trainer.state == "paused"
    assert trainer.driver.step_count == step
    np.testing.assert_array_equal(trainer.driver.parameters, run.state.arrays["parameters"])


def test_live_rate_is_an_intervention_and_replays(qtbot, session):
    trainer, document = session.trainer, session.document
    trainer.set_pace(Pace(60.0))
    trainer.train()
    qtbot.waitUntil(lambda: trainer.progress.step > 10)
    document.edit("rate", edits.set_training, learning_rate=0.01)
    assert trainer.state == "training"
    trainer.finish()
    wait_state(qtbot, trainer, "ended")
    run = trainer.run
    assert [(i.field, i.value) for i in run.interventions] == [("learning_rate", 0.01)]
    replay = Driver(run.spec, document.dataset, run.interventions)
    with quiet_numerics():
        for _ in replay.steps():
            pass
    np.testing.assert_array_equal(replay.parameters, run.state.arrays["parameters"])


def test_stop_by_hand_is_said_and_train_goes_on(qtbot, session):
    trainer = session.trainer
    trainer.set_pace(Pace(100.0))
    trainer.train()
    qtbot.waitUntil(lambda: trainer.progress.step > 3)
    trainer.stop()
    assert trainer.state == "ended"
    assert trainer.run.stop_reason == "by hand"
    trainer.finish()
    wait_state(qtbot, trainer, "ended")
    qtbot.waitUntil(lambda: trainer.run.state.epoch == 500)


def test_an_ended_run_goes_on_for_as_long_again(qtbot, session):
    trainer = session.trainer
    trainer.finish()
    wait_state(qtbot, trainer, "ended")
    trainer.finish()
    qtbot.waitUntil(lambda: trainer.run.state.epoch == 1000 and trainer.state == "ended")


def test_divergence_ends_the_run_with_its_reason(qtbot, session):
    session.document.open_sample("plane")
    session.document.edit("x", edits.set_training, optimizer="sgd", learning_rate=1e200)
    trainer = session.trainer
    trainer.finish()
    wait_state(qtbot, trainer, "ended")
    assert trainer.run.stop_reason == "diverged"
    assert "learning rate" in trainer.run.stop_detail
    trainer.reset()
    assert trainer.state == "ready"


def test_blocked_project_cannot_train_until_it_is_mended(qtbot, session):
    trainer, document = session.trainer, session.document
    document.edit("loss", edits.set_loss, "cce")
    assert trainer.state == "blocked"
    trainer.train()
    assert trainer.state == "blocked"
    errors = [finding for finding in document.findings if finding.severity == "error"]
    assert errors
    document.apply("fix", errors[0].fixes[0].change(document.spec))
    assert trainer.state == "ready"


def test_save_open_save_gives_the_same_bytes_and_nothing_is_lost(qtbot, session, tmp_path):
    trainer = session.trainer
    assert not session.unsaved
    trainer.set_pace(Pace(60.0))
    trainer.train()
    qtbot.waitUntil(lambda: trainer.progress.step > 10)
    trainer.pause()
    assert session.weights_unsaved
    session.document.edit("rate", edits.set_training, learning_rate=0.02)
    one, two = tmp_path / "one.bpgui", tmp_path / "two.bpgui"
    session.save(one)
    assert not session.unsaved
    other = Session()
    try:
        assert other.open(one) == ()
        assert other.document.spec == session.document.spec
        assert other.trainer.state == "paused"
        assert not other.unsaved
        np.testing.assert_array_equal(other.trainer.driver.parameters, trainer.driver.parameters)
        np.testing.assert_array_equal(
            other.trainer.run.history.epochs.view(), trainer.run.history.epochs.view()
        )
        other.save(two)
        assert one.read_bytes() == two.read_bytes()
        for each in (other.trainer, trainer):
            each.finish()
            wait_state(qtbot, each, "ended")
        np.testing.assert_array_equal(other.trainer.driver.parameters, trainer.driver.parameters)
    finally:
        assert other.shutdown()


def test_a_file_that_cannot_be_opened_changes_nothing(session, tmp_path):
    bad = tmp_path / "bad.bpgui"
    bad.write_bytes(b"PK nothing")
    spec = session.document.spec
    with pytest.raises(StorageError):
        session.open(bad)
    assert session.document.spec is spec
    assert session.trainer.state == "ready"


def test_runs_of_another_project_can_be_shown_again(qtbot, session):
    trainer = session.trainer
    trainer.finish()
    wait_state(qtbot, trainer, "ended")
    run = trainer.run
    session.document.open_sample("and")
    assert trainer.run is not run
    trainer.show_run(run.id)
    assert trainer.run is run
    assert session.document.spec.data.origin.name == "xor"
    session.document.undo_stack.undo()
    assert session.document.spec.data.origin.name == "and"


def test_undo_all_and_redo_all_after_two_hundred_edits(session):
    document = session.document
    generator = np.random.default_rng(0)
    first = document.spec
    for number in range(200):
        _random_edit(document, generator, number)
    last = document.spec
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.spec == first
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    assert document.spec == last


def _random_edit(document, generator, number):
    layers = document.spec.network.layers
    layer = layers[generator.integers(len(layers))]
    kind = generator.integers(9)
    if kind == 0 and len(layers) < 8:
        document.edit("add", edits.insert_layer, int(generator.integers(len(layers))), "dense", units=3)
    elif kind == 1:
        document.edit("remove", edits.remove_layer, layer.id)
    elif kind == 2:
        document.edit("units", edits.set_layer, layer.id, units=1 + number % 7)
    elif kind == 3:
        document.edit("activation", edits.set_layer, layer.id, activation="relu" if number % 2 else "tanh")
    elif kind == 4:
        document.edit("move", edits.move_layer, layer.id, int(generator.integers(len(layers))))
    elif kind == 5:
        document.edit("rate", edits.set_training, learning_rate=float(generator.random() + 0.01), merge_key="rate")
    elif kind == 6:
        document.edit("loss", edits.set_loss, ("bce", "cce", "mse", "mae")[number % 4])
    elif kind == 7:
        document.edit("target", edits.set_target, document.table, ("x1", "x2", "y")[number % 3])
    else:
        document.set_seed(number)


def test_a_drag_is_one_edit(session):
    document = session.document
    for rate in (0.1, 0.2, 0.3):
        document.edit("rate", edits.set_training, learning_rate=rate, merge_key="rate")
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.spec.training.learning_rate == 0.03


def test_illegal_edits_are_refused_in_words(qtbot, session):
    with qtbot.waitSignal(session.document.refused) as refusal:
        assert not session.document.edit("x", edits.remove_layer, session.document.spec.network.output.id)
    assert refusal.args[0].endswith(".")
    assert not session.document.modified


def test_a_failure_in_the_worker_is_told_and_the_next_run_works(qtbot, session):
    trainer = session.trainer

    class Broken:
        def __call__(self, driver):
            raise RuntimeError("planted")

    with qtbot.waitSignal(trainer.failed) as failure:
        trainer.watch(session, (Broken(),))
    assert "planted" in failure.args[0]
    trainer.watch(session, ())
    trainer.finish()
    wait_state(qtbot, trainer, "ended")


def test_pause_and_train_hammered_keep_one_worker_and_the_same_bits(qtbot, session):
    trainer = session.trainer
    trainer.set_pace(Pace(None))
    for _ in range(100):
        trainer.train()
        qtbot.wait(1)
        trainer.pause()
        if trainer.run.stop_reason:
            break
    trainer.finish()
    wait_state(qtbot, trainer, "ended")
    replay = Driver(trainer.run.spec, session.document.dataset, trainer.run.interventions)
    with quiet_numerics():
        for _ in replay.steps():
            pass
    np.testing.assert_array_equal(replay.parameters, trainer.run.state.arrays["parameters"])


def test_shutdown_in_the_middle_of_training_is_quick(qtbot, qapp):
    made = Session()
    made.trainer.set_pace(Pace(None))
    made.document.open_sample("moons")
    made.trainer.train()
    qtbot.wait(30)
    began = time.perf_counter()
    assert made.shutdown()
    assert time.perf_counter() - began < 2.0


def test_pace_positions_and_rates_go_together():
    for position in range(POSITIONS + 1):
        assert Pace.at(position).position == position
    assert Pace.at(0).rate == 1.0
    assert Pace.at(POSITIONS).rate is None
    assert Pace.planned(4000).rate == 500.0


def test_pace_holds_the_rate(qtbot, session):
    trainer = session.trainer
    trainer.set_pace(Pace(100.0))
    trainer.train()
    began, first = time.perf_counter(), trainer.driver.step_count
    qtbot.wait(1000)
    trainer.pause()
    rate = (trainer.driver.step_count - first) / (time.perf_counter() - began)
    assert 60 <= rate <= 110


def test_no_settled_frame_is_lost(qtbot, session):
    """A frame published between two looks of the timer must not stay in the mailbox."""
    trainer = session.trainer
    got = []
    trainer.framed.connect(got.append)
    for number in range(300):
        probe = probes.Boundary(size=3, extent=(0.0, 1.0 + number, 0.0, 1.0))
        trainer.watch(session, (probe,))
        qtbot.waitUntil(lambda probe=probe: bool(got) and probe in got[-1].answers)
