"""The error of a numeric slope by the size of its step: truncation on one side, rounding on the other."""

import numpy as np
from checks import MIXED, Setup
from test_trace import assert_same, state_of

from bpgui.engine.gradcheck import CENTRAL, COMPLEX, CheckOptions, check_gradient, finished, step_errors
from bpgui.engine.gradcheck.step_sizes import STEPS


def run(job):
    shares = []
    while True:
        try:
            shares.append(next(job))
        except StopIteration as end:
            return shares, end.value


def found_for(text, steps=3, **options):
    training = Setup(text).start()[0]
    for _ in range(steps):
        training.step()
    return training, *run(step_errors(training, CheckOptions(**options)))


def test_the_curve_has_its_two_branches_and_the_complex_step_only_one():
    _, _, found = found_for("dense:4 tanh dense:2")
    central, complex_ = np.log10(found.central), np.log10(np.maximum(found.complex, 1e-20))
    best = int(np.argmin(central))
    assert 1e-7 < found.steps[best] < 1e-3
    # Truncation goes with the square of the step, rounding with its inverse.
    right = np.polyfit(np.log10(found.steps[18:22]), central[18:22], 1)[0]
    left = np.polyfit(np.log10(found.steps[:10]), central[:10], 1)[0]
    assert 1.7 < right < 2.3
    assert -1.4 < left < -0.6
    assert complex_[:8].max() < -13
    assert np.abs(complex_[19:22] - central[19:22]).max() < 0.5, "long steps bend for both"
    assert not found.kinks.any()


def test_its_numbers_are_those_of_the_check_itself():
    training, shares, found = found_for("dense:3 tanh dense:1", seed=4)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert found.checked == training.network.parameters.size
    assert found.step == training.step_count + 1
    for method, errors in ((CENTRAL, found.central), (COMPLEX, found.complex)):
        place = 14
        checked = finished(check_gradient(training, CheckOptions(method, STEPS[place])))
        analytic = np.concatenate([part.analytic.ravel() for part in checked.arrays])
        numeric = np.concatenate([part.numeric.ravel() for part in checked.arrays])
        np.testing.assert_allclose(errors[place], np.abs(numeric - analytic).max() / np.abs(analytic).max(), rtol=1e-9)


def test_long_steps_cross_kinks_and_these_are_left_out():
    _, _, found = found_for("dense:6 relu dense:4 relu dense:1")
    assert found.kinks[-1] > found.kinks[8]
    assert np.nanmax(found.central[6:18]) < 1e-3


def test_the_training_stays_as_it_is_and_may_go_on_meanwhile():
    training, alone = (Setup(MIXED, optimizer="adam").start()[0] for _ in range(2))
    before = state_of(training)
    _, expected = run(step_errors(training))
    assert_same(before, state_of(training))
    job = step_errors(training)
    next(job)
    training.step()
    _, found = run(job)
    np.testing.assert_array_equal(found.central, expected.central)
    alone.step()
    assert_same(state_of(alone), state_of(training))
