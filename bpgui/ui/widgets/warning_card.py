"""A warning of a run in as little room as it needs: the sentence, and the ways out in a line below it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from bpgui.project.checks import Finding
from bpgui.ui.widgets.findings import fix_link
from bpgui.ui.widgets.flow_row import FlowRow
from bpgui.ui.widgets.notice import action_link


class WarningCard(QFrame):
    """Looks as the findings of the checks do; why it matters is its tooltip. `fix_requested(fix)` by a link."""

    fix_requested = Signal(object)

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self.setObjectName("finding")
        self.setProperty("severity", finding.severity)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 5, 8, 5)
        column.setSpacing(1)
        self.text = QLabel(f"{'✕' if finding.severity == 'error' else '⚠'} {finding.text}", self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setToolTip(finding.why)
        self.text.setAccessibleName(finding.text)
        self.text.setAccessibleDescription(finding.why)
        column.addWidget(self.text)
        self.links = FlowRow()
        column.addLayout(self.links)
        for fix in finding.fixes:
            self.links.addWidget(fix_link(fix, finding, self.fix_requested, self))

    def offer(self, action: QAction, text: str) -> None:
        """One more way out: an action of the window, under a shorter name."""
        self.links.addWidget(action_link(action, self, text))
