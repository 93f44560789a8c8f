"""What was done, how long it took and what came of it: plain lines, printed and kept with the pictures."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Failed(Exception):
    """A step did not come out as it must; the text says what was seen instead."""

    told = False  # whether it stands in the transcript


class Report:
    """The transcript of a run, in a folder of its own with the pictures."""

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.folder = folder
        self.failures: list[str] = []
        self._transcript = folder / "transcript.txt"
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._start

    def title(self, text: str) -> None:
        self._write(f"\n== {text}")

    def note(self, text: str) -> None:
        """What was seen on the way; several lines are set in."""
        for line in text.splitlines():
            self._write(f"              {line}")

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Measure a step and say how it came out. A failure goes on to whoever makes the steps."""
        start = time.monotonic()
        try:
            yield
        except Failed as failure:
            self.fail(what, failure, time.monotonic() - start)
            raise
        self._write(f"ok     {time.monotonic() - start:5.1f} s {what}")

    def fail(self, what: str, failure: Failed, seconds: float = 0.0) -> None:
        """Write a failure down, once."""
        if failure.told:
            return
        failure.told = True
        self._write(f"FAILED {seconds:5.1f} s {what}")
        self.note(str(failure))
        self.failures.append(f"{what}: {str(failure).partition(chr(10))[0]}")

    def summary(self) -> int:
        """The last lines; the exit code."""
        self.title(f"{len(self.failures)} failures in {self.seconds:.0f} s; transcript and pictures in {self.folder}")
        for failure in self.failures:
            self.note(failure)
        return 1 if self.failures else 0

    def _write(self, line: str) -> None:
        print(line, flush=True)
        with open(self._transcript, "a", encoding="utf-8") as file:
            file.write(line + "\n")
