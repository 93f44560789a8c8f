"""What a start loads before the window is painted for the first time: only what is seen then.

A module named here that turns up too early is imported at the top of one that the first paint needs: import it in the
function that uses it, or under TYPE_CHECKING. `python -X importtime` says what it costs, and who asked for it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from bpgui.project.checks import check
from bpgui.project.samples import open_sample
from bpgui.session.document import FIRST_SAMPLE

# Nobody can want them before the window stands there; each with all that lies below it.
NOT_YET = (
    "bpgui.cli.commands", "bpgui.cli.parser", "bpgui.data.inspection", "bpgui.data.readers", "bpgui.engine.explain",
    "bpgui.engine.gradcheck", "bpgui.engine.shares", "bpgui.engine.trace", "bpgui.project.checks",
    "bpgui.project.exporters", "bpgui.project.storage", "bpgui.runs.explaining", "bpgui.runs.stored",
    "bpgui.session.explaining", "bpgui.ui.dialogs", "bpgui.ui.explain", "bpgui.ui.explore", "bpgui.ui.files",
    "PIL", "duckdb", "numpy.ma", "pyqtgraph", "python_calamine", "safetensors", "threadpoolctl",
)  # fmt: skip
PANELS = {"bpgui.ui.panels.base", "bpgui.ui.panels.network"}
# The first click must not wait for them: they are there once the window is complete.
SOON = (
    "bpgui.data.readers", "bpgui.engine.explain", "bpgui.project.checks", "bpgui.project.storage",
    "bpgui.session.explaining.walk", "bpgui.ui.files", "threadpoolctl",
)  # fmt: skip
# What is only for a panel that is closed at first.
UNASKED = ("bpgui.project.lessons.reading", "bpgui.project.lessons.shelf")
MOST = 200  # modules of bpgui: a start with more of them is slower than it may be
# PySide makes a class when it is first named or handed to Python, with all its enums. An unknown widget that Qt made
# itself (a viewport, a label's parent) has it make all classes of widgets there are; a style, a hundred enums.
COSTLY_CLASSES = ("QCalendarWidget", "QStyle")
START = """
import json, os, sys
from PySide6 import QtWidgets
from bpgui.__main__ import main
from bpgui.ui.opening import Opening

wait_for_paint = Opening.wait_for_paint

def say():
    print(json.dumps([sorted(sys.modules), sorted(vars(QtWidgets))]), flush=True)

def end():
    say()
    os._exit(0)

def tell(opening):
    opening.painted.connect(say)
    opening.finished.connect(end)
    wait_for_paint(opening)

Opening.wait_for_paint = tell
main(["--new-instance"])
"""


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[set[str]]]:
    """Modules and Qt's classes at the first paint, and when the window is complete."""
    home = str(tmp_path_factory.mktemp("home"))
    homes = {f"XDG_{kind}_HOME": home for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
    environment = {**os.environ, **homes, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", START], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    painted, finished = ([set(names) for names in json.loads(line)] for line in done.stdout.splitlines())
    return {"painted": painted, "finished": finished}


def below(names: set[str], package: str) -> list[str]:
    return sorted(name for name in names if name == package or name.startswith(f"{package}."))


@pytest.mark.parametrize("package", NOT_YET)
def test_what_is_not_seen_at_once_is_loaded_later(start: dict[str, Any], package: str) -> None:
    assert not below(start["painted"][0], package)


def test_panels_come_after_the_first_paint(start: dict[str, Any]) -> None:
    assert set(below(start["painted"][0], "bpgui.ui.panels")) == {"bpgui.ui.panels", *PANELS}


def test_a_start_stays_small(start: dict[str, Any]) -> None:
    assert len(below(start["painted"][0], "bpgui")) <= MOST


def test_no_classes_of_qt_are_made_that_nobody_asked_for(start: dict[str, Any]) -> None:
    assert not start["painted"][1] & set(COSTLY_CLASSES)


def test_all_of_it_is_there_when_the_window_is_complete(start: dict[str, Any]) -> None:
    assert not [package for package in SOON if not below(start["finished"][0], package)]


def test_nothing_is_made_for_a_panel_that_is_closed(start: dict[str, Any]) -> None:
    assert not [module for module in UNASKED if module in start["finished"][0]]


def test_the_first_sample_needs_no_check() -> None:
    """The window opens with it unchecked, as nothing speaks against it."""
    assert check(*open_sample(FIRST_SAMPLE)) == ()
