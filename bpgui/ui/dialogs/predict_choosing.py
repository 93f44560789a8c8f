"""The file dialogs of predicting new data. Each opens, and tells by its own signals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from bpgui.data.readers import READERS
from bpgui.data.reading_process import SPARE
from bpgui.ui import settings
from bpgui.ui.saving import SUFFIX
from bpgui.ui.texts import tr_label


def file_dialog(parent: QWidget, folder: Path | None) -> QFileDialog:
    """Which files hold the new rows: `filesSelected`."""
    data = " ".join(f"*{suffix}" for reader in READERS.values() for suffix in reader.suffixes)
    kinds = [parent.tr("Data ({0})").format(data)]
    for reader in READERS.values():
        kinds.append(f"{tr_label(reader.label)} ({' '.join(f'*{suffix}' for suffix in reader.suffixes)})")
    kinds.append(parent.tr("All files (*)"))
    dialog = QFileDialog(parent, parent.tr("Predict new data"), str(folder or _usual_folder()), ";;".join(kinds))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return _opened(dialog)


def folder_dialog(parent: QWidget, folder: Path | None) -> QFileDialog:
    """Which folder holds the new rows: `filesSelected`."""
    dialog = QFileDialog(parent, parent.tr("Predict new data"), str(folder or _usual_folder()))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
    return _opened(dialog)


def save_dialog(parent: QWidget, source: Path) -> QFileDialog:
    """Where the predictions go: `fileSelected`. Proposes a name beside what was read."""
    name = parent.tr("{0} predicted.csv").format(source.stem)
    title, kinds = parent.tr("Save predictions"), parent.tr("CSV (*.csv)")
    dialog = QFileDialog(parent, title, str(source.parent), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("csv")
    dialog.selectFile(name)
    return _opened(dialog)


def project_among(paths: Sequence[Path]) -> Path | None:
    """A project, which is no file of rows."""
    return next((path for path in paths if path.suffix.lower() == SUFFIX), None)


def _opened(dialog: QFileDialog) -> QFileDialog:
    dialog.setObjectName("fileDialog")
    dialog.finished.connect(dialog.deleteLater)
    if dialog.acceptMode() == QFileDialog.AcceptMode.AcceptOpen:
        SPARE.prepare()
    dialog.open()
    return dialog


def _usual_folder() -> Path:
    recent = settings.recent_files()
    if recent:
        return recent[0].parent
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())
