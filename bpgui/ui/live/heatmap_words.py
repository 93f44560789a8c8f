"""A heat-map in words: a number under the pointer, all of them in a sentence, why there are none."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from bpgui.runs.answers import LayerWeights
from bpgui.runs.layer_numbers import NumberKind
from bpgui.ui.numbers import format_number
from bpgui.ui.texts import tr_label


def tr(text: str) -> str:
    return QCoreApplication.translate("Heatmap", text)


def neuron_name(unit: int, names: tuple[str, ...]) -> str:
    """A class or an output by its name, any other neuron by its number from 1."""
    return names[unit] if unit < len(names) else tr("neuron {0}").format(unit + 1)


def cell_words(
    kind: NumberKind, cell: tuple[int, int], value: float, rows: tuple[str, ...], columns: tuple[str, ...]
) -> str:
    """ "W[1, 3] = 0.29, from x1 to neuron 3"; a row past the last input is the biases'."""
    row, column = cell
    number, unit = format_number(value), neuron_name(column, columns)
    if row < 0:
        return tr("{0}[{1}] = {2}, bias of {3}").format(kind.b, column + 1, number, unit)
    text = tr("{0}[{1}, {2}] = {3}, from {4} to {5}")
    return text.format(kind.W, row + 1, column + 1, number, neuron_name(row, rows), unit)


def matrix_words(kind: NumberKind, W: NDArray[Any]) -> str:
    """The size of a matrix and the range of its finite numbers."""
    good = W[np.isfinite(W)]
    text = tr("{0} inputs by {1} neurons, {2} from {3} to {4}")
    low, high = format_number(float(good.min())), format_number(float(good.max()))
    return text.format(*W.shape, tr_label(kind.label).lower(), low, high)


def nothing_words(kind: NumberKind, layer: LayerWeights | None) -> str:
    """Why no cell is drawn."""
    if layer is None:
        return tr_label(kind.missing) or tr("No weights yet: they show when the project can be trained")
    if not layer.W.size:
        return tr("This layer has no weights")
    return tr("no finite weights") if kind.key == "weights" else tr("no finite numbers")
