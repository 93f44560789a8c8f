"""The window with the numpy code, driven by clicks: reading, copying, saving, verifying."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from window_driver import click, controls, place, says

from bpgui.project import edits
from bpgui.project.exporters import Exported
from bpgui.ui.dialogs.numpy_code import NumpyCodeDialog, size_that_fits
from bpgui.ui.dialogs.numpy_code_run import command
from bpgui.ui.dialogs.numpy_code_view import folded
from bpgui.ui.main_window import MainWindow
from bpgui.ui.theme import DARK, LIGHT, contrast


def train(qtbot: QtBot, window: MainWindow, **training: object) -> None:
    if training:
        window.session.document.edit("Training", edits.set_training, **training)
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: window.session.trainer.state == "ended", timeout=20_000)


def opened(qtbot: QtBot, window: MainWindow) -> NumpyCodeDialog:
    window.actions_by_key["numpy_code"].trigger()
    dialog = window.findChild(NumpyCodeDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.save_button.isEnabled())
    return dialog


def verify(qtbot: QtBot, dialog: NumpyCodeDialog) -> str:
    with qtbot.waitSignal(dialog.verified, timeout=30_000):
        click(qtbot, dialog, "Verify")
    return dialog.summary.text()


def test_a_trained_run_is_shown_and_verified(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    dialog = opened(qtbot, window)
    assert not dialog.isModal()
    shown = dialog.code.toPlainText()
    assert "z1 = x @ W1 + b1" in shown
    assert "characters of packed data, in the saved file" in shown
    assert verify(qtbot, dialog) == "✓ All 500 losses and the last weights are the same to the bit."
    assert dialog.summary.property("tone") == "done"
    assert dialog.table.isVisible()
    model = dialog.comparison
    assert model is not None
    assert model.rowCount() == 500
    first = [model.text(0, column) for column in range(5)]
    assert first[:2] == ["1", "training loss"]
    assert first[2] == first[3]
    assert first[4] == "✓ same"
    assert model.data(model.index(0, 4), Qt.ItemDataRole.ForegroundRole) == DARK.good
    missing = [place(widget) for widget in controls(dialog) if not says(widget)]
    assert missing == []
    click(qtbot, dialog, "Close")
    assert window.commands.numpy_code is None


def test_a_difference_is_shown_with_its_place(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window, epochs=20)
    dialog = opened(qtbot, window)
    assert dialog._exported is not None
    wrong = "        train_loss += epoch // 15\n        yield"
    dialog._exported = Exported(dialog._exported.text.replace("        yield", wrong))
    assert verify(qtbot, dialog) == "✗ 6 of 20 losses differ, the first in epoch 15."
    assert dialog.summary.property("tone") == "bad"
    assert dialog.comparison is not None
    assert dialog.comparison.text(14, 4) == "✗ differs"
    assert dialog.table.currentIndex().row() == 14


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("        # Forward pass", "        nonsense", "The script failed: NameError: name 'nonsense' is not defined"),
        ("range(1, 20 + 1)", "range(1, 18 + 1)", "The script ended after 18 of 20 losses; those were the same."),
        ('print("weights", sha256())', 'print("weights", 1)', "All 20 losses are the same, the last weights are not."),
    ],
)
def test_a_script_that_goes_wrong_is_told(qtbot: QtBot, window: MainWindow, old: str, new: str, said: str) -> None:
    train(qtbot, window, epochs=20)
    dialog = opened(qtbot, window)
    assert dialog._exported is not None
    assert old in dialog._exported.text
    dialog._exported = Exported(dialog._exported.text.replace(old, new))
    assert verify(qtbot, dialog) == f"✗ {said}"


def test_a_long_script_is_cancelled_and_the_window_lives(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window, epochs=20)
    dialog = opened(qtbot, window)
    assert dialog._exported is not None
    slow = "        import time\n        time.sleep(0.05 * epoch)\n        yield"
    dialog._exported = Exported(dialog._exported.text.replace("        yield", slow))
    click(qtbot, dialog, "Verify")
    assert not dialog.verify_button.isEnabled()
    qtbot.waitUntil(lambda: dialog.comparison is not None and dialog.comparison.same > 2, timeout=20_000)
    began = time.monotonic()
    click(qtbot, dialog, "Cancel")
    assert time.monotonic() - began < 2.0
    assert dialog.summary.text().startswith("Cancelled after ")
    assert not dialog.cancel_button.isVisible()
    assert dialog.verify_button.isEnabled()
    click(qtbot, dialog, "Verify")
    click(qtbot, dialog, "Close")


def test_a_run_that_has_not_begun_cannot_be_verified_and_says_why(qtbot: QtBot, window: MainWindow) -> None:
    dialog = opened(qtbot, window)
    assert not dialog.verify_button.isEnabled()
    assert "Nothing has been trained yet" in dialog.verify_button.toolTip()
    assert "for epoch in range(1, 500 + 1)" in dialog.code.toPlainText()
    train(qtbot, window, epochs=5)
    click(qtbot, dialog, "Refresh")
    qtbot.waitUntil(lambda: dialog.verify_button.isEnabled())
    assert verify(qtbot, dialog).startswith("✓ All 5 losses")


def test_the_script_is_copied_and_saved_whole(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    train(qtbot, window, epochs=40)
    dialog = opened(qtbot, window)
    click(qtbot, dialog, "Copy")
    copied = QApplication.clipboard().text()
    assert copied.startswith('"""A 2-8-1 network learns "xor"')
    assert "characters of packed data" not in copied
    click(qtbot, dialog, "Save as…")
    chooser = dialog.findChild(QFileDialog, "fileDialog")
    assert chooser is not None
    out = tmp_path / "mine.py"
    with qtbot.waitSignal(dialog.written):
        chooser.fileSelected.emit(str(out))
    chooser.close()
    assert "python mine.py --verify" in out.read_text("utf-8")
    done = subprocess.run([sys.executable, "-I", str(out), "--verify"], capture_output=True, text=True)
    assert done.stdout == "40 losses and the last weights are the same to the bit.\n"


def test_a_running_run_with_interventions_is_verified_as_it_is_now(qtbot: QtBot, window: MainWindow) -> None:
    window.session.document.open_sample("moons")
    window.session.document.edit("long", edits.set_training, epochs=100_000)
    trainer = window.session.trainer
    trainer.train()
    qtbot.waitUntil(lambda: trainer.progress.epoch > 3, timeout=20_000)
    window.session.document.edit("Rate", edits.set_training, learning_rate=0.01)
    epoch = trainer.progress.epoch
    qtbot.waitUntil(lambda: trainer.progress.epoch > epoch + 3, timeout=20_000)
    dialog = opened(qtbot, window)
    assert trainer.state == "training"
    trainer.pause()
    assert "learning_rate_from = {" in dialog.code.toPlainText()
    assert verify(qtbot, dialog).startswith("✓ All ")


def test_the_same_window_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    dialog = opened(qtbot, window)
    assert opened(qtbot, window) is dialog
    assert len(window.findChildren(NumpyCodeDialog)) == 1


@pytest.mark.parametrize(
    ("room", "size"),
    [((1920, 1040), (1020, 760)), ((1280, 720), (1020, 656)), ((800, 600), (768, 536)), ((400, 300), (480, 320))],
)
def test_the_first_size_fits_the_screen(room: tuple[int, int], size: tuple[int, int]) -> None:
    assert size_that_fits(QSize(*room)) == QSize(*size)


def test_the_window_opens_within_the_screen_and_can_be_made_small(qtbot: QtBot, window: MainWindow) -> None:
    dialog = opened(qtbot, window)
    room = window.screen().availableGeometry().size()
    assert dialog.size() == size_that_fits(room)
    assert dialog.frameGeometry().width() <= room.width()
    assert dialog.frameGeometry().height() <= room.height()
    train(qtbot, window, epochs=5)
    click(qtbot, dialog, "Refresh")
    qtbot.waitUntil(lambda: dialog.verify_button.isEnabled())
    verify(qtbot, dialog)
    dialog.resize(480, 320)
    assert (dialog.width(), dialog.height()) == (480, 320)


# ---- the text


def test_code_is_coloured_in_both_themes(qtbot: QtBot, window: MainWindow) -> None:
    dialog = opened(qtbot, window)
    document = dialog.code.document()
    for name, colors in (("light", LIGHT), ("dark", DARK)):
        window.theme.choose(name, keep=False)
        for word, color in (
            ("# Forward pass", colors.muted), ("def train", colors.accent), ("python xor.py", colors.curve_validation),
            ("500 + 1", colors.class_colors[3]),
        ):  # fmt: skip
            found = document.find(word)
            assert not found.isNull(), word
            block, offset = found.block(), found.selectionStart() - found.block().position()
            formats = [f for f in block.layout().formats() if f.start <= offset < f.start + f.length]
            assert [f.format.foreground().color() for f in formats] == [color], word
            assert contrast(color, colors.field) >= 4.5, word


def test_packed_blocks_are_folded_to_a_line() -> None:
    packed = "\n".join(["A/+b" * 25] * 10)
    text = f'losses = unpack("<f8", (2,), """\n{packed}\n""")\nx = """\nshort\n"""'
    short = '""")\nx = """\nshort\n"""'
    assert folded(text, "{0} characters") == f'losses = unpack("<f8", (2,), """\n1\u202f011 characters\n{short}'


def test_a_frozen_program_runs_scripts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert command("x.py") == [sys.executable, "-I", "-u", "x.py"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert command("x.py") == [sys.executable, "--run-script", "x.py"]


def test_the_program_runs_a_script_when_asked(tmp_path: Path) -> None:
    script = tmp_path / "s.py"
    script.write_text("import sys\nprint(__name__, sys.argv[1:])\nsys.exit('no')\n")
    words = [sys.executable, "-m", "bpgui", "--run-script", str(script), "--verify"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (1, "__main__ ['--verify']\n", "no\n")
