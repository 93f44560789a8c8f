"""Names of columns: different from each other, of printable characters, and of a length that can be shown."""

from __future__ import annotations

from collections.abc import Sequence

NAME_LENGTH = 100


def column_names(cells: Sequence[str], width: int) -> tuple[tuple[str, ...], list[str]]:
    """`width` different names: empty ones and repeated ones are renamed, with notes.

    No cells at all (no row of names) gives x1, x2, ...
    """
    if not cells:
        return tuple(f"x{index + 1}" for index in range(width)), []
    names: list[str] = []
    notes: list[str] = []
    used: set[str] = set()
    taken = {cell.strip() for cell in cells}
    for index in range(width):
        raw = cells[index] if index < len(cells) else ""
        name = "".join(letter if letter.isprintable() else " " for letter in raw)
        name = " ".join(name.split()) or f"column {index + 1}"
        if len(name) > NAME_LENGTH:
            name = name[: NAME_LENGTH - 1] + "…"
        if name in used or (name != raw.strip() and name in taken):
            name, before = _numbered(name, used | taken), name
            notes.append(f"The name {before!r} stands over more than one column; column {index + 1} is now {name}.")
        elif not raw.strip():
            notes.append(f"Column {index + 1} has no name; it is called {name}.")
        names.append(name)
        used.add(name)
    return tuple(names), notes


def _numbered(name: str, taken: set[str]) -> str:
    count = 2
    while f"{name} ({count})" in taken:
        count += 1
    return f"{name} ({count})"
