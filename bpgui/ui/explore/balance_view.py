"""How many rows each class has in each part."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout

from bpgui.data.inspection import Balance, class_balance, missing_classes
from bpgui.data.split import PARTS
from bpgui.ui.explore.bar_list import BarLine, BarList
from bpgui.ui.explore.source import Source
from bpgui.ui.explore.view import ExploreView
from bpgui.ui.texts import count_text, group
from bpgui.ui.theme import Theme, theme
from bpgui.ui.widgets.data_words import part_color, part_word
from bpgui.ui.work import Work

UNEQUAL = 1.5  # times as many rows of one class as of another


class BalanceView(ExploreView):
    def __init__(self) -> None:
        super().__init__()
        self._source: Source | None = None
        self._balances: tuple[Balance, ...] = ()
        self._work = Work(self)
        self._work.done.connect(self._on_done)
        self.said = QLabel(self)
        self.said.setProperty("small", True)
        self.said.setWordWrap(True)
        self.bars = BarList(
            self.tr("Class balance"), self.tr("Rows of each class in training, validation and test."), self
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.said)
        column.addWidget(self.bars, 1)

    def show_source(self, source: Source) -> None:
        self._source = source
        dataset = source.dataset
        if dataset is not None:
            self._work.ask(source, lambda: class_balance(source.table, source.data, dataset), source.rows)

    @Slot(object, object)
    def _on_done(self, source: Any, balances: tuple[Balance, ...]) -> None:
        if source is self._source:
            self._balances = balances
            self._show()

    def _show(self) -> None:
        balances = self._balances
        if not balances or self._source is None:
            return
        totals = sum(balance.counts for balance in balances[:1]).sum(axis=1).tolist()  # type: ignore[union-attr]
        headings = tuple(f"{part_word(code)} {group(int(total))}" for code, total in enumerate(totals))
        colors = tuple(part_color(theme(), code) for code in range(3))
        lines = tuple(line for balance in balances for line in self._lines(balance, several=len(balances) > 1))
        self.bars.show_lines(headings, lines, colors)
        self.said.setText(" ".join(self._sentence(balance) for balance in balances))

    def _lines(self, balance: Balance, *, several: bool) -> list[BarLine]:
        """A line a class; bars as shares of each part, so that parts can be compared."""
        assert self._source is not None
        shares = balance.shares
        most = max(float(shares.max()), 1e-9) if shares.size else 1.0
        lines = []
        for place, name in enumerate(balance.classes):
            counts = balance.counts[:, place].tolist()
            texts = tuple(
                f"{group(int(count))} · {_percent(float(share))}" if count else "0"
                for count, share in zip(counts, shares[:, place], strict=True)
            )
            code = self._source.classes.index(name) if name in self._source.classes else -1
            said = f"{balance.target}: {name}" if several else name
            lines.append(BarLine(said, tuple((shares[:, place] / most).tolist()), texts, -1 if several else code))
        return lines

    def _sentence(self, balance: Balance) -> str:
        """How unequal the classes are, and which part lacks one."""
        totals = balance.counts.sum(axis=0)
        if not len(totals):
            return ""
        largest, smallest = int(totals.max()), int(totals.min())
        many, few = balance.classes[int(totals.argmax())], balance.classes[int(totals.argmin())]
        classes = count_text(len(totals), self.tr("class"), self.tr("classes"))
        if largest > UNEQUAL * smallest:
            ratio = f"{largest / max(smallest, 1):.3g}"
            text = self.tr("{0}: {1}; {2} has {3} times as many rows as {4}.")
            text = text.format(balance.target, classes, many, ratio, few)
        else:
            text = self.tr("{0}: {1}, about equally many rows of each.").format(balance.target, classes)
        lacking = missing_classes(balance)
        if lacking:
            listed = ", ".join(f"{name} ({part_word(PARTS.index(part))})" for part, name in lacking[:4])
            text += self.tr(" A part lacks a class that it should have: {0}. Split by class shares.").format(listed)
        return text

    def refresh_theme(self, theme: Theme) -> None:
        self._show()
        self.bars.viewport().update()


def _percent(share: float) -> str:
    """Never 100 % of what is not all, nor 0 % of what is something."""
    if share < 0.001:
        return "< 0.1 %"
    if 0.99 < share < 1.0:
        return f"{min(share * 100, 99.9):.1f} %"
    return f"{share * 100:.1f} %" if share < 0.1 else f"{share * 100:.0f} %"
