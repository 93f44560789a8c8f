"""Where values are missing, and how many of each column."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout

from bpgui.data.inspection import MissingMap, missing_map
from bpgui.ui.explore.bar_list import HEADING, LINE, BarLine, BarList
from bpgui.ui.explore.missing_plot import MissingPlot
from bpgui.ui.explore.source import Source
from bpgui.ui.explore.view import ExploreView
from bpgui.ui.sizes import px
from bpgui.ui.texts import group, tr_label
from bpgui.ui.theme import Theme, theme
from bpgui.ui.widgets.data_words import MISSING_WORDS
from bpgui.ui.work import Work


class MissingView(ExploreView):
    def __init__(self) -> None:
        super().__init__()
        self._source: Source | None = None
        self._found: MissingMap | None = None
        self._work = Work(self)
        self._work.done.connect(self._on_done)
        self.said = QLabel(self)
        self.said.setProperty("small", True)
        self.said.setWordWrap(True)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.plot = MissingPlot(self)
        sentence = self.tr("How many values each column misses, and what stands in their place.")
        self.bars = BarList(self.tr("Missing values by column"), sentence, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.said)
        column.addWidget(self.plot, 3)
        column.addWidget(self.bars, 2)

    def show_source(self, source: Source) -> None:
        self._source = source
        self._work.ask(source, lambda: missing_map(source.table), source.rows * len(source.table.columns))

    @Slot(object, object)
    def _on_done(self, source: Any, found: MissingMap) -> None:
        if source is self._source:
            self._found = found
            self.plot.set_map(found)
            self._show()

    def _show(self) -> None:
        found, source = self._found, self._source
        if found is None or source is None:
            return
        some = bool(found.counts.any())
        self.said.setText(f"{self.plot.describe()}." if some else self.tr("No value is missing."))
        self.plot.setVisible(some)
        self.bars.setVisible(some)
        order = [int(i) for i in np.argsort(-found.counts, kind="stable") if found.counts[i]]
        self.bars.show_lines((self.tr("missing"),), tuple(self._line(i) for i in order), (theme().warn,))
        self.bars.setMaximumHeight(px(HEADING) + px(LINE) * len(order) + 4)  # the map has what is over

    def _line(self, index: int) -> BarLine:
        assert self._found is not None
        assert self._source is not None
        name, count = self._found.names[index], int(self._found.counts[index])
        spec, share = self._source.spec_of(name), count / max(self._source.rows, 1)
        what = tr_label(MISSING_WORDS[spec.missing][0]) if spec.role in ("feature", "target") else self.tr("not used")
        return BarLine(name, (share,), (f"{group(count)} · {share * 100:.3g} % · {what}",))

    def refresh_theme(self, theme: Theme) -> None:
        self.plot.refresh_theme(theme)
        self._show()
