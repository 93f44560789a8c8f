"""Worksheets: choose the network, look at the sheet, save it as PDF or HTML, or open its network in the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QStandardPaths, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from bpgui.project.atomic import StorageError, write_atomically
from bpgui.runs.worksheet.page import as_html
from bpgui.runs.worksheet.picture import NAME, picture
from bpgui.runs.worksheet.problem import FIELDS, Problem
from bpgui.runs.worksheet.sheet import Worksheet, make_worksheet, title_of
from bpgui.ui.dialogs.buttons import dialog_button
from bpgui.ui.printing import document, write_pdf
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.controls import Control, control_for, describe

if TYPE_CHECKING:
    from bpgui.session.session import Session

_SIZE, _SMALLEST = QSize(1120, 760), QSize(640, 420)


class WorksheetDialog(QDialog):
    """Not modal: its network can be stepped through beside it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Worksheet"))
        self.setMinimumSize(_SMALLEST)
        self.resize(_SIZE.boundedTo(parent.screen().availableGeometry().size() - QSize(32, 64)))
        self.session = session
        self.sheet: Worksheet = make_worksheet(Problem())
        self.controls: dict[str, Control] = {}
        self._make()
        self._show()

    def _make(self) -> None:
        told = QLabel(self.tr("One step of training to do by hand. The same settings give the same sheet."), self)
        told.setWordWrap(True)
        form = QFormLayout()
        form.setSpacing(8)
        for name, field in FIELDS.items():
            control = self.controls[name] = control_for(field, self)
            control.set_value(field.default)
            control.edited.connect(self._on_edited)
            form.addRow(tr_label(field.label), control)
        self.key = QCheckBox(self.tr("With the key"), self)
        self.key.setChecked(True)
        describe(self.key, self.key.text(), self.tr("The results, each with its working, on pages of their own."))
        self.key.toggled.connect(self._show)
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self.preview = QTextBrowser(self)
        describe(self.preview, self.tr("The worksheet"), self.tr("The sheet as it is saved, black on white."))
        self.preview.setStyleSheet("background: #ffffff; color: #1a1f26;")  # paper, in the dark look too
        side = QVBoxLayout()
        side.setSpacing(10)
        side.addWidget(told)
        side.addLayout(form)
        side.addWidget(self.key)
        for text, help, slot in self._offers():
            side.addWidget(dialog_button(text, help, self, slot))
        side.addWidget(self.said)
        side.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addLayout(side)
        row.addWidget(self.preview, 1)

    def _offers(self) -> tuple[tuple[str, str, Callable[..., None]], ...]:
        return (
            (self.tr("Another"), self.tr("The next number: other weights and inputs."), self._on_another),
            (self.tr("Save as PDF…"), self.tr("Pages to print, as a PDF file."), self._on_pdf),
            (self.tr("Save as HTML…"), self.tr("One page for a browser, as an HTML file."), self._on_html),
            (
                self.tr("Open its network"),
                self.tr("The same network in the window, to step through with the class; Undo goes back."),
                self._on_open,
            ),
        )

    # the sheet

    @Slot(object)
    def _on_edited(self, value: object) -> None:
        wanted = {field.name: self.controls[field.name].value() for field in fields(Problem)}
        numbers = {name: int(value) if not FIELDS[name].choices else value for name, value in wanted.items()}
        if numbers["loss"] == "bce" and numbers["outputs"] != 1:
            numbers["outputs"] = 1
            self.said.setText(self.tr("Binary cross-entropy has one output here."))
        else:
            self.said.clear()
        self._take(Problem(**numbers))

    @Slot()
    def _on_another(self) -> None:
        self.said.clear()
        self._take(replace(self.sheet.problem, seed=(self.sheet.problem.seed + 1) % 100_000))

    def _take(self, problem: Problem) -> None:
        self.sheet = make_worksheet(problem)
        for name, control in self.controls.items():
            control.set_value(getattr(problem, name))
        self._show()

    @Slot()
    def _show(self) -> None:
        made = document(self._html(NAME), self._pictures())
        made.setParent(self.preview)
        made.setDocumentMargin(24)
        self.preview.setDocument(made)

    def _html(self, image: str | None) -> str:
        return as_html(self.sheet, key=self.key.isChecked(), image=image)

    def _pictures(self) -> dict[str, str]:
        return {NAME: picture(self.sheet.problem)}

    # what becomes of it

    @Slot()
    def _on_pdf(self) -> None:
        self._ask_where("pdf", self.tr("PDF (*.pdf)"), self._write_pdf)

    @Slot()
    def _on_html(self) -> None:
        self._ask_where("html", self.tr("HTML (*.html)"), self._write_html)

    def _ask_where(self, suffix: str, kinds: str, write: Callable[[Path], None]) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = Path(folder) / f"worksheet-{self.sheet.problem.seed}.{suffix}"
        dialog = QFileDialog(self, self.tr("Save the worksheet"), str(name.parent), kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(name.name)
        dialog.fileSelected.connect(partial(self._save, write))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save(self, write: Callable[[Path], None], name: str) -> None:
        try:
            write(Path(name))
        except StorageError as error:
            self.said.setText(f"✕ {error}")
        else:
            self.said.setText(self.tr("Saved: {0}").format(Path(name).name))

    def _write_pdf(self, path: Path) -> None:
        write_pdf(path, self._html(NAME), self._pictures(), title_of(self.sheet.problem))

    def _write_html(self, path: Path) -> None:
        write_atomically(path, self._html(None).encode("utf-8"))

    @Slot()
    def _on_open(self) -> None:
        if self.session.document.open_made(self.tr("Open worksheet"), self.sheet.spec, self.sheet.table):
            self.said.setText(self.tr("Its network is in the window. Undo goes back to what was there."))
        else:
            self.said.setText(self.tr("The lesson keeps the window's network as it is."))
