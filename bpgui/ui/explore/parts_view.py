"""Which rows are in which part, and what speaks against trusting the split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt, Slot
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from bpgui.data.inspection import (
    Duplicates,
    GiveAway,
    PartedGroups,
    find_duplicates,
    give_aways,
    id_like,
    parted_groups,
)
from bpgui.data.spec import Split
from bpgui.ui.explore.bar_list import LINE, BarLine, BarList
from bpgui.ui.explore.source import PARTS, Source
from bpgui.ui.explore.view import ExploreView
from bpgui.ui.sizes import px
from bpgui.ui.texts import group, tr_label
from bpgui.ui.theme import Theme, theme
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.data_words import METHOD_WORDS, part_color, part_word
from bpgui.ui.work import Work

SAMPLE = 8  # row numbers named of each part
EXAMPLES = 4


_T = "tables"
_WAYS_BY_COLUMN: dict[str, Any] = {
    "grouped": QT_TRANSLATE_NOOP(_T, "in groups of {0}"),
    "time": QT_TRANSLATE_NOOP(_T, "by the times in {0}"),
    "column": QT_TRANSLATE_NOOP(_T, "as the column {0} says"),
}


def _way(split: Split) -> str:
    """How, and by which column."""
    if split.column and split.method in _WAYS_BY_COLUMN:
        return tr_label(_WAYS_BY_COLUMN[split.method]).format(split.column)
    return tr_label(METHOD_WORDS[split.method][0])


@dataclass(frozen=True)
class Doubts:
    """What could make results look better than they are."""

    duplicates: Duplicates
    give_aways: tuple[GiveAway, ...]
    groups: tuple[PartedGroups, ...]
    ids: tuple[str, ...]


def doubts_of(source: Source) -> Doubts:
    """Everything looked for; a second's work for a large table."""
    dataset = source.dataset
    assert dataset is not None
    return Doubts(
        find_duplicates(source.table, source.data, dataset),
        give_aways(source.table, source.data, dataset, source.seed),
        parted_groups(source.table, source.data, dataset),
        id_like(source.table, source.data),
    )


class PartsView(ExploreView):
    def __init__(self) -> None:
        super().__init__()
        self._source: Source | None = None
        self._work = Work(self)
        self._work.done.connect(self._on_done)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        describe(area, self.tr("Parts of the data"), self.tr("Which rows are in which part, and what to beware of."))
        inner = QWidget(area)
        inner.setObjectName("scrolled")
        page = QVBoxLayout(inner)
        page.setContentsMargins(0, 4, 8, 8)
        page.setSpacing(8)
        self.how = self._paragraph(inner)
        self.bars = BarList(self.tr("Rows of each part"), self.tr("How many rows each part has, and a few."), inner)
        self.bars.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page.addWidget(self.how)
        page.addWidget(self.bars)
        self.paragraphs: dict[str, QLabel] = {}
        for key, title in (
            ("duplicates", self.tr("Rows that are the same")),
            ("give_aways", self.tr("Columns that give the target away")),
            ("groups", self.tr("Groups in several parts")),
        ):
            heading = QLabel(title.upper(), inner)
            heading.setProperty("section", True)
            heading.setAccessibleName(title)
            page.addSpacing(4)
            page.addWidget(heading)
            self.paragraphs[key] = self._paragraph(inner)
            page.addWidget(self.paragraphs[key])
        page.addStretch(1)
        area.setWidget(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    def _paragraph(self, parent: QWidget) -> QLabel:
        label = QLabel(parent)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def show_source(self, source: Source) -> None:
        self._source = source
        self._show_parts()
        for label in self.paragraphs.values():
            label.setText(self.tr("looking …"))
        if source.dataset is not None:
            self._work.ask(source, lambda: doubts_of(source), source.rows * len(source.table.columns))

    # ---- the parts

    def _show_parts(self) -> None:
        source = self._source
        if source is None:
            return
        split = source.data.split
        sentence = METHOD_WORDS[split.method][1]
        how = self.tr("The rows are split {0}").format(_way(split))
        how += self.tr(", seed {0}. ").format(source.seed) if split.method != "time" else ". "
        self.how.setText(how + tr_label(sentence))
        total = max(source.rows, 1)
        lines = []
        for code in range(4):
            rows = (source.parts == code).nonzero()[0]
            if code == 3 and not len(rows):
                continue
            some = ", ".join(group(int(row) + 1) for row in rows[:SAMPLE]) + (" …" if len(rows) > SAMPLE else "")
            texts = (f"{group(len(rows))} · {len(rows) / total * 100:.3g} %", some)
            color = part_color(theme(), code)
            lines.append(BarLine(part_word(code), (len(rows) / total, 0.0), texts, color=color))
        self.bars.show_lines((self.tr("rows"), self.tr("the first ones")), tuple(lines), (color, color))
        self.bars.setFixedHeight(px(LINE) * len(lines) + px(32))

    # ---- doubts

    @Slot(object, object)
    def _on_done(self, source: Any, doubts: Doubts) -> None:
        if source is not self._source:
            return
        self.paragraphs["duplicates"].setText(self._duplicates_text(doubts.duplicates))
        self.paragraphs["give_aways"].setText(self._give_aways_text(doubts.give_aways, doubts.ids))
        self.paragraphs["groups"].setText(self._groups_text(doubts.groups))

    def _duplicates_text(self, found: Duplicates) -> str:
        across = found.validation + found.test + found.test_in_validation
        if not found.repeated:
            return self.tr("None: every row has features of its own.")
        lines = [self.tr("{0} rows repeat the features of another row.").format(group(found.repeated))]
        if across:
            lines.append(
                self.tr(
                    "Among the training rows stand {0} of validation and {1} of test: there the network is asked what "
                    "it was told."
                ).format(group(found.validation), group(found.test))
            )
        else:
            lines.append(self.tr("None of them stands in two parts."))
        if found.contradicting:
            lines.append(
                self.tr("{0} rows have a twin with another target, which no network can tell apart.").format(
                    group(found.contradicting)
                )
            )
        lines += [
            self.tr("Row {0} ({1}) is row {2} ({3}).").format(
                group(t.second + 1), part_word(PARTS.index(t.second_part)),
                group(t.first + 1), part_word(PARTS.index(t.first_part)),
            )
            for t in found.examples[:EXAMPLES]
        ]  # fmt: skip
        return "\n".join(lines)

    def _give_aways_text(self, found: tuple[GiveAway, ...], ids: tuple[str, ...]) -> str:
        lines = [
            self.tr("{0} alone says {1} nearly always ({2} %). Is it known before {1} is?").format(
                entry.column, entry.target, f"{entry.score * 100:.1f}"
            )
            for entry in found
        ]
        if ids:
            lines.append(self.tr("Only say which row it is, so leave them out: {0}.").format(", ".join(ids[:8])))
        return "\n".join(lines) or self.tr("None found among the training rows.")

    def _groups_text(self, found: tuple[PartedGroups, ...]) -> str:
        lines = [
            self.tr("{0}: {1} of {2} groups stand in more than one part. Split in groups by it.").format(
                entry.column, group(entry.parted), group(entry.groups)
            )
            for entry in found
        ]
        return "\n".join(lines) or self.tr("No column that is called like a group is torn apart.")

    def refresh_theme(self, theme: Theme) -> None:
        self._show_parts()
