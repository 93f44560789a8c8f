"""WAV files as samples: PCM of 8 to 32 bits, floats, A-law and µ-law, however their headers were written.

Sources: Microsoft's *New Multimedia Data Types and Data Techniques* (1994) and its page on WAVEFORMATEXTENSIBLE for the
formats, ITU-T G.711 for the two laws.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.sounds.riff import Frame, find_frame

Floats = NDArray[np.float64]
Decode = Callable[[bytes, str], Floats]

RATES = (100, 1_000_000)  # Hz
CHANNEL_LIMIT = 256
SAMPLE_LIMIT = 1 << 24  # over all channels: 128 MB as float64
_EXTENSIBLE = 0xFFFE
_NAMES = {
    0x0002: "ADPCM by Microsoft", 0x0011: "ADPCM by IMA", 0x0031: "GSM 6.10", 0x0050: "MPEG", 0x0055: "MP3",
    0x0161: "WMA", 0x00FF: "AAC", 0x0092: "AC-3",
}  # fmt: skip


@dataclass(frozen=True)
class Sound:
    """`samples` (n, channels), -1..1 (floats in a file may go beyond and are kept); `rate` in Hz.

    `notes` say what was wrong in the file and what was made of it.
    """

    samples: Floats
    rate: int
    coding: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Header:
    """What a file says of its samples: `width` bytes each, `start` and `length` in bytes of the file."""

    channels: int
    rate: int
    coding: str
    width: int
    order: Literal["little", "big"]
    start: int
    length: int
    notes: tuple[str, ...]

    @property
    def samples(self) -> int:
        """How many there are of each channel."""
        return self.length // (self.width * self.channels)


def read_header(file: BinaryIO, name: str) -> Header:
    """What the file holds, checked against its size, without its samples. Raises DataError."""
    size = file.seek(0, os.SEEK_END)
    return _header(find_frame(file, size, name), name)


def read_wav(source: bytes | BinaryIO, name: str, *, seconds: float | None = None) -> Sound:
    """The samples of a WAV file; of a long one the first `seconds`. `name` is for messages. Raises DataError."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    header = read_header(file, name)
    notes = list(header.notes)
    count = header.samples
    if not count:
        raise DataError(f"{name} holds no samples: its sound is {header.length} bytes long. Leave it out.")
    left_over = header.length - count * header.width * header.channels
    if left_over and not notes:
        notes.append(f"{name}: the last {left_over} bytes of the sound make no whole sample and were left out.")
    most = SAMPLE_LIMIT // header.channels
    if seconds is not None:
        most = max(1, min(most, int(seconds * header.rate)))
    if count > most:
        notes.append(f"{name} lasts {count / header.rate:.1f} s; the first {most / header.rate:.1f} s were taken.")
        count = most
    file.seek(header.start)
    values = _CODINGS[header.coding].decode(file.read(count * header.width * header.channels), header.order)
    wrong = int(np.count_nonzero(~np.isfinite(values)))
    if wrong:
        notes.append(f"{name}: {wrong:,} samples are no numbers (NaN or infinite) and were taken as silence.")
        values = np.where(np.isfinite(values), values, 0.0)
    return Sound(values.reshape(-1, header.channels), header.rate, header.coding, tuple(notes))


def _header(frame: Frame, name: str) -> Header:
    raw = frame.format
    if len(raw) < 14:
        raise DataError(f"{name}: its chunk fmt has {len(raw)} bytes, at least 14 were expected. It is damaged.")

    def number(start: int, count: int = 2) -> int:
        return int.from_bytes(raw[start : start + count], frame.order)

    tag, channels, rate, block = number(0), number(2), number(4, 4), number(12)
    if not 1 <= channels <= CHANNEL_LIMIT:
        raise DataError(f"{name} says that it has {channels:,} channels; 1 to {CHANNEL_LIMIT} can be read.")
    if not RATES[0] <= rate <= RATES[1]:
        raise DataError(f"{name} says {rate:,} samples a second; {RATES[0]} to {RATES[1]:,} can be read.")
    bits = number(14) if len(raw) >= 16 else 8 * block // channels
    tag = _subformat(raw, frame.order, name) if tag == _EXTENSIBLE else tag
    coding = _coding(tag, bits, name)
    width = _CODINGS[coding].width
    notes = frame.notes
    if block != channels * width:
        found = f"{name} says {block} bytes for {channels} × {bits} bits at a time, which take {channels * width}"
        if number(8, 4) != rate * channels * width:
            raise DataError(f"{found}: it cannot be said which is right. Save it as WAV again.")
        notes += (f"{found}; those were taken, since they fit the bytes a second that it says.",)
    return Header(channels, rate, coding, width, frame.order, frame.start, frame.length, notes)


def _subformat(raw: bytes, order: Literal["little", "big"], name: str) -> int:
    """The format that an extensible header stands for: the first two bytes of a GUID."""
    if len(raw) < 40:
        raise DataError(f"{name}: its extensible header has {len(raw)} bytes, 40 were expected. It is damaged.")
    return int.from_bytes(raw[24:26], order)


def _coding(tag: int, bits: int, name: str) -> str:
    if tag == 1 and 1 <= bits <= 32:
        return f"{-(-bits // 8) * 8}-bit"
    found = {(3, 32): "32-bit float", (3, 64): "64-bit float", (6, 8): "A-law", (7, 8): "µ-law"}.get((tag, bits))
    if found is not None:
        return found
    if tag in (1, 3, 6, 7):
        kind = {1: "whole numbers", 3: "floats", 6: "A-law", 7: "µ-law"}[tag]
        raise DataError(
            f"{name} says that its samples are {kind} of {bits} bits; such cannot be read. Save it as 16-bit WAV."
        )
    kind = _NAMES.get(tag, f"coded in a way that is not known (format {tag:#06x})")
    raise DataError(f"{name} is {kind} in a WAV file; only plain samples can be read. Save it as WAV with 16 bits.")


def _whole(width: int) -> Decode:
    """Signed whole numbers; a sample of 12 or 20 bits lies in the upper bits of its bytes."""

    def decode(data: bytes, order: str) -> Floats:
        sign = "<" if order == "little" else ">"
        if width != 3:
            return np.frombuffer(data, dtype=f"{sign}i{width}") / float(1 << (8 * width - 1))
        padded = np.zeros((len(data) // 3, 4), dtype=np.uint8)
        padded[:, slice(1, 4) if order == "little" else slice(0, 3)] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        return padded.view(f"{sign}i4")[:, 0] / float(1 << 31)

    return decode


def _floats(width: int) -> Decode:
    def decode(data: bytes, order: str) -> Floats:
        values = np.frombuffer(data, dtype=f"{'<' if order == 'little' else '>'}f{width}")
        with np.errstate(invalid="ignore"):  # a signalling NaN is a NaN
            return values.astype(np.float64)

    return decode


def _unsigned(data: bytes, order: str) -> Floats:
    return np.asarray((np.frombuffer(data, dtype=np.uint8).astype(np.float64) - 128.0) / 128.0)


def _law(table: NDArray[Any]) -> Decode:
    def decode(data: bytes, order: str) -> Floats:
        return np.asarray(table[np.frombuffer(data, dtype=np.uint8)])

    return decode


def _a_law() -> Floats:
    """(256,): the sample of each byte. G.711: even bits are turned over, the sign's bit is set where positive."""
    codes = np.arange(256) ^ 0x55
    segment, steps = (codes >> 4) & 7, ((codes & 15) << 4) + 8
    size = np.where(segment > 0, (steps + 0x100) << np.maximum(segment - 1, 0), steps)
    return np.where(codes & 0x80, size, -size) / 32768.0


def _mu_law() -> Floats:
    """(256,): the sample of each byte. G.711: all bits are turned over, then as a float with a bias of 132."""
    codes = ~np.arange(256) & 0xFF
    size = ((((codes & 15) << 3) + 132) << ((codes >> 4) & 7)) - 132
    return np.where(codes & 0x80, -size, size) / 32768.0


@dataclass(frozen=True)
class _Coding:
    name: str
    width: int
    decode: Decode


_CODINGS = {
    coding.name: coding
    for coding in (
        _Coding("8-bit", 1, _unsigned),
        _Coding("16-bit", 2, _whole(2)),
        _Coding("24-bit", 3, _whole(3)),
        _Coding("32-bit", 4, _whole(4)),
        _Coding("32-bit float", 4, _floats(4)),
        _Coding("64-bit float", 8, _floats(8)),
        _Coding("A-law", 1, _law(_a_law())),
        _Coding("µ-law", 1, _law(_mu_law())),
    )
}
