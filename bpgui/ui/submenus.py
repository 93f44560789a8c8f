"""SUBMENUS: what their entries are is looked up anew each time they open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from bpgui.project.samples import SAMPLES
from bpgui.ui import run_words, settings
from bpgui.ui.texts import tr_label

if TYPE_CHECKING:
    from bpgui.ui.main_window import MainWindow


@dataclass(frozen=True)
class Submenu:
    """`fill(window, menu)` puts the actions into an empty menu."""

    key: str
    text: str
    fill: Callable[[MainWindow, QMenu], None]


def refill(window: MainWindow, entry: Submenu, menu: QMenu) -> None:
    """Look for the entries again; where there are none it says so."""
    menu.clear()
    entry.fill(window, menu)


def fill_samples(window: MainWindow, menu: QMenu) -> None:
    for sample in SAMPLES.values():
        action = menu.addAction(tr_label(sample.label), partial(window.open_sample, sample.name))
        _explain(action, tr_label(sample.teaches))


def _fill_found(window: MainWindow, menu: QMenu) -> None:
    from bpgui.data.found import found_sets

    for folder in found_sets():
        _explain(menu.addAction(folder.name, partial(window.files.open_paths, [folder])), str(folder))
    _say_if_empty(menu, _tr("None found: put the four MNIST files into a folder in ~/datasets"))


def _fill_recent(window: MainWindow, menu: QMenu) -> None:
    for path in settings.recent_files():
        _explain(menu.addAction(path.name, partial(window.files.open_path, path)), str(path))
    _say_if_empty(menu, _tr("No files yet"))


def _fill_runs(window: MainWindow, menu: QMenu) -> None:
    trainer = window.session.trainer
    for run in reversed(list(trainer.runs)):
        action = menu.addAction(run_words.run_line(run), partial(trainer.show_run, run.id))
        action.setCheckable(True)
        action.setChecked(run is trainer.run)
        action.setToolTip(_tr("Show this run again, with its weights; its settings come back as an edit."))
    _say_if_empty(menu, _tr("No trained runs yet"))


def _fill_lessons(window: MainWindow, menu: QMenu) -> None:
    if window.lessons.wanted:
        for lesson in window.lessons.panel.shipped():
            text = _tr("{0}, {1} min").format(lesson.title, lesson.minutes)
            _explain(menu.addAction(text, partial(window.lessons.begin, lesson)), lesson.summary)
    _say_if_empty(menu, _tr("No lessons here"))


SUBMENUS: dict[str, Submenu] = {
    entry.key: entry
    for entry in (
        Submenu("samples", "Open sa&mple", fill_samples),
        Submenu("found", "Open &digits 28 × 28", _fill_found),
        Submenu("recent", "Open &recent", _fill_recent),
        Submenu("lessons", "Begin a le&sson", _fill_lessons),
        Submenu("runs", "Earlier r&uns", _fill_runs),
    )
}


def _explain(action: QAction, sentence: str) -> None:
    action.setToolTip(sentence)
    action.setStatusTip(sentence)


def _say_if_empty(menu: QMenu, sentence: str) -> None:
    if menu.isEmpty():
        menu.addAction(sentence).setEnabled(False)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Submenus", text)
