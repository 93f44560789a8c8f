"""Every kind of layer, loss, weights of rows and penalties beside PyTorch (tests/golden/make_torch_layers.py)."""

import json
from pathlib import Path

import numpy as np
import pytest

from bpgui.engine.layers import LAYERS, Activation, BatchNorm, Dense, Dropout
from bpgui.engine.losses import LOSSES
from bpgui.engine.network import Network
from bpgui.engine.regularizers import Penalty

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "torch_layers.json").read_text())
ROWS, FEATURES, OUTPUTS = GOLDEN["rows"], GOLDEN["features"], GOLDEN["outputs"]


def _name(case):
    return f"{case['loss']}-{case['layers'].replace(' ', '-')[:60]}"


def layer_of(word, position, width):
    kind, *values = word.split(":")
    if kind == "dense":
        return Dense(str(position), width, int(values[0]), "nobias" not in values)
    if kind == "dropout":
        return Dropout(str(position), width, float(values[0]))
    if kind == "batchnorm":
        return BatchNorm(str(position), width, *map(float, values))
    return Activation(str(position), width, kind)


def network_of(case):
    layers, width = [], FEATURES
    for position, word in enumerate(case["layers"].split()):
        layers.append(layer_of(word, position, width))
        width = layers[-1].units
    network = Network(layers, case["loss"], case["reduction"], np.float64, {"huber_delta": GOLDEN["delta"]})
    network.parameters[:] = np.random.default_rng(51).normal(0.0, 0.7, network.parameters.size)
    for position, layer in network.dropouts:
        uniform = np.random.default_rng([53, position]).random((ROWS, layer.units))
        network.workspace(ROWS).kept[position][0][...] = (uniform >= layer.rate) / (1.0 - layer.rate)
    return network


def data(loss):
    generator = np.random.default_rng(52)
    x, y = generator.normal(size=(ROWS, FEATURES)), generator.normal(size=(ROWS, OUTPUTS))
    classes, bits = generator.integers(0, OUTPUTS, ROWS), generator.integers(0, 2, (ROWS, OUTPUTS)).astype(float)
    chosen = {"cce": np.eye(OUTPUTS)[classes], "bce": bits, "hinge": 2 * bits - 1}.get(loss, y)
    return x, chosen, generator.uniform(0.2, 3.0, ROWS)


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=_name)
def test_loss_gradient_statistics_and_outputs_equal_pytorch(case):
    network = network_of(case)
    x, y, weights = data(case["loss"])
    value = network.loss_and_gradients(x, y, weights if case["weighted"] else None)
    assert value == pytest.approx(case["value"], rel=1e-12)
    penalty = Penalty(network.dense)
    assert penalty.value(case["l1"], case["l2"]) == pytest.approx(case["penalty"], rel=1e-12)
    penalty.add_gradient(case["l1"], case["l2"])
    expected = np.array(case["gradient"])
    assert np.linalg.norm(network.gradients - expected) <= 1e-12 * np.linalg.norm(expected)
    for position, layer in network.norms:
        layer.follow(network.workspace(ROWS).kept[position], ROWS)
    np.testing.assert_allclose(network.running, case["running"], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(network.predict(x), case["outputs"], rtol=1e-12, atol=1e-13)


def test_every_kind_of_layer_and_every_loss_is_there():
    words = {word.split(":")[0] for case in GOLDEN["cases"] for word in case["layers"].split()}
    assert {kind for kind in LAYERS if kind != "activation"} <= words
    assert {case["loss"] for case in GOLDEN["cases"]} == set(LOSSES)
    for setting in ("weighted", "l1", "l2"):
        assert {bool(case[setting]) for case in GOLDEN["cases"]} == {True, False}
