"""Pictures of a screen: read from the file that Xvfb draws into, written as PNG, or as grey for reading words."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

ENLARGED = 3  # letters of a screen are too small for a reader of print
LONGEST_STROKE = 30  # pixels


@dataclass(frozen=True)
class Box:
    """A rectangle of the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2

    def within(self, width: int, height: int) -> Box:
        """What of it lies on a screen of that size."""
        x, y = max(0, self.x), max(0, self.y)
        right, bottom = min(self.x + self.width, width), min(self.y + self.height, height)
        return Box(x, y, max(0, right - x), max(0, bottom - y))


@dataclass(frozen=True)
class Picture:
    """Pixels in rows from above, three bytes each: red, green, blue."""

    width: int
    height: int
    pixels: bytes

    def cut(self, box: Box) -> Picture:
        """The part inside a box."""
        box = box.within(self.width, self.height)
        rows = (3 * (self.width * y + box.x) for y in range(box.y, box.y + box.height))
        return Picture(box.width, box.height, b"".join(self.pixels[row : row + 3 * box.width] for row in rows))

    def differing(self, other: Picture) -> float:
        """The share of bytes that are not as in another picture of the same size."""
        if (self.width, self.height) != (other.width, other.height):
            return 1.0
        size = len(self.pixels)
        differing = int.from_bytes(self.pixels, "little") ^ int.from_bytes(other.pixels, "little")
        return 1.0 - differing.to_bytes(size, "little").count(0) / size

    def colours(self) -> int:
        """How many colours there are in every seventh pixel: one or two where nothing is drawn."""
        return len({self.pixels[place : place + 3] for place in range(0, len(self.pixels), 21)})

    def png(self) -> bytes:
        """The picture as a PNG file."""
        size = 3 * self.width
        rows = b"".join(b"\0" + self.pixels[place : place + size] for place in range(0, len(self.pixels), size))
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)

    def green(self) -> Grey:
        """One colour of it, which almost all letters stand out in; dark letters on light ground."""
        grey = self.pixels[1::3]
        dark = sum(grey) < 128 * len(grey)
        return Grey(self.width, self.height, grey.translate(_INVERTED) if dark else grey)

    def bright(self) -> Grey:
        """White letters, on whatever colour they stand, as dark ones on light ground."""
        least = bytes(map(min, self.pixels[0::3], self.pixels[1::3], self.pixels[2::3]))
        return Grey(self.width, self.height, least.translate(_ONLY_BRIGHT))


_INVERTED = bytes(range(255, -1, -1))
_ONLY_BRIGHT = bytes(255 - max(0, min(255, (value - 100) * 255 // 90)) for value in range(256))
_RULE = re.compile(rb"[\x00-\x9f]{%d,}" % LONGEST_STROKE)


@dataclass(frozen=True)
class Grey:
    """Rows of grey from above, a byte a pixel, 0 black."""

    width: int
    height: int
    pixels: bytes

    def transposed(self) -> Grey:
        """Columns as rows."""
        columns = b"".join(self.pixels[x :: self.width] for x in range(self.width))
        return Grey(self.height, self.width, columns)

    def without_rules(self) -> Grey:
        """Without lines across and down that are longer than any stroke of a letter: frames disturb reading."""
        return self._without_lines().transposed()._without_lines().transposed()

    def _without_lines(self) -> Grey:
        rows = (self.pixels[place : place + self.width] for place in range(0, len(self.pixels), self.width))
        blank = (_RULE.sub(lambda found: b"\xff" * len(found[0]), row) for row in rows)
        return Grey(self.width, self.height, b"".join(blank))

    def pgm(self) -> bytes:
        """Enlarged, as a PGM file."""
        rows = bytearray()
        for place in range(0, len(self.pixels), self.width):
            wide = bytearray(ENLARGED * self.width)
            for shift in range(ENLARGED):
                wide[shift::ENLARGED] = self.pixels[place : place + self.width]
            rows += wide * ENLARGED
        return f"P5 {ENLARGED * self.width} {ENLARGED * self.height} 255\n".encode() + rows


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def read_xwd(path: Path) -> Picture:
    """The picture in an X window dump of 32 bits a pixel, blue first, as Xvfb keeps it. ValueError for another kind."""
    content = path.read_bytes()
    header = struct.unpack(">25I", content[:100])
    size, version, width, height, order = header[0], header[1], header[4], header[5], header[7]
    bits, line, colours = header[11], header[12], header[19]
    if version != 7 or bits != 32 or order != 0:
        raise ValueError(f"not a window dump of 32 bits a pixel: version {version}, {bits} bits, byte order {order}")
    start = size + 12 * colours
    rows = (content[start + y * line : start + y * line + 4 * width] for y in range(height))
    dots = b"".join(rows)
    pixels = bytearray(3 * width * height)
    for channel in range(3):
        pixels[channel::3] = dots[2 - channel :: 4]
    return Picture(width, height, bytes(pixels))
