"""The list of all that the checks found: what, why, the ways out, and the way to the place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from bpgui.project.checks import Finding, Fix
from bpgui.ui.dialogs.lists import ListDialog
from bpgui.ui.sizes import px
from bpgui.ui.texts import count_text
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.findings import FindingCard

WIDTH, LEAST_HEIGHT = 520, 120
_SHARE = 0.7  # of the window's height, at most


class FindingsDialog(ListDialog):
    """Errors first; lists anew after each remedy. `place_requested(where)` when a place is to be shown."""

    place_requested = Signal(str)

    def __init__(self, findings: Callable[[], Sequence[Finding]], fix: Callable[[Fix], None], parent: QWidget) -> None:
        super().__init__(parent.tr("Checks"), parent)
        self._findings, self._fix = findings, fix
        self.summary = QLabel(self)
        self.summary.setProperty("muted", True)
        self.summary.setWordWrap(True)
        self.column.addWidget(self.summary)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        describe(self._area, self.tr("Checks"), self.tr("All that the checks found, what forbids training first."))
        self.column.addWidget(self._area, 1)
        self.setFixedWidth(px(WIDTH))
        self._list()

    def _list(self) -> None:
        found = self._findings()
        body = QWidget(self._area)
        body.setObjectName("scrolled")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        self.cards = [FindingCard(finding, body, placed=True) for finding in found]
        for card in self.cards:
            card.fix_requested.connect(self._on_fix_requested)
            card.place_requested.connect(self._on_place_requested)
            column.addWidget(card)
        column.addStretch(1)
        if (before := self._area.takeWidget()) is not None:
            before.deleteLater()  # its link is still being clicked
        self._area.setWidget(body)
        self._area.setVisible(bool(found))
        self.summary.setText(self._in_short(found))
        height = column.totalHeightForWidth(px(WIDTH) - 48)
        window = self.parentWidget()
        most = round(window.height() * _SHARE)
        self._area.setFixedHeight(min(max(height, LEAST_HEIGHT), most))
        self.adjustSize()

    def _in_short(self, found: Sequence[Finding]) -> str:
        errors = sum(finding.severity == "error" for finding in found)
        warnings = len(found) - errors
        if not found:
            return self.tr("Nothing to mend: data, network and training fit together.")
        said = []
        if errors:
            count = count_text(errors, self.tr("mistake"), self.tr("mistakes"))
            said.append(self.tr("{0} to mend before training can start.").format(count))
        if warnings:
            count = count_text(warnings, self.tr("warning"), self.tr("warnings"))
            said.append(self.tr("{0} to think about.").format(count))
        return " ".join([*said, self.tr("Every remedy is an edit that Ctrl+Z takes back.")])

    @Slot(object)
    def _on_fix_requested(self, fix: Fix) -> None:
        self._fix(fix)
        self._list()

    @Slot(str)
    def _on_place_requested(self, where: str) -> None:
        self.accept()
        self.place_requested.emit(where)
