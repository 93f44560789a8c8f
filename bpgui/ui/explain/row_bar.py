"""Which row of the batch is looked at: the one before, the next, or all of them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from bpgui.session.explaining.walk import Walk
from bpgui.ui.icons import icon
from bpgui.ui.live.text_switch import WordButton
from bpgui.ui.sizes import px, size, sized
from bpgui.ui.texts import group
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe


class RowBar(QWidget):
    """ "row 17 · 3 of 32", with buttons to either side."""

    def __init__(self, walk: Walk, parent: QWidget) -> None:
        super().__init__(parent)
        self.walk = walk
        self._last = 0  # looked at before the whole batch was
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        help = self.tr("Look at all rows of the batch at once: outputs as their mean, deltas as their sum.")
        self.whole = WordButton(self.tr("whole batch"), help, parent=self)
        self.whole.clicked.connect(self._on_whole_clicked)
        self.text = QLabel(self)
        self.text.setProperty("small", True)
        self.text.setAccessibleName(self.tr("Row"))
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.before = self._button(self.tr("Row before"), self.tr("The row before in the batch. (Page up)"), -1)
        self.after = self._button(self.tr("Next row"), self.tr("The next row of the batch. (Page down)"), +1)
        for widget in (self.whole, self.before, self.text, self.after):
            row.addWidget(widget)

    def _button(self, name: str, sentence: str, rows: int) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("quiet", True)
        sized(button, lambda w: w.setFixedSize(px(22), px(24)))
        sized(button, lambda w: w.setIconSize(size(12, 12)))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(button, name, sentence)
        button.clicked.connect(partial(self.step, rows))
        return button

    def step(self, rows: int, _checked: bool = False) -> None:
        """The next row, or the one before."""
        now = self.walk.row
        self.walk.choose_row(self._last if now is None else now + rows)

    @Slot()
    def toggle_whole(self) -> None:
        """All rows at once, or the one that was looked at before."""
        self.walk.choose_row(None if self.walk.row is not None else self._last)

    @Slot(bool)
    def _on_whole_clicked(self, on: bool) -> None:
        self.walk.choose_row(None if on else self._last)

    def refresh(self) -> None:
        """Show which row the walk looks at."""
        trace, row = self.walk.trace, self.walk.row
        if trace is None:
            return
        count = len(trace.rows)
        if row is not None:
            self._last = row
            name = self.walk.words.row(trace, row)
            text = self.tr("{row} · {place} of {count}").format(row=name, place=group(row + 1), count=group(count))
        else:
            text = self.tr("all {count} rows").format(count=group(count)) if count > 1 else self.tr("its only row")
        self.text.setText(text)
        self.text.setAccessibleDescription(text)
        self.whole.setChecked(row is None)
        self.whole.setVisible(count > 1)
        for button in (self.before, self.after):
            button.setVisible(count > 1)

    def refresh_theme(self) -> None:
        self.before.setIcon(icon("chevron-left", theme().muted))
        self.after.setIcon(icon("chevron-right", theme().muted))
