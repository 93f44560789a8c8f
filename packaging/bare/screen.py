"""A screen, hands and eyes, on a machine of their own: the bare machine sees of them only the X server's socket.

Words are found as a person finds them: by reading the screen (tesseract). The mouse and the keys are xdotool's.
"""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bare.layers import Layers
from bare.machine import Process
from bare.picture import ENLARGED, Box, Picture, read_xwd
from bare.report import Failed, Report

DISPLAY = ":7"
WIDTH, HEIGHT = 1440, 900
STILL = 0.002  # share of the screen that may change while it counts as still: a text cursor blinks
QUIET_LOOKS = 3  # half seconds
SURE = 30.0  # percent; below it, what was read is noise


@dataclass(frozen=True)
class Word:
    """A word on the screen, and the line that it stands in."""

    text: str
    box: Box
    line: tuple[str, ...] = ()


class Screen:
    """An X server with a window manager, seen and handled from outside."""

    def __init__(self, layers: Layers, report: Report) -> None:
        self._report = report
        self._machine = layers.machine("screen", "screen")
        self._pictures = 0
        size = f"{WIDTH}x{HEIGHT}x24"
        server = ["Xvfb", DISPLAY, "-screen", "0", size, "-fbdir", "/tmp", "-ac", "-nolisten", "tcp", "-noreset"]
        self._server = self._machine.start(server)
        self._wait("the X server", 20, lambda: self._tool("xdotool", "getmouselocation", code=None) != "")
        self._manager: Process = self._machine.start(["openbox"], env={"DISPLAY": DISPLAY})

    def close(self) -> None:
        self._machine.close()

    # ---- eyes

    def look(self) -> Picture:
        """What is on the screen."""
        return read_xwd(self._machine.path("/tmp/Xvfb_screen0"))

    def keep(self, name: str) -> Picture:
        """Keep a picture of the screen in the report."""
        self._pictures += 1
        picture = self.look()
        path = self._report.folder / f"{self._pictures:02d}-{name}.png"
        path.write_bytes(picture.png())
        self._report.note(f"picture: {path.name}")
        return picture

    def words(self, box: Box | None = None, *, white: bool = False) -> list[Word]:
        """What can be read in a part of the screen, or on all of it; `white`: in white letters, on whatever colour."""
        box = (box or Box(0, 0, WIDTH, HEIGHT)).within(WIDTH, HEIGHT)
        seen = self.look().cut(box)
        grey = seen.bright() if white else seen.green()
        self._machine.write("/tmp/seen.pgm", grey.without_rules().pgm())
        command = ["tesseract", "/tmp/seen.pgm", "-", "--psm", "11", "-c", "debug_file=/dev/null", "tsv"]
        return read_tsv(self._machine.run(command, env={"OMP_THREAD_LIMIT": "1"}).output, box)

    def text(self, box: Box | None = None) -> str:
        """The same as one text."""
        return " ".join(word.text for word in self.words(box))

    def find(self, phrase: str, box: Box | None = None, *, seconds: float = 30.0) -> Box:
        """Where a phrase stands; the lowest place where there are several. Raises Failed when it does not come."""
        end = time.monotonic() + seconds
        while True:
            for white in (False, True):
                words = self.words(box, white=white)
                places = places_of(phrase, words)
                if places:
                    return max(places, key=lambda place: place.y)
            if time.monotonic() > end:
                seen = " ".join(word.text for word in words)
                raise Failed(f'"{phrase}" cannot be read on the screen. What can be read: {seen[:600]}')

    def wait_still(self, seconds: float = 30.0) -> None:
        """Wait until nearly nothing changes for a while: a window comes in parts, the next may be on its way."""
        end, before, quiet = time.monotonic() + seconds, self.look(), 0
        while time.monotonic() < end:
            time.sleep(0.5)
            now = self.look()
            quiet = quiet + 1 if now.differing(before) < STILL else 0
            if quiet == QUIET_LOOKS:
                return
            before = now
        raise Failed(f"The screen does not come to rest within {seconds:.0f} s.")

    # ---- hands

    def click(self, place: Box, button: int = 1) -> None:
        x, y = place.centre
        self._tool("xdotool", "mousemove", str(x), str(y), "sleep", "0.1", "click", str(button))

    def press(self, *keys: str) -> None:
        self._tool("xdotool", "key", "--clearmodifiers", *keys)

    def write(self, text: str) -> None:
        self._tool("xdotool", "type", "--delay", "15", text)

    def rest(self) -> None:
        """Move the mouse to where it covers and lights up nothing."""
        self._tool("xdotool", "mousemove", str(WIDTH - 1), str(HEIGHT - 1))

    # ---- windows

    def windows(self) -> list[str]:
        """The program's windows, without its dialogs: their identifiers."""
        listed = re.findall(r"0x[0-9a-f]+", self._tool("xprop", "-root", "_NET_CLIENT_LIST", code=None))
        return [window for window in listed if self._is_main(window)]

    def _is_main(self, window: str) -> bool:
        told = self._tool("xprop", "-id", window, "WM_CLASS", "WM_TRANSIENT_FOR", code=None)
        return '"bpgui"' in told and "window id" not in told

    def title(self, window: str) -> str:
        return self._tool("xdotool", "getwindowname", window, code=None).strip()

    def properties(self, window: str) -> str:
        """What the window tells the desktop of itself."""
        return self._tool("xprop", "-id", window)

    def frame(self, window: str) -> Box:
        """Where the window lies with the frame that the window manager puts around it."""
        # xdotool's getwindowgeometry counts the frame twice.
        told = self._tool("xwininfo", "-id", window)
        names = ("Absolute upper-left X", "Absolute upper-left Y", "Width", "Height")
        x, y, width, height = (int(re.findall(rf"{name}: +(-?\d+)", told)[0]) for name in names)
        extents = re.findall(r"= (\d+), (\d+), (\d+), (\d+)", self._tool("xprop", "-id", window, "_NET_FRAME_EXTENTS"))
        left, right, top, bottom = map(int, extents[0]) if extents else (0, 0, 0, 0)
        return Box(x - left, y - top, width + left + right, height + top + bottom)

    def wait_window(self, seconds: float = 60.0, process: Process | None = None) -> str:
        """The program's window, once it is there. Raises Failed when it does not come or the program ends."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.windows()
            if found:
                return found[0]
            if process is not None and not process.runs:
                done = process.wait(1)
                raise Failed(f"The program ended with exit code {done.code} and no window:\n{done.output}")
            time.sleep(0.05)
        raise Failed(f"No window within {seconds:.0f} s." + (f"\n{process.said()}" if process else ""))

    def wait_title(self, window: str, part: str, seconds: float = 20.0) -> str:
        """The window's title, once it holds a text."""
        self._wait(f'"{part}" in the title "{self.title(window)}"', seconds, lambda: part in self.title(window))
        return self.title(window)

    def wait_closed(self, seconds: float = 20.0) -> None:
        self._wait("the end of the window", seconds, lambda: not self.windows())

    # ----

    def _tool(self, *words: str, code: int | None = 0) -> str:
        done = self._machine.run(words, env={"DISPLAY": DISPLAY}, code=code, timeout=60)
        return done.output if done.code == 0 else ""

    @staticmethod
    def _wait(what: str, seconds: float, seen: Callable[[], bool]) -> None:
        end = time.monotonic() + seconds
        while not seen():
            if time.monotonic() > end:
                raise Failed(f"{what} did not come within {seconds:.0f} s")
            time.sleep(0.1)


def read_tsv(table: str, box: Box) -> list[Word]:
    """The words of tesseract's table, placed on the screen that `box` was cut from."""
    rows = [row for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE) if row["text"]]
    words = []
    for row in rows:
        if float(row["conf"]) < SURE or not row["text"].strip():
            continue
        left, top, width, height = (round(int(row[key]) / ENLARGED) for key in ("left", "top", "width", "height"))
        line = (row["block_num"], row["par_num"], row["line_num"])
        words.append(Word(row["text"].strip(), Box(box.x + left, box.y + top, width, height), line))
    return words


def places_of(phrase: str, words: Sequence[Word]) -> list[Box]:
    """Where the words of a phrase follow each other in a line; signs other than letters and digits do not count."""
    wanted = [bare for part in phrase.split() if (bare := _letters(part))]
    read = [(bare, word) for word in words if (bare := _letters(word.text))]
    places = []
    for start in range(len(read) - len(wanted) + 1):
        part = read[start : start + len(wanted)]
        if [text for text, _ in part] == wanted and len({word.line for _, word in part}) == 1:
            first, last = part[0][1].box, part[-1][1].box
            places.append(Box(first.x, first.y, last.x + last.width - first.x, max(first.height, last.height)))
    return places


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
