"""One channel at another rate, band-limited: a windowed sinc taken at the phases that the two rates need.

Source: J. O. Smith, *Digital Audio Resampling*, CCRMA (bandlimited interpolation); the window is Kaiser's.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, gcd

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ZEROS = 24  # zero crossings of the sinc on either side
BETA = 9.0  # of the window: more than 80 dB down beyond the edge
EDGE = 0.92  # of the lower Nyquist frequency: half the sound's strength is left here, everything a little below
_PHASES = 16  # output samples that are reckoned together
_KEPT = 1 << 21  # numbers: larger sets of weights, for rates that have little in common, are made anew for each sound


def mono(samples: Floats) -> Floats:
    """(n,): the mean of the channels of (n, channels)."""
    return np.asarray(samples.mean(axis=1)) if samples.shape[1] > 1 else samples[:, 0]


def resample(samples: Floats, rate: int, target: int) -> Floats:
    """(ceil(n · target / rate),) the same sound at `target` Hz; silence is thought around it.

    The sums are made in one order, so that the same samples always give the same bits. Output sample k lies at
    k · rate / target on the input's axis.
    """
    if rate == target or not samples.size:
        return samples
    divisor = gcd(rate, target)
    up, down = target // divisor, rate // divisor
    reach = _reach(up, down)
    count = -(-samples.size * up // down)
    turns = -(-count // up)
    width = _width(up, down)
    padded = np.zeros(turns * down + width + reach)
    padded[reach : reach + samples.size] = samples
    windows = sliding_window_view(padded, width)
    kernels_of = _kernels if up * width <= _KEPT else _kernels.__wrapped__
    result = np.empty((turns, up))
    for first in range(0, min(up, count), _PHASES):
        # Outputs first, first + up, first + 2 up, ... and those after them: all are weighed alike, `down` apart.
        kernels = kernels_of(up, down, first, min(_PHASES, up - first))
        heard = windows[first * down // up :: down][:turns]
        result[:, first : first + len(kernels)] = np.einsum("kt,pt->kp", heard, kernels)
    return np.asarray(result.ravel()[:count])


def _reach(up: int, down: int) -> int:
    """Input samples on either side that an output sample hears."""
    return ceil(ZEROS * max(1.0, down / up) / EDGE)


def _width(up: int, down: int) -> int:
    """Input samples that `_PHASES` output samples hear."""
    return 2 * _reach(up, down) + 1 + ceil((min(_PHASES, up) - 1) * down / up)


@lru_cache(maxsize=512)
def _kernels(up: int, down: int, first: int, count: int) -> Floats:
    """(count, width): the weights of the input samples for output samples `first` and on, all from the first's reach.

    Each row adds up to one, so that a constant stays what it is.
    """
    reach = _reach(up, down)
    outputs = np.arange(first, first + count, dtype=np.int64) * down
    base = outputs // up - first * down // up
    distance = np.arange(-reach, reach + 1) - ((outputs % up) / up)[:, None]
    cutoff = EDGE * min(1.0, up / down)
    inside = np.maximum(0.0, 1.0 - (distance * cutoff / ZEROS) ** 2)
    weights = np.sinc(cutoff * distance) * np.i0(BETA * np.sqrt(inside)) * (inside > 0)
    kernels = np.zeros((count, _width(up, down)))
    places = base[:, None] + np.arange(2 * reach + 1)
    np.put_along_axis(kernels, places, weights / weights.sum(axis=1, keepdims=True), axis=1)
    return kernels
