"""The samples learn what they promise; the textbook's XOR is the textbook's, digit by digit."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from bpgui.data.errors import DataError
from bpgui.data.spec import SampleOrigin
from bpgui.project import build
from bpgui.project.checks import check
from bpgui.project.samples import SAMPLES, open_sample, sample_table
from bpgui.project.spec import Dense
from bpgui.project.validation import check_spec
from bpgui.runs.driver import Driver

ORDER = (
    "xor", "xor_textbook", "and", "circles", "moons", "spirals", "two_gaussians", "sine", "plane", "iris", "digits8x8",
    "penguins", "wine", "breast_cancer", "diabetes", "spoken_digits", "fraud",
)  # fmt: skip
CLOUDS = ("circles", "moons", "spirals", "two_gaussians", "sine", "plane")


def _load_bars() -> ModuleType:
    path = Path(__file__).parents[1] / "benchmarks" / "sample_bars.py"
    spec = importlib.util.spec_from_file_location("sample_bars", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sample_bars"] = module
    spec.loader.exec_module(module)
    return module


bars = _load_bars()
TAUGHT = {"fraud": ["imbalance"]}  # what a sample is there to show


def test_the_table() -> None:
    assert tuple(SAMPLES) == ORDER
    assert tuple(name for name, sample in SAMPLES.items() if sample.fields) == (*CLOUDS, "fraud")
    assert set(bars.BARS) == set(SAMPLES) - {"xor_textbook"}


@pytest.mark.parametrize("name", [name for name in ORDER if name != "fraud"])
def test_no_sample_is_objected_to_whatever_the_seed(name: str) -> None:
    for seed in range(20):
        assert check(*open_sample(name, seed=seed)) == (), seed


@pytest.mark.parametrize("name", ORDER)
def test_every_sample_can_be_trained_as_it_stands(name: str) -> None:
    spec, table = open_sample(name, seed=3)
    check_spec(spec)
    assert [finding.key for finding in check(spec, table)] == TAUGHT.get(name, [])
    assert spec.data.table == table.sha
    assert spec.data.origin == SampleOrigin(name=name, rows=table.rows, noise=SAMPLES[name].default("noise"), seed=3)
    assert SAMPLES[name].teaches.endswith(".")
    driver = Driver(spec, build.dataset(spec, table))
    for _ in range(3):
        assert driver.step()


@pytest.mark.parametrize("name", CLOUDS)
def test_points_follow_rows_noise_and_seed(name: str) -> None:
    spec, table = open_sample(name, rows=50, noise=0.25, seed=1)
    assert table.rows == 50
    assert spec.data.origin == SampleOrigin(name=name, rows=50, noise=0.25, seed=1)
    assert open_sample(name, rows=50, noise=0.25, seed=1) == (spec, table)
    assert sample_table(name, 50, 0.25, 2)[0] != table
    assert sample_table(name, 50, 0.2, 1)[0] != table


@pytest.mark.parametrize(("rows", "noise"), [(9, 0.1), (100_001, 0.1), (50, -0.1), (50, 99.0), (50, float("nan"))])
def test_points_that_cannot_be_made_are_refused(rows: int, noise: float) -> None:
    with pytest.raises(DataError, match=r"Moons: (rows|noise): expected .* to .*, got"):
        open_sample("moons", rows=rows, noise=noise)


@pytest.mark.parametrize("name", CLOUDS)
def test_point_clouds_have_networks_that_can_be_drawn(name: str) -> None:
    for layer in SAMPLES[name].layers:
        assert isinstance(layer, Dense)
        assert layer.units == "auto" or layer.units <= 8


def test_the_textbooks_weights_are_numpys() -> None:
    generator = np.random.RandomState(1)
    first, second = SAMPLES["xor_textbook"].layers
    assert isinstance(first, Dense)
    assert isinstance(second, Dense)
    assert (np.array(first.weights) == generator.rand(2, 2)).all()
    assert (np.array(second.weights) == generator.rand(2, 1)).all()


def test_payments_are_split_by_time() -> None:
    spec, table = open_sample("fraud", rows=20_000, seed=2)
    data = build.dataset(spec, table)
    time = table.column("time").values[data.rows]
    assert time[data.train].max() < time[data.validation].min()
    assert time[data.validation].max() < time[data.test].min()
    assert not any(name.startswith(("time", "card")) for name in data.feature_names)
    with pytest.raises(DataError, match="rows: expected 10000"):
        open_sample("fraud", rows=50)


def test_voices_that_judge_are_none_that_are_learnt_from() -> None:
    spec, table = open_sample("spoken_digits")
    data = build.dataset(spec, table)
    speaker = table.column("speaker").codes[data.rows]
    parts = [set(speaker[data.part(part)].tolist()) for part in ("train", "validation", "test")]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 77


def test_penguins_use_every_row() -> None:
    spec, table = open_sample("penguins")
    data = build.dataset(spec, table)
    assert len(data.rows) == 344
    assert {"sex=missing", "island=Dream"} <= set(data.feature_names)
    shares = data.y[data.train].mean(axis=0), data.y[data.validation].mean(axis=0)
    assert np.abs(shares[0] - shares[1]).max() < 0.02


def test_the_textbooks_numbers_come_out() -> None:
    spec, table = open_sample("xor_textbook")
    data = build.dataset(spec, table)
    driver = Driver(spec, data)
    for _ in range(9_999):
        driver.step()
    before = driver.training.network.predict(data.x)[:, 0].copy()
    driver.step()
    after = driver.training.network.predict(data.x)[:, 0]
    assert np.abs(before - [0.25840124, 0.69139438, 0.69130801, 0.39872979]).max() < 1e-8
    assert np.abs(after - [0.25837323, 0.69141587, 0.69132956, 0.39870372]).max() < 1e-8
    assert driver.stop_reason == "epochs"


def test_xor_is_solved_for_every_seed() -> None:
    for seed in range(100):
        result = bars.run("xor", seed)
        assert (result.score, result.stop_reason) == (1.0, "epochs"), seed
        assert result.loss < 0.05, seed


@pytest.mark.parametrize("name", [name for name in bars.BARS if name != "xor"])
def test_bars_of_the_samples_with_few_seeds(name: str) -> None:
    """tests/benchmarks/sample_bars.py is the same over all seeds."""
    seeds = 1 if name == "fraud" else 3  # 60 000 rows to learn from
    assert bars.passes(name, [bars.run(name, seed).score for seed in range(seeds)])
