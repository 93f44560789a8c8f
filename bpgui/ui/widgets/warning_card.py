"""A warning of a run in as little room as it needs: the sentence, and the ways out in a line below it."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from bpgui.project.checks import Finding
from bpgui.ui.widgets.findings import SIGNS, fix_link
from bpgui.ui.widgets.flow_row import FlowRow
from bpgui.ui.widgets.notice import action_link


class WarningCard(QFrame):
    """Looks as the findings of the checks do; why it matters is its tooltip. `fix_requested(fix)` by a link."""

    fix_requested = Signal(object)

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self._ways: list[QWidget] = []
        self.setObjectName("finding")
        self.setProperty("severity", finding.severity)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 5, 8, 5)
        column.setSpacing(1)
        self.text = QLabel(self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        column.addWidget(self.text)
        self.links = FlowRow()
        column.addLayout(self.links)
        self._say()
        self._offer_ways()

    def renew(self, finding: Finding) -> None:
        """The same warning with other numbers: what stays is not made anew."""
        before, self.finding = self.finding, finding
        self._say()
        if finding.fixes != before.fixes:
            self._offer_ways()

    def _say(self) -> None:
        finding = self.finding
        self.text.setText(f"{SIGNS[finding.severity]} {finding.text}")
        self.text.setToolTip(finding.why)
        self.text.setAccessibleName(finding.text)
        self.text.setAccessibleDescription(finding.why)

    def _offer_ways(self) -> None:
        """The finding's own ways out, before those of the window."""
        others = [self.links.takeAt(0) for _ in range(self.links.count())][len(self._ways) :]
        for link in self._ways:
            link.hide()
            link.deleteLater()
        self._ways = [fix_link(fix, self.finding, self.fix_requested, self) for fix in self.finding.fixes]
        for link in self._ways:
            self.links.addWidget(link)
        for item in others:
            if item is not None:
                self.links.addItem(item)
        for first, second in pairwise(self.shown_links()):
            QWidget.setTabOrder(first, second)  # new ones would come after the window's

    def shown_links(self) -> list[QPushButton]:
        """The ways out in the order in which they stand, and Tab goes."""
        items = (self.links.itemAt(place) for place in range(self.links.count()))
        return [link for item in items if item is not None and isinstance(link := item.widget(), QPushButton)]

    def offer(self, action: QAction, text: str) -> None:
        """One more way out: an action of the window, under a shorter name."""
        self.links.addWidget(action_link(action, self, text))
