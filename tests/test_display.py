"""Machines on which no window can be opened: what is said, before Qt would end the process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bpgui import display

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Qt brings all it needs elsewhere")
NAMES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    command = [sys.executable, "-m", "bpgui", *arguments]
    return subprocess.run(
        command, env={**kept, "PATH": "", **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip


def test_no_display() -> None:
    done = start()
    assert (done.returncode, done.stderr.strip()) == (1, display.NO_DISPLAY)


def test_a_display_that_does_not_answer() -> None:
    done = start(DISPLAY=":987")
    assert done.returncode == 1
    said = done.stderr
    assert "the display :987 does not answer" in said or "cannot be loaded here" in said  # the latter without xcb
    assert "Traceback" not in said


def test_a_library_that_qt_is_linked_to_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(display.importlib, "import_module", fail)
    monkeypatch.setattr(display, "loads", lambda name: name not in ("libEGL.so.1", "libGL.so.1"))
    said = display.why_no_window()
    assert said is not None
    assert "Qt needs libEGL.so.1, libGL.so.1, which cannot be loaded here" in said
    assert "sudo apt-get install -y libegl1 libgl1" in said


def test_a_library_of_x11_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(path: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(display.ctypes, "CDLL", load)
    monkeypatch.setattr(display, "loads", lambda name: name != "libxcb-cursor.so.0")
    assert display.why_no_window() == (
        "bpgui cannot open a window: Qt needs libxcb-cursor.so.0, which cannot be loaded here.\n"
        "Install the packages of your system that hold it; on Debian and Ubuntu:\n"
        "  sudo apt-get install -y libxcb-cursor0"
    )


def test_an_unknown_library_is_named_without_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    said = display._not_loaded("libnew.so.7: cannot open shared object file: No such file or directory")
    assert "libnew.so.7" in said


def test_an_installation_that_is_not_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    said = display._not_loaded("No module named 'PySide6'")
    assert "Install bpgui again" in said
    assert "No module named 'PySide6'" in said


def test_other_platforms_are_left_to_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display.why_no_window() is None


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where everything loads."""
    monkeypatch.setattr(display.importlib, "import_module", lambda name: None)
    monkeypatch.setattr(display.ctypes, "CDLL", lambda path: None)


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize(
    ("wayland", "x11", "asked", "said"),
    [
        (True, False, "", ""), (False, True, "", ""), (True, True, "", ""), (False, False, "", "wayland-7"),
        (False, True, "wayland", "wayland-7"), (True, False, "xcb", ":7"), (False, True, "wayland;xcb", ""),
    ],
)  # fmt: skip
def test_one_of_two_displays_is_enough(
    monkeypatch: pytest.MonkeyPatch, wayland: bool, x11: bool, asked: str, said: str
) -> None:
    for name, value in (("WAYLAND_DISPLAY", "wayland-7"), ("DISPLAY", ":7"), ("QT_QPA_PLATFORM", asked)):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(display, "_wayland_answers", lambda: wayland)
    monkeypatch.setattr(display, "_x11_answers", lambda: x11)
    reason = display.why_no_window()
    assert reason == (display.SILENT_DISPLAY.format(display=said) if said else None)


@pytest.mark.parametrize("box", [words[0] for words in display.BOXES])
def test_who_started_it_without_a_terminal_is_told_in_a_box(tmp_path: Path, box: str) -> None:
    said, program = tmp_path / "said", tmp_path / box
    program.write_text(
        f'#!/bin/sh\nfor word; do :; done\nprintf %s "$word" > "{said}.part"\n/bin/mv "{said}.part" "{said}"\n'
    )
    program.chmod(0o755)
    done = start(DISPLAY=":987", PATH=str(tmp_path))
    end = time.monotonic() + 30
    while not said.exists():
        assert time.monotonic() < end
        time.sleep(0.01)
    assert said.read_text() == done.stderr.strip()


def test_without_a_display_there_is_no_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *words, **settings: pytest.fail("a box"))
    display.tell(display.NO_DISPLAY)


def test_a_wayland_session_that_does_not_answer(tmp_path: Path) -> None:
    done = start(WAYLAND_DISPLAY="wayland-987", XDG_RUNTIME_DIR=str(tmp_path))
    assert done.returncode == 1
    said = done.stderr
    assert "the display wayland-987 does not answer" in said or "cannot be loaded here" in said  # without its libraries
    assert "qt.qpa" not in said


def test_a_library_of_wayland_is_missing_and_there_is_no_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(path: str) -> None:
        raise OSError("libwayland-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr(display.ctypes, "CDLL", load)
    monkeypatch.setattr(display, "loads", lambda name: name != "libwayland-cursor.so.0")
    assert display.why_no_window() == (
        "bpgui cannot open a window: Qt needs libwayland-cursor.so.0, which cannot be loaded here.\n"
        "Install the packages of your system that hold it; on Debian and Ubuntu:\n"
        "  sudo apt-get install -y libwayland-cursor0"
    )


@pytest.mark.usefixtures("whole")
def test_what_can_be_installed_is_said_before_what_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setitem(display._REASONS, "wayland", lambda: display.SILENT_DISPLAY.format(display="wayland-7"))
    monkeypatch.setitem(display._REASONS, "xcb", lambda: display._not_loaded("libnew.so.7: cannot open shared object"))
    assert "libnew.so.7" in str(display.why_no_window())


def test_asking_imports_nothing_of_the_window() -> None:
    code = "import sys, bpgui.display; print([n for n in sys.modules if n.startswith(('PySide6', 'numpy', 'msgspec'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
