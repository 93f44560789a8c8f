"""Published numbers: Matt Mazur's 2-2-2 network, and the XOR script that this project grew from."""

import checks
import numpy as np
import pytest
from oracles import build

from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.training import Training


def test_mazur_s_forward_pass():
    network = build("dense:2 sigmoid dense:2 sigmoid", "mse", "half_sum", features=2)
    network.parameters[:] = [0.15, 0.25, 0.20, 0.30, 0.35, 0.35, 0.40, 0.50, 0.45, 0.55, 0.60, 0.60]
    space = network.forward(np.array([[0.05, 0.10]]))
    np.testing.assert_allclose(space.outs[1], [[0.5932699921071872, 0.596884378259767]], rtol=0, atol=1e-15)
    np.testing.assert_allclose(space.outs[3], [[0.7513650695523157, 0.7729284653214625]], rtol=0, atol=1e-15)


@pytest.mark.parametrize("frozen", [True, False], ids=["frozen biases", "trained biases"])
def test_mazur_s_step(frozen):
    checks.mazur(frozen=frozen)


def test_the_xor_script_of_the_teaching_text():
    network = build("dense:2:nobias sigmoid dense:1:nobias sigmoid", "mse", "half_sum", features=2)
    network.parameters[:] = [
        0.417022004702574, 0.7203244934421581, 0.00011437481734488664, 0.30233257263183977,
        0.14675589081711304, 0.0923385947687978,
    ]  # fmt: skip
    x, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([[0.0], [1.0], [1.0], [0.0]])
    optimizer = OPTIMIZERS["sgd"].make(network.parameters, network.gradients, {})
    training = Training(
        network, optimizer, x, y, np.arange(4), batch_size=0, shuffle=False, seed=0, learning_rate=0.1
    )
    watched = training.watch_outputs()
    for _ in range(10_000):
        training.step()
    printed = [0.25840124, 0.69139438, 0.69130801, 0.39872979]
    np.testing.assert_allclose(watched[:, 0], printed, rtol=0, atol=5e-9)
    final = [0.25837323, 0.69141587, 0.69132956, 0.39870372]
    np.testing.assert_allclose(network.predict(x)[:, 0], final, rtol=0, atol=5e-9)
