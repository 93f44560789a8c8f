"""One finding of the checks: what is wrong, why, and the button that mends it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.controls import describe

if TYPE_CHECKING:
    from bpgui.project.checks import Finding, Fix


class FindingCard(QFrame):
    """A coloured card with a link for each way out; `fix_requested(fix)` when one is clicked."""

    fix_requested = Signal(object)

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self.setObjectName("finding")
        self.setProperty("severity", finding.severity)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(2)
        sign = "✕" if finding.severity == "error" else "⚠"
        text = QLabel(f"{sign} {finding.text}", self)
        text.setWordWrap(True)
        text.setToolTip(finding.why)
        column.addWidget(text)
        for fix in finding.fixes:
            column.addWidget(fix_link(fix, finding, self.fix_requested, self))


def fix_link(fix: Fix, finding: Finding, signal: SignalInstance, parent: QWidget) -> QPushButton:
    """A link that asks, through `signal`, for that way out."""
    link = QPushButton(tr_label(fix.label) + " →", parent)
    link.setProperty("link", True)
    describe(link, tr_label(fix.label), finding.why or finding.text)
    link.clicked.connect(partial(_request, signal, fix))
    return link


def _request(signal: SignalInstance, fix: Fix, _checked: bool = False) -> None:
    signal.emit(fix)
