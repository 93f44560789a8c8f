"""The network's answer to one input: its word, and a bar for each class or each number on its range."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from bpgui.session.guard import guarded
from bpgui.ui.live.class_shares import class_shares, each_class
from bpgui.ui.live.described import Described
from bpgui.ui.live.drawing import cosmetic, symbol_path
from bpgui.ui.live.small_font import small_font
from bpgui.ui.live.value_colors import class_color, class_symbol
from bpgui.ui.numbers import MINUS, format_number
from bpgui.ui.theme import Theme, theme


def share_text(value: float) -> str:
    """An output beside its bar: three decimals between the targets of classes."""
    return f"{value:.3f}".replace("-", MINUS) if abs(value) <= 1.0 else format_number(value)


class AnswerBars(Described):
    """`set_classes`, `set_range` or `set_numbers` says what is answered; then `set_answer`."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Answer"))
        self.setToolTip(self.tr("What the network answers to this input, with how sure it is of each class."))
        self.classes: tuple[str, ...] = ()
        self.negative = 0.0
        self.limits = (0.0, 1.0)
        self.ranges: tuple[tuple[str, float, float], ...] = ()
        self.predicted = ""
        self.numbers: NDArray[np.float64] = np.empty(0)

    def set_classes(self, classes: tuple[str, ...], negative: float = 0.0) -> None:
        """`negative`: the target of "not this class", 0 or −1."""
        self.classes, self.negative, self.predicted, self.numbers = classes, negative, "", np.empty(0)
        self.ranges = ()
        self.update()

    def set_range(self, low: float, high: float) -> None:
        """For a numeric target: the range its values lie in."""
        self.set_classes(())
        self.limits = (low, high)

    def set_numbers(self, ranges: tuple[tuple[str, float, float], ...]) -> None:
        """For several numeric targets: the name of each and the range its values lie in."""
        self.set_classes(())
        self.ranges = ranges

    def clear(self) -> None:
        self.predicted, self.numbers = "", np.empty(0)
        self.update()

    def set_answer(self, predicted: str, numbers: NDArray[np.float64], settled: bool = True) -> None:
        """`numbers`: one for each class (a single output counts for both), or the value in the data's units."""
        self.predicted = predicted
        numbers = np.asarray(numbers, dtype=np.float64)
        self.numbers = each_class(numbers, self.negative) if self.classes else numbers
        self.renew_description(settled)
        self.update()

    def refresh_theme(self, theme: Theme) -> None:
        self.update()

    def shares(self) -> NDArray[np.float64]:
        """How far the bar of each class goes, 0 … 1."""
        return np.nan_to_num(class_shares(self.numbers, self.negative), nan=0.0)

    def shown(self, room: float, line: float) -> list[int]:
        """Positions of the classes that have room: all in order, or the likeliest ones."""
        fit = max(int(room / line), 1)
        if len(self.numbers) <= fit:
            return list(range(len(self.numbers)))
        order = np.argsort(-np.nan_to_num(self.numbers, nan=-np.inf), kind="stable")[:fit]
        return [int(index) for index in order]

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not len(self.numbers):
                painter.setFont(small_font())
                painter.setPen(theme().muted)
                painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter) | _WRAP, self.tr("no answer yet"))
                return
            if self.ranges:
                painter.setFont(small_font())
                self._draw_numbers(painter)
                return
            top = self._draw_word(painter)
            painter.setFont(small_font())
            if self.classes:
                self._draw_classes(painter, top)
            else:
                self._draw_range(painter, top)

    def _draw_word(self, painter: QPainter) -> float:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.35)
        font.setBold(True)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(theme().text)
        left = 0.0
        if self.predicted in self.classes:
            index = self.classes.index(self.predicted)
            painter.save()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(class_color(theme(), index))
            painter.drawPath(symbol_path(class_symbol(theme(), index), 12).translated(8, metrics.height() / 2))
            painter.restore()
            left = 20.0
        word = self.predicted if self.classes else format_number(float(self.numbers[0]), 4)
        text = metrics.elidedText(word or "–", Qt.TextElideMode.ElideRight, self.width() - left)
        painter.drawText(QPointF(left, metrics.ascent()), text)
        return metrics.height() + 6

    def _draw_classes(self, painter: QPainter, top: float) -> None:
        colors = theme()
        metrics = QFontMetricsF(painter.font())
        line = metrics.height() + 4
        rows = self.shown(self.height() - top, line)
        names = [metrics.elidedText(self.classes[i], Qt.TextElideMode.ElideRight, self.width() * 0.35) for i in rows]
        left = max(metrics.horizontalAdvance(n) for n in names) + 8
        right = self.width() - metrics.horizontalAdvance("−0.000") - 6
        shares = self.shares()
        for number, (index, name) in enumerate(zip(rows, names, strict=True)):
            y = top + number * line
            value = float(self.numbers[index])
            groove = QRectF(left, y + 3, max(right - left, 4.0), line - 8)
            painter.setPen(colors.text)
            painter.drawText(QPointF(0.0, y + metrics.ascent()), name)
            painter.drawText(QPointF(right + 6, y + metrics.ascent()), share_text(value))
            painter.fillRect(groove, colors.field)
            groove.setWidth(groove.width() * float(shares[index]))
            painter.fillRect(groove, class_color(colors, index))

    def _draw_numbers(self, painter: QPainter) -> None:
        """A line for each number: its name, its place in its range, its value; as many as there is room for."""
        colors, metrics = theme(), QFontMetricsF(painter.font())
        line = metrics.height() + 4
        fit = max(int(self.height() / line), 1)
        rows = self.ranges if len(self.ranges) <= fit else self.ranges[: max(fit - 1, 1)]
        names = [metrics.elidedText(name, Qt.TextElideMode.ElideRight, self.width() * 0.35) for name, _, _ in rows]
        left = max((metrics.horizontalAdvance(name) for name in names), default=0.0) + 14
        right = self.width() - metrics.horizontalAdvance("−0.0000e+00") - 14
        for index, (name, (_, low, high)) in enumerate(zip(names, rows, strict=True)):
            y = index * line
            painter.setPen(colors.text)
            painter.drawText(QPointF(0.0, y + metrics.ascent()), name)
            painter.drawText(QPointF(right + 14, y + metrics.ascent()), format_number(float(self.numbers[index]), 4))
            self._draw_place(painter, QRectF(left, y + line / 2 - 4, max(right - left, 4.0), 4.0), index, low, high)
        if len(rows) < len(self.ranges):
            painter.setPen(colors.muted)
            more = self.tr("… {0} more").format(len(self.ranges) - len(rows))
            painter.drawText(QPointF(0.0, len(rows) * line + metrics.ascent()), more)

    def _draw_place(self, painter: QPainter, groove: QRectF, index: int, low: float, high: float) -> None:
        """Where a number lies in its range."""
        colors = theme()
        painter.fillRect(groove, colors.field_border)
        value = float(self.numbers[index])
        share = min(max((value - low) / (high - low), 0.0), 1.0) if high > low and np.isfinite(value) else 0.5
        painter.setPen(cosmetic(colors.panel))
        painter.setBrush(colors.accent)
        radius = groove.height()
        painter.drawEllipse(QPointF(groove.left() + share * groove.width(), groove.center().y()), radius, radius)

    def _draw_range(self, painter: QPainter, top: float) -> None:
        colors, metrics = theme(), QFontMetricsF(painter.font())
        low, high = self.limits
        groove = QRectF(6.0, top + 6, max(self.width() - 12.0, 4.0), 6.0)
        self._draw_place(painter, groove, 0, low, high)
        painter.setPen(colors.muted)
        base = groove.bottom() + 6 + metrics.ascent()
        painter.drawText(QPointF(0, base), format_number(low))
        text = format_number(high)
        painter.drawText(QPointF(self.width() - metrics.horizontalAdvance(text), base), text)

    def describe(self) -> str:
        if not len(self.numbers):
            return self.tr("no answer yet")
        if self.ranges:
            named = zip(self.ranges, self.numbers.tolist(), strict=False)
            return ", ".join(f"{name} {format_number(value, 4)}" for (name, _, _), value in named)
        if not self.classes:
            return format_number(float(self.numbers[0]), 4)
        pairs = zip(self.classes, self.numbers.tolist(), strict=False)
        return self.predicted + ": " + ", ".join(f"{name} {format_number(value)}" for name, value in pairs)

    @guarded(default=QSize(140, 100))
    def sizeHint(self) -> QSize:
        return QSize(150, 120)

    @guarded(default=QSize(92, 60))
    def minimumSizeHint(self) -> QSize:
        return QSize(92, 60)


_WRAP = int(Qt.TextFlag.TextWordWrap)
