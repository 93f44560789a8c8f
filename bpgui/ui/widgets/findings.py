"""What the checks found, as it is shown everywhere: a card with what, why and the ways out, and the sign for it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.controls import describe

if TYPE_CHECKING:
    from bpgui.project.checks import Finding, Fix

SIGNS = {"error": "✕", "warning": "⚠"}


class FindingCard(QFrame):
    """A coloured card: the sentences, and a link for each way out.

    `fix_requested(fix)` when one is clicked; with `placed` another link, or a click on the card, asks to be shown
    what it is about (`place_requested(where)`).
    """

    fix_requested = Signal(object)
    place_requested = Signal(str)

    def __init__(self, finding: Finding, parent: QWidget | None = None, *, placed: bool = False) -> None:
        super().__init__(parent)
        self.finding = finding
        self.setObjectName("finding")
        self.setProperty("severity", finding.severity)
        self.setAccessibleName(finding.text)
        self.setAccessibleDescription(finding.why)
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 7, 10, 7)
        line.setSpacing(8)
        line.addWidget(QLabel(SIGNS[finding.severity], self), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(3)
        line.addLayout(column, 1)
        column.addWidget(_wrapped(finding.text, self))
        why = _wrapped(finding.why, self)
        why.setProperty("why", True)
        column.addWidget(why)
        foot = QHBoxLayout()
        links = QVBoxLayout()
        links.setSpacing(0)
        for fix in finding.fixes:
            links.addWidget(fix_link(fix, finding, self.fix_requested, self), 0, Qt.AlignmentFlag.AlignLeft)
        foot.addLayout(links, 1)
        self._placed = placed
        if placed:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            foot.addWidget(self._make_place(), 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(foot)

    def _make_place(self) -> QPushButton:
        link = QPushButton(self.tr("Show where"), self)
        link.setProperty("quiet", True)
        sentence = self.tr("Close this list and go to what the check is about.")
        describe(link, self.tr("Show where: {0}").format(self.finding.text), sentence)
        link.clicked.connect(self._on_place_clicked)
        return link

    @Slot()
    def _on_place_clicked(self) -> None:
        self.place_requested.emit(self.finding.where)

    @guarded
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        inside = self.rect().contains(event.position().toPoint())
        if self._placed and inside and event.button() == Qt.MouseButton.LeftButton:
            self.place_requested.emit(self.finding.where)


def _wrapped(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)  # a column may be called <b>
    label.setWordWrap(True)
    return label


def fix_link(fix: Fix, finding: Finding, signal: SignalInstance, parent: QWidget) -> QPushButton:
    """A link that asks, through `signal`, for that way out."""
    link = QPushButton(tr_label(fix.label) + " →", parent)
    link.setProperty("link", True)
    describe(link, tr_label(fix.label), finding.why or finding.text)
    link.clicked.connect(partial(_request, signal, fix))
    return link


def _request(signal: SignalInstance, fix: Fix, _checked: bool = False) -> None:
    signal.emit(fix)


def about(findings: Iterable[Finding], *places: str) -> tuple[Finding, ...]:
    """Those that are about one of the places; "column:" stands for all columns."""
    return tuple(f for f in findings if any(_lies_in(place, p) for place in f.places for p in places))


def _lies_in(place: str, wanted: str) -> bool:
    return place.startswith(wanted) if wanted.endswith(":") else place == wanted
