"""What only the window knows while a lesson runs: which panels are seen, what was chosen in them, what was pressed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Slot

from bpgui.project.lessons import Value
from bpgui.session.guard import guarded
from bpgui.ui.panels import PANELS
from bpgui.ui.panels.output import OutputPanel
from bpgui.ui.panels.weights import WeightsPanel

if TYPE_CHECKING:
    from bpgui.ui.main_window import MainWindow

# Actions, and the event that each is.
EVENTS_OF = {
    "step_batch": "single_steps", "step_epoch": "epoch_steps", "finish": "run_finished_flat_out", "stop": "run_stopped",
    "reset": "run_reset", "go_back": "went_back", "undo": "undone", "redo": "undone",
}  # fmt: skip


class WindowFacts(QObject):
    """Gives the player its `extra` facts, and tells the session's `happened`, from `begin` to `end`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._player = window.session.player
        output, weights = window.panels["output"], window.panels["weights"]
        assert isinstance(output, OutputPanel)
        assert isinstance(weights, WeightsPanel)
        self._output, self._weights = output, weights
        self._player.extra |= {f"panel_{key}": partial(self._is_seen, key) for key in PANELS}
        self._player.extra |= {
            "output_view": lambda: output.switch.key,
            "weights_kind": lambda: weights.kinds.key,
            "weights_form": lambda: weights.ways.key,
            "verify_same": self._verified,
        }
        self._connected: list[tuple[Any, Callable[..., None]]] = []

    def begin(self) -> None:
        """Look, and listen."""
        for panel in self._window.panels.values():
            panel.installEventFilter(self)
        self._connected = self._connections()
        for signal, slot in self._connected:
            signal.connect(slot)

    def end(self) -> None:
        for panel in self._window.panels.values():
            panel.removeEventFilter(self)
        for signal, slot in self._connected:
            signal.disconnect(slot)
        self._connected = []

    def _connections(self) -> list[tuple[Any, Callable[..., None]]]:
        window = self._window
        actions = window.actions_by_key
        words = (self._output.switch, self._weights.kinds, self._weights.ways)
        return [
            *((actions[key].triggered, partial(self._tell, event)) for key, event in EVENTS_OF.items()),
            *((actions[key].triggered, self._on_train) for key in ("train", "finish")),
            (window.toolbar.speed.valueChanged, partial(self._tell, "pace_changed")),
            (window.files.stored, partial(self._tell, "saved")),
            *((switch.chosen, self._on_looked_elsewhere) for switch in words),
            *((dock.visibilityChanged, self._on_looked_elsewhere) for dock in window.docks.values()),
        ]

    @guarded(default=False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._player.look_again()
        return False

    @Slot()
    def _on_looked_elsewhere(self) -> None:
        self._player.look_again()

    def _tell(self, event: str, *_: object) -> None:
        self._window.session.happened.emit(event)

    @Slot()
    def _on_train(self) -> None:
        running = self._window.session.trainer.state in ("training", "ended")
        self._tell("run_started" if running else "run_paused")

    def _is_seen(self, key: str) -> Value:
        return not self._window.panels[key].visibleRegion().isEmpty()

    def _verified(self) -> Value:
        dialog = self._window.commands.numpy_code
        return None if dialog is None or dialog.comparison is None else dialog.comparison.complete
