"""What panels are told equals what the engine has."""

import numpy as np
import pytest
from msgspec.structs import replace

from bpgui.project import build
from bpgui.project.samples import open_sample
from bpgui.runs import probes
from bpgui.runs.driver import Driver, quiet_numerics


def trained(name, steps=5, **points):
    spec, table = open_sample(name, **points)
    driver = Driver(spec, build.dataset(spec, table))
    with quiet_numerics():
        for _ in range(steps):
            driver.step()
    return driver


def test_weights_are_copies_of_every_dense_layer():
    driver = trained("moons", rows=60)
    answer = probes.Weights()(driver)
    assert [layer.id for layer in answer.layers] == [layer.id for layer in driver.training.network.dense]
    before = answer.layers[0].W.copy()
    np.testing.assert_array_equal(before, driver.training.network.dense[0].W)
    driver.step()
    np.testing.assert_array_equal(answer.layers[0].W, before)
    assert not np.array_equal(before, driver.training.network.dense[0].W)


def test_boundary_is_the_network_on_the_grid_in_the_data_s_units():
    driver = trained("moons", rows=60)
    answer = probes.Boundary(size=5)(driver)
    x0, x1, y0, _ = answer.extent
    raw = driver.data.encoder.raw_inputs(driver.data.x[driver.data.train])
    assert x0 < raw[:, 0].min() < raw[:, 0].max() < x1
    corner = driver.data.encoder.encode_values((x1, y0))
    np.testing.assert_allclose(answer.values[0, -1], driver.training.network.predict(corner)[0], rtol=1e-12)


def test_predictions_of_xor_are_its_four_rows_in_order():
    driver = trained("xor", 400)
    answer = probes.Predictions()(driver)
    assert answer.rows.tolist() == [1, 2, 3, 4]
    np.testing.assert_array_equal(answer.inputs, [[0, 0], [0, 1], [1, 0], [1, 1]])
    assert answer.targets == answer.predicted == ("0", "1", "1", "0")
    assert answer.right.all()
    np.testing.assert_array_equal(answer.outputs, driver.training.network.predict(driver.data.x))
    page = probes.Predictions(first=2, count=1)(driver)
    assert (page.rows.tolist(), page.total) == ([3], 4)


def test_confusion_counts_every_row_of_the_part_once():
    driver = trained("iris", 30)
    for part in ("train", "validation"):
        answer = probes.Confusion(part)(driver)
        assert answer.counts.sum() == len(driver.data.part(part))
        assert answer.counts.shape == (3, 3)


def test_fit_of_a_regression_is_in_the_data_s_units():
    driver = trained("sine", 10)
    answer = probes.Fit()(driver)
    np.testing.assert_allclose(answer.actual, driver.data.y[driver.data.train][:, 0])
    assert answer.inputs.shape == answer.actual.shape


def test_activations_go_through_every_layer():
    driver = trained("moons", rows=60)
    values = driver.data.encoder.row_values(driver.data.x[7])
    answer = probes.Activations(values)(driver)
    np.testing.assert_allclose(answer.inputs, driver.data.x[7], rtol=1e-12)
    assert [id for id, _ in answer.layers] == [layer.id for layer in driver.spec.network.layers]
    np.testing.assert_allclose(answer.outputs, driver.training.network.predict(driver.data.x[7:8])[0], rtol=1e-12)
    assert answer.predicted in driver.data.classes


def test_curve_is_the_history():
    driver = trained("moons", 12, rows=60)
    answer = probes.Curve()(driver)
    np.testing.assert_array_equal(answer.epochs, driver.history.epochs.view()[:, 0])
    np.testing.assert_array_equal(answer.train, driver.history.epochs.view()[:, 1])


def grow(history, count):
    """So many more epochs, with a spike now and then."""
    first = int(history.epochs.view()[-1, 0]) + 1 if len(history.epochs) else 1
    for epoch in range(first, first + count):
        spike = 5.0 if epoch % 1777 == 0 else 0.0
        history.epochs.append(epoch, 1.0 / epoch + spike, 2.0 / epoch, 0.0)


def test_a_growing_curve_keeps_its_extremes_whether_asked_often_or_seldom():
    """The start of a long history is not thinned anew at every look."""
    driver = trained("moons", 1, rows=60)
    history = driver.history
    grow(history, 1000)
    for more in (900, 200, 37, 3000, 1, 0, 9000, 40_000, 300, 20_000):
        grow(history, more)
        rows = history.epochs.view()
        answer = probes.Curve(2000)(driver)
        assert len(answer.epochs) <= 2000
        assert (np.diff(answer.epochs) > 0).all()
        assert (answer.epochs[0], answer.epochs[-1]) == (rows[0, 0], rows[-1, 0])
        assert answer.train.max() == rows[:, 1].max()
        assert answer.train[-1] == rows[-1, 1]
        assert set(answer.epochs) <= set(rows[:, 0])
        spikes = rows[rows[:, 1] > 4.0, 0]
        assert set(spikes) <= set(answer.epochs)


def test_single_batches_are_told_up_to_an_epoch():
    driver = trained("moons", 25, rows=60, noise=0.1)
    assert len(probes.Curve()(driver).batch_losses) == len(driver.history.batches) > 0
    assert len(probes.Curve(2000, 1.0)(driver).batch_losses) == 0


def test_the_grid_of_the_plane_is_made_once_for_equal_questions():
    driver = trained("moons", rows=60)
    first, second = probes.Boundary(size=5)(driver), probes.Boundary(size=5)(driver)
    np.testing.assert_array_equal(first.values, second.values)
    other = probes.Boundary(size=5, x=1, y=0)(driver)
    assert other.extent == (*first.extent[2:], *first.extent[:2])
    np.testing.assert_allclose(other.values, first.values.transpose(1, 0, 2), rtol=1e-12)


@pytest.mark.parametrize("kind", ["Weights", "Curve", "Boundary", "Confusion", "Predictions"])
def test_equal_probes_share_an_answer(kind):
    probe = getattr(probes, kind)
    assert probe() == probe()
    assert hash(probe()) == hash(probe())


def test_a_wide_layer_typed_in_is_taken_as_it_stands():
    spec, table = open_sample("xor")
    layer = replace(
        spec.network.layers[0], units=2, initializer="given", weights=((0.1, -0.2), (0.3, 0.4)), biases=(1.0, 2.0)
    )
    spec = replace(spec, network=replace(spec.network, layers=(layer, spec.network.output)))
    answer = probes.Weights()(Driver(spec, build.dataset(spec, table)))
    np.testing.assert_array_equal(answer.layers[0].W, [[0.1, -0.2], [0.3, 0.4]])
    np.testing.assert_array_equal(answer.layers[0].b, [1.0, 2.0])


@pytest.mark.parametrize(
    ("sample", "probe"),
    [
        ("sine", probes.Confusion()), ("sine", probes.Boundary()), ("xor", probes.Fit()),
        ("xor", probes.Activations((1.0,))), ("digits8x8", probes.Boundary()), ("xor", probes.Boundary(x=0, y=2)),
    ],
)  # fmt: skip
def test_questions_that_do_not_fit_the_data_are_told_apart_from_errors(sample, probe):
    with pytest.raises(probes.Unanswerable):
        probe(trained(sample, 0))
