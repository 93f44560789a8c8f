"""Each warning fires on runs that go wrong in its way, is silent on sound ones, and each way out makes it silent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from health_cases import BAD, Bad, dense, found_in, project, trained

from bpgui.engine.vitals import SIGNS
from bpgui.project import build
from bpgui.runs.driver import Driver
from bpgui.runs.health import guess
from bpgui.runs.health.bands import HEALTHY, HIGH, LOW, VITAL_SIGNS
from bpgui.runs.health.guess import constant_guess, guess_for
from bpgui.runs.health.probes import Health, Verdict
from bpgui.runs.health.warnings import HEALTH

GOOD = {
    "xor": lambda: project("xor"),
    "moons": lambda: project("moons"),
    "circles": lambda: project("circles"),
    "iris": lambda: project("iris"),
    "sine": lambda: project("sine"),
    "plane": lambda: project("plane"),
    "deep_relu": lambda: project("moons", dense(8, 16, "relu"), optimizer="adam", learning_rate=0.003, epochs=20),
}


def named(bad: Bad) -> str:
    return bad.name


@pytest.mark.parametrize("bad", BAD, ids=named)
def test_it_fires_where_the_trouble_is_and_each_way_out_makes_it_silent(bad):
    spec, table = bad.make()
    found = [f for f in found_in(trained((spec, table))) if f.key == bad.key]
    assert found
    assert found[0].severity == "warning"
    assert bad.where in ("", found[0].where)
    assert found[0].text.endswith(".")
    assert found[0].why.endswith(".")
    assert found[0].fixes
    for fix in found[0].fixes:
        changed = fix.change(spec)
        assert changed != spec
        assert bad.key not in [f.key for f in found_in(trained((changed, table)))], fix.label


@pytest.mark.parametrize("name", GOOD)
def test_sound_runs_are_told_nothing(name):
    assert found_in(trained(GOOD[name]())) == ()


def test_each_warning_has_a_run_that_goes_wrong():
    assert {bad.key for bad in BAD} == set(HEALTH)


def test_the_bands():
    update, dead, gradient = VITAL_SIGNS["update"], VITAL_SIGNS["dead"], VITAL_SIGNS["gradient"]
    assert [update.judge(v) for v in (5e-5, 1e-4, 1e-3, 1e-2, 0.011, 0.0)] == [LOW, *[HEALTHY] * 3, HIGH, LOW]
    assert [dead.judge(v) for v in (0.0, 0.25, 0.3)] == [HEALTHY, HEALTHY, HIGH]
    assert gradient.judge(1.0) == "" == update.judge(np.nan)


@pytest.mark.parametrize(("sample", "loss"), [("moons", "bce"), ("iris", "cce"), ("sine", "mse"), ("sine", "mae")])
def test_a_constant_guess_is_the_best_that_a_bias_alone_can_do(sample, loss):
    """Against the network itself: weights of nothing, its bias trained to the end."""
    spec, table = project(
        sample, (), loss=loss, optimizer="sgd", learning_rate=0.5, batch_size=0, epochs=1
    )  # fmt: skip
    driver = Driver(spec, build.dataset(spec, table))
    layer, data = driver.training.network.dense[0], driver.data
    layer.W[...] = 0.0
    if loss == "mae":  # not smooth: looked for
        losses = []
        for value in np.linspace(-2.0, 2.0, 4001):
            layer.b[...] = value
            losses.append(driver.training.network.evaluate(data.x, data.y, None, data.train))
        best = min(losses)
    else:
        for _ in range(3000):
            driver.training.network.loss_and_gradients(data.x[data.train], data.y[data.train])
            layer.b[...] -= 0.3 * layer.db
        best = driver.training.network.evaluate(data.x, data.y, None, data.train)
    assert constant_guess(loss, data.y[data.train]) == pytest.approx(best, rel=1e-3)


def test_the_probe_tells_the_course_this_moment_and_what_the_warnings_say():
    driver = trained(project("moons", dense(10, 8, "sigmoid"), optimizer="adam", learning_rate=0.01, epochs=15))
    answer = Health()(driver)
    assert answer.names[0] == "Dense 1"
    assert len(answer.layers) == 11
    assert set(answer.activations) == {"sigmoid"}
    assert answer.steps.tolist() == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert answer.step == driver.step_count == 285
    np.testing.assert_array_equal(answer.now, driver.vitals.measure())
    assert [f.key for f in answer.verdict.findings] == ["vanishing"]
    assert answer.verdict is Verdict()(driver)  # worked out once
    steps, values = answer.with_seen(np.array([3, 64, 200]), np.zeros((3, 11, len(SIGNS))))
    assert steps.tolist() == [1, 2, 3, 4, 8, 16, 32, 64, 128, 200, 256, 285]
    np.testing.assert_array_equal(values[-1], answer.now)
    assert values[7].any()  # what was noted down goes before what was seen


def test_before_a_step_there_is_nothing_to_tell():
    spec, table = project("moons")
    answer = Health()(Driver(spec, build.dataset(spec, table)))
    assert len(answer.steps) == 0
    assert answer.verdict.findings == ()
    assert np.isnan(answer.now[:, [SIGNS.index("gradient"), SIGNS.index("update")]]).all()
    assert answer.with_seen(np.empty(0, int), np.empty((0, 2, len(SIGNS))))[0].tolist() == [0]


def test_the_constant_guess_is_worked_out_once_for_a_data_set(monkeypatch):
    spec, table = project("sine")
    data, asked = replace(build.dataset(spec, table)), []  # one that nobody has judged a run by
    monkeypatch.setattr(guess, "constant_guess", lambda *of: asked.append(of) or constant_guess(*of))
    first = guess_for(data, "mse")
    assert (guess_for(data, "mse"), len(asked)) == (first, 1)
    assert guess_for(data, "mae") != first
    assert len(asked) == 2
