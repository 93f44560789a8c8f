"""The right side of the import view: the first rows, or why there are none, and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bpgui.data.readers import Reading
from bpgui.ui.dialogs.import_grid import PictureGrid, picture_column
from bpgui.ui.dialogs.import_table import SHOWN_ROWS, PreviewTable
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import count_text, group
from bpgui.ui.widgets.controls import describe

NOTES_HEIGHT = 84
NOTES_SHOWN = 50


class Preview(QWidget):
    """`columns_requested` when the person wants to choose the columns."""

    columns_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._make_top())
        self._busy = QProgressBar(self)
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        sized(self._busy, lambda w: w.setFixedHeight(px(3)))
        keep = self._busy.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._busy.setSizePolicy(keep)
        self._busy.hide()
        column.addWidget(self._busy)
        self.table = PreviewTable(self)
        self.grid = PictureGrid(self)
        self._failure = self._make_failure()
        self.pages = QStackedWidget(self)
        for page in (self.table, self.grid, self._failure):
            self.pages.addWidget(page)
        column.addWidget(self.pages, 1)
        self.notes = _Notes(self)
        column.addWidget(self.notes)

    def _make_top(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self.title = QLabel(self)
        self.title.setProperty("strong", True)
        sized(self.title, lambda w: w.setFixedHeight(px(28)))
        line.addWidget(self.title, 1)
        self.columns_button = QPushButton(self)
        self.columns_button.setAutoDefault(False)
        sentence = self.tr("Choose which columns are read.")
        describe(self.columns_button, self.tr("Columns"), sentence)
        self.columns_button.clicked.connect(self.columns_requested)
        self.columns_button.hide()
        line.addWidget(self.columns_button)
        return line

    def _make_failure(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        card = QFrame(page)
        card.setObjectName("finding")
        card.setProperty("severity", "error")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(12, 10, 12, 10)
        self.failure = QLabel(card)
        self.failure.setTextFormat(Qt.TextFormat.PlainText)
        self.failure.setWordWrap(True)
        self.failure.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside.addWidget(self.failure)
        column.addWidget(card)
        column.addStretch(1)
        return page

    @property
    def names(self) -> tuple[str, ...]:
        """The columns shown last."""
        return self.table.rows.table.names

    def show_reading(self, reading: Reading, columns: int) -> None:
        """`columns` are there in all."""
        pictures = picture_column(reading.table) is not None
        self._busy.hide()
        self.table.show_reading(reading)
        if pictures:
            self.grid.show_reading(reading)
        self.pages.setCurrentWidget(self.grid if pictures else self.table)
        self.pages.setEnabled(True)
        shown = min(reading.table.rows, SHOWN_ROWS)
        whole = reading.rows is not None and reading.rows <= shown
        rows = count_text(shown, self.tr("row"), self.tr("rows"))
        text = self.tr("All {0}") if whole else self.tr("{0} as examples") if pictures else self.tr("The first {0}")
        self.title.setText(text.format(rows))
        chosen = len(reading.table.names)
        text = self.tr("All {0} columns").format(group(columns))
        if chosen < columns:
            text = self.tr("{0} of {1} columns").format(group(chosen), group(columns))
        self.columns_button.setText(f"{text}…")
        self.columns_button.setVisible(columns > 1 and not pictures)
        self.notes.show_notes(reading.notes)

    def show_waiting(self) -> None:
        """What is shown is old by now."""
        self._busy.show()

    def show_failure(self, sentence: str) -> None:
        """Why nothing can be read in this way."""
        self._busy.hide()
        self.title.setText(self.tr("It cannot be read in this way"))
        self.failure.setText(f"✕ {sentence}")
        self.failure.setAccessibleName(sentence)
        self.pages.setCurrentWidget(self._failure)
        self.columns_button.setVisible(len(self.names) > 1)
        self.notes.show_notes(())


class _Notes(QScrollArea):
    """Sentences one below the other; hidden where there are none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        sized(self, lambda w: w.setMaximumHeight(px(NOTES_HEIGHT)))
        self.text = QLabel(self)
        self.text.setObjectName("scrolled")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setProperty("small", True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWidget(self.text)
        self.hide()

    def show_notes(self, notes: Sequence[str]) -> None:
        lines = [f"• {note}" for note in notes[:NOTES_SHOWN]]
        if len(notes) > NOTES_SHOWN:
            lines.append(self.tr("{0} more").format(group(len(notes) - NOTES_SHOWN)))
        self.text.setText("\n".join(lines))
        self.setVisible(bool(lines))
        height = self.text.heightForWidth(max(self.width() - 12, 300))
        self.setFixedHeight(min(height + 4, px(NOTES_HEIGHT)))
