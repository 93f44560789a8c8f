"""`bpgui train --find-rate` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bpgui.__main__ import main
from bpgui.engine.rate_finder import find_rate, finished
from bpgui.project import build
from bpgui.project.edits import set_training
from bpgui.project.samples import open_sample

Capture = pytest.CaptureFixture[str]


def found(capsys: Capture, *words: str) -> tuple[int, dict[str, object]]:
    code = main(["train", *words, "--find-rate", "--json"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    return code, json.loads(lines[0])


def test_it_is_the_search_of_the_window(capsys: Capture) -> None:
    code, line = found(capsys, "sample:iris", "--optimizer", "sgd", "--seed", "3")
    spec, table = open_sample("iris", seed=3)
    spec = set_training(spec, optimizer="sgd")
    expected = finished(find_rate(build.training(spec, build.dataset(spec, table))))
    assert code == 0
    assert line["suggestion"] == expected.suggestion
    assert line["losses"] == expected.losses.tolist()
    assert line["smooth"] == expected.smooth.tolist()
    assert line["learning_rate"] == spec.training.learning_rate
    assert (line["step"], line["problem"]) == (1, None)


def test_what_it_prints_can_be_typed(capsys: Capture) -> None:
    assert main(["train", "sample:moons", "--noise", "0.1", "--find-rate", "--learning-rate", "0.2"]) == 0
    text = capsys.readouterr().out
    assert "suggested" in text
    assert "in use" in text
    words = text.splitlines()[-1].removeprefix("Suggested: ").split(";")[0].split()
    assert words[0] == "--learning-rate"
    assert main(["train", "sample:moons", *words, "--epochs", "2"]) == 0
    lines = text.splitlines()
    assert [float(line.split()[0]) for line in lines[1:10]] == sorted(float(line.split()[0]) for line in lines[1:10])


def test_a_trained_project_is_asked_where_it_stands_and_stays_as_it_is(capsys: Capture, tmp_path: Path) -> None:
    project = tmp_path / "moons.bpgui"
    assert main(["train", "sample:moons", "--epochs", "2", "--save", str(project)]) == 0
    before = project.read_bytes()
    capsys.readouterr()
    _, line = found(capsys, str(project), "--resume", "--epochs", "9")
    assert line["step"] > 2
    assert project.read_bytes() == before


def test_nothing_to_suggest_is_said(capsys: Capture) -> None:
    words = ["sample:xor", "--layers", "4:relu", "--initializer", "zeros"]
    code, line = found(capsys, *words)
    assert (code, line["suggestion"]) == (1, None)
    assert main(["train", *words, "--find-rate"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == line["problem"]


@pytest.mark.parametrize("word", ["--save=a.bpgui", "--test"])
def test_it_trains_nothing(capsys: Capture, word: str) -> None:
    assert main(["train", "sample:xor", "--find-rate", word]) == 2
    assert f"it takes no {word.split('=')[0]}" in capsys.readouterr().err
