"""Losses, gradients and trajectories against values that PyTorch gave (tests/golden/make_torch*.py)."""

import json
from pathlib import Path

import numpy as np
import plain
import pytest
from oracles import layers_of, make_batch, make_network

from bpgui.engine.layers import LAYERS, BatchNorm, Dense
from bpgui.engine.losses import LOSSES
from bpgui.engine.network import Network
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.training import Training

FOLDER = Path(__file__).parent.parent / "golden"
GOLDEN, NETWORKS = (json.loads((FOLDER / name).read_text()) for name in ("torch.json", "torch_networks.json"))
OPTIONS = {
    "momentum": 0.9, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8, "alpha": 0.99, "weight_decay": 0.01,
}  # fmt: skip
ROWS, OUTPUTS = NETWORKS["rows"], NETWORKS["outputs"]
LAST = {"cce": "softmax", "bce": "sigmoid"}


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


def _whole_name(case):
    words = [word.split(":")[0] for word in case["text"].split()]
    weighted = "-weighted" if case["weighted"] else ""
    return f"{len(words)} layers-{case['loss']}-{case['optimizer']}-clip {case['clip']}{weighted}"


def _training(case):
    """What make_torch_networks.py draws, and a training of it."""
    generator = np.random.default_rng(61)
    layers = layers_of(NETWORKS["features"], f"{case['text']} {LAST.get(case['loss'], '')}")
    network = Network(layers, case["loss"])
    for layer in layers:
        if isinstance(layer, Dense):
            layer.W[...] = generator.normal(0.0, 1.0 / np.sqrt(layer.inputs), layer.W.shape)
            if layer.b is not None:
                layer.b[...] = generator.normal(0.0, 0.3, layer.units)
        elif isinstance(layer, BatchNorm):
            layer.gamma[...] = generator.uniform(0.6, 1.4, layer.units)
            layer.beta[...] = generator.normal(0.0, 0.3, layer.units)
    generator = np.random.default_rng(62)
    x, y = generator.normal(size=(ROWS, NETWORKS["features"])), generator.normal(size=(ROWS, OUTPUTS))
    classes, bits = generator.integers(0, OUTPUTS, ROWS), generator.integers(0, 2, (ROWS, OUTPUTS)).astype(float)
    y = {"cce": np.eye(OUTPUTS)[classes], "bce": bits, "hinge": 2 * bits - 1}.get(case["loss"], y)
    optimizer = OPTIMIZERS[case["optimizer"]].make(network.parameters, network.gradients, OPTIONS, network.trained)
    return Training(
        network, optimizer, x, y, np.arange(ROWS), batch_size=0, shuffle=False, seed=NETWORKS["seed"],
        learning_rate=0.02, weights=generator.uniform(0.2, 3.0, ROWS) if case["weighted"] else None,
        l1=case["l1"], l2=case["l2"], clip=case["clip"], clip_at=NETWORKS["at"].get(case["clip"], 1.0),
    )  # fmt: skip


@pytest.mark.parametrize("case", NETWORKS["trajectories"], ids=_whole_name)
def test_whole_trainings_follow_pytorch(case):
    training = _training(case)
    network = training.network
    for step, expected in enumerate(case["losses"], 1):
        assert training.step() == pytest.approx(expected, rel=1e-10)
        if step == 5:
            np.testing.assert_allclose(network.running, case["early"], rtol=1e-12, atol=1e-13)
    assert training.step_count == NETWORKS["steps"]
    np.testing.assert_allclose(network.running, case["running"], rtol=1e-10, atol=1e-12)
    parameters = network.parameters[:: 7 if len(network.dense) > 15 else 1]
    np.testing.assert_allclose(parameters, case["parameters"], rtol=1e-10, atol=1e-11)
    outputs = plain.ACTIVATIONS[LAST.get(case["loss"], "identity")](np.array(case["outputs"]))
    np.testing.assert_allclose(network.predict(training.x), outputs, rtol=1e-10, atol=1e-11)


def test_the_cases_hold_every_kind():
    words = {word.split(":")[0] for case in NETWORKS["trajectories"] for word in case["text"].split()}
    assert set(LAYERS) - {"activation"} <= words
    assert {case["loss"] for case in NETWORKS["trajectories"]} == set(LOSSES) - {"mae"}
    assert {case["clip"] for case in NETWORKS["trajectories"]} == {"none", "norm", "value"}
    assert max(case["text"].count("dense") for case in NETWORKS["trajectories"]) == 16
