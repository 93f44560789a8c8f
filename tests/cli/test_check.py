"""`bpgui check` as a person types it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bpgui.__main__ import main
from bpgui.engine.activations import ACTIVATIONS

Capture = pytest.CaptureFixture[str]


def checked(capsys: Capture, *words: str) -> tuple[int, dict[str, object]]:
    code = main(["check", *words, "--json"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    return code, json.loads(lines[0])


def plant(monkeypatch: pytest.MonkeyPatch) -> None:
    def backward(z, a, da, out, t):  # type: ignore[no-untyped-def]
        np.multiply(da, 1.0 - a, out)

    monkeypatch.setitem(ACTIVATIONS, "tanh", replace(ACTIVATIONS["tanh"], backward=backward))


@pytest.mark.parametrize("method", ["complex", "central"])
def test_the_weights_of_a_trained_project_on_its_next_batch(capsys: Capture, tmp_path: Path, method: str) -> None:
    project = str(tmp_path / "iris.bpgui")
    words = ["--epochs", "3", "--layers", "6:tanh,dropout:0.2,batchnorm,4:relu", "--l2", "0.01"]
    assert main(["train", "sample:iris", *words, "--precision", "float32", "--save", project]) == 0
    capsys.readouterr()
    before = Path(project).read_bytes()
    code, line = checked(capsys, project, "--step", method)
    assert code == 0
    assert line["passed"] is True
    assert line["checked"] == line["parameters"] == 5 * 6 + 12 + 7 * 4 + 5 * 3
    assert line["step"] > 3
    assert line["failures"] == 0
    assert line["largest_error"] <= line["bound"]
    assert any("64 bits" in note for note in line["notes"])
    assert Path(project).read_bytes() == before


def test_what_it_prints(capsys: Capture) -> None:
    assert main(["check", "sample:xor"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("33 of 33 parameters on 4 rows by complex step of 1e-30\n")
    assert "Dense 2  biases            1" in out
    assert out.endswith("Right: no error is above 1e-08.\n")


def test_a_wrong_derivative_is_an_exit_code_and_a_place(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    code, line = checked(capsys, "sample:xor")
    assert code == 1
    assert line["passed"] is False
    assert line["located"] == "in Dense 1, or between it and Dense 2"
    assert {one["layer"] for one in line["worst"]} == {"Dense 1"}
    assert main(["check", "sample:xor"]) == 1
    assert "The mistake lies in Dense 1, or between it and Dense 2." in capsys.readouterr().out
    assert main(["check", "sample:xor", "--step", "central"]) == 1


def test_too_long_a_step_is_told_from_a_mistake(capsys: Capture) -> None:
    assert main(["check", "sample:iris", "--step", "central", "--epsilon", "0.3"]) == 1
    assert "the step was too long or too short" in capsys.readouterr().out


def test_a_limit_is_said(capsys: Capture) -> None:
    code, line = checked(capsys, "sample:digits8x8", "--limit", "100")
    assert code == 0
    assert 100 <= line["checked"] < line["parameters"]
    assert any("drawn by seed 0" in note for note in line["notes"])


def test_words_that_make_no_check(capsys: Capture) -> None:
    for words in (["--epsilon", "0"], ["--step", "both"], ["--limit", "some"]):
        assert main(["check", "sample:xor", *words]) == 2
    assert main(["check"]) == 2
    assert capsys.readouterr().out == ""
