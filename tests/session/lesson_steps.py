"""Lessons for the tests of the player, and the way through their steps."""

from __future__ import annotations

from pathlib import Path

from bpgui.project.lessons import Lesson, read_lesson
from bpgui.project.lessons.shelf import check_file
from bpgui.session.learning.player import Player

DEMONSTRATION = check_file(Path(__file__).parent.parent / "demonstration.md")
HEAD = "---\ntitle: A\nminutes: 3\nsummary: S.\n---\n"


def lesson(body: str) -> Lesson:
    return read_lesson(HEAD + body, "a")


def to(player: Player, place: int) -> None:
    """To that step, by Next and Skip."""
    while player.place < place:
        player.next() if player.done else player.skip()
