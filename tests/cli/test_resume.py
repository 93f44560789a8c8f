"""`bpgui train PROJECT --resume`: the run goes on as if it had never been put down."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from bpgui.__main__ import main
from bpgui.cli.resume import LIVE
from bpgui.cli.settings import flag
from bpgui.project.storage import Project, StoredRun, load_project, save_project
from bpgui.runs.run import Run

EVERYTHING = [
    "sample:moons", "--rows", "120", "--noise", "0.3", "--seed", "3", "--batch-size", "16",
    "--layers", "8:silu,dropout:0.2,batchnorm:0.3,6:tanh:frozen-biases",
    "--schedule", "plateau", "--plateau-patience", "1", "--plateau-factor", "0.5", "--clip-norm", "0.5", "--l2", "1e-3",
]  # fmt: skip
Capture = pytest.CaptureFixture[str]


def train(capsys: Capture, *words: str | Path) -> dict[str, Any]:
    """The last line of a training that succeeds."""
    assert main(["train", *map(str, words), "--json"]) == 0
    done: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return done


def elsewhere(*words: str | Path) -> list[dict[str, Any]]:
    """The lines of a training in a process of its own."""
    command = [sys.executable, "-m", "bpgui", "train", *map(str, words), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def refused(capsys: Capture, *words: str | Path, code: int = 2) -> str:
    """What a training that does not begin says."""
    assert main(["train", *map(str, words), "--json"]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("bpgui: ")
    return captured.err


def only_run(path: Path) -> Run:
    (stored,) = load_project(path).runs
    return Run.from_stored(stored)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six epochs of everything, done."""
    path = tmp_path_factory.mktemp("resume") / "ended.bpgui"
    assert main(["train", *EVERYTHING, "--epochs", "6", "--json", "--save", str(path)]) == 0
    return path


@pytest.fixture
def project(ended: Path, tmp_path: Path) -> Path:
    path = tmp_path / "p.bpgui"
    path.write_bytes(ended.read_bytes())
    return path


# ---- the same bits


def test_more_epochs_in_another_process_are_those_of_a_run_in_one_go(capsys: Capture, project: Path) -> None:
    whole = train(capsys, *EVERYTHING, "--epochs", "14")
    lines = elsewhere(project, "--resume", "--epochs", "14", "--save", project)
    assert [line["epoch"] for line in lines[:-1]] == list(range(7, 15))
    assert lines[-1]["weights_sha256"] == whole["weights_sha256"]
    assert lines[-1]["train_loss"] == whole["train_loss"]
    run = only_run(project)
    assert run.number == 1
    assert [(i.field, i.value) for i in run.interventions] == [("epochs", 14)]
    assert len(run.history.epochs.view()) == 14


def test_a_run_cut_off_by_the_clock_in_the_middle_of_an_epoch_goes_on_there(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "cut.bpgui"
    rest = [*EVERYTHING, "--rows", "40000", "--epochs", "2"]
    whole = train(capsys, *rest)
    cut = elsewhere(*rest, "--max-seconds", "0.03", "--save", path)[-1]
    state = only_run(path).state
    assert cut["stop_reason"] == "time"
    assert state is not None
    assert state.epoch == 0
    assert state.position > 0
    done = elsewhere(path, "--resume", "--max-seconds", "none", "--save", path)[-1]
    assert done["weights_sha256"] == whole["weights_sha256"]
    assert done["stop_reason"] == "epochs"


def test_going_on_twice_is_going_on_once(capsys: Capture, project: Path) -> None:
    once = train(capsys, project, "--resume", "--epochs", "12")
    train(capsys, project, "--resume", "--epochs", "9", "--save", project)
    assert train(capsys, project, "--resume", "--epochs", "12")["weights_sha256"] == once["weights_sha256"]


def test_a_live_edit_is_an_intervention_and_the_project_shows_it(capsys: Capture, project: Path) -> None:
    plain = train(capsys, project, "--resume", "--epochs", "9")
    words = ["--resume", "--epochs", "9", "--learning-rate", "0.001", "--clip", "none", "--patience", "50"]
    other = train(capsys, project, *words, "--save", project)
    assert other["weights_sha256"] != plain["weights_sha256"]
    run = only_run(project)
    assert run.spec.training.learning_rate != 0.001
    changes = {i.field: i.value for i in run.interventions}
    assert changes == {"epochs": 9, "learning_rate": 0.001, "clip": "none", "patience": 50}
    assert load_project(project).spec == run.present_spec


# ---- how it goes on, as the window's Train


def test_an_ended_run_goes_on_for_as_many_epochs_again(capsys: Capture, project: Path) -> None:
    done = train(capsys, project, "--resume", "--save", project)
    assert done["epochs"] == 12
    assert load_project(project).spec.training.epochs == 12


def test_a_target_that_was_met_is_lifted(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "p.bpgui"
    assert train(capsys, *EVERYTHING, "--epochs", "5", "--target-loss", "10", "--save", path)["epochs"] == 1
    assert train(capsys, path, "--resume", "--save", path)["epochs"] == 5
    assert load_project(path).spec.training.target_loss is None


def test_another_value_of_the_metric_that_ended_it_is_gone_on_to(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "p.bpgui"
    words = [*EVERYTHING, "--epochs", "5", "--target-metric", "accuracy>=0.1", "--save", path]
    assert train(capsys, *words)["stop_reason"] == "target metric"
    assert "with that already (epoch 1)" in refused(capsys, path, "--resume", "--target-metric", "accuracy>=0.1")
    done = train(capsys, path, "--resume", "--target-metric", "accuracy>=1", "--save", path)
    assert (done["stop_reason"], done["epochs"]) == ("epochs", 5)
    training = load_project(path).spec.training
    assert (training.target_metric, training.target_value) == ("accuracy", 1.0)


def test_it_is_said_which_run_goes_on_from_where(capsys: Capture, project: Path) -> None:
    assert main(["train", str(project), "--resume", "--epochs", "7"]) == 0
    captured = capsys.readouterr()
    assert "bpgui: run 1 goes on after 6 epochs" in captured.err
    assert "Ended after 7 epochs" in captured.out


def test_steps_a_second_are_those_of_this_time(capsys: Capture, project: Path) -> None:
    done = train(capsys, project, "--resume", "--epochs", "8")
    steps = only_run(project).state.step // 6 * 2  # type: ignore[union-attr]
    assert done["steps_per_second"] * done["seconds"] == pytest.approx(steps)


def test_saved_onto_its_project_the_other_runs_stay(capsys: Capture, project: Path, tmp_path: Path) -> None:
    train(capsys, project, "--seed", "4", "--save", project)  # run 2 is the shown one now
    train(capsys, project, "--resume", "--epochs", "8", "--save", project)
    saved = load_project(project)
    runs = [Run.from_stored(stored) for stored in saved.runs]
    assert [(run.number, run.progress.epoch) for run in runs] == [(1, 6), (2, 8)]
    assert saved.current == runs[1].id
    train(capsys, project, "--resume", "--epochs", "9", "--save", tmp_path / "other.bpgui")
    assert only_run(tmp_path / "other.bpgui").progress.epoch == 9
    assert Run.from_stored(load_project(project).runs[1]).progress.epoch == 8


# ---- what is refused


def test_the_help_names_every_option_that_a_run_takes_while_it_goes(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    told = capsys.readouterr().out.partition("With --resume")[2]
    assert set(re.findall(r"--[a-z0-9-]+", told)) == set(map(flag, LIVE))


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["--layers", "4"], "--layers"),
        (["--optimizer", "sgd"], "--optimizer"),
        (["--batch-size", "8"], "--batch-size"),
        (["--no-shuffle"], "--no-shuffle"),
        (["--shuffle"], "--shuffle"),
        (["--seed", "0"], "--seed"),
        (["--split", "0.5/0.5/0"], "--split"),
        (["--class-weights", "equal"], "--class-weights"),
        (["--output-activation", "sigmoid"], "--output-activation"),
        (["--precision", "float32", "--epochs", "9"], "--precision"),
    ],
)
def test_what_makes_another_run_is_refused(capsys: Capture, project: Path, words: list[str], option: str) -> None:
    said = refused(capsys, project, "--resume", *words)
    assert f"{option} cannot change while a run goes on" in said
    assert "--learning-rate" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--epochs", "6"], "--epochs: the run has come to its end with that already (epoch 6)"),
        (["--epochs", "2"], "--epochs: the run has come to its end with that already (epoch 6)"),
        (["--max-seconds", "0.001"], "--max-seconds: the run has trained for"),
        (["--min-delta", "0.1"], "--min-delta belongs to --patience"),
        (["--epochs", "0"], "1 to 1e+08"),
    ],
)
def test_a_live_edit_with_which_it_could_not_go_on_is_refused(
    capsys: Capture, project: Path, words: list[str], said: str
) -> None:
    assert said in refused(capsys, project, "--resume", *words)


@pytest.mark.parametrize("source", ["sample:xor", "data.csv"])
def test_only_a_project_has_a_run_to_go_on_with(capsys: Capture, source: str) -> None:
    assert "only a project (.bpgui) has a run to go on with" in refused(capsys, source, "--resume")


def test_a_project_without_a_trained_run_in_sight_is_refused(capsys: Capture, project: Path) -> None:
    loaded = load_project(project)
    save_project(project, Project(loaded.spec, loaded.tables, loaded.runs, None))
    assert "shows no trained run" in refused(capsys, project, "--resume", code=1)
    save_project(project, Project(loaded.spec, loaded.tables))
    assert "holds no trained run" in refused(capsys, project, "--resume", code=1)


def test_a_project_that_was_changed_after_its_run_is_refused(capsys: Capture, project: Path) -> None:
    loaded = load_project(project)
    changed = msgspec.structs.replace(loaded.spec, seed=9)
    save_project(project, Project(changed, loaded.tables, loaded.runs, loaded.current))
    assert "has been changed since run 1" in refused(capsys, project, "--resume", code=1)


def test_a_diverged_run_is_refused_with_what_can_be_done(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "p.bpgui"
    words = ["sample:plane", "--optimizer", "sgd", "--learning-rate", "1e12", "--save", str(path)]
    assert main(["train", *words, "--json"]) == 1
    capsys.readouterr()
    said = refused(capsys, path, "--resume", "--learning-rate", "0.1", code=1)
    assert "run 1 cannot go on: it diverged" in said
    assert "Go back" in said


# ---- a saved run that does not fit


@pytest.fixture
def unfit(project: Path) -> Path:
    """The same project, whose saved weights are those of another network."""
    loaded = load_project(project)
    (stored,) = loaded.runs
    arrays = {**stored.arrays, "parameters": np.zeros(3)}
    runs = (StoredRun(stored.id, stored.meta, arrays),)
    save_project(project, Project(loaded.spec, loaded.tables, runs, stored.id))
    return project


@pytest.mark.parametrize(
    "words", [["predict", "P", "sample:moons"], ["export", "P", "-"], ["train", "P", "--resume", "--json"]]
)
def test_a_saved_run_that_does_not_fit_is_said_in_a_sentence(capsys: Capture, unfit: Path, words: list[str]) -> None:
    assert main([str(unfit) if word == "P" else word for word in words]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    last = captured.err.splitlines()[-1]
    assert last.startswith(f"bpgui: {unfit}: run 1 cannot be taken up: the saved state has no fitting parameters.")
    assert "Train the project anew" in last


def test_a_run_whose_record_is_none_is_said_in_a_sentence(capsys: Capture, project: Path) -> None:
    loaded = load_project(project)
    (stored,) = loaded.runs
    broken = StoredRun(stored.id, {**stored.meta, "step": "many"}, stored.arrays)
    save_project(project, Project(loaded.spec, loaded.tables, (broken,), stored.id))
    for words in (["predict", project, "sample:moons"], ["export", project, "-"], ["train", project, "--resume"]):
        assert main(list(map(str, words))) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "the trained run cannot be read" in captured.err
