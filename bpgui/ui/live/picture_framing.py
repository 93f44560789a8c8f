"""How the pictures of a data set are framed (MNIST: 20 of 28 pixels long, centred by weight), and a drawing alike.

Ink is what differs from the colour of the edges, as a share: 0 paper, 1 ink.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

INK = 0.1  # less counts as paper
ALIKE = 0.9  # of the pictures have the same length to a pixel
EMPTY_EDGE = 0.5  # of the outermost pixels: else it is no drawing on paper
STEADY = 0.025  # of the side, how far the middles may scatter, and a little more for rounding to pixels
ROUNDING = 0.2


@dataclass(frozen=True)
class Framing:
    """`length` of the longer side of what is inked, in pixels of a picture; its middle lies at `middle` (y, x).

    The longer side is measured as a share of the picture's own. The middle is the centre of mass (`by_weight`), or that
    of the box around the ink.
    """

    length: float
    middle: tuple[float, float]
    by_weight: bool


def find_framing(shares: Floats) -> Framing | None:
    """What the pictures (n, height, width) have in common; None where they are not framed alike."""
    count, height, width = shares.shape
    inked = shares > INK
    good = inked.any(axis=(1, 2))
    edge = np.concatenate([inked[:, side].ravel() for side in (0, -1)] + [inked[:, :, e].ravel() for e in (0, -1)])
    if count < 10 or good.mean() < ALIKE or edge.mean() > 1.0 - EMPTY_EDGE:
        return None
    ink, inked = np.clip(shares[good], 0.0, 1.0), inked[good]
    (top, bottom), (left, right) = _ends(inked.any(axis=2)), _ends(inked.any(axis=1))
    lengths = np.maximum((bottom - top) / height, (right - left) / width) * max(height, width)
    length = float(np.median(lengths))
    if np.mean(np.abs(lengths - length) <= 1.0) < ALIKE:
        return None
    weight = ink.sum(axis=(1, 2))
    by_weight = np.stack([
        ink.sum(axis=2) @ (np.arange(height) + 0.5) / weight,
        ink.sum(axis=1) @ (np.arange(width) + 0.5) / weight,
    ])  # fmt: skip
    by_box = np.stack([(top + bottom) / 2, (left + right) / 2])
    weighed, boxed = (float(middles.std(axis=1).max()) for middles in (by_weight, by_box))
    if min(weighed, boxed) > STEADY * max(height, width) + ROUNDING:
        return None
    middles = by_weight if weighed < boxed else by_box
    y, x = middles.mean(axis=1).tolist()
    return Framing(length, (y, x), weighed < boxed)


def _any(inked: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
    """(1, n) whether anything along the axis is inked."""
    return np.asarray(inked.any(axis=axis), dtype=np.bool_)[None]


def _ends(inked: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(n,) first and one past the last True of each row, which has one."""
    return inked.argmax(axis=1), inked.shape[1] - inked[:, ::-1].argmax(axis=1)


def framed(ink: Floats, shape: tuple[int, int], framing: Framing) -> Floats:
    """(height, width) of a large drawing (rows, columns), brought to the length and the middle of the data's pictures.

    Each pixel is the mean of the ink on its square of the enlarged or reduced drawing; what falls outside is lost.
    """
    inked = ink > INK
    if not inked.any():
        return np.zeros(shape)
    ends = [(float(first[0]), float(last[0])) for first, last in (_ends(_any(inked, axis)) for axis in (1, 0))]
    longest = max((last - first) / side for (first, last), side in zip(ends, shape, strict=True)) * max(shape)
    zoom = framing.length / longest
    if framing.by_weight:
        weight = ink.sum()
        middle = [float(ink.sum(axis=1 - a) @ (np.arange(ink.shape[a]) + 0.5) / weight) for a in (0, 1)]
    else:
        middle = [(first + last) / 2 for first, last in ends]
    starts = [place - at * zoom for place, at in zip(framing.middle, middle, strict=True)]
    down, across = (_means(shape[a], ink.shape[a], zoom, starts[a]) for a in (0, 1))
    return down @ ink @ across.T


def _means(pixels: int, cells: int, zoom: float, start: float) -> Floats:
    """(pixels, cells): row i takes the mean over the cells that pixel i covers; cell c begins at start + zoom c."""
    edges = (np.arange(pixels + 1) - start) / zoom
    low, high = edges[:-1, None], edges[1:, None]
    cell = np.arange(cells)
    return np.asarray(np.maximum(0.0, np.minimum(high, cell + 1) - np.maximum(low, cell)) * zoom)
