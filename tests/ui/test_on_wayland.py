"""The program in a Wayland session without an X server: whose window it is, and that it comes to the front."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from wayland_screen import NAME, WaylandScreen, wayland_screen

from bpgui.display import QT_LIBRARIES, WAYLAND_LIBRARIES, not_loadable
from bpgui.resources import resource

LACKING = not_loadable({**QT_LIBRARIES, **WAYLAND_LIBRARIES}) if sys.platform == "linux" else ["Wayland"]
pytestmark = pytest.mark.skipif(bool(LACKING), reason=f"not here: {', '.join(LACKING)}")


class Desktop:
    """A compositor, and the program started in it as a launcher does."""

    def __init__(self, screen: WaylandScreen, folder: Path) -> None:
        self.screen = screen
        kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")}
        self._env = {**kept, "WAYLAND_DISPLAY": NAME, "XDG_RUNTIME_DIR": str(folder)}

    def start(self, token: str, *arguments: str) -> subprocess.Popen[bytes]:
        env = {**self._env, "XDG_ACTIVATION_TOKEN": token}
        return subprocess.Popen([sys.executable, "-m", "bpgui", *arguments], env=env)


@pytest.fixture(scope="module")
def desktop() -> Iterator[Desktop]:
    """With one window of the program."""
    with tempfile.TemporaryDirectory(prefix="bpgui-") as folder, wayland_screen(Path(folder)) as screen:
        made = Desktop(screen, Path(folder))
        started = made.start("first")
        try:
            screen.until(lambda: bool(screen.windows()) or started.poll() is not None)
            assert started.poll() is None
            yield made
        finally:
            started.terminate()
            started.wait()


def test_the_window_is_the_launcher_s_and_comes_to_the_front(desktop: Desktop) -> None:
    (window,) = desktop.screen.windows()
    assert window.title == "xor — bpgui"
    assert resource("launcher", f"{window.app_id}.desktop.in").is_file()  # the desktop takes its icon from there
    assert desktop.screen.activated[0] == "first"


def test_a_start_that_hands_over_brings_the_window_to_the_front(desktop: Desktop) -> None:
    (window,) = desktop.screen.windows()
    second = desktop.start("second", "sample:moons")
    desktop.screen.until(lambda: second.poll() is not None and window.title.startswith("moons"))
    assert second.returncode == 0
    desktop.screen.until(lambda: desktop.screen.activated[-1] == "second")
    assert desktop.screen.windows() == [window]
