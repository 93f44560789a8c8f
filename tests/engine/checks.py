"""What is demanded of the engine, as functions: the tests call them over tables, the planted bugs for a few cases.

Each raises AssertionError where the engine is wrong. Truth is `plain` and `plain_training`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
import plain
import plain_training
from oracles import build, complex_step, errors, give_masks, make_batch, make_weights, put_masks

from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.network import EVALUATION_ROWS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.regularizers import Penalty
from bpgui.engine.schedules import SCHEDULES
from bpgui.engine.training import Training

OPTIONS = {
    "momentum": 0.8, "alpha": 0.93, "beta_1": 0.85, "beta_2": 0.97, "epsilon": 1e-3, "weight_decay": 0.3,
    "step_epochs": 2, "step_factor": 0.5, "decay": 0.7, "cosine_epochs": 3, "floor": 0.05,
    "warmup_steps": 7, "warmup_start": 0.1,
    "plateau_factor": 0.5, "plateau_patience": 1, "plateau_threshold": 0.2,
}  # fmt: skip
MIXED = "dense:4:nobias batchnorm:0.2 tanh dropout:0.3 dense:4 silu dropout:0.5 dense:2"


def same(found, expected, what, relative=1e-13):
    """Numbers or arrays, as shares of the largest expected."""
    size = np.abs(expected).max(initial=0.0)
    worst = np.abs(np.asarray(found) - expected).max(initial=0.0)
    assert worst <= relative * size, f"{what}: off by {worst:.3g} of {size:.3g}"


# Gradient and loss


def gradient(network, x, y, weights=None, l1=0.0, l2=0.0, *, seed=3, together=False):
    """Loss, penalty and gradient of one training pass; the worst shares of what they may be off by come back."""
    masks = put_masks(network, len(x), seed)
    running = network.running.copy()
    loss = network.loss_and_gradients(x, y, weights)
    values = plain.forward(network.layers, network.parameters, x, masks)
    same(loss, plain.data_loss(network, values, y, weights), "loss")
    penalties = Penalty(network.dense)
    same(penalties.value(l1, l2), plain.penalty(network.layers, network.parameters, l1, l2), "penalty")
    penalties.add_gradient(l1, l2)
    expected = plain.gradient(network, network.parameters, x, y, weights, masks, l1, l2)
    norm, element = errors(network, network.gradients, expected, together=together)
    assert norm <= 1.0, f"gradient's norm off by {norm:.3g} of what it may"
    assert element <= 1.0, f"an element of the gradient off by {element:.3g} of what it may"
    np.testing.assert_array_equal(network.running, running)
    return norm, element


def twin(network, x, y, weights=None, *, seed=3):
    """The engine's own forward pass in complex numbers gives the same gradient, and changes no statistics."""
    masks = put_masks(network, len(x), seed)
    parameters, running = network.parameters.copy(), network.running.copy()
    network.loss_and_gradients(x, y, weights)
    norm, element = errors(network, network.gradients, complex_step(network, x, y, weights, masks))
    assert norm <= 1.0, f"norm off by {norm:.3g}"
    assert element <= 1.0, f"element off by {element:.3g}"
    np.testing.assert_array_equal(network.running, running)
    np.testing.assert_array_equal(network.parameters, parameters)
    return norm, element


def clipped(network, x, y, kind, share):
    """The same gradient clipped at a share of its size, by the definition."""
    network.loss_and_gradients(x, y, None)
    whole = network.gradients.copy()
    changing = plain.trained(network.layers, whole.size)
    at = share * (np.linalg.norm(whole[changing]) if kind == "norm" else np.abs(whole).max())
    CLIPPINGS[kind].make(network.gradients, network.trained)(at)
    same(network.gradients[changing], plain_training.clip(whole[changing], kind, at), f"clip by {kind}")
    np.testing.assert_array_equal(network.gradients[~changing], whole[~changing])
    if share < 1.0:
        left = np.linalg.norm(network.gradients[changing]) if kind == "norm" else np.abs(network.gradients).max()
        assert left <= at * (1 + 1e-12) or (kind == "value" and not changing.all())


def evaluation(network, x, y, weights=None):
    """Outputs and loss in evaluation mode, whatever a training pass left behind."""
    for rows in (7, min(len(x), EVALUATION_ROWS), len(x) % EVALUATION_ROWS):
        put_masks(network, rows)
    network.loss_and_gradients(x[:7], y[:7])
    values = plain.forward(network.layers, network.parameters, x, running=network.running)
    same(network.predict(x), values[-1], "predictions")
    same(network.evaluate(x, y, weights), plain.data_loss(network, values, y, weights), "loss in evaluation")
    some = np.random.default_rng(0).permutation(len(x))[: max(2, len(x) - 3)]
    part = None if weights is None else weights[some]
    expected = plain.data_loss(network, [value[some] for value in values], y[some], part)
    same(network.evaluate(x, y, weights, some), expected, "loss of some rows in evaluation")
    found = network.activations(x)
    assert [id for id, _ in found] == [layer.id for layer in network.layers]
    for (id, out), value in zip(found, values[1:], strict=True):
        same(out, value, f"activations of {id}")


def buffers(network, outputs):
    """What one batch leaves in the buffers reaches no other: sizes, weights, masks, evaluations in between."""
    loss = network.loss.name
    x, y = make_batch(loss, 9, 3, outputs, seed=5)
    w = make_weights(9)
    first = put_masks(network, 4, 1)
    alone = float(network.loss_and_gradients(x[:4], y[:4]))
    expected = network.gradients.copy()
    weighted = float(network.loss_and_gradients(x[:4], y[:4], w[:4]))
    expected_weighted = network.gradients.copy()
    put_masks(network, 9, 2)
    network.loss_and_gradients(x, y, w)
    network.evaluate(x[5:], y[5:], w[5:])
    put_masks(network, 4, 6)
    network.loss_and_gradients(x[5:], y[5:])
    network.predict(x)
    give_masks(network, 4, first)
    assert float(network.loss_and_gradients(x[:4], y[:4], w[:4])) == weighted
    np.testing.assert_array_equal(network.gradients, expected_weighted)
    assert float(network.loss_and_gradients(x[:4], y[:4])) == alone
    np.testing.assert_array_equal(network.gradients, expected)
    if network.norms:
        return
    # Rows apart and rows together: the gradient of a sum is the sum of gradients.
    if not network.dropouts and network.reduction == "mean":
        parts = []
        for row in range(4):
            network.loss_and_gradients(x[row : row + 1], y[row : row + 1])
            parts.append(network.gradients.copy())
        size = np.abs(parts).max()
        assert np.abs(np.mean(parts, axis=0) - expected).max() <= 1e-14 * size, "mean of rows' gradients"


# Whole trainings


@dataclass(frozen=True)
class Setup:
    """A training: 23 rows of 27, in batches of 5 with 3 left over."""

    text: str = "dense:4 tanh dense:2"
    loss: str = "mse"
    reduction: str = "mean"
    optimizer: str = "sgd"
    schedule: str = "constant"
    batch_size: int = 5
    rows: int = 23
    shuffle: bool = True
    seed: int = 4
    rate: float = 0.05
    epochs: int = 4
    l1: float = 0.0
    l2: float = 0.0
    clip: str = "none"
    clip_at: float = 1.0
    weighted: bool = False
    dtype: str = "float64"
    options: dict[str, float] = field(default_factory=lambda: dict(OPTIONS))

    def start(self):
        """(Training, its plain twin)."""
        network = build(self.text, self.loss, self.reduction, seed=7, dtype=self.dtype)
        x, y = make_batch(self.loss, self.rows + 4, 3, network.layers[-1].units, dtype=self.dtype)
        weights = make_weights(len(x), dtype=self.dtype) if self.weighted else None
        rows = np.arange(2, self.rows + 2)
        optimizer = OPTIMIZERS[self.optimizer].make(
            network.parameters, network.gradients, self.options, network.trained
        )
        training = Training(
            network, optimizer, x, y, rows, batch_size=self.batch_size, shuffle=self.shuffle, seed=self.seed,
            learning_rate=self.rate, weights=weights, schedule=SCHEDULES[self.schedule].make(self.options),
            epochs=self.epochs, l1=self.l1, l2=self.l2, clip=self.clip, clip_at=self.clip_at,
        )  # fmt: skip
        return training, plain_training.Run(self, network, x, y, weights, rows)


def training(setup, epochs=3, relative=1e-11):
    """Every loss, rate, penalty and number that is learnt, step by step, as the textbook's loop gives them."""
    engine, run = setup.start()
    losses, rates, penalties, epoch_losses, counts = [], [], [], [], []
    while engine.epoch < epochs:
        epoch = engine.epoch
        counts.append(len(engine.batch_rows()))
        losses.append(engine.step())
        rates.append(engine.rate)
        penalties.append(engine.penalty)
        if engine.epoch != epoch:
            epoch_losses.append(engine.epoch_loss)
            engine.observe(engine.epoch_loss, None)
    for _ in range(epochs):
        run.run_epoch()
    assert sum(counts) == epochs * setup.rows
    assert len(counts) == epochs * engine.batches
    assert engine.step_count == run.count == len(losses)
    same(rates, np.array(run.rates), "rates")
    same(losses, np.array(run.losses), "losses", relative)
    same(penalties, np.array(run.penalties), "penalties", relative)
    same(epoch_losses, np.array(run.epoch_losses), "losses of epochs", relative)
    same(engine.network.parameters, run.flat, "parameters", relative)
    same(engine.network.running, run.running, "running statistics", relative)
    np.testing.assert_array_equal(engine.network.parameters[~run.changing], run.network_start[~run.changing])
    assert np.any(engine.network.parameters != run.network_start) or not run.changing.any()


def resumes(setup, before, after):
    """A state taken after `before` steps goes on with the same bits in a fresh training, whatever came after it."""
    whole, half, fresh = (setup.start()[0] for _ in range(3))
    _drive(half, before)
    state = half.take_state()
    _drive(half, 7)
    half.go_back()
    fresh.put_state(state)
    _drive(whole, before)
    assert [_drive(whole, 1) for _ in range(after)] == [_drive(fresh, 1) for _ in range(after)]
    one, two = whole.take_state(), fresh.take_state()
    assert set(one.arrays) == set(two.arrays)
    for name, values in one.arrays.items():
        np.testing.assert_array_equal(values, two.arrays[name], err_msg=name)
    assert replace(one, arrays={}) == replace(two, arrays={})


def _drive(training, steps):
    """So many steps, looking at each epoch's loss as a run does; what they gave."""
    found = []
    for _ in range(steps):
        epoch = training.epoch
        found.append((training.step(), training.rate))
        if training.epoch != epoch:
            training.observe(training.epoch_loss, 0.0)
            found.append(training.epoch_loss)
    return found


def goes_back(setup, epochs=40):
    """The best weights come back to the bit; the sound ones are finite, with an optimizer that remembers nothing."""
    engine, _ = setup.start()
    engine.observe(math.inf, 0.0)
    kept, watched = None, [3.0, 2.0, 2.5, 1.5, 1.5, 1.7] + [9.0] * epochs
    for epoch in range(epochs):
        while engine.epoch == epoch:
            engine.step()
        engine.observe(watched[epoch], 0.1)
        if epoch == 3:
            kept = engine.network.parameters.copy(), engine.network.running.copy()
    assert engine.bad_epochs == epochs - 4
    assert engine.best_loss == 1.5
    assert not np.array_equal(engine.network.parameters, kept[0])
    assert engine.restore_best()
    np.testing.assert_array_equal(engine.network.parameters, kept[0])
    np.testing.assert_array_equal(engine.network.running, kept[1])
    engine.network.parameters[-1] = np.nan
    with np.errstate(all="ignore"):
        assert not math.isfinite(engine.step())
    assert engine.diverged
    count = engine.step_count
    engine.go_back()
    assert np.isfinite(engine.network.parameters).all()
    assert not any(moment.any() for moment in engine.optimizer.moments.values())
    assert engine.optimizer.count == 0
    assert math.isfinite(engine.step())
    assert engine.step_count == count + 1


def masks(rate=0.3, rows=400, units=50):
    """Zeros and 1 / (1 − rate), the stated share, another in each step and layer."""
    setup = Setup(f"dense:{units} dropout:{rate} dense:{units} dropout:{rate} dense:2", batch_size=0, rows=rows)
    engine, _ = setup.start()
    seen = []
    for _ in range(2):
        engine.step()
        space = engine.network.workspace(rows)
        seen += [space.kept[position][0].copy() for position, _ in engine.network.dropouts]
    for mask in seen:
        assert set(np.unique(mask)) == {0.0, 1.0 / (1.0 - rate)}
        share = 1.0 - np.count_nonzero(mask) / mask.size
        assert abs(share - rate) < 5.0 * math.sqrt(rate * (1.0 - rate) / mask.size)
        assert abs(mask.mean() - 1.0) < 0.05
    same_places = [np.mean(one == two) for i, one in enumerate(seen) for two in seen[:i]]
    assert max(same_places) < rate**2 + (1.0 - rate) ** 2 + 0.05


# Far out, and published


def far_out(loss, output, logit, dtype):
    """Two logits, that one and 0, against targets of both kinds: loss and gradient as the limit has them."""
    network = build("dense:2" + ("" if output == "identity" else f" {output}"), loss, "sum", features=1, dtype=dtype)
    network.parameters[:] = [logit, 0.0, 0.0, 0.0]
    x = np.ones((1, 1), dtype)
    low = -1.0 if loss == "hinge" else 0.0
    for y in ([1.0, low], [low, 1.0]):
        with np.errstate(all="raise", under="ignore"):
            value = float(network.loss_and_gradients(x, np.array([y], dtype)))
        expected, slopes = _limit(loss, output, float(dtype(logit)), y)
        assert math.isclose(value, expected, rel_tol=4e-7 if dtype is np.float32 else 1e-15, abs_tol=1e-300)
        np.testing.assert_allclose(network.gradients, [*slopes, *slopes], rtol=4e-7, atol=1e-37)


def _limit(loss, output, z, y):
    """(loss, its slope by each logit) for logits z, far from 0, and 0."""
    up = 1.0 if z > 0.0 else 0.0
    if loss == "bce":
        return abs(z) * abs(up - y[0]) + math.log(2.0), [up - y[0], 0.5 - y[1]]
    if loss == "cce":
        return abs(z) * abs(up - y[0]), [up - y[0], 1.0 - up - y[1]]
    if output == "softmax":  # saturated: no slope at all
        values = [_term(loss, value, target)[0] for value, target in zip((up, 1.0 - up), y, strict=True)]
        return sum(values), [0.0, 0.0]
    a, flat = {"identity": (z, False), "tanh": (2.0 * up - 1.0, True), "sigmoid": (up, True)}[output]
    other = {"identity": (0.0, 1.0), "tanh": (0.0, 1.0), "sigmoid": (0.5, 0.25)}[output]
    values, slopes = zip(*(_term(loss, value, target) for value, target in ((a, y[0]), (other[0], y[1]))), strict=True)
    return sum(values), [0.0 if flat else slopes[0], slopes[1] * other[1]]


def _term(loss, a, y):
    r = a - y
    if loss == "hinge":
        return max(0.0, 1.0 - y * a), -y if y * a < 1.0 else 0.0
    if loss == "mae":
        return abs(r), float(np.sign(r))
    if loss == "huber":
        return (0.5 * r * r, r) if abs(r) <= 1.0 else (abs(r) - 0.5, float(np.sign(r)))
    return r * r, 2.0 * r


def mazur(*, frozen):
    """Matt Mazur's 2-2-2 network: his loss, and the one after a step of size 0.5."""
    biases = ":freeze_biases" if frozen else ""
    network = build(f"dense:2{biases} sigmoid dense:2{biases} sigmoid", "mse", "half_sum", features=2)
    network.parameters[:] = [0.15, 0.25, 0.20, 0.30, 0.35, 0.35, 0.40, 0.50, 0.45, 0.55, 0.60, 0.60]
    x, y = np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])
    optimizer = OPTIMIZERS["sgd"].make(network.parameters, network.gradients, {}, network.trained)
    engine = Training(
        network, optimizer, x, y, np.arange(1), batch_size=0, shuffle=False, seed=0, learning_rate=0.5
    )
    assert abs(engine.step() - 0.2983711087600027) <= 1e-14
    np.testing.assert_allclose(network.dense[1].dW[:, 0], [0.08216704056423078, 0.08266762784753325], atol=1e-15)
    published = [[0.1497807161327628, 0.24975114363236958], [0.19956143226552567, 0.29950228726473915]]
    np.testing.assert_allclose(network.dense[0].W, published, rtol=0, atol=1e-15)
    if frozen:
        np.testing.assert_array_equal([layer.b for layer in network.dense], [[0.35, 0.35], [0.60, 0.60]])
    after = 0.29102777369359933 if frozen else 0.28047144679143016
    assert abs(network.evaluate(x, y) - after) <= 1e-14
    assert abs(engine.step() - after) <= 1e-14
