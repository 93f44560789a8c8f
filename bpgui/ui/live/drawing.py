"""From arrays to Qt's drawing calls, few calls a frame: lines, marks, dots, images."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from bpgui.ui.theme import theme

Floats = NDArray[np.float64]


def polygon(x: Floats, y: Floats) -> QPolygonF:
    """A polygon filled in one copy."""
    result = QPolygonF()
    result.resize(len(x))
    if len(x):
        memory: Any = shiboken6.VoidPtr(result.data(), len(x) * 16, True)  # type: ignore[call-arg]
        points = np.frombuffer(memory, dtype=np.float64).reshape(-1, 2)
        points[:, 0] = x
        points[:, 1] = y
    return result


def runs(good: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """[start, stop) of each stretch of True."""
    if good.all():
        return [(0, len(good))] if len(good) else []
    edges = np.flatnonzero(np.diff(np.concatenate(([0], good.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def thinned(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Lowest and highest point of every pixel column where there are many a pixel; x rises, in pixels."""
    if len(x) < 8 or len(x) <= 2 * (x[-1] - x[0]):
        return x, y
    columns = x.astype(np.intp)
    starts = np.concatenate(([0], np.flatnonzero(columns[1:] != columns[:-1]) + 1))
    pairs = np.empty((len(starts), 2))
    pairs[:, 0], pairs[:, 1] = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    rising = y[starts] > y[np.append(starts[1:], len(y)) - 1]
    pairs[rising] = pairs[rising, ::-1]
    return np.repeat(x[starts], 2), pairs.ravel()


def draw_curve(painter: QPainter, x: Floats, y: Floats, limit: float = 30_000.0) -> None:
    """A line through the points with gaps at NaN; a point between two gaps is a dot.

    A cosmetic pen one pixel wide is drawn twenty times as fast as a wider one, antialiased or not.
    """
    y = np.maximum(np.minimum(y, limit), -limit)  # keeps NaN
    x = np.maximum(np.minimum(x, limit), -limit)
    for start, stop in runs(np.isfinite(x + y)):
        if stop - start == 1:
            painter.drawEllipse(QPointF(float(x[start]), float(y[start])), 1.5, 1.5)
        else:
            painter.drawPolyline(polygon(*thinned(x[start:stop], y[start:stop])))


def cosmetic(color: QColor, style: Qt.PenStyle = Qt.PenStyle.SolidLine, alpha: float = 1.0) -> QPen:
    """A pen as wide as the theme's thinnest line, at every zoom. Not to be changed: it is shared."""
    return _cosmetic(color.rgb(), style, alpha, theme().stroke)


@lru_cache(maxsize=256)
def _cosmetic(rgb: int, style: Qt.PenStyle, alpha: float, width: float) -> QPen:
    shade = QColor(rgb)
    shade.setAlphaF(alpha)
    pen = QPen(shade, width, style)
    pen.setCosmetic(True)
    return pen


def rgba_image(rgba: NDArray[np.ubyte]) -> QImage:
    """An image of its own from (height, width, 4) RGBA bytes; a null image for an empty array."""
    height, width = rgba.shape[:2]
    if not height or not width:
        return QImage()
    data = np.ascontiguousarray(rgba)
    return QImage(data.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def opaque_image(colors: NDArray[np.uint32]) -> QImage:
    """An image of its own from (height, width) 0xffRRGGBB: the format that Qt scales fastest."""
    height, width = colors.shape
    if not height or not width:
        return QImage()
    data = np.ascontiguousarray(colors, dtype=np.uint32)
    return QImage(data.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def packed(rgba: NDArray[np.ubyte]) -> NDArray[np.uint32]:
    """(..., 4) RGBA bytes as 0xffRRGGBB."""
    parts = rgba.astype(np.uint32)
    mixed = np.uint32(0xFF000000) | (parts[..., 0] << 16) | (parts[..., 1] << 8) | parts[..., 2]
    return np.asarray(mixed, dtype=np.uint32)


def color_row(color: QColor) -> NDArray[np.ubyte]:
    return np.array(color.getRgb(), dtype=np.ubyte)


# Offsets and opacity of a dot of radius 2.5 pixels, the faint rim first so that centres win where dots overlap.
_DOT = sorted(
    (min(max(3.0 - math.hypot(i, j), 0.0), 1.0), i, j)
    for i in range(-3, 4)
    for j in range(-3, 4)
    if math.hypot(i, j) < 2.95
)


def dots_image(x: Floats, y: Floats, width: int, height: int, colors: NDArray[np.ubyte]) -> QImage:
    """Round dots at pixel places, `colors` (4,) or (n, 4): a thousand of them cost less than fifty drawn one by one."""
    canvas = np.zeros((height, width, 4), dtype=np.ubyte)
    inside = np.isfinite(x) & np.isfinite(y) & (np.abs(x) < 1e6) & (np.abs(y) < 1e6)
    colors = np.broadcast_to(colors, (len(x), 4))[inside]
    column, row = np.rint(x[inside]).astype(np.intp), np.rint(y[inside]).astype(np.intp)
    for opacity, down, right in _DOT:
        r, c = row + down, column + right
        ok = (r >= 0) & (r < height) & (c >= 0) & (c < width)
        shade = colors[ok]
        shade[:, 3] = (shade[:, 3] * opacity).astype(np.ubyte)
        canvas[r[ok], c[ok]] = shade
    return rgba_image(canvas)


def symbol_path(symbol: str, size: float) -> QPainterPath:
    """A marker centred on 0, 0; the theme's names: o s t d + x star p h t1."""
    path, r = QPainterPath(), size / 2 * theme().scale
    if symbol == "o":
        path.addEllipse(QPointF(0, 0), r, r)
    elif symbol == "s":
        path.addRect(QRectF(-r * 0.88, -r * 0.88, r * 1.76, r * 1.76))
    elif symbol in ("+", "x"):
        cross = QPainterPath()
        cross.setFillRule(Qt.FillRule.WindingFill)
        cross.addRect(QRectF(-r * 1.1, -r * 0.36, r * 2.2, r * 0.72))
        cross.addRect(QRectF(-r * 0.36, -r * 1.1, r * 0.72, r * 2.2))
        path = _turned(cross.simplified(), 45.0 if symbol == "x" else 0.0)
    elif symbol == "star":
        path = _ring(5, r * 1.25, -90.0, inner=0.45)
    else:
        corners, turn = {"t": (3, 90.0), "t1": (3, -90.0), "d": (4, 0.0), "p": (5, -90.0), "h": (6, 0.0)}.get(
            symbol, (4, 45.0)
        )
        path = _ring(corners, r * (1.25 if corners < 5 else 1.1), turn)
    return path


def _ring(corners: int, radius: float, turn: float, inner: float | None = None) -> QPainterPath:
    path = QPainterPath()
    count = corners if inner is None else 2 * corners
    for index in range(count):
        length = radius if inner is None or index % 2 == 0 else radius * inner
        angle = math.radians(turn + 360.0 * index / count)
        point = QPointF(length * math.cos(angle), length * math.sin(angle))
        path.lineTo(point) if index else path.moveTo(point)
    path.closeSubpath()
    return path


def _turned(path: QPainterPath, degrees: float) -> QPainterPath:
    from PySide6.QtGui import QTransform

    return QTransform().rotate(degrees).map(path)


def draw_symbols(painter: QPainter, path: QPainterPath, x: Floats, y: Floats) -> None:
    """The path, with the painter's pen and brush, at every finite place."""
    for left, top in zip(x.tolist(), y.tolist(), strict=True):
        if math.isfinite(left) and math.isfinite(top) and abs(left) < 1e5 and abs(top) < 1e5:
            painter.drawPath(path.translated(left, top))


def lines(points: list[tuple[float, float, float, float]]) -> list[QLineF]:
    return [QLineF(*p) for p in points]


def finite(values: Any) -> Floats:
    """The finite values, flat."""
    array = np.asarray(values, dtype=np.float64).ravel()
    return array[np.isfinite(array)]
