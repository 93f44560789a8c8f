"""A virtual screen, and what stands on it: for running the packed program as a person would see it."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import time
from collections.abc import Iterator

from making.process import BuildError

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


def wait_for(title: str, display: str, process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    """Until a window of that title is there. Raises BuildError where it does not come, or the program ends before."""
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        if title in titles(display):
            return
        time.sleep(0.1)
    code = process.poll()
    reason = f"ended with {code}" if code is not None else f"showed only {titles(display)} in {seconds:.0f} s"
    raise BuildError(f"No window '{title}': the program {reason}.")
