"""Numbers as a picture, a pixel a value: grey or colour, and spectrograms in a colour map."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from bpgui.ui.live.drawing import opaque_image, packed
from bpgui.ui.live.value_colors import sequence


def picture_image(values: NDArray[Any], limits: tuple[float, float], *, sound: bool = False) -> QImage:
    """(height, width) or (height, width, channels) between black and white; a `sound` has its low bands at the bottom.

    Three channels are red, green and blue; of any others the first is shown as grey.
    """
    low, high = limits
    shares = (np.asarray(values, dtype=np.float64) - low) / (high - low)
    if sound:
        return opaque_image(packed(sequence((shares[..., 0] if shares.ndim == 3 else shares)[::-1])))
    return opaque_image(_shades(shares))


def _shades(shares: NDArray[np.float64]) -> NDArray[np.uint32]:
    """(height, width) 0xffRRGGBB; what is missing is a dark red that no image of greys has."""
    finite = np.isfinite(shares)
    missing = ~(finite if finite.ndim == 2 else finite.all(axis=-1))
    bytes_ = np.rint(np.clip(np.nan_to_num(shares), 0.0, 1.0) * 255.0).astype(np.uint32)
    if bytes_.ndim == 2 or bytes_.shape[-1] != 3:
        grey = bytes_ if bytes_.ndim == 2 else bytes_[..., 0]
        red = green = blue = grey
    else:
        red, green, blue = bytes_[..., 0], bytes_[..., 1], bytes_[..., 2]
    colors = np.uint32(0xFF000000) | (red << 16) | (green << 8) | blue
    return np.where(missing, np.uint32(0xFF701520), colors).astype(np.uint32)
