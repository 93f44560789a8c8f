"""The line below the predictions: what is going on, and what can be done with them."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from bpgui.ui.dialogs.buttons import dialog_button
from bpgui.ui.dialogs.foot import Foot
from bpgui.ui.dialogs.predict_saving import MOST_ROWS
from bpgui.ui.texts import group
from bpgui.ui.widgets.controls import describe


class PredictFoot(Foot):
    """Its buttons are for the dialog to connect."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cancel = dialog_button(self.tr("Cancel"), self.tr("Stop this; what was there before stays."), self)
        self.with_data = QCheckBox(self.tr("with the columns of the file"), self)
        sentence = self.tr("Write the file's own columns too, between the row's number and the prediction.")
        describe(self.with_data, self.tr("With the columns of the file"), sentence)
        self.other = dialog_button(self.tr("&Other file…"), self.tr("Predict the rows of another file."), self)
        self.copy = dialog_button(self.tr("C&opy"), "", self)
        sentence = self.tr("Write row, prediction and outputs of every row.")
        self.save = dialog_button(self.tr("&Save as CSV…"), sentence, self, main=True)
        self.close_button = dialog_button(
            self.tr("C&lose"), self.tr("Close this window; nothing else changes."), self
        )  # fmt: skip
        for widget in (self.cancel, self.with_data, self.other, self.copy, self.save, self.close_button):
            self.row.addWidget(widget)
        self.show_rest(None)

    def show_rest(self, rows: int | None, text: str = "", *, read: bool = False) -> None:
        """Nothing goes on; `rows` are predicted, None: there are no predictions, though a file may have been `read`."""
        self.show_text(text, busy=False)
        self.cancel.hide()
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
        self.show_text(text, busy=True)
        self.cancel.show()
        for widget in (self.with_data, self.copy, self.save, self.other):
            widget.setEnabled(False)
