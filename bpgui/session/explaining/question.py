"""What the walk asks of a run, between two steps."""

from __future__ import annotations

from dataclasses import dataclass

from bpgui.engine.training import Training
from bpgui.runs.driver import Driver
from bpgui.runs.explaining import ExplainMetric, TakeTrace, TraceAnswer
from bpgui.session.explaining.pages import Page, epoch_page
from bpgui.session.explaining.spots import CurvePoint, MetricCell, Spot

MOST_NUMBERS = 20_000_000  # of activations in a trace; a larger batch is explained by its first rows


@dataclass(frozen=True)
class NextStepAnswer:
    """The step, how many rows its batch has, and the page of a spot that no step is needed for."""

    step: TraceAnswer
    rows_in_batch: int
    page: Page | None = None


@dataclass(frozen=True)
class NextStep:
    """The run's next step; of the first rows alone where the whole batch would be too much to keep.

    `about`, where it is a point of the curve or a metric, is answered with it. Of a `row` that the step does not take
    (an index into the encoded data), the step of it alone; with batch norm, of it and one other.
    """

    about: Spot | None = None
    row: int | None = None

    def __call__(self, driver: Driver) -> NextStepAnswer:
        rows = driver.training.batch_rows()
        most = _rows_kept(driver.training)
        chosen = None if len(rows) <= most else tuple(rows[:most].tolist())
        if self.row is not None and self.row not in rows[:most]:
            others = rows[rows != self.row][: driver.training.network.couples_rows]
            chosen = (self.row, *others.tolist())
        return NextStepAnswer(TakeTrace(chosen)(driver), len(rows), self._page(driver))

    def _page(self, driver: Driver) -> Page | None:
        match self.about:
            case CurvePoint(epoch):
                return epoch_page(driver, epoch)
            case MetricCell(name, part):
                node = ExplainMetric(name, part)(driver)
                return Page(f"{node.label}, {part}", nodes=(node,), spot=self.about)
        return None


def _rows_kept(training: Training) -> int:
    widths = training.x.shape[1] + 3 * sum(layer.W.shape[1] for layer in training.network.dense)
    return max(MOST_NUMBERS // int(widths), 2)
