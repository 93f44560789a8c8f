"""What a lesson can say, as the tables of its guide: made from the tables that the program itself goes by."""

from __future__ import annotations

from collections.abc import Iterable

from bpgui.project.lessons.controls import CONTROLS, WORDS
from bpgui.project.lessons.facts import EVENTS, FACTS
from bpgui.project.lessons.setting_up import PROJECT_KEYS, WINDOW_KEYS


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _controls() -> Iterable[tuple[str, str]]:
    for name, help in CONTROLS.items():
        words = ", ".join(f"`{word}`" for word in WORDS.get(name, ()))
        yield f"`{name}`", f"{help} For `*`: {words}." if words else help


def guide_tables() -> dict[str, str]:
    """The tables of WRITING.md by their headings."""
    project = [(f"`{key.name}`", key.help) for key in PROJECT_KEYS.values()]
    window = [(f"`{name}`", help) for name, help in WINDOW_KEYS.items()]
    return {
        "Keys of a setup": table(("key", "what it sets"), [*project, *window]),
        "Facts": table(("name", "is", "what it stands for"), [(f"`{f.name}`", f.kind, f.help) for f in FACTS.values()]),
        "Events": table(("name", "what happened"), [(f"`{event.name}`", event.help) for event in EVENTS.values()]),
        "Controls": table(("name", "what it is"), _controls()),
    }
