"""Numbers at the edge: finite where the truth is finite, and never a warning (numpy's are raised)."""

import math

import checks
import numpy as np
import pytest
from mpmath import mp, mpf
from oracles import build, legal_cases, make_batch, make_network, put_masks, scratch

from bpgui.engine.activations import ACTIVATIONS

mp.dps = 60
POINTS = [0.0, -0.0, 1e-300, 1e-9, -1e-9, 0.5, -0.5, 1.0, -1.0, 5.0, -5.0, 30.0, -30.0, 300.0, -300.0, 1e3, -1e3, 1e4]
TRUTH = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
    "tanh": mp.tanh,
    "relu": lambda z: max(z, mpf(0)),
    "leaky_relu": lambda z: z if z > 0 else z * mpf(0.01),
    "elu": lambda z: z if z > 0 else mp.expm1(z),
    "softplus": lambda z: mp.log1p(mp.exp(z)) if z < 100 else z + mp.log1p(mp.exp(-z)),
    "gelu": lambda z: z / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (z + mpf(0.044715) * z**3))),
    "silu": lambda z: z / (1 + mp.exp(-z)),
}


@pytest.mark.parametrize("name", TRUTH)
def test_activation_equals_the_exact_value(name):
    z = np.array([POINTS])
    out = np.empty_like(z)
    with np.errstate(all="raise", under="ignore"):
        t = scratch(name, z)
        ACTIVATIONS[name].forward(z, out, t)
    for point, value in zip(POINTS, out[0], strict=True):
        exact = float(TRUTH[name](mpf(point)))
        # tanh near −1 leaves gelu only absolute accuracy on the far left.
        floor = 1e-14 if name == "gelu" else 1e-300
        assert math.isclose(value, exact, rel_tol=1e-14, abs_tol=floor), (name, point)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activation_is_finite_for_every_finite_number_and_keeps_nan(name, dtype):
    z = np.array([[0.0, 88.0, -88.0, 1e3, -1e3, 1e4, -1e4]], dtype)
    a, da = np.empty_like(z), np.ones_like(z)
    with np.errstate(all="raise", under="ignore"):
        t = scratch(name, z)
        ACTIVATIONS[name].forward(z, a, t)
        ACTIVATIONS[name].backward(z, a, da, da, t)
    assert np.isfinite(a).all()
    assert np.isfinite(da).all()
    z[0, 0] = np.nan
    with np.errstate(invalid="ignore"):
        t = scratch(name, z)
        ACTIVATIONS[name].forward(z, a, t)
    assert np.isnan(a[0, 0])


@pytest.mark.parametrize("logit", [0.0, 1e3, -1e3, 1e4, -1e4])
@pytest.mark.parametrize(("loss", "output"), [("bce", "sigmoid"), ("cce", "softmax")])
def test_losses_from_logits_are_right_far_out(loss, output, logit):
    network = make_network((1, 2), "tanh", output, loss)
    network.parameters[:] = [logit, 0.0, 0.0, 0.0]
    x = np.ones((1, 1))
    with np.errstate(all="raise", under="ignore"):
        for y in ([[1.0, 0.0]], [[0.0, 1.0]]):
            value = float(network.loss_and_gradients(x, np.array(y)))
            assert math.isclose(value, _exact(loss, logit, y[0]), rel_tol=1e-14, abs_tol=1e-300)
            assert np.isfinite(network.gradients).all()


def _exact(loss, logit, y):
    z = [mpf(logit), mpf(0)]
    if loss == "cce":
        total = mp.log(sum(mp.exp(v) for v in z))
        return float(sum(t * (total - v) for t, v in zip(y, z, strict=True)))
    return float(sum(mp.log(1 + mp.exp(v)) - t * v for t, v in zip(y, z, strict=True)) / 2)


SATURATING = ("tanh", "sigmoid", "softmax")
FAR = [
    ("bce", "sigmoid"), ("cce", "softmax"), ("hinge", "identity"), ("hinge", "tanh"), ("mae", "identity"),
    ("huber", "identity"), *((loss, output) for loss in ("mse", "mae", "huber") for output in SATURATING),
]  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("logit", [1e3, -1e3, 1e4, -1e4, 1e30, -1e30])
@pytest.mark.parametrize(("loss", "output"), FAR)
def test_loss_and_gradient_far_out_are_those_of_the_limit(loss, output, logit, dtype):
    checks.far_out(loss, output, logit, dtype)


@pytest.mark.parametrize("logit", [1e4, -1e4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_squares_far_out(logit, dtype):
    checks.far_out("mse", "identity", logit, dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_networks_with_sums_of_ten_thousands_stay_finite_without_a_warning(hidden, dtype):
    for loss, output, reduction in legal_cases():
        network = build(f"dense:3 {hidden} dropout:0.3 dense:2 {output}", loss, reduction, dtype=dtype)
        x, y = make_batch(loss, 6, 3, 2, dtype=dtype)
        network.dense[0].W *= 1e4
        network.dense[1].W *= 1.0 if hidden in ("identity", "relu", "gelu", "silu") else 1e4
        put_masks(network, 6)
        with np.errstate(all="raise", under="ignore"):
            assert math.isfinite(network.loss_and_gradients(x, y)), (loss, output)
        assert np.isfinite(network.gradients).all(), (loss, output)
        assert np.abs(network.workspace(6).outs[3]).max() > 1e3


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-15, 1e4, 1e8])
def test_batch_norm_of_huge_and_tiny_columns(size, dtype):
    network = build("batchnorm dense:4 batchnorm tanh dense:2", "mse", dtype=dtype)
    x, y = make_batch("mse", 6, 3, 2, dtype=dtype)
    with np.errstate(all="raise", under="ignore"):
        assert math.isfinite(network.loss_and_gradients(x * dtype(size), y))
    assert np.isfinite(network.gradients).all()


@pytest.mark.parametrize(("loss", "outputs", "huge"), [("bce", 1, 800.0), ("cce", 3, 800.0), ("bce", 2, 40.0)])
def test_confident_mistakes_keep_their_gradient(loss, outputs, huge):
    """Where 1 − a is zero to the last digit, the gradient a − y is still 1."""
    network = build(f"dense:{outputs} {'sigmoid' if loss == 'bce' else 'softmax'}", loss, "sum", features=1)
    network.parameters[:] = 0.0
    network.dense[0].b[0] = huge
    y = np.zeros((1, outputs))
    y[0, -1] = 1.0 if loss == "cce" else 0.0
    value = network.loss_and_gradients(np.ones((1, 1)), y)
    assert value == pytest.approx(huge + (0.0 if loss == "cce" else (outputs - 1) * math.log(2.0)), rel=1e-15)
    assert network.dense[0].db[0] == pytest.approx(1.0, rel=1e-15)


def test_a_number_that_is_not_one_reaches_the_loss():
    for text, loss in (("dense:3 relu dense:2", "mse"), ("dense:3 batchnorm elu dense:2 softmax", "cce")):
        network = build(text, loss)
        x, y = make_batch(loss, 6, 3, 2)
        network.dense[0].W[0, 0] = np.nan
        with np.errstate(all="ignore"):
            assert math.isnan(network.loss_and_gradients(x, y))
