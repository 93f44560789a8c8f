"""Optimizers against the formulas written plainly, on fresh arrays, to the bit; what they leave alone and keep."""

import math
import tracemalloc

import numpy as np
import pytest

from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.update_rules import FLUSH_EVERY
from bpgui.engine.vectors import BLOCK as BLOCK_BYTES
from bpgui.engine.vectors import LINE, aligned_zeros
from bpgui.project.spec import TrainingSpec

BLOCK = BLOCK_BYTES // 8  # elements of float64
OPTIONS = {
    "momentum": 0.8, "alpha": 0.93, "beta_1": 0.85, "beta_2": 0.97, "epsilon": 1e-6, "weight_decay": 0.05,
}  # fmt: skip
STEPS = 50


def sgd(W, g, state, t, rate):
    return W - rate * g


def momentum(W, g, state, t, rate):
    state["velocity"] = OPTIONS["momentum"] * state["velocity"] + g
    return W - rate * state["velocity"]


def nesterov(W, g, state, t, rate):
    state["velocity"] = OPTIONS["momentum"] * state["velocity"] + g
    return W - rate * (OPTIONS["momentum"] * state["velocity"] + g)


def rmsprop(W, g, state, t, rate):
    spread = 1 / math.sqrt(1 - OPTIONS["alpha"])
    state["v"] = OPTIONS["alpha"] * state["v"] + g * g
    return W - rate * spread * (g / (np.sqrt(state["v"]) + OPTIONS["epsilon"] * spread))


def adagrad(W, g, state, t, rate):
    state["v"] = state["v"] + g * g
    return W - rate * (g / (np.sqrt(state["v"]) + OPTIONS["epsilon"]))


def adam(W, g, state, t, rate):
    beta_1, beta_2 = OPTIONS["beta_1"], OPTIONS["beta_2"]
    spread = math.sqrt((1 - beta_2**t) / (1 - beta_2))
    step = rate * (1 - beta_1) / (1 - beta_1**t) * spread
    state["m"] = beta_1 * state["m"] + g
    state["v"] = beta_2 * state["v"] + g * g
    return W - step * (state["m"] / (np.sqrt(state["v"]) + OPTIONS["epsilon"] * spread))


def adamw(W, g, state, t, rate):
    return adam(W * (1 - rate * OPTIONS["weight_decay"]), g, state, t, rate)


PLAIN = {f.__name__: f for f in (sgd, momentum, nesterov, rmsprop, adagrad, adam, adamw)}


def textbook_adam(W, gradients, rate):
    """The paper's algorithm, with no factor folded into another."""
    m = v = np.zeros_like(W)
    for t, g in enumerate(gradients, 1):
        m = OPTIONS["beta_1"] * m + (1 - OPTIONS["beta_1"]) * g
        v = OPTIONS["beta_2"] * v + (1 - OPTIONS["beta_2"]) * g**2
        m_hat, v_hat = m / (1 - OPTIONS["beta_1"] ** t), v / (1 - OPTIONS["beta_2"] ** t)
        W = W - rate * m_hat / (np.sqrt(v_hat) + OPTIONS["epsilon"])
    return W


def gradient_of(generator, size, dtype):
    """Gradients of very different sizes, some of them zero."""
    g = generator.normal(size=size) * 10.0 ** generator.integers(-9, 3, size)
    return np.where(generator.random(size) < 0.1, 0.0, g).astype(dtype)


def make(name, size, dtype=np.float64, trained=None, seed=0):
    """(optimizer, parameters, gradients) with random parameters."""
    parameters = np.random.default_rng(seed).normal(size=size).astype(dtype)
    gradients = np.zeros(size, dtype)
    return OPTIMIZERS[name].make(parameters, gradients, OPTIONS, trained), parameters, gradients


@pytest.mark.parametrize("size", [1, 9, BLOCK, 4 * BLOCK + 17])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_updates_equal_the_plain_formula_to_the_bit(name, dtype, size):
    generator = np.random.default_rng(1)
    optimizer, parameters, gradients = make(name, size, dtype)
    W, state = parameters.copy(), {key: np.zeros(size, dtype) for key in optimizer.moments}
    for t in range(1, STEPS + 1):
        rate = 0.01 * 0.9**t
        gradients[:] = gradient_of(generator, size, dtype)
        optimizer.update(rate)
        W = PLAIN[name](W, gradients.copy(), state, t, rate)
    assert parameters.dtype == W.dtype == dtype
    np.testing.assert_array_equal(parameters, W)
    for key, moment in optimizer.moments.items():
        assert moment.dtype == dtype
        np.testing.assert_array_equal(moment, state[key])
    assert optimizer.count == STEPS


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name not in ("sgd", "adagrad")])
def test_moments_without_a_gradient_do_not_stay_subnormal(name, dtype):
    optimizer, parameters, gradients = make(name, 2 * BLOCK + 5, dtype)
    W, state = parameters.copy(), {key: np.zeros(parameters.size, dtype) for key in optimizer.moments}
    gradients[:] = np.random.default_rng(3).normal(size=gradients.size)
    for t in range(1, 6 * FLUSH_EVERY + 2):
        if t == 3:
            gradients[: 2 * BLOCK + 1] = 0.0
        optimizer.update(0.01)
        W = PLAIN[name](W, gradients, state, t, 0.01)
        if t % FLUSH_EVERY == 0:
            for moment in state.values():
                moment[np.abs(moment) < 1e-36] = 0.0
    np.testing.assert_array_equal(parameters, W)
    for key, moment in optimizer.moments.items():
        np.testing.assert_array_equal(moment, state[key])
        assert np.abs(moment[2 * BLOCK + 1 :]).min() > 0.0
        assert not np.any((moment != 0.0) & (np.abs(moment) < np.finfo(dtype).tiny))


def test_folded_adam_is_the_paper_s():
    generator = np.random.default_rng(2)
    optimizer, parameters, gradients = make("adam", 200)
    start = parameters.copy()
    steps = [gradient_of(generator, 200, np.float64) for _ in range(STEPS)]
    for g in steps:
        gradients[:] = g
        optimizer.update(0.01)
    np.testing.assert_allclose(parameters, textbook_adam(start, steps, 0.01), rtol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_only_trained_parts_change_and_they_change_as_always(name):
    size = 3 * BLOCK
    parts = [slice(BLOCK, BLOCK + 40), slice(5, 9), slice(9, 20), slice(7, 7), slice(BLOCK + 40, 2 * BLOCK + 30)]
    mask = np.zeros(size, bool)
    for part in parts:
        mask[part] = True
    some, changed, gradients = make(name, size, trained=parts)
    every, expected, same = make(name, size)
    start = changed.copy()
    for seed in range(5):
        gradients[:] = same[:] = gradient_of(np.random.default_rng(seed), size, np.float64) + 1e-3
        some.update(0.02)
        every.update(0.02)
    np.testing.assert_array_equal(changed[~mask], start[~mask])
    np.testing.assert_array_equal(changed[mask], expected[mask])
    assert np.all(changed[mask] != start[mask])
    for moment in some.moments.values():
        assert moment.size == size
        assert not moment[~mask].any()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_nothing_trained_changes_nothing(name):
    optimizer, parameters, gradients = make(name, 12, trained=[])
    gradients[:] = 1.0
    start = parameters.copy()
    optimizer.update(0.1)
    np.testing.assert_array_equal(parameters, start)


def test_a_stride_is_refused():
    with pytest.raises(ValueError, match="stride"):
        make("sgd", 12, trained=[slice(0, 12, 2)])


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128])
@pytest.mark.parametrize("size", [0, 1, 7, 5000])
def test_aligned_vectors_begin_on_a_cache_line_and_are_zero(size, dtype):
    for _ in range(5):
        vector = aligned_zeros(size, dtype)
        assert vector.shape == (size,)
        assert vector.dtype == dtype
        assert not size or vector.ctypes.data % LINE == 0
        assert not vector.any()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_gradients_stay_as_they_are(name):
    optimizer, _, gradients = make(name, 30)
    gradients[:] = np.arange(30.0)
    optimizer.update(0.1)
    np.testing.assert_array_equal(gradients, np.arange(30.0))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_update_allocates_no_array(name):
    optimizer, _, gradients = make(name, 2 * BLOCK)
    gradients[:] = 1.0
    optimizer.update(0.1)
    optimizer.count = FLUSH_EVERY - 2
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        optimizer.update(0.1)
        optimizer.update(0.1)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < 2048  # frames and floats; one block would be 131 072


@pytest.mark.parametrize("entry", OPTIMIZERS.values(), ids=lambda e: e.name)
def test_field_records_name_training_settings_and_lie_in_their_range(entry):
    for field in entry.fields:
        assert getattr(TrainingSpec(), field.name) == field.default
        assert field.minimum <= field.default <= field.maximum
        assert field.help.endswith(".")
