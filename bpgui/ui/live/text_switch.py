"""Words in a panel's header of which one is chosen, or that are each on or off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.live.plot import small_font


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
        self.setFont(small_font())
        self.toggled.connect(self._on_toggled)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        font = QFont(small_font())
        font.setUnderline(on)
        self.setFont(font)

    @guarded
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # A new stylesheet gives the button back the font that it had under the first one.
        if event.type() == QEvent.Type.StyleChange and self.font().underline() != self.isChecked():
            self._on_toggled(self.isChecked())

    @guarded(default=QSize(40, 24))
    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 10, 24)

    @guarded(default=QSize(40, 24))
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


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

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        for key, own in self._buttons.items():
            if own is button:
                self.chosen.emit(key)


class WordMenu(QToolButton):
    """A word in the header with a menu of others: `edited(key)` when a person picks one."""

    edited = Signal(str)

    def __init__(self, name: str, help: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.key: str | None = None
        self._labels: dict[str, str] = {}
        self.setProperty("quiet", True)
        self.setProperty("menu", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(small_font())
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(help)
        self.setMenu(QMenu(self))
        self.menu().triggered.connect(self._on_triggered)
        self.set_value(None)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """(key, label) in order."""
        if dict(choices) != self._labels:
            self._labels = dict(choices)
            self.menu().clear()
            for key, label in choices:
                self.menu().addAction(label).setData(key)

    def set_value(self, key: str | None) -> None:
        """Show another word, without a signal."""
        self.key = key
        text = self._labels.get(key or "", "")
        self.setText(text)
        self.setAccessibleName(f"{self._name}: {text}")
        self.setEnabled(bool(self._labels))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.set_value(action.data())
        self.edited.emit(action.data())
