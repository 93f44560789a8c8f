"""What is kept of predictions, files and clipboard; images and numbers predicted."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from predict_hand import column, predicted, rows, said, save_as, titles, train, train_on, written
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from bpgui.__main__ import main
from bpgui.data.readers import Reading, read_files
from bpgui.project import edits
from bpgui.ui.dialogs import predict_foot, predict_table
from bpgui.ui.main_window import MainWindow


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return read_files([written(tmp_path_factory.mktemp("known") / "known.csv", rows(120, 1))])


@pytest.fixture
def trained(qtbot: QtBot, window: MainWindow, known: Reading) -> MainWindow:
    train(qtbot, window, known)
    return window


# ---- what is kept


@pytest.mark.parametrize("with_data", [False, True])
def test_the_file_is_that_of_the_command_line_to_the_byte(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path, with_data: bool
) -> None:
    assert trained.session.document.edit("cut", edits.set_threshold, trained.session.document.table, 0.2)
    lines = [(*row[:3], f"=1+{i}") for i, row in enumerate(rows(300, 8))]
    lines[3] = ("", "north", "007", "-")
    path = written(tmp_path / "new.csv", lines, ("size", "town", "zip", "note"))
    project = tmp_path / "p.bpgui"
    trained.session.save(project)
    words = ["predict", str(project), str(path), "-o", str(tmp_path / "cli.csv")]
    assert main([*words, "--with-data"] if with_data else words) == 0
    dialog = predicted(qtbot, trained, path)
    assert "Threshold: yes from 0.2 on (chosen in this project)." in said(dialog)
    dialog.foot.with_data.setChecked(with_data)
    save_as(qtbot, dialog, tmp_path / "window.csv")
    assert (tmp_path / "window.csv").read_bytes() == (tmp_path / "cli.csv").read_bytes()
    assert dialog.foot.text.text() == "Saved window.csv."
    cells = list(csv.reader(StringIO((tmp_path / "window.csv").read_text())))
    assert len(cells) == 301
    for row in cells[1:]:
        if row[-1]:
            assert row[-3] == ("yes" if float(row[-1]) >= 0.2 else "no")
    assert not any(cell.startswith("=") for row in cells for cell in row)


def test_a_copy_pastes_as_cells_and_too_many_rows_are_for_a_file(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "new.csv", rows(6, 9))
    dialog = predicted(qtbot, trained, path)
    qtbot.mouseClick(dialog.foot.copy, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.busy, timeout=20_000)
    copied = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    assert copied[0] == ["row", "kind", "probability (no)", "probability (yes)"]
    assert [line[1] for line in copied[1:]] == column(dialog, "kind")
    monkeypatch.setattr(predict_foot, "MOST_ROWS", 5)
    dialog.take([path])
    qtbot.waitUntil(lambda: not dialog.busy, timeout=20_000)
    assert not dialog.foot.copy.isEnabled()
    assert "too many for the clipboard" in dialog.foot.copy.toolTip()


def test_what_was_read_and_projects_are_not_written_over(qtbot: QtBot, trained: MainWindow, tmp_path: Path) -> None:
    path = written(tmp_path / "new.csv", rows(6, 9))
    before = path.read_bytes()
    dialog = predicted(qtbot, trained, path)
    for target, why in ((path, "would be lost"), (tmp_path / "p.bpgui", "is for projects")):
        save_as(qtbot, dialog, target)
        box = next(b for b in trained.findChildren(QMessageBox) if b.isVisible())
        assert why in box.informativeText()
        box.close()
    missing = tmp_path / "gone" / "out.csv"
    save_as(qtbot, dialog, missing)
    box = next(b for b in trained.findChildren(QMessageBox) if b.isVisible())
    assert "was not saved" in box.informativeText()
    box.close()
    assert path.read_bytes() == before
    assert dialog.foot.save.isEnabled()


# ---- other data


def test_images_are_shown_and_read_as_those_that_were_learnt(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    for name, level in (("dark", 40), ("light", 210)):
        (tmp_path / "known" / name).mkdir(parents=True)
        for i in range(12):
            pixels = np.clip(rng.normal(level, 15, (6, 8)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / "known" / name / f"{i}.png")
    train_on(qtbot, window, tmp_path / "known")
    (tmp_path / "new").mkdir()
    for i, level in enumerate((30, 220, 50)):
        Image.new("RGB", (30, 30), (level, level, level)).save(tmp_path / "new" / f"n{i}.png")
    dialog = predicted(qtbot, window, tmp_path / "new")
    assert column(dialog, "class") == ["dark", "light", "dark"]
    table = dialog.answers.table
    place = titles(dialog).index("image")
    image = table.rows.image(1, place)
    assert image is not None
    assert (image.width(), image.height()) == (8, 6)
    assert table.rowHeight(0) == predict_table.PICTURE_HEIGHT
    assert column(dialog, "file") == ["n0.png", "n1.png", "n2.png"]
    dialog.answers.table.grab()


def test_numbers_are_judged_and_have_no_classes(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    lines = [(f"{x:.3f}", f"{2 * x + 1 + rng.normal() * 0.01:.3f}") for x in rng.normal(size=80)]
    train_on(qtbot, window, written(tmp_path / "known.csv", lines, ("x", "y")))
    new = [("0.5", "2.0"), ("-0.5", "0.0"), ("0.1", "")]
    dialog = predicted(qtbot, window, written(tmp_path / "new.csv", new, ("x", "y")))
    assert titles(dialog) == ["y", "y in the file", "x"]
    assert "Mean absolute error" in said(dialog)
    assert "Of 2 rows" in said(dialog)
    assert dialog.answers.which.isHidden()


def test_a_metric_that_one_class_alone_does_not_have_is_a_dash(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    train_on(qtbot, window, written(tmp_path / "learnt.csv", rows(80, 1)))
    same = [row for row in rows(80, 2) if row[-1] == "yes"]
    dialog = predicted(qtbot, window, written(tmp_path / "same.csv", same))
    assert "ROC-AUC\n–" in said(dialog)
    assert "not a number" not in said(dialog)
