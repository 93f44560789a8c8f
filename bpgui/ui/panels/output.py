"""What comes out of the network, in as many ways as make sense for the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.live.output_views import OUTPUT_VIEWS, OutputView, PredictionsOutput, TryOutput
from bpgui.ui.live.text_switch import TextSwitch
from bpgui.ui.panels.base import Panel
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import Theme

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset
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
        self.switch.chosen.connect(self.show_view)
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
        self.foot = QWidget(self)
        self._foot_row = QHBoxLayout(self.foot)
        self._foot_row.setContentsMargins(0, 0, 0, 0)
        self._foot_row.addWidget(self.parts, 0, Qt.AlignmentFlag.AlignRight)
        self.body.addWidget(self.foot)
        self.body.setSpacing(4)
        session.document.changed.connect(self._on_document_changed)
        session.trainer.run_changed.connect(self._on_run_changed)
        self._sync()

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

    def _make(self, key: str) -> OutputView:
        view = OUTPUT_VIEWS[key].factory()
        self.stack.addWidget(view.widget)
        if view.foot is not None:
            self._foot_row.insertWidget(0, view.foot, 1)
        if isinstance(view, PredictionsOutput):
            view.view.paged.connect(self._on_paged)
        if isinstance(view, TryOutput):
            view.view.tried.connect(self._on_tried)
        return view

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
    def _on_document_changed(self, before: object, after: object) -> None:
        self._sync()

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
