"""Losses, gradients and trajectories against values that PyTorch gave (tests/golden/make_torch.py)."""

import json
from pathlib import Path

import numpy as np
import pytest
from oracles import make_batch, make_network

from bpgui.engine.optimizers import OPTIMIZERS

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "torch.json").read_text())
OPTIONS = {"momentum": 0.9, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}


def _name(case):
    return "-".join(value for value in case.values() if isinstance(value, str))


@pytest.mark.parametrize("case", GOLDEN["gradients"], ids=_name)
def test_loss_and_gradient_equal_pytorch(case):
    network = make_network(
        GOLDEN["sizes"], case["hidden"], case["output"], case["loss"], case["reduction"], seed=11
    )
    x, y = make_batch(case["loss"], 7, 3, 3, seed=12)
    assert float(network.loss_and_gradients(x, y)) == pytest.approx(case["value"], rel=1e-12)
    expected = np.array(case["gradient"])
    assert np.linalg.norm(network.gradients - expected) <= 1e-12 * np.linalg.norm(expected)


@pytest.mark.parametrize("case", GOLDEN["trajectories"], ids=_name)
def test_fifty_steps_follow_pytorch(case):
    network = make_network(GOLDEN["sizes"], "tanh", case["output"], case["loss"], seed=21)
    x, y = make_batch(case["loss"], 7, 3, 3, seed=22)
    optimizer = OPTIMIZERS[case["optimizer"]].make(network.parameters, network.gradients, OPTIONS)
    for expected in case["losses"]:
        assert float(network.loss_and_gradients(x, y)) == pytest.approx(expected, rel=1e-10)
        optimizer.update(0.05)
    np.testing.assert_allclose(network.parameters, case["parameters"], rtol=1e-10, atol=1e-12)
