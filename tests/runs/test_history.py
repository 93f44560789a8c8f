"""The history of a run is bounded, and keeps what a curve needs: the beginning, the end, the peaks."""

from __future__ import annotations

import numpy as np
import pytest

from bpgui.engine.vitals import SIGNS
from bpgui.project import build, edits
from bpgui.project.samples import open_sample
from bpgui.runs.driver import Driver
from bpgui.runs.health.course import MOST
from bpgui.runs.history import FIRST, History, Series, spread_rows


@pytest.mark.parametrize("capacity", [64, 100, 1000])
def test_a_series_never_outgrows_its_capacity(capacity: int) -> None:
    series = Series(3, capacity)
    rng = np.random.default_rng(0)
    for i in range(40 * capacity):
        series.append(i, rng.random(), np.nan)
        assert len(series) <= capacity
        assert len(series._rows) <= capacity
    kept = series.view()
    assert len(kept) >= capacity // 4
    assert kept[-1, 0] == 40 * capacity - 1
    assert (np.diff(kept[:, 0]) > 0).all()


def test_the_first_points_and_every_peak_of_long_runs_stay() -> None:
    series = Series(2, 1000)
    peaks = {5_000: 50.0, 77_777: 90.0, 120_000: -40.0}
    for i in range(150_000):
        series.append(i, peaks.get(i, np.sin(i / 7_000.0)))
    kept = dict(series.view().tolist())
    first = min(FIRST, 500 // 4)
    assert list(kept)[:first] == list(range(first))
    assert {i: kept[i] for i in peaks} == peaks
    gaps = np.diff(list(kept))
    assert gaps.max() < 150_000 / 50  # spread over the whole run


def test_a_column_of_nothing_takes_no_room_and_equal_places_are_no_trouble() -> None:
    rows = np.column_stack([np.arange(500.0), np.full(500, np.nan), np.zeros(500), np.arange(500.0) % 7])
    kept = spread_rows(rows, 100)
    assert 60 <= len(kept) <= 100
    assert (kept[0], kept[-1]) == (0, 499)
    flat = np.column_stack([np.full(500, 3.0), np.arange(500.0)])
    assert len(spread_rows(flat, 100)) <= 100


def test_thinning_again_and_again_costs_a_bounded_share(monkeypatch: pytest.MonkeyPatch) -> None:
    thinned = []
    monkeypatch.setattr(
        "bpgui.runs.history.spread_rows", lambda rows, points: thinned.append(len(rows)) or spread_rows(rows, points)
    )
    series = Series(2, 512)
    for i in range(100_000):
        series.append(i, float(i % 13))
    assert sum(thinned) < 4 * 100_000  # rows looked at while thinning, in all


def test_a_run_s_history_is_bounded_by_its_series_and_its_course(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = History.__init__

    def small(history: History) -> None:
        whole(history)
        history.epochs, history.batches = Series(4, 128), Series(2, 64)

    monkeypatch.setattr(History, "__init__", small)
    spec, table = open_sample("moons", rows=20)
    spec = edits.set_training(spec, batch_size=4, epochs=2_000)
    driver = Driver(spec, build.dataset(spec, table))
    for _ in driver.steps():
        pass
    assert driver.step_count == 6_000
    assert (len(driver.history.epochs), len(driver.history.batches)) <= (128, 64)
    assert driver.history.epochs.view()[-1, 0] == 2_000
    arrays = driver.history.to_arrays()
    course = 8 * (MOST + 8) * (1 + 2 * len(SIGNS))
    assert sum(array.nbytes for array in arrays.values()) <= 128 * 4 * 8 + 64 * 2 * 8 + course
