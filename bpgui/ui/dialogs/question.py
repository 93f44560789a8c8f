"""Two readings of a file are possible: the person says which is right."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from bpgui.data.readers import Question
from bpgui.ui.icons import pixmap
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe

LONGEST_LABEL = 110
SIDE_BY_SIDE = 880  # pixels that the choices may take on one line


class QuestionCard(QFrame):
    """The choices, the one that counts now chosen; `answered(key, index)` when another is taken."""

    answered = Signal(str, int)

    def __init__(self, question: Question, chosen: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.question = question
        self.setObjectName("finding")
        self.setProperty("severity", "warning")
        self.setAccessibleName(question.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 6)
        row.setSpacing(10)
        sign = QLabel(self)
        sign.setPixmap(pixmap("question", 20, theme().warn))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(0)
        row.addLayout(column, 1)
        text = QLabel(question.text, self)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setProperty("strong", True)
        column.addWidget(text)
        self.choices = [QRadioButton(_short(choice.label), self) for choice in question.choices]
        for index, (button, choice) in enumerate(zip(self.choices, question.choices, strict=True)):
            describe(button, choice.label, self.tr("Read it in this way: {0}").format(choice.label))
            button.setChecked(index == chosen)
            button.clicked.connect(partial(self._on_clicked, index))
        column.addLayout(self._line())

    def _line(self) -> QBoxLayout:
        """The choices side by side where they are short, else one below the other."""
        short = sum(button.sizeHint().width() + 32 for button in self.choices) <= SIDE_BY_SIDE
        line: QBoxLayout = QHBoxLayout() if short else QVBoxLayout()
        line.setSpacing(32 if short else 0)
        for button in self.choices:
            line.addWidget(button)
        line.addStretch(1)
        return line

    @property
    def taken(self) -> int:
        """The choice that is chosen."""
        return next(index for index, button in enumerate(self.choices) if button.isChecked())

    def _on_clicked(self, index: int, _checked: bool = False) -> None:
        self.answered.emit(self.question.key, index)


def _short(label: str) -> str:
    text = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
    return text.replace("&", "&&")
