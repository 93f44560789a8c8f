"""A second start of the program: it speaks to the window that is open, as a process of its own, and ends."""

from __future__ import annotations

import os
import socket as sockets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu
from pytestqt.qtbot import QtBot
from window_driver import dialogs

from bpgui.ui.launch import Launch, Launches, LaunchServer, hand_over, launch, server_name
from bpgui.ui.main_window import MainWindow

SAY = "import sys; from bpgui.ui.launch import hand_over, launch; sys.exit(0 if hand_over({}, sys.argv[1]) else 3)"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the names of sockets are paths here")


@pytest.fixture
def name(tmp_path: Path) -> str:
    return str(tmp_path / "socket")


@pytest.fixture
def launches(window: MainWindow, name: str) -> Iterator[Launches]:
    made = Launches(window)
    assert made.server.listen(name)
    yield made
    made.stop()


def start(request: str, name: str) -> subprocess.Popen[bytes]:
    """Another start of the program, without its imports of a whole window."""
    return subprocess.Popen([sys.executable, "-c", SAY.format(request), name])


def say(qtbot: QtBot, request: str, name: str) -> None:
    started = start(request, name)
    qtbot.waitUntil(lambda: started.poll() is not None, timeout=20_000)
    assert started.returncode == 0


def test_a_file_goes_to_the_open_window(
    qtbot: QtBot, window: MainWindow, launches: Launches, name: str, tmp_path: Path
) -> None:
    table = tmp_path / "ä b.csv"
    table.write_text("x,y,z\n" + "".join(f"{i},{i * i % 7},{'no' if i % 2 else 'yes'}\n" for i in range(40)))
    say(qtbot, f"launch([{str(table)!r}])", name)
    qtbot.waitUntil(lambda: any("ä b.csv" in d.windowTitle() for d in dialogs(window)), timeout=20_000)


def test_a_sample_goes_to_the_open_window(qtbot: QtBot, window: MainWindow, launches: Launches, name: str) -> None:
    say(qtbot, "launch(['sample:moons'])", name)
    qtbot.waitUntil(lambda: window.session.document.spec.data.origin.name == "moons")
    assert window.isVisible()


def test_a_minimised_window_comes_back(qtbot: QtBot, window: MainWindow, launches: Launches, name: str) -> None:
    window.showMinimized()
    say(qtbot, "launch([])", name)
    assert not window.isMinimized()


def test_the_entries_of_the_launcher(qtbot: QtBot, window: MainWindow, launches: Launches) -> None:
    window.open_sample("moons")
    launches.serve(Launch(action="new"))
    assert window.session.document.spec.data.origin.name == "xor"
    launches.serve(Launch(action="samples"))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    spirals = next(action for action in menu.actions() if action.text() == "Spirals")
    spirals.trigger()
    menu.close()
    assert window.session.document.spec.data.origin.name == "spirals"


def test_what_comes_while_a_dialog_is_open_waits_for_its_end(
    qtbot: QtBot, window: MainWindow, launches: Launches, name: str
) -> None:
    dialog = QDialog(window)
    dialog.open()
    say(qtbot, "launch(['sample:moons'])", name)
    say(qtbot, "launch(['sample:circles'])", name)
    qtbot.wait(300)
    assert window.session.document.spec.data.origin.name == "xor"
    dialog.close()
    qtbot.waitUntil(lambda: window.session.document.spec.data.origin.name == "circles")


def test_a_file_that_the_system_sends_is_opened(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")  # where a double-click sends an event
    launches = Launches(window)
    missing = tmp_path / "gone.csv"
    QApplication.sendEvent(QApplication.instance(), QFileOpenEvent(QUrl.fromLocalFile(str(missing))))
    launches.stop()
    (said,) = dialogs(window)
    assert any("gone.csv" in label.text() for label in said.findChildren(QLabel))


def test_without_a_window_nobody_hears(name: str) -> None:
    assert not hand_over(Launch(), name)


def test_the_socket_of_a_killed_window_is_taken_over(qapp: QApplication, name: str) -> None:
    left = sockets.socket(sockets.AF_UNIX)
    left.bind(name)
    left.listen()
    left.close()  # the file stays, as after a kill
    assert not hand_over(Launch(), name)
    server = LaunchServer()
    assert server.listen(name)
    server.close()


def test_the_second_window_of_two_that_start_at_once_does_not_listen(qapp: QApplication, name: str) -> None:
    first, second = LaunchServer(), LaunchServer()
    assert first.listen(name)
    assert not second.listen(name)
    second.close()
    assert Path(name).exists()
    first.close()


def test_a_window_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("bpgui.ui.launch.ANSWER", 50)
    with sockets.socket(sockets.AF_UNIX) as deaf:
        deaf.bind(name)
        deaf.listen()
        assert not hand_over(Launch(), name)


@pytest.mark.parametrize("said", [b"\n", b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 100 + b"\n", b"\x93\x01\x02\n"])
def test_what_is_no_request_is_put_aside(qtbot: QtBot, launches: Launches, name: str, said: bytes) -> None:
    asked = []
    launches.server.asked.connect(asked.append)
    with sockets.socket(sockets.AF_UNIX) as stranger:
        stranger.connect(name)
        stranger.sendall(said)
        stranger.setblocking(False)
        qtbot.waitUntil(lambda: hung_up(stranger))
    assert asked == []


def hung_up(socket: sockets.socket) -> bool:
    try:
        return socket.recv(10) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_paths_are_seen_from_where_the_program_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "t1")
    assert launch(["a.csv", "sample:xor"]) == Launch((str(tmp_path / "a.csv"), "sample:xor"), "", "t1")


def test_each_person_and_screen_has_a_window(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    first = server_name()
    assert Path(first).parent == tmp_path
    monkeypatch.setenv("DISPLAY", ":1")
    assert server_name() != first
    if hasattr(os, "getuid"):
        monkeypatch.setattr(os, "getuid", lambda: 54321)
        monkeypatch.setenv("DISPLAY", ":0")
        assert server_name() != first


def test_the_event_of_a_file_is_the_only_one_taken(launches: Launches, window: MainWindow) -> None:
    assert not launches.eventFilter(window, QEvent(QEvent.Type.User))
