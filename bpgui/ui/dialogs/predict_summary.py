"""What came of it in short: how many rows of each class, how right it is, what was missing or new."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from bpgui.data.targets import TargetEncoding
from bpgui.engine.metrics import METRICS
from bpgui.runs.applied_facts import Judgement, Outcome
from bpgui.session.guard import guarded
from bpgui.ui.dialogs.score_grid import score_grid
from bpgui.ui.live.drawing import symbol_path
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.live.value_colors import class_color, class_symbol
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import count_text, group, tr_label
from bpgui.ui.theme import mono_font, theme
from bpgui.ui.widgets.controls import describe

WIDTH = 276
LINE = 22.0
MOST = 12  # classes that are listed
_NOTES = 30


class ClassCounts(QWidget):
    """A line a class: its mark, its name, how many rows were taken for it, and a bar of its share."""

    def __init__(self, target: TargetEncoding, counts: NDArray[np.int64], parent: QWidget) -> None:
        super().__init__(parent)
        self.classes, self.counts = target.classes, counts
        order = np.argsort(-counts, kind="stable") if len(counts) > MOST else np.arange(len(counts))
        self._order = order[:MOST].tolist()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        told = [f"{name}: {count}" for name, count in zip(target.classes, counts.tolist(), strict=True)]
        self.setAccessibleName(self.tr("Rows of each class"))
        self.setAccessibleDescription(", ".join(told[:40]))
        self.setToolTip("\n".join(told[:40]))

    @guarded(default=QSize(WIDTH, 60))
    def sizeHint(self) -> QSize:
        lines = len(self._order) + (len(self.classes) > MOST)
        return QSize(200, round(lines * px(LINE)) + 2)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        colors, metrics = theme(), small_metrics()
        total = max(int(self.counts.sum()), 1)
        wide = metrics.horizontalAdvance(f"{group(int(self.counts.max(initial=0)))}  100 %") + 6
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(small_font())
            names = min(metrics.horizontalAdvance("M" * 9), self.width() * 0.36)
            for line, code in enumerate(self._order):
                middle = line * px(LINE) + px(LINE) / 2
                base = middle + metrics.capHeight() / 2
                count = int(self.counts[code])
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(class_color(colors, code))
                painter.drawPath(symbol_path(class_symbol(colors, code), 8.0).translated(5, middle))
                left = 16 + names + 8
                room = max(self.width() - left - wide, 0)
                painter.drawRoundedRect(QRectF(left, middle - 4, max(room * count / total, 1.5), 8), 2, 2)
                painter.setPen(colors.text if count else colors.muted)
                name = metrics.elidedText(self.classes[code], Qt.TextElideMode.ElideRight, names)
                painter.drawText(QPointF(16, base), name)
                text = f"{group(count)}  {_percent(count, total)}"
                painter.drawText(QPointF(self.width() - metrics.horizontalAdvance(text), base), text)
            if len(self.classes) > MOST:
                painter.setPen(colors.muted)
                rest = self.tr("{0} more classes").format(len(self.classes) - MOST)
                base = (len(self._order) + 0.5) * px(LINE) + metrics.capHeight() / 2
                painter.drawText(QPointF(16, base), rest)


def _percent(count: int, total: int) -> str:
    share = 100.0 * count / total
    return "<1 %" if 0.0 < share < 1.0 else f"{share:.0f} %"


class Summary(QScrollArea):
    """A narrow column, built anew for each outcome."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        sized(self, lambda w: w.setFixedWidth(px(WIDTH)))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        describe(self, self.tr("Summary"), self.tr("Counts, scores, and what was missing or new in the file."))

    def show_outcome(self, outcome: Outcome, notes: tuple[str, ...]) -> None:
        """`notes` are those of the reading, which come last."""
        body = QWidget(self)
        body.setObjectName("scrolled")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(6)
        applied = outcome.applied
        for target, counts in zip(applied.encoder.target.each, outcome.counts, strict=True):
            self._add_title(column, self.tr("Predicted: {0}").format(target.name))
            self._add_predicted(column, target, counts)
        if outcome.judgement is not None:
            self._add_judgement(column, outcome.judgement, applied.encoder.target.names)
        found = (*applied.notes, *self._gaps(outcome), *notes)
        if found:
            self._add_title(column, self.tr("Worth knowing"))
            for note in found[:_NOTES]:
                column.addWidget(_text(note, body))
            if len(found) > _NOTES:
                column.addWidget(_text(self.tr("… and {0} more").format(len(found) - _NOTES), body))
        column.addStretch(1)
        self.setWidget(body)  # deletes the one before

    def _add_title(self, column: QVBoxLayout, text: str) -> None:
        if column.count():
            column.addSpacing(8)
        title = QLabel(text, column.parentWidget())
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setProperty("strong", True)
        title.setWordWrap(True)
        column.addWidget(title)

    def _add_predicted(self, column: QVBoxLayout, target: TargetEncoding, counts: NDArray[Any]) -> None:
        body = column.parentWidget()
        if target.kind != "number":
            column.addWidget(ClassCounts(target, counts, body))
            if not target.one_hot or target.cut is not None:
                text = self.tr("{0} from {1} on").format(target.classes[1], f"{target.threshold:g}")
                told = self.tr("chosen in this project") if target.cut is not None else self.tr("the middle")
                column.addWidget(_text(self.tr("Threshold: {0} ({1}).").format(text, told), body))
            return
        if len(counts):
            words = (self.tr("lowest"), self.tr("mean"), self.tr("highest"))
            column.addLayout(_grid(tuple(zip(words, counts.tolist(), ("", "", ""), strict=True)), body))

    def _add_judgement(self, column: QVBoxLayout, judgement: Judgement, targets: tuple[str, ...]) -> None:
        body = column.parentWidget()
        self._add_title(column, self.tr("Against {0} in the file").format(", ".join(targets)))
        if judgement.refused:
            column.addWidget(_text(judgement.refused, body))
            return
        found = ((METRICS[name], value) for name, value in judgement.metrics)
        column.addLayout(_grid(tuple((tr_label(m.label), value, tr_label(m.help)) for m, value in found), body))
        rows = count_text(judgement.rows, self.tr("row"), self.tr("rows"))
        text = self.tr("Of {0}: the file holds the answers, so it is a test. Settings chosen by these numbers would "
                       "make it a second validation.")  # fmt: skip
        column.addWidget(_text(text.format(rows), body))

    def _gaps(self, outcome: Outcome) -> tuple[str, ...]:
        notes = [
            self.tr("{0}: {1} without a usable value.").format(name, count_text(rows, self.tr("row"), self.tr("rows")))
            for name, rows in outcome.gaps
        ]
        if outcome.too_large:
            rows = count_text(outcome.too_large, self.tr("row"), self.tr("rows"))
            notes.append(self.tr("{0} with a value too large for the network's numbers.").format(rows))
        return tuple(notes)


def _text(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("small", True)
    return label


def _grid(rows: tuple[tuple[str, float, str], ...], parent: QWidget) -> QGridLayout:
    grid = score_grid(rows, parent, mono_font(8.5))
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(2)
    return grid
