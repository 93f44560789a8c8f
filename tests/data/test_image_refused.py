"""Images that cannot be read: named with the reason, the others still read; bombs cost nothing."""

from __future__ import annotations

import io
import re
import struct
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bpgui.data.errors import DataError
from bpgui.data.readers.pictures.image_reader import image_values
from tests.data.making_images import chunk, classes, encoded, grey, pixels, png, put, read, rgb

PNG = encoded(rgb(60, 50))
JPEG = encoded(rgb(60, 50), "JPEG", quality=95)
GIF = encoded(grey(60, 50), "GIF")
BMP = encoded(rgb(60, 50), "BMP")
TIFF = encoded(rgb(60, 50), "TIFF")
PACKED = encoded(rgb(60, 50), "TIFF", compression="tiff_lzw")
WEBP = encoded(rgb(60, 50), "WEBP", lossless=True)


def changed(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def _canvas(width: int, height: int) -> bytes:
    """The size of the canvas that a GIF says."""
    return struct.pack("<HH", width, height)


def _jpeg_size(data: bytes, width: int, height: int) -> bytes:
    at = data.index(b"\xff\xc0")
    return changed(data, at + 5, struct.pack(">HH", height, width))


def _tiff_tag(data: bytes, tag: int, value: int) -> bytes:
    """A TIFF, little-endian, with another value in one of its tags."""
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    for k in range(count):
        entry = at + 2 + 12 * k
        if struct.unpack_from("<H", data, entry)[0] == tag:
            kind = struct.unpack_from("<H", data, entry + 2)[0]
            return changed(data, entry + 8, struct.pack("<H" if kind == 3 else "<I", value))
    raise AssertionError(tag)


def _png_without(name: bytes) -> bytes:
    at = PNG.index(name)
    (length,) = struct.unpack_from(">I", PNG, at - 4)
    return PNG[: at - 4] + PNG[at + 8 + length :]


BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", r"is empty \(0 bytes\)"),
    "one byte": (b"\x89", "first bytes are those of none"),
    "text": (b"these are no pixels\n" * 5, "looks like text"),
    "a table": (b"a,b\n1,2\n", "looks like text"),
    "a web page": (b"\n<!DOCTYPE html><html>404</html>", "looks like a web page"),
    "a drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "SVG"),
    "PDF": (b"%PDF-1.7\n%\xff\xff", "PDF"),
    "a workbook": (b"PK\x03\x04" + bytes(50), "ZIP"),
    "HEIC": (b"\0\0\0\x18ftypheic" + bytes(50), "HEIC"),
    "AVIF": (b"\0\0\0\x18ftypavif" + bytes(50), "AVIF"),
    "a video": (b"\0\0\0\x18ftypisom" + bytes(50), "a video"),
    "a sound": (b"RIFF\x24\0\0\0WAVEfmt " + bytes(50), "a sound or a video"),
    "an icon": (b"\0\0\1\0\1\0" + bytes(50), "an icon"),
    "zeros": (bytes(500), "first bytes are those of none"),
    "rubbish": (grey(99, 9).tobytes(), "first bytes are those of none"),
    "PNG of its magic number": (PNG[:8], "damaged PNG file, or was cut off near its beginning"),
    "PNG cut off in its header": (PNG[:20], "damaged PNG|cut off|damaged"),
    "PNG cut off in its pixels": (PNG[: len(PNG) // 2], "is cut off"),
    "PNG without pixels": (_png_without(b"IDAT"), "is (cut off|damaged)"),
    "PNG without a header": (_png_without(b"IHDR"), "damaged"),
    "PNG with a wrong checksum": (changed(PNG, 29, b"abcd"), "damaged"),
    "PNG with damaged pixels": (changed(PNG, 60, b"\xff" * 40), "damaged|cut off"),
    "PNG with few pixels": (png(50, 60, bytes(100)), "is cut off"),
    "PNG of 0 × 0": (png(0, 0, b""), "damaged|0 × 0 pixels"),
    "PNG of 0 pixels in width": (png(0, 5, b"abcde"), "damaged|0 × 5 pixels"),
    "PNG of a negative size": (png(2**32 - 1, 2**32 - 1, bytes(9)), "pixels; at most|damaged|cut off"),
    "PNG of the largest size": (png(2**31 - 1, 2**31 - 1, bytes(9)), "has more than 178,956,970 pixels; at most"),
    "PNG of 100 million pixels": (png(10_000, 10_000, bytes(9)), "has 10,000 × 10,000 pixels; at most 89,478,485"),
    "PNG of 80 million that it does not hold": (
        png(9_000, 9_000, bytes(9)), "says that it has 9,000 × 9,000 pixels, which its .* bytes cannot hold"),
    "PNG of an unknown depth": (png(5, 6, bytes(60), bits=7), "damaged"),
    "PNG of an unknown colour": (png(5, 6, bytes(60), colour=5), "damaged"),
    "PNG, a bomb": (png(20_000, 20_000, bytes(50_000_000), bits=1), "at most 89,478,485"),
    "PNG with a bomb of text": (
        PNG[:33] + chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(80 << 20), 9)) + PNG[33:], "damaged"),
    "JPEG of its magic number": (JPEG[:4], "damaged JPEG file, or was cut off|is cut off|damaged"),
    "JPEG cut off": (JPEG[: len(JPEG) // 2], "is cut off"),
    "JPEG without its end": (JPEG[:-40], "is cut off"),
    "JPEG of 65,535 × 65,535": (_jpeg_size(JPEG, 65_535, 65_535), "more than 178,956,970 pixels"),
    "JPEG of 0 × 0": (_jpeg_size(JPEG, 0, 0), "0 × 0 pixels|damaged"),
    "JPEG of 9,000 × 9,000 that it does not hold": (
        _jpeg_size(JPEG, 9_000, 9_000), "says that it has 9,000 × 9,000 pixels, which its .* bytes cannot hold"),
    "GIF cut off in its header": (GIF[:11], "damaged|cut off"),
    "GIF cut off in its pixels": (GIF[: len(GIF) * 3 // 4], "is cut off"),
    "GIF without an image": (GIF[:13] + b";", "damaged|cut off"),
    "GIF of 65,535 × 65,535": (changed(GIF, 6, _canvas(65_535, 65_535)), "more than 178,956,970 pixels"),
    "BMP cut off": (BMP[:2000], "is cut off"),
    "BMP of its magic number": (BMP[:18], "damaged|cut off"),
    "BMP of a huge size": (changed(BMP, 18, struct.pack("<ii", 2**31 - 1, 2**31 - 1)), "more than 178,956,970 pixels"),
    "BMP of 0 × 0": (changed(BMP, 18, struct.pack("<ii", 0, 0)), "0 × 0 pixels|damaged"),
    "BMP of a negative width": (changed(BMP, 18, struct.pack("<ii", -50, 60)), "pixels|damaged|cut off"),
    "BMP of an unknown packing": (changed(BMP, 30, struct.pack("<I", 99)), "damaged"),
    "TIFF of its magic number": (TIFF[:8], "damaged|cut off"),
    "TIFF cut off": (PACKED[:600], "damaged|cut off"),
    "TIFF whose directory lies outside": (changed(TIFF, 4, struct.pack("<I", 2**31)), "damaged|cut off"),
    "TIFF whose directory is itself": (changed(TIFF, 4, struct.pack("<I", 4)), "damaged|cut off"),
    "TIFF of a huge size": (_tiff_tag(_tiff_tag(TIFF, 256, 65_535), 257, 65_535), "more than 178,956,970 pixels"),
    "TIFF of width 0": (_tiff_tag(TIFF, 256, 0), "0 × 60 pixels|damaged"),
    "TIFF of an unknown packing": (_tiff_tag(TIFF, 259, 12345), "damaged"),
    "TIFF with damaged strips": (changed(PACKED, 20, bytes(3000)), "damaged|cut off"),
    "TIFF of negative brightness": (encoded(np.full((5, 5), -3.5, np.float32), "TIFF"), "holds brightness from -3.5"),
    "TIFF of infinite brightness": (encoded(np.full((5, 5), np.inf, np.float32), "TIFF"), "holds brightness from inf"),
    "TIFF of missing brightness": (encoded(np.full((5, 5), np.nan, np.float32), "TIFF"), "holds brightness from nan"),
    "WebP of its magic number": (WEBP[:12], "damaged WEBP|cut off"),
    "WebP cut off": (WEBP[: len(WEBP) // 2], "damaged|cut off"),
    "WebP with damaged pixels": (changed(WEBP, 25, b"\xff" * 60), "damaged|cut off"),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(BAD))
def test_a_bad_image_is_named_and_the_others_are_read(tmp_path: Path, case: str) -> None:
    data, message = BAD[case]
    root = classes(tmp_path / "animals")
    put(root, {"cat/x.png": data})
    begun = time.monotonic()
    table, parsed = read(root)
    assert time.monotonic() - begun < 5
    assert table.rows == 8
    [note] = [note for note in parsed.notes if "left out" in note]
    assert note.startswith("1 of 9 images could not be read and was left out: cat/x.png ")
    assert re.search(message, note), note
    assert "Error" not in note
    with pytest.raises(DataError, match=message) as caught:
        image_values(root / "cat/x.png", (28, 28, 1))
    assert str(caught.value).startswith("x.png ")


def test_many_bad_ones_are_counted(tmp_path: Path) -> None:
    root = classes(tmp_path / "animals")
    put(root, {f"cat/x{k}.png": b"nothing" for k in range(9)})
    _, parsed = read(root)
    assert parsed.notes[0].startswith("9 of 17 images could not be read")
    assert parsed.notes[0].count("x") == 5 + parsed.notes[0].count("text")
    assert parsed.notes[0].endswith("; and 4 more.")


def test_none_can_be_read(tmp_path: Path) -> None:
    put(tmp_path / "animals", {"a.png": b"nothing", "b.png": PNG[:900]})
    message = r"animals: none of its 2 images can be read: a.png is no image.*; b.png is cut off\.$"
    with pytest.raises(DataError, match=message):
        read(tmp_path / "animals")


def test_one_image_is_no_data_set(tmp_path: Path) -> None:
    put(tmp_path / "animals", {"cat.png": PNG})
    with pytest.raises(DataError, match=r"cat.png is one image; a data set needs several. Open a folder of images"):
        read(tmp_path / "animals")
    put(tmp_path / "others", {"cat.jpg": b"nothing"})
    with pytest.raises(DataError, match=r"cat.jpg is no image.*\. A PNG.*was expected\.$"):
        read(tmp_path / "others", size=(8, 8), colour="rgb")


def test_classes_that_there_are_not(tmp_path: Path) -> None:
    put(tmp_path / "animals", {f"{k}.png": PNG for k in range(3)})
    with pytest.raises(DataError, match="do not lie in two or more sub-folders"):
        read(tmp_path / "animals", labels="folder")
    with pytest.raises(DataError, match="no table with the names of the files"):
        read(tmp_path / "animals", labels="table")


def test_flipped_bytes_give_pixels_or_a_sentence(tmp_path: Path) -> None:
    """A thousand damaged files: nothing but a picture of the right size or a reason comes out."""
    random = np.random.default_rng(7)
    path = tmp_path / "x.png"
    read_right = 0
    for data in (PNG, JPEG, GIF, BMP, TIFF, PACKED, WEBP):
        for _ in range(150):
            broken = bytearray(data)
            for at in random.integers(0, min(len(data), 400), 3).tolist():
                broken[at] = int(random.integers(0, 256))
            path.write_bytes(bytes(broken if random.random() < 0.7 else broken[: int(random.integers(len(data)))]))
            try:
                assert image_values(path, (6, 5, 3)).shape == (6, 5, 3)
                read_right += 1
            except DataError as error:
                assert str(error).startswith("x.png ")  # noqa: PT017
    assert read_right > 50


def test_a_large_photograph_is_read(tmp_path: Path) -> None:
    row = np.linspace(0, 255, 6000).astype(np.uint8)
    photograph = np.ascontiguousarray(np.broadcast_to(row, (4000, 6000)))
    put(tmp_path / "animals", {f"{k}.jpg": encoded(photograph, "JPEG") for k in "ab"})
    table, _ = read(tmp_path / "animals")
    assert pixels(table).shape == (2, 21, 32, 1)
    middle = pixels(table)[0, 10, :, 0].astype(int)
    assert (np.diff(middle) > 0).all()
    assert abs(int(middle[16]) - 131) <= 2


def test_a_bomb_costs_no_memory(tmp_path: Path) -> None:
    import resource

    path = tmp_path / "x.gif"
    stream = io.BytesIO()
    Image.new("L", (900, 900)).save(stream, "GIF")
    path.write_bytes(changed(stream.getvalue(), 6, _canvas(65_000, 65_000)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataError, match="more than"):
        image_values(path, (28, 28, 1))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
