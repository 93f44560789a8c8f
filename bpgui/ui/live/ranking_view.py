"""From which output on: both curves of all thresholds, the one that is taken, what it decides and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from bpgui.project.spec import Decision
from bpgui.runs.answers import RankingAnswer
from bpgui.runs.choosing import chosen
from bpgui.runs.ranking import Ranked
from bpgui.ui.live.ranking_bar import ThresholdBar
from bpgui.ui.live.ranking_costs import CostTable
from bpgui.ui.live.ranking_plots import PrecisionRecallPlot, RocPlot
from bpgui.ui.live.ranking_scale import ThresholdScale
from bpgui.ui.live.ranking_table import DecisionTable
from bpgui.ui.numbers import format_number
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import count_text
from bpgui.ui.theme import Theme

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset

PLOT_HEIGHT = 106


class RankingView(QScrollArea):
    """`threshold_chosen(number or None)` and `cost_chosen(name, number)` when a person has settled on one.

    A drag of the slider moves everything here at once; only its end is an edit.
    """

    threshold_chosen = Signal(object)
    cost_chosen = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._answer: RankingAnswer | None = None
        self._data: Dataset | None = None
        self._looks = 0
        self.decision = Decision()
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        self.plots = (PrecisionRecallPlot(), RocPlot())
        row = QHBoxLayout()
        row.setSpacing(8)
        for plot in self.plots:
            sized(plot, lambda w: w.setMinimumHeight(px(PLOT_HEIGHT)))
            plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            row.addWidget(plot, 1)
        column.addLayout(row, 1)
        self.table = DecisionTable()
        self.bar = ThresholdBar(inner)
        self.costs = CostTable(inner)
        self.says = QLabel(inner)
        self.says.setProperty("small", True)
        self.says.setWordWrap(True)
        for widget in (self.bar, self.table, self.costs, self.says):
            column.addWidget(widget)
        self.setWidget(inner)
        self.bar.moved.connect(self._on_moved)
        self.bar.edited.connect(self.threshold_chosen)
        self.bar.asked.connect(self._on_asked)
        self.costs.edited.connect(self.cost_chosen)

    def set_data(self, data: Dataset, decision: Decision, looks: int) -> None:
        """Other data, another decision, or the test part was looked at (`looks` times)."""
        target = data.encoder.target
        if self._data is None or self._data.classes != data.classes or self._data.x is not data.x:
            self._answer = None
        self._data, self._looks, self.decision = data, looks, decision
        low, high = (0.0, 1.0) if not target.negative else (float("-inf"), float("inf"))
        self.bar.set_scale(ThresholdScale(low, high, target.middle))
        self.costs.set_costs(decision.costs)
        self.bar.set_threshold(target.middle if decision.threshold is None else decision.threshold)
        self._show(True)

    def wanted_height(self) -> int:
        """Pixels in which curves, decisions and costs are in sight together."""
        layout = self.widget().layout()
        return max(layout.minimumHeightForWidth(self.viewport().width()), layout.minimumSize().height())

    def set_answer(self, answer: RankingAnswer | None, settled: bool = True) -> None:
        self._answer = answer
        self._show(settled)

    @property
    def _ranked(self) -> Ranked | None:
        found = None if self._answer is None else self._answer.ranked
        return found if found is not None and found.both else None

    def _show(self, settled: bool) -> None:
        for plot in self.plots:
            plot.threshold = self.bar.threshold
            plot.set_answer(self._answer, settled)
        self.bar.set_able(self._ranked is not None)
        self._decide(settled)

    def _decide(self, settled: bool) -> None:
        """What the present threshold comes to."""
        found = None if self._answer is None else self._answer.ranked
        counts = None if found is None else found.counts(found.taken(self.bar.threshold))
        if self._data is not None:
            first, second = self._data.classes
            self.table.set_counts(counts, (first, second), settled)
        self.costs.set_counts(counts)
        text = self._sentences()
        if settled or not self.says.text():
            self.says.setText(text)

    def _sentences(self) -> str:
        """Which rows it is chosen on, the cheapest threshold, and what takes away from it."""
        data, found = self._data, self._ranked
        if data is None:
            return ""
        validation = len(data.validation) > 0
        rows = count_text(len(data.validation) if validation else len(data.train), self.tr("row"), self.tr("rows"))
        words = [
            self.tr("Chosen on validation ({0}).").format(rows)
            if validation
            else self.tr(
                "Chosen on the {0} that were learnt from, since there is no validation part: new rows will do worse."
            ).format(rows)
        ]
        best = None if found is None else chosen(found, "cheapest", self._limits(), self.decision.costs)
        if best is not None:
            words.insert(0, self.tr("Cheapest threshold: {0}.").format(format_number(best)))
        if self._looks:
            times = count_text(self._looks, self.tr("time"), self.tr("times"))
            seen = self.tr("The test part was looked at {0}: it is no longer unseen by a threshold chosen now.")
            words.append(seen.format(times))
        return " ".join(words)

    def _limits(self) -> tuple[float, float]:
        return self.bar.scale.low, self.bar.scale.high

    @Slot(float)
    def _on_moved(self, threshold: float) -> None:
        for plot in self.plots:
            plot.set_threshold(threshold)
        self._decide(False)

    @Slot(str, object)
    def _on_asked(self, rule: str, value: object) -> None:
        if self._ranked is None:
            return
        wanted = value if isinstance(value, float) else None
        best = chosen(self._ranked, rule, self._limits(), self.decision.costs, wanted)
        if best is None:
            self.says.setText(self.tr("No threshold does that on these rows."))
        else:
            self.threshold_chosen.emit(best)

    def refresh_theme(self, theme: Theme) -> None:
        for plot in self.plots:
            plot.refresh_theme(theme)
        self.table.update()
