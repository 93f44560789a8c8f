"""The backward pass against the complex step, over all tables."""

import numpy as np
import pytest
from oracles import complex_step, legal_cases, make_batch, make_network, scratch

from bpgui.engine.activations import ACTIVATIONS

DEPTHS = (1, 2, 3, 5)


@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output", "reduction"), legal_cases())
def test_gradient_agrees_with_complex_step(hidden, loss, output, reduction):
    for depth in DEPTHS:
        sizes = (3, *[4] * (depth - 1), 3)
        x, y = make_batch(loss, 7, 3, 3, seed=depth)
        network = _alive(sizes, hidden, output, loss, reduction, x, y, seed=depth)
        expected = complex_step(network, x, y)
        scale = np.linalg.norm(expected)
        assert np.linalg.norm(network.gradients - expected) <= 1e-12 * scale, f"depth {depth}"
        assert np.all(np.abs(network.gradients - expected) <= 1e-8 * np.maximum(np.abs(expected), 1e-8))


def _alive(sizes, hidden, output, loss, reduction, x, y, seed):
    """The first network from that seed on through which anything flows back (some with ReLU outputs are dead)."""
    for later in range(seed, seed + 20):
        network = make_network(sizes, hidden, output, loss, reduction, seed=later)
        network.loss_and_gradients(x, y)
        if np.linalg.norm(network.gradients) > 1e-6:
            return network
    raise AssertionError("no live network found")


def test_gradient_without_biases_and_for_one_output():
    network = make_network((2, 3, 1), "tanh", "sigmoid", "bce", bias=False)
    x, y = make_batch("bce", 5, 2, 1)
    network.loss_and_gradients(x, y)
    np.testing.assert_allclose(network.gradients, complex_step(network, x, y), rtol=1e-12, atol=1e-16)


def test_gradient_of_a_batch_is_the_mean_of_its_rows():
    network = make_network((3, 5, 2), "silu", "softmax", "cce")
    x, y = make_batch("cce", 6, 3, 2)
    rows = []
    for row in range(6):
        network.loss_and_gradients(x[row : row + 1], y[row : row + 1])
        rows.append(network.gradients.copy())
    network.loss_and_gradients(x, y)
    np.testing.assert_allclose(network.gradients, np.mean(rows, axis=0), rtol=1e-13, atol=1e-16)


def test_a_smaller_batch_leaves_nothing_of_the_larger_one_behind():
    network = make_network((3, 5, 2), "relu", "identity", "mse")
    x, y = make_batch("mse", 9, 3, 2)
    network.loss_and_gradients(x[:2], y[:2])
    alone = network.gradients.copy()
    network.loss_and_gradients(x, y)
    network.loss_and_gradients(x[:2], y[:2])
    np.testing.assert_array_equal(network.gradients, alone)


@pytest.mark.parametrize(("name", "slope"), [("relu", 0.0), ("leaky_relu", 0.01), ("elu", 1.0)])
def test_kinks_take_the_subgradient_of_least_norm(name, slope):
    z, da = np.zeros((1, 3)), np.ones((1, 3))
    out = np.empty_like(z)
    t = scratch(name, z)
    ACTIVATIONS[name].forward(z, out, t)
    ACTIVATIONS[name].backward(z, out, da, da, t)
    np.testing.assert_array_equal(da, np.full((1, 3), slope))


def test_absolute_error_at_zero_has_no_slope():
    network = make_network((1, 1), "tanh", "identity", "mae")
    network.parameters[:] = 0.0
    assert network.loss_and_gradients(np.ones((2, 1)), np.zeros((2, 1))) == 0.0
    np.testing.assert_array_equal(network.gradients, np.zeros(2))


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
