"""The program as `pip install .` leaves it: run from the built wheel, away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bpgui import __version__

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network by the hatchling of the test environment."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked, with a space and other letters in its path."""
    folder = tmp_path_factory.mktemp("site") / "Ä site ö"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(installed: Path, cwd: Path, *arguments: str) -> str:
    """Standard output of a Python that finds the wheel before an editable install and never the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-P", *arguments]
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_it_carries_every_module_and_resource(wheel):
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "bpgui").rglob("*.py")}
    resources = {path for path in (ROOT / "resources").rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert resources
    wanted = modules | {"bpgui/resources/" + path.relative_to(ROOT / "resources").as_posix() for path in resources}
    assert not wanted - inside
    assert not [name for name in inside if name.startswith(("tests", "packaging"))]


def test_it_runs_from_the_wheel(installed, tmp_path):
    where = run(installed, tmp_path, "-c", "import bpgui; print(bpgui.__file__)")
    assert Path(where.strip()) == installed / "bpgui" / "__init__.py"
    assert __version__ in run(installed, tmp_path, "-m", "bpgui", "--version")


def test_it_finds_its_resources(installed, tmp_path):
    code = "from bpgui.resources import resource; print(resource('icons', 'bpgui.svg'))"
    found = Path(run(installed, tmp_path, "-c", code).strip())
    assert found == installed / "bpgui" / "resources" / "icons" / "bpgui.svg"


def test_it_has_its_lessons(installed, tmp_path):
    listed = run(installed, tmp_path, "-m", "bpgui", "lesson", "list").splitlines()
    assert len(listed) == len(list((ROOT / "resources" / "lessons").glob("[0-9]*.md"))) > 0


def test_it_trains_on_a_shipped_table(installed, tmp_path):
    lines = run(installed, tmp_path, "-m", "bpgui", "train", "sample:iris", "--epochs", "2", "--json").splitlines()
    assert len(lines) == 3
    assert '"done":true' in lines[-1].replace(" ", "")
