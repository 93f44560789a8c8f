"""Rows of a label and a control, with what the checks found beneath the control it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bpgui.project.checks import Finding, Fix
from bpgui.ui.sizes import px, sized
from bpgui.ui.widgets.findings import FindingCard

LABEL_WIDTH = 96
ROW_SPACING = 4


class FormRow(QWidget):
    """One row; `show_findings` puts cards below."""

    fix_requested = Signal(object)

    def __init__(
        self, label: str, control: QWidget, parent: QWidget | None = None, extra: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.control = control
        self._cards: list[FindingCard] = []
        self._findings: tuple[Finding, ...] = ()
        self.label: QLabel | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(ROW_SPACING)
        line = QHBoxLayout()
        line.setSpacing(8)
        if label:
            self.label = QLabel(label, self)
            self.label.setProperty("muted", True)
            sized(self.label, lambda w: w.setFixedWidth(px(LABEL_WIDTH)))
            self.label.setWordWrap(True)
            self.label.setToolTip(control.toolTip())
            self.label.setBuddy(control)
            line.addWidget(self.label)
        line.addWidget(control, 1)
        if extra is not None:
            line.addWidget(extra)
        self._column.addLayout(line)

    def show_findings(self, findings: Iterable[Finding]) -> None:
        """Show these below the control and colour its border by the worst."""
        findings = tuple(findings)
        if _same(findings, self._findings):
            return
        self._findings = findings
        fill_cards(self._column, self._cards, findings, self._on_fix_requested, self)
        mark(self.control, findings)

    @Slot(object)
    def _on_fix_requested(self, fix: Fix) -> None:
        self.fix_requested.emit(fix)


class FindingList(QWidget):
    """Findings that belong to no single control."""

    fix_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[FindingCard] = []
        self._findings: tuple[Finding, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(ROW_SPACING)
        self.hide()

    def show_findings(self, findings: Iterable[Finding]) -> None:
        findings = tuple(findings)
        if not _same(findings, self._findings):
            self._findings = findings
            fill_cards(self._column, self._cards, findings, self._on_fix_requested, self)
        self.setVisible(bool(findings))

    @Slot(object)
    def _on_fix_requested(self, fix: Fix) -> None:
        self.fix_requested.emit(fix)


def fill_cards(
    column: QVBoxLayout, cards: list[FindingCard], findings: Iterable[Finding], slot: Any, parent: QWidget
) -> None:
    """Put a card for each finding at the end of the column, in place of those before."""
    for card in cards:
        column.removeWidget(card)
        card.hide()
        card.deleteLater()
    cards.clear()
    for finding in findings:
        card = FindingCard(finding, parent)
        card.fix_requested.connect(slot, Qt.ConnectionType.QueuedConnection)
        column.addWidget(card)
        cards.append(card)


def mark(control: QWidget, findings: Iterable[Finding]) -> None:
    """Red border for an error, yellow for a warning, as dynamic properties of the stylesheet."""
    severities = {finding.severity for finding in findings}
    wanted = {"invalid": "error" in severities, "caution": "warning" in severities}
    changed = False
    for name, value in wanted.items():
        if bool(control.property(name)) != value:
            control.setProperty(name, value)
            changed = True
    if changed:
        control.style().unpolish(control)
        control.style().polish(control)


def _same(first: tuple[Finding, ...], second: tuple[Finding, ...]) -> bool:
    """Whether they read the same; their fixes are new functions each time."""
    return [(f.key, f.text) for f in first] == [(f.key, f.text) for f in second]


def section(text: str, parent: QWidget) -> QLabel:
    """The small heading of a group of rows."""
    label = QLabel(text.upper(), parent)
    label.setProperty("section", True)
    label.setAccessibleName(text)
    label.setContentsMargins(0, 8, 0, 0)
    return label
