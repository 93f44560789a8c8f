"""Images of one size: which size and colour to propose, and how an image is brought to it.

An image keeps its shape: it is made as large as fits (Pillow's bilinear filter over all pixels that fall into one), and
what is left over at two sides is filled with the colour of its edge (the median of its outermost pixels), so that
nothing is distorted and no black bar says how high the image was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.readers.choosing import spread
from bpgui.data.readers.pictures.image_file import BadImage, Colour, ImageHeader, is_coloured, read_header, read_picture

if TYPE_CHECKING:
    from PIL.Image import Image

LOOKED_AT = 512  # headers, from which the size is proposed
DECODED = 64  # images of several channels looked at for colour
SMALL = 4096  # an image of no more pixels is proposed to stay as it is
LONGEST = 32  # else its longer side becomes this


def proposed(paths: Sequence[Path]) -> tuple[tuple[int, int], Colour]:
    """Size (height, width) and colour, from images spread over all of them; the same for a preview and for all.

    The most common size where it is small, else one with its longer side of 32, a square where there is no common
    size; grey where no image that is looked at has a colour.
    """
    places = np.arange(len(paths), dtype=np.int64)
    headers: list[tuple[Path, ImageHeader]] = []
    for place in spread(places, LOOKED_AT).tolist():
        try:
            headers.append((paths[place], read_header(paths[place])))
        except BadImage:
            continue
    size = proposed_size([(header.height, header.width) for _, header in headers])
    channels = [path for path, header in headers if not header.grey]
    looked_at = spread(np.arange(len(channels), dtype=np.int64), DECODED).tolist()
    coloured = any(_has_colour(channels[place], size) for place in looked_at)
    return size, "rgb" if coloured else "grey"


def proposed_size(sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The size (height, width) that images of these sizes are brought to if nobody says another."""
    if not sizes:
        return LONGEST, LONGEST
    counts = Counter(sizes)
    (height, width), count = max(counts.items(), key=lambda item: (item[1], -item[0][0] * item[0][1], item[0]))
    if height * width <= SMALL:
        return height, width
    if count * 2 < len(sizes):
        return LONGEST, LONGEST
    return _fitted((height, width), (LONGEST, LONGEST))


def _has_colour(path: Path, near: tuple[int, int]) -> bool:
    try:
        return is_coloured(read_picture(path, near).image)
    except BadImage:
        return False


def _fitted(size: tuple[int, int], into: tuple[int, int]) -> tuple[int, int]:
    """The largest size of the same shape within `into`, rounded, at least 1."""
    height, width = size
    if width * into[0] >= height * into[1]:
        found = (max(1, (2 * height * into[1] + width) // (2 * width)), into[1])
    else:
        found = (into[0], max(1, (2 * width * into[0] + height) // (2 * height)))
    return found


def brought_to(image: Image, size: tuple[int, int], colour: Colour) -> NDArray[np.uint8]:
    """(height, width, channels) of an image of mode L or RGB."""
    from PIL.Image import Resampling

    mode = "L" if colour == "grey" else "RGB"
    if image.mode != mode:
        image = image.convert(mode)
    here = (image.height, image.width)
    if here != size:
        inner = _inner(here, size)
        image = image.resize((inner[1], inner[0]), Resampling.BILINEAR)
        if inner != size:
            return _padded(_array(image), size)
    return _array(image)


def _inner(here: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    """The size within `size` that keeps the shape; `size` itself where no more than one pixel would be left over."""
    inner = _fitted(here, size)
    return size if size[0] - inner[0] <= 1 and size[1] - inner[1] <= 1 else inner


def _array(image: Image) -> NDArray[np.uint8]:
    values: NDArray[Any] = np.asarray(image)
    return values if values.ndim == 3 else values[..., None]


def _padded(values: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    edge = np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])
    middle = np.sort(edge, axis=0)[len(edge) // 2]
    result = np.empty((*size, values.shape[2]), dtype=np.uint8)
    result[...] = middle
    top, left = (size[0] - values.shape[0]) // 2, (size[1] - values.shape[1]) // 2
    result[top : top + values.shape[0], left : left + values.shape[1]] = values
    return result
