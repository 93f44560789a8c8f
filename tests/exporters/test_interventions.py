"""What was done to a run while it ran is in its script: live settings, stops, resuming, going back, patience."""

from __future__ import annotations

import math
from typing import Any

import pytest
from script_runner import Act, check, drive, export, load, project, verified

from bpgui.data.spec import Split
from bpgui.project.spec import BatchNorm, Dense, Dropout
from bpgui.runs.driver import Driver
from bpgui.runs.interventions import Value

LAYERS = (Dense(id="h", units=4), Dropout(id="d", rate=0.2))
# 23 rows: 16 to learn from, 4 steps an epoch.


def setting(*pairs: tuple[str, Value]) -> Act:
    def act(driver: Driver) -> None:
        for field, value in pairs:
            driver.intervene(field, value)

    return act


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize(
    ("field", "first", "then"),
    [
        ("learning_rate", 0.05, 0.2), ("l1", 0.0, 0.01), ("l1", 0.01, 0.0), ("l2", 0.0, 0.02), ("l2", 0.01, 0.02),
        ("clip", "none", "norm"), ("clip", "norm", "value"), ("clip_at", 1.0, 0.01),
    ],
)  # fmt: skip
def test_a_live_setting(field: str, first: Value, then: Value, optimizer: str) -> None:
    given: dict[str, Any] = {field: first, "optimizer": optimizer}
    if field == "clip_at":
        given["clip"] = "norm"
    spec, table = project(LAYERS, epochs=5, **given)
    for size in (5, 0):
        changed = spec if size else project(LAYERS, epochs=5, **(given | {"batch_size": 0}))[0]
        check(changed, table, {0: setting((field, then)), 3: setting((field, first)), 4: setting((field, then))})


def test_many_live_settings_at_once() -> None:
    acts = {
        2: setting(("learning_rate", 0.2), ("l1", 0.01), ("clip", "value"), ("clip_at", 0.05)),
        7: setting(("l1", 0.0), ("l2", 0.01), ("clip", "norm")),
        9: setting(("learning_rate", 0.01), ("clip", "none")),
    }
    check(*project(LAYERS, epochs=5, optimizer="adamw", schedule="warmup", warmup_steps=9), acts)


@pytest.mark.parametrize("stop", [0, 1, 4, 6, 8])
def test_stopped_by_hand_at_any_step(stop: int) -> None:
    check(*project(LAYERS, epochs=5), {stop: setting(("stop", "by hand"))})


@pytest.mark.parametrize("steps", [0, 1, 4, 7])
def test_paused_at_any_step(steps: int) -> None:
    check(*project(LAYERS, epochs=5), steps=steps)


def test_stopped_and_resumed() -> None:
    acts = {3: setting(("stop", "by hand"), ("resume", None)), 10: setting(("stop", "time"), ("max_seconds", None))}
    check(*project(LAYERS, epochs=5), acts)


def test_more_epochs_under_a_cosine() -> None:
    acts: dict[int, Act] = {6: setting(("epochs", 9)), 33: lambda driver: driver.extend()}
    check(*project(LAYERS, epochs=5, schedule="cosine"), acts)


def test_target_loss() -> None:
    spec, table = project(LAYERS, epochs=60, optimizer="adam", target_loss=0.2)
    text = check(spec, table)
    assert "if train_loss <= 0.2" in text
    assert drive(spec, table).stop_reason == "target loss"
    check(spec, table, {1000: lambda driver: driver.extend()}, steps=90)


def test_target_metric() -> None:
    spec, table = project(LAYERS, epochs=60, optimizer="adam", target_metric="accuracy", target_value=0.9)
    assert drive(spec, table).stop_reason == "target metric"
    assert "the target metric was reached" in check(spec, table)


NORMED = (Dense(id="h", units=6), BatchNorm(id="n"), Dropout(id="d", rate=0.2))


@pytest.mark.parametrize("split", [Split(train=0.7, validation=0.3), Split(train=1.0)])
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_patience_puts_the_best_weights_back(split: Split, precision: str) -> None:
    spec, table = project(NORMED, epochs=200, patience=3, learning_rate=0.5, split=split, precision=precision)
    assert drive(spec, table).stop_reason == "patience"
    assert "put the best weights back" in check(spec, table)


def test_patience_that_never_ran_out_is_not_in_the_script() -> None:
    assert "patience" not in check(*project(NORMED, epochs=3, patience=50))


@pytest.mark.parametrize("min_delta", [0.0, 0.003])
def test_patience_and_on_again(min_delta: float) -> None:
    spec, table = project(NORMED, epochs=30, patience=2, learning_rate=0.5, min_delta=min_delta)
    again: Act = lambda driver: driver.extend()  # noqa: E731
    check(spec, table, {1000: again, 1001: again, 1002: setting(("patience", 4)), 1003: again})
    check(spec, table, {9: setting(("patience", 0)), 20: setting(("patience", 3), ("min_delta", 0.01))})
    check(spec, table, {9: setting(("stop", "by hand"), ("resume", None))})


# ---- divergence


RUNAWAY: dict[str, Any] = {"loss": "mse", "classes": 0, "learning_rate": 1e3, "epochs": 60}


@pytest.mark.parametrize("split", [Split(train=0.7, validation=0.3), Split(train=1.0)])
@pytest.mark.parametrize("size", [5, 0])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_a_run_that_diverged(optimizer: str, size: int, split: Split) -> None:
    for layers in ((Dense(id="h", units=4, activation="relu"),), (*LAYERS, Dense(id="g", units=3, activation="relu"))):
        for rate in (1e3, 3.0, 1e200):
            given = RUNAWAY | {"learning_rate": rate, "batch_size": size, "optimizer": optimizer, "split": split}
            for precision in ("float64", "float32"):
                spec, table = project(layers, "identity", precision=precision, **given)
                driver = drive(spec, table)
                check(spec, table)
                if rate > 1e2:
                    assert driver.stop_reason == "diverged"


def back_with(rate: float) -> Act:
    def act(driver: Driver) -> None:
        assert driver.stop_reason == "diverged"
        driver.go_back()
        driver.intervene("learning_rate", rate)

    return act


@pytest.mark.parametrize("split", [Split(train=0.7, validation=0.3), Split(train=1.0)])
@pytest.mark.parametrize("size", [5, 0, 1])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("dropout", [False, True])
def test_going_back_after_a_divergence(optimizer: str, size: int, split: Split, dropout: bool) -> None:
    layers = (Dense(id="h", units=4, activation="relu"), *((Dropout(id="d", rate=0.2),) if dropout else ()))
    given = RUNAWAY | {"batch_size": size, "optimizer": optimizer, "split": split, "learning_rate": 0.01}
    spec, table = project(layers, "identity", schedule="plateau", plateau_patience=2, **given)
    acts: dict[int, Act] = {
        20: setting(("learning_rate", 1e150)), 100_000: back_with(1e100), 100_001: back_with(0.01),
    }  # fmt: skip
    check(spec, table, acts)
    check(spec, table, {20: setting(("learning_rate", 1e150)), 100_000: lambda driver: driver.go_back()}, steps=None)


def test_a_script_says_where_it_differs() -> None:
    spec, table = project(LAYERS, epochs=5)
    driver = drive(spec, table)
    text = export(spec, table, driver).text
    assert verified(load(text)).endswith("the same to the bit.\n")
    tampered = text.replace("learning_rate = 0.05", "learning_rate = 0.05000000000000001")
    with pytest.raises(SystemExit, match=r"Epoch \d, .* loss: expected .* = 0x1\.\w+p-\d+, found .* = 0x1"):
        verified(load(tampered))
    recorded = repr(float(driver.history.epochs.view()[2, 2]))
    assert text.count(recorded) == 1
    other = repr(math.nextafter(float(recorded), 1.0))
    with pytest.raises(SystemExit, match="Epoch 3, validation loss"):
        verified(load(text.replace(recorded, other)))
    with pytest.raises(SystemExit, match="SHA-256 of the last weights"):
        verified(load(text.replace('WEIGHTS = "', 'WEIGHTS = "0')))
    with pytest.raises(SystemExit, match="number of losses: expected 10, found 8"):
        verified(load(text.replace("range(1, 5 + 1)", "range(1, 4 + 1)")))
