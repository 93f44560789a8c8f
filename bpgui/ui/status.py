"""The status bar: hints on the left, the count of findings on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QStatusBar, QWidget

from bpgui.runs.stopping import DIVERGED, FAILED
from bpgui.ui.icons import icon
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from bpgui.session.session import Session

SAID_FOR_MS = 12_000


class StatusBar(QStatusBar):
    """`say` shows a sentence for a while; `findings_requested` when the count is clicked."""

    findings_requested = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.setSizeGripEnabled(False)
        self.setContentsMargins(8, 0, 8, 2)
        self.hint = ElidedLabel("", self)
        self.addWidget(self.hint, 1)
        self.findings = QPushButton(self)
        self.findings.setProperty("quiet", True)
        self.findings.clicked.connect(self.findings_requested)
        self.addPermanentWidget(self.findings)
        session.document.changed.connect(self._on_changed)
        session.document.findings_changed.connect(self._show_findings)
        session.trainer.state_changed.connect(self._on_state_changed)
        self._show_findings()
        self._show_hint()

    @Slot(str)
    def say(self, sentence: str, *, bad: bool = False) -> None:
        """Show a sentence for some seconds."""
        self.showMessage(f"✕ {sentence}" if bad else sentence, SAID_FOR_MS)

    @Slot(object, object)
    def _on_changed(self, before: object, after: object) -> None:
        self.clearMessage()
        self._show_findings()

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        self._show_hint()

    def _show_hint(self) -> None:
        hints = {
            "blocked": self.tr("Training cannot start yet: see the check beside the Train button."),
            "ready": self.tr("Press Space to train. Drop a file or a folder anywhere to use data of your own."),
            "training": self.tr("Training. Space pauses; the learning rate can be changed meanwhile."),
            "paused": self.tr("Paused. Space goes on, B makes one step, E one epoch."),
            "ended": self.tr("The run has ended. Train adds epochs, Reset goes back to the same first weights."),
        }
        trainer = self.session.trainer
        driver = trainer.driver if trainer.state == "ended" else None
        if driver is not None and driver.stop_reason == DIVERGED:
            self.hint.set_text(self.tr("Training diverged: go back with a lower learning rate, or restart (Space)."))
        elif driver is not None and driver.stop_reason == FAILED:
            self.hint.set_text(self.tr("Training failed. The log says where; Restart (Space) begins again."))
        else:
            self.hint.set_text(hints[trainer.state])

    @Slot()
    def _show_findings(self) -> None:
        found = self.session.document.findings
        errors = sum(1 for f in found if f.severity == "error")
        if not found:
            text = self.tr("All checks pass")
        else:
            text = self.tr("1 check") if len(found) == 1 else self.tr("{0} checks").format(len(found))
        self.findings.setText(text)
        describe(self.findings, text, self.tr("List what the checks found, each with its remedy (F8)."))
        colors = theme()
        color = colors.bad if errors else colors.warn if found else colors.muted
        self.findings.setIcon(icon("warning" if found else "check", color))

    def refresh_theme(self) -> None:
        self._show_findings()
