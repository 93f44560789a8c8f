"""The course of a run is noted down at steps that nothing but the step decides: bounded, resumed, the same replayed."""

from __future__ import annotations

import numpy as np
import pytest
from going_on import drive, project, resume, save
from health_cases import project as sample_project

from bpgui.engine.vitals import SIGNS
from bpgui.project import build
from bpgui.runs.driver import Driver
from bpgui.runs.health.course import EVERY, MOST, VitalCourse, next_look


def looks(until):
    found, step = [], 0
    while (step := next_look(step)) <= until:
        found.append(step)
    return found


def test_close_at_first_then_apart():
    assert looks(4 * EVERY) == [1, 2, 4, 8, 16, 32, 64, 128, 256, EVERY, 2 * EVERY, 3 * EVERY, 4 * EVERY]
    assert all(next_look(step) == min(s for s in looks(5000) if s > step) for step in range(4500))


def test_it_stays_bounded_however_long_the_run():
    course, steps = VitalCourse(), looks(3_000_000)
    for step in steps:
        course.add(step, np.full((2, len(SIGNS)), float(step)))
        assert len(course) <= MOST + 10
    kept, values = course.arrays()
    np.testing.assert_array_equal(values[:, 1, 0], kept)
    assert kept[:10].tolist() == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    assert set(kept.tolist()) <= set(steps)
    assert len(kept) > MOST // 2
    assert np.diff(kept[10:]).max() <= 3_000_000 / MOST * 4


def test_the_driver_looks_when_it_is_due_and_after_the_step():
    spec, table = sample_project("moons", epochs=60)
    driver = drive(Driver(spec, build.dataset(spec, table)))
    steps, values = driver.history.vitals.arrays()
    assert steps.tolist() == looks(driver.step_count)
    again = Driver(spec, build.dataset(spec, table))
    drive(again, until=int(steps[-1]))
    np.testing.assert_array_equal(values[-1], again.vitals.measure())
    np.testing.assert_array_equal(values[-1], again.history.vitals.arrays()[1][-1])


@pytest.mark.parametrize("at", [1, 5, 64, 70, 130])
def test_a_run_saved_and_gone_on_with_has_the_same_course(tmp_path, at):
    spec, table = project()
    whole = drive(Driver(spec, build.dataset(spec, table)))
    part = drive(Driver(spec, build.dataset(spec, table)), until=at)
    save(tmp_path / "run.bpgui", part, table)
    for here, there in zip(drive(resume(tmp_path / "run.bpgui")).history.vitals.arrays(),
                           whole.history.vitals.arrays(), strict=True):  # fmt: skip
        np.testing.assert_array_equal(here, there)


def test_a_course_of_another_network_is_begun_anew():
    spec, table = sample_project("moons")
    driver = Driver(spec, build.dataset(spec, table))
    driver.history.vitals.add(1, np.zeros((5, len(SIGNS))))
    again = Driver(spec, build.dataset(spec, table), history=driver.history)
    assert len(again.history.vitals) == 0


@pytest.mark.parametrize(
    ("steps", "values"),
    [([1.0, 2.0], np.zeros((1, 2, 5))), ([2.0, 1.0], np.zeros((2, 2, 5))), ([1.0], np.zeros((1, 10))),
     ([np.nan], np.zeros((1, 2, 5))), ([1.0], np.zeros((1, 2, 4)))],
)  # fmt: skip
def test_a_course_that_does_not_fit_is_refused(steps, values):
    with pytest.raises(ValueError, match=r"history\.vitals"):
        VitalCourse.from_arrays({"history.vitals.steps": np.array(steps), "history.vitals.values": values})
