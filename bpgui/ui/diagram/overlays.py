"""Small widgets over the diagram: the field for units, the read-out, the reason of a refusal, what is dragged."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRegularExpression, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QIntValidator,
    QKeyEvent,
    QMouseEvent,
    QPixmap,
    QRegularExpressionValidator,
)  # fmt: skip
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.diagram.actions import LARGEST_UNITS
from bpgui.ui.theme import Theme

NOTICE_MS = 6000


class BlockEditor(QLineEdit):
    """Types the units or the rate of one layer: Enter or leaving takes the number, Esc does not."""

    committed = Signal(str, float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._key = ""
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._whole = QIntValidator(1, LARGEST_UNITS, self)
        self._share = QRegularExpressionValidator(QRegularExpression(r"[01]?[.,]?\d*"), self)
        self._explain_units()
        self.hide()

    def _explain_units(self) -> None:
        sentence = self.tr("How many neurons the layer has; Enter takes the number, Esc leaves it.")
        self._explain(self.tr("Units"), sentence)

    def _explain(self, name: str, sentence: str) -> None:
        self.setAccessibleName(name)
        self.setToolTip(sentence)

    def open_units(self, key: str, units: int, place: QRect) -> None:
        self._explain_units()
        self.setValidator(self._whole)
        self._open(key, str(units), place)

    def open_rate(self, key: str, rate: str, place: QRect) -> None:
        sentence = self.tr("The share of numbers that is switched off; Enter takes it, Esc leaves it.")
        self._explain(self.tr("Rate"), sentence)
        self.setValidator(self._share)
        self._open(key, rate, place)

    def _open(self, key: str, text: str, place: QRect) -> None:
        self._key = key
        width = max(place.width(), 64)
        self.setText(text)
        self.setGeometry(place.center().x() - width // 2, place.center().y() - 14, width, 28)
        self.selectAll()
        self.show()
        self.raise_()
        self.setFocus()

    def close_without(self) -> None:
        self._key = ""
        if self.isVisible():
            self.hide()

    def _take(self) -> None:
        key, self._key = self._key, ""
        text = self.text().replace(",", ".")
        if self.isVisible():
            self.hide()
        if key and any(letter.isdigit() for letter in text):
            self.committed.emit(key, float(text))

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_without()
            self.parentWidget().setFocus()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
            self.parentWidget().setFocus()
        else:
            super().keyPressEvent(event)

    @guarded
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._take()


def _card(theme: Theme, border: str) -> str:
    return (
        f"background: {theme.field.name()}; color: {theme.text.name()}; border: 1px solid {border};"
        " border-radius: 6px; padding: 5px 9px;"
    )


class Readout(QLabel):
    """The number under the cursor; it follows the cursor and lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Read-out"))
        self.hide()

    def take_theme(self, theme: Theme) -> None:
        self.setStyleSheet(_card(theme, theme.field_border.name()))

    def show_text(self, text: str, at: QPoint) -> None:
        """Show `text` beside `at` (in the parent's coordinates), inside the parent; "" hides."""
        if not text:
            if self.isVisible():
                self.hide()
            return
        if text != self.text():
            self.setText(text)
            self.adjustSize()
        area = self.parentWidget().rect()
        x = min(max(at.x() + 14, 4), area.width() - self.width() - 4)
        y = at.y() - self.height() - 10
        self.move(x, y if y >= 4 else at.y() + 18)
        if not self.isVisible():
            self.show()
            self.raise_()


class Notice(QLabel):
    """Why something was refused, in a sentence at the bottom, for a few seconds or until clicked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(self.tr("Message"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NOTICE_MS)
        self._timer.timeout.connect(self.dismiss)
        self.hide()

    def take_theme(self, theme: Theme) -> None:
        self.setStyleSheet(_card(theme, theme.warn.name()))

    @Slot(str)
    def show_text(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleDescription(text)
        self.place()
        self.show()
        self.raise_()
        self._timer.start()
        from PySide6.QtGui import QAccessible, QAccessibleEvent

        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def place(self) -> None:
        area = self.parentWidget().rect()
        width = min(area.width() - 24, max(self.fontMetrics().horizontalAdvance(self.text()) + 32, 160), 460)
        height = max(self.heightForWidth(width), 30)
        self.setGeometry((area.width() - width) // 2, area.height() - height - 10, width, height)

    @Slot()
    def dismiss(self) -> None:
        self._timer.stop()
        self.hide()

    @guarded
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.dismiss()


class Ghost(QLabel):
    """A picture of what is dragged, under the cursor."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Dragged layer"))
        self.hide()

    def carry(self, picture: QPixmap, at: QPoint, grip: QPoint | None = None) -> None:
        """Show `picture`, held at `grip` (its middle without one), at `at` in the parent's coordinates.

        The sides and the top of the parent stop it, for beyond them it would be cut off.
        """
        if not self.isVisible():
            self.setPixmap(picture)
            self.adjustSize()
            self.show()
            self.raise_()
        place = at - (grip or self.rect().center())
        room = self.parentWidget().width() - self.width()
        self.move(max(min(place.x(), room), 0), max(place.y(), 0))

    def drop(self) -> None:
        self.hide()
