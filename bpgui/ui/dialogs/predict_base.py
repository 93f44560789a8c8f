"""What predicting shares with whatever goes on beside a window: one thing at a time, shown, stopped; answers kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QApplication, QDialog, QStackedWidget, QWidget

from bpgui.project.atomic import StorageError
from bpgui.runs.applied_facts import Outcome
from bpgui.ui.dialogs.messages import show_message
from bpgui.ui.dialogs.predict_choosing import save_dialog
from bpgui.ui.dialogs.predict_foot import PredictFoot
from bpgui.ui.dialogs.predict_job import Job
from bpgui.ui.dialogs.predict_saving import copying, saving
from bpgui.ui.dialogs.reading import FileReading
from bpgui.ui.texts import group


class PredictBase(QDialog):
    """`outcome` is what is shown, None before. One thing goes on at a time; a new one puts an end to it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.paths: tuple[Path, ...] = ()
        self.outcome: Outcome | None = None
        self.pages = QStackedWidget(self)
        self.foot = PredictFoot(self)
        self.foot.copy.clicked.connect(self._on_copy_clicked)
        self.foot.save.clicked.connect(self._on_save_clicked)
        self._job: FileReading | Job | None = None
        QApplication.instance().aboutToQuit.connect(self.halt)

    @property
    def busy(self) -> bool:
        return self._job is not None

    def _begin(self, job: FileReading | Job, text: str) -> None:
        job.advanced.connect(self.foot.show_progress)
        self._job = job
        self.foot.show_work(text)
        self.foot.cancel.setFocus()
        self.pages.setEnabled(False)
        job.start()

    def _ended(self) -> None:
        self._job = None
        self.pages.setEnabled(True)

    def stop(self) -> None:
        """End what is going on, without a word."""
        if self._job is not None:
            self._job.cancel()
            self._ended()

    @Slot()
    def halt(self) -> None:
        """For a program that ends."""
        if self._job is not None:
            self._job.halt()

    # ---- keeping

    @Slot()
    def _on_copy_clicked(self) -> None:
        if self.outcome is not None:
            job = copying(self.outcome.applied, self.foot.with_data.isChecked(), self)
            job.done.connect(self._on_copied)
            job.failed.connect(self._on_keeping_failed)
            self._begin(job, self.tr("Copying …"))

    @Slot(object)
    def _on_copied(self, text: str) -> None:
        QApplication.clipboard().setText(text)
        rows = self._rest()
        self.foot.show_rest(rows, self.tr("{0} rows are on the clipboard.").format(group(rows)))

    @Slot()
    def _on_save_clicked(self) -> None:
        save_dialog(self, self.paths[0]).fileSelected.connect(self._on_save_chosen)

    @Slot(str)
    def _on_save_chosen(self, name: str) -> None:
        if self.outcome is None or self._job is not None:
            return
        try:
            with_data = self.foot.with_data.isChecked()
            job = saving(self.outcome.applied, with_data, Path(name), self.paths, self)
        except StorageError as error:
            show_message(self, self.tr("{0} could not be saved").format(Path(name).name), str(error))
            return
        job.done.connect(self._on_saved)
        job.failed.connect(self._on_keeping_failed)
        self._begin(job, self.tr("Writing {0} …").format(Path(name).name))

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self.foot.show_rest(self._rest(), self.tr("Saved {0}.").format(path.name))
        self.foot.close_button.setFocus()

    @Slot(object)
    def _on_keeping_failed(self, error: Exception) -> None:
        self.foot.show_rest(self._rest())
        show_message(self, self.tr("The predictions could not be kept"), str(error))

    def _rest(self) -> int:
        """Nothing goes on any more; how many rows there are."""
        self._ended()
        assert self.outcome is not None
        return self.outcome.applied.table.rows
