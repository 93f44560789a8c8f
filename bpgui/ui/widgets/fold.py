"""A group of rows that folds away under its title, which says in a word what is set."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bpgui.ui.icons import icon
from bpgui.ui.sizes import px, size, sized
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.widgets.form import ROW_SPACING

_INDENT = 18


class Fold(QWidget):
    """Rows go into `column`; `toggled(open)` when the person opens or closes it."""

    toggled = Signal(bool)

    def __init__(self, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._sentence = title, sentence
        self.open = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(ROW_SPACING)
        self.button = QPushButton(self)
        self.button.setProperty("fold", True)
        sized(self.button, lambda w: w.setIconSize(size(12, 12)))
        sized(self.button, lambda w: w.setMinimumHeight(px(26)))
        line = QHBoxLayout(self.button)
        line.setContentsMargins(_INDENT, 0, 4, 0)
        line.setSpacing(8)
        self._name = QLabel(title, self.button)
        self.summary = ElidedLabel("", self.button)
        self.summary.setProperty("muted", True)
        self.summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.summary.mode = Qt.TextElideMode.ElideRight
        for label in (self._name, self.summary):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        line.addWidget(self._name)
        line.addWidget(self.summary, 1)
        self.button.clicked.connect(self._on_clicked)
        outer.addWidget(self.button)
        self._body = QWidget(self)
        self.column = QVBoxLayout(self._body)
        self.column.setContentsMargins(0, 0, 0, 6)
        self.column.setSpacing(ROW_SPACING)
        outer.addWidget(self._body)
        self.set_open(False)
        self.say("")

    def set_open(self, open: bool) -> None:
        self.open = open
        self._body.setVisible(open)
        self.refresh_theme()

    def say(self, summary: str, live: str = "") -> None:
        """What is set, at the right of the title; `live` changes while training and is not part of the name."""
        text = f"{summary} · {live}" if live else summary
        if text != self.summary.text():
            self.summary.setText(text)
        name = f"{self._title}: {summary}" if summary else self._title
        if name != self.button.accessibleName():
            describe(self.button, name, self._sentence)
            self.button.setToolTip(f"{name}\n{self._sentence}")  # the title may be too long for its place

    def refresh_theme(self) -> None:
        """The arrow in the colour of the theme."""
        self.button.setIcon(icon("chevron-down" if self.open else "chevron-right", theme().muted))

    @Slot()
    def _on_clicked(self) -> None:
        self.set_open(not self.open)
        self.toggled.emit(self.open)
