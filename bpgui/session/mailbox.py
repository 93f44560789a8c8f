"""One slot between the worker and the window: pulled, never pushed."""

from __future__ import annotations

from bpgui.runs.answers import Frame


class Mailbox:
    """Holds at most one frame. Attribute moves are atomic under the interpreter lock, so it needs none of its own."""

    def __init__(self) -> None:
        self._frame: Frame | None = None

    @property
    def empty(self) -> bool:
        return self._frame is None

    def put(self, frame: Frame) -> None:
        """A settled frame replaces whatever waits: it is newer and the last for a while."""
        if self._frame is None or frame.settled:
            self._frame = frame

    def take(self) -> Frame | None:
        frame, self._frame = self._frame, None
        return frame

    def clear(self) -> None:
        self._frame = None
