"""A neuron drawn with a picture of what it computes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap

from bpgui.ui.diagram.neuron_looks import Look
from bpgui.ui.diagram.style import NEURON_EDGE, ROUNDNESS, Style


def draw_look(painter: QPainter, look: Look, rect: QRectF, style: Style) -> None:
    """The rounded square with its border, the picture in it."""
    radius = rect.width() * ROUNDNESS
    outline = QPainterPath()
    outline.addRoundedRect(rect, radius, radius)
    painter.save()
    painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, look.smooth)
    painter.drawImage(rect, look.image)
    painter.restore()
    painter.setPen(style.neuron_border)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, radius, radius)


def picture_of(look: Look, size: float, ratio: float, style: Style) -> QPixmap:
    """The same as a picture with NEURON_EDGE around it, to be laid on."""
    side = round((size + 2 * NEURON_EDGE) * ratio)
    picture = QPixmap(side, side)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_look(painter, look, QRectF(NEURON_EDGE, NEURON_EDGE, size, size), style)
    return picture
