"""Planted mistakes: each is what it says, the gradient check finds it, and the verdict names it."""

from functools import cache

import numpy as np
import pytest
from going_on import fingerprint, project
from msgspec.structs import replace

from bpgui.engine.gradcheck import BUGS, CheckOptions, Planted, check_gradient, finished
from bpgui.engine.gradcheck.bugs import possible
from bpgui.engine.gradcheck.mistakes import WHOLE
from bpgui.engine.layers import Activation
from bpgui.engine.layers import Dense as EngineDense
from bpgui.engine.network import Network
from bpgui.project import build
from bpgui.project.samples import open_sample
from bpgui.project.spec import Dense, NetworkSpec
from bpgui.runs.bug_hunt import BeginHunt, Hunt, answer, judge, tellable
from bpgui.runs.driver import Driver

SQUARE = (
    Dense(id="d1", units=5, activation="sigmoid"), Dense(id="d2", units=5, activation="relu"),
    Dense(id="d3", units="auto", activation="identity"),
)  # fmt: skip


def ran(generator):
    """A job's answer."""
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


def made(name):
    if name == "everything":
        spec, table = project()
    else:
        spec, table = open_sample(name)
    if name == "sine":
        training = replace(spec.training, loss="mse", batch_size=9, l1=0.0, l2=0.0)
        spec = replace(spec, network=NetworkSpec(layers=SQUARE), training=training)
    return Driver(spec, build.dataset(spec, table))


@cache
def driver(name):
    return made(name)


@cache
def mistakes(name):
    return ran(tellable(driver(name)))


NETWORKS = ("everything", "sine", "xor", "iris", "xor_textbook")
CASES = [(name, planted) for name in NETWORKS for planted in mistakes(name)]


def test_every_bug_can_be_planted_somewhere() -> None:
    assert {planted.bug for _, planted in CASES} == set(BUGS)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_right_backward_pass_is_right(name: str) -> None:
    assert finished(check_gradient(driver(name).training)).passed


@pytest.mark.parametrize(("name", "planted"), CASES, ids=lambda case: getattr(case, "bug", case))
def test_each_is_found_where_it_is_and_named(name: str, planted: Planted) -> None:
    found = finished(check_gradient(driver(name).training, CheckOptions(planted=planted)))
    assert not found.passed
    last_wrong, first_right = found.located
    if planted.position != WHOLE:
        # What lies behind is right, what is wrong is the layer itself or below it.
        assert last_wrong <= planted.position
        assert first_right >= planted.position or first_right == -1
    places = tuple(sorted({one.position for one in mistakes(name)}))
    hunt = Hunt(1, planted, mistakes(name), tuple((at, str(at)) for at in places))
    for place in places:
        for bug in hunt.mistakes(place):
            verdict = judge(hunt, place, bug)
            assert verdict.right == (place == planted.position and bug == planted.bug)
            assert verdict.text.endswith(".")
    assert BUGS[planted.bug].wrong in judge(hunt, planted.position, planted.bug).text
    assert BUGS[planted.bug].label in answer(hunt)


def by_hand(lines: dict[str, str], x, y, W1, b1, W2, b2):
    """The textbook's lines for two layers of sigmoids and the mean of squares, some of them spoilt."""
    sigmoid = lambda z: 1.0 / (1.0 + np.exp(-z))  # noqa: E731
    slope = lambda z: sigmoid(z) * (1.0 - sigmoid(z))  # noqa: E731
    n = len(x)
    z1 = x @ W1 + b1
    a1 = sigmoid(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    right = {
        "da2": "2 * (a2 - y) / (n * y.shape[1])", "delta2": "da2 * slope(z2)", "dW2": "a1.T @ delta2",
        "db2": "delta2.sum(axis=0)", "da1": "delta2 @ W2.T", "delta1": "da1 * slope(z1)", "dW1": "x.T @ delta1",
        "db1": "delta1.sum(axis=0)",
    }  # fmt: skip
    values = {**locals()}
    for target, line in {**right, **lines}.items():
        values[target] = eval(line, {"np": np}, values)
    return np.concatenate([values[k].ravel() for k in ("dW1", "db1", "dW2", "db2")])


SPOILT = {
    ("slope_forgotten", 1): {"delta1": "da1"},
    ("slope_forgotten", 3): {"delta2": "da2"},
    ("slope_at_a", 1): {"delta1": "da1 * slope(a1)"},
    ("slope_at_a", 3): {"delta2": "da2 * slope(a2)"},
    ("turned", 2): {"da1": "-delta2 @ W2.T"},
    ("not_transposed", 2): {"da1": "delta2 @ W2"},
    ("z_for_a", 2): {"dW2": "z1.T @ delta2"},
    ("last_row_alone", 0): {"dW1": "np.outer(x[-1], delta1[-1])"},
    ("mean_twice", 2): {"dW2": "a1.T @ delta2 / n"},
    ("bias_forgotten", 2): {"db2": "0 * delta2.sum(axis=0)"},
    ("bias_of_one_row", 0): {"db1": "delta1[0]"},
    ("opposite", WHOLE): {"da2": "2 * (y - a2) / (n * y.shape[1])"},
    ("halved", WHOLE): {"da2": "(a2 - y) / (n * y.shape[1])"},
    ("summed", WHOLE): {"da2": "2 * (a2 - y) / y.shape[1]"},
}


@pytest.mark.parametrize(("bug", "position"), SPOILT, ids=str)
def test_each_mistake_is_the_one_it_says(bug: str, position: int) -> None:
    generator = np.random.default_rng(7)
    layers = [
        EngineDense("d1", 3, 2), Activation("d1", 2, "sigmoid"),
        EngineDense("d2", 2, 2), Activation("d2", 2, "sigmoid"),
    ]  # fmt: skip
    network = Network(layers, "mse")
    network.parameters[...] = generator.normal(size=network.parameters.size)
    x, y = generator.normal(size=(5, 3)), generator.uniform(size=(5, 2))
    planted = Planted(bug, position)
    assert planted in tuple(possible(network, len(x), penalised=False))
    planted.plant(network, len(x))
    network.loss_and_gradients(x, y)
    d1, d2 = network.dense
    np.testing.assert_allclose(
        network.gradients, by_hand(SPOILT[bug, position], x, y, d1.W, d1.b, d2.W, d2.b), rtol=1e-12, atol=1e-15
    )


def test_a_hunt_is_the_same_for_the_same_number_and_leaves_the_run_alone() -> None:
    one = made("everything")
    before = fingerprint(one)
    hunts = [ran(BeginHunt(number)(one)) for number in range(12)]
    assert fingerprint(one) == before
    assert hunts == [ran(BeginHunt(number)(driver("everything"))) for number in range(12)]
    assert len({hunt.planted for hunt in hunts}) > 6
    for hunt in hunts:
        assert hunt.planted.position in dict(hunt.places)
        assert hunt.planted.bug in hunt.mistakes(hunt.planted.position)
        assert all(words for _, words in hunt.places)


def test_where_no_mistake_can_be_told_it_says_so() -> None:
    spec, table = open_sample("xor")
    far = Dense(id="d1", units="auto", activation="identity", initializer="constant", scale=1e308)
    training = replace(spec.training, loss="mse")
    spec = replace(spec, network=NetworkSpec(layers=(far,)), training=training)
    lone = Driver(spec, build.dataset(spec, table))
    with pytest.raises(ValueError, match="no mistake"):
        ran(BeginHunt(0)(lone))
