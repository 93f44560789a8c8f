"""`bpgui export` as a person types it, and its scripts as programs of their own."""

from __future__ import annotations

import csv
import subprocess
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from bpgui.__main__ import main


def python(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", *map(str, words)], capture_output=True, text=True, timeout=120)


def test_a_sample_is_trained_and_exported(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "xor.py"
    assert main(["export", "sample:xor", "--to", "numpy", str(out)]) == 0
    assert "epoch 500 / 500" in capsys.readouterr().err
    done = python(out, "--verify")
    assert (done.returncode, done.stdout, done.stderr) == (
        0, "500 losses and the last weights are the same to the bit.\n", ""
    )  # fmt: skip
    printed = python(out).stdout.splitlines()
    assert printed[0].startswith("epoch 1: training loss 0.7")
    assert len(printed) == 501
    assert printed[-1].startswith("weights ")
    assert python(out, "--predict", "0,1").stdout.startswith("(['1'], array([[0.99")


def test_the_textbook_s_numbers_are_those_of_its_script(tmp_path: Path) -> None:
    out = tmp_path / "textbook.py"
    assert main(["export", "sample:xor_textbook", str(out)]) == 0
    check = "import sys; sys.argv = ['']; sys.path.insert(0, sys.argv.pop() or r'{}'); import textbook; "
    check += "list(textbook.train()); print(*textbook.predict(textbook.rows_train)[1].ravel())"
    answers = python("-c", check.format(tmp_path)).stdout.split()
    np.testing.assert_allclose(
        [float(a) for a in answers], [0.25837323, 0.69141587, 0.69132956, 0.39870372], atol=1e-8
    )


def test_a_trained_project_is_exported_as_it_stands(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    project, out = tmp_path / "iris.bpgui", tmp_path / "iris"
    words = ["--epochs", "7", "--layers", "6:relu,dropout:0.2,batchnorm,4:tanh", "--precision", "float32"]
    assert main(["train", "sample:iris", *words, "--l2", "0.01", "--save", str(project)]) == 0
    capsys.readouterr()
    assert main(["export", str(project), str(out)]) == 0
    assert "run 1, as it stands after 7 epochs" in capsys.readouterr().err
    assert python(out.with_suffix(".py"), "--verify").stdout.startswith("21 losses and the last weights are the same")


def test_a_script_that_was_tampered_with_fails_where_it_differs(tmp_path: Path) -> None:
    out = tmp_path / "and.py"
    assert main(["export", "sample:and", str(out)]) == 0
    out.write_text(out.read_text("utf-8").replace("(a1 - y)", "(a1 - y * 1.0000001)"), "utf-8")
    done = python(out, "--verify")
    assert done.returncode == 1
    assert done.stderr.startswith("Epoch 2, training loss: expected 0.")
    assert done.stderr.count("\n") == 1
    assert "numpy" in done.stderr
    assert done.stdout == ""


def test_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "sample:and", "-"]) == 0
    assert capsys.readouterr().out.startswith('"""A 2-1 network learns')


CITIES = ["Oslo", "São Paulo", 'the "Hague"', "東京"]


def cities(rows: int) -> str:
    generator = np.random.default_rng(4)
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(["size", "city", "floors", "price"])
    for _ in range(rows):
        size, city, floors = generator.uniform(20, 200), int(generator.integers(4)), int(generator.integers(1, 4))
        writer.writerow([f"{size:.2f}", CITIES[city], floors, f"{3 * size + 40 * city + 9 * floors:.3f}"])
    return out.getvalue()


@pytest.mark.parametrize("rows", [60, 700])
@pytest.mark.parametrize("target", ["price", "city"])
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_predict_of_the_script_is_that_of_the_program(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, target: str, rows: int, precision: str
) -> None:
    data, project, out = tmp_path / "cities.csv", tmp_path / "cities.bpgui", tmp_path / "cities.py"
    data.write_text(cities(rows), "utf-8")
    words = ["--target", target, "--epochs", "3", "--layers", "5:tanh", "--precision", precision]
    assert main(["train", str(data), *words, "--save", str(project)]) == 0
    capsys.readouterr()
    assert main(["predict", str(project), str(data)]) == 0
    predicted = list(csv.reader(StringIO(capsys.readouterr().out)))[1:]
    assert main(["export", str(project), str(out)]) == 0
    assert python(out, "--verify").returncode == 0
    names: dict[str, object] = {"__name__": "cities"}
    former = np.geterr()
    exec(compile(out.read_text("utf-8"), "cities.py", "exec"), names)  # which sets how numpy warns, as a script may
    with np.errstate(all="ignore"):
        list(names["train"]())  # type: ignore[operator]
    np.seterr(**former)
    columns = [name for name in ("size", "city", "floors", "price") if name != target]
    table = list(csv.DictReader(StringIO(data.read_text("utf-8"), newline="")))
    values = [[row[name] if name == "city" else float(row[name]) for name in columns] for row in table]
    answers = names["predict"](values)  # type: ignore[operator]
    if target == "price":
        np.testing.assert_allclose(answers, [float(row[1]) for row in predicted], rtol=1e-12 if rows < 256 else 1e-5)
    else:
        assert answers[0] == [row[1].removeprefix("'") for row in predicted]
        expected = np.array([[float(v) for v in row[2:]] for row in predicted])
        np.testing.assert_allclose(answers[1], expected, rtol=1e-12 if precision == "float64" else 1e-5)
    typed = ",".join(str(value) for value in values[0])
    assert python(out, "--predict", typed).returncode == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["sample:nope", "x.py"], 2, "no sample 'nope'"),
        (["sample:xor", "--to", "java", "x.py"], 2, "invalid choice"),
        (["sample:xor"], 2, "OUT"),
        (["sample:xor", "x.bpgui"], 2, "is for projects"),
        (["sample:xor", "nowhere/x.py"], 1, "there is no folder"),
        (["none.bpgui", "x.py"], 1, "none.bpgui"),
        (["none.csv", "x.py"], 1, "none.csv"),
    ],
)
def test_what_does_not_work_says_why(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    words: list[str], code: int, said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["export", *words]) == code
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_diverged_run_is_exported_up_to_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    project, out = tmp_path / "sine.bpgui", tmp_path / "sine.py"
    words = ["--optimizer", "sgd", "--learning-rate", "1e9", "--layers", "4:relu", "--save", str(project)]
    assert main(["train", "sample:sine", *words]) == 1
    capsys.readouterr()
    assert main(["export", str(project), str(out)]) == 0
    assert "diverged" in capsys.readouterr().err
    assert python(out, "--verify").returncode == 0
