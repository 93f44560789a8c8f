"""What the output panel can show, as a table: for which data, which question it asks, how an answer gets in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtWidgets import QWidget

from bpgui.runs.measures import Metrics
from bpgui.runs.probes import Activations, Boundary, Confusion, Fit, Predictions
from bpgui.ui.live.boundary_view import BoundaryView
from bpgui.ui.live.confusion_view import ConfusionView
from bpgui.ui.live.fit_view import FitView, FunctionView
from bpgui.ui.live.metrics_view import MetricsView
from bpgui.ui.live.points import points_of
from bpgui.ui.live.predictions_view import PAGE, PredictionsView
from bpgui.ui.live.try_view import TryView
from bpgui.ui.theme import Theme

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset


class OutputView:
    """One way to look at outputs. `foot` is a row of its own controls under it, `by_part` asks for a choice of rows."""

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

    def refresh_theme(self, theme: Theme) -> None:
        self.widget.refresh_theme(theme)  # type: ignore[attr-defined]


class BoundaryOutput(OutputView):
    def __init__(self) -> None:
        self.widget = self.view = BoundaryView()

    def set_data(self, data: Dataset) -> None:
        target = data.encoder.target
        first, second = data.feature_names
        self.view.set_data((first, second), points_of(data), data.classes, (target.mean, target.scale))

    def probe(self, part: str) -> Any:
        return Boundary()

    def show(self, answer: Any, settled: bool) -> None:
        self.view.set_answer(answer, settled)


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


class PredictionsOutput(OutputView):
    by_part = True

    def __init__(self) -> None:
        self.widget = self.view = PredictionsView()
        self.foot = self.view.foot

    def set_data(self, data: Dataset) -> None:
        self.view.set_columns(data.feature_names, data.output_names, bool(data.classes))

    def probe(self, part: str) -> Any:
        return Predictions(part, self.view.first, PAGE)

    def show(self, answer: Any, settled: bool) -> None:
        self.view.set_answer(answer, settled)


class TryOutput(OutputView):
    def __init__(self) -> None:
        self.widget = self.view = TryView()

    def set_data(self, data: Dataset) -> None:
        self.view.set_data(data)

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
    return len(inputs) == count and all(c.kind == "number" and not c.shape for c in inputs)


_T = "tables"
OUTPUT_VIEWS: dict[str, OutputEntry] = {
    e.key: e
    for e in (
        OutputEntry(
            "boundary",
            QT_TRANSLATE_NOOP(_T, "boundary"),
            QT_TRANSLATE_NOOP(_T, "What the network says for every point of the plane of the two inputs."),
            lambda data: _plain_numbers(data, 2),
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
            "try",
            QT_TRANSLATE_NOOP(_T, "try"),
            QT_TRANSLATE_NOOP(_T, "Set the inputs yourself and see the answer."),
            lambda data: True,
            TryOutput,
        ),
    )
}
