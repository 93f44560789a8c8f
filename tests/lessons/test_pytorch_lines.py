"""The lines of PyTorch in the last lesson are what it says they are: the lesson's own run, up to rounding."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[1] / "golden"))

from make_torch_lesson import by_torch, first, lines

RAN = json.loads((Path(__file__).parents[1] / "golden" / "torch_lesson.json").read_text(encoding="utf-8"))


def test_the_lines_shown_are_those_that_pytorch_has_run() -> None:
    assert lines() == RAN["lines"], "run tests/golden/make_torch_lesson.py again"


def test_from_the_same_first_weights_the_course_is_the_same_up_to_rounding() -> None:
    training, _ = first()
    losses = [training.step() for _ in range(500)]
    np.testing.assert_allclose(losses, RAN["losses"], rtol=1e-12)
    np.testing.assert_allclose(training.network.parameters, RAN["parameters"], rtol=1e-12, atol=1e-14)
    assert losses[-1] < 0.1, "what the lesson waits for"


def test_pytorch_does_so_still() -> None:
    """Where it is installed; with its usual 32 bits the losses agree in four digits or more, as the lesson says."""
    pytest.importorskip("torch", reason="PyTorch, which the lesson's lines are run by, is missing")
    losses, parameters = by_torch()
    np.testing.assert_allclose(losses, RAN["losses"], rtol=1e-12)
    np.testing.assert_allclose(parameters, RAN["parameters"], rtol=1e-12, atol=1e-14)
    short, _ = by_torch("float32")
    np.testing.assert_allclose(short, RAN["losses"], rtol=5e-5)
    assert not np.allclose(short, RAN["losses"], rtol=1e-7, atol=0.0)
