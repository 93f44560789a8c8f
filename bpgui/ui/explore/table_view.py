"""The data as a table: sorted by a click on a header, filtered by a line of text, fluid at a million rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from bpgui.ui.explore.filtering import Filter, FilterError, parse_filter
from bpgui.ui.explore.ordering import Rows, sort_keys, sorted_rows
from bpgui.ui.explore.source import Source
from bpgui.ui.explore.table_grid import TableGrid
from bpgui.ui.explore.table_model import PART, TableModel
from bpgui.ui.explore.view import ExploreView
from bpgui.ui.texts import group
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.controls import restyle
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.widgets.search_line import SearchLine
from bpgui.ui.work import Work

TYPING_MS = 250


class TableView(ExploreView):
    """`rows` are those listed, in their order; None: all of them as they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.model = TableModel(self)
        self.rows: Rows | None = None
        self._source: Source | None = None
        self._filter: Filter | None = None
        self._masks: tuple[str, NDArray[np.bool_]] | None = None
        self._keys: dict[int, Any] = {}
        self._work = Work(self)
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._read_line)
        self._make()

    def _make(self) -> None:
        sentence = self.tr(
            "List only some rows: amount > 100, species = Adelie and part = test, age is missing, any text."
        )
        self.line = SearchLine(self.tr("Filter"), sentence, self)
        self.line.textEdited.connect(self._on_typed)
        self.line.textChanged.connect(self._on_cleared)
        self.line.returnPressed.connect(self._read_line)
        self.counted = QLabel(self)
        self.counted.setProperty("small", True)
        self.message = ElidedLabel("", self)
        self.message.mode = Qt.TextElideMode.ElideRight
        self.message.setProperty("small", True)
        self.message.setProperty("bad", True)
        self.message.hide()
        self.table = TableGrid(self.model, self)
        self.table.head.sectionClicked.connect(self._on_header_clicked)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.line, 1)
        top.addWidget(self.counted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.message)
        column.addWidget(self.table, 1)

    def show_source(self, source: Source) -> None:
        before, self._source = self._source, source
        same = before is not None and before.table is source.table
        if not same:
            self.table.head.sorted = None
            self._keys.clear()
            self.line.clear()
            self._filter = None
            example = next((c for c in source.table.columns if not c.shape), None)
            hint = self.tr("Filter, for example {0}").format(_example(source, example.name if example else "part"))
            self.line.setPlaceholderText(hint)
            self._say("")
        self._masks, self._keys = None, {k: v for k, v in self._keys.items() if k != PART}
        self.model.set_source(source, None)
        self.rows = None
        if not same:
            self.table.fit_columns()
            self.table.scrollToTop()
        self._read_line()

    def refresh_theme(self, theme: Theme) -> None:
        self.table.viewport().update()
        self.table.head.viewport().update()
        self.table.verticalHeader().viewport().update()

    # which rows

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self._typing.start()

    @Slot(str)
    def _on_cleared(self, text: str) -> None:
        if not text and self._source is not None:
            self._read_line()

    @Slot()
    def _read_line(self) -> None:
        """Take the filter as it stands; what is not understood leaves the rows as they are, and says so."""
        self._typing.stop()
        source = self._source
        if source is None:
            return
        try:
            self._filter = parse_filter(self.line.text(), source.table, source.parts)
        except FilterError as error:
            self._say(str(error))
            return
        self._say("")
        self._list()

    def _say(self, sentence: str) -> None:
        self.message.set_text(sentence)
        self.message.setVisible(bool(sentence))
        if bool(self.line.property("invalid")) != bool(sentence):
            self.line.setProperty("invalid", bool(sentence))
            restyle(self.line)

    @Slot(int)
    def _on_header_clicked(self, section: int) -> None:
        head = self.table.head
        if head.sorted is None or head.sorted[0] != section:
            head.sorted = (section, False)
        else:
            head.sorted = None if head.sorted[1] else (section, True)
        head.viewport().update()
        self._list()

    def _list(self) -> None:
        source = self._source
        assert source is not None
        key = (source, self._filter.text if self._filter else "", self.table.head.sorted)
        if self._filter is None and self.table.head.sorted is None:
            self._work.forget()
            self._show_rows(None)
            return
        columns = len(source.table.columns) if self._filter is not None else 1
        self._work.ask(key, self._listing(source), source.rows * columns)
        if self._work.busy:
            self.counted.setText(self.tr("looking …"))

    def _listing(self, source: Source) -> Callable[[], Any]:
        """What works out the rows; it touches nothing of the window and hands over what it found on the way."""
        wanted, order, keys, masks = self._filter, self.table.head.sorted, dict(self._keys), self._masks

        def work() -> tuple[Rows | None, tuple[str, NDArray[np.bool_]] | None, dict[int, Any]]:
            mask = None
            rows: Rows = np.arange(source.rows, dtype=np.int64)
            if wanted is not None:
                mask = masks if masks is not None and masks[0] == wanted.text else (wanted.text, wanted.mask())
                rows = np.flatnonzero(mask[1])
            if order is not None:
                section, descending = order
                if section not in keys:
                    column = None if section == PART else source.table.columns[section - 1]
                    keys[section] = source.parts.astype(np.int64) if column is None else sort_keys(column)
                rows = sorted_rows(rows, keys[section], descending=descending)
            return rows, mask, keys

        return work

    @Slot(object, object)
    def _on_done(self, key: Any, result: Any) -> None:
        if key[0] is self._source:
            rows, self._masks, self._keys = result
            self._show_rows(rows)

    @Slot(object, object)
    def _on_failed(self, key: Any, error: object) -> None:
        self._say(self.tr("The rows could not be listed: {0}").format(error))

    def _show_rows(self, rows: Rows | None) -> None:
        assert self._source is not None
        if rows is not None or self.rows is not None:
            self.rows = rows
            self.model.set_rows(rows)
        total = self._source.rows
        shown = total if rows is None else len(rows)
        word = self.tr("{0} rows").format(group(total))
        self.counted.setText(word if shown == total else self.tr("{0} of {1}").format(group(shown), word))


def _example(source: Source, name: str) -> str:
    """A condition that this table could be filtered by."""
    target = source.data.target
    if target is not None and source.classes:
        return f"{target.name} = {source.classes[-1]}"
    return f"{name} > 1"


