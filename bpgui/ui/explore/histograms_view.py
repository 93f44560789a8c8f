"""A histogram for each column, and one of them large after a click."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout

from bpgui.ui.explore.class_legend import ClassLegend
from bpgui.ui.explore.histogram_drawing import STACKED, Shown, shown_of
from bpgui.ui.explore.histogram_plot import HistogramPlot
from bpgui.ui.explore.histogram_tiles import HistogramTiles
from bpgui.ui.explore.source import Source
from bpgui.ui.explore.view import ExploreView
from bpgui.ui.live.text_switch import WordButton
from bpgui.ui.texts import group
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.data_words import role_word
from bpgui.ui.work import AT_ONCE, Work


class HistogramsView(ExploreView):
    """`large` is the name of the column shown large, "" while all are shown small."""

    def __init__(self) -> None:
        super().__init__()
        self.large = ""
        self._source: Source | None = None
        self._kept: dict[tuple[str, bool], Shown] = {}
        self._work = Work(self)
        self._work.done.connect(self._on_done)
        self.back = QPushButton(self.tr("◂ All columns"), self)
        self.back.setProperty("link", True)
        describe(self.back, self.tr("All columns"), self.tr("Show the histograms of all columns again."))
        self.back.clicked.connect(self.show_all)
        self.log = WordButton(
            self.tr("log values"),
            self.tr("Take the logarithm of the values, sign(x) log(1 + |x|), so that crowded small ones spread out."),
            parent=self,
        )
        self.log.clicked.connect(self._draw_again)
        self.alike = WordButton(
            self.tr("classes alike"),
            self.tr("Draw each class by shares of its own rows, so that a rare one is as large as the others."),
            parent=self,
        )
        self.alike.clicked.connect(self._draw_again)
        self.said = QLabel(self)
        self.said.setProperty("small", True)
        self.legend = ClassLegend(self, solid=True)
        self.tiles = HistogramTiles(self)
        self.tiles.wanted.connect(self._on_wanted)
        self.tiles.opened.connect(self.show_large)
        self.plot = HistogramPlot()
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.tiles)
        self.stack.addWidget(self.plot)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.back)
        top.addWidget(self.legend, 1)
        top.addWidget(self.said)
        top.addStretch(0)
        top.addWidget(self.alike)
        top.addWidget(self.log)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        self.back.hide()

    def show_source(self, source: Source) -> None:
        self._source, self._kept = source, {}
        self._work.forget()
        self.legend.show_classes(source.classes if len(source.classes) <= STACKED else ())
        self.alike.setVisible(len(self.legend.classes) > 1)
        order = {"target": 0, "feature": 1}
        specs = [source.spec_of(column.name) for column in source.flat_columns()]
        specs.sort(key=lambda spec: order.get(spec.role, 2))
        notes = {spec.name: role_word(spec) for spec in specs if spec.role != "feature"}
        self.tiles.show_columns(tuple(spec.name for spec in specs), notes)
        if self.large and self.large in self.tiles.names:
            self.show_large(self.large)
        else:
            self.show_all()

    @Slot(str)
    def show_large(self, name: str) -> None:
        """Show one column large."""
        self.large = name
        self.back.show()
        self.stack.setCurrentWidget(self.plot)
        self._fill_large()
        self.plot.setFocus()

    @Slot()
    def show_all(self) -> None:
        """Show all columns small."""
        self.large = ""
        self.back.hide()
        self.said.setText("")
        self.stack.setCurrentWidget(self.tiles)
        self.tiles.setFocus()

    def _fill_large(self) -> None:
        shown = self._kept.get((self.large, self.log.isChecked()))
        if shown is None:
            self._on_wanted((self.large,))
            return
        self.plot.set_shown(self._wanted(shown))
        found = shown.histogram
        words = [self.tr("{0} missing").format(group(found.missing))] if found.missing else []
        if found.others:
            words.append(self.tr("{0} rows of rarer texts").format(group(found.others)))
        if shown.crowded and not shown.log:
            words.append(self.tr("crowded: try log values"))
        self.said.setText(" · ".join(words))

    @Slot()
    def _draw_again(self) -> None:
        self._work.forget()
        self.tiles.show_columns(self.tiles.names, self.tiles.notes)
        if self.large:
            self._fill_large()

    # ---- working out

    @Slot(object)
    def _on_wanted(self, names: tuple[str, ...]) -> None:
        """At once for small tables; of large ones a column at a time, beside the window."""
        source, log = self._source, self.log.isChecked()
        if source is None or self._work.busy:
            return
        known = {name: self._kept[name, log] for name in names if (name, log) in self._kept}
        if known:
            self.tiles.add({name: self._wanted(shown) for name, shown in known.items()})
            return
        wanted = names if source.rows * len(names) <= AT_ONCE else names[:1]
        columns = [source.table.column(name) for name in wanted]

        def work() -> dict[str, Shown]:
            return {column.name: shown_of(source, column, log=log) for column in columns}

        self._work.ask((source, log), work, source.rows * len(wanted))

    @Slot(object, object)
    def _on_done(self, key: Any, found: dict[str, Shown]) -> None:
        source, log = key
        if source is not self._source or log != self.log.isChecked():
            return
        self._kept |= {(name, log): shown for name, shown in found.items()}
        self.tiles.add({name: self._wanted(shown) for name, shown in found.items()})
        if self.large in found:
            self._fill_large()

    def _wanted(self, shown: Shown) -> Shown:
        """Rows or shares, as is chosen."""
        return replace(shown, alike=self.alike.isChecked() and len(shown.classes) > 1)

    def refresh_theme(self, theme: Theme) -> None:
        self.tiles.viewport().update()
        self.plot.refresh_theme(theme)
        self.legend.update()
