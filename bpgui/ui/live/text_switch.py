"""Words in a panel's header of which one is chosen, or that are each on or off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget


class WordButton(QToolButton):
    """A word that can be on or off; underlined while on, so that colour alone does not say it."""

    def __init__(self, text: str, help: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setProperty("quiet", True)
        self.setToolTip(help)
        self.setAccessibleName(name or text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggled.connect(self._on_toggled)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        font = self.font()
        font.setUnderline(on)
        self.setFont(font)


class TextSwitch(QWidget):
    """`chosen` carries the key of the word picked by a person; `choose()` does not emit."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QToolButton] = {}
        self._group.buttonClicked.connect(self._on_clicked)

    def set_choices(self, choices: Sequence[tuple[str, str, str]]) -> None:
        """(key, word, one sentence of help) in order."""
        if [c[0] for c in choices] == list(self._buttons):
            return
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for key, text, help in choices:
            button = WordButton(text, help, parent=self)
            button.setObjectName(f"choice-{key}")
            self._group.addButton(button)
            self._row.addWidget(button)
            self._buttons[key] = button

    def choose(self, key: str) -> None:
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def button(self, key: str) -> QToolButton:
        """The button of a key; raises KeyError."""
        return self._buttons[key]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._buttons)

    @property
    def key(self) -> str:
        """The chosen key, "" while there is none."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    @Slot(object)
    def _on_clicked(self, button: object) -> None:
        for key, own in self._buttons.items():
            if own is button:
                self.chosen.emit(key)
