"""Pens, brushes and fonts of the diagram, made once from a theme: nothing is made while painting."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QApplication

from bpgui.ui.diagram.layout import Rect
from bpgui.ui.theme import Theme, mix

ROUNDNESS = 0.28
NEURON_EDGE = 2
MOST_PICTURES = 600
LEVELS = 6  # steps of |w| that edges are drawn in
_WIDTHS = (0.7, 1.1, 1.7, 2.5, 3.5, 4.8)
_STRENGTHS = (0.30, 0.5, 0.7, 0.85, 0.95, 1.0)


def _font(pixels: int, *, bold: bool = False) -> QFont:
    font = QFont(QApplication.font())
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font


def _pen(color: QColor, width: float = 1.0) -> QPen:
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def _edge_pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    # Round ends would send lines through Qt's slow stroker; square ones close the joints of a chain of lines.
    pen.setCapStyle(Qt.PenCapStyle.SquareCap)
    return pen


class Style:
    """One theme's drawing tools. Orange and blue are signs; the accent marks what is selected or about to be hit."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.title, self.narrow_title, self.text = _font(12, bold=True), _font(11, bold=True), _font(11)
        self.small, self.tiny = _font(10), _font(9)
        self.number = _font(12, bold=True)
        self.block, self.block_hover = QBrush(theme.field), QBrush(theme.field_hover)
        self.handle = QBrush(mix(theme.field, theme.field_border, 0.6))
        self.handle_hover = QBrush(mix(theme.field, theme.accent, 0.35))
        self.loss = QBrush(theme.bad_field)
        self.border = _pen(theme.field_border)
        self.dashed = _pen(mix(theme.field_border, theme.muted, 0.5), 1.4)
        self.dashed.setDashPattern([2.5, 3.0])
        self.bell = _pen(theme.accent, 1.6)
        self.lock, self.lock_body = _pen(theme.warn, 1.3), QBrush(theme.warn)
        self.loss_border = _pen(mix(theme.bad, theme.panel, 0.55))
        self.selected = _pen(theme.accent, 2.0)
        self.halo = _pen(mix(theme.panel, theme.accent, 0.4), 2.0)
        self.focus = _pen(theme.accent, 1.4)
        self.text_pen, self.muted_pen = QPen(theme.text), QPen(theme.muted)
        self.accent_pen, self.loss_pen = QPen(theme.accent), QPen(theme.bad)
        self.link = _pen(theme.field_border, 1.2)
        self.unknown = _edge_pen(mix(theme.panel, theme.muted, 0.35), 0.9)
        self.glyph = _pen(theme.muted, 1.5)
        self.glyph_hover = _pen(theme.text, 1.7)
        self.place = QBrush(mix(theme.panel, theme.field, 0.8))
        self.mark = _pen(theme.accent, 3.0)
        self.accent = QBrush(theme.accent)
        self.on_accent = _pen(theme.on_accent, 1.8)
        self.bright = _edge_pen(theme.text, 3.4)
        self.neuron_border = _pen(mix(theme.field_border, theme.muted, 0.25), 1.2)
        self.neuron_hover = _pen(theme.text, 2.0)
        self.ground = QBrush(theme.panel)
        self.ribbon = QBrush(mix(theme.panel, theme.muted, 0.10))
        self.edges = tuple(
            _edge_pen(mix(theme.panel, color, strength), width)
            for color in (theme.negative, theme.positive)
            for width, strength in zip(_WIDTHS, _STRENGTHS, strict=True)
        )
        rows = theme.diverging_lut()
        colors = [QColor(*(int(part) for part in row)) for row in rows]
        self.fills = tuple(QBrush(color) for color in colors)
        self.on_fills = tuple(QPen(theme.on(color)) for color in colors)
        self.lut = rows
        self._neurons: dict[tuple[int, float, float], QPixmap] = {}

    def draw_neuron(self, painter: QPainter, rect: QRectF, color: int) -> None:
        """A rounded square with its border, in one of the 256 colours of the scale."""
        radius = rect.width() * ROUNDNESS
        painter.setPen(self.neuron_border)
        painter.setBrush(self.fills[color])
        painter.drawRoundedRect(rect, radius, radius)

    def neuron(self, color: int, size: float, ratio: float) -> QPixmap:
        """The same as a picture with NEURON_EDGE around it, kept, because laying it on is cheaper than drawing it."""
        key = (color, size, ratio)
        picture = self._neurons.get(key)
        if picture is None:
            if len(self._neurons) >= MOST_PICTURES:
                self._neurons.clear()
            side = round((size + 2 * NEURON_EDGE) * ratio)
            picture = QPixmap(side, side)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw_neuron(painter, QRectF(NEURON_EDGE, NEURON_EDGE, size, size), color)
            painter.end()
            self._neurons[key] = picture
        return picture


def qrect(rect: Rect, inset: float = 0.0) -> QRectF:
    return QRectF(rect.x + inset, rect.y + inset, rect.w - 2 * inset, rect.h - 2 * inset)
