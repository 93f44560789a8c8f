"""The network: the diagram with its palette, and the list of layers beside it."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from bpgui.project.spec import ProjectSpec, structure
from bpgui.runs.health.probes import Verdict
from bpgui.runs.measures import Norms
from bpgui.runs.neuron_maps import InputGradients, InputGradientsAnswer, NeuronMaps, NeuronMapsAnswer
from bpgui.runs.probes import Activations, Weights
from bpgui.runs.run import Run
from bpgui.session.guard import guarded
from bpgui.ui.diagram import words
from bpgui.ui.diagram.actions import LayerActions
from bpgui.ui.diagram.columns import INPUT, chain, columns_of, parameter_count, place_named
from bpgui.ui.diagram.layer_list import LayerList
from bpgui.ui.diagram.map_bar import MapBar
from bpgui.ui.diagram.palette import PaletteStrip
from bpgui.ui.diagram.view import DiagramView
from bpgui.ui.live.described import INTERVAL
from bpgui.ui.live.text_switch import WordButton
from bpgui.ui.panels.base import Panel
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import count_text
from bpgui.ui.theme import Theme, theme
from bpgui.ui.widgets.findings import about

if TYPE_CHECKING:
    from bpgui.project.checks import Finding
    from bpgui.runs.answers import Frame
    from bpgui.session.session import Session
    from bpgui.ui.diagram.badges import BlockBadges
    from bpgui.ui.diagram.flow_overlay import FlowOverlay
    from bpgui.ui.diagram.number_cursor import NumberCursor

# Ten redraws a second while training; a little less than 100 ms, so that frames 33 ms apart are not missed by a hair.
SECONDS_BETWEEN = 0.09
LIST_WIDTH = 220
LOW = 250


@dataclass(frozen=True)
class Shown:
    """Whose weights are drawn."""

    run_id: str
    step: int
    structure: ProjectSpec

    def holds_for(self, run: Run) -> bool:
        """Whether that run's weights are these: it is the same one, or neither has taken a step."""
        fresh = self.step == 0 and not run.trained
        return run.id == self.run_id or (fresh and structure(run.spec) == self.structure)


class NetworkPanel(Panel):
    """Draws `document.spec` and the weights of the frames; edits go back through the document."""

    key = "network"
    title = "Network"
    flow: FlowOverlay  # once it is complete, as the badges
    badges: BlockBadges
    numbers: NumberCursor

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.layer_actions = LayerActions(session, self)
        self.view = DiagramView(self.layer_actions, self)
        self.layers = LayerList(self.layer_actions, self)
        self.palette_strip = PaletteStrip(self.view, self)
        self.map_bar = MapBar(self)
        self._drawn = 0.0
        self._shown: Shown | None = None
        self._warned: tuple[Finding, ...] = ()  # what the run's health says
        self._warned_at = 0.0
        self._signed = False  # whether the signs are made
        self._build()
        session.document.changed.connect(self._on_changed)
        session.trainer.run_changed.connect(self._on_run_changed)
        session.selection.layer_selected.connect(self._on_layer_selected)
        session.selection.inputs_tried.connect(self._on_inputs_tried)
        self.layer_actions.key = session.selection.layer or ""
        self._show_spec()

    def _build(self) -> None:
        self.body.setContentsMargins(4, 0, 4, 8)
        self.body.setSpacing(4)
        sized(self.layers, lambda w: w.setFixedWidth(px(LIST_WIDTH)))
        self.layers.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.view, 1)
        row.addWidget(self.layers)
        self.body.addLayout(row, 1)
        self.body.addWidget(self.map_bar)
        self.body.addWidget(self.palette_strip)
        self.map_bar.changed.connect(self._on_map_chosen)
        help = self.tr("Show in each neuron what it computes: its output over the inputs, or its slope on a picture.")
        self.maps_button = WordButton(self.tr("maps"), help, self.tr("Pictures in the neurons"), self)
        self.maps_button.setChecked(True)
        self.maps_button.toggled.connect(self._on_maps_toggled)
        self.header.add(self.maps_button)
        self._build_copying()
        self.list_button = QToolButton(self)
        self.list_button.setText(self.tr("Layers"))
        self.list_button.setCheckable(True)
        self.list_button.setProperty("quiet", True)
        self.list_button.setAccessibleName(self.tr("List of layers"))
        self.list_button.setToolTip(self.tr("Show the layers as a list in words, for keyboard and screen reader."))
        self.list_button.toggled.connect(self._on_list_toggled)
        self.header.add(self.list_button)

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # On a projector a low diagram needs the room more than its tools do.
        self.palette_strip.setHidden(theme().scale > 1.0 and self.height() < px(LOW))

    def _build_copying(self) -> None:
        self.copy_action = QAction(self.tr("Copy what the neurons compute"), self)
        self.copy_action.setToolTip(self.tr("Put the numbers of all pictures on the clipboard as a table."))
        self.copy_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.copy_action.triggered.connect(self.copy)
        self.addAction(self.copy_action)

    def complete(self) -> None:
        """What draws an explained step over the diagram, the signs of the checks, the keyboard among the numbers."""
        from bpgui.ui.diagram.badges import BlockBadges
        from bpgui.ui.diagram.flow_overlay import FlowOverlay
        from bpgui.ui.diagram.number_cursor import NumberCursor

        self.flow = FlowOverlay(self.view, self.session.walk)
        self.flow.shown.connect(self._on_flow_shown)
        self.numbers = NumberCursor(self.view, self.session.walk)
        self.badges = BlockBadges(self.view)
        self.badges.fix_requested.connect(self.apply_fix)
        self.session.document.changed.connect(self._show_findings)
        self.session.document.findings_changed.connect(self._show_findings)
        self._signed = True
        self._show_findings()

    @Slot()
    def copy(self) -> None:
        """The pictures of the neurons as one table, a column a neuron; without any, the layers in words."""
        from bpgui.ui.live.number_table import table_text

        numbers, rows, names, neurons = self.view.diagram.looks.table()
        columns = {column.key: column for column in self.layer_actions.columns}
        named = [words.neuron(columns[key], unit, None, None) for key, unit in neurons if key in columns]
        text = table_text(numbers, rows, [*names, *named])
        if not neurons:
            text = "\n".join(map(words.describe, columns.values()))
        QGuiApplication.clipboard().setText(text)

    def fit(self) -> None:
        """Show the whole network."""
        self.view.fit()

    # ---- the specification

    def _show_spec(self) -> None:
        document = self.session.document
        data = document.dataset
        features, outputs = (data.features, data.outputs) if data is not None else (len(document.spec.data.features), 0)
        names = data.feature_names if data is not None else [c.name for c in document.spec.data.features]
        columns = columns_of(document.spec, features, outputs, names, data.classes if data is not None else ())
        self._offer_maps()
        if columns == self.layer_actions.columns:
            return
        self.layer_actions.columns = columns
        if self.layer_actions.column(self.layer_actions.key) is None:
            first = next((c.key for c in columns if c.layer), INPUT)
            self.layer_actions.key = first
            self.session.selection.select_layer(first)
        self.view.show_columns(columns)
        self.update_probes()
        self.layers.show_columns(columns)
        self._show_scale()
        count = count_text(parameter_count(columns), self.tr("parameter"), self.tr("parameters"))
        self.set_note(f"{chain(columns)} · {count}", count, "")

    @Slot(object, object)
    def _on_changed(self, before: object, after: object) -> None:
        self._show_spec()

    @Slot()
    def _show_findings(self) -> None:
        keys = [column.key for column in self.layer_actions.columns]
        if self._signed:
            self.badges.show_findings(self._findings(), keys)
        self._tell_list()

    def _findings(self) -> tuple[Finding, ...]:
        """What the checks say of the project, and the run's health of its layers."""
        return (*self.session.document.findings, *self._warned)

    def _tell_list(self) -> None:
        """Beside each layer of the list: what the checks say of it, and what its neurons compute."""
        findings, looks, notes = self._findings(), self.view.diagram.looks_in_words, {}
        for column in self.layer_actions.columns:
            said = [finding.text for finding in about(findings, place_named(column.key))]
            notes[column.key] = [*said, *looks(column.key)]
        self.layers.rows.set_notes(notes)

    def place_of(self, where: str) -> QWidget | None:
        key = where.removeprefix("layer:")
        if where == key or self.layer_actions.column(key) is None:
            return None
        self.layer_actions.select(key)
        return self.badges.badges.get(key, self.view)

    @Slot(str)
    def _on_layer_selected(self, key: str) -> None:
        if key:
            self.layer_actions.select(key)

    @Slot(bool)
    def _on_list_toggled(self, shown: bool) -> None:
        self.layers.setVisible(shown)
        if shown:
            self.layers.setFocus()

    # ---- live numbers

    def probes(self) -> tuple[Any, ...]:
        tried = self.session.selection.inputs
        normed = any(column.kind == "batchnorm" for column in self.layer_actions.columns)
        asked: list[Any] = [Weights(), Verdict()]
        if normed:
            asked.append(Norms())
        if tried is not None:
            asked.append(Activations(tried))
        maps = self._map_probe()
        return (*asked, maps) if maps is not None else tuple(asked)

    def _map_probe(self) -> NeuronMaps | InputGradients | None:
        if not self.maps_button.isChecked():
            return None
        placed = [p for p in self.view.diagram.layout.placed if p.neurons and p.column.layer]
        wanted = tuple((p.column.key, tuple(unit for unit, _ in p.neurons)) for p in placed)
        return self.map_bar.probe(wanted, self.session.selection.inputs)

    def _offer_maps(self) -> None:
        """The bar below the diagram says what the pictures are of; while an input is tried, it is that one."""
        document = self.session.document
        data = document.dataset
        self.map_bar.set_data(data, document.table if data is not None else None)
        tried = self.session.selection.inputs is not None
        pictured = not tried and not self.view.diagram.covered
        self.map_bar.setVisible(self.maps_button.isChecked() and self.map_bar.has_choice and pictured)

    @Slot(bool)
    def _on_flow_shown(self, shown: bool) -> None:
        """The numbers of a step stand in the neurons: scale and bar, which are of other numbers, leave their place."""
        self.palette_strip.scale.setHidden(shown)
        policy = self.map_bar.sizePolicy()
        policy.setRetainSizeWhenHidden(shown and not self.map_bar.isHidden())
        self.map_bar.setSizePolicy(policy)
        self._offer_maps()

    @Slot()
    def _on_map_chosen(self) -> None:
        self.update_probes()

    @Slot(bool)
    def _on_maps_toggled(self, on: bool) -> None:
        if not on:
            self.view.diagram.looks.forget()
            self.view.diagram.show_looks()
            self.view.hover.numbers_changed()
            self._show_scale()
        self._offer_maps()
        self.update_probes()

    def _take_looks(self, frame: Frame) -> None:
        """Draw into the neurons what they compute, as far as the frame says it."""
        diagram, probe = self.view.diagram, self._map_probe()
        answer = frame.answers.get(probe) if probe is not None else None
        if isinstance(answer, NeuronMapsAnswer):
            diagram.looks.take_maps(answer, frame.settled)
        elif isinstance(answer, InputGradientsAnswer) and isinstance(probe, InputGradients):
            assert self.map_bar.picture is not None
            diagram.looks.take_gradients(answer, probe.wanted, self.map_bar.picture)
            self.map_bar.show_row(answer)
        else:
            return
        diagram.show_looks()
        if frame.settled:
            self.view.describe_selected()
            self._tell_list()

    @Slot()
    def _on_inputs_tried(self) -> None:
        if self.session.selection.inputs is None:
            self.view.diagram.take_activations(None)
            self.view.hover.numbers_changed()
            self._show_scale()
        self._offer_maps()
        self.update_probes()

    @Slot()
    def _on_run_changed(self) -> None:
        """Numbers of another network go at once; those of an untrained run are the same for any of its settings."""
        self._warn(())
        run, shown = self.session.trainer.run, self._shown
        if run is not None and shown is not None and shown.holds_for(run):
            return
        self._drawn, self._shown = 0.0, None
        self.view.diagram.forget_numbers()
        self.view.hover.numbers_changed()
        self._show_scale()

    def _warn(self, findings: tuple[Finding, ...]) -> None:
        """What goes wrong in the layers, on their blocks."""
        if findings != self._warned:
            self._warned = findings
            self._show_findings()

    def _show_scale(self) -> None:
        diagram, scale = self.view.diagram, self.palette_strip.scale
        scale.show_largest(diagram.largest)
        pictured = diagram.looks.legend() if diagram.looks else ""
        scale.show_legend(known=bool(diagram.weights), tried=bool(diagram.activations), pictured=pictured)

    def show_frame(self, frame: Frame) -> None:
        now = perf_counter()
        if not frame.settled and now - self._drawn < SECONDS_BETWEEN:
            return
        self._drawn = now
        weights = frame.answers.get(Weights())
        if weights is not None:
            self.view.diagram.take_weights(weights)
            run = self.session.trainer.run
            self._shown = Shown(frame.run_id, frame.step, structure(run.spec)) if run is not None else None
        verdict = frame.answers.get(Verdict())
        if verdict is not None and (frame.settled or now - self._warned_at >= INTERVAL):
            self._warned_at = now
            self._warn(verdict.findings)
        norms = frame.answers.get(Norms())
        if norms is not None:
            self.view.diagram.take_norms(norms)
        tried = self.session.selection.inputs
        activations = frame.answers.get(Activations(tried)) if tried is not None else None
        if activations is not None:
            self.view.diagram.take_activations(activations)
        self._take_looks(frame)
        self.view.hover.numbers_changed()
        if self._signed:
            self.numbers.refresh(frame.settled)
        self._show_scale()

    def refresh_theme(self, theme: Theme) -> None:
        self.view.take_theme(theme)
        if self._signed:
            self.numbers.take_theme(theme)
        self.palette_strip.take_theme()
