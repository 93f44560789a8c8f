"""What every part of the proof works with: layers, screen and report; and machines that are always put away."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from making.names import DIST, ROOT

from bare import snapshot
from bare.layers import Layers
from bare.machine import HOMES, Machine
from bare.report import Failed, Report
from bare.screen import Screen


@dataclass
class Bench:
    """The things of one run. `packages` is where .deb and .run lie; `keep` leaves the files of the machines."""

    layers: Layers
    report: Report
    packages: Path = DIST
    keep: bool = False
    _screen: Screen | None = None

    @property
    def screen(self) -> Screen:
        """The screen, switched on when first asked for."""
        if self._screen is None:
            self._screen = Screen(self.layers, self.report)
        return self._screen

    @contextmanager
    def machine(self, layer: str, name: str) -> Iterator[Machine]:
        """A machine with a fresh copy of a layer, for a while. What was on the screen at a failure is kept."""
        machine = self.layers.machine(layer, name)
        try:
            yield machine
        except Failed:
            if self._screen is not None:
                self._screen.keep(f"{name}-failed")
            raise
        finally:
            machine.close(keep=self.keep)

    def scene(self, title: str, act: Callable[[], None]) -> None:
        """Do one part; where it fails, the rest of it is left, its last picture is kept, and the next part goes on."""
        self.report.title(title)
        try:
            act()
        except Failed as failure:
            self.report.fail(title, failure)
        except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
            self.report.fail(title, Failed(f"{type(error).__name__}: {error}"))

    def snapshot(self, machine: Machine) -> snapshot.Files:
        """Every file of a machine as it is now."""
        with self.report.step("looked at every file of the machine"):
            return snapshot.take(machine.path("/"), {*snapshot.PASSING, *map(str, machine.places)})

    def checkout(self, machine: Machine, user: str) -> str:
        """A clone of this checkout as it was last committed, in the home of a user; its folder."""
        folder = f"{HOMES[user]}/bpgui"
        with self.report.step(f"cloned the checkout for {user}"), tempfile.TemporaryDirectory() as place:
            git = ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), f"{place}/bpgui"]
            done = subprocess.run(git, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Failed(done.stderr)
            log = ["git", "-C", f"{place}/bpgui", "log", "-1", "--format=%h of %ci"]
            commit = subprocess.run(log, capture_output=True, text=True, check=True).stdout.strip()
            machine.bring(Path(place, "bpgui"), folder, user)
        self.report.note(f"commit {commit}")
        return folder

    def close(self) -> None:
        if self._screen is not None:
            self._screen.close()
