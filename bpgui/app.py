"""The program with its window: sets Qt up, builds session and window, opens what was asked for."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QApplication

from bpgui import __version__
from bpgui.session.collector import Collector
from bpgui.session.session import Session
from bpgui.ui.errors import ErrorReporter
from bpgui.ui.icons import app_icon
from bpgui.ui.main_window import MainWindow

log = logging.getLogger("bpgui")
LOG_BYTES, LOGS_KEPT = 1_000_000, 2
NO_DISPLAY = """bpgui cannot open a window: there is no display.
Start it in a desktop session, or train without a window: bpgui train sample:xor"""

_crash_file: TextIO | None = None


def run(paths: Sequence[str | os.PathLike[str]] = ()) -> int:
    """Open the window with the first of `paths` (a project or a data file) and stay until it is closed."""
    if not has_display():
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    application = make_application()
    start_logging()
    window = build_window()
    reporter = ErrorReporter(window)
    reporter.install()
    # Ctrl+C in the terminal ends the program even while it is idle.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window.show()
    collector = Collector()
    collector.start()
    if paths:
        window.files.open_paths([Path(path) for path in paths])
    try:
        return application.exec()
    finally:
        window.halt()
        collector.stop()
        reporter.uninstall()


def has_display() -> bool:
    """Whether Qt will find a screen; asking Qt itself would end the process where there is none."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in (
        "offscreen",
        "minimal",
        "vnc",
    ):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM"))


def make_application() -> QApplication:
    """The one QApplication, with the program's name and icon."""
    application = QApplication.instance() or QApplication([sys.argv[0] if sys.argv else "bpgui"])
    assert isinstance(application, QApplication)
    QCoreApplication.setApplicationName("bpgui")
    QCoreApplication.setApplicationVersion(__version__)
    QApplication.setApplicationDisplayName("")
    QApplication.setDesktopFileName("bpgui")
    application.setWindowIcon(app_icon())
    return application


def build_window(*, remember: bool = True) -> MainWindow:
    """A window on a new session with the first sample, not shown yet.

    `remember` False neither reads nor writes settings: the same window whatever was done before.
    """
    return MainWindow(Session(), remember=remember)


def log_folder() -> Path:
    """Where the log lies: the person's state folder (`XDG_STATE_HOME`), else the application's data folder."""
    state = os.environ.get("XDG_STATE_HOME")
    if state:
        return Path(state) / "bpgui"
    if sys.platform == "linux":
        return Path.home() / ".local" / "state" / "bpgui"
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation))


def start_logging() -> Path | None:
    """Write the log, and crashes of native code, to files; None where none can be written."""
    global _crash_file
    folder = log_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "bpgui.log", maxBytes=LOG_BYTES, backupCount=LOGS_KEPT, encoding="utf-8", delay=True
        )
        _crash_file = (folder / "crash.log").open("a", encoding="utf-8")
    except OSError as error:
        print(f"bpgui: no log can be written to {folder}: {error.strerror}", file=sys.stderr)
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    faulthandler.enable(_crash_file)
    return folder / "bpgui.log"
