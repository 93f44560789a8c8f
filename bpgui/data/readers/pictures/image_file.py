"""One image file through Pillow: its header, and its first picture, upright, over white, with 8 bits a channel."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from bpgui.data.readers.pictures.plain import is_plain_text

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

Colour = Literal["grey", "rgb"]
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif", ".tif", ".tiff", ".webp")
PIXELS = 89_478_485  # Pillow's own: a quarter of a gigabyte of them with three bytes each
_DEFLATE = 1032  # zlib packs by no more than this
_PER_BYTE = defaultdict(lambda: 8.0, {"RGB": 1 / 3, "RGBA": 1 / 4, "I;16": 1 / 2, "LA": 1 / 2})  # pixels before packing
_JPEG = 512  # pixels of a byte: a bit is the least for a block of 64
_SLACK = 1 << 10
_ORIENTATION = 0x0112
_GREY_MODES = ("1", "L", "LA", "La", "I", "F")
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"BM", "BMP"), (b"GIF87a", "GIF"), (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"II+\0", "TIFF"), (b"MM\0+", "TIFF"),
)  # fmt: skip
_OTHERS = (
    (0, b"<svg", "SVG, a drawing without pixels"), (0, b"<?xml", "XML"), (0, b"<", "a web page"),
    (0, b"%PDF", "PDF"), (0, b"PK\x03\x04", "a ZIP archive"), (4, b"ftypavif", "AVIF"), (4, b"ftyphei", "HEIC"),
    (4, b"ftypmif1", "HEIC"), (4, b"ftyp", "a video"), (0, b"\0\0\1\0", "an icon"), (0, b"8BPS", "Photoshop"),
    (0, b"%!PS", "PostScript"), (0, b"\x1f\x8b", "gzip"), (0, b"RIFF", "a sound or a video"),
)  # fmt: skip


class BadImage(Exception):
    """Why an image cannot be used, to be put after its name: "is cut off"."""


@dataclass(frozen=True)
class ImageHeader:
    """Size in pixels, upright, and whether it has one channel of grey."""

    height: int
    width: int
    grey: bool


@dataclass(frozen=True)
class Picture:
    """An image of mode L or RGB; what was done to it: "alpha", "16 bit", "several"; the size that the file has."""

    image: Image
    done: tuple[str, ...]
    size: tuple[int, int]


def kind_of(head: bytes) -> str | None:
    """The format by its first bytes, None for none that can be read."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:2] == b"BM" and (len(head) < 18 or head[15:18] != b"\0\0\0"):
        return None  # the size of the second header is small: two letters alone would be any text
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)


@contextmanager
def quiet() -> Iterator[None]:
    """Pillow warns about what it repairs and about sizes that are looked at here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_header(path: Path) -> ImageHeader:
    """Without the pixels. Raises BadImage."""
    with _opened(path) as image:
        height, width = image.height, image.width
        if "exif" in image.info and image.format != "TIFF" and _turned(image) >= 5:
            height, width = width, height
        return ImageHeader(height, width, image.mode.startswith("I;16") or image.mode in _GREY_MODES)


def read_picture(path: Path, near: tuple[int, int]) -> Picture:
    """The first picture of a file. A JPEG is decoded at a half, quarter or eighth of its size where that is still at
    least twice `near` (height, width). Raises BadImage."""
    from PIL.Image import Transpose

    with _opened(path) as image:
        size = image.size
        if image.format == "JPEG":
            longest = 2 * max(near)
            image.draft(None, (longest, longest))
        several = ("several",) if getattr(image, "is_animated", False) else ()  # before load: a GIF looks ahead
        image.load()
        turned = _turned(image)
        flat, done = _flattened(image)
        if turned in _TURNS:
            flat = flat.transpose(Transpose(_TURNS[turned]))
            size = size[::-1] if turned >= 5 else size
        return Picture(flat, done + several, (size[1], size[0]))


# What sets the orientations of EXIF upright (CIPA DC-008, 4.6.4), in Pillow's Transpose; 5 to 8 lie on a side.
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}


def _turned(image: ImageFile) -> int:
    """The orientation that the camera wrote, 1 where it wrote none or rubbish."""
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except Exception:
        return 1
    return found if isinstance(found, int) else 1


@contextmanager
def _opened(path: Path) -> Iterator[ImageFile]:
    """Opened and its sizes looked at. Raises BadImage for whatever Pillow raises."""
    from PIL import Image, UnidentifiedImageError

    try:
        # An open file: Pillow maps one that it opens itself into memory, and then mixes up the sides of a turned TIFF.
        with path.open("rb") as file, Image.open(file, formats=FORMATS) as image:
            _check_size(image, path)
            yield image
    except BadImage:
        raise
    except UnidentifiedImageError as error:
        raise BadImage(_unidentified(path)) from error
    except Image.DecompressionBombError as error:
        raise BadImage(f"has more than {2 * PIXELS:,} pixels; at most {PIXELS:,} can be read") from error
    except MemoryError as error:
        raise BadImage("needs more memory than may be used") from error
    except Exception as error:  # damaged files make Pillow raise nearly anything
        raise BadImage(_damaged(error)) from error


def _check_size(image: ImageFile, path: Path) -> None:
    width, height = image.size
    if width < 1 or height < 1:
        raise BadImage(f"has {width} × {height} pixels")
    if width * height > PIXELS:
        raise BadImage(f"has {width:,} × {height:,} pixels; at most {PIXELS:,} can be read")
    if image.format in ("PNG", "JPEG", "MPO"):
        size = path.stat().st_size
        if width * height > (size + _SLACK) * (_JPEG if image.format != "PNG" else _DEFLATE * _PER_BYTE[image.mode]):
            raise BadImage(f"says that it has {width:,} × {height:,} pixels, which its {size:,} bytes cannot hold")


def _unidentified(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        return "is empty (0 bytes)"
    kind = kind_of(head)
    if kind is not None:
        return f"is a damaged {kind} file, or was cut off near its beginning"
    begin = head.lstrip().lower()
    for at, magic, what in _OTHERS:
        if head[at:].startswith(magic) or (at == 0 and begin.startswith(magic)):
            return f"is no image that can be read: it looks like {what}"
    if is_plain_text(head):
        return "is no image: it looks like text"
    return "is no image: its first bytes are those of none"


def _damaged(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror and error.errno:
        return f"cannot be read ({error.strerror})"
    text = str(error)
    if "truncated" in text.lower() or isinstance(error, EOFError):
        return "is cut off"
    return "is damaged"


def _flattened(image: Image) -> tuple[Image, tuple[str, ...]]:
    """Mode L where the file has one channel, else RGB; what was done on the way. Raises BadImage."""
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image), ("16 bit",)
    grey = image.mode in _GREY_MODES
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        full = image.convert("RGBA") if image.mode not in ("PA", "La") else image.convert("LA" if grey else "RGBA")
        flat, done = _over_white(full.convert("RGBA"))
        return flat.convert("L" if grey else "RGB"), done
    mode = "L" if grey else "RGB"
    return image if image.mode == mode else image.convert(mode), ()


def _over_white(image: Image) -> tuple[Image, tuple[str, ...]]:
    from PIL import Image as images

    if image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB"), ()
    under = images.new("RGBA", image.size, (255, 255, 255, 255))
    under.alpha_composite(image)
    flat = under.convert("RGB")
    blank = all(low == high for low, high in flat.getextrema())  # type: ignore[misc]
    return flat, ("alpha", "blank") if blank else ("alpha",)


def _eight_bits(image: Image) -> Image:
    """Grey of 16 bits / 257; of 32 bits or floating by its range: 0..1, 0..255 or 0..65535. Raises BadImage."""
    from PIL import Image as images

    values = np.asarray(image).astype(np.float64)
    low, high = float(values.min()), float(values.max())
    if not np.isfinite(low + high) or low < 0 or high > 65535:
        raise BadImage(f"holds brightness from {low:g} to {high:g}; 0 to 65,535, 0 to 255 or 0 to 1 was expected")
    if image.mode.startswith("I;16") or image.format == "PNG" or high > 255:
        values = values / 257
    elif image.mode == "F" and high <= 1:
        values = values * 255
    return images.fromarray(np.floor(values + 0.5).astype(np.uint8))


def is_coloured(image: Image) -> bool:
    """Whether red, green and blue differ anywhere."""
    from PIL import ImageChops

    if image.mode == "L":
        return False
    red, green, blue = image.split()
    return any(ImageChops.difference(red, other).getbbox() is not None for other in (green, blue))
