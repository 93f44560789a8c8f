"""Optimizers against the formulas written plainly, over several blocks, and the memory they keep."""

import numpy as np
import pytest

from bpgui.engine.optimizers import BLOCK, OPTIMIZERS

OPTIONS = {"momentum": 0.8, "beta_1": 0.85, "beta_2": 0.97, "epsilon": 1e-6}


def plain(name, p, gradients, rate):
    v = m = s = np.zeros_like(p)
    for t, g in enumerate(gradients, 1):
        if name == "sgd":
            p = p - rate * g
        elif name == "momentum":
            v = OPTIONS["momentum"] * v + g
            p = p - rate * v
        else:
            b1, b2 = OPTIONS["beta_1"], OPTIONS["beta_2"]
            m = b1 * m + (1 - b1) * g
            s = b2 * s + (1 - b2) * g * g
            p = p - rate * (m / (1 - b1**t)) / (np.sqrt(s / (1 - b2**t)) + OPTIONS["epsilon"])
    return p


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_updates_equal_the_formula_to_the_bit(name, dtype):
    generator = np.random.default_rng(0)
    size = 2 * BLOCK + 17
    start = generator.normal(size=size).astype(dtype)
    gradients = generator.normal(size=(6, size)).astype(dtype)
    optimizer = OPTIMIZERS[name].make(size, np.dtype(dtype), OPTIONS)
    p = start.copy()
    for g in gradients:
        optimizer.update(p, g.copy(), 0.01)
    assert p.dtype == dtype
    np.testing.assert_array_equal(p, plain(name, start, gradients, 0.01))
    assert optimizer.count == 6


@pytest.mark.parametrize("entry", OPTIMIZERS.values(), ids=lambda e: e.name)
def test_field_records_name_training_settings_and_lie_in_their_range(entry):
    from bpgui.project.spec import TrainingSpec

    for field in entry.fields:
        assert getattr(TrainingSpec(), field.name) == field.default
        assert field.minimum <= field.default <= field.maximum
        assert field.help.endswith(".")
