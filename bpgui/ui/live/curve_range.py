"""What the axes of a loss curve reach over: epochs in steps, losses without the spikes that would flatten the rest."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bpgui.ui.live.axis import Axis, nice_bound, span
from bpgui.ui.live.spikes import spikes_from

Floats = NDArray[np.float64]


def epoch_axis(epochs: Sequence[Floats], planned: int) -> Axis:
    """Of all epochs in these arrays: it grows in steps, so that it stands still most of the time."""
    last = (float(np.fmax.reduce(array)) for array in epochs if len(array))
    reached = max((value for value in last if math.isfinite(value)), default=0.0)
    if planned and not any(map(len, epochs)):
        return span(0.0, float(planned))
    top = max(nice_bound(max(reached, 1.0)), 2.0)
    return span(0.0, float(planned) if 0 < reached <= planned <= top * 1.5 else top)


def loss_axis(series: Sequence[Floats], log: bool) -> tuple[Axis, float]:
    """Of these losses; and from where on they are spikes above it, infinite where there is none."""
    series = [array for array in series if len(array)]
    found = [_extent(array, log) for array in series]
    cut = spikes_from(series, max((high for _, high in found if math.isfinite(high)), default=0.0), log)
    if math.isfinite(cut):
        found = [_extent(without_spikes(array, cut), log) for array in series]
    return _axis([extent for extent in found if math.isfinite(extent[0])], log), cut


def without_spikes(values: Floats, cut: float) -> Floats:
    """The values with gaps for what is above `cut`."""
    if cut == math.inf:
        return values
    with np.errstate(invalid="ignore"):
        return np.where(values > cut, np.nan, values)


def _extent(values: Floats, log: bool) -> tuple[float, float]:
    """Lowest and highest of what has a place on the axis, NaN where there is nothing."""
    if log:
        with np.errstate(invalid="ignore"):
            values = np.where(values > 0, values, np.nan)
    return float(np.fmin.reduce(values)), float(np.fmax.reduce(values))


def _axis(extents: list[tuple[float, float]], log: bool) -> Axis:
    if not extents:
        return span(0.1, 1.0, log=True) if log else span(0.0, 1.0)
    low, high = min(low for low, _ in extents), max(high for _, high in extents)
    if log:
        least = 1.0 / nice_bound(1.0 / low) if low > 1e-140 else low
        return span(min(least, high / 10), nice_bound(high), log=True)
    return span(-nice_bound(low) if low < 0 else 0.0, nice_bound(high) if high > 0 else 0.0)
