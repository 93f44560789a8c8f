"""What is remembered of lessons between two starts: JSON in the person's settings."""

from __future__ import annotations

import msgspec

from bpgui.session.learning.player import Remembered
from bpgui.ui import settings


def load() -> dict[str, Remembered]:
    """What was kept; a damaged entry only costs what it held."""
    found = {}
    for name, text in settings.lessons().items():
        try:
            found[name] = msgspec.json.decode(text, type=Remembered)
        except msgspec.MsgspecError:
            continue
    return found


def keep(name: str, remembered: Remembered) -> None:
    settings.set_lesson(name, msgspec.json.encode(remembered).decode())
