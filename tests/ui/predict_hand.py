"""Driving the predicting of new data in tests: files, a trained window, what the dialog shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot
from window_driver import dialogs

from bpgui.data.readers import Reading, read_files
from bpgui.project import edits
from bpgui.ui.dialogs.predict_dialog import PredictDialog
from bpgui.ui.main_window import MainWindow

HEAD = ("size", "town", "zip", "kind")


def rows(count: int, seed: int) -> list[tuple[str, ...]]:
    rng = np.random.default_rng(seed)
    sizes = rng.normal(size=count)
    return [
        (f"{size:.4f}", ("north", "south", "west")[rng.integers(3)], ("007", "012", "100")[rng.integers(3)],
         "yes" if size + rng.normal() * 0.3 > 0 else "no")
        for size in sizes
    ]  # fmt: skip


def written(path: Path, lines: list[tuple[str, ...]], head: tuple[str, ...] = HEAD, delimiter: str = ",") -> Path:
    path.write_text("\n".join(delimiter.join(line) for line in [head, *lines]) + "\n")
    return path


def train_on(qtbot: QtBot, window: MainWindow, *paths: Path) -> None:
    train(qtbot, window, read_files(paths))


def train(qtbot: QtBot, window: MainWindow, reading: Reading) -> None:
    document, trainer = window.session.document, window.session.trainer
    document.use_reading(reading)
    assert document.edit("fewer", edits.set_training, epochs=20)
    trainer.finish()
    qtbot.waitUntil(lambda: trainer.state == "ended", timeout=20_000)


def opened(window: MainWindow) -> PredictDialog:
    window.actions_by_key["predict"].trigger()
    [dialog] = [d for d in dialogs(window) if isinstance(d, PredictDialog)]
    return dialog


def predicted(qtbot: QtBot, window: MainWindow, *paths: Path) -> PredictDialog:
    dialog = opened(window)
    dialog.take(paths)
    qtbot.waitUntil(lambda: not dialog.busy, timeout=20_000)
    return dialog


def column(dialog: PredictDialog, title: str) -> list[str]:
    model = dialog.answers.table.rows
    place = [section.title for section in model.sections].index(title)
    return [str(model.index(line, place).data()) for line in range(model.rowCount())]


def titles(dialog: PredictDialog) -> list[str]:
    return [section.title for section in dialog.answers.table.rows.sections]


def said(dialog: PredictDialog) -> str:
    return "\n".join(label.text() for label in dialog.answers.summary.widget().findChildren(QLabel))


def save_as(qtbot: QtBot, dialog: PredictDialog, path: Path) -> None:
    qtbot.mouseClick(dialog.foot.save, Qt.MouseButton.LeftButton)
    chooser = next(c for c in dialog.findChildren(QFileDialog) if c.isVisible())
    chooser.fileSelected.emit(str(path))
    chooser.close()
    qtbot.waitUntil(lambda: not dialog.busy, timeout=20_000)
