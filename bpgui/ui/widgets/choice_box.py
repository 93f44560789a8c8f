"""A drop-down list of the entries of a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.sizes import px


class ChoiceBox(QComboBox):
    """Shows labels, holds keys; `edited(key)` only when the person chooses."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self._choices: tuple[tuple[str, str, str], ...] = ()
        self.activated.connect(self._on_activated)

    def set_choices(self, choices: Sequence[tuple[str, str, str]]) -> None:
        """(key, label, help) each; the help is shown as the tooltip of the line."""
        choices = tuple(choices)
        if choices == self._choices:
            return
        self._choices = choices
        held = self.value()
        self.clear()
        for index, (key, label, text) in enumerate(choices):
            self.addItem(label, key)
            self.setItemData(index, text, Qt.ItemDataRole.ToolTipRole)
        self.set_value(held)

    def value(self) -> str | None:
        """The key chosen."""
        key: str | None = self.currentData()
        return key

    def set_value(self, key: str | None) -> None:
        """Show another key, without a signal; -1 (nothing) where the table does not have it."""
        index = self.findData(key)
        if index != self.currentIndex():
            self.setCurrentIndex(index)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.edited.emit(self.itemData(index))

    @guarded(default=QSize(88, 28))
    def sizeHint(self) -> QSize:
        return QSize(max(px(88), super().sizeHint().width()), px(28))

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        # As QComboBox paints itself, but a text too long for the place ends in an ellipsis.
        from PySide6.QtWidgets import QStyle, QStyleOptionComboBox, QStylePainter  # not at the start: many enums

        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        text = self.placeholderText() if self.currentIndex() < 0 else self.currentText()
        text = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, self.width() - px(30))
        option.currentText = text  # type: ignore[attr-defined]
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    @guarded
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
