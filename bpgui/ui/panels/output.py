"""What comes out of the network, in as many ways as make sense for the data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QWidget

from bpgui.data.painting import near
from bpgui.project import edits
from bpgui.runs.batch_rows import CellRows, ChosenRows, Source
from bpgui.session.explaining.spots import MetricCell
from bpgui.session.guard import guarded
from bpgui.ui.live.output_views import (
    OUTPUT_VIEWS,
    BatchOutput,
    BoundaryOutput,
    ConfusionOutput,
    FitOutput,
    FunctionOutput,
    MetricsOutput,
    OutputView,
    PredictionsOutput,
    ThresholdOutput,
    TryOutput,
)
from bpgui.ui.live.text_switch import TextSwitch
from bpgui.ui.panels.base import Panel
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import Theme

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset
    from bpgui.data.spec import DataSpec
    from bpgui.data.table import Table
    from bpgui.project.spec import ProjectSpec
    from bpgui.runs.answers import Frame
    from bpgui.session.session import Session


class OutputPanel(Panel):
    """A word in the header for each view; only the visible one is asked for. Views are made when first chosen."""

    key = "output"
    title = "Output"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.part = "train"
        self._views: dict[str, OutputView] = {}
        self._fresh: set[str] = set()
        self._data: Dataset | None = None
        self._sort: tuple[Any, ...] = ()
        self._last: Frame | None = None  # two views may ask the same question
        self.switch = TextSwitch(self.tr("Way to look at the output"), self.header)
        self.switch.chosen.connect(self._on_view_chosen)
        self.header.add(self.switch)
        self.stack = QStackedWidget(self)
        self.body.addWidget(self.stack, 1)
        self._empty = QLabel(self.tr("The output shows when the project can be trained."), self)
        self._empty.setProperty("muted", True)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack.addWidget(self._empty)
        self.parts = TextSwitch(self.tr("Rows to look at"), self)
        self.parts.set_choices(
            (
                ("train", self.tr("train"), self.tr("Show the rows that the network learns from.")),
                ("validation", self.tr("validation"), self.tr("Show the rows kept aside to judge the network.")),
            )
        )
        self.parts.chosen.connect(self._on_part)
        self._predict: QAction | None = None
        self.foot = QWidget(self)
        self._foot_row = QHBoxLayout(self.foot)
        self._foot_row.setContentsMargins(0, 0, 0, 0)
        self._foot_row.addWidget(self.parts, 0, Qt.AlignmentFlag.AlignRight)
        self.body.addWidget(self.foot)
        self.body.setSpacing(4)
        session.document.changed.connect(self._on_document_changed)
        session.document.looked.connect(self._tell_decision)
        session.trainer.run_changed.connect(self._on_run_changed)
        session.selection.parameter_selected.connect(self._on_parameter_selected)
        self._sync()

    def take_actions(self, actions: dict[str, QAction]) -> None:
        self._predict = actions["predict"]
        for view in self._views.values():
            if isinstance(view, PredictionsOutput):
                view.view.offer(self._predict, view.view.foot_row)

    # which view

    @property
    def view(self) -> OutputView | None:
        """The view in sight, None while there is no data."""
        return self._views.get(self.switch.key) if self._data is not None else None

    @Slot(str)
    def show_view(self, key: str) -> None:
        """Bring a view in sight by its key in OUTPUT_VIEWS, where it is offered."""
        if key not in self.switch.keys or self._data is None:
            return
        self.switch.choose(key)
        if key not in self._views:
            self._views[key] = self._make(key)
        view = self._views[key]
        if key not in self._fresh:
            self._fresh.add(key)
            view.set_data(self._data)
        self.stack.setCurrentWidget(view.widget)
        self._show_foot(view)
        self._tell_selection()
        self.update_probes()
        if self._last is not None:
            self.show_frame(self._last)

    @Slot(str)
    def _on_view_chosen(self, key: str) -> None:
        """What a person has asked for gets the room that it needs."""
        self.show_view(key)
        height = self.view.wanted_height() if self.view is not None else 0
        if height:
            self.room_wanted.emit(height + self.height() - self.stack.height())

    def _make(self, key: str) -> OutputView:
        view = OUTPUT_VIEWS[key].factory()
        view.document = self.session.document
        self.stack.addWidget(view.widget)
        if view.foot is not None:
            self._foot_row.insertWidget(0, view.foot, 1)
        if isinstance(view, PredictionsOutput):
            view.view.paged.connect(self._on_paged)
            view.view.row_chosen.connect(self._on_row_number)
            if self._predict is not None:
                view.view.offer(self._predict, view.view.foot_row)
        if isinstance(view, MetricsOutput):
            view.view.number_chosen.connect(self._on_metric_chosen)
        if isinstance(view, TryOutput):
            view.view.tried.connect(self._on_tried)
            view.view.drawn.connect(partial(self.session.happened.emit, "drawn"))
        if isinstance(view, ThresholdOutput):
            view.view.threshold_chosen.connect(self._on_threshold)
            view.view.cost_chosen.connect(self._on_cost)
        if isinstance(view, BoundaryOutput):
            view.view.painted.connect(self._on_painted)
            view.view.erased.connect(self._on_erased)
            view.view.place_chosen.connect(self._on_place)
        if isinstance(view, FitOutput | FunctionOutput):
            view.view.row_chosen.connect(self.session.selection.ask_row)
        if isinstance(view, ConfusionOutput):
            view.view.cell_chosen.connect(self._on_cell)
        if isinstance(view, BatchOutput):
            view.view.asked.connect(self._on_paged)
            view.view.row_chosen.connect(self.session.selection.ask_row)
            view.view.set_parameter(self.session.selection.parameter)
        return view

    @Slot(str, str)
    def _on_metric_chosen(self, name: str, part: str) -> None:
        if self._data is not None:
            self.session.walk.ask(MetricCell(name, part))

    def _show_foot(self, view: OutputView | None) -> None:
        for other in self._views.values():
            if other.foot is not None:
                other.foot.setVisible(other is view)
        parts = view is not None and view.by_part and self._data is not None and len(self._data.validation) > 0
        self.parts.setVisible(parts)
        self.foot.setVisible(view is not None and (parts or view.foot is not None))

    # data

    def _sync(self) -> None:
        """Follow the document's data; views take it when they are next shown."""
        data = self.session.document.dataset
        if data is self._data:
            return
        self._data, self._last = data, None
        self._fresh.clear()
        if data is None:
            self.switch.set_choices(())
            self.stack.setCurrentWidget(self._empty)
            self._show_foot(None)
            self._tell_selection()
            return
        self._choose_part(data)
        before = self.switch.key
        fitting = [e for e in OUTPUT_VIEWS.values() if e.fits(data)]
        self.switch.set_choices([(e.key, tr_label(e.word), tr_label(e.help)) for e in fitting])
        target = data.encoder.target
        sort = (data.feature_names, target.name, target.kind, target.classes)
        same, self._sort = sort == self._sort, sort
        self.show_view(before if same and before in self.switch.keys else fitting[0].key)

    def _choose_part(self, data: Dataset) -> None:
        if self.part == "validation" and not len(data.validation):
            self.part = "train"
        self.parts.choose(self.part)

    @Slot(object, object)
    def _on_document_changed(self, before: ProjectSpec, after: ProjectSpec) -> None:
        self._sync()
        if before.decision != after.decision:
            self._tell_decision()

    @Slot()
    def _tell_decision(self) -> None:
        """Costs and looks at the test part are no part of the data, and still are to be seen at once."""
        view = self.view
        if isinstance(view, ThresholdOutput) and self._data is not None:
            view.set_data(self._data)

    @Slot()
    def _on_run_changed(self) -> None:
        """Another run: what the old one said must not stay in sight until a frame comes."""
        self._last = None
        self._sync()
        view = self.view
        if view is not None and not isinstance(view, TryOutput):
            self._fresh = {self.switch.key}
            view.set_data(self._data)
            self.update_probes()

    # frames

    def probes(self) -> tuple[Any, ...]:
        view = self.view
        return () if view is None else (view.probe(self.part),)

    def show_frame(self, frame: Frame) -> None:
        self._last = frame
        view = self.view
        answer = frame.answers.get(view.probe(self.part)) if view is not None else None
        if answer is not None:
            view.show(answer, frame.settled)

    def refresh_theme(self, theme: Theme) -> None:
        for view in self._views.values():
            view.refresh_theme(theme)

    @Slot(str)
    def _on_part(self, part: str) -> None:
        self.part = part
        for view in self._views.values():
            if isinstance(view, PredictionsOutput):
                view.view.start()
        self.update_probes()

    @Slot()
    def _on_paged(self) -> None:
        self.update_probes()

    # the rows behind what was clicked

    def show_rows(self, source: Source) -> None:
        """List rows with what each adds to the loss, in the view of the batch."""
        self.show_view("batch")
        view = self.view
        if isinstance(view, BatchOutput):
            view.view.show_source(source)

    @Slot(int, int)
    def _on_cell(self, actual: int, predicted: int) -> None:
        self.show_rows(CellRows(self.part, actual, predicted))

    @Slot(object, object)
    def _on_place(self, place: tuple[float, float], radii: tuple[float, float]) -> None:
        """Rows under the pointer, of training and validation."""
        data = self._data
        if data is None:
            return
        rows = np.concatenate((data.train, data.validation))
        raw = data.encoder.raw_inputs(data.x[rows])
        found = rows[near(raw[:, 0], raw[:, 1], np.array([place]), radii)]
        if len(found):
            self.show_rows(ChosenRows(tuple(found.tolist())))

    @Slot(int)
    def _on_row_number(self, number: int) -> None:
        """A row of the predictions, by its number in the table."""
        if self._data is not None:
            self.session.selection.ask_row(int(np.searchsorted(self._data.rows, number - 1)))

    @Slot()
    def _on_parameter_selected(self) -> None:
        batch = self._views.get("batch")
        if isinstance(batch, BatchOutput):
            batch.view.set_parameter(self.session.selection.parameter)

    # deciding

    @Slot(object)
    def _on_threshold(self, threshold: float | None) -> None:
        document = self.session.document
        document.edit(self.tr("Threshold"), edits.set_threshold, document.table, threshold, merge_key="threshold")

    @Slot(str, object)
    def _on_cost(self, name: str, value: float) -> None:
        document = self.session.document
        document.edit(self.tr("Costs"), edits.set_costs, document.table, merge_key=f"cost {name}", **{name: value})

    # painting

    @Slot(object, int)
    def _on_painted(self, points: Any, index: int) -> None:
        assert self._data is not None
        label = self._data.classes[index]
        self._use_points(self.tr("Paint points"), lambda data, table: edits.add_points(data, table, points, label))

    @Slot(object, object)
    def _on_erased(self, centres: Any, radii: tuple[float, float]) -> None:
        self._use_points(self.tr("Erase points"), lambda data, table: edits.erase_points(data, table, centres, radii))

    def _use_points(self, text: str, change: Callable[[DataSpec, Table], Table]) -> None:
        """One stroke, as one edit; a refused one goes from the picture too."""
        document, view = self.session.document, self.view

        def stroke(spec: ProjectSpec) -> ProjectSpec:
            table = change(spec.data, document.table)
            document.store.put(table)
            return spec if table is document.table else edits.use_points(spec, table)

        before = document.spec
        document.edit(text, stroke)
        if document.spec is before and isinstance(view, BoundaryOutput):
            view.view.forget_stroke()

    # trying

    @Slot()
    def _on_tried(self) -> None:
        self._tell_selection()
        self.update_probes()

    def _tell_selection(self) -> None:
        """The diagram shows the tried input's activations as long as the view is in sight."""
        view = self.view
        trying = isinstance(view, TryOutput) and self.isVisible()
        self.session.selection.try_inputs(view.view.values if trying else None)

    @guarded
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell_selection()

    @guarded
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tell_selection()
