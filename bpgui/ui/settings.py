"""What the window remembers from one start to the next. A damaged file of settings only costs what it held."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

THEMES = ("system", "light", "dark")
RECENT = 8


def store() -> QSettings:
    """The INI file of this person's settings."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "bpgui", "bpgui")


def theme_choice() -> str:
    """ "system", "light" or "dark"."""
    value = store().value("window/theme", "system")
    return value if value in THEMES else "system"


def set_theme_choice(choice: str) -> None:
    store().setValue("window/theme", choice)


def is_for_projector() -> bool:
    """Whether the window is drawn for a class that looks at it from afar."""
    return bool(store().value("window/projector", False, bool))


def set_for_projector(on: bool) -> None:
    store().setValue("window/projector", on)


def motion_is_reduced() -> bool:
    """Whether the person wants things to stand still."""
    return bool(store().value("window/reduced_motion", False, bool))


def set_motion_reduced(on: bool) -> None:
    store().setValue("window/reduced_motion", on)


def recent_files() -> list[Path]:
    """The files and folders opened or saved last, newest first, without those that are gone."""
    value = store().value("files/recent", [])
    names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    found = [Path(name) for name in names if isinstance(name, str) and name]
    return [path for path in found if _is_there(path)][:RECENT]


def add_recent(path: Path) -> None:
    """Put a file at the head of the list."""
    path = path.absolute()
    names = [str(path), *(str(other) for other in recent_files() if other != path)]
    store().setValue("files/recent", names[:RECENT])


def window_state() -> tuple[QByteArray, QByteArray] | None:
    """(geometry, docks) as saved last; None at the first start."""
    values = (store().value("window/geometry"), store().value("window/docks"))
    if all(isinstance(value, QByteArray) and not value.isEmpty() for value in values):
        return values
    return None


def docks_are_for_low() -> bool:
    """Whether the docks were saved as they stand in a low window."""
    return bool(store().value("window/low", False, bool))


def set_window_state(geometry: QByteArray, docks: QByteArray | None, *, low: bool = False) -> None:
    """None keeps the docks as they were saved before; `low`: they stand as in a low window."""
    store().setValue("window/geometry", geometry)
    if docks is not None:
        store().setValue("window/docks", docks)
        store().setValue("window/low", low)


def forget_window_state() -> None:
    store().remove("window/docks")


def lessons() -> dict[str, str]:
    """What is remembered of each lesson, by its name."""
    found = store()
    found.beginGroup("lessons")
    return {key: value for key in found.childKeys() if isinstance(value := found.value(key), str)}


def set_lesson(name: str, remembered: str) -> None:
    store().setValue(f"lessons/{name}", remembered)


def lesson_is_offered() -> bool:
    """Whether somebody who has not seen this program may be offered its first lesson."""
    found = store()
    fresh = window_state() is None and not lessons()
    return fresh and not found.value("window/lesson_declined", False, bool)


def decline_lesson() -> None:
    store().setValue("window/lesson_declined", True)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
