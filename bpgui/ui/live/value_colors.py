"""Outputs of a network as colours: classes by hue and certainty, numbers on a sequence."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from bpgui.ui.live.class_shares import class_of, class_shares, sureness
from bpgui.ui.live.drawing import packed
from bpgui.ui.numbers import PLOT_LIMIT
from bpgui.ui.theme import DARK, LIGHT, Theme

LEVELS = 128
# Dark to bright through green: neither the blue and orange of signs nor a pair of class hues.
_SEQUENCE = ("#2b1d4e", "#3d3a78", "#35608d", "#2a8a8b", "#3fae78", "#8fcb4a", "#e8e04a")


def class_color(colors: Theme, index: int) -> QColor:
    return colors.class_colors[index % len(colors.class_colors)]


def class_symbol(colors: Theme, index: int) -> str:
    return colors.class_symbols[index % len(colors.class_symbols)]


def _rgb(color: QColor) -> NDArray[np.float64]:
    return np.array((color.red(), color.green(), color.blue()), dtype=np.float64)


def certainty(outputs: NDArray[Any], negative: float = 0.0) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Class and certainty 0 … 1 of outputs (..., k) with targets 1 and `negative`. What is not finite: 0."""
    values = np.asarray(outputs, dtype=np.float64)
    finite = np.isfinite(values).all(axis=-1)
    if not finite.all():
        values = np.where(np.isnan(values), (1.0 + negative) / 2.0, values)
    found, p = class_of(values, negative), class_shares(values, negative)
    if values.shape[-1] == 1:
        return found, np.abs(p[..., 0] - 0.5) * (2.0 * finite)
    classes = values.shape[-1]
    sure = np.clip((p.max(axis=-1) - 1.0 / classes) / (1.0 - 1.0 / classes), 0.0, 1.0)
    return found, np.where(finite, sure, 0.0)


@lru_cache(maxsize=8)
def _class_table(dark: bool, count: int, background: int) -> NDArray[np.uint32]:
    """(count, LEVELS) 0xffRRGGBB: each class's hue coming out of the background."""
    colors = DARK if dark else LIGHT
    hues = np.stack([_rgb(class_color(colors, i)) for i in range(count)])[:, None, :]
    share = np.linspace(0.0, 0.62 if dark else 0.5, LEVELS)[None, :, None]
    return packed(_opaque(hues * share + _rgb(QColor(background)) * (1.0 - share)))


def class_image(
    outputs: NDArray[Any], colors: Theme, background: QColor, negative: float = 0.0, threshold: float | None = None
) -> NDArray[np.uint32]:
    """(rows, columns) 0xffRRGGBB of a grid of outputs: the class's hue, fading to the background where it is unsure."""
    if outputs.shape[-1] == 1:
        shares = sureness(outputs[..., 0], negative, threshold)
        return _two_class_image(shares, np.isfinite(outputs[..., 0]), _class_table(colors.dark, 2, background.rgb()))
    index, sure = certainty(outputs, negative)
    table = _class_table(colors.dark, max(int(outputs.shape[-1]), 2), background.rgb())
    return table[index, np.rint(sure * (LEVELS - 1)).astype(np.intp)]


def _two_class_image(p: NDArray[Any], finite: NDArray[np.bool_], table: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The same for the second class's shares (rows, columns), by one look into both classes' shades in a row."""
    shades = np.concatenate((table[0, :0:-1], table[1]))
    if not finite.all():
        p = np.where(finite, p, 0.5)
    steps = np.rint(p * (2 * (LEVELS - 1)))
    return np.asarray(shades[steps.astype(np.intp)])


def sequence(shares: NDArray[Any]) -> NDArray[np.ubyte]:
    """(..., 4) RGBA at shares 0 … 1 of the sequential scale; not finite: grey."""
    shares = np.asarray(shares, dtype=np.float64)
    stops = np.stack([_rgb(QColor(name)) for name in _SEQUENCE])
    at = np.linspace(0.0, 1.0, len(stops))
    flat = np.clip(np.nan_to_num(shares, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0)
    rgb = np.stack([np.interp(flat, at, stops[:, channel]) for channel in range(3)], axis=-1)
    rgb[~np.isfinite(shares)] = 128.0
    return _opaque(rgb)


def shares_of(values: NDArray[Any], low: float, high: float) -> NDArray[np.float64]:
    """Where numbers lie between low and high, unclipped; NaN where they are not finite."""
    array = np.asarray(values, dtype=np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        array = np.where(np.abs(array) <= PLOT_LIMIT, array, np.nan)
        return (array - low) / (high - low) if high > low else np.where(np.isnan(array), np.nan, 0.5)


def _opaque(rgb: NDArray[np.float64]) -> NDArray[np.ubyte]:
    out = np.empty((*rgb.shape[:-1], 4), dtype=np.ubyte)
    out[..., :3] = np.rint(rgb)
    out[..., 3] = 255
    return out
