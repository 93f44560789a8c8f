"""What the actions do: one short method each, named by ACTIONS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from bpgui.project.checks import Fix
from bpgui.runs.stopping import DIVERGED, RESUMABLE
from bpgui.ui.dialogs.lists import FindingsDialog, about_dialog, shortcuts_dialog
from bpgui.ui.dialogs.numpy_code import NumpyCodeDialog
from bpgui.ui.panels.network import NetworkPanel
from bpgui.ui.texts import tr_label

if TYPE_CHECKING:
    from bpgui.session.trainer import Trainer
    from bpgui.ui.main_window import MainWindow


def cannot_go_on(trainer: Trainer) -> bool:
    """Whether the shown run cannot go on, only begin again."""
    driver = trainer.driver if trainer.state == "ended" else None
    return driver is not None and driver.stop_reason not in RESUMABLE


def has_diverged(trainer: Trainer) -> bool:
    """Whether the shown run ended because its numbers ran away."""
    driver = trainer.driver if trainer.state == "ended" else None
    return driver is not None and driver.stop_reason == DIVERGED


class Commands(QObject):
    """Forwards to session, files and window; `conditions()` says which actions can be used now."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.session = window.session
        self._numpy_code: NumpyCodeDialog | None = None

    def conditions(self) -> dict[str, bool]:
        """The conditions named in ACTIONS."""
        trainer, stack = self.session.trainer, self.session.document.undo_stack
        state = trainer.state
        begun = trainer.run is not None and (trainer.run.trained or trainer.progress.step > 0 or state == "training")
        return {
            "can_undo": stack.canUndo(),
            "can_redo": stack.canRedo(),
            "can_train": state != "blocked",
            "can_step": state in ("ready", "training", "paused"),
            "can_stop": state in ("training", "paused"),
            "can_go_back": has_diverged(trainer),
            "can_reset": state != "blocked" and begun,
        }

    def cannot_go_on(self) -> bool:
        """Whether the shown run cannot go on: its numbers ran away, or a step failed."""
        return cannot_go_on(self.session.trainer)

    # ---- file

    @Slot()
    def new(self) -> None:
        self.window.files.when_saved(self.session.new, self.tr("before you begin anew"))

    @Slot()
    def open(self) -> None:
        self.window.files.open()

    @Slot()
    def save(self) -> None:
        self.window.files.save()

    @Slot()
    def save_as(self) -> None:
        self.window.files.save_as()

    @Slot()
    def quit(self) -> None:
        self.window.close()

    # ---- edit and view

    @Slot()
    def undo(self) -> None:
        self.session.document.undo_stack.undo()

    @Slot()
    def redo(self) -> None:
        self.session.document.undo_stack.redo()

    @Slot()
    def fit_diagram(self) -> None:
        network = self.window.panels["network"]
        assert isinstance(network, NetworkPanel)
        network.fit()

    @Slot()
    def reset_layout(self) -> None:
        self.window.reset_layout()

    @Slot()
    def theme_system(self) -> None:
        self.window.choose_theme("system")

    @Slot()
    def theme_light(self) -> None:
        self.window.choose_theme("light")

    @Slot()
    def theme_dark(self) -> None:
        self.window.choose_theme("dark")

    # ---- train

    @Slot()
    def train_or_pause(self) -> None:
        if self.cannot_go_on():
            self.session.trainer.reset()
        self.session.trainer.toggle()

    @Slot()
    def step_batch(self) -> None:
        self.session.trainer.step_batch()

    @Slot()
    def step_epoch(self) -> None:
        self.session.trainer.step_epoch()

    @Slot()
    def finish(self) -> None:
        self.session.trainer.finish()

    @Slot()
    def stop(self) -> None:
        self.session.trainer.stop()

    @Slot()
    def reset(self) -> None:
        self.session.trainer.reset()

    @Slot()
    def go_back(self) -> None:
        self.session.trainer.go_back()

    @Slot()
    def new_seed(self) -> None:
        self.session.trainer.new_seed()

    @Slot()
    def show_numpy_code(self) -> None:
        """One window for it; asked for again it comes to the front with the run as it is now."""
        if self._numpy_code is not None:
            self._numpy_code.refresh()
            self._numpy_code.raise_()
            self._numpy_code.activateWindow()
            return
        self._numpy_code = NumpyCodeDialog(self.session, self.window)
        self._numpy_code.finished.connect(self._forget_numpy_code)
        self._numpy_code.show()

    @Slot()
    def _forget_numpy_code(self) -> None:
        self._numpy_code = None

    # ---- help

    @Slot()
    def show_findings(self) -> None:
        document = self.session.document
        FindingsDialog(lambda: document.findings, self.apply_fix, self.window).open()

    @Slot(object)
    def apply_fix(self, fix: Fix) -> None:
        """Take one way out of a finding, as an edit that can be undone."""
        self.session.document.edit(tr_label(fix.label), fix.change)

    @Slot()
    def show_shortcuts(self) -> None:
        shortcuts_dialog(self.window.actions_by_key, self.window.single_keys, self.window).open()

    @Slot()
    def show_about(self) -> None:
        about_dialog(self.window).open()
