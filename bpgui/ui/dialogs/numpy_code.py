"""The shown run as numpy code: to read, to copy, to save, and to verify in a process of its own."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from bpgui.data.table import Table
from bpgui.project.atomic import StorageError, write_atomically
from bpgui.project.exporters import EXPORTERS, Exported, Recorded
from bpgui.project.spec import ProjectSpec
from bpgui.session.recording import recorded as recorded_run
from bpgui.ui.dialogs.buttons import dialog_button
from bpgui.ui.dialogs.messages import show_message
from bpgui.ui.dialogs.numpy_code_run import Comparison, ScriptRun
from bpgui.ui.dialogs.numpy_code_view import CodeView
from bpgui.ui.dialogs.numpy_code_writing import Writing
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import group
from bpgui.ui.theme import mono_font
from bpgui.ui.widgets.controls import describe, restyle

if TYPE_CHECKING:
    from bpgui.session.session import Session

_SIZE = QSize(1020, 760)
_SMALLEST = QSize(480, 320)
_FRAME = QSize(32, 64)  # left of the screen for the frame and the title
_ROW_HEIGHT = 22
_TABLE_HEIGHT = 220


def size_that_fits(room: QSize) -> QSize:
    """The first size of the window on a screen with this much room."""
    return _SIZE.boundedTo(room - _FRAME).expandedTo(_SMALLEST)


class NumpyCodeDialog(QDialog):
    """Not modal. It shows the run as it was when opened or refreshed. `written` and `verified` tell when it is done."""

    written = Signal()
    verified = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Numpy code"))
        self.setAccessibleName(self.tr("The run as numpy code"))
        self.setMinimumSize(_SMALLEST)
        self.resize(size_that_fits(parent.screen().availableGeometry().size()))
        self.session = session
        self._taken: tuple[ProjectSpec, Table, Recorded] | None = None
        self._exported: Exported | None = None
        self._run: ScriptRun | None = None
        self.comparison: Comparison | None = None
        self._writing = Writing(self)
        self._writing.failed.connect(self._on_writing_failed)
        self._build()
        self.finished.connect(self._on_finished)
        self.verified.connect(partial(session.happened.emit, "code_verified"))
        app = QApplication.instance()
        assert app is not None
        app.aboutToQuit.connect(self.halt)
        self.refresh()

    # ---- making

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        heading = QLabel(self.tr("This run in plain numpy"), self)
        heading.setProperty("heading", True)
        self.about = QLabel(self)
        self.about.setProperty("muted", True)
        self.about.setWordWrap(True)
        titles = QVBoxLayout()
        titles.setSpacing(4)
        titles.addWidget(heading)
        titles.addWidget(self.about)
        column.addLayout(titles)
        self.summary = QLabel(self)
        self.summary.setObjectName("pill")
        sized(self.summary, lambda w: w.setFixedHeight(px(26)))
        self.summary.setSizePolicy(self.summary.sizePolicy().Policy.Maximum, self.summary.sizePolicy().Policy.Fixed)
        self.summary.hide()
        column.addWidget(self.summary)
        self.code = CodeView(self)
        self.table = self._make_table()
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.code)
        self.splitter.addWidget(self.table)
        self.splitter.setStretchFactor(0, 1)
        column.addWidget(self.splitter, 1)
        column.addLayout(self._make_buttons())

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        describe(table, self.tr("Losses compared"), self.tr("Each recorded loss beside the one that the script found."))
        sized(table, lambda w: w.setFont(mono_font(8.5)))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        rows = table.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        sized(rows, lambda w: w.setMinimumSectionSize(px(_ROW_HEIGHT)))
        sized(rows, lambda w: w.setDefaultSectionSize(px(_ROW_HEIGHT)))
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setHighlightSections(False)
        corner = table.findChild(QAbstractButton)
        if corner is not None:
            describe(corner, self.tr("All losses"), self.tr("Select every loss of the list."))
        table.hide()
        return table

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.verify_button = dialog_button(self.tr("&Verify"), "", self, self._on_verify_clicked, main=True)
        cancel = self.tr("End the script before it is done.")
        self.cancel_button = dialog_button(self.tr("&Cancel"), cancel, self, self._on_cancel_clicked)
        self.cancel_button.hide()
        refresh = self.tr("Write the code of the run as it is now.")
        self.refresh_button = dialog_button(self.tr("&Refresh"), refresh, self, self.refresh)
        copy = self.tr("Put the whole script on the clipboard.")
        self.copy_button = dialog_button(self.tr("C&opy"), copy, self, self._on_copy_clicked)
        save = self.tr("Save the script as a file that Python can run.")
        self.save_button = dialog_button(self.tr("&Save as…"), save, self, self._on_save_clicked)
        close = self.tr("Close this window; training goes on.")
        self.close_button = dialog_button(self.tr("C&lose"), close, self, self.reject)
        for button in (self.verify_button, self.cancel_button):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.refresh_button, self.copy_button, self.save_button, self.close_button):
            row.addWidget(button)
        return row

    # ---- writing

    @Slot()
    def refresh(self) -> None:
        """Take the run as it is now and write its code."""
        taken = recorded_run(self.session.trainer)
        if taken is None or self._writing.busy or self._run is not None:
            return
        spec, recorded = taken
        self._taken = (spec, self.session.document.table, recorded)
        self.comparison = None
        self.table.hide()
        self.summary.hide()
        self._say_what(spec, recorded)
        self.code.show_code(self.tr("# Writing the code …"))
        self._writing.start(*self._taken, self._name(), self._show)
        self._show_enabled()

    def _show(self, exported: Exported, shown: str) -> None:
        self._exported = exported
        self.code.show_code(shown)
        self._show_enabled()
        self.written.emit()

    def _say_what(self, spec: ProjectSpec, recorded: Recorded) -> None:
        if recorded.steps < 0:
            text = self.tr("It needs only numpy. Nothing has been trained yet: the code trains as planned, {0} epochs.")
            self.about.setText(text.format(group(spec.training.epochs)))
        else:
            text = self.tr(
                "It needs only numpy and repeats the run to the bit, as it stands after {0} epochs ({1} steps): "
                "Verify runs it and compares every loss."
            )
            self.about.setText(text.format(group(recorded.epochs), group(recorded.steps)))

    @Slot(str)
    def _on_writing_failed(self, sentence: str) -> None:
        self._exported = None
        self._show_enabled()
        show_message(self, self.tr("The code could not be written"), sentence)

    def _show_enabled(self) -> None:
        busy, running = self._writing.busy, self._run is not None
        trained = self._taken is not None and self._taken[2].steps >= 0
        there = self._exported is not None and not busy
        sentence = self.tr("Run the script in a process of its own and compare its losses with those of the window.")
        if not trained:
            sentence = self.tr("Nothing has been trained yet: train, press Refresh, and it can be verified.")
        describe(self.verify_button, self.tr("Verify"), sentence)
        self.verify_button.setEnabled(there and trained and not running)
        self.cancel_button.setVisible(running)
        self.refresh_button.setEnabled(not busy and not running)
        self.copy_button.setEnabled(there)
        self.save_button.setEnabled(there)

    def _name(self) -> str:
        stem = re.sub(r"[^\w-]+", "_", self.session.document.suggested_name).strip("_") or "network"
        path = self.session.document.path
        return f"{path.stem if path is not None else stem}{EXPORTERS['numpy'].suffix}"

    # ---- copying and saving

    @Slot()
    def _on_copy_clicked(self) -> None:
        if self._exported is not None:
            QApplication.clipboard().setText(self._exported.text)

    @Slot()
    def _on_save_clicked(self) -> None:
        path = self.session.document.path
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        folder = path.parent if path is not None else Path(documents)
        dialog = QFileDialog(self, self.tr("Save the code"), str(folder / self._name()), self.tr("Python (*.py)"))
        dialog.setObjectName("fileDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("py")
        dialog.fileSelected.connect(self._on_save_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_save_chosen(self, name: str) -> None:
        """Written anew: the text says its file's name."""
        if self._taken is None:
            return
        path = Path(name)
        self._writing.start(*self._taken, path.name, partial(self._save, path))
        self._show_enabled()

    def _save(self, path: Path, exported: Exported, shown: str) -> None:
        try:
            for name, data in exported.beside.items():
                write_atomically(path.with_name(name), data)
            write_atomically(path, exported.text.encode("utf-8"))
        except StorageError as error:
            show_message(self, self.tr("{0} could not be saved").format(path.name), str(error))
        self._show_enabled()
        self.written.emit()

    # ---- verifying

    @Slot()
    def _on_verify_clicked(self) -> None:
        if self._exported is None or self._taken is None:
            return
        self.comparison = Comparison(self._taken[2], self)
        self.table.setModel(self.comparison)
        self._fit_columns()
        self.table.show()
        self.splitter.setSizes([max(200, self.splitter.height() - _TABLE_HEIGHT), _TABLE_HEIGHT])
        self._run = ScriptRun(self)
        self._run.printed.connect(self._on_printed)
        self._run.ended.connect(self._on_ended)
        self._show_progress()
        self._show_enabled()
        try:
            self._run.start(self._name(), self._exported.text, self._exported.beside)
        except OSError as error:
            self._on_ended(1, str(error))

    def _fit_columns(self) -> None:
        width = self.table.fontMetrics().horizontalAdvance("0")
        for column, digits in enumerate((9, 18, 26, 26)):
            self.table.setColumnWidth(column, digits * width)

    @Slot(object)
    def _on_printed(self, lines: list[str]) -> None:
        if self.comparison is not None:
            self.comparison.take(lines)
            self._show_progress()

    def _show_progress(self) -> None:
        assert self.comparison is not None
        done, total = self.comparison.same + self.comparison.different, len(self.comparison.rows)
        text = self.tr("Running the script: {0} of {1} losses compared, {2} differ.")
        self._summarise("idle", text.format(group(done), group(total), group(self.comparison.different)))

    @Slot(int, str)
    def _on_ended(self, code: int, errors: str) -> None:
        self._put_run_away()
        comparison = self.comparison
        assert comparison is not None
        total = group(len(comparison.rows))
        if code:
            last = errors.splitlines()[-1] if errors else self.tr("exit code {0}").format(code)
            self._summarise("bad", self.tr("✗ The script failed: {0}").format(last))
            self.summary.setToolTip(errors)
        elif comparison.complete:
            text = self.tr("✓ All {0} losses and the last weights are the same to the bit.").format(total)
            self._summarise("done", text)
        elif comparison.different:
            first = comparison.first_difference
            text = self.tr("✗ {0} of {1} losses differ, the first in epoch {2}.")
            epoch = group(comparison.rows[first][0])
            self._summarise("bad", text.format(group(comparison.different), total, epoch))
            self.table.selectRow(first)
            self.table.scrollTo(comparison.index(first, 0), QAbstractItemView.ScrollHint.PositionAtCenter)
        elif comparison.same < len(comparison.rows):
            text = self.tr("✗ The script ended after {0} of {1} losses; those were the same.")
            self._summarise("bad", text.format(group(comparison.same), total))
        else:
            self._summarise("bad", self.tr("✗ All {0} losses are the same, the last weights are not.").format(total))
        self._show_enabled()
        self.verified.emit()

    @Slot()
    def _on_cancel_clicked(self) -> None:
        if self._run is None or self.comparison is None:
            return
        self._put_run_away()
        text = self.tr("Cancelled after {0} of {1} losses, of which {2} differ.")
        done = self.comparison.same + self.comparison.different
        numbers = group(done), group(len(self.comparison.rows)), group(self.comparison.different)
        self._summarise("warn", text.format(*numbers))
        self._show_enabled()
        self.verified.emit()

    def _summarise(self, tone: str, text: str) -> None:
        self.summary.setText(text)
        self.summary.setAccessibleName(text)
        self.summary.setToolTip("")
        if self.summary.property("tone") != tone:
            self.summary.setProperty("tone", tone)
            restyle(self.summary)
        self.summary.show()

    def _put_run_away(self) -> None:
        if self._run is not None:
            self._run.halt()
            self._run.deleteLater()
            self._run = None

    @Slot()
    def halt(self) -> None:
        """End what goes on beside the window."""
        self._put_run_away()
        self._writing.halt()

    @Slot(int)
    def _on_finished(self, result: int) -> None:
        self.halt()
