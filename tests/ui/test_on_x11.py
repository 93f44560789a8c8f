"""The program on a real X server, seen with the eyes of a desktop: when its start is over, and whose window it is."""

from __future__ import annotations

import configparser
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from x_screen import Shown, XScreen, why_not, x_screen

from bpgui.resources import resource

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())
FIRST, SECOND = "files-1-desk_TIME1000", "a name that is longer than one of the messages holds_TIME2000"


class Desktop:
    """A screen, and the program started on it as a launcher does."""

    def __init__(self, screen: XScreen, home: Path) -> None:
        self.screen = screen
        kept = {name: value for name, value in os.environ.items() if name not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
        self._env = {**kept, "DISPLAY": screen.display, "XDG_RUNTIME_DIR": str(home)}

    def start(self, startup_id: str, *arguments: str) -> subprocess.Popen[bytes]:
        env = {**self._env, "DESKTOP_STARTUP_ID": startup_id}
        return subprocess.Popen([sys.executable, "-m", "bpgui", *arguments], env=env)

    def windows(self) -> list[int]:
        """What was shown so far and is a window for a window manager, in that order."""
        return [seen.window for seen in self.screen.seen if isinstance(seen, Shown) and not seen.bypasses]

    def over(self, startup_id: str) -> bool:
        return f"remove: ID={startup_id}" in self.screen.seen


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """With one window of the program, whose start is over."""
    with x_screen() as screen:
        made = Desktop(screen, tmp_path_factory.mktemp("runtime"))
        started = made.start(FIRST)
        try:
            screen.until(lambda: made.over(FIRST) or started.poll() is not None)
            assert made.over(FIRST)
            yield made
        finally:
            started.terminate()
            started.wait()


def test_the_start_is_over_when_the_window_is_there(desktop: Desktop) -> None:
    seen = desktop.screen.seen
    before = seen[: seen.index(f"remove: ID={FIRST}")]
    (window,) = [shown.window for shown in before if isinstance(shown, Shown)]
    assert desktop.screen.title(window) == "xor — bpgui"


def test_a_start_that_hands_over_is_over_without_a_window_of_its_own(desktop: Desktop) -> None:
    (window,) = desktop.windows()
    before = len(desktop.screen.seen)
    second = desktop.start(SECOND, "sample:moons")
    desktop.screen.until(lambda: second.poll() is not None and desktop.screen.title(window).startswith("moons"))
    assert second.returncode == 0
    desktop.screen.until(lambda: f"remove: ID={SECOND}" in desktop.screen.seen[before:])
    assert desktop.windows() == [window]


def test_the_window_is_the_launcher_s(desktop: Desktop) -> None:
    entry = configparser.RawConfigParser()
    entry.optionxform = str
    entry.read_string(resource("launcher", "bpgui.desktop.in").read_text(encoding="utf-8"))
    launcher = entry["Desktop Entry"]
    assert launcher["StartupNotify"] == "true"
    window = desktop.windows()[0]
    instance, name = desktop.screen.property(window, "WM_CLASS").decode().rstrip("\0").split("\0")
    assert instance == name == launcher["StartupWMClass"]
    assert desktop.screen.property(window, "_KDE_NET_WM_DESKTOP_FILE") == b"bpgui"  # the launcher's file


def test_the_window_has_the_icon_in_all_sizes(desktop: Desktop) -> None:
    icons = desktop.screen.property(desktop.windows()[0], "_NET_WM_ICON")
    words = struct.unpack(f"={len(icons) // 4}I", icons)
    found = {}
    at = 0
    while at < len(words):
        width, height = words[at : at + 2]
        found[width, height] = words[at + 2 : at + 2 + width * height]
        at += 2 + width * height
    assert list(found) == [(size, size) for size in (16, 24, 32, 48, 64, 128, 256)]
    for (width, height), pixels in found.items():
        assert pixels[height // 2 * width + width // 2] >> 24 == 255  # something is drawn in the middle
        assert pixels[0] >> 24 == 0  # and the corner is clear
