"""What numbers are scaled by: statistics over the training rows, all elements of an image together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.spec import Scaling
from bpgui.data.split import Rows
from bpgui.data.table import Floats

ELEMENTS = 1 << 22  # so many numbers are reckoned with at a time: a large column of bytes never stands as float64
Pieces = Callable[[], Iterator[Floats]]


@dataclass(frozen=True)
class Scale:
    """(value - center) / scale, of the logarithm where `log` says so. `constant`: all values were the same."""

    center: float = 0.0
    scale: float = 1.0
    log: bool = False
    constant: bool = False


def logarithm(values: Floats) -> Floats:
    """sign(x) ln(1 + |x|)."""
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)))


def exponential(values: Floats) -> Floats:
    """The inverse of `logarithm`."""
    return np.asarray(np.sign(values) * np.expm1(np.abs(values)))


def scaled(values: Floats, center: float, scale: float, log: bool) -> Floats:
    """Values in the file's units as the network sees them."""
    if log:
        values = logarithm(values)
    return values if center == 0.0 and scale == 1.0 else (values - center) / scale


def unscaled(values: Floats, center: float, scale: float, log: bool) -> Floats:
    """The inverse of `scaled`."""
    values = values * scale + center
    return exponential(values) if log else values


def pieces_of(values: NDArray[Any], rows: Rows) -> Pieces:
    """The finite numbers of those rows as float64, piece by piece; asked for again it begins anew."""
    width = max(1, values[:1].size)
    count = max(1, ELEMENTS // width)

    def pieces() -> Iterator[Floats]:
        for start in range(0, max(1, len(rows)), count):
            piece = np.asarray(values[rows[start : start + count]], np.float64).ravel()
            finite = np.isfinite(piece)
            yield piece if finite.all() else piece[finite]

    return pieces


def fit_scale(pieces: Pieces, scaling: Scaling) -> Scale:
    """Center and scale of those numbers; a constant has the scale 1."""
    if scaling == "log":
        center, scale, constant = moments(lambda: map(logarithm, pieces()))
        return Scale(center, scale, True, constant)
    if scaling == "minmax":
        low, high = limits(pieces)
        return Scale(low, high - low if high > low else 1.0, constant=low == high)
    if scaling == "robust":
        low, middle, high = quantiles(pieces, (0.25, 0.5, 0.75))
        # Most values may be the same, and the quartiles with them, where the others differ: as RobustScaler does.
        return Scale(middle, high - low or 1.0)
    center, scale, constant = moments(pieces)
    return Scale(center, scale, constant=constant) if scaling == "standard" else Scale(constant=constant)


def limits(pieces: Pieces) -> tuple[float, float]:
    """The least and the largest number; (0, 0) where there is none."""
    ends = [(float(piece.min()), float(piece.max())) for piece in pieces() if piece.size]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else (0.0, 0.0)


def quantiles(pieces: Pieces, shares: tuple[float, ...]) -> list[float]:
    """Those shares of the numbers lie below, between neighbours in proportion (numpy's "linear"); 0 of none."""
    found = [np.unique(piece, return_counts=True) for piece in pieces() if piece.size]
    if not found:
        return [0.0 for _ in shares]
    values, inverse = np.unique(np.concatenate([piece for piece, _ in found]), return_inverse=True)
    counts = np.zeros(len(values), np.int64)
    np.add.at(counts, inverse, np.concatenate([count for _, count in found]))
    ends = np.cumsum(counts)
    result = []
    for share in shares:
        place = share * (int(ends[-1]) - 1)
        low = int(place)
        first, second = (float(values[np.searchsorted(ends, at, "right")]) for at in (low, min(low + 1, ends[-1] - 1)))
        result.append(first + (second - first) * (place - low))
    return result


def moments(pieces: Pieces) -> tuple[float, float, bool]:
    """Mean and standard deviation (n in the denominator), and whether the values are constant.

    In two passes where there are several pieces; a single one as `mean_and_scale` has it.
    """
    count, pieces_seen, largest, total = 0, 0, 0.0, 0.0
    for piece in pieces():
        count += piece.size
        pieces_seen += 1
        largest = max(largest, float(np.abs(piece).max(initial=0.0)))
    if pieces_seen == 1:
        return mean_and_scale(next(pieces()))
    unit = _unit(largest)
    for piece in pieces():
        total += float((piece / unit).sum())
    mean, squares = total / max(count, 1), 0.0
    for piece in pieces():
        squares += float(np.square(piece / unit - mean).sum())
    return _judged(mean, squares / max(count, 1), count, unit)


def mean_and_scale(values: Floats) -> tuple[float, float, bool]:
    """Mean and standard deviation over all elements (n in the denominator), and whether the values are constant.

    A constant has the scale 1. Values near the ends of float64 are scaled first, so that nothing overflows.
    """
    if not values.size:
        return 0.0, 1.0, True
    unit = _unit(float(np.abs(values).max(initial=0.0)))
    scaled = values / unit
    mean = float(scaled.mean())
    return _judged(mean, float(np.square(scaled - mean).mean()), values.size, unit)


def _unit(largest: float) -> float:
    return 1.0 if largest == 0.0 or 1e-100 < largest < 1e100 else largest


def _judged(mean: float, variance: float, count: int, unit: float) -> tuple[float, float, bool]:
    """Constant is judged as scikit-learn's StandardScaler does, by the rounding error of the variance.

    (Chan, Golub, LeVeque 1983.)
    """
    rounding = count * np.finfo(np.float64).eps
    if variance <= rounding * variance + (rounding * mean) ** 2:
        return mean * unit, 1.0, True
    return mean * unit, float(np.sqrt(variance)) * unit, False
