"""What the training pictures say about drawing one: shape, black and white, paper and ink, how they are framed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bpgui.data.encoder import InputColumn
from bpgui.data.table import NumberColumn
from bpgui.ui.live.picture_framing import Framing, find_framing

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset

Floats = NDArray[np.float64]

LOOKED_AT, LEAST_LOOKED_AT = 200, 10  # training pictures; fewer of large ones,
NUMBERS = 400_000  # so that it takes no time that is noticed
LEAST_SIDE, LARGEST_SIDE = 4, 512
_NUMBERED = re.compile(r"^(.*?)[ _.\-]?\(?(\d+)\)?$")
_PLACED = re.compile(r"^(.*?)\(?(\d+)[x×,_](\d+)\)?$")
_PIXEL = re.compile(r"pix|px|image|img", re.IGNORECASE)
_SMOOTH = 0.85  # pixels beside and above each other differ by less than this share of any two


@dataclass(frozen=True)
class PictureFacts:
    """`shape` (height, width, channels). `limits` are black and white in the data's units.

    `paper` and `ink` (channels,) are the colours of the edges and of what is drawn, `least` and `most` (height, width,
    channels) what each pixel may be.
    """

    shape: tuple[int, int, int]
    limits: tuple[float, float]
    paper: Floats
    ink: Floats
    framing: Framing | None
    least: Floats
    most: Floats

    @property
    def white_on_black(self) -> bool:
        return bool(self.ink.mean() > self.paper.mean())

    def values(self, shares: Floats) -> Floats:
        """(height, width, channels) in the data's units from shares of ink, within what each pixel may be."""
        return np.clip(self.paper + shares * (self.ink - self.paper), self.least, self.most)

    def shares(self, values: Floats) -> Floats:
        """(..., channels) of ink, 0 where there is paper."""
        return (values - self.paper) / (self.ink - self.paper)


def picture_facts(data: Dataset, column: NumberColumn | None) -> PictureFacts | None:
    """For data whose only feature is a picture, or whose features are the pixels of one; else None.

    `column` is the table's column of a lone feature.
    """
    inputs = data.encoder.inputs
    if len(inputs) == 1 and column is not None:
        shape = _shape_of(inputs[0]) if column.meaning != "sound" else None
        return _facts(_sample(data), shape, _limits(inputs[0], column)) if shape is not None else None
    side = isqrt(len(inputs))
    if side < LEAST_SIDE or side > LARGEST_SIDE or side * side != len(inputs):
        return None
    if not all(c.kind == "number" and not c.shape and c.width == 1 for c in inputs):
        return None
    named = _names_of_pixels([c.name for c in inputs])
    sample = _sample(data) if named is not None else None
    if sample is None or not (named or _are_smooth(sample, side)):
        return None
    low, high = min(c.minimum for c in inputs), max(c.maximum for c in inputs)
    least, most = np.array([c.minimum for c in inputs]), np.array([c.maximum for c in inputs])
    shape = (side, side, 1)
    # A pixel that never changed in training was not learnt from: the network can only be given what it always was.
    facts = _facts(sample, shape, _black_and_white(low, high), least.reshape(shape), most.reshape(shape))
    return facts if named or facts.framing is not None else None


def _shape_of(column: InputColumn) -> tuple[int, int, int] | None:
    if len(column.shape) == 2:
        shape = (*column.shape, 1)
    elif len(column.shape) == 3 and column.shape[2] in (1, 3):
        shape = column.shape
    else:
        return None
    height, width, channels = shape
    return (height, width, channels) if min(height, width) >= 2 and max(height, width) <= LARGEST_SIDE else None


def _limits(fitted: InputColumn, column: NumberColumn) -> tuple[float, float]:
    return (0.0, 255.0) if column.values.dtype == np.uint8 else _black_and_white(fitted.minimum, fitted.maximum)


def _black_and_white(low: float, high: float) -> tuple[float, float]:
    """0 is black where no value is below it."""
    low = min(low, 0.0)
    return (low, high) if high > low else (low, low + 1.0)


def _sample(data: Dataset) -> Floats:
    """(n, features) of training rows, evenly spread, in the file's units."""
    count = min(LOOKED_AT, max(LEAST_LOOKED_AT, NUMBERS // data.features))
    rows = data.train[:: max(1, len(data.train) // count)][:count]
    return data.encoder.raw_inputs(data.x[rows])


def _facts(
    sample: Floats,
    shape: tuple[int, int, int],
    limits: tuple[float, float],
    least: Floats | None = None,
    most: Floats | None = None,
) -> PictureFacts:
    pictures = sample.reshape(-1, *shape)
    low, high = limits
    edge = np.concatenate([
        *(pictures[:, side].reshape(-1, shape[2]) for side in (0, -1)),
        *(pictures[:, :, side].reshape(-1, shape[2]) for side in (0, -1)),
    ])  # fmt: skip
    paper = np.clip(np.median(edge, axis=0), low, high)
    ink = np.where(paper - low < high - paper, high, low)
    facts = PictureFacts(
        shape, limits, paper, ink, None,
        np.full(shape, low) if least is None else least, np.full(shape, high) if most is None else most,
    )  # fmt: skip
    framing = find_framing(facts.shares(pictures).mean(axis=-1)) if min(shape[:2]) >= LEAST_SIDE else None
    return PictureFacts(facts.shape, limits, paper, ink, framing, facts.least, facts.most)


def _names_of_pixels(names: list[str]) -> bool | None:
    """True for pixel0, pixel1, ... or 1x1, 1x2, ...; False for any other running numbers; None for other names."""
    placed = [_PLACED.match(name) for name in names]
    if all(placed):
        return True
    numbered = [match for match in map(_NUMBERED.match, names) if match is not None]
    if len(numbered) < len(names) or len({match.group(1) for match in numbered}) > 1:
        return None
    numbers = [int(match.group(2)) for match in numbered]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return None
    return bool(_PIXEL.search(names[0]))


def _are_smooth(rows: Floats, side: int) -> bool:
    """Whether numbers of no telling names look like pixels: none is negative, and neighbours are much alike."""
    pictures = rows.reshape(-1, side, side)
    if not np.isfinite(pictures).all() or pictures.min(initial=0.0) < 0.0:
        return False
    mixed = np.random.default_rng(0).permutation(side * side)
    others = pictures.reshape(-1, side * side)[:, mixed].reshape(pictures.shape)
    any_two = float(np.abs(np.diff(others, axis=1)).mean())
    beside, above = (float(np.abs(np.diff(pictures, axis=axis)).mean()) for axis in (2, 1))
    return max(beside, above) < _SMOOTH * any_two
