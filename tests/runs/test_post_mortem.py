"""A divergence says at which step, which layer first, which row, at what rate, and what to try: and that helps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from health_cases import dense, project, trained
from msgspec.structs import replace

from bpgui.data.table import NumberColumn, Table
from bpgui.engine.rehearsal import take_trace
from bpgui.engine.trace import BACKWARD
from bpgui.project import build, edits
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.health.probes import Health, Verdict
from bpgui.runs.run import Run
from bpgui.runs.stopping import DIVERGED


def too_fast():
    return project("plane", dense(1, 6, "identity"), optimizer="sgd", learning_rate=3.0, epochs=200)


def with_value(made, row, column, value):
    """One number of the table replaced, no column standardised, every row learnt from, in order."""
    spec, table = made
    values = table.column(column).values.copy()
    values[row] = value
    other = Table([NumberColumn(column, values) if c.name == column else c for c in table.columns])
    raw = tuple(replace(c, scaling="none") for c in spec.data.columns)
    split = replace(spec.data.split, train=1.0, validation=0.0, test=0.0)
    spec = replace(spec, data=replace(spec.data, columns=raw, table=other.sha, split=split))
    return edits.set_training(spec, shuffle=False), other


def test_a_rate_too_high():
    driver = trained(too_fast())
    found = driver.post_mortem
    assert driver.stop_reason == DIVERGED
    assert (found.step, found.rate, found.untaken) == (driver.step_count + 1, 3.0, True)
    W0 = driver.initial[:12]  # 2 × 6
    now = driver.training.network.dense[0].W
    with np.errstate(all="ignore"):
        factor = np.abs(now).max() * np.sqrt(((now / np.abs(now).max()) ** 2).sum()) / np.sqrt((W0**2).sum())
    assert found.growths[0].factor == pytest.approx(factor, rel=1e-9)
    assert found.most_grown.factor > 1e3
    for word in (f"step {found.step}", "learning rate 3", found.most_grown.name, "had grown most", "ten times smaller"):
        assert word in driver.stop_detail
    assert "Standardise" not in driver.stop_detail
    rows = driver.training.batch_rows()
    assert found.culprit.row in rows.tolist()
    assert found.culprit.number == driver.data.rows[found.culprit.row] + 1


def test_the_row_is_the_one_whose_loss_is_largest():
    """All layers are finite, the loss is not: told by numpy alone from what the batch was."""
    driver = trained(too_fast())
    trace = take_trace(driver.training)
    with np.errstate(all="ignore"):
        errors = np.abs(trace.layers[-1].out - trace.targets).sum(axis=1)
    assert driver.post_mortem.culprit.row == trace.rows[errors.argmax()]
    assert not trace.taken
    assert trace.step == driver.post_mortem.step
    assert any(station.phase == BACKWARD for station in trace.stations)


def test_a_huge_input_is_named_with_its_row_and_its_column():
    made = with_value(project("moons", dense(2, 8, "relu"), batch_size=8, epochs=3), 17, "x2", 1e308)
    driver = trained(made)
    found = driver.post_mortem
    assert driver.stop_reason == DIVERGED
    assert found.step == driver.step_count + 1
    assert (found.culprit.row, found.culprit.number) == (17, 18)
    assert 17 in driver.training.batch_rows()
    assert (found.culprit.feature, found.culprit.value, found.culprit.alone) == ("x2", 1e308, True)
    assert "Row 18 of the data alone is not finite: its x2 is 1e+308." in driver.stop_detail
    assert "Standardise the data" in driver.stop_detail
    assert found.fixes(driver.spec)[0].label == "Standardise the inputs"


def test_a_large_feature_and_standardising_it():
    values = with_value(project("plane", (), optimizer="sgd", learning_rate=0.1, batch_size=0, epochs=60), 5, "x1", 4e5)
    driver = trained(values)
    found = driver.post_mortem
    assert (found.culprit.number, found.culprit.feature) == (6, "x1")
    assert found.culprit.value == pytest.approx(4e5)
    spec, table = values
    fix = found.fixes(spec)[0]
    assert trained((fix.change(spec), table)).stop_reason == "epochs"


def test_each_way_out_of_a_rate_too_high_helps():
    spec, table = too_fast()
    fixes = trained((spec, table)).post_mortem.fixes(spec)
    assert [fix.label for fix in fixes] == [
        "Clip the gradient's norm at 1", "Lower the learning rate to 0.3",
    ]  # fmt: skip
    for fix in fixes:
        changed = trained((fix.change(spec), table))
        assert changed.stop_reason == "epochs", fix.label
        assert math.isfinite(changed.train_loss)


@pytest.mark.parametrize("steps", [0, 57])
def test_a_poked_infinity_in_a_unit_that_is_flat(steps):
    """No loss sees it, for tanh of an infinity is 1: it is found at the epoch's end."""
    spec, table = project("moons", dense(2, 4, "tanh"), epochs=30)
    driver = Driver(spec, build.dataset(spec, table))
    with quiet_numerics():
        while driver.step_count < steps:
            driver.step()
        driver.training.network.dense[0].W[0, 1] = np.inf
        while driver.step():
            pass
    found = driver.post_mortem
    assert driver.stop_reason == DIVERGED
    assert driver.step_count == steps + driver.training.batches
    assert found.layer == "h1"
    assert found.culprit is None
    assert not found.untaken
    assert "Dense 1 had grown beyond all bounds" in driver.stop_detail
    assert np.isfinite(driver.parameters).all()


def test_a_validation_row_that_is_not_finite():
    spec, table = project("plane", dense(1, 8, "identity"), epochs=3)
    data = build.dataset(spec, table)
    row = int(data.validation[4])
    values = table.column("x1").values.copy()
    values[data.rows[row]] = 1e308
    other = Table([NumberColumn("x1", values) if c.name == "x1" else c for c in table.columns])
    raw = tuple(replace(c, scaling="none") for c in spec.data.columns)
    driver = trained((replace(spec, data=replace(spec.data, columns=raw, table=other.sha)), other))
    assert driver.stop_reason == DIVERGED
    assert "validation loss" in driver.stop_detail
    assert driver.post_mortem.culprit.number == data.rows[row] + 1
    assert driver.post_mortem.culprit.feature == "x1"


def test_it_comes_first_among_the_findings_and_stays_with_the_run():
    driver = trained(too_fast())
    first = Verdict()(driver).findings[0]
    assert (first.key, first.severity, first.where) == ("diverged", "error", f"layer:{driver.post_mortem.layer}")
    assert first.text.removesuffix(".") in driver.stop_detail
    assert first.why in driver.stop_detail
    run = Run(driver.spec, 1)
    run.history = driver.history
    run.take_down(driver)
    again = run.driver(driver.data)
    assert again.post_mortem == driver.post_mortem


def test_after_a_divergence_no_gradient_of_a_step_not_taken_is_shown():
    driver = trained(too_fast())
    assert np.isnan(Health()(driver).now[:, 2:4]).all()
    driver.go_back()
    assert Verdict()(driver).post_mortem is None
    assert "diverged" not in [f.key for f in Verdict()(driver).findings]
