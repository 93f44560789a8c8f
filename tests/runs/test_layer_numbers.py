"""Gradients, updates and changes of a layer equal the engine's at that step, and looking changes no bit of a run."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.project import build
from bpgui.project.samples import open_sample
from bpgui.project.spec import Dense
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.layer_numbers import NUMBER_KINDS, LayerNumbers, places
from bpgui.runs.spreads import QUANTILES, SAMPLED, Course, Spreads, SpreadsAnswer, quantiles


def made(name="moons", state=None, layers=None, **training) -> Driver:
    spec, table = open_sample(name)
    network = spec.network if layers is None else replace(spec.network, layers=layers(spec.network.layers))
    spec = replace(spec, training=replace(spec.training, **training), network=network)
    return Driver(spec, build.dataset(spec, table), state=state)


def stepped(driver, steps):
    """The parameters before the last of so many steps."""
    before = driver.parameters.copy()
    for _ in range(steps):
        before = driver.parameters.copy()
        driver.step()
    return before


def numbers(driver, kind):
    """(parameters,) of the Dense layers put together from what the probe answers; no layer must be missing."""
    found = np.full(driver.parameters.shape, np.nan)
    for place in places(driver):
        layer = LayerNumbers(kind, place.layer.id)(driver).layer
        assert layer.id == place.layer.id
        assert layer.W.shape == place.layer.W.shape
        found[place.W] = layer.W.ravel()
        if place.b is not None:
            found[place.b] = layer.b
    return found


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_they_are_the_engines(optimizer):
    driver = made(optimizer=optimizer, l2=0.01)
    before = stepped(driver, 9)
    np.testing.assert_array_equal(numbers(driver, "weights"), driver.parameters)
    np.testing.assert_array_equal(numbers(driver, "gradient"), driver.training.network.gradients)
    np.testing.assert_allclose(numbers(driver, "update"), driver.parameters - before, rtol=0, atol=1e-15)
    np.testing.assert_array_equal(numbers(driver, "change"), driver.parameters - driver.initial)
    assert np.abs(numbers(driver, "update")).max() > 1e-6


@pytest.mark.parametrize("clip", ["norm", "value"])
def test_the_gradient_is_the_one_that_the_optimizer_took(clip):
    driver = made(optimizer="sgd", clip=clip, clip_at=0.01, learning_rate=0.5)
    before = stepped(driver, 3)
    gradient = numbers(driver, "gradient")
    np.testing.assert_allclose(-0.5 * gradient, driver.parameters - before, rtol=0, atol=1e-15)
    assert np.abs(gradient).max() <= 0.01


def test_where_the_weights_began_stays_the_same_when_a_run_goes_on():
    driver = made()
    start = driver.parameters.copy()
    stepped(driver, 5)
    again = made(state=driver.take_state())
    np.testing.assert_array_equal(numbers(again, "change"), driver.parameters - start)


def test_before_a_step_there_is_neither_gradient_nor_update():
    earlier = made()
    stepped(earlier, 3)
    for driver in (made(), made(state=earlier.take_state())):
        for kind in ("gradient", "update"):
            assert LayerNumbers(kind)(driver).layer is None
        assert LayerNumbers("weights")(driver).layer is not None
        driver.step()
        assert all(LayerNumbers(kind)(driver).layer is not None for kind in NUMBER_KINDS)


def test_a_refused_step_has_a_gradient_and_no_update():
    driver = made("sine", learning_rate=1e6, optimizer="sgd")
    with quiet_numerics():
        while driver.step():
            pass
    assert driver.stop_reason == "diverged"
    assert LayerNumbers("gradient")(driver).layer is not None
    assert LayerNumbers("update")(driver).layer is None


def test_frozen_weights_have_a_gradient_and_no_update():
    driver = made(layers=lambda layers: (replace(layers[0], freeze_weights=True), *layers[1:]))
    stepped(driver, 3)
    first = driver.training.network.dense[0].id
    assert not LayerNumbers("update", first)(driver).layer.W.any()
    assert LayerNumbers("update", first)(driver).layer.b.any()
    assert not LayerNumbers("change", first)(driver).layer.W.any()
    assert LayerNumbers("gradient", first)(driver).layer.W.any()


def test_without_a_bias_there_is_none():
    driver = made(layers=lambda layers: tuple(replace(x, bias=False) if isinstance(x, Dense) else x for x in layers))
    stepped(driver, 1)
    assert all(LayerNumbers(kind)(driver).layer.b is None for kind in NUMBER_KINDS)


def test_the_first_and_the_last_are_told_apart():
    driver = made()
    first, last = (layer.id for layer in driver.training.network.dense)
    found = [LayerNumbers("weights", id)(driver) for id in (first, last, "gone")]
    told = [(a.layer.id, a.first, a.last) for a in found]
    assert told == [(first, True, False), (last, False, True), (first, True, False)]


@pytest.mark.parametrize("sample", ["moons", "digits8x8"])
def test_looking_changes_no_bit_and_is_a_copy(sample):
    looked, alone = made(sample), made(sample)
    for _ in range(30):
        looked.step()
        alone.step()
        answers = [LayerNumbers(kind)(looked) for kind in NUMBER_KINDS]
        Spreads()(looked)
        for answer in answers:
            answer.layer.W[...] = 7.0
    np.testing.assert_array_equal(looked.parameters, alone.parameters)
    np.testing.assert_array_equal(looked.training.network.gradients, alone.training.network.gradients)


# ---- spreads


def test_quantiles_are_numpy_s_nearest_ones():
    for count in (1, 2, 5, 64, 333):
        values = np.random.default_rng(count).normal(size=count)
        wanted = np.quantile(values, QUANTILES, method="nearest")
        np.testing.assert_array_equal(quantiles(values.copy()), wanted)


def test_spreads_are_those_of_the_weights_of_each_layer():
    driver = made()
    stepped(driver, 4)
    answer = Spreads()(driver)
    assert answer.step == 4
    for k, kind in enumerate(answer.kinds):
        for n, id in enumerate(answer.layers):
            W = LayerNumbers(kind, id)(driver).layer.W
            np.testing.assert_array_equal(answer.values[k, n], np.quantile(W, QUANTILES, method="nearest"))
            assert answer.counts[n] == (W.size, W.size)


def test_of_a_wide_layer_some_weights_are_looked_at_from_every_row_and_column():
    def wide(layers):
        return (replace(layers[0], units=512), *layers[1:])

    driver = made("digits8x8", layers=wide)
    driver.step()
    used, of = Spreads()(driver).counts[0]
    assert (of, SAMPLED // 2 < used <= SAMPLED) == (64 * 512, True)
    place = places(driver)[0]
    marked = np.zeros(of, bool)
    marked[:: -(-of // used)] = True
    assert marked.reshape(place.layer.W.shape).any(axis=0).mean() == 1.0
    assert marked.reshape(place.layer.W.shape).any(axis=1).mean() == 1.0


def test_before_a_step_they_are_missing():
    answer = Spreads()(made())
    known = dict(zip(answer.kinds, np.isfinite(answer.values).all(axis=(1, 2)).tolist(), strict=True))
    assert known == {"weights": True, "gradient": False, "update": False, "change": True}


def moment(step, value=0.0, layers=("d1",)):
    values = np.full((len(NUMBER_KINDS), len(layers), len(QUANTILES)), float(value))
    return SpreadsAnswer(step, tuple(NUMBER_KINDS), layers, ((1, 1),) * len(layers), values)


def test_a_course_keeps_evenly_spread_moments_and_the_newest():
    course = Course(longest=40)
    for step in range(0, 5000, 3):
        course.add(moment(step, step))
        steps, values = course.of("weights", "d1")
        assert len(course) <= 41
        assert steps[-1] == step
        np.testing.assert_array_equal(values[:, 0], steps)
    assert steps[0] == 0
    gaps = np.diff(steps)[:-1]
    assert len(steps) > 15
    assert gaps.max() <= 3 * gaps.min()


def test_a_course_begins_again_with_another_run_or_network():
    course = Course()
    course.add(moment(5))
    course.add(moment(9))
    course.add(moment(9, 2.0))
    assert course.of("weights", "d1")[1][:, 0].tolist() == [0.0, 2.0]
    course.add(moment(2))
    assert course.of("weights", "d1")[0].tolist() == [2]
    course.add(moment(3, layers=("d1", "d2")))
    assert course.of("weights", "d2")[0].tolist() == [3]
    assert len(course.of("weights", "gone")[0]) == len(course.of("check", "d1")[0]) == 0
