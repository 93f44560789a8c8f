"""What the run has come to: every metric that fits the target, of the training and the validation rows."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from bpgui.engine.metrics import METRICS
from bpgui.runs.answers import MetricsAnswer
from bpgui.session.guard import guarded
from bpgui.ui.numbers import format_number
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import Theme, mono_font

ROW_HEIGHT = 22
NUMBER_WIDTH = 80
INTERVAL = 0.25  # numbers that change more often cannot be compared
DIGITS = 4
_NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class MetricsView(QWidget):
    """A row a metric; the column of the validation rows is there only where they are. Copied as text.

    `number_chosen(metric, part)`: one was clicked, or Return pressed on it.
    """

    number_chosen = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._shown_at = -math.inf
        self._keys: tuple[str, ...] = ()
        self.table = _Table(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        self.table.cellClicked.connect(self._on_cell_chosen)
        self.table.returned.connect(self._on_cell_chosen)

    def clear(self) -> None:
        """Other data: nothing is known of it yet."""
        self._keys = ()
        self._shown_at = -math.inf
        self.table.setRowCount(0)

    def set_answer(self, answer: MetricsAnswer, settled: bool = True) -> None:
        """Take the values; while training at most four times a second."""
        now = time.monotonic()
        if not settled and now - self._shown_at < INTERVAL:
            return
        self._shown_at = now
        keys = tuple(key for key, _ in answer.train)
        if keys != self._keys:
            self._keys = keys
            self._make_rows()
        self.table.setColumnHidden(2, not answer.validation)
        for place, values in ((1, answer.train), (2, answer.validation)):
            for row, (_, value) in enumerate(values):
                self._say(row, place, value)

    def _make_rows(self) -> None:
        self.table.setRowCount(len(self._keys))
        for row, key in enumerate(self._keys):
            metric = METRICS[key]
            sentence = f"{metric.formula}\n{tr_label(metric.help)}"
            for place, text in enumerate((tr_label(metric.label), "", "")):
                item = QTableWidgetItem(text)
                item.setToolTip(sentence)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                if place:
                    item.setTextAlignment(_NUMBER)
                    item.setFont(mono_font())
                self.table.setItem(row, place, item)

    def _say(self, row: int, place: int, value: float) -> None:
        text = "–" if math.isnan(value) else format_number(value, DIGITS)
        item = self.table.item(row, place)
        if item.text() != text:
            item.setText(text)

    @Slot(int, int)
    def _on_cell_chosen(self, row: int, place: int) -> None:
        if place and 0 <= row < len(self._keys):
            self.number_chosen.emit(self._keys[row], ("", "train", "validation")[place])

    def refresh_theme(self, theme: Theme) -> None:
        """All colours are the stylesheet's."""


class _Table(QTableWidget):
    """Read-only; Ctrl+C copies what is selected, or all of it. `returned(row, place)`: Return was pressed there."""

    returned = Signal(int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, 3, parent)
        self.setHorizontalHeaderLabels([self.tr("metric"), self.tr("train"), self.tr("validation")])
        self.setObjectName("metrics")
        self.setAccessibleName(self.tr("Metrics"))
        sentence = self.tr("Metrics of the present weights: click one to see where it comes from; Ctrl+C copies them.")
        self.setToolTip(sentence)
        self.verticalHeader().hide()
        sized(self.verticalHeader(), lambda w: w.setDefaultSectionSize(px(ROW_HEIGHT)))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeaderItem(0).setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place in (1, 2):
            self.horizontalHeaderItem(place).setTextAlignment(_NUMBER)
        sized(self, _Table._widen)
        sized(self, _Table._widen)
        copy = QAction(self.tr("Copy"), self)
        copy.triggered.connect(self.copy)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _widen(self) -> None:
        """The numbers as wide as they are, so that the names have the rest."""
        for place in (1, 2):
            self.setColumnWidth(place, px(NUMBER_WIDTH))

    def text(self) -> str:
        """The selected rows, or all of them, with a line of headings: cells set apart by tabs."""
        places = [place for place in range(self.columnCount()) if not self.isColumnHidden(place)]
        chosen = sorted({index.row() for index in self.selectedIndexes()}) or list(range(self.rowCount()))
        lines = [[self.horizontalHeaderItem(place).text() for place in places]]
        lines += [[self.item(row, place).text() for place in places] for row in chosen]
        return "\n".join("\t".join(line) for line in lines)

    @Slot()
    def copy(self) -> None:
        QApplication.clipboard().setText(self.text())

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.returned.emit(self.currentRow(), self.currentColumn())
        else:
            super().keyPressEvent(event)
