"""What the actions do: one short method each, named by ACTIONS; those that explain stand in `answers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from bpgui.data.spec import FileOrigin
from bpgui.runs.stopping import DIVERGED, RESUMABLE
from bpgui.ui import motion
from bpgui.ui.answers import Answers
from bpgui.ui.panels.network import NetworkPanel

if TYPE_CHECKING:
    from bpgui.session.trainer import Trainer
    from bpgui.ui.dialogs.numpy_code import NumpyCodeDialog


def cannot_go_on(trainer: Trainer) -> bool:
    """Whether the shown run cannot go on, only begin again."""
    driver = trainer.driver if trainer.state == "ended" else None
    return driver is not None and driver.stop_reason not in RESUMABLE


def has_diverged(trainer: Trainer) -> bool:
    """Whether the shown run ended because its numbers ran away."""
    driver = trainer.driver if trainer.state == "ended" else None
    return driver is not None and driver.stop_reason == DIVERGED


def _is_untaken(trainer: Trainer) -> bool:
    """Whether the step that diverged is the next one still."""
    found = trainer.driver.post_mortem if trainer.driver is not None else None
    return found is not None and found.untaken


class Commands(Answers):
    """Forwards to session, files and window; `conditions()` says which actions can be used now."""

    def conditions(self) -> dict[str, bool]:
        """The conditions named in ACTIONS."""
        trainer, stack = self.session.trainer, self.session.document.undo_stack
        state = trainer.state
        begun = trainer.run is not None and (trainer.run.trained or trainer.progress.step > 0 or state == "training")
        return {
            "has_file": isinstance(self.session.document.spec.data.origin, FileOrigin),
            "has_lesson": bool(self.session.document.lesson),
            "can_undo": stack.canUndo(),
            "can_redo": stack.canRedo(),
            "can_train": state != "blocked",
            "can_step": state in ("ready", "training", "paused"),
            "can_stop": state in ("training", "paused"),
            "can_go_back": has_diverged(trainer),
            "can_predict": state != "blocked" and begun,
            "can_reset": state != "blocked" and begun,
            "can_walk": self.session.walking,
            "can_take": self.session.walking and self.session.walk.can_take,
            "can_explain_divergence": has_diverged(trainer) and _is_untaken(trainer),
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
    def open_folder(self) -> None:
        self.window.files.open_folder()

    @Slot()
    def reopen_reading(self) -> None:
        self.window.files.reopen_reading()

    @Slot()
    def paste(self) -> None:
        self.window.files.paste()

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
        self.session.document.undo()

    @Slot()
    def redo(self) -> None:
        self.session.document.redo()

    @Slot()
    def fit_diagram(self) -> None:
        network = self.window.panels["network"]
        assert isinstance(network, NetworkPanel)
        network.fit()

    @Slot()
    def show_network(self) -> None:
        self.window.centre.show_panel("network")

    @Slot()
    def explore(self) -> None:
        self.window.centre.show_panel("explore")

    @Slot()
    def reset_layout(self) -> None:
        self.window.arrangement.show(self.window.arrangement.key)

    @Slot()
    def layout_watch(self) -> None:
        self.window.arrangement.show("watch")

    @Slot()
    def layout_explain(self) -> None:
        self.window.arrangement.show("explain")

    @Slot()
    def layout_learn(self) -> None:
        self.window.arrangement.show("learn")

    @Slot(bool)
    def reduce_motion(self, on: bool) -> None:
        motion.choose(on, keep=self.window.remember)

    @Slot(bool)
    def projector(self, on: bool) -> None:
        self.window.projector.choose(on)

    @Slot()
    def theme_system(self) -> None:
        self.window.theme.choose("system")

    @Slot()
    def theme_light(self) -> None:
        self.window.theme.choose("light")

    @Slot()
    def theme_dark(self) -> None:
        self.window.theme.choose("dark")

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
    def find_rate(self) -> None:
        """One window for it; asked for again it comes to the front and looks again."""
        from bpgui.ui.dialogs.rate_finder import RateFinderDialog

        self.window.opening.complete()
        self._show_alone(RateFinderDialog, again=RateFinderDialog.look)

    @Slot()
    def predict(self) -> None:
        """Ask for files with new rows; what was dropped where this action is offered is its data, and taken at once."""
        action = self.window.actions_by_key["predict"]
        paths = action.data()
        action.setData(None)
        from bpgui.ui.dialogs.predict_dialog import PredictDialog

        dialog = PredictDialog(self.session, self.window)
        dialog.open()
        if paths:
            dialog.take(paths)

    @Slot()
    def show_numpy_code(self) -> None:
        """One window for it; asked for again it comes to the front with the run as it is now."""
        from bpgui.ui.dialogs.numpy_code import NumpyCodeDialog

        self._show_alone(NumpyCodeDialog, again=NumpyCodeDialog.refresh)
        self.session.happened.emit("code_shown")

    @property
    def numpy_code(self) -> NumpyCodeDialog | None:
        """The window with the code, while it is open."""
        from bpgui.ui.dialogs.numpy_code import NumpyCodeDialog

        return self._standing(NumpyCodeDialog)
