"""`bpgui worksheet` as it is typed."""

import os
import subprocess
import sys

from bpgui.__main__ import main
from bpgui.project.storage import load_project
from bpgui.runs.worksheet.problem import Problem, project


def test_an_html_page_and_its_project(tmp_path, capsys):
    out, saved = tmp_path / "sheet.html", tmp_path / "sheet.bpgui"
    assert main(["worksheet", str(out), "--seed", "7", "--activation", "relu", "--project", str(saved)]) == 0
    assert "Key to number 7" in out.read_text(encoding="utf-8")
    assert load_project(saved).spec == project(Problem(seed=7, activation="relu"))[0]
    assert main(["worksheet", str(out), "--seed", "7", "--no-key"]) == 0
    assert "Key" not in out.read_text(encoding="utf-8")


def test_a_pdf_in_a_process_without_a_window(tmp_path):
    out = tmp_path / "sheet.pdf"
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-m", "bpgui", "worksheet", str(out)], capture_output=True, text=True, timeout=120,
        env={**env, "QT_QPA_PLATFORM": "xcb"},  # as some people have it in their profile
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert out.read_bytes().startswith(b"%PDF-")


def test_what_it_cannot_make_is_said(tmp_path, capsys):
    for words, named in (
        (["sheet.doc"], ".pdf"),
        (["sheet.html", "--hidden", "9"], "1 to 4"),
        (["sheet.html", "--loss", "bce", "--outputs", "2"], "Outputs"),
    ):
        assert main(["worksheet", str(tmp_path / words[0]), *words[1:]]) == 2
        assert named in capsys.readouterr().err
    assert main(["worksheet", str(tmp_path / "no" / "sheet.html")]) in (1, 2)
    assert "no" in capsys.readouterr().err
