"""All questions about a reading, above everything else."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from bpgui.ui.dialogs.import_choices import Asked
from bpgui.ui.dialogs.question import QuestionCard
from bpgui.ui.sizes import px

HIGHEST = 210


class Questions(QScrollArea):
    """A card a question, as high as they are but never more than a part of the window; `answered(key, index)`."""

    answered = Signal(str, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QWidget(self)
        self._body.setObjectName("scrolled")
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.setWidget(self._body)
        self.cards: list[QuestionCard] = []
        self.hide()

    def first(self) -> QuestionCard | None:
        return self.cards[0] if self.cards else None

    def show_asked(self, asked: Sequence[Asked]) -> None:
        """Show these, each with the choice that counts; cards that stay the same keep the focus."""
        wanted = [(one.question, one.index) for one in asked]
        if [(card.question, card.taken) for card in self.cards] == wanted:
            return
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [QuestionCard(question, index, self._body) for question, index in wanted]
        for card in self.cards:
            card.answered.connect(self.answered)
            self._column.addWidget(card)
        self.setVisible(bool(self.cards))
        QTimer.singleShot(0, self, self._fit)

    def show_last(self) -> None:
        """Bring the newest into view."""
        if self.cards:
            QTimer.singleShot(0, self, self._scroll_down)

    @Slot()
    def _fit(self) -> None:
        if not self.cards:
            return
        width = max(self.viewport().width(), 200)
        spacing = self._column.spacing() * (len(self.cards) - 1)
        height = sum(max(card.heightForWidth(width), card.minimumSizeHint().height()) for card in self.cards) + spacing
        self.setFixedHeight(min(height + 2, px(HIGHEST)))

    @Slot()
    def _scroll_down(self) -> None:
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self.cards[-1].choices[self.cards[-1].taken].setFocus()
