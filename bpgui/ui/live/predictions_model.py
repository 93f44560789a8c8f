"""The table of predictions as a Qt model: one page of rows, texts made once an answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from bpgui.runs.answers import PredictionsAnswer
from bpgui.session.guard import guarded
from bpgui.ui.live.row_picture import RowPicture
from bpgui.ui.numbers import MINUS, format_number
from bpgui.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
INPUTS, OUTPUTS = 8, 10


def output_text(value: float) -> str:
    """An output with four decimals, so that a live number keeps its width; others as usual."""
    return f"{value:.4f}".replace("-", MINUS) if abs(value) < 100.0 else format_number(value)


class PredictionsModel(QAbstractTableModel):
    """Columns: row, first inputs, target, first outputs, and for classes: class, right or wrong.

    Of pictures and sounds: row, picture, target, class, right or wrong, outputs.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.answer: PredictionsAnswer | None = None
        self.picture: RowPicture | None = None
        self._images: list[QImage] = []
        self._features: tuple[str, ...] = ()
        self._outputs: tuple[str, ...] = ()
        self._classes = False
        self._more = 0
        self._headers: list[str] = []
        self._rows: list[list[str]] = []
        self._fixed: Any = None
        self._set_headers()

    def set_columns(
        self, features: tuple[str, ...], outputs: tuple[str, ...], classes: bool, picture: RowPicture | None = None
    ) -> None:
        """Other data: names of features and outputs, and whether the target is a class. Empties the table.

        `picture` stands for the features where they are one.
        """
        self.beginResetModel()
        self.picture, self._images = picture, []
        self._features, self._outputs, self._classes = features[:INPUTS], outputs[:OUTPUTS], classes
        self._more = len(features) - INPUTS
        self.answer, self._rows, self._fixed = None, [], None
        self._set_headers()
        self.endResetModel()

    def _set_headers(self) -> None:
        more = [self.tr("… {0} more").format(self._more)] if self._more > 0 else []
        inputs, target = [*self._features, *more], [self.tr("target")]
        if self._classes:
            outputs = [self.tr("output")] if len(self._outputs) == 1 else list(self._outputs)
            verdict = [self.tr("class"), self.tr("right?")]
        else:
            outputs, verdict = [], [self.tr("prediction")]
        # With many columns the inputs go last, so that the verdict is in view without scrolling.
        self._inputs_last = self.picture is None and len(inputs) + len(outputs) > 4
        if self.picture is not None:
            self._headers = [self.tr("row"), self.picture.name, *target, *verdict, *outputs]
        elif self._inputs_last:
            self._headers = [self.tr("row"), *target, *verdict, *outputs, *inputs]
        else:
            self._headers = [self.tr("row"), *inputs, *target, *outputs, *verdict]
        first = 2 + (0 if self._inputs_last else 1 if self.picture is not None else len(inputs))
        self._live = range(first, first + len(verdict) + len(outputs))
        self._verdict = self._headers.index(verdict[-1], self._live.start) if self._classes else -1
        self._words = {self._headers.index(target[0], self._live.start - 1), self._verdict - 1, self._verdict}

    def set_answer(self, answer: PredictionsAnswer) -> None:
        """Take a page. Only what an epoch can change is told to the view while the rows stay the same."""
        same = self.answer is not None and _same_rows(self.answer, answer)
        self.answer = answer
        if not same:
            self.beginResetModel()
            self._fixed = self._fixed_texts(answer)
            self._images = [] if self.picture is None else [self.picture.image(x) for x in answer.inputs]
        live = self._live_texts(answer)
        self._rows = [self._ordered(fixed, moving) for fixed, moving in zip(self._fixed, live, strict=True)]
        if not same:
            self.endResetModel()
        elif self._rows:
            last = self.index(len(self._rows) - 1, self._live.stop - 1)
            self.dataChanged.emit(self.index(0, self._live.start), last)

    def _ordered(self, fixed: tuple[str, list[str], str], live: tuple[list[str], list[str]]) -> list[str]:
        row, inputs, target = fixed
        outputs, verdict = live
        if self.picture is not None:
            return [row, "", target, *verdict, *outputs]
        if self._inputs_last:
            return [row, target, *verdict, *outputs, *inputs]
        return [row, *inputs, target, *outputs, *verdict]

    def _fixed_texts(self, answer: PredictionsAnswer) -> list[tuple[str, list[str], str]]:
        more = ["…"] if self._more > 0 else []
        inputs = answer.inputs[:, : len(self._features)].tolist()
        signs = 0 if self._classes else -1
        return [
            (str(row), [*(f"{v:.4g}".replace("-", MINUS) for v in values), *more], target.replace("-", MINUS, signs))
            for row, values, target in zip(answer.rows.tolist(), inputs, answer.targets, strict=True)
        ]

    def _live_texts(self, answer: PredictionsAnswer) -> list[tuple[list[str], list[str]]]:
        if not self._classes:
            return [([], [text.replace("-", MINUS)]) for text in answer.predicted]
        outputs = [[output_text(v) for v in row] for row in answer.outputs[:, : len(self._outputs)].tolist()]
        right = answer.right if answer.right is not None else np.zeros(len(outputs), dtype=bool)
        words = self.tr("✓ right"), self.tr("✗ wrong")
        return [
            (numbers, [name, words[0] if good else words[1]])
            for numbers, name, good in zip(outputs, answer.predicted, right.tolist(), strict=True)
        ]

    def text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        return self._rows[row][column]

    def image(self, row: int, column: int) -> QImage | None:
        """What is drawn in a cell, None for a text."""
        return self._images[row] if self.picture is not None and column == 1 else None

    def is_verdict(self, column: int) -> bool:
        return column == self._verdict

    def is_live_number(self, column: int) -> bool:
        """Whether the column holds outputs, whose texts grow and shrink."""
        return column in self._live and column not in self._words

    def align(self, column: int) -> int:
        """Numbers to the right, words to the left."""
        return _LEFT if self._classes and column in self._words else _RIGHT

    def verdict(self, row: int) -> bool:
        """Whether a row is predicted rightly."""
        return self.answer is not None and self.answer.right is not None and bool(self.answer.right[row])

    @guarded(default=0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    @guarded(default=0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headers)

    @guarded
    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        if role == ROLE.AccessibleTextRole and self.image(index.row(), index.column()) is not None:
            return self.tr("picture of row {0}").format(self._rows[index.row()][0])
        if role in (ROLE.DisplayRole, ROLE.AccessibleTextRole):
            return self._rows[index.row()][index.column()]
        if role == ROLE.TextAlignmentRole:
            return self.align(index.column())
        if role == ROLE.ForegroundRole and self.is_verdict(index.column()):
            return theme().good if self.verdict(index.row()) else theme().bad
        return None

    @guarded
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._headers):
            return None
        if role == ROLE.DisplayRole:
            return self._headers[section]
        return self.align(section) if role == ROLE.TextAlignmentRole else None


def _same_rows(before: PredictionsAnswer, after: PredictionsAnswer) -> bool:
    return (
        before.part == after.part
        and before.targets == after.targets
        and np.array_equal(before.rows, after.rows)
        and np.array_equal(before.inputs, after.inputs, equal_nan=True)
    )
