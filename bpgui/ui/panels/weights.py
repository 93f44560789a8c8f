"""The weights of one layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from bpgui.project.names import layer_name
from bpgui.project.spec import Dense
from bpgui.runs.answers import LayerWeights
from bpgui.runs.probes import Weights
from bpgui.ui.live.heatmap_view import HeatmapView
from bpgui.ui.live.text_switch import WordMenu
from bpgui.ui.panels.base import Panel
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import Theme

if TYPE_CHECKING:
    from bpgui.runs.answers import Frame
    from bpgui.session.session import Session


class WeightsPanel(Panel):
    """The layer is chosen in the header, or by selecting a Dense anywhere."""

    key = "weights"
    title = "Weights"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.layer: str | None = None
        self._run = ""
        self._last: Frame | None = None  # one question answers for every layer
        self.heatmap = HeatmapView()
        self.body.addWidget(self.heatmap, 1)
        self.choice = WordMenu(self.tr("Layer"), self.tr("The layer whose weights are shown."), self.header)
        self.choice.edited.connect(self.show_layer)
        self.header.add(self.choice)
        session.document.changed.connect(self._on_document_changed)
        session.trainer.run_changed.connect(self._on_run_changed)
        session.selection.layer_selected.connect(self.show_layer)
        self._on_document_changed()
        self.show_layer(session.selection.layer or "")

    # frames

    def probes(self) -> tuple[Any, ...]:
        return (Weights(),)

    def show_frame(self, frame: Frame) -> None:
        self._last = frame
        answer = frame.answers.get(Weights())
        if answer is None or not answer.layers:
            return
        if frame.run_id != self._run:
            self._run = frame.run_id
            self.heatmap.start_scale()
        found = {layer.id: layer for layer in answer.layers}
        layer = found.get(self.layer or "", answer.layers[0])
        self._name_axes(layer, layer is answer.layers[0], layer is answer.layers[-1])
        self.heatmap.set_layer(layer, frame.settled)

    def _show_last(self) -> None:
        if self._last is not None:
            self.show_frame(self._last)

    def _name_axes(self, layer: LayerWeights, first: bool, last: bool) -> None:
        """Features name the first layer's inputs, targets the last one's units."""
        data = self.session.document.dataset
        inputs, units = layer.W.shape
        rows = data.feature_names if first and data is not None and data.features == inputs else ()
        columns = data.output_names if last and data is not None and data.outputs == units else ()
        self.heatmap.set_names(rows, columns)

    def refresh_theme(self, theme: Theme) -> None:
        self.heatmap.refresh_theme(theme)

    # which layer

    def _dense(self) -> list[Dense]:
        return [layer for layer in self.session.document.spec.network.layers if isinstance(layer, Dense)]

    @Slot(str)
    def show_layer(self, id: str) -> None:
        """Show a Dense by its id."""
        if id != self.layer and id in {layer.id for layer in self._dense()}:
            self.layer = id
            self.choice.set_value(id)
            self._show_last()

    @Slot()
    def _on_document_changed(self) -> None:
        layers, spec = self._dense(), self.session.document.spec
        self.choice.set_choices([(layer.id, layer_name(spec, layer.id, tr_label)) for layer in layers])
        if self.layer not in {layer.id for layer in layers}:
            self.layer = layers[0].id if layers else None
        self.choice.set_value(self.layer)

    @Slot()
    def _on_run_changed(self) -> None:
        self._last = None
        if self.session.trainer.run is None:
            self.heatmap.set_layer(None)
