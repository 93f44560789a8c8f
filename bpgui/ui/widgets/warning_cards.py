"""The warnings of a run one below the other: as many as there is room for, the rest behind a link."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.texts import count_text
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.warning_card import WarningCard

SPACING = 6


class WarningCards(QWidget):
    """Shows the first of `cards` whole, more while they leave what lies below in sight; the link shows all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[WarningCard] = []
        self._room = 0
        self._open = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING)
        self.more = QPushButton(self)
        self.more.setProperty("link", True)
        self.more.clicked.connect(self._on_more)
        self._column.addWidget(self.more)
        self._name(self.tr("More warnings"))
        self.hide()

    def set_cards(self, cards: list[WarningCard]) -> None:
        """Others in place of those shown, which go."""
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards, self._open = cards, False
        for place, card in enumerate(cards):
            self._column.insertWidget(place, card)
        self.setVisible(bool(cards))
        self._fit()

    def set_room(self, height: int) -> None:
        """So many pixels may be taken while not all are asked for; one card always shows."""
        self._room = height
        self._fit()

    def _fit(self) -> None:
        behind = 0 if self._open else len(self.cards) - self._fitting()
        for place, card in enumerate(self.cards):
            card.setVisible(place < len(self.cards) - behind)
        self.more.setVisible(bool(behind) or (self._open and self._fitting() < len(self.cards)))
        others = count_text(behind, self.tr("more warning"), self.tr("more warnings"))
        text = others if behind else self.tr("Show the first only")
        self._name(text)

    def _name(self, text: str) -> None:
        if text != self.more.text():
            self.more.setText(text)
            sentence = self.tr("All warnings with their ways out, or only what leaves the plots in sight.")
            describe(self.more, text, sentence)

    def _fitting(self) -> int:
        """How many cards fit, one at least; where not all do, beside the link."""
        heights = [card.layout().totalHeightForWidth(max(self.width(), 1)) for card in self.cards]
        if sum(heights) + SPACING * (len(heights) - 1) <= self._room:
            return len(heights)
        left, count = self._room - self.more.sizeHint().height(), 0
        for height in heights:
            left -= height + SPACING
            if left < 0:
                break
            count += 1
        return max(count, min(len(heights), 1))

    @Slot()
    def _on_more(self) -> None:
        self._open = not self._open
        self._fit()

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @guarded
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()
