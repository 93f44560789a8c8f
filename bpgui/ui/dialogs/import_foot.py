"""The line below the import view: what is going on, and the two buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from bpgui.ui.dialogs.buttons import dialog_button
from bpgui.ui.dialogs.foot import Foot


class ImportFoot(Foot):
    """`use` and `cancel` are for the view to connect."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cancel = dialog_button(self.tr("Cancel"), self.tr("Leave everything as it is."), self)
        sentence = self.tr("Read all of it in this way and train with it.")
        self.use = dialog_button(self.tr("Use this data"), sentence, self, main=True)
        self.use.setDefault(True)
        for button in (self.cancel, self.use):
            self.row.addWidget(button)

    def show_ready(self, text: str = "") -> None:
        """Nothing goes on."""
        self.show_text(text, busy=False)
        self.use.setEnabled(True)

    def show_failed(self) -> None:
        """There is nothing that could be used."""
        self.show_text("", busy=False)
        self.use.setEnabled(False)

    def show_reading(self) -> None:
        """All of it is being read."""
        self.show_text(self.tr("Reading all of it …"), busy=True)
        self.use.setEnabled(False)
