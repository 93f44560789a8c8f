"""Clipping against PyTorch's values (tests/golden/make_torch_training.py), huge gradients, frozen parts."""

import json
import math
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from bpgui.engine.clipping import CLIPPINGS, ByNorm
from bpgui.engine.vectors import BLOCK as BLOCK_BYTES

BLOCK = BLOCK_BYTES // 8
GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "torch_training.json").read_text())


def _name(case):
    return f"{case['kind']}-{case['scale']}-{case['at']}"


@pytest.mark.parametrize("case", GOLDEN["clipped"], ids=_name)
@pytest.mark.parametrize("parts", [None, [slice(0, 12), slice(12, 17)]])
def test_clipped_gradients_equal_pytorch(case, parts):
    expected = np.array(case["gradient"])
    gradients = np.random.default_rng(41).normal(0.0, case["scale"], expected.size)
    assert ByNorm(gradients, parts).norm() == pytest.approx(case["norm"], rel=1e-12)
    CLIPPINGS[case["kind"]].make(gradients, parts)(case["at"])
    np.testing.assert_allclose(gradients, expected, rtol=1e-12)


def test_the_cases_clip_and_do_not_clip():
    changed = {
        (case["kind"], not np.array_equal(np.random.default_rng(41).normal(0.0, case["scale"], 17), case["gradient"]))
        for case in GOLDEN["clipped"]
    }
    assert changed == {(kind, value) for kind in ("norm", "value") for value in (True, False)}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_clipping_by_norm_repeats_its_plain_lines_to_the_bit(dtype):
    generator = np.random.default_rng(3)
    gradients = generator.normal(size=3 * BLOCK).astype(dtype)
    parts = [slice(0, 50), slice(50, BLOCK + 7), slice(2 * BLOCK, 3 * BLOCK)]
    arrays = [gradients[part].copy() for part in parts]
    total = 0.0
    for g in arrays:
        total += float(np.dot(g, g))
    factor = 2.5 / (math.sqrt(total) + 1e-6)
    middle = gradients[BLOCK + 7 : 2 * BLOCK].copy()
    CLIPPINGS["norm"].make(gradients, parts)(2.5)
    for part, g in zip(parts, arrays, strict=True):
        np.testing.assert_array_equal(gradients[part], g * factor)
    np.testing.assert_array_equal(gradients[BLOCK + 7 : 2 * BLOCK], middle)


def test_clipping_by_value_leaves_frozen_parts():
    gradients = np.linspace(-4.0, 4.0, 9)
    CLIPPINGS["value"].make(gradients, [slice(0, 2), slice(6, 8)])(0.5)
    np.testing.assert_array_equal(gradients, [-0.5, -0.5, -2, -1, 0, 1, 0.5, 0.5, 4])


@pytest.mark.parametrize(("dtype", "huge"), [(np.float32, 3e38), (np.float32, 1e25), (np.float64, 1e300)])
@pytest.mark.parametrize("parts", [None, [slice(0, 3), slice(3, 5000)]])
def test_squares_that_overflow_give_the_right_norm(dtype, huge, parts):
    gradients = np.zeros(5000, dtype)
    gradients[[1, 4000]] = dtype(0.6 * huge), dtype(-0.8 * huge)
    CLIPPINGS["norm"].make(gradients, parts)(5.0)
    np.testing.assert_allclose(gradients[[1, 4000]], [3.0, -4.0], rtol=1e-5)
    assert np.count_nonzero(gradients) == 2


def test_a_norm_beyond_doubles_gives_zeros_not_nan():
    gradients = np.full(10_000, 1.7e308)
    CLIPPINGS["norm"].make(gradients)(1.0)
    assert not gradients.any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_gradients_that_are_not_finite_stay_for_the_step_to_be_seen(bad):
    gradients = np.array([1.0, bad, -2.0])
    CLIPPINGS["norm"].make(gradients)(0.5)
    np.testing.assert_array_equal(gradients, [1.0, bad, -2.0])


@pytest.mark.parametrize("name", CLIPPINGS)
def test_zeros_stay_zeros_and_nothing_trained_is_no_error(name):
    gradients = np.zeros(7, np.float32)
    CLIPPINGS[name].make(gradients)(1.0)
    CLIPPINGS[name].make(gradients, [])(1.0)
    assert not gradients.any()


@pytest.mark.parametrize("name", CLIPPINGS)
def test_clipping_allocates_no_array(name):
    gradients = np.random.default_rng(0).normal(size=2 * BLOCK)
    clip = CLIPPINGS[name].make(gradients)
    clip(1.0)
    gradients *= 100.0
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        clip(1.0)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < 2048


@pytest.mark.parametrize("entry", CLIPPINGS.values(), ids=lambda e: e.name)
def test_entries_explain_themselves(entry):
    assert CLIPPINGS[entry.name] is entry
    assert entry.help.endswith(".")
    assert [field.name for field in entry.fields] == ([] if entry.name == "none" else ["clip_at"])
