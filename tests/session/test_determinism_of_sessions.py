"""A run in the program, at any pace, looked at or not, is the headless one to the bit."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "runs"))

from going_on import drive, fingerprint, project

from bpgui.project import edits
from bpgui.runs import probes
from bpgui.runs.driver import Driver
from bpgui.runs.health.probes import Health, Verdict
from bpgui.runs.layer_numbers import NUMBER_KINDS, LayerNumbers
from bpgui.runs.neuron_maps import InputGradients, NeuronMaps
from bpgui.runs.spreads import Spreads
from bpgui.session.pace import Pace
from bpgui.session.session import Session

# In steps per second: what is done while it trains has seconds until the last of some hundred steps, on any machine.
SLOW = Pace(60.0)
LOOKS = (
    probes.Weights(), probes.Boundary(), probes.Predictions(), probes.Confusion("train"),
    probes.Confusion("validation"), probes.Curve(), *map(LayerNumbers, NUMBER_KINDS), Spreads(), NeuronMaps(), Health(),
    Verdict(),
    InputGradients((("d2", (0, 4)), ("d3", (0,))), values=(0.5, 0.5)),
)  # fmt: skip


def opened(session, precision="float64", **training):
    """The project with everything on, in the session."""
    spec, table = project(precision, **training)
    session.document.open_sample("moons", rows=75)
    assert session.document.table.sha == table.sha
    session.document.apply("everything", spec)
    assert session.trainer.state == "ready"
    return session.trainer


def ended(qtbot, trainer):
    trainer.finish()
    qtbot.waitUntil(lambda: trainer.state == "ended", timeout=20_000)
    return trainer


def headless(trainer):
    """The run of the same project with the same interventions, without a session."""
    run = trainer.run
    return fingerprint(drive(Driver(run.spec, trainer.document.dataset, run.interventions)))


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_flat_out_and_unwatched(qtbot, session, precision):
    trainer = ended(qtbot, opened(session, precision))
    spec, _ = project(precision)
    assert fingerprint(trainer.driver) == fingerprint(drive(Driver(spec, session.document.dataset)))


@pytest.mark.parametrize("rate", [300.0, 2000.0, None])
def test_watched_paused_and_at_every_pace(qtbot, session, rate):
    trainer = opened(session, epochs=400)
    trainer.watch(session, LOOKS)
    trainer.set_pace(Pace(rate))
    for number in range(6):
        trainer.train()
        qtbot.wait(15)
        trainer.watch(session, LOOKS[number:])
        trainer.refresh()
        trainer.set_pace(Pace((50.0, None, 700.0)[number % 3]))
        qtbot.wait(15)
        trainer.pause()
        trainer.final_losses()
        if trainer.state == "ended":
            break  # a quick machine is through by then; another step would go on with it
        (trainer.step_batch if number % 2 else trainer.step_epoch)()
        qtbot.waitUntil(lambda: trainer.state in ("paused", "ended"))
        trainer.set_pace(Pace(rate))
        if trainer.state == "ended":
            break
    if trainer.state != "ended":
        ended(qtbot, trainer)
    assert trainer.run.interventions == ()
    assert fingerprint(trainer.driver) == headless(trainer)


def test_live_edits_while_it_trains_are_replayed(qtbot, session):
    trainer, document = opened(session, epochs=100), session.document
    trainer.watch(session, LOOKS)
    trainer.set_pace(SLOW)
    trainer.train()
    for field, value in (("learning_rate", 0.1), ("l2", 0.02), ("clip", "value"), ("clip_at", 0.3), ("l1", 0.0)):
        step = trainer.driver.step_count
        qtbot.waitUntil(lambda step=step: trainer.driver.step_count > step + 3)
        document.edit("live", edits.set_training, **{field: value})
        assert trainer.state == "training"
    ended(qtbot, trainer)
    assert [i.field for i in trainer.run.interventions] == ["learning_rate", "l2", "clip", "clip_at", "l1"]
    assert len({i.step for i in trainer.run.interventions}) == 5
    assert fingerprint(trainer.driver) == headless(trainer)


def test_saved_in_the_middle_and_opened_by_another(qtbot, session, tmp_path):
    trainer = opened(session, epochs=100)
    trainer.watch(session, LOOKS)
    trainer.set_pace(SLOW)
    trainer.train()
    for number in range(3):
        step = trainer.driver.step_count
        qtbot.waitUntil(lambda step=step: trainer.driver.step_count > step + 10)
        session.save(tmp_path / f"{number}.bpgui")
    ended(qtbot, trainer)
    expected = headless(trainer)
    assert fingerprint(trainer.driver) == expected
    other = Session()
    try:
        for number in range(3):
            other.open(tmp_path / f"{number}.bpgui")
            assert 0 < other.trainer.driver.step_count < trainer.driver.step_count
            other.trainer.watch(session, LOOKS)
            assert fingerprint(ended(qtbot, other.trainer).driver) == expected
    finally:
        assert other.shutdown()


def test_a_divergence_gone_back_from_is_replayed(qtbot, session):
    trainer = opened(session, optimizer="momentum", clip="none", schedule="constant", epochs=60, patience=0)
    trainer.set_pace(SLOW)
    trainer.train()
    qtbot.waitUntil(lambda: trainer.driver.step_count > 20)
    session.document.edit("too far", edits.set_training, learning_rate=1e200)
    qtbot.waitUntil(lambda: trainer.state == "ended")
    assert trainer.run.stop_reason == "diverged"
    trainer.go_back()
    session.document.edit("near", edits.set_training, learning_rate=0.01)
    ended(qtbot, trainer)
    assert trainer.run.stop_reason == "epochs"
    assert "go_back" in [i.field for i in trainer.run.interventions]
    assert fingerprint(trainer.driver) == headless(trainer)
