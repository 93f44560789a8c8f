"""What the actions of the menus Explain, Learn and Help do: one short method each, named by ACTIONS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog

from bpgui.ui.panels.base import bring_into_sight
from bpgui.ui.texts import tr_label

if TYPE_CHECKING:
    from bpgui.project.checks import Finding, Fix
    from bpgui.ui.main_window import MainWindow

D = TypeVar("D", bound=QDialog)


class Answers(QObject):
    """What makes the program understood; the rest of the actions stands in `commands`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.session = window.session

    @Slot()
    def check_gradient(self) -> None:
        """In the Weights panel, brought in sight."""
        from bpgui.ui.panels.weights import WeightsPanel

        self.window.show_panel("weights")
        weights = self.window.panels["weights"]
        assert isinstance(weights, WeightsPanel)
        weights.check_gradient()

    @Slot()
    def hunt_bug(self) -> None:
        """One window for it."""
        from bpgui.ui.dialogs.bug_hunt import BugHuntDialog

        self._show_alone(BugHuntDialog)

    @Slot()
    def make_worksheet(self) -> None:
        from bpgui.ui.dialogs.worksheet import WorksheetDialog

        self._show_alone(WorksheetDialog)

    def _standing(self, kind: type[D]) -> D | None:
        """The window of that kind that is open; one that was closed may be there for a moment yet."""
        found: Iterable[D] = self.window.findChildren(kind, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return next((dialog for dialog in found if dialog.isVisible()), None)

    def _show_alone(self, kind: type[D], again: Callable[[D], None] | None = None) -> None:
        """One window of that kind, in front; `again` renews what the one that stands already shows."""
        dialog = self._standing(kind)
        if dialog is None:
            dialog = kind(self.session, self.window)  # type: ignore[call-arg]
        elif again is not None:
            again(dialog)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    # ---- explain

    @Slot()
    def explain_step(self) -> None:
        self.window.opening.complete()
        self.window.centre.show_panel("network")
        self.session.walk.begin()
        self.window.panels["explain"].setFocus()

    @Slot()
    def explain_divergence(self) -> None:
        """The step that was not taken, with the row that weighs most in it."""
        driver = self.session.trainer.driver
        found = driver.post_mortem if driver is not None else None
        self.window.centre.show_panel("network")
        if found is not None and found.culprit is not None:
            self.session.selection.ask_row(found.culprit.row)
        else:
            self.session.walk.begin()

    @Slot()
    def show_health(self) -> None:
        """The panel, brought in sight."""
        self.window.show_panel("health")

    @Slot()
    def station_on(self) -> None:
        self.session.walk.go(1)

    @Slot()
    def station_back(self) -> None:
        self.session.walk.go(-1)

    @Slot()
    def take_step(self) -> None:
        self.session.walk.take_step()

    @Slot()
    def leave_step(self) -> None:
        self.session.walk.leave()

    @Slot()
    def copy_explanation(self) -> None:
        QGuiApplication.clipboard().setText(self.session.walk.text())

    # ---- learn

    @Slot()
    def show_lessons(self) -> None:
        self.window.opening.complete()
        self.window.lessons.show_list()

    @Slot()
    def put_lesson(self) -> None:
        self.window.opening.complete()
        self.window.lessons.put_in()

    @Slot()
    def take_lesson(self) -> None:
        self.window.opening.complete()
        self.window.lessons.take_out()

    # ---- help

    @Slot()
    def show_help(self) -> None:
        self.window.help.show()

    def show_reference(self, key: str) -> None:
        """Open the reference at an entry: what a link `reference:relu` leads to.

        `key` is a key ("activation.relu"), a name ("relu") or a label ("ReLU"). What none of them is opens the
        reference where it was left, and says so in the status bar.
        """
        from bpgui.project.reference import find

        found = find(key)
        if found is None:
            self.window.status.say(self.tr("The reference has no entry “{0}”.").format(key), bad=True)
        self.window.help.show_reference(found or "")

    @Slot()
    def open_reference(self) -> None:
        self.window.help.show_reference("")

    @Slot()
    def ask_whats_this(self) -> None:
        self.window.help.ask()

    @Slot()
    def show_findings(self) -> None:
        from bpgui.ui.dialogs.findings import FindingsDialog

        dialog = FindingsDialog(self._all_findings, self.apply_fix, self.window)
        dialog.place_requested.connect(self.show_place)
        dialog.open()

    def _all_findings(self) -> tuple[Finding, ...]:
        """Who asks for the list gets the whole of it."""
        self.session.document.try_out()
        return self.session.document.findings

    @Slot(str)
    def show_place(self, where: str) -> None:
        """Bring in front what a finding is about, and give it the keyboard."""
        self.window.opening.complete()
        for key, panel in self.window.panels.items():
            if panel.place_of(where) is None:
                continue
            self.window.show_panel(key)
            # Once what was folded away has its size.
            QTimer.singleShot(0, panel, partial(bring_into_sight, panel, where))
            return

    @Slot(object)
    def apply_fix(self, fix: Fix) -> None:
        """Take one way out of a finding, as an edit that can be undone."""
        self.session.document.edit(tr_label(fix.label), fix.change)

    @Slot()
    def show_shortcuts(self) -> None:
        from bpgui.ui.dialogs.lists import shortcuts_dialog

        shortcuts_dialog(self.window.actions_by_key, self.window.single_keys.keys, self.window).open()

    @Slot()
    def show_about(self) -> None:
        from bpgui.ui.dialogs.about import about_dialog

        about_dialog(self.window).open()
