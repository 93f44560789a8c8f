"""Schedules against PyTorch's trajectories (tests/golden/make_torch_training.py), formulas and saved states."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "torch_training.json").read_text())
DEFAULTS = {f.name: f.default for entry in SCHEDULES.values() for f in entry.fields}
LOSSES = [1.0, 0.9, 0.95, 0.89999, 0.91, math.nan, 0.8, 0.8, 0.8, math.inf, 0.79, 0.1, 0.1, 0.1, 0.1]


def make(name, **options):
    return SCHEDULES[name].make({**DEFAULTS, **options})


def _name(case):
    return f"{case['optimizer']}-{case['schedule']}"


class Small:
    """tanh(x W1 + b1) W2 + b2 under the mean squared error, over one flat vector, by hand."""

    def __init__(self):
        features, hidden, outputs = GOLDEN["sizes"]
        shapes = [(features, hidden), (hidden,), (hidden, outputs), (outputs,)]
        size = sum(math.prod(shape) for shape in shapes)
        self.parameters = np.random.default_rng(31).normal(0.0, 0.7, size)
        self.gradients = np.zeros(size)
        ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1]
        self.parts, self.slopes = (
            [part.reshape(shape) for part, shape in zip(np.split(flat, ends), shapes, strict=True)]
            for flat in (self.parameters, self.gradients)
        )

    def loss_and_gradients(self, x, y):
        W1, b1, W2, b2 = self.parts
        a = np.tanh(x @ W1 + b1)
        error = a @ W2 + b2 - y
        delta = 2 * error / error.size
        hidden = delta @ W2.T * (1 - a * a)
        for slope, value in zip(self.slopes, (x.T @ hidden, hidden.sum(0), a.T @ delta, delta.sum(0)), strict=True):
            slope[...] = value
        return float(np.mean(error**2))


@pytest.mark.parametrize("case", GOLDEN["trajectories"], ids=_name)
def test_a_hundred_steps_follow_pytorch(case):
    rows, batch, rate, options = (GOLDEN[key] for key in ("rows", "batch", "rate", "options"))
    generator = np.random.default_rng(32)
    x, y = (generator.normal(0.0, 1.0, (rows, width)) for width in (GOLDEN["sizes"][0], GOLDEN["sizes"][-1]))
    network = Small()
    optimizer = OPTIMIZERS[case["optimizer"]].make(network.parameters, network.gradients, options)
    schedule = SCHEDULES[case["schedule"]].make(options)
    losses, rates = [], []
    for epoch in range(GOLDEN["epochs"]):
        total = 0.0
        for start in range(0, rows, batch):
            rates.append(rate * schedule.factor(len(losses), epoch, GOLDEN["epochs"]))
            losses.append(network.loss_and_gradients(x[start : start + batch], y[start : start + batch]))
            optimizer.update(rates[-1])
            total += losses[-1] * batch
        schedule.observe(total / rows)
    assert len(losses) == 100
    np.testing.assert_allclose(rates[:: len(rates) // len(case["rates"])], case["rates"], rtol=1e-10)
    np.testing.assert_allclose(losses[4::5], case["losses"], rtol=1e-10)
    np.testing.assert_allclose(network.parameters, case["parameters"], rtol=1e-10)


def test_every_optimizer_meets_every_schedule():
    pairs = {(case["optimizer"], case["schedule"]) for case in GOLDEN["trajectories"]}
    assert pairs == {(optimizer, schedule) for optimizer in OPTIMIZERS for schedule in SCHEDULES}
    for case in GOLDEN["trajectories"]:  # every schedule does something in them
        assert case["schedule"] == "constant" or len(set(case["rates"])) > 3


def test_factors_at_their_ends():
    assert make("constant").factor(10**7, 10**5, 1) == 1.0
    steps = make("step", step_epochs=3, step_factor=0.5)
    assert [steps.factor(0, epoch, 9) for epoch in range(7)] == [1, 1, 1, 0.5, 0.5, 0.5, 0.25]
    assert make("exponential", decay=0.5).factor(0, 3, 9) == 0.125
    assert make("exponential").factor(0, 10**8, 9) == 0.0
    cosine = make("cosine", floor=0.25)
    assert [cosine.factor(0, epoch, 10) for epoch in (0, 5, 10, 11, 10**6)] == [1.0, 0.625, 0.25, 0.25, 0.25]
    assert make("cosine", cosine_epochs=4).factor(0, 2, 10) == pytest.approx(0.5, rel=1e-15)
    warmup = make("warmup", warmup_steps=4, warmup_start=0.2)
    np.testing.assert_allclose([warmup.factor(step, 9, 9) for step in range(6)], [0.2, 0.4, 0.6, 0.8, 1.0, 1.0])


def test_planned_epochs_changed_while_training_move_the_cosine():
    cosine = make("cosine")
    assert cosine.factor(0, 5, 10) == 0.5
    assert cosine.factor(0, 5, 20) > 0.8


def test_plateau_counts_epochs_without_a_better_loss():
    schedule = make("plateau", plateau_factor=0.5, plateau_patience=1, plateau_threshold=0.01)
    factors = []
    for loss in LOSSES:
        schedule.observe(loss)
        factors.append(schedule.factor(0, 0, 1))
    # 0.9 is better than 1, 0.89999 than 0.9 not by its hundredth, and what is not finite never.
    assert factors == [1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125, 0.125, 0.125, 0.0625, 0.0625]


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("taken", [0, 3, 9])
def test_a_state_put_back_goes_on_alike(name, taken):
    schedule, other = make(name, plateau_patience=1), make(name, plateau_patience=1)
    for loss in LOSSES[:taken]:
        schedule.observe(loss)
    other.put_state(json.loads(json.dumps(schedule.take_state(), allow_nan=False)))
    for epoch, loss in enumerate(LOSSES[taken:]):
        assert other.factor(3 * epoch, epoch, 20) == schedule.factor(3 * epoch, epoch, 20)
        schedule.observe(loss)
        other.observe(loss)
    assert other.take_state() == schedule.take_state()


def test_a_state_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="another schedule"):
        make("plateau").put_state({})
    with pytest.raises(ValueError, match="another schedule"):
        make("step").put_state(make("plateau").take_state())
    with pytest.raises(ValueError, match="incomplete"):
        make("plateau").put_state({"factor": None, "best": None, "bad": 0})


@pytest.mark.parametrize("entry", SCHEDULES.values(), ids=lambda e: e.name)
def test_entries_explain_themselves_and_their_fields_lie_in_range(entry):
    assert SCHEDULES[entry.name] is entry
    assert entry.help.endswith(".")
    for field in entry.fields:
        assert field.minimum <= field.default <= field.maximum
        assert field.help.endswith(".")
