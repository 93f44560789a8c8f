"""Our own icons: SVG files drawn in the colour of the theme."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from bpgui.resources import resource
from bpgui.ui.theme import mix, theme

SIZES = (16, 20, 24, 32, 48)


def icon(name: str, color: QColor | None = None) -> QIcon:
    """`resources/icons/<name>.svg` in the text colour of the theme (or in `color`), greyed where disabled."""
    colors = theme()
    normal = color or colors.text
    return _icon(name, normal.name(), mix(colors.muted, colors.panel, 0.35).name())


@cache
def _icon(name: str, normal: str, disabled: str) -> QIcon:
    result = QIcon()
    for size in SIZES:
        result.addPixmap(_draw(name, normal, size), QIcon.Mode.Normal)
        result.addPixmap(_draw(name, disabled, size), QIcon.Mode.Disabled)
    return result


def pixmap(name: str, size: int, color: QColor) -> QPixmap:
    """One drawing of an icon, `size` pixels square."""
    return _draw(name, color.name(), size)


@cache
def app_icon() -> QIcon:
    """The application's icon; keeps its own colours."""
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(_draw("bpgui", "#ffffff", size))
    return result


@cache
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def _draw(name: str, color: str, size: int) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))
    result = QPixmap(size, size)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return result
