"""The gradient check: right gradients pass, wrong ones are caught and located, kinks are known for what they are."""

from dataclasses import replace

import numpy as np
import plain
import pytest
from checks import MIXED, Setup
from oracles import legal_cases
from test_trace import assert_same, state_of

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.gradcheck import CENTRAL, COMPLEX, CheckOptions, check_gradient, finished
from bpgui.engine.layers import BatchNorm, Dense, Dropout
from bpgui.engine.rehearsal import take_trace

DEEP = "dense:4 tanh batchnorm:0.1:0.1 dense:4 dropout:0.3 silu dense:3:nobias batchnorm elu dense:3 softmax"


def check(setup, steps=3, **options):
    training = setup.start()[0]
    for _ in range(steps):
        training.step()
    return finished(check_gradient(training, CheckOptions(**options))), training


def assert_right(setup, **options):
    for method in (COMPLEX, CENTRAL):
        found, training = check(setup, method=method, **options)
        assert found.passed, (method, found.worst(3))
        assert found.located is None
        assert found.checked == found.total == training.network.parameters.size
        trace = take_trace(training)
        for part in found.arrays:
            flat = trace.array(trace.gradient, part.layer, part.name)
            near = {"rtol": 1e-4, "atol": 1e-6} if setup.dtype == "float32" else {"rtol": 1e-12, "atol": 1e-14}
            np.testing.assert_allclose(part.analytic, flat, **near)
    return found


@pytest.mark.parametrize("text", [DEEP, MIXED, "batchnorm dense:2", "dropout:0.4 dense:2 batchnorm", "tanh dense:2"])
def test_every_kind_of_layer(text):
    loss = "cce" if text.endswith("softmax") else "mse"
    for weighted in (False, True):
        assert_right(Setup(text, loss, weighted=weighted, l1=0.1, l2=0.2))


@pytest.mark.parametrize(("loss", "output", "reduction"), legal_cases())
def test_every_loss(loss, output, reduction):
    output = "" if output == "identity" else " " + output
    found = assert_right(Setup(f"dense:3 tanh dense:2{output}", loss, reduction, weighted=True, batch_size=4))
    assert not found.kinks


def test_the_slopes_are_those_of_the_plain_objective():
    setup = Setup(MIXED, l1=0.1, l2=0.3, weighted=True)
    found, training = check(setup)
    trace = take_trace(training)
    masks = {p: layer.mask for p, layer in enumerate(trace.layers) if layer.kind == "dropout"}
    expected = plain.gradient(
        training.network, trace.before, trace.inputs, trace.targets, trace.weights, masks, 0.1, 0.3
    )
    numeric = np.concatenate([part.numeric.reshape(-1) for part in found.arrays])
    np.testing.assert_allclose(numeric, expected, rtol=1e-10, atol=1e-13)


def test_float32_is_checked_on_a_copy_with_64_bits_and_says_so():
    found = assert_right(Setup(MIXED, dtype="float32"))
    assert any("64 bits" in note for note in found.notes)
    assert found.arrays[0].numeric.dtype == np.float64


def test_the_training_stays_as_it_is_and_may_go_on_meanwhile():
    training, alone = (Setup(MIXED, optimizer="adam").start()[0] for _ in range(2))
    before = state_of(training)
    expected = finished(check_gradient(training))
    assert_same(before, state_of(training))
    checking = check_gradient(training)
    shares = [next(checking)]
    training.step()
    alone.step()
    assert_same(state_of(training), state_of(alone))
    found = finished(checking)
    assert 0.0 < shares[0] <= 1.0
    assert found.step == expected.step == 1
    for one, two in zip(found.arrays, expected.arrays, strict=True):
        np.testing.assert_array_equal(one.numeric, two.numeric)
        np.testing.assert_array_equal(one.analytic, two.analytic)


def test_beyond_a_limit_a_seeded_sample():
    setup = Setup("dense:60 tanh dense:60 tanh dense:2", batch_size=4)
    found, training = check(setup, limit=100)
    again, _ = check(setup, limit=100)
    other, _ = check(setup, limit=100, seed=1)
    assert 100 <= found.checked <= 200 < found.total == training.network.parameters.size
    assert all(part.checked for part in found.arrays)
    assert any(f"{found.checked} of 4,022 parameters" in note for note in found.notes)
    places = [[np.isnan(part.numeric) for part in one.arrays] for one in (found, again, other)]
    assert all(np.array_equal(one, two) for one, two in zip(places[0], places[1], strict=True))
    assert not all(np.array_equal(one, two) for one, two in zip(places[0], places[2], strict=True))
    assert all(np.isnan(part.error).sum() == np.isnan(part.analytic).sum() for part in found.arrays)


def test_fewer_rows_are_said():
    found, _ = check(Setup(batch_size=10), rows=4)
    assert (found.rows, found.batch_rows) == (4, 10)
    assert any("first 4 of the batch's 10 rows" in note for note in found.notes)
    assert found.passed


def exactly(text, loss, numbers, x, y, **options):
    """A check of a network with just these numbers on just these rows."""
    training = Setup(text, loss, rows=len(x), batch_size=0).start()[0]
    training.network.parameters[:] = numbers
    training.x[2 : len(x) + 2], training.y[2 : len(x) + 2] = x, y
    training.feed._whole = training.feed._all()
    training.l1 = options.pop("l1", 0.0)
    return finished(check_gradient(training, CheckOptions(**options)))


@pytest.mark.parametrize("method", [COMPLEX, CENTRAL])
def test_kinks_are_marked(method):
    # z is exactly 0 in the only row: the slope to the right is 1, to the left 0
    x, y = np.array([[1.0, 0.0, 0.0]] * 2), np.array([[1.0]] * 2)
    found = exactly("dense:1 relu dense:1", "mse", [0.0, 0.5, 0.5, 0.0, 2.0, 0.0], x, y, method=method)
    weights, bias, *behind = found.arrays
    assert weights.kink.reshape(-1).tolist() == [True, False, False], "the other inputs are 0 and move nothing"
    assert bias.kink.all()
    assert not any(part.kink.any() for part in behind)
    assert found.passed
    assert any("kink" in note for note in found.notes)
    if method == CENTRAL:
        assert weights.error[0, 0] > 0.1
        assert found.worst(1)[0].kink
        assert not any(one.kink for one in found.worst(9, kinks=False))


def test_central_differences_find_a_kink_between_their_ends():
    x, y = np.array([[1.0, 0.0, 0.0]] * 2), np.array([[1.0]] * 2)
    numbers = [0.3e-5, 0.5, 0.5, 0.0, 2.0, 0.0]
    near = exactly("dense:1 relu dense:1", "mse", numbers, x, y, method=CENTRAL, epsilon=1e-5)
    assert near.arrays[0].kink[0, 0]
    assert near.passed
    assert near.arrays[0].error[0, 0] > 1e-2
    assert not exactly("dense:1 relu dense:1", "mse", numbers, x, y, method=CENTRAL, epsilon=1e-7).kinks
    assert not exactly("dense:1 relu dense:1", "mse", numbers, x, y, method=COMPLEX).kinks


@pytest.mark.parametrize("loss", ["mae", "hinge"])
def test_kinks_of_losses(loss):
    x = np.array([[1.0, 0.0, 0.0]] * 2)
    for method in (COMPLEX, CENTRAL):
        found = exactly("dense:1", loss, [0.5, 0.2, 0.3, 0.5], x, np.ones((2, 1)), method=method)
        assert [part.kink.reshape(-1).tolist() for part in found.arrays] == [[True, False, False], [True]]
        assert found.passed


def test_the_kink_of_l1():
    x, y = np.ones((2, 3)), np.ones((2, 1))
    for method in (COMPLEX, CENTRAL):
        found = exactly("dense:1", "mse", [0.0, 0.2, 0.3, 0.5], x, y, method=method, l1=0.1)
        assert found.arrays[0].kink.reshape(-1).tolist() == [True, False, False]
        assert found.passed


def wrong_tanh(monkeypatch):
    def backward(z, a, da, out, t):
        np.multiply(da, 1.0 - a, out)  # 1 − a for 1 − a²

    monkeypatch.setitem(ACTIVATIONS, "tanh", replace(ACTIVATIONS["tanh"], backward=backward))


def wrong_dense(monkeypatch):
    original = Dense.backward

    def backward(self, x, out, d_out, d_x, kept):
        original(self, x, out, d_out, d_x, kept)
        if self.id == "l2":
            self.db[0] *= 1.001

    monkeypatch.setattr(Dense, "backward", backward)


def wrong_norm(monkeypatch):
    original = BatchNorm.backward

    def backward(self, x, out, d_out, d_x, kept):
        original(self, x, out, d_out, d_x, kept)
        if d_x is not None:
            np.multiply(d_x, 1.01, d_x)

    monkeypatch.setattr(BatchNorm, "backward", backward)


def wrong_dropout(monkeypatch):
    monkeypatch.setattr(Dropout, "backward", lambda self, x, out, d_out, d_x, kept: None)


@pytest.mark.parametrize("method", [COMPLEX, CENTRAL])
@pytest.mark.parametrize(
    ("plant", "text", "located"),
    [
        (wrong_tanh, "dense:4 tanh dense:3 silu dense:2", (0, 2)),
        (wrong_tanh, "dense:4 silu dense:3 tanh dense:2", (2, 4)),
        (wrong_dense, "dense:4 silu dense:3 silu dense:2", (2, 4)),
        (wrong_norm, "dense:4 silu dense:3 batchnorm silu dense:2", (2, 3)),
        (wrong_dropout, "dense:4 silu dense:3 silu dropout:0.5 dense:2", (2, 5)),
    ],
)
def test_a_wrong_derivative_is_caught_and_located(monkeypatch, method, plant, text, located):
    plant(monkeypatch)
    found, _ = check(Setup(text), method=method)
    assert not found.passed
    assert found.located == located
    assert found.failures > 0
    assert found.worst_error > found.options.bound
    worst = found.worst(5)
    assert [one.error for one in worst] == sorted((one.error for one in worst), reverse=True)
    assert all(one.parameter.layer <= located[0] for one in worst if one.error > found.options.bound)


def test_a_wrong_last_layer_has_nothing_behind_it(monkeypatch):
    wrong_dense(monkeypatch)
    found, _ = check(Setup("dense:4 silu dense:3"))
    assert found.located == (2, -1)
    wrong = found.arrays[-1]
    assert (wrong.name, int((wrong.error > found.options.bound).sum())) == ("b", 1)


def test_what_is_not_finite_is_no_agreement():
    training = Setup("dense:2 tanh dense:2").start()[0]
    training.network.parameters[0] = np.nan
    found = finished(check_gradient(training))
    assert not found.passed
    assert found.worst_error == np.inf


def test_too_long_a_step_shows_why_central_differences_differ():
    errors = []
    for epsilon in (1e-1, 1e-3, 1e-5):
        found, _ = check(Setup("dense:3 tanh dense:2"), method=CENTRAL, epsilon=epsilon)
        errors.append(found.worst_error)
    assert errors[0] > 1e-3
    assert errors[0] > errors[1] > errors[2]
    assert errors[1] / errors[0] < 1e-3, "the error goes with the square of the step"


@pytest.mark.parametrize("wrong", [{"method": "both"}, {"epsilon": 0.0}, {"limit": 0}, {"rows": 1}])
def test_options_that_make_no_check(wrong):
    with pytest.raises(ValueError, match=r"there is no|needed"):
        CheckOptions(**wrong)


def test_a_large_check_comes_in_small_pieces():
    text = "dense:48 tanh dense:48 relu dense:32 silu dense:10 softmax"
    training = Setup(text, "cce", rows=64, batch_size=32).start()[0]
    shares = list(check_gradient(training))
    assert finished(check_gradient(training)).checked == training.network.parameters.size > 4_000
    assert shares == sorted(shares)
    assert len(shares) > 50
    assert float(np.diff(shares).max()) < 0.1
