"""Maps of neurons are the network's own outputs, their gradients the slopes of them, and looking changes no bit."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from bpgui.project import build
from bpgui.project.samples import open_sample
from bpgui.runs.driver import Driver
from bpgui.runs.neuron_maps import InputGradients, NeuronMaps, map_axes, usual_row
from bpgui.runs.probes import Boundary, Unanswerable


def trained(name, steps=5, **training) -> Driver:
    spec, table = open_sample(name)
    spec = replace(spec, training=replace(spec.training, **training))
    driver = Driver(spec, build.dataset(spec, table))
    for _ in range(steps):
        driver.step()
    return driver


def test_a_map_is_what_the_neuron_says_at_each_point():
    driver = trained("moons")
    answer = NeuronMaps()(driver)
    x0, x1, y0, y1 = answer.extent
    assert answer.names == ("x1", "x2")
    for row, column in ((0, 0), (0, 31), (31, 0), (13, 20)):
        point = (x0 + (x1 - x0) * column / 31, y0 + (y1 - y0) * row / 31)
        x = driver.data.encoder.encode_values(point)
        np.testing.assert_allclose(answer.inputs[:, row, column], x[0], rtol=1e-12)
        for id, a in driver.training.network.activations(x):
            np.testing.assert_allclose(answer.layers[id][:, row, column], a[0], rtol=1e-12, atol=1e-15)


def test_the_map_of_the_output_is_the_boundary():
    driver = trained("moons")
    answer, boundary = NeuronMaps()(driver), Boundary(size=32)(driver)
    assert answer.extent == boundary.extent
    output = answer.layers[driver.training.network.layers[-1].id]
    np.testing.assert_allclose(output[0], boundary.values[..., 0], rtol=1e-12)


def test_one_feature_makes_maps_of_one_row():
    driver = trained("sine")
    answer = NeuronMaps(0, None)(driver)
    low, high, _, _ = answer.extent
    x = driver.data.encoder.encode_values((high,))
    for id, a in driver.training.network.activations(x):
        if id in answer.layers:
            assert answer.layers[id].shape == (a.shape[1], 1, 32)
            np.testing.assert_allclose(answer.layers[id][:, 0, -1], a[0], rtol=1e-12)
    assert low < high


def test_other_features_stand_at_their_mean():
    driver = trained("iris")
    data = driver.data
    assert map_axes(data) == (0, 1, 2, 3)
    answer = NeuronMaps(1, 3)(driver)
    means = data.x[data.train].mean(axis=0)
    np.testing.assert_allclose(answer.inputs[0], means[0])
    np.testing.assert_allclose(answer.inputs[2], means[2])
    assert np.ptp(answer.inputs[1]) > 0
    assert np.ptp(answer.inputs[3]) > 0


def test_categories_stand_at_their_most_frequent_one():
    for name in ("titanic", "penguins", "mushrooms"):
        try:
            driver = trained(name, 1)
        except KeyError:
            continue
        row, start = usual_row(driver.data), 0
        for column in driver.data.encoder.inputs:
            if column.kind == "category":
                block = driver.data.x[driver.data.train, start : start + column.width]
                assert row[start : start + column.width].argmax() == block.sum(axis=0).argmax()
                assert set(row[start : start + column.width]) <= {0.0, 1.0}
            start += column.width
        return
    pytest.skip("no sample has categories")


def test_with_very_many_features_a_map_has_fewer_points(monkeypatch):
    driver = trained("iris", 1)
    monkeypatch.setattr("bpgui.runs.neuron_maps.MOST_NUMBERS", 4 * 10 * 10)
    assert NeuronMaps(0, 2)(driver).layers[driver.training.network.layers[-1].id].shape == (3, 10, 10)


def test_wide_layers_and_pictures_have_no_map():
    driver = trained("digits8x8")
    assert map_axes(driver.data) == ()
    for probe in (NeuronMaps(), NeuronMaps(0, None), NeuronMaps(0, 7)):
        with pytest.raises(Unanswerable):
            probe(driver)


@pytest.mark.parametrize("sample", ["moons", "digits8x8"])
def test_gradients_on_an_input_are_slopes(sample):
    driver = trained(sample)
    network, data = driver.training.network, driver.data
    first, last = network.dense[0], network.dense[-1]
    wanted = ((first.id, (0, first.units - 1)), (last.id, (0,)))
    answer = InputGradients(wanted, index=3)(driver)
    at = data.train[3]
    assert answer.row == data.rows[at] + 1
    np.testing.assert_allclose(answer.x, data.encoder.raw_inputs(data.x[at : at + 1])[0])
    h = 1e-6
    for id, neurons in wanted:
        for found, neuron in zip(answer.layers[id], neurons, strict=True):
            for feature in (0, data.features // 2, data.features - 1):
                shift = np.zeros(data.features)
                shift[feature] = h
                ends = [dict(network.activations(data.x[at : at + 1] + s * shift))[id][0, neuron] for s in (1, -1)]
                assert found[feature] == pytest.approx((ends[0] - ends[1]) / (2 * h), abs=1e-6)


def test_an_input_that_was_set_by_hand_is_taken_as_it_is():
    driver = trained("moons")
    wanted = ((driver.training.network.dense[0].id, (1,)),)
    answer = InputGradients(wanted, values=(0.25, -1.0))(driver)
    assert answer.row is None
    np.testing.assert_allclose(answer.x, (0.25, -1.0))
    with pytest.raises(Unanswerable):
        InputGradients(wanted, values=("word", 1.0))(driver)
    for asked in ((("gone", (0,)),), ((wanted[0][0], (99,)),)):
        with pytest.raises(Unanswerable):
            InputGradients(asked)(driver)


def test_only_training_rows_are_shown():
    driver = trained("digits8x8", 1)
    numbers = {InputGradients((), index=i)(driver).row for i in range(0, 2000, 97)}
    allowed = set((driver.data.rows[driver.data.train] + 1).tolist())
    assert numbers <= allowed


@pytest.mark.parametrize(("sample", "batch"), [("moons", 256), ("moons", 8), ("digits8x8", 8)])
def test_looking_changes_no_bit(sample, batch):
    looked, alone = trained(sample, 0, batch_size=batch), trained(sample, 0, batch_size=batch)
    wanted = tuple((layer.id, tuple(range(min(layer.units, 8)))) for layer in looked.training.network.dense)
    for _ in range(12):
        looked.step()
        alone.step()
        if sample == "moons":
            NeuronMaps()(looked)
        InputGradients(wanted)(looked)
    np.testing.assert_array_equal(looked.parameters, alone.parameters)
    np.testing.assert_array_equal(looked.training.network.gradients, alone.training.network.gradients)
