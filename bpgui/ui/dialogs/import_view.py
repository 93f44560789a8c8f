"""Own data before it is used: what was found, what could be otherwise, the first rows as they will be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bpgui.data.errors import DataError
from bpgui.data.readers import Reading, ReadingOptions
from bpgui.data.readers.large import rounded
from bpgui.session.guard import guarded
from bpgui.ui.dialogs.buttons import dialog_button
from bpgui.ui.dialogs.import_choices import Choices
from bpgui.ui.dialogs.import_columns import ColumnsDialog
from bpgui.ui.dialogs.import_foot import ImportFoot
from bpgui.ui.dialogs.import_preview import Preview
from bpgui.ui.dialogs.import_questions import Questions
from bpgui.ui.dialogs.import_settings import TEXT_SETTINGS, SettingsForm
from bpgui.ui.dialogs.reading import PREVIEW_ROWS, FileReading, Prepare
from bpgui.ui.dropping import dropped_of, welcome
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import count_text
from bpgui.ui.widgets.elided import ElidedLabel

WAIT_MS = 150
LARGEST = QSize(1040, 680)
SETTINGS_WIDTH = 284


class ImportView(QDialog):
    """`used(reading)` with the whole data when the person agrees; `dropped(things)` when others are dropped on it.

    Every change of a setting reads the beginning again; only the newest reading counts. `first` is a preview that has
    been read with `base`, or the sentence that says why it could not be. `about` says how large it all is.
    `prepare` is called with the whole reading in the thread that reads.
    """

    used = Signal(object)
    dropped = Signal(object)

    def __init__(
        self,
        paths: Sequence[Path],
        name: str,
        about: str,
        base: ReadingOptions,
        first: Reading | str,
        parent: QWidget,
        prepare: Prepare | None = None,
    ) -> None:
        super().__init__(parent)
        self.paths, self._about = tuple(paths), about
        self._prepare = prepare
        self.choices = Choices(base)
        self.reading: Reading | None = None
        self._names: tuple[str, ...] = ()
        self._preview_job: FileReading | None = None
        self._whole_job: FileReading | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self._read_preview)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Import {0}").format(name))
        self.setAccessibleName(self.tr("Import {0}").format(name))
        self.setAcceptDrops(True)
        self._build(name)
        room = parent.screen().availableSize()
        self.resize(LARGEST.boundedTo(room - QSize(40, 60)))
        if isinstance(first, Reading):
            self._show_reading(first)
        else:
            self.form.show_settings(TEXT_SETTINGS)
            self._show_failure(first)
        self._set_first_focus()

    # ---- making

    def _build(self, name: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        titles = QVBoxLayout()
        titles.setSpacing(2)
        self.heading = ElidedLabel("", self)
        self.heading.set_text(name)
        self.heading.setProperty("heading", True)
        self.facts = QLabel(self)
        self.facts.setProperty("muted", True)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setWordWrap(True)
        titles.addWidget(self.heading)
        titles.addWidget(self.facts)
        column.addLayout(titles)
        self.questions = Questions(self)
        self.questions.answered.connect(self._on_answered)
        column.addWidget(self.questions)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self._make_left())
        self.preview = Preview(self)
        self.preview.table.type_chosen.connect(self._on_type_chosen)
        self.preview.columns_requested.connect(self._on_columns_requested)
        body.addWidget(self.preview, 1)
        column.addLayout(body, 1)
        self.foot = ImportFoot(self)
        self.foot.use.clicked.connect(self._on_use_clicked)
        self.foot.cancel.clicked.connect(self.reject)
        column.addWidget(self.foot)

    def _make_left(self) -> QWidget:
        self.left = QWidget(self)
        sized(self.left, lambda w: w.setFixedWidth(px(SETTINGS_WIDTH)))
        column = QVBoxLayout(self.left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        title = QLabel(self.tr("How it is read"), self.left)
        title.setProperty("strong", True)
        sized(title, lambda w: w.setFixedHeight(px(28)))
        column.addWidget(title)
        self.form = SettingsForm(self.left)
        self.form.edited.connect(self._on_setting_edited)
        column.addWidget(self.form, 1)
        sentence = self.tr("Take back all settings, answers and types set here.")
        text = self.tr("Find everything out again")
        self.again = dialog_button(text, sentence, self.left, self._on_again_clicked)
        self.again.setProperty("link", True)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        return self.left

    def _set_first_focus(self) -> None:
        card = self.questions.first()
        (card.choices[card.question.best] if card is not None else self.foot.use).setFocus()

    # ---- showing

    def _show_reading(self, reading: Reading) -> None:
        self.reading = reading
        if self.choices.columns is None and self.choices.base.columns is None:
            self._names = reading.table.names
        self.choices.take(reading)
        self.questions.show_asked(self.choices.asked)
        self.form.show_settings(reading.settings)
        self.preview.show_reading(reading, len(self._names) or len(reading.table.names))
        self._show_facts(reading)
        self._show_left()
        self.foot.show_ready()

    def _show_failure(self, sentence: str) -> None:
        self.reading = None
        self.preview.show_failure(sentence)
        self.questions.show_asked(self.choices.asked)
        self.facts.setText(self._about)
        self._show_left()
        self.foot.show_failed()

    def _show_left(self) -> None:
        self.again.setVisible(self.choices.touched)
        self.left.setVisible(bool(self.form.controls) or self.choices.touched)

    def _show_facts(self, reading: Reading) -> None:
        """`12 KB · 1 500 rows · 12 columns · delimiter: semicolon · encoding: UTF-8`."""
        parts = [self._about] if self._about else []
        rows = reading.rows
        if rows is not None:
            estimated = rows > reading.table.rows  # most readers cannot tell without reading all of it
            text = count_text(rounded(rows) if estimated else rows, self.tr("row"), self.tr("rows"))
            parts.append(self.tr("about {0}").format(text) if estimated else text)
        parts.append(count_text(len(reading.table.names), self.tr("column"), self.tr("columns")))
        parts += [f"{what}: {how}" for what, how in reading.origin.reading]
        self.facts.setText(" · ".join(parts))

    # ---- changing

    @Slot(str, int)
    def _on_answered(self, key: str, index: int) -> None:
        self.choices.answer(key, index)
        self._read_soon()

    @Slot(str, str)
    def _on_setting_edited(self, key: str, text: str) -> None:
        try:
            self.choices.set_text(key, text)
        except DataError as error:
            self.choices.texts.pop(key, None)
            self.form.say_problem(key, str(error))
            return
        self.form.say_problem(key, "")
        self._read_soon()

    @Slot(str, str)
    def _on_type_chosen(self, name: str, kind: str) -> None:
        self.choices.set_type(name, kind)  # type: ignore[arg-type]
        self._read_soon()

    @Slot()
    def _on_columns_requested(self) -> None:
        now = self.choices.columns or self.choices.base.columns
        dialog = ColumnsDialog(self._names or self.preview.names, now, self)
        dialog.chosen.connect(self._on_columns_chosen)
        dialog.open()

    @Slot(object)
    def _on_columns_chosen(self, names: tuple[str, ...] | None) -> None:
        self.choices.set_columns(names)
        self._read_soon()

    @Slot()
    def _on_again_clicked(self) -> None:
        self.choices.forget()
        self._read_soon()

    def _read_soon(self) -> None:
        """Once nothing has been changed for a moment."""
        self._drop_preview_job()
        self.preview.show_waiting()
        self.foot.show_ready()
        self._wait.start()

    @Slot()
    def _read_preview(self) -> None:
        try:
            options = self.choices.options(settled=False)
        except DataError as error:
            self._show_failure(str(error))
            return
        self._preview_job = FileReading(self.paths, options, self.parent(), PREVIEW_ROWS)
        self._preview_job.done.connect(self._on_preview_read)
        self._preview_job.failed.connect(self._on_preview_failed)
        self._preview_job.start()

    def _drop_preview_job(self) -> None:
        self._wait.stop()
        if self._preview_job is not None:
            self._preview_job.cancel()
            self._preview_job = None

    @Slot(object)
    def _on_preview_read(self, reading: Reading) -> None:
        self._preview_job = None
        self._show_reading(reading)

    @Slot(str)
    def _on_preview_failed(self, sentence: str) -> None:
        self._preview_job = None
        self._show_failure(sentence)

    # ---- using

    @Slot()
    def _on_use_clicked(self) -> None:
        """Read all of it; what has been set a moment ago counts too."""
        if self._whole_job is not None:
            return
        self._drop_preview_job()
        try:
            options = self.choices.options(settled=True)
        except DataError as error:
            self._show_failure(str(error))
            return
        self._whole_job = FileReading(self.paths, options, self.parent(), prepare=self._prepare)
        self._whole_job.done.connect(self._on_whole_read)
        self._whole_job.failed.connect(self._on_whole_failed)
        self._whole_job.advanced.connect(self.foot.show_progress)
        self._set_busy(True)
        self._whole_job.start()

    def _set_busy(self, busy: bool) -> None:
        for widget in (self.questions, self.left, self.preview):
            widget.setEnabled(not busy)
        if busy:
            self.foot.show_reading()
            self.foot.cancel.setFocus()

    @Slot(object)
    def _on_whole_read(self, reading: Reading) -> None:
        self._whole_job = None
        new = self.choices.take_whole(reading)
        if not new:
            super().accept()
            self.used.emit(reading)
            return
        self._set_busy(False)
        self.questions.show_asked(self.choices.asked)
        self.questions.show_last()
        self.foot.show_ready(self.tr("Further down in the data something can be read in two ways: see above."))

    @Slot(str)
    def _on_whole_failed(self, sentence: str) -> None:
        self._whole_job = None
        self._set_busy(False)
        self._show_failure(sentence)

    def stop(self) -> None:
        """End every reading, without a word."""
        self._drop_preview_job()
        if self._whole_job is not None:
            self._whole_job.cancel()
            self._whole_job = None

    @Slot()
    @guarded
    def reject(self) -> None:
        """Cancel: a reading of the whole data first, then the window."""
        if self._whole_job is not None:
            self.stop()
            self._set_busy(False)
            self.foot.show_ready(self.tr("Stopped; nothing has changed."))
            self.foot.use.setFocus()
            return
        self.stop()
        super().reject()

    @guarded
    def closeEvent(self, event: QCloseEvent) -> None:
        self.stop()
        super().closeEvent(event)

    # ---- other things dropped

    @guarded
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        welcome(event)

    @guarded
    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(dropped_of(event.mimeData()))
