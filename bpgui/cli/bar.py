"""Progress on standard error: one line that is redrawn, or a line every tenth where it is not a terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

from bpgui.runs.answers import Progress

WIDTH = 28
_SECONDS = 0.1
_LARGE = 20_000_000


class Bar:
    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._next_time = 0.0
        self._tenth = -1

    def show(self, progress: Progress, *, last: bool = False) -> None:
        """Draw, at most ten times a second."""
        now = time.monotonic()
        if not last and now < self._next_time:
            return
        self._next_time = now + _SECONDS
        share = min(1.0, (progress.epoch + progress.batch / progress.batches) / max(1, progress.epochs))
        if self._terminal:
            print(f"\r{self._line(progress, share)}\x1b[K", end="\n" if last else "", file=sys.stderr, flush=True)
        elif last or int(share * 10) > self._tenth:
            self._tenth = int(share * 10)
            print(self._line(progress, share), file=sys.stderr, flush=True)

    def _line(self, progress: Progress, share: float) -> str:
        bar = "█" * round(share * WIDTH) + "·" * (WIDTH - round(share * WIDTH))
        losses = [f"{label} {value:.4g}" for label, value in _losses(progress) if value is not None]
        return "  ".join([f"[{bar}] epoch {progress.epoch} / {progress.epochs}", *losses])


def _losses(progress: Progress) -> tuple[tuple[str, float | None], ...]:
    """Those of the last epoch; before the first has ended, the last batch's."""
    if progress.train_loss is None:
        return (("batch loss", progress.loss),)
    return (("loss", progress.train_loss), ("val", progress.val_loss))


class ReadingLine:
    """How far a file is read: redrawn on a terminal and taken away at the end; elsewhere one line, for a large file."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._terminal = sys.stderr.isatty()
        self._shown = ""
        with contextlib.suppress(OSError):
            size = path.stat().st_size
            if not self._terminal and size > _LARGE:
                print(f"bpgui: reading {path.name}, {size / 1e6:,.0f} MB", file=sys.stderr, flush=True)

    def show(self, fraction: float | None) -> None:
        text = f"reading {self._name}" + ("" if fraction is None else f"  {fraction:.0%}")
        if self._terminal and text != self._shown:
            self._shown = text
            print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
