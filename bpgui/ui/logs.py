"""Where the program writes what went wrong: its log, and crashes of native code."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QStandardPaths

log = logging.getLogger("bpgui")
LOG_BYTES, LOGS_KEPT = 1_000_000, 2

_crash_file: TextIO | None = None


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
