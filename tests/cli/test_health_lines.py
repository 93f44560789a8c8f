"""`bpgui train` says at the end what went wrong in the layers: a line each, and in the last line of JSON."""

from __future__ import annotations

import json

import pytest

from bpgui.__main__ import main
from bpgui.runs.health.warnings import HEALTH

DEEP = ["--layers", ",".join(["8:sigmoid"] * 10), "--epochs", "12"]


def test_a_line_for_each_warning_with_its_remedy(capsys):
    assert main(["train", "sample:moons", *DEEP]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("! The gradient vanishes: ")
    assert last.endswith("Remedy: use ReLU in the hidden layers.")


def test_the_same_in_json(capsys):
    assert main(["train", "sample:moons", *DEEP, "--json"]) == 0
    done = json.loads(capsys.readouterr().out.splitlines()[-1])
    [warning] = done["health"]
    assert warning["key"] in HEALTH
    assert warning["where"].startswith("layer:")
    assert warning["fixes"] == ["Use ReLU in the hidden layers"]
    assert "post_mortem" not in done


def test_a_sound_run_is_told_nothing(capsys):
    assert main(["train", "sample:xor"]) == 0
    assert "!" not in capsys.readouterr().out
    assert main(["train", "sample:xor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["health"] == []


@pytest.mark.parametrize("words", [["--optimizer", "sgd", "--learning-rate", "5", "--epochs", "200"]])
def test_a_divergence_is_examined(capsys, words):
    assert main(["train", "sample:plane", *words, "--json"]) == 1
    out, err = capsys.readouterr()
    done = json.loads(out.splitlines()[-1])
    found = done["post_mortem"]
    assert found["learning_rate"] == 5.0
    assert f"at step {found['step']}" in done["stop_detail"]
    assert f"Row {found['row']} of the data" in done["stop_detail"]
    assert list(found["growths"]) == [found["layer"]]
    assert found["advice"] in err
    assert "diverged" not in [warning["key"] for warning in done["health"]]


def test_the_same_run_is_told_the_same(capsys):
    said = []
    for _ in range(2):
        main(["train", "sample:moons", *DEEP, "--json"])
        said.append(json.loads(capsys.readouterr().out.splitlines()[-1])["health"])
    assert said[0] == said[1]
