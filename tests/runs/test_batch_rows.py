"""The rows of a batch as a panel sees them: losses, shares, predictions, and rows that somebody chose."""

import numpy as np
import pytest

from bpgui.engine.rehearsal import take_trace
from bpgui.engine.shares import row_shares
from bpgui.project import build, edits
from bpgui.project.samples import open_sample
from bpgui.runs.batch_rows import LONELY, MOST, BatchRows, CellRows, ChosenRows, NextBatch
from bpgui.runs.driver import Driver
from bpgui.runs.explaining import ParameterAt
from bpgui.runs.probes import Confusion, Predictions, Unanswerable


def driver_of(sample, steps=3, change=lambda spec: spec, **options):
    spec, table = open_sample(sample, **options)
    spec = change(spec)
    driver = Driver(spec, build.dataset(spec, table))
    for _ in range(steps):
        driver.training.step()
    return driver


def parameters(driver):
    return driver.training.network.parameters.copy()


def test_the_rows_of_the_next_batch_with_the_engine_s_numbers():
    driver = driver_of("moons", rows=60)
    before = parameters(driver)
    answer = BatchRows()(driver)
    trace = take_trace(driver.training)
    shares = row_shares(trace)
    np.testing.assert_array_equal(answer.indices, driver.training.batch_rows())
    np.testing.assert_array_equal(answer.rows, driver.data.rows[trace.rows] + 1)
    np.testing.assert_array_equal(answer.losses, trace.row_losses)
    np.testing.assert_array_equal(answer.pulls, shares.pulls)
    assert answer.pulls.sum() == pytest.approx(1.0)
    assert answer.step == trace.step == 4
    assert answer.total == len(trace.rows)
    assert answer.pairs == shares.opposed(len(answer.pairs))
    assert answer.note == ""
    np.testing.assert_array_equal(parameters(driver), before)


@pytest.mark.parametrize(("name", "index"), [("W", (1, 2)), ("b", (0,))])
def test_the_shares_of_a_parameter_sum_to_its_gradient(name, index):
    driver = driver_of("moons", rows=60)
    id = driver.spec.network.layers[0].id
    answer = BatchRows(NextBatch(), ParameterAt(id, name, index))(driver)
    trace = take_trace(driver.training)
    gradient = trace.array(trace.data_gradient, 0, name)[index]
    assert answer.gradient == gradient
    assert answer.shares.sum() == pytest.approx(float(gradient))
    assert answer.name == {"W": "w(2→3) in Dense 1", "b": "b(1) in Dense 1"}[name]


@pytest.mark.parametrize("index", [(1, 200), (0,), (9, 0)])
def test_a_parameter_that_there_is_not_has_no_shares(index):
    driver = driver_of("xor")
    answer = BatchRows(NextBatch(), ParameterAt(driver.spec.network.layers[0].id, "W", index))(driver)
    assert answer.parameter is None
    assert not len(answer.shares)
    assert BatchRows(NextBatch(), ParameterAt("gone", "b", (0,)))(driver).parameter is None


@pytest.mark.parametrize("sample", ["moons", "iris", "digits8x8"])
def test_the_rows_behind_each_cell_are_as_many_as_it_counts(sample):
    driver = driver_of(sample, steps=8)
    for part in ("train", "validation"):
        counts = Confusion(part)(driver).counts
        seen = []
        for actual, predicted in np.ndindex(counts.shape):
            answer = BatchRows(CellRows(part, actual, predicted))(driver)
            assert answer.total == counts[actual, predicted]
            if answer.total and not driver.training.network.dropouts:
                assert set(answer.targets) == {driver.data.classes[actual]}
                assert set(answer.predicted) == {driver.data.classes[predicted]}
            seen += answer.indices.tolist()
        assert sorted(seen) == driver.data.part(part).tolist()


def test_chosen_rows_are_looked_at_as_if_they_were_the_batch():
    driver = driver_of("iris")
    validation = tuple(driver.data.validation[:3].tolist())
    answer = BatchRows(ChosenRows(validation))(driver)
    assert answer.indices.tolist() == list(validation)
    page = Predictions("validation", 0, 3)(driver)
    assert answer.rows.tolist() == page.rows.tolist()
    assert answer.targets == page.targets
    assert answer.predicted == page.predicted
    assert answer.pulls.sum() == pytest.approx(1.0)
    with pytest.raises(Unanswerable):
        BatchRows(ChosenRows((100_000,)))(driver)
    with pytest.raises(Unanswerable):
        BatchRows(CellRows("train", 0, 9))(driver)


def test_of_many_rows_the_first_are_looked_at():
    driver = driver_of("moons", rows=2000, change=lambda spec: edits.set_training(spec, batch_size=0))
    answer = BatchRows()(driver)
    assert answer.total == len(driver.data.train) > MOST
    np.testing.assert_array_equal(answer.indices, driver.training.batch_rows()[:MOST])
    assert len(answer.pulls) == MOST


def test_batch_norm_is_said_and_one_row_alone_has_no_gradient():
    driver = driver_of("iris", change=lambda spec: edits.insert_layer(spec, 0, "batchnorm"))
    assert "couples the rows" in BatchRows()(driver).note
    row = int(driver.data.train[0])
    alone, page = BatchRows(ChosenRows((row,)))(driver), Predictions("train", 0, 1)(driver)
    assert alone.note == LONELY
    assert np.isnan(alone.losses).all()
    assert alone.rows.tolist() == page.rows.tolist()
    assert alone.predicted == page.predicted
