"""What is demanded of a run, from the project to its history, as functions like those of `checks`."""

from __future__ import annotations

import dataclasses

import numpy as np
import plain
from msgspec.structs import replace

from bpgui.project import build
from bpgui.project.samples import open_sample
from bpgui.project.spec import BatchNorm, Dense, Dropout, NetworkSpec
from bpgui.runs.driver import Driver
from bpgui.runs.run import Run

LAYERS = (
    Dense(id="d1", units=5, activation="tanh", bias=False), BatchNorm(id="n", momentum=0.3), Dropout(id="p", rate=0.4),
    Dense(id="d2", units="auto", activation="sigmoid"),
)  # fmt: skip
TRAINING = {
    "optimizer": "adam", "learning_rate": 0.02, "batch_size": 7, "epochs": 6, "schedule": "plateau",
    "plateau_patience": 1, "plateau_threshold": 0.2, "class_weights": "given", "class_weight_values": (3.0, 0.5),
    "l2": 0.01, "clip": "norm", "clip_at": 0.5,
}  # fmt: skip


def project(**training):
    """Moons with batch norm, dropout, weights, a schedule and a validation part."""
    spec, table = open_sample("moons", rows=60)
    spec = replace(
        spec, network=NetworkSpec(layers=LAYERS), training=replace(spec.training, **{**TRAINING, **training})
    )
    return spec, build.dataset(spec, table)


def _class_weights():
    spec, data = project(class_weights="balanced", class_weight_values=())
    kinds = data.y[:, 0].astype(int)
    data = dataclasses.replace(data, train=data.train[np.argsort(kinds[data.train])][:-7])
    counts = np.array([np.sum(kinds[data.train] == kind) for kind in (0, 1)])
    assert counts[0] != counts[1]
    expected = len(data.train) / (2.0 * counts)
    np.testing.assert_allclose(build.row_weights(spec, data), expected[kinds], rtol=1e-15)
    given, data = project()
    np.testing.assert_array_equal(build.row_weights(given, data), np.array([3.0, 0.5])[kinds])


def _validation_loss():
    """After each epoch, in evaluation mode, with the rows' weights; what it looks at does not change the run."""
    spec, data = project()
    driver = Driver(spec, data)
    network, rows = driver.training.network, data.validation
    weights = build.row_weights(spec, data)[rows]
    while driver.training.epoch < 3:
        epoch = driver.training.epoch
        driver.step()
        if driver.training.epoch != epoch:
            before = network.running.copy(), network.parameters.copy()
            values = plain.forward(network.layers, network.parameters, data.x[rows], running=network.running)
            expected = plain.data_loss(network, values, data.y[rows], weights)
            assert abs(driver.val_loss - expected) <= 1e-13 * expected
            assert driver.history.epochs.view()[-1, 2] == driver.val_loss
            np.testing.assert_array_equal(network.running, before[0])
            np.testing.assert_array_equal(network.parameters, before[1])


def _patience():
    """Ends after so many epochs without a better validation loss, with the weights of the best."""
    spec, data = project(patience=3, epochs=300, learning_rate=0.3, schedule="constant")
    driver = Driver(spec, data)
    kept = []
    while driver.stop_reason is None:
        epoch = driver.training.epoch
        before = driver.parameters.copy()
        driver.step()
        if driver.training.epoch != epoch and driver.stop_reason is None:
            kept.append((driver.val_loss, driver.parameters.copy()))
    assert not np.array_equal(before, driver.parameters)
    assert driver.stop_reason == "patience"
    losses = [loss for loss, _ in kept]
    best = int(np.argmin(losses))
    assert driver.training.epoch == best + 1 + 3
    np.testing.assert_array_equal(driver.parameters, kept[best][1])


def _goes_on():
    """Taken down in the middle of an epoch and stored, it goes on with the same bits."""
    spec, data = project(patience=50)
    whole, first = Driver(spec, data), Run(spec, 1)
    half = first.driver(data)
    for _ in range(8):
        half.step()
    half.intervene("learning_rate", 0.1)
    half.step()
    first.take_down(half)
    second = Run.from_stored(first.to_stored()).driver(data)
    for count in range(30):
        if count == 8:
            whole.intervene("learning_rate", 0.1)
        whole.step()
        if count >= 9:
            second.step()
            assert (second.loss, second.training.rate) == (whole.loss, whole.training.rate)
    np.testing.assert_array_equal(second.parameters, whole.parameters)
    np.testing.assert_array_equal(second.history.epochs.view(), whole.history.epochs.view())
    replay = Driver(spec, data, second.interventions)
    for _ in range(30):
        replay.step()
    np.testing.assert_array_equal(replay.parameters, whole.parameters)


CHECKS = {
    f"run: {check.__name__.strip('_').replace('_', ' ')}": check
    for check in (_class_weights, _validation_loss, _patience, _goes_on)
}
