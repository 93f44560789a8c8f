"""Rows of a label and a control, with a sign beside the control that a check is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from bpgui.ui.sizes import px, sized
from bpgui.ui.widgets.badge import Badge
from bpgui.ui.widgets.controls import restyle

if TYPE_CHECKING:
    from bpgui.project.checks import Finding

LABEL_WIDTH = 96
ROW_SPACING = 4
LEAST_CONTROL = 72  # beside a sign


class FormRow(QWidget):
    """One row; `show_findings` puts a sign at its end, whose ways out are asked for by `fix_requested(fix)`."""

    fix_requested = Signal(object)

    def __init__(
        self, label: str, control: QWidget, parent: QWidget | None = None, extra: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.control = control
        self.badge: Badge | None = None  # made when there is something to say
        self.label: QLabel | None = None
        self._line = line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
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

    def show_findings(self, findings: Iterable[Finding]) -> None:
        """Show the sign for these, and colour the control's border by the worst."""
        findings = tuple(findings)
        if self.badge is None and findings:
            self.badge = Badge(self)
            self.badge.fix_requested.connect(self.fix_requested)
            self._line.addWidget(self.badge)
        if self.badge is not None:
            self.badge.show_findings(findings)
            self.control.setMinimumWidth(LEAST_CONTROL if findings else 0)  # it gives way in a narrow panel
        mark(self.control, findings)


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
        restyle(control)


def section(text: str, parent: QWidget) -> QLabel:
    """The small heading of a group of rows."""
    label = QLabel(text.upper(), parent)
    label.setProperty("section", True)
    label.setAccessibleName(text)
    label.setContentsMargins(0, 8, 0, 0)
    return label
