"""The learning-rate finder: the loss by the rate, a suggestion, and the rate to take by a click."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bpgui.engine.rate_finder import RateOptions
from bpgui.session.rate_finding import RateFinding
from bpgui.ui.dialogs.buttons import dialog_button
from bpgui.ui.live import rate_words
from bpgui.ui.live.number_table import NumberTable, table_text
from bpgui.ui.live.rate_curve import RateCurve
from bpgui.ui.live.rate_words import rate_text
from bpgui.ui.live.text_switch import WordButton
from bpgui.ui.live.weight_forms import Table
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import group
from bpgui.ui.widgets.controls import describe

if TYPE_CHECKING:
    from bpgui.session.session import Session

_SIZE, _SMALLEST = QSize(680, 500), QSize(420, 340)
_FRAME = QSize(32, 64)
SLOW_MS = 250  # a search that takes longer shows how far it is


class RateFinderDialog(QDialog):
    """Not modal: training may go on beside it. `picked` is the rate that the button takes over, 0 for none."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Learning-rate finder"))
        self.setAccessibleName(self.tr("Learning-rate finder"))
        self.setProperty("panel", True)
        self.setMinimumSize(_SMALLEST)
        self.resize(_SIZE.boundedTo(parent.screen().availableGeometry().size() - _FRAME))
        self.session = session
        self.picked = 0.0
        self.finding = RateFinding(session.document, session.trainer, self)
        self._make()
        self._arrange()
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self._slow.timeout.connect(self._show_busy)
        self.finding.changed.connect(self._on_changed)
        self.finding.progressed.connect(self._on_progressed)
        self.curve.rate_picked.connect(self.pick)
        session.document.changed.connect(self._on_document_changed)
        session.trainer.state_changed.connect(self._show)
        session.trainer.framed.connect(self._show_words)
        self.finished.connect(self.finding.cancel)
        self.look()

    # ---- making

    def _make(self) -> None:
        self.heading = QLabel(self.tr("At which rate does it learn?"), self)
        self.heading.setProperty("heading", True)
        about = self.tr("A copy of the network takes {0} steps while the rate grows; the run stays as it is.")
        self.about = QLabel(about.format(RateOptions().steps), self)
        self.about.setProperty("muted", True)
        self.about.setWordWrap(True)
        self.curve, self.numbers = RateCurve(), NumberTable()
        self.stack = QStackedWidget(self)
        for widget in (self.curve, self.numbers):
            self.stack.addWidget(widget)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        sized(self.progress, lambda w: w.setFixedHeight(px(4)))
        self.progress.setAccessibleName(self.tr("Rates tried"))
        help = self.tr("The same as a table of numbers, to be read and copied.")
        self.as_table = WordButton(self.tr("table"), help, parent=self)
        self.as_table.toggled.connect(self._raise)
        self.use_button = dialog_button(self.tr("Use it"), "", self, self.use, main=True)
        self.use_button.setDefault(True)
        self.find_button = dialog_button("", "", self, self._on_find_clicked)
        close = self.tr("Close this window; all stays as it is.")
        self.close_button = dialog_button(self.tr("C&lose"), close, self, self.close)
        self.copy_action = QAction(self.tr("Copy what is found"), self)
        self.copy_action.setToolTip(self.tr("Put the suggestion and the curve on the clipboard, with all digits."))
        self.copy_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self.copy_action.triggered.connect(self.copy)
        self.addAction(self.copy_action)
        for widget in (self.curve, self.numbers):
            widget.addAction(self.copy_action)
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        for widget in (self.heading, self.about):
            column.addWidget(widget)
        column.addWidget(self.stack, 1)
        column.addWidget(self.progress)
        column.addWidget(self.words)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.use_button)
        row.addWidget(self.find_button)
        row.addStretch(1)
        row.addWidget(self.as_table)
        row.addWidget(self.close_button)
        column.addLayout(row)

    # ---- finding

    @Slot()
    def look(self) -> None:
        """Look for a rate from the weights as they are now."""
        self.finding.ask()
        self._on_changed()

    @Slot()
    def _on_find_clicked(self) -> None:
        if self.finding.busy:
            self.finding.cancel()
        else:
            self.look()

    @Slot()
    def use(self) -> None:
        """Take the rate that is picked over."""
        if self.picked:
            self.finding.use(self.picked)

    @Slot(float)
    def pick(self, rate: float) -> None:
        """Another rate than the suggested one."""
        self.picked = rate
        self._show()

    @Slot()
    def _on_changed(self) -> None:
        if self.finding.busy:
            if not self._slow.isActive():
                self._slow.start()
        else:
            self._slow.stop()
            self.progress.setValue(0)
            answer = self.finding.answer
            if answer is not self.curve.search:
                self.picked = (answer.suggestion or 0.0) if answer is not None else 0.0
            self.curve.set_search(answer, self.text_of_verdict())
            self.numbers.set_numbers(*self.table())
        self._show()

    @Slot()
    def _show_busy(self) -> None:
        if self.finding.busy:
            self._show()

    @Slot(float)
    def _on_progressed(self, share: float) -> None:
        self.progress.setValue(round(share * 1000))

    @Slot(object, object)
    def _on_document_changed(self, before: object, after: object) -> None:
        self._show()

    # ---- showing

    @property
    def present(self) -> float:
        """The rate in use."""
        return self.session.document.spec.training.learning_rate

    @Slot()
    def _raise(self) -> None:
        self.stack.setCurrentIndex(int(self.as_table.isChecked()))

    @Slot()
    def _show(self) -> None:
        busy = self.finding.busy and not self._slow.isActive()
        self.progress.setVisible(busy)
        self.curve.set_marks(self.present, self.picked)
        if self.curve.search is None:
            self.curve.set_search(None, self.text_of_verdict())
        word = self.tr("&Cancel") if busy else self.tr("&Find again")
        self.find_button.setText(word)
        sentence = self.tr("Leave off; the run is as it was.") if busy else self.tr("From the weights as they are now.")
        describe(self.find_button, word.replace("&", ""), sentence)
        self.find_button.setEnabled(self.session.trainer.run is not None)
        self._show_use()
        self._show_words()

    def _show_use(self) -> None:
        used = self.picked == self.present
        self.use_button.setEnabled(bool(self.picked) and not used)
        text = self.tr("&Use {0}").format(rate_text(self.picked)) if self.picked else self.tr("&Use it")
        self.use_button.setText(text)
        if not self.picked:
            sentence = self.tr("There is no rate to use yet: click one on the curve.")
        elif used:
            sentence = self.tr("This rate is in use.")
        else:
            sentence = self.tr("Learn at this rate from now on; it can be undone.")
        describe(self.use_button, text.replace("&", ""), sentence)

    @Slot()
    def _show_words(self) -> None:
        text = self.text_of_verdict() if self.curve.search is not None else ""
        if text != self.words.text():
            self.words.setText(text)
            self.words.setAccessibleName(text)

    def text_of_verdict(self) -> str:
        """What is suggested, or why nothing is; once more where the run has gone on."""
        answer = self.finding.answer
        if self.session.trainer.run is None:
            return self.tr("There is nothing to train yet: see the checks (F8).")
        if answer is None:
            waiting = self.tr("Trying rates from {0} to {1} …")
            options = RateOptions()
            return self.finding.problem or waiting.format(rate_text(options.lowest), rate_text(options.highest))
        parts = [self.finding.problem, rate_words.verdict(answer, self.present)]
        if self.session.document.spec.training.schedule != "constant":
            parts.append(self.tr("The schedule changes it from there."))
        if self.finding.stale:
            parts.append(self.tr("The run has gone on since step {0}.").format(group(self.finding.step)))
        return " ".join(filter(None, parts))

    # ---- as text

    def table(self) -> Table:
        """(losses, rates, names of columns)."""
        answer = self.finding.answer
        return rate_words.table(answer) if answer is not None else (np.empty((0, 0)), (), ())

    def text(self) -> str:
        """The suggestion and the curve, of the table its marked cells, for the clipboard."""
        numbers, rows, columns = self.table()
        marked = self.as_table.isChecked()
        table = self.numbers.text() if marked else table_text(numbers, list(rows), list(columns))
        return f"{self.text_of_verdict()}\n{table}"

    @Slot()
    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
