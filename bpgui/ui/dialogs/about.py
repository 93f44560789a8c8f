"""About: version, purpose, what the program stands on and under which licences, where its log is."""

from __future__ import annotations

import platform
from importlib import metadata

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bpgui import __version__
from bpgui.ui.dialogs.lists import ListDialog
from bpgui.ui.icons import app_icon
from bpgui.ui.logs import log_folder
from bpgui.ui.sizes import px, sized
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel

# Shown name, distribution, licence. Python itself comes first, by its own version.
COMPONENTS = (
    ("Qt and PySide6", "PySide6-Essentials", "LGPL 3"),
    ("numpy", "numpy", "BSD 3-Clause"),
    ("DuckDB", "duckdb", "MIT"),
    ("Pillow", "pillow", "MIT-CMU"),
    ("python-calamine", "python-calamine", "MIT"),
    ("msgspec", "msgspec", "BSD 3-Clause"),
    ("safetensors", "safetensors", "Apache 2.0"),
    ("threadpoolctl", "threadpoolctl", "BSD 3-Clause"),
)


def about_dialog(parent: QWidget) -> ListDialog:
    """Name, version, purpose; components with version and licence; the log's folder, which a button opens."""
    dialog = ListDialog(parent.tr("bpgui, the backpropagation workbench"), parent)
    row = QHBoxLayout()
    row.setSpacing(16)
    picture = QLabel(dialog)
    picture.setPixmap(app_icon().pixmap(64, 64))
    picture.setAccessibleName(parent.tr("Icon of bpgui"))
    row.addWidget(picture)
    text = QVBoxLayout()
    text.setSpacing(2)
    text.addStretch(1)
    text.addWidget(QLabel(parent.tr("Version {0}").format(__version__), dialog))
    purpose = QLabel(parent.tr("Build a small network, train it on your own data, see every number."), dialog)
    purpose.setWordWrap(True)
    text.addWidget(purpose)
    text.addWidget(_small(parent.tr("Free software under the MIT licence."), dialog))
    text.addStretch(1)
    row.addLayout(text, 1)
    dialog.column.addLayout(row)
    dialog.column.addSpacing(4)
    dialog.column.addWidget(_section(parent.tr("It stands on"), dialog))
    dialog.column.addLayout(_components(dialog))
    dialog.column.addSpacing(4)
    dialog.column.addWidget(_section(parent.tr("Its log"), dialog))
    dialog.column.addLayout(_log_row(parent, dialog))
    sized(dialog, lambda w: w.setMinimumWidth(px(480)))
    return dialog


def component_version(distribution: str) -> str:
    """The version of an installed library, "" where its papers are not there."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _components(dialog: QWidget) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(2)
    rows = [("Python", platform.python_version(), "PSF 2")]
    rows += [(name, component_version(distribution), licence) for name, distribution, licence in COMPONENTS]
    for line, words in enumerate(rows):
        for column, word in enumerate(words):
            grid.addWidget(_small(word, dialog), line, column)
    grid.setColumnStretch(2, 1)
    return grid


def _log_row(parent: QWidget, dialog: QWidget) -> QHBoxLayout:
    folder = log_folder()
    row = QHBoxLayout()
    path = ElidedLabel(str(folder), dialog)
    path.setProperty("small", True)
    row.addWidget(path, 1)
    button = QPushButton(parent.tr("Open the folder"), dialog)
    describe(button, button.text(), parent.tr("Show the folder with the log, which a report of a fault should hold."))
    button.setEnabled(folder.is_dir())
    button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
    row.addWidget(button)
    return row


def _section(title: str, parent: QWidget) -> QLabel:
    label = QLabel(title.upper(), parent)
    label.setObjectName("panelTitle")
    return label


def _small(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("small", True)
    return label
