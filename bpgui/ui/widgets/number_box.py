"""A field for one number: typed, stepped by sensible amounts, and only ever holding what its record allows."""

from __future__ import annotations

import math
from typing import cast

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QShowEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QSizePolicy, QToolTip, QWidget

from bpgui.engine.fields import Field
from bpgui.session.guard import guarded
from bpgui.ui.numbers import compact_number, short_number
from bpgui.ui.sizes import size
from bpgui.ui.widgets.steps import next_step

Step = QAbstractSpinBox.StepEnabledFlag


class NumberBox(QAbstractSpinBox):
    """Holds one number of a field record; `edited(value)` comes when the person has settled on another one.

    Typing counts at Enter, at Space (which goes on to the window) or when the focus leaves; what cannot be read goes
    back to the number before, with a hint.
    An int default makes a whole-number box. `empty` is a text that stands for None where None is allowed;
    `words` gives numbers a text of their own ({0: "all rows"}).
    """

    edited = Signal(object)

    def __init__(
        self,
        field: Field,
        parent: QWidget | None = None,
        *,
        empty: str | None = None,
        words: dict[float, str] | None = None,
        suffix: str = "",
    ) -> None:
        super().__init__(parent)
        self.field = field
        self.whole = isinstance(field.default, int) and not isinstance(field.default, bool)
        self._empty = empty
        self._words = words or {}
        self._suffix = suffix or (f" {field.unit}" if field.unit else "")
        self._value: float | None = None if empty is not None else field.default  # type: ignore[assignment]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.lineEdit().setMaxLength(40)
        # A file dropped here is for the window.
        self.lineEdit().setAcceptDrops(False)
        # The base class writes into the line by itself (an empty text at Enter), so what was typed is kept here.
        self._typed: str | None = None
        self.lineEdit().textEdited.connect(self._on_text_edited)
        self.editingFinished.connect(self._on_editing_finished)
        self._show()

    def value(self) -> float | None:
        """The number held; an int for whole numbers."""
        return self._value

    def set_empty(self, text: str | None) -> None:
        """Allow None and call it `text`, or no longer allow it."""
        self._empty = text
        self._show()

    def set_value(self, value: float | None) -> None:
        """Show another number, without a signal and without disturbing what is being typed unless it differs."""
        if value == self._value and self._typed is not None:
            return
        self._value = value
        self._show()

    def text_of(self, value: float | None) -> str:
        """How a number is written in the box."""
        if value is None:
            return self._empty or ""
        if value in self._words:
            return self._words[value]
        return short_number(value) + self._suffix

    def value_of(self, text: str) -> float | None:
        """The number that a text stands for. Raises ValueError with a sentence."""
        bare = text.strip().removesuffix(self._suffix.strip()).strip()
        if self._empty is not None and bare in ("", self._empty):
            return None
        for number, word in self._words.items():
            if bare == word:
                return number
        try:
            value = _read(bare.replace("\u2212", "-").replace(",", "."), whole=self.whole)
        except ValueError:
            raise ValueError(self.tr("“{0}” is not a number.").format(bare)) from None
        if not self._allowed(value):
            raise ValueError(self.tr("Expected {0}.").format(self._range_text()))
        return value

    def _allowed(self, value: float) -> bool:
        if not math.isfinite(value) or (self.whole and not float(value).is_integer()):
            return False
        low, high = self._limits()
        return low <= value <= high

    def _limits(self) -> tuple[float, float]:
        low = -math.inf if self.field.minimum is None else self.field.minimum
        high = math.inf if self.field.maximum is None else self.field.maximum
        return low, high

    def _range_text(self) -> str:
        low, high = self._limits()
        noun = self.tr("a whole number") if self.whole else self.tr("a number")
        if math.isfinite(low) and math.isfinite(high):
            return self.tr("{0} from {1} to {2}").format(noun, short_number(low), short_number(high))
        if math.isfinite(low):
            return self.tr("{0} of at least {1}").format(noun, short_number(low))
        return noun

    def _show(self) -> None:
        edit = self.lineEdit()
        text = self.text_of(self._value)
        if self._is_too_long(text) and self._value is not None and text.startswith(short_number(self._value)):
            text = compact_number(self._value) + self._suffix  # a number cut short would be another one
        if edit.text() != text:
            edit.setText(text)
            edit.setCursorPosition(0)
        self._typed = None

    def _is_too_long(self, text: str) -> bool:
        edit = self.lineEdit()
        room = edit.width() - 2 * edit.textMargins().left() - 4  # and what the line keeps beside its text
        return self.isVisible() and edit.fontMetrics().horizontalAdvance(text) > room

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._typed is None:
            self._show()

    @guarded
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._typed is None:
            self._show()

    def _take(self, value: float | None) -> None:
        changed = value != self._value
        self._value = value
        self._show()
        if changed:
            self.edited.emit(value)

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self._typed = text

    @Slot()
    def _on_editing_finished(self) -> None:
        typed, self._typed = self._typed, None
        if typed is None:
            self._show()
            return
        try:
            value = self.value_of(typed)
        except ValueError as error:
            self._show()
            if self.isVisible():
                QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), str(error), self)
            return
        self._take(value)

    @guarded
    def stepBy(self, steps: int) -> None:
        self._on_editing_finished()
        low, high = self._limits()
        start = self._value if self._value is not None else float(self.field.default)
        value = next_step(self.field, start, steps)
        value = min(max(value, low), high)
        self._take(int(value) if self.whole else value)

    @guarded(default=Step.StepNone)
    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        if self.isReadOnly():
            return Step.StepNone
        low, high = self._limits()
        result = Step.StepNone
        if self._value is None or self._value < high:
            result |= Step.StepUpEnabled
        if self._value is None or self._value > low:
            result |= Step.StepDownEnabled
        return result

    @guarded(default=(QValidator.State.Intermediate, "", 0))
    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text, position

    @guarded(default=False)
    def event(self, event: QEvent) -> bool:
        # The base class would claim Space as text before the window's shortcut sees it.
        if event.type() == QEvent.Type.ShortcutOverride and self._passes_on(cast(QKeyEvent, event)):
            self._settle()
            event.ignore()
            return True
        return super().event(event)

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._passes_on(event):
            self._settle()
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _passes_on(self, event: QKeyEvent) -> bool:
        """Space is no part of a number, only of words that are being typed ("all rows")."""
        if event.key() != Qt.Key.Key_Space:
            return False
        words = [*self._words.values(), self._empty or ""]
        return not self._typed or not any(word.startswith(f"{self._typed} ") for word in words)

    def _settle(self) -> None:
        if self._typed:
            self._on_editing_finished()

    @guarded(default=QSize(88, 28))
    def sizeHint(self) -> QSize:
        return size(64 if self.buttonSymbols() == self.ButtonSymbols.NoButtons else 88, 28)

    @guarded(default=QSize(64, 28))
    def minimumSizeHint(self) -> QSize:
        return size(56, 28)

    @guarded
    def wheelEvent(self, event: QWheelEvent) -> None:
        # A wheel that scrolls the panel must not change a setting on its way.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    @guarded
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.lineEdit().selectAll()


def _read(text: str, *, whole: bool) -> float:
    """Whole numbers stay exact however long they are ("1e3" is one too)."""
    if whole:
        try:
            return int(text)
        except ValueError:
            value = float(text)
            return int(value) if value.is_integer() else value
    return float(text)
