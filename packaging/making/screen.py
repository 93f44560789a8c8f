"""Virtual screens of X11 and Wayland, and what stands on them: to run the packed program as a person would see it."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from making.process import BuildError

PATIENCE = 60.0  # seconds for a window to come, on a busy machine
_TITLE = re.compile(r'^\s+0x[0-9a-f]+ "(.+)": \("', re.MULTILINE)


@contextlib.contextmanager
def virtual_screen() -> Iterator[str]:
    """The DISPLAY of a fresh X server of 1440 x 900, which picks a free number itself."""
    reading, writing = os.pipe()
    # Without -noreset it begins anew when its last window goes, and a program that starts just then finds no screen.
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with open(reading, encoding="ascii") as numbers:
                number = numbers.readline().strip()
            if not number:
                raise BuildError("Xvfb did not start.")
            yield f":{number}"
        finally:
            server.terminate()


def titles(display: str) -> list[str]:
    """The titles of the windows on the screen; [] where one of them went while they were counted."""
    command = ["xwininfo", "-display", display, "-root", "-tree"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    return _TITLE.findall(done.stdout) if done.returncode == 0 else []


def wait_for(title: str, display: str, process: subprocess.Popen[bytes]) -> None:
    """Until a window of that title is there. Raises BuildError where it does not come, or the program ends before."""
    wait_until(lambda: title in titles(display), process, f"no window '{title}'")


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[bytes], lacking: str) -> None:
    """Raises BuildError, saying what is lacking, where it does not come true, or the program ends before."""
    end = time.monotonic() + PATIENCE
    while not condition():
        code = process.poll()
        if code is not None or time.monotonic() > end:
            reason = f"ended with {code}" if code is not None else f"runs on after {PATIENCE:.0f} s"
            raise BuildError(f"The program {reason}: {lacking}.")
        time.sleep(0.1)


@contextlib.contextmanager
def compositor() -> Iterator[dict[str, str]]:
    """What a program's environment names of a Wayland session that nobody sees, without an X server."""
    with tempfile.TemporaryDirectory(prefix="bpgui-wayland-") as folder:
        named = {"XDG_RUNTIME_DIR": folder, "WAYLAND_DISPLAY": "wayland-bpgui"}
        command = ["weston", "--backend=headless-backend.so", "--no-config", "--idle-time=0",
                   f"--socket={named['WAYLAND_DISPLAY']}", "--width=1440", "--height=900"]  # fmt: skip
        env = {**os.environ, "XDG_RUNTIME_DIR": folder}
        with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                wait_until(Path(folder, named["WAYLAND_DISPLAY"]).exists, server, "weston makes no socket")
                yield named
            finally:
                server.terminate()
