"""The threshold from the command line: a number, a rule, costs; the same network whatever it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bpgui.__main__ import main
from bpgui.project.spec import Costs
from bpgui.project.storage import load_project


def train(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[dict[str, Any], str]:
    assert main(["train", "sample:two_gaussians", "--json", "--epochs", "5", *words]) == 0
    out, err = capsys.readouterr()
    done: dict[str, Any] = json.loads(out.splitlines()[-1])
    return done, err


def test_a_threshold_moves_what_is_shown_and_no_weight(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain, _ = train(capsys)
    saved = tmp_path / "p.bpgui"
    wary, said = train(capsys, "--threshold", "recall=0.99", "--costs", "miss=50", "--save", str(saved))
    assert wary["weights_sha256"] == plain["weights_sha256"]
    assert wary["metrics"]["recall"] >= 0.99 > plain["metrics"]["recall"]
    assert "on the validation rows" in said
    decision = load_project(saved).spec.decision
    assert decision.threshold is not None
    assert decision.costs == Costs(miss=50.0)
    strict, _ = train(capsys, "--threshold", "0.9")
    assert strict["metrics"]["precision"] > plain["metrics"]["precision"]
    assert strict["metrics"]["recall"] < plain["metrics"]["recall"]

    words = ["--resume", "--epochs", "6", "--threshold", "0.4", "--json"]
    assert main(["train", str(saved), *words, "--save", str(saved)]) == 0
    assert load_project(saved).spec.decision.threshold == 0.4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sample:two_gaussians", "--threshold", "best"], "expected a number or one of best-f1, cheapest"),
        (["sample:two_gaussians", "--threshold", "cheapest=3"], "expected a number or one of"),
        (["sample:two_gaussians", "--costs", "miss=-1"], "expected miss, alarm, hit"),
        (["sample:two_gaussians", "--threshold", "1.5"], "threshold"),
        (["sample:iris", "--threshold", "0.3"], "species has 3 classes"),
        (["sample:sine", "--threshold", "best-f1"], "is a number"),
    ],
)
def test_what_decides_nothing_is_said(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *words, "--epochs", "1"]) == 2
    assert said in capsys.readouterr().err
