"""Sizes that follow the theme's scale: what is said in pixels here is meant for a desk, and larger on a projector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import shiboken6
from PySide6.QtCore import QObject, QSize

from bpgui.ui.theme import theme

Q = TypeVar("Q", bound=QObject)
_fits: WeakKeyDictionary[QObject, list[Callable[[Any], Any]]] = WeakKeyDictionary()


def px(length: float) -> int:
    """A length in pixels, at the theme's scale."""
    return round(length * theme().scale)


def size(width: float, height: float) -> QSize:
    """A size in pixels, at the theme's scale."""
    return QSize(px(width), px(height))


def sized(thing: Q, fit: Callable[[Q], Any]) -> None:
    """Do `fit(thing)` now and whenever the scale has changed: `sized(button, lambda b: b.setFixedWidth(px(92)))`.

    `fit` must not hold the thing itself, which would then live for ever.
    """
    _fits.setdefault(thing, []).append(fit)
    fit(thing)


def refit() -> None:
    """The scale has changed."""
    for thing, fits in reversed(list(_fits.items())):  # what is inside first: the outer ones are as large as it needs
        if shiboken6.isValid(thing):
            for fit in fits:
                fit(thing)
