"""What was fitted on the training rows, feature by feature."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout

from bpgui.data.inspection import FeatureStatistics, feature_statistics
from bpgui.ui.explore.cells import date_text
from bpgui.ui.explore.source import Source
from bpgui.ui.explore.view import ExploreView
from bpgui.ui.live.small_font import small_font
from bpgui.ui.numbers import format_number
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import group, tr_label
from bpgui.ui.theme import Theme, mono_font
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.data_words import KIND_WORDS, MISSING_WORDS, SCALING_WORDS
from bpgui.ui.work import Work

ROW_HEIGHT = 24
MOST = 1_000  # features listed
DIGITS = 5
LEVELS = 8  # of a category
NUMBERS = range(3, 7)  # columns, which stand to the right


class StatisticsView(ExploreView):
    def __init__(self) -> None:
        super().__init__()
        self._source: Source | None = None
        self._work = Work(self)
        self._work.done.connect(self._on_done)
        self.said = QLabel(self)
        self.said.setProperty("small", True)
        self.said.setWordWrap(True)
        self.table = QTableWidget(0, 8, self)
        self.table.setHorizontalHeaderLabels(
            [self.tr("feature"), self.tr("kind"), self.tr("scaling"), self.tr("centre"), self.tr("scale"),
             self.tr("range"), self.tr("inputs"), self.tr("for missing")]
        )  # fmt: skip
        for place in range(self.table.columnCount()):
            self.table.horizontalHeaderItem(place).setTextAlignment(_alignment(place))
        sentence = self.tr("The numbers that each feature is scaled and filled in by, from the training rows alone.")
        describe(self.table, self.tr("Statistics of the features"), sentence)
        self.table.setObjectName("statistics")  # with room at the sides of the cells
        self.table.verticalHeader().hide()
        sized(self.table.verticalHeader(), lambda w: w.setDefaultSectionSize(px(ROW_HEIGHT)))
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.said)
        column.addWidget(self.table, 1)

    def show_source(self, source: Source) -> None:
        self._source = source
        dataset = source.dataset
        if dataset is not None:
            self._work.ask(source, lambda: feature_statistics(source.data, dataset), dataset.x.size)

    @Slot(object, object)
    def _on_done(self, source: Any, found: tuple[FeatureStatistics, ...]) -> None:
        if source is not self._source or not found:
            return
        text = self.tr(
            "Worked out from the {0} training rows alone: no validation or test row moves any of these. "
            "A number x goes in as (x − centre) / scale."
        ).format(group(found[0].rows))
        if len(found) > MOST:
            text += " " + self.tr("The first {0} of {1} features are listed.").format(MOST, group(len(found)))
        self.said.setText(text)
        self.table.setRowCount(0)
        self.table.setRowCount(min(len(found), MOST))
        for row, feature in enumerate(found[:MOST]):
            self._fill(row, feature)
        self.table.resizeColumnsToContents()

    def _fill(self, row: int, feature: FeatureStatistics) -> None:
        number = feature.kind != "category"
        scaling = tr_label(SCALING_WORDS[feature.scaling][0]) if number else self.tr("one-hot")
        filling = f"{tr_label(MISSING_WORDS[feature.missing][0])} {_fill_text(feature)}".strip()
        center = date_text(round(feature.center)) if feature.kind == "date" else format_number(feature.center, DIGITS)
        numbers = [center, format_number(feature.scale, DIGITS)]
        ends = f"{_value(feature, feature.minimum)} … {_value(feature, feature.maximum)}"
        if not number:
            numbers, ends = ["", ""], ""
        kind = tr_label(KIND_WORDS[feature.kind])
        texts = [feature.name, kind, scaling, *numbers, ends, group(feature.inputs), filling]
        for place, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(_levels_text(feature) or text)
            item.setFont(mono_font(7.5) if place in NUMBERS else small_font())
            item.setTextAlignment(_alignment(place))
            self.table.setItem(row, place, item)

    def refresh_theme(self, theme: Theme) -> None:
        """All colours are the stylesheet's."""


def _alignment(place: int) -> Qt.AlignmentFlag:
    across = Qt.AlignmentFlag.AlignRight if place in NUMBERS else Qt.AlignmentFlag.AlignLeft
    return across | Qt.AlignmentFlag.AlignVCenter


def _value(feature: FeatureStatistics, value: float) -> str:
    """A raw value: a date, a level of an order, a number."""
    if feature.kind == "date":
        return date_text(value)
    if feature.kind == "ordinal" and value % 1 == 0 and 0 <= value < len(feature.levels):
        return feature.levels[int(value)]
    return format_number(value, DIGITS)


def _fill_text(feature: FeatureStatistics) -> str:
    if not feature.fill or feature.missing == "category":
        return ""
    try:
        return f"= {_value(feature, float(feature.fill))}"
    except ValueError:
        return f"= {feature.fill}"


def _levels_text(feature: FeatureStatistics) -> str:
    """The levels with their training rows."""
    if not feature.levels:
        return ""
    if not feature.counts:
        return " < ".join(feature.levels[: 3 * LEVELS])
    pairs = [f"{level} {group(count)}" for level, count in zip(feature.levels, feature.counts, strict=False)]
    return ", ".join(pairs[: 3 * LEVELS]) + (", …" if len(pairs) > 3 * LEVELS else "")
