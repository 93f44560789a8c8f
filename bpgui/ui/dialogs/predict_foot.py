"""The line below the predictions: what is going on, and what can be done with them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QProgressBar, QPushButton, QWidget

from bpgui.ui.dialogs.predict_saving import MOST_ROWS
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import group
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel


class PredictFoot(QWidget):
    """Its buttons are for the dialog to connect."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.text = ElidedLabel("", self)
        self.text.mode = Qt.TextElideMode.ElideRight
        self.text.setProperty("muted", True)
        row.addWidget(self.text, 1)
        self.bar = QProgressBar(self)
        sized(self.bar, lambda w: w.setFixedSize(px(180), px(6)))
        self.bar.setTextVisible(False)
        describe(self.bar, self.tr("Progress"), self.tr("How far it is."))
        row.addWidget(self.bar)
        self.cancel = self._button(self.tr("Cancel"), self.tr("Stop this; what was there before stays."))
        self.with_data = QCheckBox(self.tr("with the columns of the file"), self)
        sentence = self.tr("Write the file's own columns too, between the row's number and the prediction.")
        describe(self.with_data, self.tr("With the columns of the file"), sentence)
        self.other = self._button(self.tr("&Other file…"), self.tr("Predict the rows of another file."))
        self.copy = self._button(self.tr("C&opy"), "")
        self.save = self._button(self.tr("&Save as CSV…"), self.tr("Write row, prediction and outputs of every row."))
        self.save.setProperty("train", True)
        self.close_button = self._button(self.tr("C&lose"), self.tr("Close this window; nothing else changes."))
        for widget in (self.cancel, self.with_data, self.other, self.copy, self.save, self.close_button):
            row.addWidget(widget)
        self.show_rest(None)

    def _button(self, text: str, sentence: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        describe(button, text.replace("&", "").rstrip("…"), sentence)
        return button

    def show_rest(self, rows: int | None, text: str = "", *, read: bool = False) -> None:
        """Nothing goes on; `rows` are predicted, None: there are no predictions, though a file may have been `read`."""
        self.text.set_text(text)
        self._show_busy(False)
        for widget in (self.with_data, self.copy, self.save, self.other):
            widget.setVisible(rows is not None or (read and widget is self.other))
            widget.setEnabled(True)
        few = rows is None or rows <= MOST_ROWS
        self.copy.setEnabled(few)
        sentence = self.tr("Put all rows on the clipboard, as a spreadsheet pastes them.")
        if not few:
            sentence = self.tr("More than {0} rows are too many for the clipboard: save them.").format(group(MOST_ROWS))
        describe(self.copy, self.tr("Copy"), sentence)

    def show_work(self, text: str) -> None:
        """Something goes on that can be stopped."""
        self.text.set_text(text)
        self.bar.setRange(0, 0)
        for widget in (self.with_data, self.copy, self.save, self.other):
            widget.setEnabled(False)
        self._show_busy(True)

    def _show_busy(self, busy: bool) -> None:
        self.bar.setVisible(busy)
        self.cancel.setVisible(busy)

    @Slot(float)
    def show_progress(self, share: float) -> None:
        """0..1, or -1 where it is not known."""
        self.bar.setRange(0, 0 if share < 0 else 1000)
        if share >= 0:
            self.bar.setValue(int(min(share, 1.0) * 1000))
