"""The keys of the explained step; a table that the panel and the list of keys share."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

Key = Qt.Key


@dataclass(frozen=True)
class WalkKey:
    """Keys that mean the same; `act` names a method of the panel, called with `argument` where there is one."""

    help: str
    keys: tuple[Qt.Key, ...]
    act: str
    argument: int | str | None = None

    def names(self) -> str:
        """The keys as this desktop writes them."""
        return ", ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in self.keys)


WALK_KEYS = (
    WalkKey("One station on.", (Key.Key_Right, Key.Key_Period), "go", 1),
    WalkKey("One station back.", (Key.Key_Left, Key.Key_Comma), "go", -1),
    WalkKey("To the forward pass.", (Key.Key_1,), "go_to", "Forward pass"),
    WalkKey("To the loss.", (Key.Key_2,), "go_to", "Loss"),
    WalkKey("To the backward pass.", (Key.Key_3,), "go_to", "Backward pass"),
    WalkKey("To the update.", (Key.Key_4,), "go_to", "Update"),
    WalkKey("The next row of the batch.", (Key.Key_PageDown,), "step_row", 1),
    WalkKey("The row before.", (Key.Key_PageUp,), "step_row", -1),
    WalkKey("The whole batch, or one row of it.", (Key.Key_W,), "toggle_whole"),
    WalkKey("Play, or stop.", (Key.Key_P,), "toggle_play"),
    WalkKey("Back to the page before.", (Key.Key_Backspace,), "go_back"),
)
