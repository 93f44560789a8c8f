"""`bpgui check` as a person types it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bpgui.__main__ import main
from bpgui.engine.activations import ACTIVATIONS
from bpgui.project import edits
from bpgui.project.checks import check
from bpgui.project.storage import Project, load_project, save_project

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
    findings, _, out = capsys.readouterr().out.partition("\n\n")
    assert findings == "The checks found nothing to mend."
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


@pytest.fixture
def loans(tmp_path: Path) -> str:
    """A project with one warning of each sort of place; its file."""
    rows = "\n".join(f"{20000 + 37 * i},7.5,{(i * 7) % 11},{'yes' if i % 3 else 'no'}" for i in range(60))
    (tmp_path / "loans.csv").write_text(f"income,branch,score,default\n{rows}\n")
    project = str(tmp_path / "loans.bpgui")
    words = ["--column", "income:scaling=none", "--column", "branch:role=feature", "--epochs", "1"]
    words += ["--initializer", "zeros", "--layers", "4:tanh", "--batch-size", "500", "--target", "default"]
    assert main(["train", str(tmp_path / "loans.csv"), *words, "--save", project]) == 0
    return project


def with_errors(project: str) -> str:
    """The same with a loss that does not fit the output: nothing can be trained."""
    opened = load_project(Path(project))
    spec = edits.set_loss(opened.spec, "cce")
    path = project.replace("loans", "broken")
    save_project(Path(path), Project(spec, opened.tables))
    return path


def test_findings_come_first_with_why_place_and_remedy(capsys: Capture, loans: str) -> None:
    capsys.readouterr()
    assert main(["check", loans]) == 0
    found, _, gradient = capsys.readouterr().out.partition(" parameters on ")
    assert found.startswith("The checks found 4 warnings.\n\nwarning  All weights of Dense 1 start at zero.\n")
    assert gradient.endswith("Right: no error is above 1e-08.\n")
    for words in ("where: Dense 1", "where: column income", "where: column branch", "where: batch size"):
        assert f"         {words}\n" in found
    assert "         to mend it: choose first weights automatically\n" in found
    assert "         Its units then get the same gradient" in found
    assert max(map(len, found.splitlines())) <= 100


def test_each_part_alone(capsys: Capture, loans: str) -> None:
    capsys.readouterr()
    assert main(["check", loans, "--only", "findings"]) == 0
    assert "parameters on" not in capsys.readouterr().out
    assert main(["check", loans, "--only", "gradient"]) == 0
    assert "The checks found" not in capsys.readouterr().out


def test_findings_in_json(capsys: Capture, loans: str) -> None:
    capsys.readouterr()
    code, line = checked(capsys, loans)
    assert code == 0
    assert line["passed"] is True
    spec = load_project(Path(loans)).spec
    found = check(spec, load_project(Path(loans)).tables[spec.data.table])
    assert line["findings"] == [
        {
            "key": f.key, "severity": f.severity, "where": f.where, "also": list(f.also), "text": f.text, "why": f.why,
            "fixes": [fix.label for fix in f.fixes],
        }
        for f in found
    ]  # fmt: skip
    code, alone = checked(capsys, loans, "--only", "findings")
    assert (code, alone) == (0, {"findings": line["findings"]})


def test_errors_come_first_are_an_exit_code_and_leave_no_gradient(capsys: Capture, loans: str) -> None:
    broken = with_errors(loans)
    capsys.readouterr()
    assert main(["check", broken]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("The checks found 1 error and 4 warnings.\n\nerror    Categorical cross-entropy cannot")
    assert "where: loss" in said.out
    assert "once the errors are mended" in said.err
    assert main(["check", broken, "--only", "findings"]) == 1
    assert capsys.readouterr().err == ""
    code, line = checked(capsys, broken)
    assert (code, line["passed"]) == (1, None)
    assert [f["severity"] for f in line["findings"]] == ["error", *["warning"] * 4]  # type: ignore[attr-defined]
    assert main(["check", broken, "--only", "gradient"]) == 1
    assert "Categorical cross-entropy cannot" in capsys.readouterr().err


def test_words_that_make_no_check(capsys: Capture) -> None:
    for words in (["--epsilon", "0"], ["--step", "both"], ["--limit", "some"], ["--only", "some"]):
        assert main(["check", "sample:xor", *words]) == 2
    assert main(["check"]) == 2
    assert capsys.readouterr().out == ""
