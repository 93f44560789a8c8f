"""The test part is sealed: looked at on purpose only, and every look counted, in the window and on the command line."""

import json
import math
from dataclasses import asdict, replace

import numpy as np
import pytest

from bpgui.__main__ import main
from bpgui.project import build, edits
from bpgui.project.samples import open_sample
from bpgui.project.storage import load_project
from bpgui.runs import probes
from bpgui.runs.driver import Driver
from bpgui.runs.layer_numbers import NUMBER_KINDS, LayerNumbers
from bpgui.runs.neuron_maps import InputGradients, NeuronMaps
from bpgui.runs.scores import scores
from bpgui.runs.sealed import test_scores as look
from bpgui.runs.spreads import Spreads


def driver_of(name, steps=20):
    spec, table = open_sample(name)
    driver = Driver(spec, build.dataset(spec, table))
    for _ in range(steps):
        driver.step()
    return driver


def test_a_look_says_everything_about_the_test_rows():
    driver = driver_of("moons")
    data, network = driver.data, driver.training.network
    answer = look(driver)
    assert (answer.rows, answer.step) == (200, 20)
    assert dict(answer.metrics) == scores(network, data, "test")
    outputs, y = network.predict(data.x[data.test])[:, 0], data.y[data.test][:, 0]
    assert answer.loss == pytest.approx(-np.where(y == 1, np.log(outputs), np.log(1 - outputs)).mean(), rel=1e-12)
    guessed = outputs >= 0.5
    for actual in (0, 1):
        for predicted in (0, 1):
            assert answer.confusion.counts[actual, predicted] == ((y == actual) & (guessed == predicted)).sum()
    assert (answer.confusion.part, answer.actual.size) == ("test", 0)


def test_a_look_at_numbers():
    driver = driver_of("plane")
    answer = look(driver)
    assert answer.confusion is None
    np.testing.assert_array_equal(answer.actual, driver.data.y[driver.data.test][:, 0])
    assert answer.loss == pytest.approx(np.square(answer.actual - answer.predicted).mean(), rel=1e-12)


def test_nothing_to_look_at():
    with pytest.raises(ValueError, match="no rows"):
        look(driver_of("iris"))


def test_looks_are_counted_and_cannot_be_undone(qtbot, session):
    document = session.document
    document.open_sample("moons")
    document.undo_stack.setClean()
    assert (document.looks, document.modified) == (0, False)
    with qtbot.waitSignals([document.looked, document.modified_changed]):
        answer = session.look_at_test()
    assert answer.rows == len(document.dataset.test)
    assert math.isfinite(answer.loss)
    assert (document.looks, document.modified, session.unsaved) == (1, True, True)
    document.edit("x", edits.set_seed, 3)
    document.undo_stack.undo()
    assert document.looks == 1
    assert document.break_seal() == 2
    moons = document.spec.data.table
    document.open_sample("circles")
    assert document.looks == 0  # other data
    assert document.break_seal() == 1
    assert document.test_looks[moons] == 2


def test_no_run_and_no_rows_are_no_look(session):
    session.document.open_sample("xor")
    assert session.look_at_test() is None
    session.document.open_sample("moons")
    session.document.edit("x", edits.set_column, session.document.table, "class", role="ignore")
    assert session.document.blocked
    assert session.look_at_test() is None
    assert session.document.test_looks == {}


def test_the_count_goes_with_the_file(qtbot, session, tmp_path):
    document = session.document
    document.open_sample("moons")
    session.look_at_test()
    path = tmp_path / "a.bpgui"
    session.save(path)
    assert not document.modified
    document.break_seal()
    assert document.modified
    with qtbot.waitSignal(document.modified_changed) as told:
        session.save(path)
    assert told.args == [False]
    session.new()
    assert (document.test_looks, document.modified) == ({}, False)
    session.open(path)
    assert (document.looks, document.modified) == (2, False)


def test_test_rows_move_nothing_that_is_watched():
    """Other values in the test rows: every answer of every probe of the training stays the same, bit by bit."""
    spec, table = open_sample("moons", rows=100)
    data = build.dataset(spec, table)
    asked = (
        probes.Weights(), probes.Curve(), probes.Boundary(), probes.Confusion("train"), probes.Confusion("validation"),
        probes.Predictions("validation"), *map(LayerNumbers, NUMBER_KINDS), Spreads(), NeuronMaps(),
        InputGradients((("d1", (0, 1)),)),
    )  # fmt: skip
    x, y = data.x.copy(), data.y.copy()
    x[data.test] = 1e3
    y[data.test] = 1.0 - y[data.test]
    answers = []
    for used in (data, replace(data, x=x, y=y)):
        driver = Driver(spec, used)
        for _ in range(30):
            driver.step()
        answers.append([probe(driver) for probe in asked])
    for first, second in zip(*answers, strict=True):
        np.testing.assert_equal(asdict(first), asdict(second))


def run(*words):
    assert main(["train", *map(str, words)]) == 0


def test_the_command_line_counts_where_it_saves(tmp_path, capsys):
    path, other = tmp_path / "a.bpgui", tmp_path / "b.bpgui"
    quick = ("--epochs", "1")
    run("sample:moons", *quick, "--test")
    assert "looked at" not in capsys.readouterr().out
    run("sample:moons", *quick, "--save", path)
    assert "looked at" not in capsys.readouterr().out
    assert load_project(path).test_looks == {}
    run(path, *quick, "--test", "--save", path)
    assert "Test part looked at once." in capsys.readouterr().out
    run(path, *quick, "--test", "--save", other, "--json")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["test_looks"] == 2
    sha = load_project(path).spec.data.table
    assert (load_project(path).test_looks, load_project(other).test_looks) == ({sha: 1}, {sha: 2})
    run(other, *quick, "--save", path)
    assert load_project(path).test_looks == {sha: 2}
    run("sample:iris", *quick, "--test", "--save", path)
    assert load_project(path).test_looks == {}  # iris has no test part
