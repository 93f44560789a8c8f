"""The command line as a person types it; most in this process, a few in one of their own."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest

from bpgui.__main__ import main


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_textbook_s_numbers(capsys):
    assert main(["train", "sample:xor_textbook", "--json"]) == 0
    printed = lines(capsys)
    last, done = printed[-2], printed[-1]
    assert last["epoch"] == 10_000
    np.testing.assert_allclose(last["outputs"], [0.25840124, 0.69139438, 0.69130801, 0.39872979], atol=1e-8)
    np.testing.assert_allclose(done["outputs"], [0.25837323, 0.69141587, 0.69132956, 0.39870372], atol=1e-8)
    assert [line["epoch"] for line in printed[:-1]] == list(range(1, 10_001))


def test_every_key_of_the_last_line(capsys):
    assert main(["train", "sample:iris", "--epochs", "3", "--json", "--test"]) == 0
    *epochs, done = lines(capsys)
    assert set(epochs[0]) == {"epoch", "train_loss", "val_loss"}
    assert done["done"] is True
    assert done["stop_reason"] == "epochs"
    assert done["epochs"] == 3
    assert set(done) >= {"train_loss", "val_loss", "metrics", "test_metrics", "seconds", "steps_per_second"}
    assert len(done["weights_sha256"]) == 64
    assert 0.0 <= done["metrics"]["accuracy"] <= 1.0


def test_the_same_words_give_the_same_bits_and_a_seed_others(capsys):
    shas = []
    for seed in ("5", "5", "6"):
        main(["train", "sample:moons", "--epochs", "2", "--rows", "100", "--seed", seed, "--json"])
        shas.append(lines(capsys)[-1]["weights_sha256"])
    assert shas[0] == shas[1] != shas[2]


def test_layers_loss_and_optimizer_are_taken(capsys, tmp_path):
    out = tmp_path / "own.bpgui"
    words = ["--layers", "6:relu,3:tanh", "--loss", "cce", "--optimizer", "momentum", "--learning-rate", "0.05"]
    words += ["--batch-size", "7", "--epochs", "4", "--precision", "float32", "--split", "0.5/0.3/0.2"]
    words += ["--save", str(out)]
    assert main(["train", "sample:moons", "--rows", "50", *words]) == 0
    from bpgui.project.storage import load_project

    spec = load_project(out).spec
    assert [(layer.units, layer.activation) for layer in spec.network.layers] == [
        (6, "relu"), (3, "tanh"), ("auto", "softmax")
    ]  # fmt: skip
    assert (spec.training.loss, spec.training.optimizer, spec.training.batch_size) == ("cce", "momentum", 7)
    assert spec.data.split.validation == 0.3
    assert re.search(r"loss \(cce\) +[\d.]+ +[\d.]+\n", capsys.readouterr().out)


def test_a_saved_project_trains_again_to_the_same_bits_and_predicts(capsys, tmp_path):
    out, data, answer = tmp_path / "p.bpgui", tmp_path / "new.csv", tmp_path / "answer.csv"
    assert main(["train", "sample:iris", "--epochs", "30", "--json", "--save", str(out)]) == 0
    first = lines(capsys)[-1]
    assert main(["train", str(out), "--json"]) == 0
    assert lines(capsys)[-1]["weights_sha256"] == first["weights_sha256"]
    data.write_text("petal_width,petal_length,sepal_width,sepal_length\n0.2,1.4,3.5,5.1\n2.1,5.7,3.0,6.9\n")
    assert main(["predict", str(out), str(data), "-o", str(answer)]) == 0
    rows = [line.split(",") for line in answer.read_text().splitlines()]
    assert rows[0][:2] == ["row", "species"]
    assert [row[1] for row in rows[1:]] == ["setosa", "virginica"]
    assert sum(float(value) for value in rows[1][2:]) == pytest.approx(1.0)


def test_predict_says_the_score_where_the_file_knows_the_answers(capsys, tmp_path):
    iris, number, new = tmp_path / "iris.bpgui", tmp_path / "n.bpgui", tmp_path / "new.csv"
    head = "petal_width,petal_length,sepal_width,sepal_length"
    assert main(["train", "sample:iris", "--epochs", "30", "--json", "--save", str(iris)]) == 0
    words = ["--target", "petal_width", "--epochs", "30", "--json", "--save", str(number)]
    assert main(["train", "sample:iris", *words]) == 0

    def said(project, text):
        new.write_text(text)
        capsys.readouterr()
        assert main(["predict", str(project), str(new)]) == 0
        out, err = capsys.readouterr()
        assert out.startswith("row,"), "the answers alone"
        return err

    assert "score" not in said(iris, f"{head}\n0.21,1.41,3.51,5.11\n")
    rows = "0.21,1.41,3.51,5.11,setosa\n2.11,5.71,3.01,6.91,setosa\n0.22,1.42,3.52,5.12,\n"
    assert re.search(r"Score of 2 rows: accuracy 0\.5, .*roc_auc unknown", said(iris, f"{head},species\n{rows}"))
    assert "Score of 1 row: accuracy 1, " in said(iris, f"{head},species\n0.21,1.41,3.51,5.11,setosa\n")
    assert "No score: no row has a prediction and a target" in said(iris, f"{head},species\n0.2,1.4,3.5,5.1,rosa\n")
    own = said(iris, f"{head},species\n0.2,1.4,3.5,5.1,setosa\n")
    assert "No score: all of these rows are in the project's own data" in own
    rows = "0.21,1.41,3.51,5.11,setosa\n2.11,5.71,3.01,6.91,virginica\n"
    score = r"Score of 2 rows: mae [\d.]+, rmse [\d.]+, r2 [-\d.]+\.\n"
    assert re.search(score, said(number, f"{head},species\n{rows}"))


def test_a_csv_with_a_target_of_one_s_own(capsys, tmp_path):
    path = tmp_path / "haus.csv"
    generator = np.random.default_rng(0)
    rows = ["fläche;zimmer;lage;preis"]
    for area, place in zip(generator.uniform(30, 150, 60), generator.integers(0, 2, 60), strict=True):
        preis = f"{area * 3.1 + place * 40:.2f}".replace(".", ",")
        rows.append(f"{area:.1f}".replace(".", ",") + f";{int(area // 25)};{'Stadt' if place else 'Land'};{preis}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8-sig")
    assert main(["train", str(path), "--json", "--epochs", "200"]) == 0
    done = lines(capsys)[-1]
    assert done["metrics"]["r2"] > 0.9
    assert main(["train", str(path), "--target", "lage", "--json", "--epochs", "5"]) == 0
    assert "accuracy" in lines(capsys)[-1]["metrics"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["train", "sample:nothing"], 2, "no sample 'nothing'"),
        (["train", "sample:xor", "--layers", "x:relu"], 2, "UNITS[:ACTIVATION"),
        (["train", "sample:xor", "--layers", "3:swosh"], 2, "no activation 'swosh'"),
        (["train", "sample:xor", "--learning-rate", "-1"], 2, "1e-12 to 1e+12"),
        (["train", "sample:xor", "--split", "1/1/1"], 2, "add up to 1"),
        (["train", "sample:xor", "--target", "z"], 2, "'z'"),
        (["train"], 2, "SOURCE"),
        (["train", "no-such-file.csv"], 1, "no-such-file.csv"),
        (["predict", "no-such.bpgui", "x.csv"], 1, "no-such.bpgui"),
        (["--no-such-option"], 2, "no-such-option"),
    ],
)
def test_what_does_not_work_says_why(capsys, words, code, said):
    assert main(words) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_a_divergence_fails_with_its_reason(capsys):
    words = ["train", "sample:plane", "--optimizer", "sgd", "--learning-rate", "1e12", "--json"]
    assert main(words) == 1
    captured = capsys.readouterr()
    assert "diverged" in captured.err
    done = json.loads(captured.out.splitlines()[-1])
    assert done["stop_reason"] == "diverged"


def test_a_project_without_a_run_cannot_predict(capsys, tmp_path):
    from bpgui.project.samples import open_sample
    from bpgui.project.storage import Project, save_project

    spec, table = open_sample("xor")
    path = tmp_path / "fresh.bpgui"
    save_project(path, Project(spec, {table.sha: table}, (), None))
    assert main(["predict", str(path), "sample:xor"]) == 1
    assert "no trained run" in capsys.readouterr().err


def test_samples_are_listed_with_what_they_teach(capsys):
    assert main(["samples"]) == 0
    printed = capsys.readouterr().out
    for name in ("xor", "xor_textbook", "and", "circles", "moons", "spirals", "two_gaussians", "sine", "plane"):
        assert f"\n{name} " in "\n" + printed
    assert "iris" in printed
    assert "digits8x8" in printed


def test_no_command_without_a_window_imports_qt():
    code = (
        "import sys; from bpgui.__main__ import main; main(['train', 'sample:xor', '--epochs', '1', '--json']);"
        "bad = [m for m in sys.modules if m.split('.')[0] in ('PySide6', 'pyqtgraph', 'shiboken6', 'duckdb')];"
        "sys.exit(str(bad) if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_progress_is_on_standard_error():
    words = [sys.executable, "-m", "bpgui", "train", "sample:xor", "--epochs", "200"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert "epoch 200 / 200" in done.stderr
    assert re.search(r" training\n(.*\n)*accuracy +1\n", done.stdout)


@pytest.mark.parametrize("target", ["no/such/folder/x.bpgui", "."])
def test_a_place_where_nothing_can_be_saved_is_said_before_training(capsys, tmp_path, monkeypatch, target):
    monkeypatch.chdir(tmp_path)
    assert main(["train", "sample:xor", "--json", "--save", target]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "cannot be saved" in captured.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sample:xor", "--rows", "50"], "takes no --rows"),
        (["sample:iris", "--noise", "0.3"], "takes no --noise"),
        (["sample:moons", "--rows", "3"], "10 to 100000"),
    ],
)
def test_options_that_a_sample_does_not_take_are_refused(capsys, words, said):
    assert main(["train", *words]) in (1, 2)
    assert said in capsys.readouterr().err.replace(",", "").replace("\u202f", "").replace(" 000", "000")


def test_warnings_are_said_and_a_missing_test_part_too(capsys):
    assert main(["train", "sample:xor", "--batch-size", "100", "--epochs", "1", "--test"]) == 0
    said = capsys.readouterr().err
    assert "batch" in said
    assert "no test rows" in said


def test_predict_says_which_file_does_not_fit(capsys, tmp_path):
    project, data = tmp_path / "p.bpgui", tmp_path / "bad.csv"
    assert main(["train", "sample:iris", "--epochs", "1", "--save", str(project)]) == 0
    data.write_text("sepal_length,sepal_width,petal_length,petal_width\nlong,wide,1,2\nshort,narrow,3,4\n")
    assert main(["predict", str(project), str(data)]) == 1
    assert "bad.csv" in capsys.readouterr().err


def test_interrupt_ends_the_run_by_hand_with_its_results(tmp_path):
    import signal
    import time

    out = tmp_path / "p.bpgui"
    words = [sys.executable, "-m", "bpgui", "train", "sample:xor", "--epochs", "10000000", "--json", "--save", str(out)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    first = process.stdout.readline()  # training is on its way, and its lines arrive while it is
    assert json.loads(first)["epoch"] == 1
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert json.loads(rest.splitlines()[-1])["stop_reason"] == "by hand"
    assert out.exists()


def test_saving_onto_the_source_keeps_its_runs(capsys, tmp_path):
    path = tmp_path / "p.bpgui"
    assert main(["train", "sample:xor", "--epochs", "3", "--save", str(path)]) == 0
    assert main(["train", str(path), "--epochs", "5", "--save", str(path)]) == 0
    from bpgui.project.storage import load_project

    project = load_project(path)
    assert [run.meta["number"] for run in project.runs] == [1, 2]
    assert project.current == project.runs[1].id
