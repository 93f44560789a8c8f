"""What every test can rely on: no screen needed, no settings of the user touched, nothing left running afterwards."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Iterator
from functools import partialmethod
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

# Before Qt is imported by the first test that needs it; the same platform everywhere gives the same results everywhere.
if "BPGUI_TEST_DISPLAY" not in os.environ:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

# The same examples in every run; BPGUI_TEST_EXPLORE=1 draws new ones. Deadlines would measure the machine's load.
settings.register_profile(
    "bpgui",
    deadline=None,
    derandomize="BPGUI_TEST_EXPLORE" not in os.environ,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("bpgui")

# Nothing here takes so long; a busy machine must not make a test fail that waits for something that comes.
PATIENCE = 20_000  # milliseconds
# Here threads, processes and the screen's clock take part: a test that fails is tried once more, and the summary says
# which. All other tests are functions of what they are given, and fail for good.
TIMED = ("cli", "lessons", "packaging", "session", "ui")
_call_failed = pytest.StashKey[bool]()
_numbers = count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    root = Path(__file__).parent
    for item in items:
        if item.path.relative_to(root).parts[0] in TIMED:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when in ("setup", "call") and not report.passed:
        item.stash[_call_failed] = True
    return report


# ---- the user's files


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings and data of this process and of the programs it starts go to a temporary folder."""
    base = tmp_path_factory.mktemp("user")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CACHE", "CONFIG", "DATA", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(base / name.lower()))
        if "XDG_RUNTIME_DIR" not in os.environ:
            runtime = base / "runtime"
            runtime.mkdir(mode=0o700)
            patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        yield base


@pytest.fixture(autouse=True)
def _own_settings(_own_folders: Path) -> None:
    """Each test begins with empty settings (QSettings creates the folder only when something is written)."""
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QSettings

        folder = str(_own_folders / "settings" / str(next(_numbers)))
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, folder)


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """pytest-qt's application, which also reports slots that are not decorated with @Slot."""
    from PySide6.QtCore import QLoggingCategory

    QLoggingCategory.setFilterRules("qt.pyside.libpyside.warning=true")
    return qapp


class PatientBot(QtBot):
    """pytest-qt's, which waits for what is to come as long as a busy machine may need."""

    waitActive = partialmethod(QtBot.waitActive, timeout=PATIENCE)
    waitExposed = partialmethod(QtBot.waitExposed, timeout=PATIENCE)
    waitSignal = partialmethod(QtBot.waitSignal, timeout=PATIENCE)
    waitSignals = partialmethod(QtBot.waitSignals, timeout=PATIENCE)
    waitUntil = partialmethod(QtBot.waitUntil, timeout=PATIENCE)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


# ---- nothing left over


@pytest.fixture(scope="module", autouse=True)
def _thaw_after_module() -> Iterator[None]:
    """What `_nothing_left` froze may have become garbage since."""
    yield
    gc.unfreeze()
    gc.collect()


@pytest.fixture(autouse=True)
def _nothing_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test fails when it leaves a thread, an active timer or a top-level widget behind.

    `gc.freeze` sets aside what lived before the test, so that the collection and the search afterwards see only what
    the test made: well under a millisecond, where a whole collection takes fifty. A test that failed already is not
    looked at, because its traceback keeps its objects alive.
    """
    request.node.stash[_call_failed] = False
    threads = set(threading.enumerate())
    windows = {_address(widget) for widget in _top_level_widgets()}
    gc.collect()  # the test before, which pytest has let go of since: frozen, each window would keep 5 MB
    gc.freeze()
    yield
    if request.node.stash.get(_call_failed, False):
        return
    _finish_deletions()
    gc.collect()
    _finish_deletions()
    left = _left_threads(threads) + _left_qt_objects() + _left_windows(windows)
    if left:
        pytest.fail("The test left behind: " + "; ".join(left), pytrace=False)


def _application() -> QApplication | None:
    """The application if a test has made one; never imports Qt."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets.QApplication.instance() if widgets else None


def _finish_deletions() -> None:
    application = _application()
    if application is not None:
        from PySide6.QtCore import QEvent

        application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        application.processEvents()


def _left_threads(before: set[threading.Thread]) -> list[str]:
    """Python threads still running after a while.

    A QThread that ran Python leaves a dummy entry for ever on Python 3.11; QThreads are looked at by themselves.
    """

    def running() -> list[threading.Thread]:
        new = set(threading.enumerate()) - before
        return [thread for thread in new if not isinstance(thread, threading._DummyThread)]

    deadline = time.monotonic() + PATIENCE / 1000
    while running() and time.monotonic() < deadline:
        time.sleep(0.01)
    return [f"thread {thread.name!r}" for thread in running()]


def _left_qt_objects() -> list[str]:
    """Running QThreads and active QTimers among the objects that Python has seen since the test began."""
    if _application() is None:
        return []
    from PySide6.QtCore import QThread, QTimer
    from shiboken6 import isValid

    left = []
    for thing in gc.get_objects():
        kind = type(thing)
        if issubclass(kind, QThread) and isValid(thing) and thing.isRunning():
            if thing is not QThread.currentThread() and not thing.wait(PATIENCE):
                left.append(f"running {_describe(thing)}")
        elif issubclass(kind, QTimer) and isValid(thing) and thing.isActive():
            left.append(f"active {_describe(thing)}, every {thing.interval()} ms, of {_describe(thing.parent())}")
    return left


def _left_windows(before: set[int]) -> list[str]:
    return [
        f"top-level {_describe(widget)}"
        for widget in _top_level_widgets()
        if _address(widget) not in before and type(widget).__name__ != "QTipLabel"
    ]


def _top_level_widgets() -> list[QWidget]:
    """Windows that no other widget owns (the menus of a window go with it)."""
    application = _application()
    if application is None:
        return []
    return [widget for widget in application.topLevelWidgets() if widget.parent() is None]


def _address(widget: QWidget) -> int:
    from shiboken6 import getCppPointer

    return getCppPointer(widget)[0]


def _describe(thing: Any) -> str:
    if thing is None:
        return "nobody"
    name = thing.objectName()
    kind = type(thing)
    return f"{kind.__module__}.{kind.__qualname__}" + (f" {name!r}" if name else "")
