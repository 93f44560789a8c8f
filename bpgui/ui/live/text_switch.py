"""Words in a panel's header of which one is chosen, or that are each on or off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFont, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.live.small_font import small_font
from bpgui.ui.sizes import px, sized
from bpgui.ui.theme import theme

MORE_WIDTH = 20
PADDING = 3  # as the stylesheet has it


class WordButton(QToolButton):
    """A word that can be on or off; underlined while on, so that colour alone does not say it."""

    def __init__(self, text: str, help: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setProperty("quiet", True)
        self.setProperty("word", True)
        self.setToolTip(help)
        self.setAccessibleName(name or text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggled.connect(self._on_toggled)
        sized(self, lambda w: w._on_toggled(w.isChecked()))

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        font = QFont(small_font())
        font.setUnderline(on)
        self.setFont(font)
        self.updateGeometry()

    @guarded
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # A new stylesheet gives the button back the font that it had under the first one.
        if event.type() == QEvent.Type.StyleChange and self.font().underline() != self.isChecked():
            self._on_toggled(self.isChecked())

    @guarded(default=QSize(40, 24))
    def sizeHint(self) -> QSize:
        edges = px(2 * PADDING) + 2 * round(theme().stroke)
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + edges, px(24))

    @guarded(default=QSize(40, 24))
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class TextSwitch(QWidget):
    """`chosen` carries the key of the word picked by a person; `choose()` does not emit.

    Where the width is not enough for all words, the last ones are in a menu at the end; the chosen one always shows.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)  # minimumSizeHint says it
        self._row.addStretch(1)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QToolButton] = {}
        self._group.buttonClicked.connect(self._on_clicked)
        self.more = QToolButton(self)
        self.more.setText("…")
        self.more.setProperty("quiet", True)
        self.more.setProperty("word", True)
        sized(self.more, lambda w: w.setFont(small_font()))
        sized(self.more, lambda w: w.setFixedSize(px(MORE_WIDTH), px(24)))
        self.more.setAccessibleName(self.tr("{0}: more").format(name))
        self.more.setToolTip(self.tr("More ways that have no room here."))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(QMenu(self.more))
        self.more.menu().triggered.connect(self._on_picked)
        self._row.addWidget(self.more)
        sized(self, TextSwitch._fit)

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
            self._row.insertWidget(self._row.count() - 1, button)
            self._buttons[key] = button
        self.updateGeometry()
        self._fit()

    def choose(self, key: str) -> None:
        if key in self._buttons:
            self._buttons[key].setChecked(True)
            self._fit()

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

    def _widths(self) -> dict[str, int]:
        return {key: button.sizeHint().width() for key, button in self._buttons.items()}

    def _fit(self) -> None:
        """Show as many words as fit, in order, and the chosen one; the others go to the menu."""
        widths, chosen, width = self._widths(), self.key, self.width()
        shown = set(widths)
        if sum(widths.values()) > width:
            room = width - px(MORE_WIDTH) - widths.get(chosen, 0)
            shown = {chosen}
            for key in widths:
                if key != chosen and (room := room - widths[key]) < 0:
                    break
                shown.add(key)
        for key, button in self._buttons.items():
            button.setVisible(key in shown)
        hidden = [key for key in widths if key not in shown]
        self.more.setVisible(bool(hidden))
        if hidden != [action.data() for action in self.more.menu().actions()]:
            self.more.menu().clear()
            for key in hidden:
                action = self.more.menu().addAction(self._buttons[key].text())
                action.setData(key)
                action.setToolTip(self._buttons[key].toolTip())
        if self.width() != width:  # a word that comes or goes can have the window laid out anew, in the middle of this
            self._fit()

    @guarded(default=QSize(60, 24))
    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths().values()), px(24))

    @guarded(default=QSize(60, 24))
    def minimumSizeHint(self) -> QSize:
        widest = max(self._widths().values(), default=0)
        return QSize(min(self.sizeHint().width(), widest + px(MORE_WIDTH)), px(24))

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        for key, own in self._buttons.items():
            if own is button:
                self.chosen.emit(key)

    @Slot(QAction)
    def _on_picked(self, action: QAction) -> None:
        key = action.data()
        self.choose(key)
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
        self.setProperty("wordmenu", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        sized(self, lambda w: w.setFont(small_font()))
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
