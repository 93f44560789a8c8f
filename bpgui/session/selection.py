"""What the person is looking at: no part of the project, shared by the panels that do not know each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

if TYPE_CHECKING:
    from bpgui.runs.explaining import ParameterAt

Values = tuple[float | str, ...]


@dataclass(frozen=True)
class Asked:
    """What is to be explained: a parameter, or with None the whole step; of one `row` (an index into the encoded data,
    in the next batch or not), or with None of the next batch.
    """

    parameter: ParameterAt | None = None
    row: int | None = None


class Selection(QObject):
    """The selected layer's id, the selected parameter, and the input being tried (raw values); None for none.

    `explain_requested` carries an `Asked`: somebody clicked on a number, or on a row, and wants to see its step.
    """

    layer_selected = Signal(str)
    parameter_selected = Signal()
    inputs_tried = Signal()
    explain_requested = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.layer: str | None = None
        self.parameter: ParameterAt | None = None
        self.inputs: Values | None = None

    def select_layer(self, id: str | None) -> None:
        if id != self.layer:
            self.layer = id
            self.layer_selected.emit(id or "")

    @Slot(object)
    def select_parameter(self, parameter: ParameterAt | None) -> None:
        if parameter != self.parameter:
            self.parameter = parameter
            self.parameter_selected.emit()

    def ask_parameter(self, parameter: ParameterAt) -> None:
        """Select a parameter and ask for it to be explained."""
        self.select_parameter(parameter)
        self.explain_requested.emit(Asked(parameter))

    @Slot(int)
    def ask_row(self, row: int) -> None:
        """Ask for the step of one row, an index into the encoded data."""
        self.explain_requested.emit(Asked(None, row))

    def try_inputs(self, values: Values | None) -> None:
        if values != self.inputs:
            self.inputs = values
            self.inputs_tried.emit()
