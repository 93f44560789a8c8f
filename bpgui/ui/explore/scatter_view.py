"""Any two columns of numbers against each other, at most a few thousand rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from bpgui.data.table import NumberColumn
from bpgui.ui.explore.class_legend import ClassLegend
from bpgui.ui.explore.scatter_plot import ScatterPlot
from bpgui.ui.explore.source import Source
from bpgui.ui.explore.view import ExploreView
from bpgui.ui.texts import group
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.work import Work

LIMIT = 5_000
LEAST = 500  # of a class, where it has so many: fraud is to be seen among a hundred thousand payments


def axes_of(source: Source) -> tuple[str, ...]:
    """Columns with one number a row, features first."""
    fitting = [c.name for c in source.flat_columns() if isinstance(c, NumberColumn)]
    used = {c.name for c in source.data.features}
    return tuple(sorted(fitting, key=lambda name: name not in used))


class ScatterView(ExploreView):
    def __init__(self) -> None:
        super().__init__()
        self._source: Source | None = None
        self._work = Work(self)
        self._work.done.connect(self._on_points)
        self.across = ChoiceBox(self)
        describe(self.across, self.tr("Column to the right"), self.tr("The column whose values go from left to right."))
        self.up = ChoiceBox(self)
        describe(self.up, self.tr("Column upwards"), self.tr("The column whose values go upwards."))
        for box in (self.across, self.up):
            box.edited.connect(self._on_axis)
            box.setMinimumContentsLength(9)
        self.plot = ScatterPlot()
        self.legend = ClassLegend(self)
        self.shown = ElidedLabel("", self)
        self.shown.mode = Qt.TextElideMode.ElideRight
        self.shown.setProperty("small", True)
        top = QHBoxLayout()
        top.setSpacing(8)
        for word, box in ((self.tr("across"), self.across), (self.tr("up"), self.up)):
            label = QLabel(word, self)
            label.setProperty("muted", True)
            label.setBuddy(box)
            top.addWidget(label)
            top.addWidget(box)
        top.addWidget(self.shown, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.legend)
        column.addWidget(self.plot, 1)

    def show_source(self, source: Source) -> None:
        self._source = source
        names = axes_of(source)
        held = (self.across.value(), self.up.value())
        for box, value, other in ((self.across, held[0], names[0]), (self.up, held[1], names[min(1, len(names) - 1)])):
            box.set_choices([(name, name, name) for name in names])
            box.set_value(value if value in names else other)
        self.legend.show_classes(source.classes)
        self._ask()

    @Slot(object)
    def _on_axis(self, _name: str) -> None:
        self._ask()

    def _ask(self) -> None:
        source = self._source
        assert source is not None
        names = (str(self.across.value()), str(self.up.value()))
        self._work.ask((source, names), lambda: points_of(source, *names), source.rows)

    @Slot(object, object)
    def _on_points(self, key: Any, found: Any) -> None:
        source, names = key
        if source is not self._source:
            return
        rows, x, y, codes = found
        dates = tuple(getattr(source.table.column(name), "meaning", "") == "date" for name in names)
        self.plot.set_points(names, dates, x, y, rows, codes, source.classes)
        word = self.tr("{0} rows").format(group(source.rows))
        few = self.tr("{0} of {1}, evenly taken")
        if len(rows) > len(even_rows(source.rows)):
            few = self.tr("{0} of {1}, more of rare classes")
        self.shown.set_text(word if len(rows) == source.rows else few.format(group(len(rows)), word))

    def refresh_theme(self, theme: Theme) -> None:
        self.plot.refresh_theme(theme)
        self.legend.update()


def points_of(source: Source, across: str, up: str) -> tuple[NDArray[np.int64], Any, Any, NDArray[np.int64] | None]:
    """(rows, x, y, classes or None) of LIMIT rows or little more."""
    rows = shown_rows(source.rows, source.codes)
    first, second = source.table.column(across), source.table.column(up)
    assert isinstance(first, NumberColumn)
    assert isinstance(second, NumberColumn)
    codes = source.codes
    x, y = (np.asarray(c.values[rows], dtype=np.float64) for c in (first, second))
    return rows, x, y, None if codes is None else codes[rows]


def even_rows(count: int) -> NDArray[np.int64]:
    """At most LIMIT of so many rows."""
    return np.arange(0, count, max(1, -(-count // LIMIT)))


def shown_rows(count: int, codes: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Rows evenly taken, in their order; of a class that would have fewer than LEAST, so many in its place."""
    rows = even_rows(count)
    if codes is None or len(rows) == count:
        return rows
    taken = np.bincount(codes[rows] + 1, minlength=int(codes.max()) + 2)[1:]
    found = [rows]
    for code in np.flatnonzero(taken < LEAST)[: LIMIT // LEAST].tolist():
        all_rows = np.flatnonzero(codes == code)
        found.append(all_rows[:: max(1, -(-len(all_rows) // LEAST))])
    return np.unique(np.concatenate(found))
