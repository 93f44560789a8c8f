"""A hand for the signs of the checks: opening what they say, and its links."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from bpgui.ui.widgets.badge import Badge, FindingPopover


def shown_popover() -> FindingPopover | None:
    found = QApplication.activePopupWidget()
    return found if isinstance(found, FindingPopover) else None


def open_popover(qtbot: QtBot, badge: Badge | None) -> FindingPopover:
    """Click the sign, and wait for what it opens."""
    assert badge is not None
    qtbot.waitUntil(badge.isVisible)
    qtbot.mouseClick(badge, Qt.MouseButton.LeftButton)
    return wait_for_popover(qtbot)


def wait_for_popover(qtbot: QtBot) -> FindingPopover:
    qtbot.waitUntil(lambda: shown_popover() is not None)
    popover = shown_popover()
    assert popover is not None
    return popover


def links_of(qtbot: QtBot, badge: Badge | None) -> list[QPushButton]:
    """The ways out that a click on the sign offers."""
    return [link for card in open_popover(qtbot, badge).cards for link in card.findChildren(QPushButton)]
