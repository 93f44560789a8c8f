"""Initializers: the numbers they draw with against PyTorch's, what comes out against its moments and bounds."""

import json
from pathlib import Path

import numpy as np
import pytest

from bpgui.engine.initializers import INITIALIZERS
from bpgui.engine.streams import WEIGHTS, stream
from bpgui.project.spec import Dense

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "torch_training.json").read_text())["initializers"]
INPUTS, UNITS, SCALE = 400, 300, 0.25
SPREAD = {
    "zeros": 0.0, "constant": 0.0, "uniform": SCALE / 3**0.5, "normal": SCALE,
    "xavier_uniform": (2 / 700) ** 0.5, "xavier_normal": (2 / 700) ** 0.5,
    "he_uniform": (2 / 400) ** 0.5, "he_normal": (2 / 400) ** 0.5,
    "lecun_uniform": (1 / 400) ** 0.5, "lecun_normal": (1 / 400) ** 0.5,
}  # fmt: skip
# The fourth moment over the squared variance.
KURTOSIS = {"uniform": 1.8, "normal": 3.0}


class Recorder:
    """Stands for a generator and keeps what it is asked to draw."""

    def uniform(self, low, high, shape):
        self.asked = [low, high]
        return np.zeros(shape)

    def normal(self, mean, deviation, shape):
        self.asked = [mean, deviation]
        return np.zeros(shape)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: f"{case['inputs']}-{case['units']}")
def test_bounds_and_deviations_equal_pytorch(case):
    for name, expected in case["draws"].items():
        recorder = Recorder()
        W = INITIALIZERS[name].fill(recorder, case["inputs"], case["units"], SCALE)
        assert W.shape == (case["inputs"], case["units"])
        np.testing.assert_allclose(recorder.asked, expected, rtol=1e-14)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", [name for name in INITIALIZERS if SPREAD[name]])
def test_moments_and_bounds_are_those_of_the_formula(name, seed):
    W = INITIALIZERS[name].fill(stream(seed, WEIGHTS), INPUTS, UNITS, SCALE)
    spread, count, kind = SPREAD[name], INPUTS * UNITS, name.rpartition("_")[2]
    kurtosis = KURTOSIS[kind]
    assert W.shape == (INPUTS, UNITS)
    # Five standard errors each.
    assert abs(W.mean()) <= 5 * spread / count**0.5
    assert abs(np.mean(W**2) / spread**2 - 1) <= 5 * ((kurtosis - 1) / count) ** 0.5
    assert np.mean(W**4) / spread**4 == pytest.approx(kurtosis, rel=0.05)
    if kind == "uniform":
        assert 0.999 <= np.abs(W).max() / (spread * 3**0.5) <= 1.0


def test_constants():
    assert (INITIALIZERS["constant"].fill(stream(0, WEIGHTS), 3, 2, SCALE) == np.full((3, 2), SCALE)).all()
    assert (INITIALIZERS["zeros"].fill(stream(0, WEIGHTS), 3, 2, SCALE) == np.zeros((3, 2))).all()


@pytest.mark.parametrize("name", INITIALIZERS)
def test_scale_counts_where_it_is_a_field_and_nowhere_else(name):
    small, large = (INITIALIZERS[name].fill(stream(0, WEIGHTS), 5, 4, scale) for scale in (0.1, 0.2))
    if INITIALIZERS[name].fields:
        np.testing.assert_allclose(2 * small, large, rtol=1e-14)
    else:
        np.testing.assert_array_equal(small, large)


@pytest.mark.parametrize("entry", INITIALIZERS.values(), ids=lambda e: e.name)
def test_entries_explain_themselves_and_their_fields_are_the_layer_s(entry):
    assert INITIALIZERS[entry.name] is entry
    assert entry.help.endswith(".")
    assert entry.formula
    for field in entry.fields:
        assert getattr(Dense(id="a", units=1), field.name) == field.default
        assert field.minimum <= field.default <= field.maximum
