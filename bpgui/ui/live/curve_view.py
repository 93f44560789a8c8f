"""The loss against the epoch: training and validation, raw and smoothed, and what regularisers add to it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from bpgui.runs.answers import CurveAnswer
from bpgui.session.guard import guarded
from bpgui.ui.live.curve_legend import Legend, Row
from bpgui.ui.live.curve_range import epoch_axis, loss_axis, without_spikes
from bpgui.ui.live.drawing import cosmetic, draw_curve, draw_symbols, symbol_path
from bpgui.ui.live.plot import PlotArea
from bpgui.ui.live.small_font import small_metrics
from bpgui.ui.live.smoothing import smoothed
from bpgui.ui.numbers import clean, format_number
from bpgui.ui.theme import Theme, theme

Floats = NDArray[np.float64]
NOTHING = np.empty(0)
# Single batches are drawn while the epochs are so few that they can be told apart.
BATCHES_UNTIL_EPOCH = 20.0
MARKS = 60
CORNERS = ("top right", "bottom right", "top left", "bottom left")
# Across the legend, where it is looked whether it covers a curve.
PLACES = 32


class CurveView(PlotArea):
    """Draws a `CurveAnswer`. The legend reads the cursor's epoch, or the last one; a click or Return chooses it."""

    epoch_chosen = Signal(float)
    frame = True

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Loss curve"))
        self.setToolTip(
            self.tr("The loss after each epoch: point to read it, wheel to zoom, drag to move, double-click to fit.")
        )
        self.log = False
        self.smoothing = 0.0
        self.planned = 0
        self.meaning = self.tr("loss")
        self.hint = ""
        self.corner = CORNERS[0]
        self._legend = Legend()
        self._settled = True
        self.clear()

    def clear(self) -> None:
        """Nothing trained yet."""
        self.corner = CORNERS[0]
        self._legend.forget()
        self.set_curve(CurveAnswer(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING), self.planned)

    def set_meaning(self, text: str) -> None:
        """What the loss is the mean of; stands over the axis."""
        self.meaning = text
        self._label()

    def set_hint(self, text: str) -> None:
        """What stands in the empty plot."""
        self.hint = text
        self.update()

    def _label(self) -> None:
        scale = self.tr(" · log") if self.log else ""
        self.set_labels(self.tr("epoch"), self.tr("loss: {0}").format(self.meaning) + scale)

    def set_log(self, log: bool) -> None:
        self.log = log
        self._label()
        self._range()
        self._smooth()

    def set_smoothing(self, weight: float) -> None:
        """0 shows the raw curve only."""
        self.smoothing = weight
        self._smooth()
        self.update()

    def set_curve(self, answer: CurveAnswer, planned: int, settled: bool = True) -> None:
        """Take a new curve; `planned` epochs end the axis once the run is on its way.

        A running curve that is a pixel longer at most waits until its legend may change.
        """
        if not settled and self._stands_still(answer, planned):
            return
        self.planned, self._settled = planned, settled
        self.raw_train, self.raw_validation = np.asarray(answer.train), np.asarray(answer.validation)
        self.epochs, self.train, self.validation = clean((answer.epochs, answer.train, answer.validation))
        self.penalty = clean(answer.penalty) if np.any(answer.penalty) else NOTHING
        few = not len(self.epochs) or float(np.nanmax(self.epochs, initial=0.0)) <= BATCHES_UNTIL_EPOCH
        self.batch_epochs = clean(answer.batch_epochs) if few else NOTHING
        self.batch_losses = clean(answer.batch_losses) if few else NOTHING
        self._range()
        self._smooth()
        self.renew_description(settled)

    def _stands_still(self, answer: CurveAnswer, planned: int) -> bool:
        if self._legend.due() or planned != self.planned or self.cursor_at is not None:
            return False
        if not (len(answer.epochs) and len(self.epochs)) or len(answer.batch_epochs) or len(self.batch_epochs):
            return False
        before, now = self.px(np.array((self.epochs[-1], answer.epochs[-1]))).tolist()
        return bool(0.0 <= now - before < 1.0)

    @property
    def empty(self) -> bool:
        return not len(self.epochs) and not len(self.batch_epochs)

    @property
    def has_validation(self) -> bool:
        return bool(np.isfinite(self.validation).any() or np.isinf(self.raw_validation).any())

    @property
    def has_penalty(self) -> bool:
        """Whether a regulariser was on: its part is drawn apart from the loss."""
        return bool(len(self.penalty))

    def _smooth(self) -> None:
        if self.smoothing:
            self.smooth_train = smoothed(without_spikes(self.train, self._cut), self.smoothing)
            self.smooth_validation = smoothed(without_spikes(self.validation, self._cut), self.smoothing)

    def _range(self) -> None:
        series = (self.train, self.validation, self.penalty, self.batch_losses)
        losses, self._cut = loss_axis(series, self.log)
        self.set_home(epoch_axis((self.epochs, self.batch_epochs), self.planned), losses)
        self.update()

    # painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        colors = theme()
        if self.empty:
            painter.setPen(colors.muted)
            text = self.hint
            room, flags = area.adjusted(8, 0, -8, 0), int(Qt.AlignmentFlag.AlignCenter) | _WRAP
            painter.fillRect(painter.boundingRect(room, flags, text).adjusted(-6, -3, 6, 3), colors.plot)
            painter.drawText(room, flags, text)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_batches(painter)
        x = self.px(self.epochs)
        faint = 0.3 if self.smoothing else 1.0
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.has_penalty:
            painter.setPen(cosmetic(colors.muted, _DOTS))
            draw_curve(painter, x, self.py(self.penalty))
        if self.has_validation:
            style = Qt.PenStyle.SolidLine if self.smoothing else Qt.PenStyle.DashLine
            painter.setPen(cosmetic(colors.curve_validation, style, faint))
            draw_curve(painter, x, self.py(self.validation))
        painter.setPen(cosmetic(colors.curve_train, alpha=faint))
        draw_curve(painter, x, self.py(self.train))
        if self.smoothing:
            painter.setPen(cosmetic(colors.curve_validation, Qt.PenStyle.DashLine))
            draw_curve(painter, x, self.py(self.smooth_validation))
            painter.setPen(cosmetic(colors.curve_train))
            draw_curve(painter, x, self.py(self.smooth_train))
        self._draw_marks(painter, area, x)
        self._draw_cursor(painter, area)

    def _draw_batches(self, painter: QPainter) -> None:
        if len(self.batch_epochs):
            painter.setPen(cosmetic(theme().curve_train, alpha=0.22))
            draw_curve(painter, self.px(self.batch_epochs), self.py(self.batch_losses))

    def _draw_marks(self, painter: QPainter, area: QRectF, x: Floats) -> None:
        """At the top a cross where the loss is not finite and a triangle where a spike is above the range.

        A triangle at the foot where it has no place on a log axis.
        """
        colors = theme()
        for values, color in ((self.validation, colors.curve_validation), (self.train, colors.curve_train)):
            with np.errstate(invalid="ignore"):
                above = values > max(self._cut, self.y.high)
            if above.any():
                places = _apart(x[above])
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color)
                draw_symbols(painter, symbol_path("t1", 8), places, np.full(len(places), area.top() + 7))
        broken = ~np.isfinite(self.train) | np.isinf(self.raw_validation)
        if broken.any():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().bad)
            places = _apart(x[broken])
            draw_symbols(painter, symbol_path("x", 9), places, np.full(len(places), area.top() + 7))
        if self.log:
            with np.errstate(invalid="ignore"):
                low = self.train <= 0
            places = _apart(x[low])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().curve_train)
            draw_symbols(painter, symbol_path("t", 7), places, np.full(len(places), area.bottom() - 4))

    def _draw_cursor(self, painter: QPainter, area: QRectF) -> None:
        index = self.cursor_index()
        if index is None or self.cursor_at is None:
            return
        colors = theme()
        at = float(self.px(self.epochs[index : index + 1])[0])
        painter.setPen(cosmetic(colors.muted, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        curves = [(self.train, colors.curve_train), (self.validation, colors.curve_validation)]
        if self.has_penalty:
            curves.append((self.penalty, colors.muted))
        for values, color in curves:
            y = float(self.py(values[index : index + 1])[0])
            if math.isfinite(y):
                painter.setBrush(color)
                painter.drawEllipse(QPointF(at, y), 3, 3)

    def draw_over(self, painter: QPainter, area: QRectF) -> None:
        index = self.cursor_index()
        if index is None:
            return
        names = [self.tr("epoch"), self.tr("train")]
        names += [self.tr("validation")] if self.has_validation else []
        names += [self.tr("penalty")] if self.has_penalty else []
        size = self._legend.size(names)
        if self._settled or self.cursor_at is not None or self._legend.due():
            self.corner = self._free_corner(size.width(), size.height())
            box = self.legend_box(self.corner, size.width(), size.height())
            self._legend.place(box, self._legend_rows(names, index))
        self._legend.draw(painter)

    def _legend_rows(self, names: list[str], index: int) -> tuple[Row, ...]:
        colors = theme()
        rows = [Row(names[0], f"{self.epochs[index]:g}")]
        rows.append(Row(names[1], format_number(self._raw(self.raw_train, index)), colors.curve_train, _SOLID))
        if self.has_validation:
            text = format_number(self._raw(self.raw_validation, index))
            rows.append(Row(names[2], text, colors.curve_validation, _DASH))
        if self.has_penalty:
            rows.append(Row(names[-1], format_number(float(self.penalty[index])), colors.muted, _DOTS))
        return tuple(rows)

    def refresh_theme(self, theme: Theme) -> None:
        super().refresh_theme(theme)
        self._legend.forget()

    def legend_box(self, corner: str, width: float, height: float) -> QRectF:
        """A box of that size in a corner, clear of the crosses, the triangles and the hint that stand there."""
        area, metrics = self.area(), small_metrics()
        left = area.left() + 8 if corner.endswith("left") else area.right() - width - 8
        if corner.startswith("top"):
            marked = self._cut < math.inf or not np.isfinite(self.train).all()
            return QRectF(left, area.top() + (18 if marked else 8), width, height)
        lift = metrics.height() + 8 if self.zoomed and corner == "bottom left" else 12 if self.log else 8
        return QRectF(left, area.bottom() - height - lift, width, height)

    def _free_corner(self, width: float, height: float) -> str:
        """The corner with the fewest places of the curves under the legend; the present one while it is free."""
        fewest, best = math.inf, self.corner
        for corner in dict.fromkeys((self.corner, *CORNERS)):
            covered = self._covered(self.legend_box(corner, width, height))
            if not covered:
                return corner
            if covered < fewest:
                fewest, best = covered, corner
        return best

    def _covered(self, box: QRectF) -> int:
        """How many of some places across a box have a curve in it."""
        first, last = (self.x.value(self._shares_at(place)[0]) for place in (box.topLeft(), box.topRight()))
        places = np.linspace(first, last, PLACES)
        covered = 0
        for epochs, values in (
            (self.epochs, self.train),
            (self.epochs, self.validation),
            (self.epochs, self.penalty),
            (self.batch_epochs, self.batch_losses),
        ):
            if len(values):
                down = self.py(np.interp(places, epochs, values, left=np.nan, right=np.nan))
                covered += int(((down > box.top() - 3) & (down < box.bottom() + 3)).sum())
        return covered

    # reading

    @staticmethod
    def _raw(values: NDArray[np.floating], index: int) -> float:
        return float(values[index])

    def cursor_index(self) -> int | None:
        """The point nearest the cursor, or the last one; None where there is none."""
        good = np.flatnonzero(np.isfinite(self.epochs))
        if not len(good):
            return None
        if self.cursor_at is None:
            return int(good[-1])
        return int(good[np.argmin(np.abs(self.epochs[good] - self.cursor_at[0]))])

    def move_cursor(self, right: int, up: int) -> None:
        index = self.cursor_index()
        if index is None:
            return
        if self.cursor_at is not None:
            index = min(max(index + right, 0), len(self.epochs) - 1)
        self.cursor_at = (float(self.epochs[index]), 0.0)

    def describe(self) -> str:
        index = self.cursor_index()
        if index is None:
            return self.tr("no epoch finished yet")
        train = format_number(self._raw(self.raw_train, index))
        text = self.tr("train loss {0} at epoch {1}").format(train, f"{self.epochs[index]:g}")
        if self.has_validation:
            text += self.tr(", validation {0}").format(format_number(self._raw(self.raw_validation, index)))
        if self.has_penalty:
            text += self.tr(", penalty {0}").format(format_number(float(self.penalty[index])))
        return text

    @guarded
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed = self._press is not None and not self._dragged
        super().mouseReleaseEvent(event)
        if pressed and event.button() == Qt.MouseButton.LeftButton and self.area().contains(event.position()):
            self._ask()

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask()
        else:
            super().keyPressEvent(event)

    def _ask(self) -> None:
        index = self.cursor_index()
        if index is not None:
            self.epoch_chosen.emit(float(self.epochs[index]))

    @guarded
    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)
        self.renew_description()


_SOLID, _DASH, _DOTS = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine
_WRAP = int(Qt.TextFlag.TextWordWrap)


def _apart(places: Floats, least: float = 8.0) -> Floats:
    """Places at least so many pixels apart, and not too many."""
    kept: list[float] = []
    for place in places[np.isfinite(places)][:2000].tolist():
        if len(kept) < MARKS and (not kept or place - kept[-1] >= least):
            kept.append(place)
    return np.array(kept)
