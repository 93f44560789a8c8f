"""The ways to look at the numbers of a layer, as a table: how an answer gets in, and what it is as a table.

Views that the window does not begin with are imported when they are first wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from bpgui.runs.answers import LayerWeights
from bpgui.runs.layer_numbers import NUMBER_KINDS, NumberKind
from bpgui.runs.spreads import QUANTILES, Course
from bpgui.ui.live.heatmap_view import HeatmapView
from bpgui.ui.live.heatmap_words import neuron_name
from bpgui.ui.live.row_picture import RowPicture
from bpgui.ui.theme import Theme


def tr(text: str) -> str:
    return QCoreApplication.translate("WeightForms", text)


@dataclass(frozen=True)
class LayerLook:
    """What is looked at: numbers of a `kind` of one layer, None while there are none, and how they came about.

    `known` is False while an answer is awaited. `id` and `name` are the layer's; `rows` and `columns` name its inputs
    and neurons where they have names; `picture` says what the inputs look like where they are one picture.
    """

    kind: NumberKind = NUMBER_KINDS["weights"]
    id: str = ""
    name: str = ""
    known: bool = False
    layer: LayerWeights | None = None
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    picture: RowPicture | None = None
    course: Course | None = None
    settled: bool = True


Table = tuple[NDArray[Any], tuple[str, ...], tuple[str, ...]]


class WeightForm:
    """One way to look."""

    widget: QWidget

    def set_kind(self, kind: NumberKind) -> None:
        """The next numbers are of another kind."""

    def show(self, look: LayerLook) -> None:
        raise NotImplementedError

    def start(self) -> None:
        """Another run begins."""

    def table(self, look: LayerLook) -> Table:
        """(numbers, names of rows, names of columns) of what is shown."""
        return numbers_table(look)

    def refresh_theme(self, theme: Theme) -> None:
        self.widget.refresh_theme(theme)  # type: ignore[attr-defined]


class CellsForm(WeightForm):
    def __init__(self) -> None:
        self.widget = self.view = HeatmapView()

    def set_kind(self, kind: NumberKind) -> None:
        self.view.set_kind(kind)

    def start(self) -> None:
        self.view.start_scale()

    def show(self, look: LayerLook) -> None:
        self.view.set_names(look.rows, look.columns)
        self.view.set_layer(look.layer, look.settled)


class PicturesForm(WeightForm):
    def __init__(self) -> None:
        from bpgui.ui.live.neuron_pictures import NeuronPictures

        self.widget = self.view = NeuronPictures()

    def set_kind(self, kind: NumberKind) -> None:
        self.view.set_kind(kind)

    def start(self) -> None:
        self.view.start_scale()

    def show(self, look: LayerLook) -> None:
        if look.picture is not None:
            self.view.set_shape(look.picture.shape, sound=look.picture.sound)
            self.view.set_names(look.columns)
            self.view.set_layer(look.layer, look.settled)


class CourseForm(WeightForm):
    def __init__(self) -> None:
        from bpgui.ui.live.course_view import CourseView

        self.widget = self.view = CourseView()

    def show(self, look: LayerLook) -> None:
        course = look.course or Course()
        steps, values = course.of(look.kind.key, look.id)
        last = course.last
        known = last is not None and look.id in last.layers
        counts = last.counts[last.layers.index(look.id)] if last is not None and known else (0, 0)
        self.view.set_course(look.kind, look.name, counts, steps, values, look.settled)

    def table(self, look: LayerLook) -> Table:
        steps, values = (look.course or Course()).of(look.kind.key, look.id)
        known = np.isfinite(values[:, len(QUANTILES) // 2])
        steps, values = steps[known], values[known]
        names = tuple(tr("step {0}").format(step) for step in steps.tolist())
        columns = tuple(f"{share:.0%}".replace("%", " %") for share in QUANTILES)
        return values, names, columns


def numbers_table(look: LayerLook) -> Table:
    """A row for each input, and one for the biases; a column for each neuron."""
    if look.layer is None:
        return np.empty((0, 0)), (), ()
    W, b = look.layer.W, look.layer.b
    columns = tuple(neuron_name(unit, look.columns) for unit in range(W.shape[1]))
    rows = tuple(neuron_name(row, look.rows) for row in range(W.shape[0]))
    return (W, rows, columns) if b is None else (np.vstack((W, b)), (*rows, look.kind.b), columns)


@dataclass(frozen=True)
class WeightFormEntry:
    """One entry of WEIGHT_FORMS. `pictured` asks for inputs that are a picture."""

    key: str
    word: str
    help: str
    factory: Callable[[], WeightForm]
    pictured: bool = False


WEIGHT_FORMS: dict[str, WeightFormEntry] = {
    e.key: e
    for e in (
        WeightFormEntry(
            "cells", "cells", "A coloured cell for each weight, with its number where that fits.", CellsForm
        ),
        WeightFormEntry(
            "pictures", "pictures", "The weights of each neuron as a picture of the input.", PicturesForm, True
        ),
        WeightFormEntry(
            "course", "over time", "How the numbers are spread, step by step, as far as anyone looked.", CourseForm
        ),
    )
}
