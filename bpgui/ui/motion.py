"""Whether things on the screen may move: as the person chose, or as the desktop has it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from bpgui.ui import settings

_chosen: bool | None = None  # in this session; None: not asked yet


def is_reduced() -> bool:
    """No motion: chosen in the View menu, or effects are off in the desktop's own settings."""
    from PySide6.QtWidgets import QStyle  # its enums take milliseconds: not at the start

    global _chosen
    if _chosen is None:
        _chosen = settings.motion_is_reduced()
    return _chosen or QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) <= 0


def choose(reduced: bool, *, keep: bool) -> None:
    """Let things stand still, or move; kept for the next start."""
    global _chosen
    _chosen = reduced
    if keep:
        settings.set_motion_reduced(reduced)
