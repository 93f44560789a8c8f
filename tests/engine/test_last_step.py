"""What an optimizer says of its last update is what that did to the parameters."""

import numpy as np
import pytest

from bpgui.engine.optimizers import OPTIMIZERS

OPTIONS = {
    "momentum": 0.8, "alpha": 0.93, "beta_1": 0.85, "beta_2": 0.97, "epsilon": 1e-6, "weight_decay": 0.05,
}  # fmt: skip
SIZE = 300


def stepped(name, dtype, steps):
    """(optimizer, parameters before the last step, parameters after it)"""
    generator = np.random.default_rng(5)
    parameters, gradients = generator.normal(size=SIZE).astype(dtype), np.zeros(SIZE, dtype)
    optimizer = OPTIMIZERS[name].make(parameters, gradients, OPTIONS)
    for t in range(steps):
        gradients[:] = generator.normal(size=SIZE) * 10.0 ** generator.integers(-6, 2, SIZE)
        before = parameters.copy()
        optimizer.update(0.01 / (t + 1))
    return optimizer, before, parameters


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_last_step_is_the_difference_that_it_made(name, dtype):
    for steps in (1, 7):
        optimizer, before, after = stepped(name, dtype, steps)
        found = optimizer.last_step(slice(0, SIZE))
        assert found.dtype == dtype
        rounding = 2.0 * np.finfo(dtype).eps * np.maximum(np.abs(before), np.abs(after)).max()
        np.testing.assert_allclose(found, after - before, rtol=0.0, atol=rounding)
        assert np.abs(found).max() > 1e3 * rounding


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name != "adamw"])
def test_taken_from_the_parameters_before_it_gives_those_after_it_to_the_bit(name, dtype):
    optimizer, before, after = stepped(name, dtype, 7)
    np.testing.assert_array_equal(before + optimizer.last_step(slice(0, SIZE)), after)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_part_of_it_is_the_same_as_all_of_it(name):
    optimizer, _, after = stepped(name, np.float64, 7)
    kept, moments = after.copy(), {key: moment.copy() for key, moment in optimizer.moments.items()}
    whole = optimizer.last_step(slice(0, SIZE))
    np.testing.assert_array_equal(optimizer.last_step(slice(20, 90, 7)), whole[20:90:7])
    np.testing.assert_array_equal(after, kept)
    for key, moment in optimizer.moments.items():
        np.testing.assert_array_equal(moment, moments[key])
