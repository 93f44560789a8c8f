"""How the error of a numeric slope depends on the size of its step."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen

from bpgui.engine.gradcheck import StepErrors
from bpgui.ui.live.axis import Axis
from bpgui.ui.live.drawing import cosmetic, draw_curve
from bpgui.ui.live.error_colors import power_text
from bpgui.ui.live.plot import PlotArea
from bpgui.ui.live.small_font import small_metrics
from bpgui.ui.numbers import clean
from bpgui.ui.theme import theme

LOWEST, HIGHEST = 1e-18, 10.0  # errors that are drawn


class StepCurve(PlotArea):
    """Both axes in powers of ten. `step_chosen` is the step that was clicked, or Return pressed on."""

    step_chosen = Signal(float)
    frame = True

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Error by step size"))
        self.setToolTip(
            self.tr("The largest error at each step size: a click checks with it. Too long bends, too short rounds.")
        )
        self.errors: StepErrors | None = None
        self.chosen: float | None = None
        self.set_labels(self.tr("step size ε"), self.tr("largest error / largest gradient"))
        self.set_home(Axis(1e-12, 1.0, True), Axis(1e-17, 1.0, True))

    def set_errors(self, errors: StepErrors | None) -> None:
        self.errors = errors
        if errors is not None:
            both = np.concatenate((errors.central, errors.complex))
            good = both[np.isfinite(both) & (both > 0.0)]
            high = min(max(float(good.max(initial=1e-6)) * 3.0, 1e-3), HIGHEST)
            self.set_home(Axis(float(errors.steps[0]), float(errors.steps[-1]), True), Axis(LOWEST * 10, high, True))
        self.renew_description()
        self.update()

    def set_chosen(self, step: float | None) -> None:
        """The step of central differences in use, marked; None while the complex step is."""
        self.chosen = step
        self.renew_description()
        self.update()

    # painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        colors = theme()
        if self.errors is None:
            painter.setPen(colors.muted)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.tr("checking some parameters at several steps …"))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = self.px(self.errors.steps)
        for values, pen in (
            (self.errors.complex, cosmetic(colors.curve_validation, Qt.PenStyle.DashLine)),
            (self.errors.central, QPen(colors.curve_train, 1.6)),
        ):
            painter.setPen(pen)
            painter.setBrush(pen.color())
            # An error of 0 lies below the scale of powers.
            draw_curve(painter, x, self.py(np.maximum(clean(values), self.y.low)))
        if self.chosen is not None:
            self._draw_line(painter, area, self.chosen, cosmetic(colors.accent))
        if self.cursor_at is not None:
            self._draw_line(painter, area, self.cursor_step(), cosmetic(colors.text, Qt.PenStyle.DotLine, 0.6))
        self._draw_words(painter, area)

    def _draw_line(self, painter: QPainter, area: QRectF, step: float, pen: QPen) -> None:
        at = float(self.px(np.array([step]))[0])
        painter.setPen(pen)
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))

    def _draw_words(self, painter: QPainter, area: QRectF) -> None:
        """Why the curve has two branches, in the free room under each."""
        metrics, colors = small_metrics(), theme()
        painter.setPen(colors.muted)
        left, right = self.tr("rounding ∝ 1/ε"), self.tr("truncation ∝ ε²")
        painter.drawText(QPointF(area.left() + 8, area.top() + area.height() * 0.66), left)
        at = QPointF(area.right() - 8 - metrics.horizontalAdvance(right), area.bottom() - 6)
        painter.drawText(at, right)

    def draw_still(self, painter: QPainter, area: QRectF) -> None:
        colors, metrics = theme(), small_metrics()
        entries = (
            (self.tr("central"), QPen(colors.curve_train, 1.6)),
            (self.tr("complex"), cosmetic(colors.curve_validation, Qt.PenStyle.DashLine)),
        )
        left = area.right() + 4 - sum(metrics.horizontalAdvance(name) + 32 for name, _ in entries)
        middle = metrics.ascent() - metrics.capHeight() / 2
        for name, pen in entries:
            painter.setPen(pen)
            painter.drawLine(QPointF(left + 4, middle), QPointF(left + 24, middle))
            painter.setPen(colors.muted)
            painter.drawText(QPointF(left + 28, metrics.ascent()), name)
            left += metrics.horizontalAdvance(name) + 32

    def draw_over(self, painter: QPainter, area: QRectF) -> None:
        text = self.readout()
        if not text:
            return
        metrics = small_metrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width() - 20)
        box = QRectF(area.left() + 6, area.top() + 5, metrics.horizontalAdvance(shown) + 10, metrics.height() + 4)
        backing = theme().panel
        painter.fillRect(box, backing)
        painter.setPen(theme().text)
        painter.drawText(QPointF(box.left() + 5, box.top() + 2 + metrics.ascent()), shown)

    # reading

    def cursor_step(self) -> float:
        """The tried step next to the cursor."""
        assert self.errors is not None
        assert self.cursor_at is not None
        return float(self.errors.steps[self._nearest(self.cursor_at[0])])

    def _nearest(self, step: float) -> int:
        assert self.errors is not None
        return int(np.abs(np.log10(self.errors.steps) - math.log10(max(step, 1e-300))).argmin())

    def words_at(self, place: int) -> str:
        """One step in words."""
        assert self.errors is not None
        step, central, complex_ = (
            power_text(float(v[place])) for v in (self.errors.steps, self.errors.central, self.errors.complex)
        )
        text = self.tr("ε {0}: central {1}, complex {2}").format(step, central, complex_)
        kinks = int(self.errors.kinks[place])
        return text + (self.tr(", {0} of {1} at a kink left out").format(kinks, self.errors.checked) if kinks else "")

    def readout(self) -> str:
        if self.errors is None or self.cursor_at is None:
            return ""
        return self.words_at(self._nearest(self.cursor_at[0]))

    def describe(self) -> str:
        if self.errors is None:
            return self.tr("nothing computed yet")
        if self.cursor_at is not None:
            return self.readout()
        best = int(np.argmin(np.where(np.isfinite(self.errors.central), self.errors.central, np.inf)))
        text = self.tr("central differences are best at a step of {0}, with an error of {1}")
        numbers = (float(self.errors.steps[best]), float(self.errors.central[best]))
        return text.format(*(power_text(value) for value in numbers))

    def choose(self) -> bool:
        """Check with the step under the cursor."""
        if self.errors is None or self.cursor_at is None:
            return False
        self.step_chosen.emit(self.cursor_step())
        return True
