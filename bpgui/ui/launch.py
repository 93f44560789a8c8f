"""One window for a person: a second start hands its files over to the window that is open, and ends."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from bpgui.session.guard import guarded

if TYPE_CHECKING:
    from bpgui.ui.main_window import MainWindow

log = logging.getLogger("bpgui")
SAMPLE = "sample:"
HEARD = b"heard"
CONNECT, ANSWER = 500, 3000  # milliseconds; a window that does not answer is not waited for
LONGEST = 1 << 20  # bytes of a message
LATER = 200  # milliseconds until a window with an open dialog is asked again

Action = Literal["", "new", "samples"]


class Launch(msgspec.Struct, frozen=True):
    """What a start of the program asks for: files (absolute paths, or sample:NAME), or an entry of the launcher's menu.

    `lesson` is a lesson by its name, or the absolute path of one. `token` lets the window come to the front on Wayland.
    `projector`: drawn for a class, as long as it is open.
    """

    paths: tuple[str, ...] = ()
    action: Action = ""
    token: str = ""
    lesson: str = ""
    projector: bool = False


def launch(paths: list[str], action: Action = "", lesson: str = "", *, projector: bool = False) -> Launch:
    """The request of this start; paths are seen from the folder that it happens in."""
    absolute = tuple(path if path.startswith(SAMPLE) else str(Path(path).absolute()) for path in paths)
    if lesson:
        from bpgui.project.lessons.shelf import is_file_name

        lesson = str(Path(lesson).absolute()) if is_file_name(lesson) else lesson
    return Launch(absolute, action, os.environ.get("XDG_ACTIVATION_TOKEN", ""), lesson, projector)


def server_name() -> str:
    """Where the window listens: one for each person and screen, in a folder of the person's own where there is one."""
    user = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    screen = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or ""
    name = "bpgui-" + hashlib.sha256(f"{user} {screen}".encode()).hexdigest()[:16]
    if sys.platform == "win32":
        return name  # a named pipe
    return str(Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir(), name))


def hand_over(request: Launch, name: str | None = None) -> bool:
    """Tell the open window; whether there is one and it heard."""
    name = name or server_name()
    if not _is_own(name):
        return False
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(CONNECT):
        return False
    socket.write(msgspec.msgpack.encode(request) + b"\n")
    heard = socket.waitForBytesWritten(CONNECT) and socket.waitForReadyRead(ANSWER)
    answer = bytes(socket.readAll().data()) if heard else b""
    socket.abort()
    return answer == HEARD


def _is_own(name: str) -> bool:
    """Whether the socket is this person's: in a folder for all, somebody else may have put one there."""
    if sys.platform == "win32":
        return True
    try:
        return os.stat(name).st_uid == os.getuid()
    except OSError:
        return False


def end_startup_notification() -> None:
    """Tell the desktop that this start is over, though no window of its own will come.

    Qt says so when its first window shows: here one outside the screen, which no window manager sees.
    """
    if not os.environ.get("DESKTOP_STARTUP_ID"):
        return
    application = QApplication.instance() or QApplication(["bpgui"])
    window = QWidget(None, Qt.WindowType.BypassWindowManagerHint | Qt.WindowType.FramelessWindowHint)
    window.setGeometry(-10, -10, 1, 1)
    window.show()
    application.processEvents()
    window.close()


class LaunchServer(QObject):
    """Listens for later starts: `asked(Launch)`. Only programs of the same person are heard."""

    asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def listen(self, name: str | None = None) -> bool:
        """Whether it listens now. A socket left by a program that was killed is taken over."""
        name = name or server_name()
        probe = QLocalSocket()
        probe.connectToServer(name)
        if probe.waitForConnected(CONNECT):  # asked, since with an access option Qt replaces a socket in use
            probe.abort()
            return False
        QLocalServer.removeServer(name)
        if not self._server.listen(name):
            log.warning("no other start can be heard: %s", self._server.errorString())
            return False
        return True

    def close(self) -> None:
        self._server.close()

    @Slot()
    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._on_said)
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._hear(socket)

    @Slot()
    def _on_said(self) -> None:
        self._hear(self.sender())

    def _hear(self, socket: QLocalSocket) -> None:
        said = bytes(socket.peek(LONGEST).data())
        if not said.endswith(b"\n") and len(said) < LONGEST:
            return  # the rest is on its way
        socket.readAll()
        try:
            request = msgspec.msgpack.decode(said[:-1], type=Launch)
        except msgspec.MsgspecError:
            log.warning("something that is not bpgui spoke to this window")
            socket.abort()
            return
        socket.write(HEARD)
        socket.flush()
        self.asked.emit(request)


class Launches(QObject):
    """Does in the window what starts of the program ask for, one after the other, and files that the system sends."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: list[Launch] = []
        self._timer = QTimer(self)
        self._timer.setInterval(LATER)
        self._timer.timeout.connect(self._serve)
        self.server = LaunchServer(self)
        self.server.asked.connect(self._on_asked)
        if sys.platform == "darwin":  # a filter of all events costs all of them something
            QApplication.instance().installEventFilter(self)

    def stop(self) -> None:
        """Hear nothing more."""
        QApplication.instance().removeEventFilter(self)
        self._timer.stop()
        self.server.close()

    def serve(self, request: Launch) -> None:
        """Do it as soon as no dialog is in the way."""
        self._waiting.append(request)
        self._serve()

    @guarded(default=False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent):  # macOS: a double-click
            self.serve(Launch((event.file(),)))
            return True
        return False

    @Slot(object)
    def _on_asked(self, request: Launch) -> None:
        self._come_forward(request.token)
        self.serve(request)

    def _come_forward(self, token: str) -> None:
        if token:
            os.environ["XDG_ACTIVATION_TOKEN"] = token  # where Qt looks for it
        window = self._window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    @Slot()
    def _serve(self) -> None:
        while self._waiting and QApplication.activeModalWidget() is None:
            self._do(self._waiting.pop(0))
        if self._waiting:
            self._timer.start()
        else:
            self._timer.stop()

    def _do(self, request: Launch) -> None:
        from bpgui.project.samples import SAMPLES

        window = self._window
        if request.projector:
            window.projector.choose(True, keep=False)
        sample = request.paths[0].removeprefix(SAMPLE) if request.paths else ""
        if sample in SAMPLES and request.paths[0].startswith(SAMPLE):
            window.open_sample(sample)
        elif request.paths:
            window.files.open_paths([Path(path) for path in request.paths])
        elif request.lesson:
            window.lessons.open(request.lesson)
        elif request.action == "new":
            window.commands.new()
        elif request.action == "samples":
            self._offer_samples()

    def _offer_samples(self) -> None:
        from bpgui.ui.submenus import fill_samples

        window = self._window
        menu = QMenu(window)
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        fill_samples(window, menu)
        size = menu.sizeHint()
        centre = window.mapToGlobal(window.rect().center())
        menu.popup(centre - QPoint(size.width() // 2, size.height() // 2))
