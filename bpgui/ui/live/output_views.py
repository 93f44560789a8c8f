"""What the output panel can show, as a table: for which data, which question it asks, how an answer gets in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtWidgets import QWidget

from bpgui.runs.measures import Metrics, Ranking
from bpgui.runs.probes import Activations, Boundary, Confusion, Fit, Predictions
from bpgui.runs.scores import judged_part
from bpgui.ui.live.batch_view import BatchView
from bpgui.ui.live.confusion_view import ConfusionView
from bpgui.ui.live.fit_view import FitView, FunctionView
from bpgui.ui.live.metrics_view import MetricsView
from bpgui.ui.live.paint_bar import PaintBar
from bpgui.ui.live.painting import PaintView
from bpgui.ui.live.points import points_of
from bpgui.ui.live.predictions_view import PAGE, PredictionsView
from bpgui.ui.live.ranking_view import RankingView
from bpgui.ui.live.row_picture import row_picture
from bpgui.ui.live.try_view import TryView
from bpgui.ui.theme import Theme

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset
    from bpgui.session.document import Document


class OutputView:
    """One way to look at outputs. `foot` is a row of its own controls under it, `by_part` asks for a choice of rows.

    `document` says what the columns of the data mean and how its files are read.
    """

    document: Document | None = None
    widget: QWidget
    foot: QWidget | None = None
    by_part = False

    def set_data(self, data: Dataset) -> None:
        """Other data: forget what was shown."""

    def probe(self, part: str) -> Any:
        """The question whose answer `show` draws."""
        raise NotImplementedError

    def show(self, answer: Any, settled: bool) -> None:
        raise NotImplementedError

    def wanted_height(self) -> int:
        """Pixels in which all of it can be seen; 0 where any will do."""
        return 0

    def refresh_theme(self, theme: Theme) -> None:
        self.widget.refresh_theme(theme)  # type: ignore[attr-defined]


class BoundaryOutput(OutputView):
    """The plane, with a bar of brushes under it where the points have classes."""

    def __init__(self) -> None:
        self.widget = self.view = PaintView()
        self.foot = self.bar = PaintBar()
        self.bar.chosen.connect(self.view.choose_tool)

    def set_data(self, data: Dataset) -> None:
        first, second = data.feature_names
        self.bar.show_classes(data.classes)
        self.view.choose_tool(self.bar.tool)
        self.view.set_data((first, second), points_of(data), data.classes, data.encoder.target.in_units)

    def probe(self, part: str) -> Any:
        return Boundary()

    def show(self, answer: Any, settled: bool) -> None:
        self.view.set_answer(answer, settled)

    def refresh_theme(self, theme: Theme) -> None:
        super().refresh_theme(theme)
        self.bar.refresh_theme()


class FunctionOutput(OutputView):
    by_part = True

    def __init__(self) -> None:
        self.widget = self.view = FunctionView()

    def set_data(self, data: Dataset) -> None:
        self.view.set_names(data.feature_names[0], data.output_names[0])

    def probe(self, part: str) -> Any:
        return Fit(part)

    def show(self, answer: Any, settled: bool) -> None:
        self.view.set_answer(answer, settled)


class FitOutput(OutputView):
    by_part = True

    def __init__(self) -> None:
        self.widget = self.view = FitView()

    def set_data(self, data: Dataset) -> None:
        self.view.set_target(data.encoder.target.name)

    def probe(self, part: str) -> Any:
        return Fit(part)

    def show(self, answer: Any, settled: bool) -> None:
        self.view.set_answer(answer, settled)


class ConfusionOutput(OutputView):
    by_part = True

    def __init__(self) -> None:
        self.widget = self.view = ConfusionView()

    def set_data(self, data: Dataset) -> None:
        self.view.set_answer(None)

    def probe(self, part: str) -> Any:
        return Confusion(part)

    def show(self, answer: Any, settled: bool) -> None:
        self.view.set_answer(answer, settled)


class MetricsOutput(OutputView):
    def __init__(self) -> None:
        self.widget = self.view = MetricsView()

    def set_data(self, data: Dataset) -> None:
        self.view.clear()

    def probe(self, part: str) -> Any:
        return Metrics()

    def show(self, answer: Any, settled: bool) -> None:
        self.view.set_answer(answer, settled)


class ThresholdOutput(OutputView):
    """Judged on validation, on training where there is none; never on test rows."""

    def __init__(self) -> None:
        self.widget = self.view = RankingView()
        self._part = "validation"

    def wanted_height(self) -> int:
        return self.view.wanted_height()

    def set_data(self, data: Dataset) -> None:
        self._part = judged_part(data)
        document = self.document
        if document is not None:
            self.view.set_data(data, document.spec.decision, document.looks)

    def probe(self, part: str) -> Any:
        return Ranking(self._part)

    def show(self, answer: Any, settled: bool) -> None:
        self.view.set_answer(answer, settled)


class PredictionsOutput(OutputView):
    by_part = True

    def __init__(self) -> None:
        self.widget = self.view = PredictionsView()
        self.foot = self.view.foot

    def set_data(self, data: Dataset) -> None:
        picture = row_picture(data, self.document.table) if self.document is not None else None
        self.view.set_columns(data.feature_names, data.output_names, not data.numeric, picture)

    def probe(self, part: str) -> Any:
        return Predictions(part, self.view.first, PAGE)

    def show(self, answer: Any, settled: bool) -> None:
        self.view.set_answer(answer, settled)


class BatchOutput(OutputView):
    """The rows of the next step, or those behind something that was clicked."""

    def __init__(self) -> None:
        self.widget = self.view = BatchView()
        self.foot = self.view.foot

    def wanted_height(self) -> int:
        return 200

    def set_data(self, data: Dataset) -> None:
        self.view.set_data(data.classes, data.target_kind == "number")

    def probe(self, part: str) -> Any:
        return self.view.question

    def show(self, answer: Any, settled: bool) -> None:
        self.view.set_answer(answer, settled)


class TryOutput(OutputView):
    def __init__(self) -> None:
        self.widget = self.view = TryView()

    def set_data(self, data: Dataset) -> None:
        document = self.document
        if document is None:
            self.view.set_data(data)
        else:
            self.view.set_data(data, document.table, document.spec.data.origin)

    def probe(self, part: str) -> Any:
        return Activations(self.view.values)

    def show(self, answer: Any, settled: bool) -> None:
        self.view.set_answer(answer, settled)


@dataclass(frozen=True)
class OutputEntry:
    """`fits` says for which data it makes sense; the first that fits is what a new data set is shown with."""

    key: str
    word: str
    help: str
    fits: Callable[[Dataset], bool]
    factory: Callable[[], OutputView]


def _plain_numbers(data: Dataset, count: int) -> bool:
    inputs = data.encoder.inputs
    return len(inputs) == count and all(c.kind == "number" and not c.shape and c.width == 1 for c in inputs)


_T = "tables"
OUTPUT_VIEWS: dict[str, OutputEntry] = {
    e.key: e
    for e in (
        OutputEntry(
            "boundary",
            QT_TRANSLATE_NOOP(_T, "boundary"),
            QT_TRANSLATE_NOOP(_T, "What the network says for every point of the plane of the two inputs."),
            lambda data: _plain_numbers(data, 2) and not data.encoder.target.parts,
            BoundaryOutput,
        ),
        OutputEntry(
            "curve",
            QT_TRANSLATE_NOOP(_T, "curve"),
            QT_TRANSLATE_NOOP(_T, "The network's output as a curve over the only input, with the rows as dots."),
            lambda data: _plain_numbers(data, 1) and data.outputs == 1,
            FunctionOutput,
        ),
        OutputEntry(
            "fit",
            QT_TRANSLATE_NOOP(_T, "fit"),
            QT_TRANSLATE_NOOP(_T, "Predicted against actual values, one dot a row."),
            lambda data: data.target_kind == "number",
            FitOutput,
        ),
        OutputEntry(
            "confusion",
            QT_TRANSLATE_NOOP(_T, "confusion"),
            QT_TRANSLATE_NOOP(_T, "How often each class is taken for each other one."),
            lambda data: bool(data.classes),
            ConfusionOutput,
        ),
        OutputEntry(
            "metrics",
            QT_TRANSLATE_NOOP(_T, "metrics"),
            QT_TRANSLATE_NOOP(_T, "How good the network is, in every measure that fits the target."),
            lambda data: True,
            MetricsOutput,
        ),
        OutputEntry(
            "predictions",
            QT_TRANSLATE_NOOP(_T, "predictions"),
            QT_TRANSLATE_NOOP(_T, "Row by row: inputs, target, output, and whether it is right."),
            lambda data: True,
            PredictionsOutput,
        ),
        OutputEntry(
            "batch",
            QT_TRANSLATE_NOOP(_T, "batch"),
            QT_TRANSLATE_NOOP(_T, "The rows of the next step: what each adds to the loss, and which way it pulls."),
            lambda data: True,
            BatchOutput,
        ),
        OutputEntry(
            "try",
            QT_TRANSLATE_NOOP(_T, "try"),
            QT_TRANSLATE_NOOP(_T, "Set the inputs yourself and see the answer."),
            lambda data: True,
            TryOutput,
        ),
        OutputEntry(
            "threshold",
            QT_TRANSLATE_NOOP(_T, "threshold"),
            QT_TRANSLATE_NOOP(_T, "From which output on it is the second class: what is missed, what a false alarm."),
            lambda data: data.encoder.target.decidable,
            ThresholdOutput,
        ),
    )
}
