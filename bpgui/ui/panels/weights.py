"""The numbers that belong to the weights of one layer: as cells, as pictures, over time, as a table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bpgui.project.names import layer_name
from bpgui.project.spec import BatchNorm, Dense, Layer
from bpgui.runs.explaining import ParameterAt
from bpgui.runs.layer_numbers import NUMBER_KINDS, LayerNumbers, LayerNumbersAnswer
from bpgui.runs.spreads import Course, Spreads
from bpgui.session.explaining.spots import Neuron
from bpgui.ui.live.heatmap_view import HeatmapView
from bpgui.ui.live.number_table import NumberTable, table_text
from bpgui.ui.live.row_picture import row_picture
from bpgui.ui.live.text_switch import TextSwitch, WordButton, WordMenu
from bpgui.ui.live.weight_forms import WEIGHT_FORMS, CellsForm, LayerLook, PicturesForm, WeightForm
from bpgui.ui.panels.base import Panel
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import Theme

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset
    from bpgui.runs.answers import Frame
    from bpgui.session.session import Session
    from bpgui.ui.live.check_view import CheckView

COURSES = 8  # runs whose course is kept
CHECK, CHECK_HEIGHT = "check", 330


class WeightsPanel(Panel):
    """The layer is chosen in the header, or by selecting a Dense anywhere; beside it what is shown, below it how."""

    key = "weights"
    title = "Weights"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.layer: str | None = None
        self._run = ""
        self._data: Dataset | None = None
        self._look = LayerLook()
        self._courses: dict[str, Course] = {}
        cells = CellsForm()
        self.heatmap: HeatmapView = cells.view
        self.heatmap.cell_chosen.connect(self._on_cell_chosen)
        self.forms: dict[str, WeightForm] = {"cells": cells}
        self.table: NumberTable | None = None  # these two are made when first wanted
        self.check_view: CheckView | None = None
        self.stack = QStackedWidget(self)
        self.stack.addWidget(cells.widget)
        self.numbers = QWidget(self)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.numbers)
        self.body.addWidget(self.pages)
        self._build_header()
        self._build_foot()
        self._build_copying()
        session.document.changed.connect(self._on_document_changed)
        session.trainer.run_changed.connect(self._on_run_changed)
        session.selection.layer_selected.connect(self.show_layer)
        session.selection.parameter_selected.connect(self._on_parameter_selected)
        self._on_document_changed()
        self.show_layer(session.selection.layer or "")

    def _build_header(self) -> None:
        self.kinds = TextSwitch(self.tr("Numbers to look at"), self.header)
        kinds = NUMBER_KINDS.values()
        check = self.tr("Gradient check: every derivative of the backward pass beside the slope of the loss itself.")
        words = [(k.key, k.word, f"{tr_label(k.label)}: {tr_label(k.help)}") for k in kinds]
        words.insert(2, (CHECK, self.tr("check"), check))  # beside what it checks
        self.kinds.set_choices(words)
        self.kinds.choose("weights")
        self.kinds.chosen.connect(self._on_kind_chosen)
        self.header.add(self.kinds)
        self.choice = WordMenu(self.tr("Layer"), self.tr("The layer whose weights are shown."), self.header)
        self.choice.edited.connect(self.show_layer)
        self.header.add(self.choice)

    def _build_foot(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(8)
        self.ways = TextSwitch(self.tr("Way to look at the weights"), self)
        self.ways.chosen.connect(self.show_form)
        help = self.tr("The same as a table of numbers, to be read and copied.")
        self.as_table = WordButton(self.tr("table"), help, parent=self)
        self.as_table.toggled.connect(self._on_table)
        foot.addStretch(1)
        foot.addWidget(self.ways)
        foot.addWidget(self.as_table)
        self.body.setContentsMargins(12, 4, 12, 6)
        column = QVBoxLayout(self.numbers)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)

    def _build_copying(self) -> None:
        self.copy_action = QAction(self.tr("Copy the numbers"), self)
        self.copy_action.setToolTip(self.tr("Put what is shown on the clipboard as a table, with all digits."))
        self.copy_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.copy_action.triggered.connect(self.copy)
        self.stack.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.stack.addAction(self.copy_action)

    # frames

    def probes(self) -> tuple[Any, ...]:
        # What is seen over time is asked for all the time: there is no going back for it.
        return (Spreads(),) if self.checks else (LayerNumbers(self._look.kind.key, self.layer or ""), Spreads())

    def show_frame(self, frame: Frame) -> None:
        if frame.run_id != self._run:
            self._run = frame.run_id
            for form in self.forms.values():
                form.start()
        spreads = frame.answers.get(Spreads())
        if spreads is not None:
            self._course().add(spreads)
        if self.checks and self.check_view is not None:
            self.check_view.show_words()
        answer = frame.answers.get(LayerNumbers(self._look.kind.key, self.layer or ""))
        if answer is None or self.checks:
            return
        id = answer.layer.id if answer.layer is not None else self.layer or ""
        rows, columns = self._names(answer)
        self._look = replace(
            self._look, id=id, known=True, layer=answer.layer, rows=rows, columns=columns, course=self._course(),
            name=self.choice.text(), settled=frame.settled,
        )  # fmt: skip
        self._show()

    def _course(self) -> Course:
        """That of the run shown; those of the runs looked at last are kept."""
        course = self._courses.pop(self._run, None) or Course()
        self._courses[self._run] = course
        while len(self._courses) > COURSES:
            del self._courses[next(iter(self._courses))]
        return course

    def _names(self, answer: LayerNumbersAnswer) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Features name the first layer's inputs, targets the last one's units."""
        data, layer = self.session.document.dataset, answer.layer
        if data is None or layer is None:
            return (), ()
        inputs, units = layer.W.shape
        rows = data.feature_names if answer.first and data.features == inputs else ()
        return rows, data.output_names if answer.last and data.outputs == units else ()

    def _show(self) -> None:
        form = self.form
        if not self._look.known:
            return
        if self.table is not None and self.as_table.isChecked():
            self.table.set_numbers(*form.table(self._look), settled=self._look.settled)
        else:
            form.show(self._look)

    def refresh_theme(self, theme: Theme) -> None:
        for form in self.forms.values():
            form.refresh_theme(theme)
        if self.check_view is not None:
            self.check_view.refresh_theme(theme)

    # what is looked at, and how

    @property
    def form(self) -> WeightForm:
        """The way to look that is chosen."""
        return self.forms[self.ways.key or "cells"]

    @Slot(str)
    def show_kind(self, key: str) -> None:
        """Show another kind of numbers by its key in NUMBER_KINDS, or the gradient check."""
        self.kinds.choose(key)
        self._offer_layers()
        self.pages.setCurrentWidget(self._checked_view() if key == CHECK else self.numbers)
        if key == CHECK:
            self._checked_view().begin()
            self.update_probes()
            return
        kind = NUMBER_KINDS[key]
        self._look = replace(self._look, kind=kind, known=self._look.known and kind is self._look.kind)
        for form in self.forms.values():
            form.set_kind(self._look.kind)
        self.update_probes()

    # the gradient check

    @Slot(str)
    def _on_kind_chosen(self, key: str) -> None:
        """What a person has asked for gets the room that it needs."""
        self.show_kind(key)
        if key == CHECK:
            self.room_wanted.emit(CHECK_HEIGHT)

    def check_gradient(self) -> None:
        """Show the gradient check of the next step, made now."""
        self._on_kind_chosen(CHECK)

    @property
    def checks(self) -> bool:
        """Whether the gradient check is in sight instead of numbers."""
        return self.kinds.key == CHECK

    def _checked_view(self) -> CheckView:
        if self.check_view is None:
            from bpgui.session.checking import Checking
            from bpgui.ui.live.check_view import CheckView

            view = self.check_view = CheckView(Checking(self.session.trainer, self), self)
            view.parameter_chosen.connect(self._on_parameter_chosen)
            self.pages.addWidget(view)
            self._tell_layer()
        return self.check_view

    def _tell_layer(self) -> None:
        """The check shows the same layer, with the same names."""
        data, dense = self.session.document.dataset, self._dense()
        if self.check_view is None or data is None or self.layer is None or not dense:
            return
        rows = data.feature_names if dense[0].id == self.layer else ()
        columns = data.output_names if dense[-1].id == self.layer else ()
        self.check_view.show_layer(self.layer, rows, columns)
        self.check_view.mark(self.session.selection.parameter)

    @Slot(object)
    def _on_parameter_chosen(self, parameter: ParameterAt) -> None:
        """A derivative was clicked: its layer comes into sight, and it is to be explained."""
        self.show_layer(parameter.layer)
        self.session.selection.ask_parameter(parameter)

    @Slot(int, int)
    def _on_cell_chosen(self, row: int, column: int) -> None:
        """A cell was clicked; the row below the inputs' holds the biases."""
        shown = self.heatmap.layer
        if shown is not None:
            bias = row >= shown.W.shape[0]
            place = ParameterAt(shown.id, "b" if bias else "W", (column,) if bias else (row, column))
            self.session.selection.ask_parameter(place)

    @Slot()
    def _on_parameter_selected(self) -> None:
        if self.check_view is not None:
            self.check_view.mark(self.session.selection.parameter)

    @Slot(str)
    def show_form(self, key: str) -> None:
        """Look in another way, by its key in WEIGHT_FORMS, where it is offered."""
        if key not in self.ways.keys:
            return
        self.ways.choose(key)
        if key not in self.forms:
            self.forms[key] = form = WEIGHT_FORMS[key].factory()
            form.set_kind(self._look.kind)
            self.stack.addWidget(form.widget)
            if isinstance(form, PicturesForm):
                form.view.place_chosen.connect(self._on_place_chosen)
        self._raise()

    @Slot(bool)
    def _on_table(self, on: bool) -> None:
        if self.table is None:
            self.table = NumberTable()
            self.stack.addWidget(self.table)
        self._raise()

    def _raise(self) -> None:
        table = self.table if self.as_table.isChecked() else None
        self.stack.setCurrentWidget(table or self.form.widget)
        self._look = replace(self._look, settled=True)
        self._show()

    @Slot()
    def copy(self) -> None:
        """What is shown as a table, onto the clipboard."""
        if self.table is not None and self.as_table.isChecked():
            text = self.table.text()
        else:
            numbers, rows, columns = self.form.table(self._look)
            text = table_text(numbers, list(rows), list(columns))
        QGuiApplication.clipboard().setText(text)

    @Slot(int, int)
    def _on_place_chosen(self, neuron: int, source: int) -> None:
        """A pixel in a neuron's picture was clicked, which is a weight, or the neuron."""
        if source >= 0:
            self.session.selection.ask_parameter(ParameterAt(self._look.id, "W", (source, neuron)))
        else:
            self.session.walk.ask(Neuron(self._look.id, neuron))

    # which layer

    def _dense(self) -> list[Dense]:
        return [layer for layer in self.session.document.spec.network.layers if isinstance(layer, Dense)]

    def _offered(self) -> list[Layer]:
        """The layers to choose from: what has weights, and in the gradient check what has a γ and a β."""
        kinds = (Dense, BatchNorm) if self.checks else (Dense,)
        return [layer for layer in self.session.document.spec.network.layers if isinstance(layer, kinds)]

    def _offer_layers(self) -> None:
        """Another one where the present one is not offered: the Dense before it."""
        spec, offered = self.session.document.spec, [layer.id for layer in self._offered()]
        self.choice.set_choices([(id, layer_name(spec, id, tr_label)) for id in offered])
        if self.layer not in offered:
            ids = [layer.id for layer in spec.network.layers]
            before = ids[: ids.index(self.layer)] if self.layer in ids else []
            self.layer = next((id for id in (*reversed(before), *offered) if id in offered), None)
            self._look = replace(self._look, known=False)
        self.choice.set_value(self.layer)

    @Slot(str)
    def show_layer(self, id: str) -> None:
        """Show a layer by its id, where it is offered."""
        if id != self.layer and id in {layer.id for layer in self._offered()}:
            self.layer = id
            self.choice.set_value(id)
            self._look = replace(self._look, known=False)
            self._offer_forms()
            self._tell_layer()
            self.update_probes()

    def _offer_forms(self) -> None:
        """Pictures only where the chosen layer looks at one."""
        dense = self._dense()
        first = bool(dense) and dense[0].id == self.layer
        pictured = first and self._look.picture is not None
        offered = [e for e in WEIGHT_FORMS.values() if pictured or not e.pictured]
        before = self.ways.key
        self.ways.set_choices([(e.key, tr_label(e.word), tr_label(e.help)) for e in offered])
        self.show_form(before if before in self.ways.keys else "cells")

    @Slot()
    def _on_document_changed(self) -> None:
        data = self.session.document.dataset
        if data is not self._data:
            self._data = data
            picture = row_picture(data, self.session.document.table) if data is not None else None
            self._look = replace(self._look, picture=picture)
        self._offer_layers()
        self._offer_forms()
        self._tell_layer()
        self.update_probes()

    @Slot()
    def _on_run_changed(self) -> None:
        blocked = self.session.trainer.run is None
        self._look = replace(self._look, layer=None, course=None, known=blocked)
        self._show()
