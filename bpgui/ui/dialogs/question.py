"""Two readings of a file are possible: the person says which is right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QRadioButton, QVBoxLayout, QWidget

from bpgui.data.readers import Question
from bpgui.session.guard import guarded
from bpgui.ui.widgets.controls import describe


class QuestionDialog(QDialog):
    """The choices one below the other, the likelier one chosen already; `answered(index)` when accepted."""

    answered = Signal(int)

    def __init__(self, question: Question, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle("bpgui")
        self.setAccessibleName(question.text)
        self.setMinimumWidth(420)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        text = QLabel(question.text, self)
        text.setWordWrap(True)
        text.setProperty("strong", True)
        column.addWidget(text)
        self.choices = [QRadioButton(choice.label, self) for choice in question.choices]
        for choice in self.choices:
            describe(choice, choice.text(), self.tr("Read the file in this way."))
            column.addWidget(choice)
        self.choices[question.best].setChecked(True)
        column.addSpacing(8)
        buttons = QDialogButtonBox(self)
        read = buttons.addButton(self.tr("Read"), QDialogButtonBox.ButtonRole.AcceptRole)
        describe(read, self.tr("Read"), self.tr("Read the file in the way chosen."))
        cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        describe(cancel, self.tr("Cancel"), self.tr("Leave everything as it is."))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.choices[question.best].setFocus()

    @Slot()
    @guarded
    def accept(self) -> None:
        index = next(i for i, choice in enumerate(self.choices) if choice.isChecked())
        super().accept()
        self.answered.emit(index)
