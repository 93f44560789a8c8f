"""Predict new data: a file with the same columns is read, the shown run's weights are applied, the answers shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bpgui.data.errors import DataError
from bpgui.data.readers import Reading
from bpgui.runs.applied_facts import Outcome, Weights, outcome_of, weights_of
from bpgui.runs.applying import column_type, missing_columns, options_for_new
from bpgui.session.guard import guarded
from bpgui.ui.dialogs.import_choices import Choices
from bpgui.ui.dialogs.import_questions import Questions
from bpgui.ui.dialogs.predict_base import PredictBase
from bpgui.ui.dialogs.predict_choosing import file_dialog, folder_dialog, project_among
from bpgui.ui.dialogs.predict_columns import ColumnsPage
from bpgui.ui.dialogs.predict_job import Job
from bpgui.ui.dialogs.predict_result import ResultPage
from bpgui.ui.dialogs.predict_start import StartPage
from bpgui.ui.dialogs.reading import FileReading
from bpgui.ui.dropping import dropped_of, welcome
from bpgui.ui.texts import count_text
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.widgets.notice import Notice

if TYPE_CHECKING:
    from bpgui.session.session import Session

LARGEST = QSize(1080, 700)


class PredictDialog(PredictBase):
    """The weights are those that the shown run has when a file is taken; training goes on behind it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.reading: Reading | None = None
        self.choices = Choices()
        self.taken: dict[str, str] = {}
        self._weights: Weights | None = None
        self._dropped: tuple[Path, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Predict new data"))
        self.setAccessibleName(self.tr("Predict new data"))
        self.setAcceptDrops(True)
        self._build()
        self.resize(LARGEST.boundedTo(parent.screen().availableSize() - QSize(40, 60)))
        self._take_weights()
        self.start.choose.setFocus()

    # ---- making

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        titles = QVBoxLayout()
        titles.setSpacing(2)
        self.heading = ElidedLabel("", self)
        self.heading.setProperty("heading", True)
        self.heading.set_text(self.tr("Predict new data"))
        self.facts = ElidedLabel("", self)
        self.facts.mode = Qt.TextElideMode.ElideRight
        self.facts.setProperty("muted", True)
        titles.addWidget(self.heading)
        titles.addWidget(self.facts)
        column.addLayout(titles)
        self.notice = Notice(self)
        self.notice.text.setTextFormat(Qt.TextFormat.PlainText)
        self.notice.refresh_theme()
        self.notice.close_button.setAutoDefault(False)
        column.addWidget(self.notice)
        self.questions = Questions(self)
        self.questions.answered.connect(self._on_answered)
        column.addWidget(self.questions)
        self.start = StartPage(self)
        self.columns = ColumnsPage(self)
        self.answers = ResultPage(self)
        for page in (self.start, self.columns, self.answers):
            self.pages.addWidget(page)
        column.addWidget(self.pages, 1)
        column.addWidget(self.foot)
        self._connect()

    def _connect(self) -> None:
        self.start.files_wanted.connect(self.choose_files)
        self.start.folder_wanted.connect(self.choose_folder)
        self.columns.chosen.connect(self._on_columns_chosen)
        foot = self.foot
        foot.cancel.clicked.connect(self._on_cancel_clicked)
        foot.other.clicked.connect(self.choose_files)
        foot.close_button.clicked.connect(self.close)

    def _take_weights(self) -> bool:
        """Those that the shown run has now; says whether there is one."""
        trainer = self.session.trainer
        run = trainer.run
        with trainer.parked() as driver:
            self._weights = weights_of(driver) if driver is not None and run is not None else None
        if self._weights is None or run is None:
            self.notice.say(self.tr("There is no trained network any more: close this window and train."))
            return False
        encoder = self._weights.data.encoder
        epochs = count_text(self._weights.epoch, self.tr("epoch"), self.tr("epochs"))
        parts = [self.tr("Run {0} after {1}").format(run.number, epochs)]
        parts.append(self.tr("predicts {0}").format(", ".join(encoder.target.names)))
        self._of_run = " · ".join(parts)
        self.facts.set_text(self._of_run)
        self.start.show_needs(encoder)
        return True

    # ---- which files

    @Slot()
    def choose_files(self) -> None:
        """Ask which files, then predict their rows."""
        file_dialog(self, self._folder()).filesSelected.connect(self._on_chosen)

    @Slot()
    def choose_folder(self) -> None:
        """Ask which folder, then predict what is in it."""
        folder_dialog(self, self._folder()).filesSelected.connect(self._on_chosen)

    def _folder(self) -> Path | None:
        return self.paths[0].parent if self.paths else None

    @Slot(list)
    def _on_chosen(self, names: list[str]) -> None:
        self.take([Path(name) for name in names])

    def take(self, paths: Sequence[Path]) -> None:
        """Predict the rows in these files, with the weights as they are now."""
        self.stop()
        project = project_among(paths)
        if project is not None:
            text = self.tr("{0} is a project. Choose a file with rows: its data as it was, or new ones.")
            self._show_start(text.format(project.name))
            return
        if not paths or not self._take_weights():
            return
        self.paths, self.taken = tuple(paths), {}
        more = self.tr(" and {0} more").format(len(paths) - 1) if len(paths) > 1 else ""
        self.heading.set_text(paths[0].name + more)
        assert self._weights is not None
        self.choices = Choices(options_for_new(self._weights.spec.data.origin, self.session.document.table))
        self._read()

    # ---- reading

    def _read(self) -> None:
        self.stop()
        self.notice.hush()
        try:
            options = self.choices.options(settled=False)
        except DataError as error:
            self._show_start(str(error))
            return
        job = FileReading(self.paths, options, self)
        job.done.connect(self._on_read)
        job.failed.connect(self._show_start)
        self._begin(job, self.tr("Reading {0} …").format(self.heading.text()))

    @Slot(str)
    def _show_start(self, sentence: str = "") -> None:
        """The first page again, with what went wrong."""
        self._ended()
        self.outcome = self.reading = None
        self.answers.forget()
        self.heading.set_text(self.tr("Predict new data"))
        self.facts.set_text(self._of_run)
        self.questions.show_asked(self.choices.asked if sentence else ())
        self.pages.setCurrentWidget(self.start)
        self.foot.show_rest(None)
        if sentence:
            self.notice.say(sentence)
        self.start.choose.setFocus()

    @Slot(object)
    def _on_read(self, reading: Reading) -> None:
        self._ended()
        self.reading = reading
        self.choices.take(reading)
        self.questions.show_asked(self.choices.asked)
        self._match()

    @Slot(str, int)
    def _on_answered(self, key: str, index: int) -> None:
        self.choices.answer(key, index)
        self._read()

    # ---- columns

    def _match(self) -> None:
        """Ask for the columns that are missing, or go on."""
        assert self.reading is not None
        assert self._weights is not None
        encoder, names = self._weights.data.encoder, self.reading.table.names
        self.taken = {ours: theirs for ours, theirs in self.taken.items() if theirs in names and ours not in names}
        missing = missing_columns(encoder, names)
        if {name for name, _ in missing} <= set(self.taken):
            self._apply()
            return
        known = {column.name for column in encoder.inputs} | set(encoder.target.names)
        offered = [name for name in names if name not in known]
        if not offered:
            listed = ", ".join(name for name, _ in missing[:8]) + (" …" if len(missing) > 8 else "")
            text = self.tr("{0} has no column for {1}, which the network was trained on, and none that could stand for "
                           "it. Add it, or train without it.")  # fmt: skip
            self._show_start(text.format(self.heading.text(), listed))
            return
        self.columns.show_missing(self.heading.text(), missing, offered, self.taken)
        self.pages.setCurrentWidget(self.columns)
        self._show_read(self.reading)
        self.foot.show_rest(None, read=True)
        first = next((box for box in self.columns.boxes.values() if not box.value()), self.columns.use)
        first.setFocus()

    def _show_read(self, reading: Reading) -> None:
        rows = count_text(reading.table.rows, self.tr("row"), self.tr("rows"))
        columns = count_text(len(reading.table.names), self.tr("column"), self.tr("columns"))
        read = [f"{what}: {how}" for what, how in reading.origin.reading]
        self.facts.set_text(" · ".join([self._of_run, rows, columns, *read]))

    @Slot(object)
    def _on_columns_chosen(self, columns: dict[str, str]) -> None:
        """Columns of another sort than in training are read again as that sort, so that 007 is not 7."""
        assert self.reading is not None
        self.taken = columns
        table, trained_on = self.reading.table, self.session.document.table
        types = []
        for ours, theirs in columns.items():
            wanted = column_type(trained_on.column(ours))
            if wanted is not None and wanted != column_type(table.column(theirs)):
                types.append((theirs, wanted))
        if types:
            self.choices.base = replace(self.choices.base, types=(*self.choices.base.types, *types))
            self._read()
        else:
            self._apply()

    # ---- applying

    def _apply(self) -> None:
        assert self.reading is not None
        assert self._weights is not None
        weights, table = self._weights, self.reading.table
        job = Job(partial(outcome_of, weights, table, dict(self.taken)), self)
        job.done.connect(self._on_applied)
        job.failed.connect(self._on_apply_failed)
        rows = count_text(table.rows, self.tr("row"), self.tr("rows"))
        self._begin(job, self.tr("Predicting {0} …").format(rows))

    @Slot(object)
    def _on_applied(self, outcome: Outcome) -> None:
        assert self.reading is not None
        self._ended()
        self.outcome = outcome
        self._show_read(self.reading)
        self.answers.show_outcome(outcome, self.reading.notes)
        self.pages.setCurrentWidget(self.answers)
        self.foot.show_rest(outcome.applied.table.rows)
        (self.questions.first() or self.answers.table).setFocus()
        self.session.happened.emit("predicted")

    @Slot(object)
    def _on_apply_failed(self, error: Exception) -> None:
        if not isinstance(error, DataError):
            self._show_start(self.tr("The rows could not be predicted: {0}").format(repr(error)))
            return
        self._show_start(f"{self.heading.text()}: {error}")

    # ---- ending

    @Slot()
    def _on_cancel_clicked(self) -> None:
        """What is going on ends; answers that were there stay."""
        self.stop()
        if self.outcome is not None and self.pages.currentWidget() is self.answers:
            self.foot.show_rest(self._rest(), self.tr("Stopped."))
        else:
            self._show_start()
            self.foot.text.set_text(self.tr("Stopped; nothing has changed."))

    @Slot()
    @guarded
    def reject(self) -> None:
        """Escape: first what is going on, then the window."""
        if self._job is not None:
            self._on_cancel_clicked()
            return
        super().reject()

    @guarded
    def closeEvent(self, event: QCloseEvent) -> None:
        self.stop()
        super().closeEvent(event)

    # ---- dropping

    @guarded
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        welcome(event)

    @guarded
    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._dropped = dropped_of(event.mimeData()).paths
        # After the drop is over, so that the other program does not wait for us.
        QTimer.singleShot(0, self, self._take_dropped)

    @Slot()
    def _take_dropped(self) -> None:
        if self._dropped:
            self.take(self._dropped)
        else:
            self.notice.say(self.tr("Only files on this computer can be predicted: save it as a file, then drop that."))
