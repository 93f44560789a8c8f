"""What is worked out from a run equals what the engine has."""

import numpy as np
import pytest

from bpgui.engine.layers import BatchNorm
from bpgui.project import build, edits
from bpgui.project.samples import open_sample
from bpgui.runs.driver import Driver
from bpgui.runs.measures import Metrics, Norms
from bpgui.runs.scores import scores


def driver_of(name, *kinds):
    spec, table = open_sample(name)
    for kind in kinds:
        spec = edits.insert_layer(spec, 0, kind)
    driver = Driver(spec, build.dataset(spec, table))
    for _ in range(20):
        driver.step()
    return driver


@pytest.mark.parametrize(("name", "metric"), [("iris", "f1"), ("sine", "r2")])
def test_metrics_of_both_parts(name, metric):
    driver = driver_of(name)
    answer = Metrics()(driver)
    for part, found in (("train", answer.train), ("validation", answer.validation)):
        assert dict(found) == scores(driver.training.network, driver.data, part)
        assert metric in dict(found)


def test_without_validation_rows_there_are_no_metrics_of_them():
    answer = Metrics()(driver_of("xor"))
    assert answer.validation == ()
    assert dict(answer.train)["accuracy"] <= 1.0


def test_norms_are_copies():
    driver = driver_of("moons", "batchnorm", "dense", "batchnorm")
    answer = Norms()(driver)
    layers = [x for x in driver.training.network.layers if isinstance(x, BatchNorm)]
    assert [id for id, _, _ in answer.layers] == [x.id for x in layers] == ["n2", "n1"]
    before = answer.layers[1][1].copy()
    np.testing.assert_array_equal(before, layers[1].gamma)
    driver.step()
    np.testing.assert_array_equal(answer.layers[1][1], before)
    assert not np.array_equal(layers[1].gamma, before)
