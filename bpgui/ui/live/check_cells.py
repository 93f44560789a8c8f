"""The errors of a gradient check as a heat-map, in the places of their weights."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from bpgui.engine.gradcheck import CheckedArray
from bpgui.engine.gradcheck.results import BOUNDS, COMPLEX
from bpgui.runs.answers import LayerWeights
from bpgui.ui.live.color_scale import HoldingScale
from bpgui.ui.live.error_colors import ErrorColors, power_text
from bpgui.ui.live.heatmap_layout import HeatmapLayout
from bpgui.ui.live.heatmap_view import HeatmapView
from bpgui.ui.live.heatmap_words import neuron_name
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.numbers import format_number
from bpgui.ui.theme import Theme, theme

KINK = "∧"
NORM = {"gamma": "γ", "beta": "β"}  # the arrays of a batch norm, each a row of the cells
_HUGE = 1e300  # stands for an infinite error among the colours
_MOST_SIGNS = 3000  # kinks that are marked one by one


class _PlainScale(HoldingScale):
    """The colours have a scale of their own; this one only says whether all is checked."""

    def hold(self, *frame: object, settled: bool = False) -> float:
        self.finite = all(bool(np.isfinite(values).all()) for values in frame)  # type: ignore[call-overload]
        return self.limit


class CheckCells(HeatmapView):
    """Draws the errors of a layer's `W` and `b`, or of a batch norm's γ and β. Kinks have a sign; what was not drawn by
    lot is empty.
    """

    def __init__(self) -> None:
        self.bound = BOUNDS[COMPLEX]
        self.arrays: dict[str, CheckedArray] = {}
        self.marked: tuple[str, tuple[int, ...]] | None = None
        super().__init__()
        self.scale = _PlainScale()
        self.setAccessibleName(self.tr("Errors of the gradient"))
        self.setToolTip(
            self.tr("Each cell is the error of one derivative, in the place of its weight: a click explains it.")
        )

    def set_checked(self, arrays: tuple[CheckedArray, ...], bound: float) -> None:
        """Those of one layer, or none; an error above the `bound` is one."""
        if bound != self.bound:
            self.bound = bound
            self.refresh_theme(theme())
        self.arrays = {part.name: part for part in arrays}
        errors = {name: np.minimum(part.error, _HUGE) for name, part in self.arrays.items()}  # keeps NaN
        if self.normalises:
            errors["W"] = np.stack([errors[name] for name in NORM])
        self.set_layer(LayerWeights(arrays[0].id, errors["W"], errors.get("b")) if "W" in errors else None)

    @property
    def normalises(self) -> bool:
        """Whether it is a batch norm that is shown."""
        return NORM.keys() <= self.arrays.keys()

    def nothing(self) -> str:
        if self.layer is not None:
            return super().nothing()
        return self.tr("Check compares every derivative of the next step with the slope of the loss")

    def mark(self, place: tuple[str, tuple[int, ...]] | None) -> None:
        """Frame a parameter by its array and index; it stays framed."""
        self.marked = place
        self.update()

    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Of inputs and neurons, numbered where they have none."""
        rows, columns = self.shape
        inputs = tuple(neuron_name(row, self.row_names) for row in range(rows))
        return inputs, tuple(neuron_name(column, self.column_names) for column in range(columns))

    def refresh_theme(self, theme: Theme) -> None:
        super().refresh_theme(theme)
        self._colors = ErrorColors(theme, self.bound)  # type: ignore[assignment]
        if self.layer is not None:
            self._cells = tuple(self.indices(values) for values in self._parts())

    def parameter_at(self, row: int, column: int) -> tuple[str, tuple[int, ...]]:
        """Array and index of a cell."""
        if self.normalises:
            return list(NORM)[row], (column,)
        return ("b", (column,)) if row >= self.shape[0] else ("W", (row, column))

    def _place(self, row: int, column: int) -> tuple[CheckedArray, tuple[int, ...]]:
        name, index = self.parameter_at(row, column)
        return self.arrays[name], index

    def is_kink(self, row: int, column: int) -> bool:
        """Whether the loss bends there."""
        part, index = self._place(row, column)
        return bool(part.kink[index])

    # painting

    def text_of(self, value: float, compact: bool) -> str:
        if math.isnan(value):
            return ""
        if value >= _HUGE:
            return "∞"
        text = power_text(value)
        return text[1:] if compact and len(text) > 4 else text

    def cell_texts(self) -> list[tuple[int, int, str]]:
        """(row, column, text): the error, or the sign of a kink."""
        return [(r, c, KINK if self.is_kink(r, c) else text) for r, c, text in super().cell_texts()]

    def draw_scale(self, painter: QPainter, bar: QRectF, broken: bool) -> None:
        self._colors.draw_bar(painter, bar, "" if self.scale.finite else self.tr("none"))  # type: ignore[attr-defined]

    def _paint_cursor(self, painter: QPainter, layout: HeatmapLayout) -> None:
        if not self.numbers_fit:
            self._paint_signs(painter, layout)
        cell = self._marked_cell()
        if cell is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().accent, 2.0))
            painter.drawRect(layout.rect(*cell).adjusted(1, 1, -1, -1))
        super()._paint_cursor(painter, layout)

    def _marked_cell(self) -> tuple[int, int] | None:
        """Where the framed parameter is, None outside of what is in view."""
        if self.marked is None or self.marked[0] not in self.arrays:
            return None
        name, index = self.marked
        row, column = index if name == "W" and len(index) == 2 else (self.shape[0], index[-1])
        if name in NORM:
            row = list(NORM).index(name)
        rows, columns = self.layout_now().in_view()
        return (row, column) if (row in rows or row == self.shape[0]) and column in columns else None

    def _paint_signs(self, painter: QPainter, layout: HeatmapLayout) -> None:
        """The signs of kinks where there is no room for numbers."""
        painter.setFont(small_font())
        painter.setPen(theme().text)
        metrics, wide = small_metrics(), small_metrics().horizontalAdvance(KINK)
        rows, columns = layout.in_view()
        kinks = np.stack([self.arrays[name].kink for name in NORM]) if self.normalises else self.arrays["W"].kink
        found = [(int(r), int(c)) for r, c in np.argwhere(kinks) if r in rows and c in columns]
        if "b" in self.arrays:
            found += [(self.shape[0], int(c)) for c in np.flatnonzero(self.arrays["b"].kink) if c in columns]
        for row, column in found[:_MOST_SIGNS]:
            middle = layout.rect(row, column).center()
            painter.drawText(QPointF(middle.x() - wide / 2, middle.y() + metrics.capHeight() / 2), KINK)

    # reading

    def readout(self) -> str:
        """What was compared in the cell under the cursor."""
        if self.cell is None or not self.arrays:
            return self.tr("|gradient − slope| by the larger of both · {0} at a kink").format(KINK)
        row, column = self.cell
        part, index = self._place(row, column)
        numbers = ", ".join(str(place + 1) for place in index)
        return f"∂L/∂{NORM.get(part.name, part.name)}[{numbers}]: {self._found(part, index)}"

    def _found(self, part: CheckedArray, index: tuple[int, ...]) -> str:
        error = float(part.error[index])
        if math.isnan(error):
            return self.tr("not drawn by lot, not checked")
        gradient, slope = (format_number(float(values[index]), 6) for values in (part.analytic, part.numeric))
        if part.kink[index]:
            return self.tr("a kink, gradient {0}, one slope of it {1}").format(gradient, slope)
        return self.tr("error {0}, gradient {1}, slope {2}").format(power_text(error), gradient, slope)

    def describe(self) -> str:
        if self.cell is not None and self.arrays:
            return f"{self.readout()}, {self._whose()}"
        if not self.arrays:
            return self.tr("not checked yet")
        errors = np.concatenate([part.error[~part.kink].ravel() for part in self.arrays.values()])
        good = errors[~np.isnan(errors)]
        largest = power_text(float(good.max(initial=0.0)))
        text = self.tr("{0} derivatives checked, largest error {1}, {2} at a kink")
        return text.format(len(good), largest, sum(int(part.kink.sum()) for part in self.arrays.values()))

    def _whose(self) -> str:
        assert self.cell is not None
        row, column = self.cell
        unit = neuron_name(column, self.column_names)
        if self.normalises:
            return self.tr("{0} of {1}").format(list(NORM.values())[row], unit)
        if row >= self.shape[0]:
            return self.tr("bias of {0}").format(unit)
        return self.tr("from {0} to {1}").format(neuron_name(row, self.row_names), unit)
