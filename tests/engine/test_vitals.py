"""The vital signs of a layer equal what numpy makes of the weights and rows themselves, and of the step before."""

from __future__ import annotations

import numpy as np
import pytest

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.layers import Activation, BatchNorm, Dense
from bpgui.engine.network import EVALUATION_ROWS, Network
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.rehearsal import take_trace
from bpgui.engine.training import Training
from bpgui.engine.vitals import RECTIFYING, SIGNS, SQUASHING, Vitals, norm

RULES = {
    "relu": lambda z: np.maximum(z, 0.0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)),
    "elu": lambda z: np.where(z > 0.0, z, np.expm1(z)),
}


def made(names=("relu", "tanh", "sigmoid"), optimizer="adam", rate=0.05, rows=70, dtype=np.float64, freeze=False):
    rng = np.random.default_rng(3)
    widths, layers = (4, 9, 7, 2), []
    for i, name in enumerate(names):
        layers.append(Dense(f"d{i}", widths[i], widths[i + 1], True, freeze_weights=freeze and i == 1))
        layers.append(Activation(f"d{i}", widths[i + 1], name))
    network = Network(layers, "mse", "mean", dtype)
    network.parameters[...] = rng.normal(0.0, 1.4, network.parameters.shape)
    x, y = rng.normal(0.0, 1.0, (rows, 4)).astype(dtype), rng.uniform(0.0, 1.0, (rows, 2)).astype(dtype)
    options = {field.name: field.default for field in OPTIMIZERS[optimizer].fields}
    maker = OPTIMIZERS[optimizer].make(network.parameters, network.gradients, options, network.trained)
    return Training(
        network, maker, x, y, np.arange(rows), batch_size=8, shuffle=True, seed=1, learning_rate=rate
    )  # fmt: skip


def sign(values, name):
    return values[:, SIGNS.index(name)]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_gradient_and_update_are_those_of_the_very_step(optimizer):
    training = made(optimizer=optimizer)
    vitals = Vitals(training)
    for _ in range(7):
        trace = take_trace(training)
        training.step()
    found = vitals.measure()
    for index, position in enumerate((0, 2, 4)):
        before, after = (trace.array(flat, position, "W") for flat in (trace.before, trace.after))
        gradient = trace.array(trace.clipped, position, "W")
        assert sign(found, "gradient")[index] == pytest.approx(np.sqrt((gradient**2).sum()), rel=1e-13)
        ratio = np.sqrt(((after - before) ** 2).sum()) / np.sqrt((before**2).sum())
        assert sign(found, "update")[index] == pytest.approx(ratio, rel=1e-9)
        assert sign(found, "weights")[index] == pytest.approx(np.sqrt((after**2).sum()), rel=1e-13)


def test_dead_and_saturated_units_are_counted_over_the_rows():
    training = made(("relu", "tanh", "sigmoid"))
    training.network.layers[0].b[:4] = -50.0  # four that no row reaches
    found = Vitals(training).measure()
    a, layers = training.x, training.network.layers
    flat = {}
    for position in (0, 2, 4):
        z = a @ layers[position].W + layers[position].b
        a = RULES[layers[position + 1].name](z)
        flat[position] = a
    assert sign(found, "dead")[0] == (flat[0] == 0.0).all(axis=0).mean() >= 4 / 9
    steep = 1.0 - np.tanh(0.0) ** 2
    assert sign(found, "saturated")[1] == pytest.approx((1.0 - flat[2] ** 2 <= 0.06 * steep).mean(), abs=1e-12)
    assert 0.0 < sign(found, "saturated")[1] < 1.0
    assert np.isnan(sign(found, "saturated")[[0, 2]]).all()  # a ReLU, and the network's own output
    assert np.isnan(sign(found, "dead")[[1, 2]]).all()


def test_behind_batch_norm_it_is_what_comes_out_of_it_that_counts():
    layers = [Dense("d0", 2, 3), BatchNorm("n0", 3, 0.1, 1e-5), Activation("a0", 3, "relu"), Dense("d1", 3, 1)]
    network = Network(layers, "mse")
    network.parameters[:6] = 1.0
    layers[1].beta[:] = (-100.0, 0.0, 100.0)
    x = np.random.default_rng(0).normal(size=(20, 2))
    optimizer = OPTIMIZERS["sgd"].make(network.parameters, network.gradients, {}, network.trained)
    training = Training(
        network, optimizer, x, x[:, :1], np.arange(20), batch_size=5, shuffle=False, seed=0, learning_rate=0.1
    )  # fmt: skip
    vitals = Vitals(training)
    assert vitals.activations == ("relu", "")
    assert sign(vitals.measure(stepped=False, updated=False), "dead")[0] == pytest.approx(1 / 3)


def test_what_there_is_not_is_not_a_number():
    training = made(freeze=True)
    vitals = Vitals(training)
    before = vitals.measure(stepped=False, updated=False)
    assert np.isnan(sign(before, "gradient")).all()
    assert np.isnan(sign(before, "update")).all()
    training.step()
    after = vitals.measure()
    assert np.isnan(sign(after, "update")).tolist() == [False, True, False]  # the frozen one
    assert (sign(after, "gradient") > 0.0).all()


@pytest.mark.parametrize("name", [*SQUASHING, *RECTIFYING])
def test_flat_is_a_slope_of_at_most_six_per_cent_of_the_steepest(name):
    entry = ACTIVATIONS[name]
    limit = SQUASHING.get(name, RECTIFYING.get(name))

    def slope(z):
        at, out = np.array([[z - 1e-5, z + 1e-5]]), np.empty((1, 2))
        entry.forward(at, out, tuple(np.empty((1, 2)) for _ in range(entry.scratch)))
        return abs(out[0, 1] - out[0, 0]) / 2e-5

    steepest = slope(0.0) if name in SQUASHING else 1.0
    if name == "relu":
        assert slope(-0.1) == 0.0
        assert slope(0.1) == pytest.approx(1.0)
    else:
        flat = limit if name in SQUASHING else -limit
        direction = 1.0 if name in SQUASHING else -1.0
        assert slope(direction * (flat + 0.01)) < 0.06 * steepest < slope(direction * (flat - 0.01))
        assert all(slope(direction * (flat + more)) < 0.06 * steepest for more in (0.1, 0.5, 1.0, 3.0, 10.0))
    if name in SQUASHING:
        assert slope(-(flat + 0.01)) < 0.06 * steepest < slope(-(flat - 0.01))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-40, 1e-20, 1.0, 1e20, 1e37])
def test_a_norm_neither_vanishes_nor_overflows(dtype, size):
    values = (np.random.default_rng(0).uniform(0.5, 1.0, 50) * size).astype(dtype)
    expected = size * np.sqrt(((values.astype(np.float64) / size) ** 2).sum())
    assert norm(values) == pytest.approx(expected, rel=1e-5)
    assert norm(np.zeros(3)) == 0.0
    assert np.isinf(norm(np.array([1.0, np.inf])))


def test_a_look_changes_no_bit_and_looks_at_a_bounded_number_of_rows():
    seen, unseen = made(rows=3 * EVALUATION_ROWS), made(rows=3 * EVALUATION_ROWS)
    vitals = Vitals(seen)
    for _ in range(30):
        seen.step()
        unseen.step()
        vitals.measure()
    assert seen.network.parameters.tobytes() == unseen.network.parameters.tobytes()
    assert seen.optimizer.moments["m"].tobytes() == unseen.optimizer.moments["m"].tobytes()
    assert len(vitals._x) == EVALUATION_ROWS
