"""Published numbers: Matt Mazur's 2-2-2 network."""

import numpy as np

from bpgui.engine.layers import Activation, Dense
from bpgui.engine.network import Network
from bpgui.engine.optimizers import OPTIMIZERS


def mazur():
    network = Network(
        [Dense("h", 2, 2), Activation("h", 2, "sigmoid"), Dense("o", 2, 2), Activation("o", 2, "sigmoid")],
        "mse", "half_sum",
    )  # fmt: skip
    hidden, output = network.dense
    hidden.W[...] = [[0.15, 0.25], [0.20, 0.30]]
    hidden.b[...] = 0.35
    output.W[...] = [[0.40, 0.50], [0.45, 0.55]]
    output.b[...] = 0.60
    return network, np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])


def test_mazur_forward_pass_and_loss():
    network, x, y = mazur()
    space = network.forward(x)
    np.testing.assert_allclose(space.outs[1], [[0.5932699921071872, 0.596884378259767]], rtol=0, atol=1e-15)
    np.testing.assert_allclose(space.outs[3], [[0.7513650695523157, 0.7729284653214625]], rtol=0, atol=1e-15)
    assert abs(float(network.loss_of(space, y)) - 0.2983711087600027) <= 1e-14


def test_mazur_one_step_with_trained_biases():
    network, x, y = mazur()
    network.loss_and_gradients(x, y)
    np.testing.assert_allclose(network.dense[1].dW[:, 0], [0.08216704056423078, 0.08266762784753325], atol=1e-15)
    OPTIMIZERS["sgd"].make(network.parameters, network.gradients, {}).update(0.5)
    assert abs(float(network.loss_of(network.forward(x), y)) - 0.28047144679143016) <= 1e-14


def test_mazur_one_step_with_frozen_biases():
    network, x, y = mazur()
    network.loss_and_gradients(x, y)
    for layer in network.dense:
        layer.db[...] = 0.0
    network.parameters -= 0.5 * network.gradients
    published = [[0.1497807161327628, 0.24975114363236958], [0.19956143226552567, 0.29950228726473915]]
    np.testing.assert_allclose(network.dense[0].W, published, atol=1e-15)
    assert abs(float(network.loss_of(network.forward(x), y)) - 0.29102777369359933) <= 1e-14
