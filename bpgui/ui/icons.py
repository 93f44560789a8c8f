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
    for color, mode in ((normal, QIcon.Mode.Normal), (disabled, QIcon.Mode.Disabled)):
        renderer = _renderer(name, color)
        for size in SIZES:
            result.addPixmap(_drawn(renderer, size), mode)
    return result


def pixmap(name: str, size: int, color: QColor) -> QPixmap:
    """One drawing of an icon, `size` pixels square."""
    return _drawn(_renderer(name, color.name()), size)


@cache
def app_icon() -> QIcon:
    """The application's icon; keeps its own colours."""
    result, renderer = QIcon(), _renderer("bpgui", "#ffffff")
    for size in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(_drawn(renderer, size))
    return result


@cache
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def _renderer(name: str, color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))


def _drawn(renderer: QSvgRenderer, size: int) -> QPixmap:
    result = QPixmap(size, size)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return result
