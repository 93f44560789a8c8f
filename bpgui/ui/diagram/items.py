"""What the scene is made of besides edges: blocks, the neurons of a layer, the places to put a layer in."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.diagram import words
from bpgui.ui.diagram.labels import short_names, without_stem
from bpgui.ui.diagram.layout import HANDLES, LABEL_GAP, PLACE_RADIUS, Place, Placed, Rect
from bpgui.ui.diagram.look_painting import draw_look, picture_of
from bpgui.ui.diagram.neuron_looks import Look
from bpgui.ui.diagram.style import NEURON_EDGE, ROUNDNESS, Style, qrect
from bpgui.ui.numbers import format_number

CENTRE = Qt.AlignmentFlag.AlignCenter
LEAST_WITH_NUMBERS = 26  # pixels of a neuron that has room for its activation
LOCK_ROOM = 15.0
SCALE_ROOM = 14.0  # over the first neuron, for what the colours of pictures end at
NO_BRUSH = QBrush()
NO_PEN = QPen(Qt.PenStyle.NoPen)


class BlockItem(QGraphicsItem):
    """One column's block with its handles. `hovered` is the part under the cursor, "" for none."""

    def __init__(self, placed: Placed, style: Style) -> None:
        super().__init__()
        self.placed, self.style = placed, style
        self.hovered = ""
        self.selected = self.focused = False
        self._bounds = qrect(placed.block, -4)
        self._texts = self._make_texts()
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def _make_texts(self) -> dict[str, str]:
        column, block = self.placed.column, self.placed.block
        elide, style = Qt.TextElideMode.ElideRight, self.style
        narrow = block.w < HANDLES
        fit = QFontMetricsF(style.narrow_title if narrow else style.title)
        self._lead = LOCK_ROOM if column.frozen else 0.0
        room = block.w - self._lead - (26 if "pin" in self.placed.parts and not narrow else 6)
        names = words.titles(column)
        full = block.w - fit.horizontalAdvance(names[0])
        self._title_inset = 18.0 if "pin" in self.placed.parts and not narrow and full < 44 else 0.0
        texts = {"title": next((n for n in names if fit.horizontalAdvance(n) <= room), names[-1])}
        arrow = 14 if "choice" in self.placed.parts and not narrow else 2
        fit = QFontMetricsF(style.text)
        texts["choice"] = fit.elidedText(words.choice(column), elide, block.w - 16 - arrow)
        if column.kind == "input":
            texts["units"] = str(column.units) if narrow else words.features(column)
            texts["names"] = fit.elidedText(", ".join(column.names), elide, block.w - 12)
        elif column.kind == "dense":
            texts["units"] = str(column.units) if narrow and column.units else words.units(column)
        elif column.kind == "dropout":
            texts["units"] = words.rate(column)
        return texts

    def show_state(self, *, hovered: str, selected: bool, focused: bool) -> None:
        state = (hovered, selected, focused)
        if state != (self.hovered, self.selected, self.focused):
            self.hovered, self.selected, self.focused = state
            self.setZValue(5 if selected else 0)
            self.update()

    @guarded(default=QRectF())
    def boundingRect(self) -> QRectF:
        return self._bounds

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        style, column, block = self.style, self.placed.column, self.placed.block
        loss = column.kind == "loss"
        plain = style.block_hover if self.hovered and column.layer else style.block
        painter.setBrush(style.loss if loss else plain)
        own = style.loss_border if loss else style.dashed if column.kind == "dropout" else style.border
        painter.setPen(style.selected if self.selected else own)
        painter.drawRoundedRect(qrect(block, 0.5), 8, 8)
        if self.selected and self.focused:
            painter.setPen(style.halo)
            painter.setBrush(NO_BRUSH)
            painter.drawRoundedRect(qrect(block, -2), 10, 10)
        painter.setPen(style.text_pen)
        painter.setFont(style.title if block.w >= HANDLES else style.narrow_title)
        painter.drawText(self._title_room(), CENTRE, self._texts["title"])
        if column.kind == "input":
            self._paint_input(painter)
        if column.has_number:
            self._paint_number(painter)
        if column.kind == "batchnorm":
            self._paint_bell(painter)
        if column.frozen:
            self._paint_lock(painter)
        if "choice" in self.placed.parts:
            self._paint_choice(painter)
        if "close" in self.placed.parts and self.hovered:
            self._paint_close(painter, self.placed.parts["close"])
        if "pin" in self.placed.parts and block.w >= HANDLES:
            self._paint_pin(painter, self.placed.parts["pin"])

    def _title_room(self) -> QRectF:
        block = self.placed.block
        return QRectF(block.x + self._lead, block.y + 5, block.w - self._lead - self._title_inset, 17)

    def _paint_input(self, painter: QPainter) -> None:
        block, style = self.placed.block, self.style
        painter.setFont(style.text)
        painter.setPen(style.accent_pen)
        painter.drawText(QRectF(block.x, block.y + 24, block.w, 18), CENTRE, self._texts["units"])
        painter.setPen(style.muted_pen)
        painter.drawText(QRectF(block.x + 4, block.y + 45, block.w - 8, 18), CENTRE, self._texts["names"])

    def _paint_number(self, painter: QPainter) -> None:
        parts, style, column = self.placed.parts, self.style, self.placed.column
        painter.setFont(style.text if column.auto else style.number)
        painter.setPen(style.muted_pen if column.auto else style.accent_pen)
        painter.drawText(qrect(parts["number"]), CENTRE, self._texts["units"])
        for name in ("minus", "plus"):
            if name not in parts:
                continue
            rect = parts[name]
            hot = self.hovered == name
            painter.setPen(NO_PEN)
            painter.setBrush(style.handle_hover if hot else style.handle)
            painter.drawRoundedRect(qrect(rect), 5, 5)
            painter.setPen(style.glyph_hover if hot else style.glyph)
            painter.drawLine(QLineF(rect.cx - 4, rect.cy, rect.cx + 4, rect.cy))
            if name == "plus":
                painter.drawLine(QLineF(rect.cx, rect.cy - 4, rect.cx, rect.cy + 4))

    def _paint_bell(self, painter: QPainter) -> None:
        """Mean 0, spread 1: the curve over its axis."""
        block, style = self.placed.block, self.style
        x, y, half = block.cx, block.y + 56, min(block.w / 2 - 10, 24)
        painter.setPen(style.border)
        painter.drawLine(QLineF(x - half, y, x + half, y))
        painter.drawLine(QLineF(x, y - 26, x, y))
        shares = [step / 12 for step in range(-12, 13)]
        curve = [QPointF(x + share * half, y - 23 * math.exp(-6.5 * share * share)) for share in shares]
        painter.setPen(style.bell)
        painter.setBrush(NO_BRUSH)
        painter.drawPolyline(curve)

    def _paint_lock(self, painter: QPainter) -> None:
        """A padlock in the corner: something here is not trained."""
        x, y = self.placed.block.x + 7, self.placed.block.y + 11
        painter.setPen(self.style.lock)
        painter.setBrush(NO_BRUSH)
        painter.drawArc(QRectF(x + 1.2, y - 5, 5.6, 8), 0, 180 * 16)
        painter.setBrush(self.style.lock_body)
        painter.drawRoundedRect(QRectF(x, y - 0.5, 8, 6), 1.5, 1.5)

    def _paint_choice(self, painter: QPainter) -> None:
        rect, style = self.placed.parts["choice"], self.style
        narrow = rect.w < HANDLES - 12
        loss = self.placed.column.kind == "loss"
        hot = self.hovered == "choice"
        if hot or not (narrow or loss):
            painter.setPen(NO_PEN)
            painter.setBrush(style.handle_hover if hot else style.handle)
            painter.drawRoundedRect(qrect(rect), 5, 5)
        painter.setFont(style.text)
        painter.setPen(style.loss_pen if loss else style.text_pen)
        room = qrect(rect)
        if not narrow:
            room.setRight(rect.right - 14)
        painter.drawText(room, CENTRE, self._texts["choice"])
        if not narrow:
            x, y = rect.right - 10, rect.cy
            painter.setPen(style.glyph_hover if hot else style.glyph)
            painter.drawPolyline([QPointF(x - 3.5, y - 1.5), QPointF(x, y + 2), QPointF(x + 3.5, y - 1.5)])

    def _paint_close(self, painter: QPainter, rect: Rect) -> None:
        painter.setPen(NO_PEN)
        painter.setBrush(self.style.handle_hover if self.hovered == "close" else self.style.block_hover)
        painter.drawRoundedRect(qrect(rect), 5, 5)
        painter.setPen(self.style.glyph_hover if self.hovered == "close" else self.style.glyph)
        painter.drawLine(QLineF(rect.cx - 3.5, rect.cy - 3.5, rect.cx + 3.5, rect.cy + 3.5))
        painter.drawLine(QLineF(rect.cx - 3.5, rect.cy + 3.5, rect.cx + 3.5, rect.cy - 3.5))

    def _paint_pin(self, painter: QPainter, rect: Rect) -> None:
        """A drawing pin: filled while the units are pinned, an outline while they follow the target."""
        pinned = not self.placed.column.auto
        painter.setPen(self.style.glyph_hover if self.hovered == "pin" else self.style.glyph)
        painter.setBrush(self.style.accent if pinned else NO_BRUSH)
        painter.drawEllipse(QPointF(rect.cx, rect.cy - 2), 3.2, 3.2)
        painter.drawLine(QLineF(rect.cx, rect.cy + 1.5, rect.cx, rect.cy + 6))


class NeuronsItem(QGraphicsItem):
    """The neurons of one column, coloured by activation where an input is tried, else by the sign of the bias."""

    def __init__(self, placed: Placed, style: Style) -> None:
        super().__init__()
        self.placed, self.style = placed, style
        self.hovered = -1
        rects = [qrect(rect) for _, rect in placed.neurons]
        self._rects = rects
        self._radius = rects[0].width() * ROUNDNESS if rects else 0.0
        self._units = np.array([unit for unit, _ in placed.neurons], np.intp)
        self._colors = [127] * len(rects)
        self._numbers: list[str] | None = None
        self.looks: dict[int, Look] = {}  # by unit
        self.scale_text = ""
        self._pictures: dict[int, QPixmap] = {}
        self.names = self._make_names()
        self._bounds = QRectF()
        for rect in rects:
            self._bounds |= rect
        if placed.ellipsis is not None:
            self._bounds |= qrect(placed.ellipsis)
        self._bounds.adjust(-placed.label - LABEL_GAP if self.names else -2, -SCALE_ROOM, 2, 2)

    def _make_names(self) -> list[str]:
        """Features are named beside their neurons, as far as there is room."""
        column, room = self.placed.column, self.placed.label
        if column.kind != "input" or len(column.names) != column.units:
            return []
        names, advance = without_stem(column.names), QFontMetricsF(self.style.small).horizontalAdvance
        return short_names([names[unit] for unit, _ in self.placed.neurons], lambda text: advance(text) <= room)

    def set_values(self, values: NDArray[np.floating[Any]] | None, limit: float, *, numbers: bool) -> None:
        """`values` (units,) on the scale −limit … limit; `numbers` also writes them where there is room."""
        if values is None or limit <= 0:
            colors, texts = [127] * len(self._rects), None
        else:
            shown = values[self._units].tolist()
            colors = [_color_index(value / limit) for value in shown]
            room = bool(self._rects) and self._rects[0].width() >= LEAST_WITH_NUMBERS
            texts = [_fitting(value, self._rects[0].width()) for value in shown] if numbers and room else None
        if colors != self._colors or texts != self._numbers:
            self._colors, self._numbers = colors, texts
            self.update()

    def set_looks(self, looks: dict[int, Look], scale: str = "") -> None:
        """Pictures of what the neurons compute, by unit; `scale` is what the colours of all of them end at."""
        before = {unit: look.image for unit, look in self.looks.items()}
        changed = {unit for unit, look in looks.items() if look.image is not before.get(unit)}
        gone = self.looks.keys() - looks.keys()
        self.looks = dict(looks)
        for unit in changed | gone:
            self._pictures.pop(unit, None)
        if changed or gone or scale != self.scale_text:
            self.scale_text = scale
            self.update()

    def hover(self, unit: int) -> None:
        if unit != self.hovered:
            self.hovered = unit
            self.update()

    @property
    def numbers(self) -> list[str] | None:
        """The activations written into the neurons, None where there are none."""
        return self._numbers

    @guarded(default=QRectF())
    def boundingRect(self) -> QRectF:
        return self._bounds

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        style = self.style
        whole = painter.worldTransform().m11() == 1  # pixel on pixel: a kept picture is as sharp as a drawing
        ratio = painter.device().devicePixelRatioF()
        for (unit, _), rect, color in zip(self.placed.neurons, self._rects, self._colors, strict=True):
            corner = QPointF(rect.x() - NEURON_EDGE, rect.y() - NEURON_EDGE)
            if unit in self.looks:
                self._paint_look(painter, unit, rect, ratio, whole=whole)
            elif whole:
                painter.drawPixmap(corner, style.neuron(color, rect.width(), ratio))
            else:
                style.draw_neuron(painter, rect, color)
        if self.scale_text and self._rects:
            painter.setFont(style.tiny)
            painter.setPen(style.muted_pen)
            first = self._rects[0]
            painter.drawText(
                QRectF(first.x() - 20, first.y() - SCALE_ROOM, first.width() + 40, 12), CENTRE, self.scale_text
            )
        if self._numbers is not None:
            painter.setFont(style.tiny)
            for rect, color, text in zip(self._rects, self._colors, self._numbers, strict=True):
                painter.setPen(style.on_fills[color])
                painter.drawText(rect.adjusted(-4, 0, 4, 0), CENTRE, text)
        if self.names:
            painter.setFont(style.small)
            painter.setPen(style.muted_pen)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            for rect, name in zip(self._rects, self.names, strict=True):
                room = rect.adjusted(-self.placed.label - LABEL_GAP, 0, -rect.width() - LABEL_GAP, 0)
                painter.drawText(room, right, name)
        if self.placed.ellipsis is not None:
            painter.setPen(NO_PEN)
            painter.setBrush(style.ground)
            painter.drawRoundedRect(qrect(self.placed.ellipsis), 7, 7)
            painter.setFont(style.small)
            painter.setPen(style.muted_pen)
            painter.drawText(qrect(self.placed.ellipsis), CENTRE, f"⋮ +{self.placed.hidden}")
        for (unit, _), rect in zip(self.placed.neurons, self._rects, strict=True):
            if unit == self.hovered:
                painter.setPen(style.neuron_hover)
                painter.setBrush(NO_BRUSH)
                painter.drawRoundedRect(rect, self._radius, self._radius)

    def _paint_look(self, painter: QPainter, unit: int, rect: QRectF, ratio: float, *, whole: bool) -> None:
        """The kept picture of a neuron where it lies pixel on pixel, else drawn as large as it is."""
        look = self.looks[unit]
        if not whole:
            draw_look(painter, look, rect, self.style)
            return
        if unit not in self._pictures:
            self._pictures[unit] = picture_of(look, rect.width(), ratio, self.style)
        painter.drawPixmap(QPointF(rect.x() - NEURON_EDGE, rect.y() - NEURON_EDGE), self._pictures[unit])


def _color_index(share: float) -> int:
    """Where a share −1 … 1 of the scale is among the 256 colours; the middle for what is not a number."""
    return 127 if math.isnan(share) else round((min(max(share, -1.0), 1.0) + 1.0) * 127.5)


def _fitting(value: float, width: float) -> str:
    """Two digits; where they do not fit into a neuron, without the zero before the point."""
    text = format_number(value, 2)
    return text if len(text) * 6 <= width + 2 else text.replace("0.", ".", 1)


class PlaceItem(QGraphicsItem):
    """A "+" between two blocks; while something is dragged over it, a line down the diagram."""

    def __init__(self, place: Place, style: Style) -> None:
        super().__init__()
        self.place, self.style = place, style
        self.state = ""  # "", "hovered", "ready" (something is dragged) or "marked" (it would go here)
        top, bottom = place.line
        reach = PLACE_RADIUS + 3.5  # with the hovered size and half of the pen
        circle = QRectF(place.cx - reach, place.cy - reach, 2 * reach, 2 * reach)
        self._bounds = circle | QRectF(place.cx - reach, top - 3, 2 * reach, bottom - top + 6)
        self.setZValue(8)

    def show_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.update()

    @guarded(default=QRectF())
    def boundingRect(self) -> QRectF:
        return self._bounds

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        place, style = self.place, self.style
        hot = self.state in ("hovered", "marked")
        if self.state == "marked":
            painter.setPen(style.mark)
            painter.drawLine(QLineF(place.cx, place.line[0], place.cx, place.line[1]))
        painter.setPen(style.focus if self.state else style.border)
        painter.setBrush(style.accent if hot else style.place)
        radius = PLACE_RADIUS + (1.5 if hot else 0)
        painter.drawEllipse(QPointF(place.cx, place.cy), radius, radius)
        painter.setPen(style.on_accent if hot else style.glyph)
        painter.drawLine(QLineF(place.cx - 4, place.cy, place.cx + 4, place.cy))
        painter.drawLine(QLineF(place.cx, place.cy - 4, place.cx, place.cy + 4))
