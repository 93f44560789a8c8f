"""What a person does with the program, at the screen of a machine: by mouse and keyboard, seen from outside."""

from __future__ import annotations

import json
import re
import time
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress

from bare.machine import HOMES, Done, Machine, Process
from bare.picture import Box
from bare.report import Failed, Report
from bare.screen import DISPLAY, HEIGHT, WIDTH, Screen

# Where a person looks: the bar with Train at its left, and at its right the word for what goes on.
TOOLBAR = Box(0, 44, 400, 56)
STATE = Box(WIDTH - 240, 44, 240, 56)


class Seat:
    """A person who is logged in at a machine with a screen. Without `network`, what they start has none."""

    def __init__(
        self,
        machine: Machine,
        screen: Screen | None,
        report: Report,
        user: str,
        *,
        env: Mapping[str, str] | None = None,
        network: bool = False,
        folder: str = "",
    ) -> None:
        self.machine, self.report, self.user = machine, report, user
        self._screen = screen
        self.home = HOMES[user]
        self._env, self._network, self._folder = {"DISPLAY": DISPLAY, **(env or {})}, network, folder

    @property
    def screen(self) -> Screen:
        """The screen. Raises Failed where the person has none."""
        if self._screen is None:
            raise Failed("there is no screen here")
        return self._screen

    def start(self, command: Sequence[str]) -> Process:
        return self.machine.start(
            command, user=self.user, env=self._env, network=self._network, folder=self._folder
        )

    def run(self, command: Sequence[str], *, timeout: float = 60.0, code: int | None = 0, display: bool = True) -> Done:
        """To its end; `display` False: as from a console, where there is no screen."""
        env = {name: value for name, value in self._env.items() if display or name != "DISPLAY"}
        return self.machine.run(
            command, user=self.user, env=env, network=self._network, folder=self._folder, timeout=timeout, code=code
        )

    # ---- steps

    def open(self, what: str, command: Sequence[str], *, seconds: float = 60.0) -> Process:
        """Start the program and wait until its window is there and at rest."""
        with self.report.step(f"{what}: {' '.join(command)}"):
            start = time.monotonic()
            process = self.start(command)
            window = self.screen.wait_window(seconds, process)
            shown = time.monotonic() - start
            self.screen.rest()
            self.screen.wait_still()
        self.report.note(f'window "{self.screen.title(window)}" after {shown:.1f} s')
        return process

    def check_window(self) -> None:
        """What the window tells the desktop, and that it fits on the screen. What is wrong here stops nothing else."""
        with suppress(Failed), self.report.step("the window has the launcher's class and an icon"):
            told = self.screen.properties(self.window)
            if not re.search(r'^WM_CLASS\(STRING\) = .*"bpgui"$', told, re.MULTILINE):
                raise Failed("WM_CLASS is not bpgui")
            if "_NET_WM_ICON(CARDINAL)" not in told:
                raise Failed("there is no icon")
        with suppress(Failed), self.report.step("the window fits on the screen, with its frame"):
            frame = self.screen.frame(self.window)
            if frame != frame.within(WIDTH, HEIGHT):
                raise Failed(f"it takes {frame}, and the screen has {WIDTH} x {HEIGHT}")

    @property
    def window(self) -> str:
        """The one window. Raises Failed where there are none, or several."""
        windows = self.screen.windows()
        if len(windows) != 1:
            raise Failed(f"there are {len(windows)} windows: {[self.screen.title(window) for window in windows]}")
        return windows[0]

    def train(self) -> None:
        """Click Train, and wait until it is over."""
        with self.report.step("clicked Train; the training ended (the word at the right of the bar)"):
            ready = self.screen.look()
            self.screen.click(self.screen.find("Train", TOOLBAR))
            self.screen.find("DONE", STATE, seconds=60)
            self.screen.rest()
            self.screen.wait_still()
            if self.screen.look().differing(ready) < 0.02:
                raise Failed("the picture is almost the same as before")
        self.report.note(f"the bar says: {self.screen.text(Box(0, 44, WIDTH, 56))}")

    def save(self, path: str, *, epochs: int, most_loss: float) -> None:
        """Save by keyboard under a new name; the file holds the whole run."""
        with self.report.step(f"saved it by keyboard as {path}"):
            self.screen.press("ctrl+s")
            self.screen.find("File name", seconds=15)
            self.screen.write(path)
            self.screen.press("Return")
            self.screen.wait_title(self.window, path.rpartition("/")[2].removesuffix(".bpgui"))
            self.screen.wait_still()
            self._check_saved(path, epochs, most_loss)

    def _check_saved(self, path: str, epochs: int, most_loss: float) -> None:
        try:
            with zipfile.ZipFile(self.machine.path(path)) as project:
                name = next(name for name in project.namelist() if name.endswith("/run.json"))
                run = json.loads(project.read(name))
        except (OSError, zipfile.BadZipFile, StopIteration) as error:
            raise Failed(f"{path} holds no run: {error!r}") from error
        self.report.note(f"{path}: epoch {run['epoch']}, loss {run['sound_loss']:.3g}, numpy {run['receipt']['numpy']}")
        if run["epoch"] != epochs or not run["sound_loss"] <= most_loss:
            raise Failed(f"{epochs} epochs and a loss of at most {most_loss} were expected")

    def hand_over(self, what: str, command: Sequence[str], *, title: str = "", words: str = "") -> None:
        """A second start ends at once; the window that is open does what was asked, and stays the only one."""
        with self.report.step(f"{what}: {' '.join(command)}"):
            start = time.monotonic()
            self.run(command, timeout=30)
            taken = time.monotonic() - start
            window = self.window
            if title:
                self.screen.wait_title(window, title)
            if words:
                self.screen.find(words)
            self.screen.wait_still()
        self.report.note(f'the second start ended after {taken:.1f} s; one window, "{self.screen.title(window)}"')

    def see(self, what: str, words: str, place: Box | None = None) -> None:
        """Wait until words can be read on the screen, or in a part of it."""
        with self.report.step(f'{what}: "{words}"'):
            self.screen.find(words, place)
            self.screen.wait_still()

    def choose(self, words: str, *, title: str) -> None:
        """Click on words; the title of the window follows."""
        with self.report.step(f'clicked "{words}"'):
            self.screen.click(self.screen.find(words))
            self.screen.wait_title(self.window, title)
            self.screen.rest()
            self.screen.wait_still()

    def quit(self, process: Process) -> None:
        """Leave by keyboard; the program ends with exit code 0 and says nothing."""
        with self.report.step("left with Ctrl+Q"):
            self.screen.press("ctrl+q")
            done = process.wait(20)
            self.screen.wait_closed()
            if done.code:
                raise Failed(f"exit code {done.code}:\n{done.output}")
        said = [line for line in done.output.splitlines() if not line.startswith(("bpgui: ", "WARNING: Location"))]
        if said:  # beyond what the set-up, and pip of this machine's own indexes, say
            self.report.note("\n".join(["it had said:", *said]))

    def without_display(self, command: Sequence[str]) -> None:
        """Where there is no display, a message says so and what to do."""
        with self.report.step("without a display it says what to do, with exit code 1"):
            done = self.run(command, display=False, code=1)
            if "no display" not in done.output or "bpgui train" not in done.output or "Traceback" in done.output:
                raise Failed(done.output)
        self.report.note(done.output.strip())
