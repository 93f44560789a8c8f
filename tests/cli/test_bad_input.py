"""Bad input, end to end: refused before the start with reason and remedy, or trained with a clear note."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpgui.__main__ import main
from bpgui.cli.predict import load_trained
from bpgui.project import build

Make = Callable[[np.ndarray[Any, Any]], list[list[object]]]
# header and rows, from 80 pairs of numbers
FILES: dict[str, tuple[str, Make]] = {
    "number": ("a,b,y", lambda x: [[p, q, round(2 * p - q, 3)] for p, q in x.tolist()]),
    "classes": ("a,b,label", lambda x: [[p, q, "yes" if p > 0 else "no"] for p, q in x.tolist()]),
    "three": ("a,b,label", lambda x: [[p, q, "pqr"[i % 3]] for i, (p, q) in enumerate(x.tolist())]),
    "one": ("a,b,label", lambda x: [[p, q, "yes"] for p, q in x.tolist()]),
    "huge": ("a,b,y", lambda x: [[p * 1e250, q, round(2 * p - q, 3)] for p, q in x.tolist()]),
    "constant": ("a,flat,b,y", lambda x: [[p, 7, q, round(2 * p - q, 3)] for p, q in x.tolist()]),
    "two rows": ("a,y", lambda x: [[1, 2], [2, 3]]),
    "masked": ("a,b,w,label", lambda x: [[*r, int(i % 4 == 0), "ny"[r[0] > 0]] for i, r in enumerate(x.tolist())]),
    "weightless": ("a,b,w,label", lambda x: [[p, q, 0, "ny"[p > 0]] for p, q in x.tolist()]),
    "negative": ("a,b,w,label", lambda x: [[p, q, -1, "ny"[p > 0]] for p, q in x.tolist()]),
}


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    def written(name: str) -> str:
        header, make = FILES[name]
        rows = make(np.random.default_rng(0).normal(size=(80, 2)).round(3))
        path = tmp_path / "data.csv"
        path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
        return str(path)

    return written


REFUSED: list[tuple[str, list[str], str, str]] = [
    ("number", ["--loss", "cce"], "needs classes, but the target y is a number", "use mean squared error and a linear"),
    ("number", ["--loss", "bce"], "needs classes, but the target y is a number", "use mean squared error and a linear"),
    ("number", ["--loss", "hinge"], "Hinge needs classes", "use mean squared error and a linear output"),
    ("one", [], "label has the same value in every row that can be used", ""),
    ("number", ["--batch-size", "1", "--layers", "8,batchnorm"], "one row at a time", "batches of 32 rows; or take"),
    ("two rows", ["--layers", "8,batchnorm", "--split", "0.5/0.5/0"], "only one row to learn", "take batch norm out"),
    ("number", ["--layers", "100000,100000"], "of memory; ", "units a layer"),
    ("classes", ["--class-weights", "no=0"], "The class no weighs 0.", "weigh all the same"),
    ("weightless", ["--weight", "w"], "weighs every training row 0", ""),
    ("negative", ["--weight", "w"], "Row 1, w: a weight is 0 or more", ""),
]
NOTED: list[tuple[str, list[str], str]] = [
    ("number", ["--batch-size", "1000"], "A batch of 1,000 rows is larger than the 48 rows to learn from."),
    ("number", ["--split", "1/0/0", "--patience", "3"], "no validation rows, so patience looks at the training rows"),
    ("number", ["--learning-rate", "1e9"], "A learning rate of 1e+09 is far too large for Adam."),
    ("constant", [], "The same in every row that is learnt from: flat."),
    ("huge", [], "Column a"),
    ("three", ["--loss", "bce"], "judges each of the 3 classes of label on its own"),
    ("classes", ["--target-metric", "r2=0.9"], "R² cannot be worked out: the target label is a class."),
    ("masked", ["--weight", "w", "--batch-size", "1"], "60 rows are left out: they weigh 0 in 'w'."),
]


@pytest.mark.parametrize(("name", "words", "reason", "remedy"), REFUSED)
def test_what_cannot_be_trained_is_refused_with_reason_and_remedy(
    file: Callable[[str], str], capsys: pytest.CaptureFixture[str],
    name: str, words: list[str], reason: str, remedy: str,
) -> None:  # fmt: skip
    assert main(["train", file(name), *words]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert reason in captured.err
    assert remedy in captured.err.partition("To mend it: ")[2]
    assert all(line.startswith("bpgui: ") for line in captured.err.splitlines())


@pytest.mark.parametrize(("name", "words", "note"), NOTED)
def test_what_can_be_trained_all_the_same_is_noted(
    file: Callable[[str], str], capsys: pytest.CaptureFixture[str], name: str, words: list[str], note: str
) -> None:
    assert main(["train", file(name), *words, "--epochs", "3", "--json"]) == 0
    captured = capsys.readouterr()
    assert note in captured.err
    assert json.loads(captured.out.splitlines()[-1])["stop_reason"] == "epochs"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--optimizer", "sgd", "--learning-rate", "1e12", "--split", "1/0/0"], r"the loss became inf at step"),
        (["--optimizer", "sgd", "--learning-rate", "1e12"], r"the validation loss became inf after epoch \d+ \(step"),
        (
            ["--loss", "mae", "--layers", "8:gelu,8:identity,8:identity", "--optimizer=sgd", "--learning-rate=1e12"],
            r"the first numbers to go were those of Dense \d,",
        ),
    ],
)
def test_a_divergence_names_step_and_layer_and_saves_the_last_finite_weights(
    file: Callable[[str], str], capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str], said: str
) -> None:
    out = tmp_path / "diverged.bpgui"
    assert main(["train", file("number"), *words, "--epochs", "500", "--json", "--save", str(out)]) == 1
    captured = capsys.readouterr()
    last = captured.err.splitlines()[-1]
    assert last.startswith("bpgui: Training diverged: ")
    assert re.search(said, last), last
    assert "Try a learning rate ten times smaller" in last
    assert json.loads(captured.out.splitlines()[-1])["stop_detail"] == last.removeprefix("bpgui: ")
    run, table = load_trained(out)
    driver = run.driver(build.dataset(run.spec, table))
    assert run.stop_reason == "diverged"
    assert np.isfinite(driver.parameters).all()


def test_no_memory_is_said_in_a_sentence(
    file: Callable[[str], str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr(build, "training", full)
    assert main(["train", file("number")]) == 1
    assert "bpgui: There is not enough memory." in capsys.readouterr().err


def test_a_layer_is_named_as_in_the_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "sample:moons", "--layers", "4,3", "--initializer", "xavier_uniform", "--scale", "1"]) == 2
    assert "; Dense 1 has xavier_uniform" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["train", "TABLE", "--target", "y", "--epochs", "1", "--save", "TABLE"],
        ["predict", "PROJECT", "TABLE", "-o", "TABLE"],
        ["predict", "PROJECT", "TABLE", "-o", "PROJECT"],
        ["export", "PROJECT", "TABLE"],
    ],
    ids=" ".join,
)
def test_no_command_writes_over_what_was_given_to_it(words, tmp_path, capsys):
    table, made = tmp_path / "table.csv", tmp_path / "made.bpgui"
    table.write_text("x,y\n" + "".join(f"{i},{i * 2}\n" for i in range(30)), encoding="utf-8")
    assert main(["train", str(table), "--target", "y", "--epochs", "1", "--save", str(made)]) == 0
    before = table.read_bytes(), made.read_bytes()
    named = [str({"TABLE": table, "PROJECT": made}.get(word, word)) for word in words]
    assert main(named) == 2
    assert "name" in capsys.readouterr().err
    assert (table.read_bytes(), made.read_bytes()) == before
