"""Pictures of what neurons compute, from the answers of their probes: an image a neuron, made anew where it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from bpgui.runs.neuron_maps import InputGradientsAnswer, NeuronMapsAnswer
from bpgui.ui.diagram.columns import INPUT
from bpgui.ui.diagram.words import tr
from bpgui.ui.live.color_scale import HoldingScale, bound_text
from bpgui.ui.live.drawing import opaque_image
from bpgui.ui.live.heatmap_colors import CellColors
from bpgui.ui.live.row_picture import RowPicture
from bpgui.ui.numbers import format_number
from bpgui.ui.theme import Theme

Floats = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Look:
    """One neuron: its `numbers` (rows, columns), row 0 at the top, what ±`limit` is the scale of, and the picture.

    A `smooth` one is drawn with its points run into each other. `beside` is what it is to be seen beside.
    """

    numbers: Floats
    limit: float
    image: QImage
    smooth: bool
    beside: QImage | None = None

    @property
    def scale(self) -> str:
        return f"±{bound_text(self.limit)}"


class NeuronLooks:
    """The looks of a network's neurons by (column key, unit); empty while there is nothing to show.

    Maps of one layer share a scale, which is written over it. Gradients have one each: they differ too much in size.
    """

    def __init__(self, theme: Theme) -> None:
        self._colors = CellColors(theme)
        self._scales: dict[str, HoldingScale] = {}
        self._answer: NeuronMapsAnswer | InputGradientsAnswer | None = None
        self._units: dict[str, tuple[int, ...]] = {}
        self._picture: RowPicture | None = None
        self._cells: dict[tuple[str, int], NDArray[np.uint8]] = {}
        self.looks: dict[tuple[str, int], Look] = {}

    def __bool__(self) -> bool:
        return bool(self.looks)

    def forget(self) -> None:
        self._scales, self._answer, self._cells, self.looks = {}, None, {}, {}

    def take_theme(self, theme: Theme) -> None:
        self._colors = CellColors(theme)
        self.looks = {key: replace(look, image=self._image(self._cells[key])) for key, look in self.looks.items()}

    def scale_of(self, key: str) -> str:
        """ "±1.5", the scale that all maps of a layer share; "" for gradients."""
        return f"±{bound_text(self._scales[key].limit)}" if key in self._scales else ""

    def take_maps(self, answer: NeuronMapsAnswer, settled: bool = True) -> None:
        self._answer = answer
        layers = {INPUT: answer.inputs, **answer.layers}
        found: dict[tuple[str, int], Look] = {}
        for key, maps in layers.items():
            scale = self._scales.setdefault(key, HoldingScale())
            limit = scale.hold(maps, settled=settled)
            for unit, numbers in enumerate(maps[:, ::-1]):
                found[key, unit] = self._look((key, unit), numbers, limit, smooth=True)
        self._scales = {key: scale for key, scale in self._scales.items() if key in layers}
        self.looks = found

    def take_gradients(
        self, answer: InputGradientsAnswer, units: Sequence[tuple[str, tuple[int, ...]]], picture: RowPicture
    ) -> None:
        """`units` say whose the answer's rows are; channels of a colour are added up."""
        self._answer, self._units, self._picture, self._scales = answer, dict(units), picture, {}
        beside = picture.image(answer.x)
        found: dict[tuple[str, int], Look] = {}
        for key, neurons in self._units.items():
            for unit, values in zip(neurons, answer.layers[key], strict=True):
                with np.errstate(all="ignore"):  # of a run that has diverged
                    numbers = values.reshape(*picture.shape[:2], -1).sum(axis=-1)
                    limit = float(np.abs(numbers).max(initial=0.0))
                numbers = numbers[::-1] if picture.sound else numbers
                look = self._look((key, unit), numbers, limit if 0.0 < limit < np.inf else 1.0, smooth=False)
                found[key, unit] = replace(look, beside=beside)
        self.looks = found

    def _look(self, key: tuple[str, int], numbers: Floats, limit: float, *, smooth: bool) -> Look:
        cells = CellColors.indices(numbers, limit)
        before = self.looks.get(key)
        if before is not None and key in self._cells and np.array_equal(cells, self._cells[key]):
            return before if np.array_equal(numbers, before.numbers) else replace(before, numbers=numbers, limit=limit)
        self._cells[key] = cells
        return Look(numbers, limit, self._image(cells), smooth)

    def _image(self, cells: NDArray[np.uint8]) -> QImage:
        return opaque_image(self._colors.rgb(cells))

    # in words

    def words(self, key: str, unit: int) -> str:
        """What the picture shows: the range, and where its ends are; "" where there is none, and for an input."""
        look = self.looks.get((key, unit)) if key != INPUT else None
        if look is None or not np.isfinite(look.numbers).all():
            return ""
        low, high = look.numbers.argmin(), look.numbers.argmax()
        ends = [format_number(float(look.numbers.flat[place])) for place in (low, high)]
        gradient = isinstance(self._answer, InputGradientsAnswer)
        if ends[0] == ends[1]:
            text = tr("∂a/∂x is {0} at every pixel") if gradient else tr("output {0} everywhere")
            return text.format(ends[0])
        text = tr("output from {0} at {1} to {2} at {3}")
        if gradient:
            text = tr("∂a/∂x from {0} at pixel {1} to {2} at pixel {3}")
        return text.format(ends[0], self._place(look, int(low)), ends[1], self._place(look, int(high)))

    def _place(self, look: Look, flat: int) -> str:
        row, column = divmod(flat, look.numbers.shape[1])
        answer = self._answer
        if isinstance(answer, NeuronMapsAnswer):
            return ", ".join(f"{name} {format_number(v)}" for name, v in _point(answer, look, row, column))
        return f"[{row}, {column}]"

    def heading(self) -> str:
        """What all of them are pictures of."""
        answer = self._answer
        if isinstance(answer, NeuronMapsAnswer):
            return tr("output over {0}").format(" × ".join(answer.names))
        return tr("gradient on the input") if answer is not None else ""

    def legend(self) -> str:
        """The same in a word or two."""
        return tr("output") if isinstance(self._answer, NeuronMapsAnswer) else tr("gradient")

    def table(self) -> tuple[Floats, list[str], list[str], list[tuple[str, int]]]:
        """(numbers, names of rows, names of the first columns, neurons of the other columns): a row a point or pixel.

        The first columns are where a point is in the data's units, or the input's own pixels.
        """
        answer, neurons = self._answer, list(self.looks)
        if answer is None or not neurons:
            return np.empty((0, 0)), [], [], []
        looks = list(self.looks.values())
        rows, columns = looks[0].numbers.shape
        places = [(row, column) for row in range(rows) for column in range(columns)]
        flat = [look.numbers.reshape(-1) for look in looks]
        if isinstance(answer, NeuronMapsAnswer):
            points = np.array([[v for _, v in _point(answer, looks[0], *place)] for place in places])
            names = [str(number + 1) for number in range(len(places))]
            return np.column_stack((points, *flat)), names, list(answer.names), neurons
        names = [f"[{row}, {column}]" for row, column in places]
        return np.column_stack(flat), names, [], neurons


def _point(answer: NeuronMapsAnswer, look: Look, row: int, column: int) -> list[tuple[str, float]]:
    """(name, value) on each axis of a cell of a map, whose first row is the top one."""
    x0, x1, y0, y1 = answer.extent
    rows, columns = look.numbers.shape
    found = [(answer.names[0], x0 + (x1 - x0) * column / max(columns - 1, 1))]
    if len(answer.names) > 1:
        found.append((answer.names[1], y1 - (y1 - y0) * row / max(rows - 1, 1)))
    return found
