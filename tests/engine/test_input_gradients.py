"""∂a/∂x of neurons against differences of the forward pass, through every kind of layer."""

import numpy as np
import pytest

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.input_gradients import BACK, input_gradients
from bpgui.engine.layers import LAYERS, Activation, BatchNorm, Dense, Dropout
from bpgui.engine.network import Network


def network(activation="tanh", last="softmax", dtype=np.float64):
    layers = [
        Dense("d1", 5, 7), BatchNorm("n1", 7), Activation("d2", 7, activation), Dropout("o1", 7, 0.5),
        Dense("d3", 7, 4), Activation("d3", 4, last),
    ]  # fmt: skip
    made = Network(layers, "mse", dtype=dtype)
    generator = np.random.default_rng(3)
    made.parameters[:] = generator.normal(size=made.parameters.size)
    made.running[:] = generator.uniform(0.5, 2.0, made.running.size)
    return made


def differences(made, x, id, unit, h=1e-6):
    """(features,) by central differences."""
    steps = np.concatenate((np.eye(x.shape[1]) * h, -np.eye(x.shape[1]) * h))
    a = dict(made.activations(x + steps))[id][:, unit]
    half = len(a) // 2
    return (a[:half] - a[half:]) / (2 * h)


WANTED = {"d1": (0, 6), "n1": (3,), "d2": (1, 2, 5), "o1": (4,), "d3": (0, 1, 2, 3)}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_they_are_the_differences_of_the_forward_pass(activation):
    made = network(activation)
    x = np.random.default_rng(4).normal(size=(1, 5))
    found = input_gradients(made, x, WANTED)
    assert list(found) == list(WANTED)
    for id, units in WANTED.items():
        assert found[id].shape == (len(units), 5)
        for row, unit in zip(found[id], units, strict=True):
            np.testing.assert_allclose(row, differences(made, x, id, unit), rtol=1e-5, atol=1e-8)


def test_every_kind_of_layer_has_a_way_back():
    assert set(BACK) == set(LAYERS)


def test_gradients_parameters_and_masks_stay_as_they_are():
    made = network()
    made.gradients[:] = 7.0
    before = made.parameters.copy(), made.running.copy()
    input_gradients(made, np.ones((1, 5)), WANTED)
    assert (made.gradients == 7.0).all()
    np.testing.assert_array_equal(made.parameters, before[0])
    np.testing.assert_array_equal(made.running, before[1])


def test_nothing_wanted_and_what_is_not_there():
    made, x = network(dtype=np.float32), np.ones((1, 5), np.float32)
    assert input_gradients(made, x, {}) == {}
    assert input_gradients(made, x, {"d1": ()})["d1"].shape == (0, 5)
    assert input_gradients(made, x, {"d1": (0,)})["d1"].dtype == np.float32
    with pytest.raises(KeyError):
        input_gradients(made, x, {"gone": (0,)})
    with pytest.raises(IndexError):
        input_gradients(made, x, {"d1": (7,)})
