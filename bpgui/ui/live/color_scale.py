"""A symmetric colour scale that holds the largest value seen, and its labelled bar."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter

from bpgui.ui.live.axis import nice_bound
from bpgui.ui.live.drawing import cosmetic
from bpgui.ui.numbers import MINUS
from bpgui.ui.theme import theme

BAR = 12.0
LARGEST = float(np.finfo(np.float64).max)
# Of what is held, values below this share hardly have a colour; so many frames of them are about a second.
FAR_BELOW = 0.1
PATIENCE = 30


class HoldingScale:
    """−limit … +limit around zero. It grows at once with the values and holds, so that colours can be compared.

    It comes down where nearly nothing is left of it, as after a spike that a run has recovered from: at once in a
    settled frame, else when the values stay far below for `PATIENCE` frames. `finite` says whether all of the values
    taken in last were.
    """

    def __init__(self) -> None:
        self.reset()
        self.finite = True

    def reset(self) -> None:
        self.limit, self._seen = 1.0, 0.0
        self._low, self._lately = 0, 0.0  # frames far below, and the largest value in them

    def hold(self, *frame: NDArray[Any], settled: bool = False) -> float:
        """Take a frame's arrays in and return the limit; what is not finite does not count."""
        sizes = [_largest(np.asarray(values)) for values in frame]
        self.finite = all(finite for _, finite in sizes)
        largest = max((size for size, _ in sizes), default=0.0)
        if largest > self._seen:
            self._take(largest)
        elif largest >= self._seen * FAR_BELOW:
            self._low, self._lately = 0, 0.0
        elif largest > 0.0:
            self._low, self._lately = self._low + 1, max(self._lately, largest)
            if settled:
                self._take(largest)
            elif self._low >= PATIENCE:
                self._take(self._lately)
        return self.limit

    def _take(self, largest: float) -> None:
        self._seen = largest
        self.limit = min(nice_bound(largest), LARGEST)
        self._low, self._lately = 0, 0.0


def _largest(array: NDArray[Any]) -> tuple[float, bool]:
    """The largest size among the finite values, 0 where there are none, and whether all are finite."""
    if not array.size:
        return 0.0, True
    with np.errstate(invalid="ignore"):
        # The fast way; comparisons with NaN are False, so anything odd takes the other one.
        largest = max(float(array.max()), -float(array.min()))
        if largest <= LARGEST:
            return largest, True
        size = np.abs(np.asarray(array, dtype=np.float64))
        return float(np.max(size, where=size <= LARGEST, initial=0.0)), False


def draw_bar(painter: QPainter, bar: QRectF, limit: float, missing: str) -> None:
    """The vertical bar with +limit, 0, −limit beside it; `missing` names the colour of what is not finite."""
    colors = theme()
    gradient = QLinearGradient(bar.topLeft(), bar.bottomLeft())
    gradient.setColorAt(0.0, colors.positive)
    gradient.setColorAt(0.5, colors.neutral)
    gradient.setColorAt(1.0, colors.negative)
    painter.fillRect(bar, gradient)
    painter.setPen(cosmetic(colors.field_border))
    painter.drawRect(bar)
    metrics = QFontMetricsF(painter.font())
    text = bound_text(limit)
    painter.setPen(colors.muted)
    for share, label in ((0.0, "+" + text), (0.5, "0"), (1.0, MINUS + text)):
        base = bar.top() + share * (bar.height() - 2) + (metrics.ascent() - 1) * (1.0 - share)
        painter.drawText(QPointF(bar.right() + 5, base), label)
    if missing:
        swatch = QRectF(bar.left(), bar.bottom() + 6, BAR, BAR)
        painter.fillRect(swatch, missing_color())
        painter.drawText(QPointF(swatch.right() + 5, swatch.bottom() - 2), missing)


def bar_width(metrics: QFontMetricsF, limit: float) -> float:
    """Pixels that the bar takes with the labels beside it."""
    widest = max(metrics.horizontalAdvance("+" + text) for text in ("0.15", bound_text(limit)))
    return BAR + widest + 8


def bound_text(limit: float) -> str:
    """`2`, `0.15`, `5e−6`."""
    mantissa, _, power = f"{limit:.3g}".partition("e")
    return (f"{mantissa}e{int(power)}" if power else mantissa).replace("-", MINUS)


def missing_color() -> QColor:
    """What is not finite: a violet that is neither a sign nor the neutral middle."""
    return QColor("#c04df0" if theme().dark else "#8a17c0")
