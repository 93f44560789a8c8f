"""The sign beside what a check objects to; a click opens what it says, with the ways out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QPushButton, QVBoxLayout, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.icons import icon
from bpgui.ui.sizes import px, size, sized
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe, restyle
from bpgui.ui.widgets.findings import FindingCard

if TYPE_CHECKING:
    from bpgui.project.checks import Finding, Fix

SIDE, WITH_COUNT = 20, 32
_ICONS = {"error": "close", "warning": "warning"}
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Badge(QPushButton):
    """Hidden while there is nothing to say. `fix_requested(fix)` when a way out is chosen."""

    fix_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.findings: tuple[Finding, ...] = ()
        self.setObjectName("badge")
        sized(self, Badge._fit)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # clicks leave the keyboard where it was
        self.clicked.connect(self.open)
        describe(self, self.tr("Checks"), self.tr("Open what the checks say, and what can be done."))
        self.hide()

    def show_findings(self, findings: Iterable[Finding]) -> None:
        """Stand for these; their number is written where there are several."""
        before, self.findings = self.findings, tuple(findings)
        count = len(self.findings)
        if count and self.findings != before:
            self.setText(str(count) if count > 1 else "")
            self._fit()
            self._show_severity()
            self._describe()
        self.setVisible(bool(count))

    def _fit(self) -> None:
        self.setIconSize(size(12, 12))
        self.setFixedSize(size(WITH_COUNT if len(self.findings) > 1 else SIDE, SIDE))

    @property
    def severity(self) -> str:
        """That of the worst."""
        return "error" if any(finding.severity == "error" for finding in self.findings) else "warning"

    def _show_severity(self) -> None:
        if self.property("severity") != self.severity:
            self.setProperty("severity", self.severity)
            restyle(self)
        self._take_icon()

    def _take_icon(self) -> None:
        colors = theme()
        self.setIcon(icon(_ICONS[self.severity], colors.bad if self.severity == "error" else colors.warn))

    def _describe(self) -> None:
        said = "; ".join(finding.text for finding in self.findings)
        name = self.tr("Check: {0}") if len(self.findings) == 1 else self.tr("Checks: {0}")
        describe(self, name.format(said), self.tr("Open what the check says, and what can be done."))
        self.setToolTip("\n\n".join(f"{finding.text}\n{finding.why}" for finding in self.findings))

    @Slot()
    def open(self) -> None:
        """Show what was found in a small window at the sign."""
        popover = FindingPopover(self.findings, self)
        popover.fix_requested.connect(self.fix_requested, Qt.ConnectionType.QueuedConnection)
        popover.open_at(self)

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTERS:
            self.click()
        else:
            super().keyPressEvent(event)

    @guarded
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.findings:
            self._take_icon()  # the colours are of another theme


class FindingPopover(QFrame):
    """Cards over the window until one way out is taken, Esc is pressed or something else is clicked."""

    WIDTH, GAP = 340, 4
    fix_requested = Signal(object)

    def __init__(self, findings: Iterable[Finding], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("popover")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(6)
        self.cards = [FindingCard(finding, self) for finding in findings]
        for card in self.cards:
            card.fix_requested.connect(self._on_fix_requested)
            column.addWidget(card)
        describe(self, self.tr("What the check says"), "; ".join(card.finding.text for card in self.cards))
        self.setToolTip("")

    def open_at(self, badge: QWidget) -> None:
        """Below the badge where there is room, else above; inside the screen. The first link has the keyboard."""
        self.ensurePolished()
        self.setFixedSize(px(self.WIDTH), self.layout().totalHeightForWidth(px(self.WIDTH)))
        room = badge.screen().availableGeometry()
        corner = badge.mapToGlobal(QPoint(0, badge.height() + self.GAP))
        x = max(room.left(), min(corner.x(), room.right() - self.width()))
        lowest = room.bottom() - self.height()
        above = min(corner.y() - badge.height() - 2 * self.GAP - self.height(), lowest)
        y = corner.y() if corner.y() <= lowest else max(room.top(), above)
        self.move(x, y)
        self.show()
        link = self.findChild(QAbstractButton)
        (link or self).setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(object)
    def _on_fix_requested(self, fix: Fix) -> None:
        self.fix_requested.emit(fix)
        self.close()

    @guarded
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside it closes it; on the sign itself that is all, or it would open again at once."""
        badge = self.parentWidget()
        on_badge = badge.rect().contains(badge.mapFromGlobal(event.globalPosition().toPoint()))
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay, on_badge)
        super().mousePressEvent(event)

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() in _ENTERS and isinstance(focused, QAbstractButton):
            focused.click()
        else:
            super().keyPressEvent(event)
