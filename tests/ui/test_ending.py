"""A program that ends with its windows open: nothing is said, whatever Qt destroys first."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import time
from bpgui.app import build_window, make_application

application = make_application()
windows = [build_window(remember=False) for _ in range(4)]
for window in windows:
    window.show()
    window.open_sample("moons")
    window.panels["output"].show_view("try")
windows[0].session.trainer.train()
while windows[0].session.trainer.progress.step < 3:
    application.processEvents()
"""


def test_a_script_that_ends_without_closing_its_windows_says_nothing() -> None:
    ended = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120)
    said = [line for line in ended.stderr.splitlines() if "propagateSizeHints" not in line]
    assert (ended.returncode, said) == (0, [])
