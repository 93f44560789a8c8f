"""What the person is looking at: no part of the project, shared by the panels that do not know each other."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

Values = tuple[float | str, ...]


class Selection(QObject):
    """The selected layer's id, and the input being tried (raw feature values); None for neither."""

    layer_selected = Signal(str)
    inputs_tried = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.layer: str | None = None
        self.inputs: Values | None = None

    def select_layer(self, id: str | None) -> None:
        if id != self.layer:
            self.layer = id
            self.layer_selected.emit(id or "")

    def try_inputs(self, values: Values | None) -> None:
        if values != self.inputs:
            self.inputs = values
            self.inputs_tried.emit()
