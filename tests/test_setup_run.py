"""The set-up script: what it decides and starts, and that an interrupted set-up heals. Nothing is downloaded here."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from bpgui import display

SCRIPT = Path(__file__).resolve().parent.parent / "packaging" / "setup_run.py"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a space and other letters in its path."""
    root = tmp_path / "Ä ö" / "bp gui"
    (root / "packaging").mkdir(parents=True)
    shutil.copy(SCRIPT, root / "packaging")
    shutil.copy(SCRIPT.parent.parent / "pyproject.toml", root)
    (root / "bpgui").mkdir()
    for name in ("__init__.py", "display.py"):
        shutil.copy(SCRIPT.parent.parent / "bpgui" / name, root / "bpgui")
    return root


@pytest.fixture
def setup(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module; commands are recorded in `ran` instead of run, and a virtual environment comes to be."""
    spec = importlib.util.spec_from_file_location("setup_run", checkout / "packaging" / "setup_run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ran = []
    module.pip_code = 0
    module.fail = None

    def call(command: list[str], cwd: Path | None = None, env: dict[str, str] | None = None) -> int:
        module.ran.append(command)
        if "venv" in command:
            stand_in(checkout)
        if "install" in command and module.fail is not None:
            raise module.fail
        return module.pip_code if "install" in command else 0

    monkeypatch.setattr(module, "call", call)
    return module


def stand_in(checkout: Path) -> Path:
    """A `.venv/bin/python` that prints its arguments."""
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\nexit "${STAND_IN_CODE:-0}"\n')
    python.chmod(0o755)
    return python


def pip_lines(setup: ModuleType) -> list[list[str]]:
    return [line for line in setup.ran if "install" in line]


# ---- set-up


def test_a_second_set_up_starts_nothing(setup):
    setup.set_up("app")
    assert setup.ran[0][1:3] == ["-m", "venv"]
    assert pip_lines(setup)[0][-2:] == ["-e", "."]
    setup.ran.clear()
    setup.set_up("app")
    assert setup.ran == []


def test_the_tests_need_more_and_the_app_never_takes_it_away(setup):
    setup.set_up("app")
    setup.ran.clear()
    setup.set_up("test")
    assert [line[-2:] for line in setup.ran] == [["-e", ".[test]"]]
    setup.ran.clear()
    setup.set_up("app")
    setup.set_up("test")
    assert setup.ran == []


def test_new_requirements_are_installed_and_other_settings_are_not_their_business(setup, checkout):
    setup.set_up("app")
    setup.ran.clear()
    pyproject = checkout / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8")
    pyproject.write_text(text.replace("line-length = 120", "line-length = 100"), encoding="utf-8")
    setup.set_up("app")
    assert setup.ran == []
    pyproject.write_text(text.replace('"msgspec>=', '"tomlkit", "msgspec>='), encoding="utf-8")
    setup.set_up("app")
    assert len(pip_lines(setup)) == 1
    assert not any("venv" in line for line in setup.ran)


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), SystemExit(143)])
def test_an_interrupted_set_up_begins_again(setup, checkout, interruption):
    setup.fail = interruption
    with pytest.raises(type(interruption)):
        setup.set_up("app")
    (checkout / ".venv" / "half_a_package").touch()
    setup.fail = None
    setup.ran.clear()
    setup.set_up("app")
    assert "venv" in setup.ran[0]
    assert not (checkout / ".venv" / "half_a_package").exists()
    assert json.loads((checkout / ".venv" / "bpgui-setup.json").read_text())["finished"] is True


def test_a_failed_update_leaves_what_worked(setup, checkout):
    setup.set_up("app")
    setup.pip_code = 1
    with pytest.raises(setup.SetupError, match="network"):
        setup.set_up("test")
    setup.ran.clear()
    setup.set_up("app")
    assert setup.ran == []


def test_a_failed_first_set_up_is_not_taken_for_a_finished_one(setup):
    setup.pip_code = 1
    with pytest.raises(setup.SetupError, match="pip could not install"):
        setup.set_up("app")
    setup.pip_code = 0
    setup.ran.clear()
    setup.set_up("app")
    assert len(pip_lines(setup)) == 1


@pytest.mark.parametrize("damage", ["not json", "[]", '{"finished": true, "place": ["3.1", "/elsewhere"]}'])
def test_a_moved_or_damaged_environment_is_made_anew(setup, checkout, damage):
    setup.set_up("app")
    (checkout / ".venv" / "bpgui-setup.json").write_text(damage)
    setup.ran.clear()
    setup.set_up("app")
    assert "venv" in setup.ran[0]


def test_an_environment_of_the_users_own_is_kept(setup, checkout):
    stand_in(checkout)
    (checkout / ".venv" / "mine").touch()
    setup.set_up("app")
    assert not any("venv" in line for line in setup.ran)
    assert (checkout / ".venv" / "mine").exists()


def test_without_ensurepip_this_pythons_pip_is_used(setup, checkout, monkeypatch):
    found = {"venv": object(), "pip": object()}
    monkeypatch.setattr(importlib.util, "find_spec", found.get)
    monkeypatch.setenv("STAND_IN_CODE", "1")  # the environment's Python has no pip
    setup.set_up("app")
    assert "--without-pip" in setup.ran[0]
    assert setup.ran[1][:5] == [sys.executable, "-m", "pip", "--python", str(checkout / ".venv" / "bin" / "python")]


def test_without_ensurepip_and_pip_the_line_to_run_is_said(setup, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", {"venv": object()}.get)
    monkeypatch.setenv("STAND_IN_CODE", "1")
    with pytest.raises(setup.SetupError, match="sudo apt-get install -y python3-venv python3-pip"):
        setup.set_up("app")


def test_packages_go_nowhere_else(setup, monkeypatch):
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    environment = setup.pip_environment()
    assert not {"PIP_USER", "PIP_TARGET"} & set(environment)
    assert environment["PIP_INDEX_URL"] == "https://mirror.example/simple"


# ---- libraries

needs_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt brings its libraries elsewhere")


@pytest.fixture
def nothing_loads(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "loads", lambda soname: False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":0")


@needs_linux
@pytest.mark.usefixtures("nothing_loads")
def test_the_line_for_an_ordinary_user(setup, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/" + name)
    assert setup.main(["app"]) == 1
    said = capsys.readouterr().err
    line = "sudo apt-get install -y libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libgssapi-krb5-2 "
    assert line + "libx11-xcb1 libxcb-" in said
    assert setup.ran == []
    assert setup.main(["test"]) == 1
    assert "libxcb" not in capsys.readouterr().err  # the tests draw offscreen


@needs_linux
@pytest.mark.usefixtures("nothing_loads")
def test_root_installs_what_is_missing(setup, monkeypatch):
    installed: list[str] = []

    def apt_install(packages: list[str]) -> None:
        installed.extend(packages)
        monkeypatch.setattr(display, "loads", lambda soname: True)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/" + name)
    monkeypatch.setattr(setup, "apt_install", apt_install)
    setup.provide_libraries(setup.missing_libraries(window=True))
    assert {"libgl1", "libxcb-cursor0", "libxcb-icccm4"} <= set(installed)
    assert len(installed) == len(set(installed))
    setup.provide_libraries(setup.missing_libraries(window=True))
    assert len(installed) == len(set(installed))


@needs_linux
@pytest.mark.usefixtures("nothing_loads")
def test_elsewhere_the_libraries_are_named(setup, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(setup.SetupError, match=r"libxcb-cursor\.so\.0"):
        setup.provide_libraries(setup.missing_libraries(window=True))


@needs_linux
def test_one_whole_set_for_a_display_is_enough(setup, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr(display, "loads", lambda soname: "xcb" not in soname)
    assert setup.missing_libraries(window=True) == {}
    monkeypatch.delenv("WAYLAND_DISPLAY")
    assert "libxcb-cursor.so.0" in setup.missing_libraries(window=True)


# ---- the commands


def test_every_check_runs_and_the_summary_tells(setup, monkeypatch, capsys):
    monkeypatch.setattr(setup, "missing_libraries", lambda *, window: {})
    setup.set_up("test")
    monkeypatch.setattr(setup, "call", lambda command, **_: 3 if "mypy" in command else 0)
    assert setup.main(["test", "-k", "one"]) == 1
    summary = capsys.readouterr().err.split("summary", 1)[1]
    assert [line.split()[1:3] for line in summary.strip().splitlines()] == [
        ["ruff", "passed"],
        ["mypy", "FAILED"],
        ["lint-imports", "passed"],
        ["pytest", "passed"],
    ]
    monkeypatch.setattr(setup, "call", lambda command, **_: 0)
    assert setup.main(["test"]) == 0


def test_an_older_python_is_told_which_is_needed(setup, monkeypatch, capsys):
    monkeypatch.setattr(setup.sys, "version_info", (3, 9, 2, "final", 0))
    assert setup.main(["app"]) == 1
    said = capsys.readouterr().err
    assert "Python 3.11 or newer" in said
    assert "3.9.2" in said


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["apps"], 2), (["--help"], 0)])
def test_usage(setup, capsys, arguments, code):
    assert setup.main(arguments) == code
    assert "setup_run.py app [FILE...]" in capsys.readouterr().out


@needs_linux
def test_the_window_is_opened_with_the_files(setup, monkeypatch):
    became: list[list[str]] = []

    def execv(path: str, command: list[str]) -> None:
        became.append([path, *command])
        raise SystemExit

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(setup, "missing_libraries", lambda *, window: {})
    monkeypatch.setattr(os, "execv", execv)
    with pytest.raises(SystemExit):
        setup.main(["app", "my data.csv"])
    python = str(setup.venv_python())
    assert became == [[python, python, "-P", "-m", "bpgui", "my data.csv"]]


def start(checkout: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The real process without a display (with one, as root, it might install libraries)."""
    shown = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in shown}
    command = [sys.executable, str(checkout / "packaging" / "setup_run.py"), *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=30, check=False)


@needs_linux
def test_without_a_display_something_is_seen_all_the_same(setup, checkout, tmp_path):
    setup.set_up("app")
    done = start(checkout, "app", cwd=tmp_path)
    assert done.stdout.splitlines() == ["-P", "-m", "bpgui", "train", "sample:xor"]
    assert "no display" in done.stderr
    done = start(checkout, "app", "my data.csv", cwd=tmp_path)
    assert done.stdout.splitlines() == ["-P", "-m", "bpgui", "train", "my data.csv"]


@needs_linux
def test_a_start_that_is_set_up_costs_little(setup, checkout, tmp_path):
    setup.set_up("app")
    seconds = []
    for _ in range(5):
        begun = time.perf_counter()
        assert start(checkout, "app", cwd=tmp_path).returncode == 0
        seconds.append(time.perf_counter() - begun)
    assert statistics.median(seconds) < 1.0


@needs_linux
def test_the_exit_code_is_the_programs(setup, checkout, tmp_path, monkeypatch):
    setup.set_up("app")
    monkeypatch.setenv("STAND_IN_CODE", "7")
    assert start(checkout, "app", cwd=tmp_path).returncode == 7
