"""What a lesson locks or hides, held while it runs, however often the program enables or shows it meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from bpgui.project.lessons.controls import entry_of
from bpgui.session.guard import guarded
from bpgui.ui.learn.places import panel_of, place_of

if TYPE_CHECKING:
    from bpgui.ui.main_window import MainWindow

# Actions that do what a control does: they are locked with it, with their keys and menu entries.
ACTIONS_OF: dict[str, tuple[str, ...]] = {
    "toolbar.train": ("train",), "toolbar.step": ("step_batch", "step_epoch"), "toolbar.finish": ("finish",),
    "toolbar.stop": ("stop",), "toolbar.reset": ("reset",), "toolbar.new_seed": ("new_seed",),
    "explain.begin": ("explain_step",), "explain.take_step": ("take_step",), "explain.leave_step": ("leave_step",),
    "data.open": ("open", "open_folder", "paste"), "data.look": ("explore",), "panel.explore": ("explore",),
    "panel.reference": ("reference",),
    "weights.check": ("check_gradient",), "status.findings": ("findings",),
}  # fmt: skip


class Locks(QObject):
    """`hold` and `release` enclose a lesson."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._widgets: list[_HeldWidget] = []
        self._actions: list[_HeldAction] = []

    def hold(self, lock: Iterable[str], hide: Iterable[str], reason: str) -> None:
        """Lock and hide controls by their names; `reason` is said in their tooltips."""
        for name in lock:
            self._hold_actions(name, reason)
            for widget in self._meant(name, hide=False):
                self._widgets.append(_HeldWidget(widget, False, reason, self))
        for name in hide:
            self._hold_actions(name, reason)
            for widget in self._meant(name, hide=True):
                self._widgets.append(_HeldWidget(widget, True, reason, self))

    def release(self) -> None:
        """All as the program would have it."""
        held: list[_HeldWidget | _HeldAction] = [*self._widgets, *self._actions]
        for one in held:
            one.release()
            one.deleteLater()
        self._widgets, self._actions = [], []

    def _hold_actions(self, name: str, reason: str) -> None:
        entry = entry_of(name)
        keys = ACTIONS_OF.get(entry[0] if entry is not None else name, ()) or ACTIONS_OF.get(name, ())
        self._actions += [_HeldAction(self._window.actions_by_key[key], reason, self) for key in keys]
        panel = panel_of(name) if name.startswith("panel.") else ""
        if panel in self._window.docks:
            self._actions.append(_HeldAction(self._window.docks[panel].toggleViewAction(), reason, self))

    def _meant(self, name: str, *, hide: bool) -> list[QWidget]:
        """A setting hides with its row; a panel of the middle goes with the words that bring it in front."""
        window = self._window
        panel = panel_of(name) if name.startswith("panel.") else ""
        if panel in window.centre.tabs:
            return [tabs[panel] for tabs in window.centre.tabs.values()]
        place = place_of(window, name)
        if place is None:
            return []
        rows = window.panels["model"].rows if name.startswith("model.") and hide else {}  # type: ignore[attr-defined]
        row = rows.get(name.removeprefix("model."))
        return [row if row is not None else place.widget]


class _HeldWidget(QObject):
    """Keeps one widget disabled, or hidden, and notes what the program wants meanwhile."""

    def __init__(self, widget: QWidget, hidden: bool, reason: str, parent: QObject) -> None:
        super().__init__(parent)
        self._widget, self._hidden, self._reason = widget, hidden, reason
        self._tooltip = widget.toolTip()
        self._wanted = not widget.isHidden() if hidden else not _is_disabled(widget)
        self._busy = False
        widget.installEventFilter(self)
        widget.destroyed.connect(self._forget)
        self._hold()

    @Slot()
    def _forget(self) -> None:
        self._widget = None  # type: ignore[assignment]

    def _hold(self) -> None:
        self._busy = True
        if self._hidden:
            self._widget.hide()
        else:
            self._widget.setEnabled(False)
            self._widget.setToolTip(self._reason)
        self._busy = False

    def release(self) -> None:
        if self._widget is None:
            return
        self._widget.removeEventFilter(self)
        if self._hidden:
            self._widget.setVisible(self._wanted)
        else:
            self._widget.setEnabled(self._wanted)
            self._widget.setToolTip(self._tooltip)

    @guarded(default=False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if self._busy or self._widget is None:
            return False
        if self._hidden and kind == QEvent.Type.ShowToParent:
            self._wanted = True
            self._hold()
        elif self._hidden and kind == QEvent.Type.HideToParent:
            self._wanted = False
        elif not self._hidden and kind == QEvent.Type.EnabledChange and not _is_disabled(self._widget):
            self._wanted = True
            self._hold()
        elif not self._hidden and kind == QEvent.Type.ToolTipChange and self._widget.toolTip() != self._reason:
            self._tooltip = self._widget.toolTip()
            self._hold()
        return False


class _HeldAction(QObject):
    """Keeps one action disabled."""

    def __init__(self, action: QAction, reason: str, parent: QObject) -> None:
        super().__init__(parent)
        self._action, self._reason = action, reason
        self._texts = (action.toolTip(), action.statusTip())
        self._wanted = action.isEnabled()
        self._hold()
        action.changed.connect(self._on_changed)

    def _hold(self) -> None:
        self._action.setEnabled(False)
        self._action.setToolTip(self._reason)
        self._action.setStatusTip(self._reason)

    @Slot()
    def _on_changed(self) -> None:
        if self._action.isEnabled():
            self._wanted = True
            self._hold()
        elif self._action.statusTip() != self._reason:
            self._texts = (self._action.toolTip(), self._action.statusTip())
            self._hold()

    def release(self) -> None:
        self._action.changed.disconnect(self._on_changed)
        self._action.setEnabled(self._wanted)
        self._action.setToolTip(self._texts[0])
        self._action.setStatusTip(self._texts[1])


def _is_disabled(widget: QWidget) -> bool:
    """By itself, not by what it stands in."""
    parent = widget.parentWidget()
    return not (widget.isEnabledTo(parent) if parent is not None else widget.isEnabled())
