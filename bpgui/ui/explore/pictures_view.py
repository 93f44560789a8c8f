"""Images or sounds as a grid, by class, with a line that says which row is pointed at."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from bpgui.data.table import NumberColumn
from bpgui.ui.explore.cells import cell_text
from bpgui.ui.explore.picture_grid import PictureGrid, Section
from bpgui.ui.explore.source import Source
from bpgui.ui.explore.view import ExploreView
from bpgui.ui.live.text_switch import TextSwitch
from bpgui.ui.texts import group
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.data_words import part_word
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.work import Work

SIDES = {"small": 36, "medium": 56, "large": 112}
ALL = ""


class PicturesView(ExploreView):
    def __init__(self) -> None:
        super().__init__()
        self._source: Source | None = None
        self._sections: tuple[Section, ...] = ()
        self._work = Work(self)
        self._work.done.connect(self._on_sections)
        self.column = ChoiceBox(self)
        describe(self.column, self.tr("Column of pictures"), self.tr("Which column's pictures are shown."))
        self.column.edited.connect(self._on_column)
        self.classes = ChoiceBox(self)
        describe(self.classes, self.tr("Class"), self.tr("Show the pictures of every class, or of one."))
        self.classes.edited.connect(self._on_class)
        self.sizes = TextSwitch(self.tr("Size of the pictures"), self)
        self.sizes.set_choices(
            (
                ("small", self.tr("small"), self.tr("Show many small pictures.")),
                ("medium", self.tr("medium"), self.tr("Show pictures of a middle size.")),
                ("large", self.tr("large"), self.tr("Show few large pictures.")),
            )
        )
        self.sizes.choose("medium")
        self.sizes.chosen.connect(self._on_size)
        self.grid = PictureGrid(self)
        self.grid.pointed.connect(self._on_pointed)
        self.readout = ElidedLabel("", self)
        self.readout.mode = Qt.TextElideMode.ElideRight
        self.readout.setProperty("small", True)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.column)
        top.addWidget(self.classes)
        top.addStretch(1)
        top.addWidget(self.sizes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.grid, 1)
        column.addWidget(self.readout)

    def show_source(self, source: Source) -> None:
        self._source = source
        names = [column.name for column in source.pictures()]
        self.column.set_choices([(name, name, name) for name in names])
        if self.column.value() not in names:
            self.column.set_value(names[0])
        self.column.setVisible(len(names) > 1)
        every = (ALL, self.tr("all classes"), self.tr("Show the pictures of every class."))
        self.classes.set_choices([every, *((name, name, name) for name in source.classes)])
        if self.classes.value() is None:
            self.classes.set_value(ALL)
        self.classes.setVisible(bool(source.classes))
        self._work.ask(source, lambda: sections_of(source), source.rows)

    @Slot(object, object)
    def _on_sections(self, source: Any, sections: tuple[Section, ...]) -> None:
        if source is self._source:
            self._sections = sections
            self._show()

    def _show(self) -> None:
        assert self._source is not None
        wanted = self.classes.value()
        shown = tuple(s for s in self._sections if wanted in (None, ALL) or s.name == wanted)
        column = self._source.table.column(str(self.column.value()))
        assert isinstance(column, NumberColumn)
        self.grid.show_pictures(column, shown)
        self._on_pointed(-1)

    @Slot(object)
    def _on_column(self, name: str) -> None:
        self._show()

    @Slot(object)
    def _on_class(self, name: str) -> None:
        self._show()

    @Slot(str)
    def _on_size(self, key: str) -> None:
        self.grid.set_side(SIDES[key])

    @Slot(int)
    def _on_pointed(self, row: int) -> None:
        source = self._source
        if source is None:
            return
        if row < 0:
            height, width = source.table.column(str(self.column.value())).shape[:2]
            size = self.tr("{0} pictures of {1} × {2}").format(group(source.rows), height, width)
            self.readout.set_text(size)
            return
        said = [f"{c.name}: {cell_text(c, row)}" for c in source.flat_columns()[:6]]
        place = self.tr("row {0} · {1}").format(group(row + 1), part_word(int(source.parts[row])))
        self.readout.set_text(" · ".join([place, *said]))

    def refresh_theme(self, theme: Theme) -> None:
        self.grid.viewport().update()


def sections_of(source: Source) -> tuple[Section, ...]:
    """The rows of each class, in the table's order; one section without a class where there are none."""
    codes = source.codes
    if codes is None:
        return (Section("", -1, np.arange(source.rows)),)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(-1, len(source.classes) + 1))
    found = [
        Section(name, code, order[starts[code + 1] : starts[code + 2]]) for code, name in enumerate(source.classes)
    ]
    unknown = order[starts[0] : starts[1]]
    return (*found, Section("–", -1, unknown)) if unknown.size else tuple(found)
