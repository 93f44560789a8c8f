"""The data itself, in as many ways as make sense for it; nothing is worked out while it is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.explore.source import Source
from bpgui.ui.explore.view import ExploreView
from bpgui.ui.explore.views import EXPLORE_VIEWS
from bpgui.ui.live.text_switch import TextSwitch
from bpgui.ui.panels.base import Panel
from bpgui.ui.texts import count_text, tr_label
from bpgui.ui.theme import Theme

if TYPE_CHECKING:
    from bpgui.session.session import Session


class ExplorePanel(Panel):
    """A word for each view; views are made when first chosen and given the data when they come in sight."""

    key = "explore"
    title = "Explore data"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._views: dict[str, ExploreView] = {}
        self._fresh: set[str] = set()
        self._source: Source | None = None
        self.switch = TextSwitch(self.tr("Way to look at the data"), self)
        self.switch.chosen.connect(self.show_view)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.switch)
        row.addStretch(1)
        self.body.addLayout(row)
        self.stack = QStackedWidget(self)
        self.body.addWidget(self.stack, 1)
        self.body.setSpacing(4)
        session.document.changed.connect(self._on_document_changed)

    @property
    def view(self) -> ExploreView | None:
        """The view in sight."""
        return self._views.get(self.switch.key)

    @Slot(str)
    def show_view(self, key: str) -> None:
        """Bring a view in sight by its key in EXPLORE_VIEWS, where it is offered for the data."""
        if key not in self.switch.keys or self._source is None:
            return
        self.switch.choose(key)
        if key not in self._views:
            self._views[key] = EXPLORE_VIEWS[key].factory()
            self.stack.addWidget(self._views[key])
        view = self._views[key]
        self.stack.setCurrentWidget(view)
        if key not in self._fresh:
            self._fresh.add(key)
            view.show_source(self._source)

    def _sync(self) -> None:
        """Follow the document's data; views take it when they are next in sight."""
        document = self.session.document
        table, data, dataset, seed = document.table, document.spec.data, document.dataset, document.spec.seed
        known = self._source
        same = known is not None and known.table is table and known.dataset is dataset
        if known is not None and same and (known.data, known.seed) == (data, seed):
            return
        self._source = source = Source(table, data, dataset, seed)
        self._fresh.clear()
        before = self.switch.key
        fitting = [entry for entry in EXPLORE_VIEWS.values() if entry.fits(source)]
        self.switch.set_choices([(e.key, tr_label(e.word), tr_label(e.help)) for e in fitting])
        columns = count_text(len(table.columns), self.tr("column"), self.tr("columns"))
        self.set_note(f"{count_text(table.rows, self.tr('row'), self.tr('rows'))} · {columns}")
        self.show_view(before if before in self.switch.keys else fitting[0].key)

    @Slot(object, object)
    def _on_document_changed(self, before: object, after: object) -> None:
        if self.isVisible():
            self._sync()

    @guarded
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._sync()

    def refresh_theme(self, theme: Theme) -> None:
        for view in self._views.values():
            view.refresh_theme(theme)
