"""Numbers at the edge: finite where the truth is finite, and never a warning (numpy's are raised)."""

import math

import numpy as np
import pytest
from mpmath import mp, mpf
from oracles import make_network, scratch

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
