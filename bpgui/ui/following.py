"""What the window says of its session: its title, what can be done now, what Train does, why a run cannot go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from bpgui.project.spec import ProjectSpec
from bpgui.ui.actions import ACTIONS, show_enabled
from bpgui.ui.commands import has_diverged
from bpgui.ui.texts import tr_label

if TYPE_CHECKING:
    from bpgui.ui.main_window import MainWindow

AFTER_DIVERGENCE = ("go_back", "explain_divergence", "health")  # what is offered then


class Following(QObject):
    """Follows document and trainer from the beginning, until `stop`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._shown: dict[str, bool] = {}  # the conditions that the actions were last enabled by
        document, trainer = window.session.document, window.session.trainer
        for signal, slot in (
            (document.changed, self._on_changed),
            (document.path_changed, self.show_title),
            (document.modified_changed, self.show_title),
            (document.refused, self._on_refused),
            (document.undo_stack.indexChanged, self._on_undo_changed),
            (trainer.state_changed, self._on_state_changed),
            (trainer.failed, self._on_failed),
            (trainer.run_changed, self._on_run_changed),
            (trainer.runs_changed, self.follow_enabled),
            (trainer.runs_changed, self.show_title),
        ):
            signal.connect(slot)

    def stop(self) -> None:
        """The window closes: what is undone from now on is no matter of its."""
        self._window.session.document.undo_stack.indexChanged.disconnect(self._on_undo_changed)

    # ---- what can be done

    @Slot()
    def follow_enabled(self) -> None:
        """Actions as they can be used now, where that has changed: an edit is told of by several signals."""
        if self._window.commands.conditions() != self._shown:
            self.show_enabled()

    def show_enabled(self) -> None:
        """Actions as they can be used now, whoever has enabled them otherwise."""
        window = self._window
        self._shown = conditions = window.commands.conditions()
        show_enabled(window.actions_by_key, conditions)
        window.toolbar.step.setEnabled(conditions["can_step"])

    @Slot()
    def _on_undo_changed(self) -> None:
        stack = self._window.session.document.undo_stack
        for key, text in (("undo", stack.undoText()), ("redo", stack.redoText())):
            word = tr_label(ACTIONS[key].text)
            self._window.actions_by_key[key].setText(f"{word}: {text}" if text else word)
        self.follow_enabled()

    # ---- title and notice

    @Slot()
    def show_title(self) -> None:
        session = self._window.session
        document = session.document
        name = document.path.name if document.path else document.suggested_name
        self._window.setWindowTitle(f"{name}[*] — bpgui")
        self._window.setWindowModified(session.unsaved)

    @Slot(object, object)
    def _on_changed(self, before: ProjectSpec, after: ProjectSpec) -> None:
        if not self._window.commands.cannot_go_on():
            self._window.notice.hush()
        self.show_title()
        self.follow_enabled()

    @Slot()
    def _on_state_changed(self) -> None:
        self.follow_enabled()
        self.show_title()
        self._show_way_on()

    @Slot()
    def _on_run_changed(self) -> None:
        self.follow_enabled()
        self._show_way_on()

    def _show_way_on(self) -> None:
        """What Train does now, and why a run cannot go on."""
        window, trainer = self._window, self._window.session.trainer
        stuck = window.commands.cannot_go_on()
        word = self.tr("&Pause") if trainer.state == "training" else tr_label(ACTIONS["train"].text)
        word = self.tr("Reset and &train") if stuck else word
        window.actions_by_key["train"].setText(f"{word}\t{ACTIONS['train'].shortcut}")
        if stuck and trainer.driver is not None:
            remedies = AFTER_DIVERGENCE if has_diverged(trainer) else ("reset",)
            links = [window.actions_by_key[key] for key in remedies if window.actions_by_key[key].isEnabled()]
            window.notice.say(trainer.driver.stop_detail, links=links)
        elif trainer.state in ("ready", "training", "paused"):
            window.notice.hush()

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self._window.status.say(sentence, bad=True)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._window.notice.say(sentence)
