"""A progress bar on standard error: one line that is redrawn, or a line every tenth where it is not a terminal."""

from __future__ import annotations

import sys
import time

from bpgui.runs.answers import Progress

WIDTH = 28
_SECONDS = 0.1


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
    return (("loss", progress.train_loss), ("val", progress.val_loss))
