"""The program with its window: sets Qt up, builds session and window, opens what was asked for."""

from __future__ import annotations

import atexit
import signal
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication

from bpgui import __version__
from bpgui.session.collector import Collector
from bpgui.session.session import Session
from bpgui.ui import settings
from bpgui.ui.errors import ErrorReporter
from bpgui.ui.icons import app_icon
from bpgui.ui.launch import Launch, Launches
from bpgui.ui.logs import start_logging
from bpgui.ui.main_window import MainWindow
from bpgui.ui.theme import new_application
from bpgui.ui.window_size import has_room


def run(request: Launch, *, alone: bool = False) -> int:
    """Open the window with what is asked for and stay until it is closed.

    Unless it is to stand `alone`, it takes what later starts of the program ask for.
    """
    application = make_application()
    start_logging()
    window = build_window(staged=True, projector=request.projector)
    if settings.window_state() is None and not has_room(window.screen()):
        window.setWindowState(Qt.WindowState.WindowMaximized)
    reporter = ErrorReporter(window)
    reporter.install()
    # Ctrl+C in the terminal ends the program even while it is idle.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    collector = Collector()
    launches = Launches(window)
    if not alone:
        launches.server.listen()
    window.opening.finished.connect(collector.start)
    window.opening.finished.connect(partial(launches.serve, request))
    if request == Launch(token=request.token):  # nothing else is asked for
        window.opening.finished.connect(partial(_offer_lesson, window))
    window.show()
    try:
        return application.exec()
    finally:
        launches.stop()
        window.halt()
        collector.stop()
        reporter.uninstall()


def _offer_lesson(window: MainWindow) -> None:
    """The first one, to somebody who has not been here before."""
    if settings.lesson_is_offered():
        from bpgui.ui.learn.welcome import offer_first_lesson

        offer_first_lesson(window)


def make_application() -> QApplication:
    """The one QApplication, with the program's name and icon."""
    application = QApplication.instance()
    if application is None:
        application = new_application("bpgui")  # the name that X11's windows carry
        atexit.register(_leave)
    assert isinstance(application, QApplication)
    QCoreApplication.setApplicationName("bpgui")
    QCoreApplication.setApplicationVersion(__version__)
    QApplication.setApplicationDisplayName("")
    QApplication.setDesktopFileName("bpgui")
    application.setWindowIcon(app_icon())
    return application


def _leave() -> None:
    """Where a program ends with its windows open: they go before what they show, which Qt destroys in any order."""
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow):
            window.halt()
            window.hide()


def build_window(*, remember: bool = True, staged: bool = False, projector: bool = False) -> MainWindow:
    """A window on a new session with the first sample, not shown yet.

    `remember` False neither reads nor writes settings: the same window whatever was done before. A `staged` one
    makes most of its panels after its first paint. `projector`: large, for a class.
    """
    return MainWindow(Session(begun=not staged), remember=remember, staged=staged, projector=projector)
