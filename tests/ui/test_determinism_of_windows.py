"""A run in the whole window, by real clicks and keys, is the headless one to the bit."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

sys.path.append(str(Path(__file__).parents[1] / "runs"))

from going_on import drive, fingerprint, project

from bpgui.runs.driver import Driver
from bpgui.session.pace import POSITIONS


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    window.activateWindow()
    window.setFocus()
    qtbot.keyClick(window, key, modifier)
    QApplication.processEvents()


def headless(window):
    run = window.session.trainer.run
    return fingerprint(drive(Driver(run.spec, window.session.document.dataset, run.interventions)))


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_panels_opened_and_closed_paused_and_at_several_speeds(qtbot, window, precision):
    spec, _ = project(precision, epochs=1000, patience=0)
    document, trainer = window.session.document, window.session.trainer
    document.open_sample("moons", rows=75)
    document.apply("everything", spec)
    bar, docks = window.toolbar, list(window.docks.values())
    for number, dock in enumerate(docks):
        if number % 2:
            qtbot.mouseClick(bar.train, Qt.MouseButton.LeftButton)
        else:
            press(qtbot, window, Qt.Key.Key_Space)
        assert trainer.state == "training", number
        dock.toggleViewAction().trigger()
        bar.speed.setValue(POSITIONS - number * POSITIONS // (2 * len(docks)))
        qtbot.wait(25)
        docks[number - 1].toggleViewAction().trigger()
        window.resize(1440 - 40 * number, 900 - 20 * number)
        qtbot.mouseMove(window, QPoint(200 + 50 * number, 300))
        qtbot.wait(25)
        if trainer.state == "training":
            press(qtbot, window, Qt.Key.Key_Space)
        if trainer.state == "ended":
            break  # a quick machine is through by then; another key would go on with the run
        assert trainer.state == "paused", number
        press(qtbot, window, Qt.Key.Key_B if number % 2 else Qt.Key.Key_E)
        qtbot.waitUntil(lambda: trainer.state in ("paused", "ended"))
    assert trainer.driver.step_count > 10
    if trainer.state != "ended":
        qtbot.mouseClick(bar.buttons["finish"], Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: trainer.state == "ended", timeout=20_000)
    assert trainer.run.interventions == ()
    assert fingerprint(trainer.driver) == headless(window)
