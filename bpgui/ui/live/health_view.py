"""The health of the layers: a row a layer, a small plot a vital sign, over the steps, with its healthy band."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy

from bpgui.engine.vitals import SIGNS
from bpgui.runs.health.bands import HIGH, LOW, VITAL_SIGNS, VitalSign
from bpgui.session.guard import guarded
from bpgui.ui.live.axis import Axis, span
from bpgui.ui.live.described import Picture
from bpgui.ui.live.drawing import cosmetic, draw_curve
from bpgui.ui.live.health_look import COLUMNS, GRADIENT, MARKS, UNITS, HealthLook, in_words, moment_lines, value_text
from bpgui.ui.live.kept import Kept, blank
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import Theme, theme

FEW = 3  # layers
MOST_ROW, THICKEST = 52.0, 26.0  # pixels of a row, and of a bar in it
GAP = 8.0
BAR = 40.0  # of the gradient's profile
UPDATES = span(1e-6, 1.0, log=True)
SHARES = Axis(0.0, 1.0)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_BAND = 0.22


class HealthView(Picture):
    """Pointing at a plot reads it out; `layer_chosen(id)`: a row was clicked, or Return pressed on it."""

    layer_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Health of the layers"))
        self.setToolTip(self.tr("A row a layer: point at a plot to read it, click to select the layer."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.look = HealthLook()
        self.hint = ""
        self.cursor_at: tuple[int, int, float] | None = None  # row, column, share of the steps
        self._picture = Kept()
        self._settled = True
        self._measured: tuple[object, list[tuple[float, float]]] = (None, [])  # what the columns are of, and they

    def set_look(self, look: HealthLook, settled: bool = True) -> None:
        """Take another moment; running numbers change as often as they can be read."""
        if look.layers != self.look.layers:
            self.cursor_at = None
        rows = len(look.layers) != len(self.look.layers)
        self.look, self._settled = look, settled
        if rows:
            self.setMinimumHeight(self.minimumSizeHint().height())
            self.updateGeometry()
        self.renew_description(settled)
        if settled or self.due():
            self.update()

    def due(self) -> bool:
        """Whether running numbers may change again."""
        return self._picture.due()

    def set_hint(self, text: str) -> None:
        """What stands here while there is nothing to see."""
        if text != self.hint:
            self.hint = text
            self.refresh_theme(theme())

    @property
    def empty(self) -> bool:
        taken = self.look.values[:, :, SIGNS.index("gradient")]
        return not np.isfinite(taken).any()

    def refresh_theme(self, new: Theme) -> None:
        self._picture.forget()
        self.update()

    @guarded(default=QSize(320, 120))
    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    @guarded(default=QSize(160, 60))
    def minimumSizeHint(self) -> QSize:
        return QSize(200, max(round(self._head() + max(len(self.look.layers), 2) * self._least()), 60))

    # geometry

    def _head(self) -> float:
        return small_metrics().height() + 6.0

    def _least(self) -> float:
        """Two lines for each of a few layers, one for each of many."""
        lines = 2 if len(self.look.layers) <= FEW else 1
        return lines * small_metrics().height() + 3.0

    def _row_height(self) -> float:
        rows = max(len(self.look.layers), 1)
        return min(max((self.height() - self._head()) / rows, self._least()), MOST_ROW)

    def _columns(self) -> list[tuple[float, float]]:
        """(left, width) of the names and of each of COLUMNS."""
        of = self.look, self.width(), small_metrics().height()
        if of != self._measured[0]:
            self._measured = of, self._measure()
        return self._measured[1]

    def _measure(self) -> list[tuple[float, float]]:
        metrics = small_metrics()
        names = max((metrics.horizontalAdvance(name) for name in self.look.names), default=50.0)
        names = min(names, self.width() * 0.2) + GAP
        words = [self._words_width(column) for column in COLUMNS]
        room = max((self.width() - names - BAR - sum(words)) / len(COLUMNS), 20.0)
        widths = [names, BAR + room + words[0], room + words[1], room + words[2]]
        return [(sum(widths[:index]), width) for index, width in enumerate(widths)]

    def _words_width(self, column: str) -> float:
        """For the numbers and words beside the plots of a column, and a gap."""
        rows = range(len(self.look.layers))
        ill = any(self.look.ill(row, column) for row in rows)
        longest = (f"{MARKS[HIGH]} {self.tr('vanishing')}",) if ill and column == GRADIENT else ()
        texts = ("0.00012", self.tr("healthy"), f"{MARKS[HIGH]} {self.tr('high')}", *longest)
        return max(map(small_metrics().horizontalAdvance, texts)) + 4 + GAP

    def plot_at(self, row: int, column: int) -> QRectF:
        """Where the course of a layer in a column of COLUMNS is drawn."""
        left, width = self._columns()[column + 1]
        left, width = (left + BAR, width - BAR) if COLUMNS[column] == GRADIENT else (left, width)
        height = self._row_height()
        width = max(width - self._words_width(COLUMNS[column]), 12.0)
        return QRectF(left, self._head() + row * height + 1, width, height - 3)

    def _cell_at(self, place: QPointF) -> tuple[int, int, float] | None:
        row = int((place.y() - self._head()) // self._row_height())
        if place.y() < self._head() or row >= len(self.look.layers):
            return None
        edges = self._columns()
        column = max((i for i in range(len(COLUMNS)) if place.x() >= edges[i + 1][0]), default=0)
        area = self.plot_at(row, column)
        return row, column, min(max((place.x() - area.left()) / area.width(), 0.0), 1.0)

    def moment_at(self, share: float) -> int:
        """The moment of the course next to a share of the steps."""
        steps = self.look.steps
        return int(np.abs(steps - share * steps[-1]).argmin())

    # painting

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            still = (self.size(), self.devicePixelRatioF(), theme().dark, self.look.layers, small_metrics().height())
            painter.drawPixmap(0, 0, self._picture.picture(self._make, still, self.look, settled=self._settled))
            painter.setFont(small_font())
            if not self.empty and self.cursor_at is not None:
                self._draw_cursor(painter, *self.cursor_at)
            if self.hasFocus():
                painter.setPen(cosmetic(theme().accent))
                painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _make(self) -> QPixmap:
        pixmap = blank(self, theme().panel)
        with QPainter(pixmap) as painter:
            painter.setFont(small_font())
            if self.empty:
                painter.setPen(theme().muted)
                flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
                painter.drawText(QRectF(self.rect()).adjusted(8, 0, -8, 0), flags, self.hint)
                return pixmap
            self._draw_head(painter)
            spread = self.look.spread()
            gradients = span(spread[0] / 1.5, spread[1] * 1.5, log=True) if spread else UPDATES
            for row in range(len(self.look.layers)):
                self._draw_name(painter, row)
                for column in range(len(COLUMNS)):
                    self._draw_cell(painter, row, column, gradients)
        return pixmap

    def _draw_head(self, painter: QPainter) -> None:
        painter.setPen(theme().muted)
        heads = (VITAL_SIGNS["gradient"].word, VITAL_SIGNS["update"].word, self._units_head())
        for (left, width), text in zip(self._columns()[1:], heads, strict=True):
            elided = small_metrics().elidedText(text, Qt.TextElideMode.ElideRight, width - GAP)
            painter.drawText(QRectF(left, 0, width - GAP, self._head() - 4), _LEFT, elided)

    def _units_head(self) -> str:
        signs = [self.look.sign(row, UNITS) for row in range(len(self.look.layers))]
        words = dict.fromkeys(tr_label(sign.word) for sign in signs if sign is not None)
        return " / ".join(words) or self.tr("units")

    def _draw_name(self, painter: QPainter, row: int) -> None:
        height = self._row_height()
        left, width = self._columns()[0]
        name = small_metrics().elidedText(self.look.names[row], Qt.TextElideMode.ElideRight, width - GAP / 2)
        painter.setPen(theme().text)
        painter.drawText(QRectF(left, self._head() + row * height, width, height), _LEFT, name)

    def _draw_cell(self, painter: QPainter, row: int, column: int, gradients: Axis) -> None:
        key, sign = COLUMNS[column], self.look.sign(row, COLUMNS[column])
        area = self.plot_at(row, column)
        axis = gradients if key == GRADIENT else SHARES if key == UNITS else UPDATES
        if key == GRADIENT:
            self._draw_bar(painter, row, area, axis)
        if sign is not None:
            self._draw_course(painter, area, sign, axis, self.look.course(row, key))
        self._draw_words(painter, row, key, QRectF(area.right() + 4, area.top(), self.width(), area.height()))

    def _draw_course(self, painter: QPainter, area: QRectF, sign: VitalSign, axis: Axis, values: np.ndarray) -> None:
        colors = theme()
        painter.fillRect(area, colors.plot)
        if sign.high is not None:
            shade = QColor(colors.good)
            shade.setAlphaF(_BAND)
            ends = axis.shares(np.array([sign.low if sign.low is not None else axis.low, sign.high]))
            bottom, top = (area.bottom() - float(share) * area.height() for share in ends)
            painter.fillRect(QRectF(area.left(), top, area.width(), bottom - top), shade)
        with np.errstate(all="ignore"):
            y = area.bottom() - np.clip(axis.shares(values), 0.0, 1.0) * (area.height() - 2) - 1
        if axis.log:
            y = np.where(values == 0.0, area.bottom() - 1, y)  # nothing at all has no place on it: at the foot
        x = area.left() + self.look.steps / max(int(self.look.steps[-1]), 1) * (area.width() - 1)
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(cosmetic(colors.curve_train))
        painter.setBrush(colors.curve_train)
        known = ~np.isnan(y)
        draw_curve(painter, x[known], y[known])
        painter.restore()

    def _draw_bar(self, painter: QPainter, row: int, area: QRectF, axis: Axis) -> None:
        """The gradient norm now, on the logarithmic axis of all layers: row by row, their profile."""
        value = self.look.value(row, GRADIENT)
        left = area.left() - BAR
        if not math.isfinite(value) or value <= 0.0:
            return
        share = min(max(float(axis.shares(np.array([value]))[0]), 0.0), 1.0)
        verdict = self.look.verdict(row, GRADIENT)
        color = self._warning() if verdict in (LOW, HIGH) else theme().curve_validation
        room = BAR - GAP
        painter.fillRect(QRectF(left, area.top(), room, area.height()), theme().plot)
        thick = min(area.height() - 2, THICKEST)
        painter.fillRect(QRectF(left, area.center().y() - thick / 2, max(share * room, 2.0), thick), color)

    def _warning(self) -> QColor:
        """Of what is low or high: loud only where it can have lasted."""
        return theme().muted if self.look.early else theme().warn

    def _draw_words(self, painter: QPainter, row: int, column: str, room: QRectF) -> None:
        """The value now; below it, or where there is no room for two lines as a sign before it, the verdict."""
        colors, metrics = theme(), small_metrics()
        text = value_text(self.look.sign(row, column), self.look.value(row, column))
        word, verdict = self.look.word(row, column), self.look.verdict(row, column)
        color = self._warning() if verdict in (LOW, HIGH) else colors.muted
        mark = MARKS[verdict] if verdict in (LOW, HIGH) else ""
        if room.height() < 2 * metrics.height():
            painter.setPen(color if mark else colors.text)
            painter.drawText(room, _LEFT, f"{mark} {text}" if mark else text)
            return
        middle = room.center().y()
        painter.setPen(colors.text)
        painter.drawText(QPointF(room.left(), middle - metrics.descent()), text)
        painter.setPen(color)
        painter.drawText(QPointF(room.left(), middle + metrics.ascent()), f"{mark} {word}" if mark else word)

    def _draw_cursor(self, painter: QPainter, row: int, column: int, share: float) -> None:
        """A line at the moment, and what it reads in a box that lies beside it."""
        area, at = self.plot_at(row, column), self.moment_at(share)
        x = area.left() + self.look.steps[at] / max(int(self.look.steps[-1]), 1) * (area.width() - 1)
        painter.setPen(cosmetic(theme().text, Qt.PenStyle.DotLine, 0.7))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        lines, metrics = moment_lines(self.look, row, COLUMNS[column], at), small_metrics()
        wide = max(map(metrics.horizontalAdvance, lines)) + 12
        tall = len(lines) * metrics.height() + 6
        left = min(max(x - wide / 2, 0.0), self.width() - wide)
        top = area.bottom() + 4 if area.bottom() + 4 + tall <= self.height() else area.top() - 4 - tall
        box = QRectF(left, max(top, 0.0), wide, tall)
        painter.setPen(cosmetic(theme().field_border))
        painter.setBrush(theme().field)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme().text)
        for number, line in enumerate(lines):
            base = box.top() + 3 + number * metrics.height() + metrics.ascent()
            painter.drawText(QPointF(box.left() + 6, base), line)

    # reading

    def readout(self) -> str:
        """What the cursor reads, empty without one."""
        if self.cursor_at is None or self.empty:
            return ""
        row, column, share = self.cursor_at
        return ", ".join(moment_lines(self.look, row, COLUMNS[column], self.moment_at(share)))

    def describe(self) -> str:
        return self.readout() or (in_words(self.look) if not self.empty else self.hint)

    def hides_tooltip(self, place: QPoint) -> bool:
        return not self.empty and self._cell_at(QPointF(place)) is not None

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.cursor_at = self._cell_at(event.position()) if not self.empty else None
        self.update()

    @guarded
    def leaveEvent(self, event: QEnterEvent) -> None:
        self.cursor_at = None
        self.update()

    @guarded
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.layer_chosen.emit(self.look.layers[cell[0]])

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from number to number, with Shift from moment to moment."""
        moves = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}
        key = Qt.Key(event.key())
        if key in moves and not self.empty:
            self._move_cursor(*moves[key], moment=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.cursor_at is not None:
            self.layer_chosen.emit(self.look.layers[self.cursor_at[0]])
        elif key == Qt.Key.Key_Escape and self.cursor_at is not None:
            self.cursor_at = None
        else:
            event.ignore()
            return
        self.renew_description()
        self.update()

    def _move_cursor(self, down: int, right: int, *, moment: bool) -> None:
        if self.cursor_at is None:
            self.cursor_at = (0, 0, 1.0)
            return
        row, column, share = self.cursor_at
        if moment and right:
            steps = self.look.steps
            at = min(max(self.moment_at(share) + right, 0), len(steps) - 1)
            share = float(steps[at] / max(int(steps[-1]), 1))
        else:
            row = min(max(row + down, 0), len(self.look.layers) - 1)
            column = min(max(column + right, 0), len(COLUMNS) - 1)
        self.cursor_at = (row, column, share)
