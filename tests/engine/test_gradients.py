"""The backward pass against the complex step of formulas that share nothing with it, over all tables."""

import itertools

import checks
import numpy as np
import plain
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import (
    build,
    give_masks,
    legal_cases,
    make_batch,
    make_network,
    make_weights,
    put_masks,
    scratch,
    twin_of,
)

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.layers import LAYERS
from bpgui.engine.losses import LOSSES
from bpgui.engine.network import Network
from bpgui.engine.regularizers import Penalty

# Every kind of layer, before and behind each other, first and last, with and without biases.
PLANS = (
    "dense:4 {h} dense:3 {o}",
    "dense:4 {h} dropout:0.3 dense:4 batchnorm {h} dense:3 {o}",
    "batchnorm dense:4 batchnorm {h} dropout:0.5 dense:3:nobias {o}",
    "dropout:0.2 dense:5:nobias {h} batchnorm:0.3:0.01 dense:3 batchnorm {o}",
)
BLOCKS = ("{h}", "batchnorm:0.1:0.1 {h}", "{h} dropout:0.2", "{h} batchnorm:0.1:0.1", "dropout:0.3 {h}")
OUTPUTS = (("bce", "sigmoid"), ("cce", "softmax"), ("mse", "identity"), ("huber", "tanh"), ("hinge", "identity"))


@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_layer_under_every_loss(hidden, loss):
    for (output, reduction), (number, plan) in itertools.product(cases_of(loss), enumerate(PLANS)):
        if reduction != "mean" and number > 1:
            continue  # a sum differs from a mean by one factor
        network = build(plan.format(h=hidden, o=output), loss, reduction, seed=number, **_delta(loss, 0.6))
        x, y = make_batch(loss, 7, 3, 3, seed=number)
        weights = make_weights(7) if number % 2 else None
        checks.gradient(network, x, y, weights, *((0.01, 0.1) if number >= 2 else (0.0, 0.0)))


def cases_of(loss):
    """(output, reduction) that are legal with it."""
    return [case[1:] for case in legal_cases() if case[0] == loss]


@pytest.mark.parametrize("depth", range(1, 17))
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_every_depth(hidden, depth):
    loss, output = OUTPUTS[(depth + len(hidden)) % len(OUTPUTS)]
    x, y = make_batch(loss, 9, 3, 3, seed=depth)
    for mixed in (False, True):
        blocks = [BLOCKS[(i + depth) % len(BLOCKS) if mixed else 0].format(h=hidden) for i in range(depth - 1)]
        network = build(" ".join(f"dense:4 {block}" for block in blocks) + f" dense:3 {output}", loss, seed=depth)
        assert len(network.dense) == depth
        checks.gradient(network, x, y, make_weights(9) if depth % 2 else None, 1e-3, 1e-2)


@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_the_engine_s_own_complex_twin(hidden, loss):
    x, y = make_batch(loss, 6, 3, 3)
    for output, reduction in cases_of(loss):
        network = build(f"dense:3 batchnorm {hidden} dropout:0.3 dense:3 {output}", loss, reduction)
        if reduction == "mean":
            checks.twin(network, x, y, make_weights(6))


def _delta(loss, delta):
    return {"huber_delta": delta} if loss == "huber" else {}


@st.composite
def networks(draw):
    """(words, loss, reduction, options): any layers in any order, an output layer that the loss allows."""
    words = []
    for _ in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(("dense", "activation", "dropout", "batchnorm")))
        if kind == "dense":
            words.append(f"dense:{draw(st.integers(1, 5))}{draw(st.sampled_from(('', ':nobias', ':freeze_weights')))}")
        elif kind == "activation":
            words.append(draw(st.sampled_from(sorted(ACTIVATIONS))))
        elif kind == "dropout":
            words.append(f"dropout:{draw(st.sampled_from((0.0, 0.1, 0.5, 0.9)))}")
        else:
            words.append(f"batchnorm:0.1:{draw(st.sampled_from((0.05, 0.3)))}")
    loss, output, reduction = draw(st.sampled_from(legal_cases()))
    words += [f"dense:{draw(st.integers(3 if output == 'softmax' else 1, 4))}", output]
    return " ".join(words), loss, reduction, _delta(loss, draw(st.sampled_from((0.1, 1.0, 10.0))))


@settings(max_examples=250)
@given(
    networks(), st.integers(2, 9), st.booleans(), st.sampled_from((0.0, 0.02)), st.sampled_from((0.0, 0.3)),
    st.integers(0, 2**32),
)  # fmt: skip
def test_any_network(made, rows, weighted, l1, l2, seed):
    text, loss, reduction, options = made
    network = build(text, loss, reduction, seed=seed, **options)
    x, y = make_batch(loss, rows, 3, network.layers[-1].units, seed=seed)
    weights = make_weights(rows, seed) * (np.arange(rows) != 1) if weighted else None
    checks.gradient(network, x, y, weights, l1, l2, seed=seed, together=True)


@pytest.mark.parametrize("kind", ["norm", "value"])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.999, 1.001, 10.0])
@pytest.mark.parametrize("text", [PLANS[1], "dense:4:freeze_weights {h} dense:3:freeze_biases {o}"])
def test_clipping_is_its_definition(kind, share, text):
    network = build(text.format(h="silu", o="softmax"), "cce")
    checks.clipped(network, *make_batch("cce", 8, 3, 3), kind, share)


@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_float32_is_near(hidden, loss):
    x, y = make_batch(loss, 8, 3, 3, dtype=np.float32)
    for output, reduction in cases_of(loss):
        text = f"dense:4 batchnorm:0.1:0.1 {hidden} dropout:0.3 dense:3 {output}"
        network = build(text, loss, reduction, dtype=np.float32, **_delta(loss, 0.6))
        whole = build(text, loss, reduction, **_delta(loss, 0.6))
        whole.parameters[:] = network.parameters
        masks = put_masks(whole, 8)
        give_masks(network, 8, masks)
        found = [each.loss_and_gradients(x.astype(each.dtype), y.astype(each.dtype)) for each in (network, whole)]
        assert found[0] == pytest.approx(found[1], rel=2e-6)
        assert network.gradients.dtype == np.float32
        assert np.linalg.norm(network.gradients - whole.gradients) <= 2e-5 * np.linalg.norm(whole.gradients) + 1e-9


def test_every_kind_of_layer_and_loss_is_tried():
    words = {word.split(":")[0] for plan in PLANS for word in plan.split()}
    assert set(LAYERS) - {"activation"} <= words
    assert {loss for loss, _, _ in legal_cases()} == set(LOSSES)
    assert set(plain.ACTIVATIONS) == set(ACTIVATIONS)


@pytest.mark.parametrize("text", ["dense:4 tanh dense:2", "dense:4 dropout:0.4 gelu dense:2", checks.MIXED])
@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
def test_one_batch_leaves_nothing_for_the_next(text, loss):
    checks.buffers(build(text, loss), 2)


@pytest.mark.parametrize(("name", "slope"), [("relu", 0.0), ("leaky_relu", 0.01), ("elu", 1.0)])
def test_kinks_take_the_subgradient_of_least_norm(name, slope):
    z, da = np.zeros((1, 3)), np.ones((1, 3))
    out = np.empty_like(z)
    t = scratch(name, z)
    ACTIVATIONS[name].forward(z, out, t)
    ACTIVATIONS[name].backward(z, out, da, da, t)
    np.testing.assert_array_equal(da, np.full((1, 3), slope))


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "softmax"])
def test_the_complex_step_takes_the_same_slope_at_zero(name):
    z, da = np.zeros((1, 3)), np.ones((1, 3))
    out = np.empty_like(z)
    t = scratch(name, z)
    ACTIVATIONS[name].forward(z, out, t)
    ACTIVATIONS[name].backward(z, out, da, da, t)
    nudged = z + 1j * plain.STEP
    out = np.empty_like(nudged)
    ACTIVATIONS[name].forward(nudged, out, scratch(name, nudged))
    np.testing.assert_allclose(out.imag / plain.STEP, da, rtol=1e-15, atol=0)


@pytest.mark.parametrize(("loss", "a", "y"), [("mae", 0.0, 0.0), ("huber", 2.0, 1.0), ("hinge", 1.0, 1.0)])
def test_losses_at_their_kinks(loss, a, y):
    """There the slope of least norm, in real numbers and in the complex step; huber has none."""
    network = make_network((1, 1), "tanh", "identity", loss)
    network.parameters[:] = [0.0, a]
    x, target = np.ones((1, 1)), np.full((1, 1), y)
    network.loss_and_gradients(x, target)
    expected = 1.0 if loss == "huber" else 0.0
    np.testing.assert_array_equal(network.gradients, np.full(2, expected))
    twin = Network([network.layers[0]], loss, "mean", np.complex128)
    twin.parameters[:] = [0.0, a + 1j * plain.STEP]
    slope = complex(twin.loss_of(twin.forward(x + 0j), target + 0j)).imag / plain.STEP
    assert slope == pytest.approx(expected, abs=1e-15)


def test_the_penalty_of_a_weight_that_is_zero():
    network = make_network((1, 1), "tanh", "identity", "mse", bias=False)
    twin = twin_of(network)
    for each in (network, twin):
        each.parameters[:] = 0.0
        each.gradients[:] = 0.0
    Penalty(network.dense).add_gradient(0.3, 0.2)
    assert network.gradients[0] == 0.0
    twin.parameters[0] = 1j * plain.STEP
    assert complex(Penalty(twin.dense).value(0.3, 0.2)).imag == 0.0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivative_in_place_equals_derivative_beside(name, dtype):
    generator = np.random.default_rng(3)
    z, da = generator.normal(size=(2, 5, 4)).astype(dtype)
    a, beside = np.empty_like(z), np.empty_like(z)
    t = scratch(name, z)
    ACTIVATIONS[name].forward(z, a, t)
    ACTIVATIONS[name].backward(z, a, da, beside, t)
    ACTIVATIONS[name].backward(z, a, da, da, t)
    np.testing.assert_array_equal(da, beside)
    assert a.dtype == beside.dtype == dtype
