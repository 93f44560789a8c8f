"""Layers by themselves: masks, statistics, evaluation, what is frozen."""

import checks
import numpy as np
import plain
import pytest
from checks import MIXED
from oracles import build, legal_cases, make_batch, make_weights, put_masks

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.losses import LOSSES
from bpgui.engine.network import EVALUATION_ROWS


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_masks_are_what_they_should_be(rate):
    checks.masks(rate)


def test_dropout_of_rate_zero_is_nothing():
    one, two = build("dense:4 tanh dropout:0 dense:2"), build("dense:4 tanh dense:2")
    x, y = make_batch("mse", 6, 3, 2)
    put_masks(one, 6)
    assert one.loss_and_gradients(x, y) == two.loss_and_gradients(x, y)
    np.testing.assert_array_equal(one.gradients, two.gradients)


@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_evaluation_mode(hidden, loss):
    x, y = make_batch(loss, 20, 3, 3)
    for output, reduction in [case[1:] for case in legal_cases() if case[0] == loss]:
        network = build(f"dense:4 batchnorm {hidden} dropout:0.5 dense:3 batchnorm {output}", loss, reduction)
        checks.evaluation(network, x, y, make_weights(20) if reduction == "mean" else None)


@pytest.mark.parametrize("rows", [1, EVALUATION_ROWS, EVALUATION_ROWS + 1, 3 * EVALUATION_ROWS - 1])
def test_evaluation_in_chunks_is_that_of_all_rows(rows):
    for reduction in ("mean", "sum", "half_sum"):
        network = build(MIXED, "mse", reduction)
        x, y = make_batch("mse", max(rows, 7), 3, 2)
        checks.evaluation(network, x, y, make_weights(len(x)))


def test_batch_norm_gives_mean_beta_and_spread_gamma():
    network = build("batchnorm:0.1:1e-12", "mse")
    x = np.random.default_rng(0).normal(5.0, 3.0, (40, 3))
    out = network.forward(x).outs[-1]
    layer = network.layers[0]
    np.testing.assert_allclose(out.mean(axis=0), layer.beta, rtol=1e-12)
    np.testing.assert_allclose(out.std(axis=0), layer.gamma, rtol=1e-9)


def test_batch_norm_follows_a_hand_made_example():
    """Mean 3, biased variance 2, unbiased 2.5 of 1 to 5; momentum 0.1 from 0 and 1."""
    network = build("batchnorm", "mse", features=1)
    network.layers[0].initial()
    x = np.arange(1.0, 6.0)[:, None]
    out = network.forward(x).outs[-1]
    np.testing.assert_allclose(out[:, 0], (x[:, 0] - 3.0) / np.sqrt(2.0 + 1e-5), rtol=1e-15)
    np.testing.assert_array_equal(network.running, [0.0, 1.0])
    network.layers[0].follow(network.workspace(5).kept[0], 5)
    np.testing.assert_allclose(network.running, [0.3, 0.9 + 0.25], rtol=1e-15)
    expected = (x[:, 0] - 0.3) / np.sqrt(1.15 + 1e-5)
    np.testing.assert_allclose(network.predict(x)[:, 0], expected, rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_batch_norm_of_a_constant_column_is_finite(dtype):
    network = build("batchnorm dense:2", "mse", dtype=dtype)
    x, y = make_batch("mse", 6, 3, 2, dtype=dtype)
    x[:, 1] = 7.0
    assert np.isfinite(network.loss_and_gradients(x, y))
    assert np.isfinite(network.gradients).all()
    np.testing.assert_allclose(network.workspace(6).outs[0][:, 1], network.layers[0].beta[1], atol=1e-4)


@pytest.mark.parametrize("text", [
    "dense:4:freeze_weights tanh dense:2", "dense:4:freeze_biases tanh dense:2:freeze_biases",
    "dense:4:freeze_weights:freeze_biases batchnorm tanh dense:2", "dense:3:nobias:freeze_weights tanh dense:2",
])  # fmt: skip
@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_frozen_parts_get_a_gradient_but_never_move(text, optimizer):
    setup = checks.Setup(text, optimizer=optimizer, l1=0.01, l2=0.1, clip="norm", clip_at=0.3)
    engine, _ = setup.start()
    fixed = ~plain.trained(engine.network.layers, engine.network.parameters.size)
    start = engine.network.parameters.copy()
    for _ in range(12):
        engine.step()
    assert fixed.any()
    assert np.abs(engine.network.gradients[fixed]).max() > 0.0
    np.testing.assert_array_equal(engine.network.parameters[fixed], start[fixed])
    assert np.all(engine.network.parameters[~fixed] != start[~fixed])
    checks.training(setup)
    for moment in engine.optimizer.moments.values():
        assert not moment[fixed].any()


def test_a_network_frozen_as_a_whole_stays():
    setup = checks.Setup("dense:4:freeze_weights:freeze_biases tanh dense:2:freeze_weights:freeze_biases")
    engine, _ = setup.start()
    start = engine.network.parameters.copy()
    for _ in range(7):
        assert np.isfinite(engine.step())
    np.testing.assert_array_equal(engine.network.parameters, start)
