"""WAV files put together byte by byte, so that every one of their fields can lie."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

GUID = bytes.fromhex("000000001000800000aa00389b71")


def chunk(kind: bytes, body: bytes, size: int | None = None, pad: bool = True, order: str = "<") -> bytes:
    """One chunk; `size` is what it says of its length."""
    said = len(body) if size is None else size
    return kind + struct.pack(order + "I", said) + body + (b"\0" if len(body) % 2 and pad else b"")


def fmt(
    tag: int = 1,
    channels: int = 1,
    rate: int = 8000,
    bits: int = 16,
    *,
    block: int | None = None,
    byte_rate: int | None = None,
    order: str = "<",
) -> bytes:
    """The 16 bytes of a format."""
    width = channels * (-(-bits // 8)) if block is None else block
    per_second = (rate * width) % 2**32 if byte_rate is None else byte_rate
    return struct.pack(order + "HHIIHH", tag, channels, rate, per_second, width % 65536, bits)


def extensible(sub: int, channels: int = 1, rate: int = 8000, bits: int = 16, valid: int | None = None) -> bytes:
    """The 40 bytes of an extensible format."""
    valid = bits if valid is None else valid
    return fmt(0xFFFE, channels, rate, bits) + struct.pack("<HHIH", 22, valid, 0, sub) + GUID


def riff(*chunks: bytes, magic: bytes = b"RIFF", order: str = "<") -> bytes:
    """A whole file of these chunks."""
    body = b"WAVE" + b"".join(chunks)
    return magic + struct.pack(order + "I", len(body) % 2**32) + body


def wav(samples: np.ndarray, rate: int = 8000) -> bytes:
    """16 bits: samples (n,) or (n, channels), -1..1."""
    values = np.rint(np.clip(samples, -1, 32767 / 32768) * 32768).astype("<i2")
    channels = 1 if values.ndim == 1 else values.shape[1]
    return riff(chunk(b"fmt ", fmt(1, channels, rate)), chunk(b"data", values.tobytes()))


def chirp(seconds: float = 0.3, rate: int = 8000, low: float = 300.0, high: float = 2000.0) -> np.ndarray:
    """(n,) a tone that goes from `low` to `high` Hz."""
    t = np.arange(round(seconds * rate)) / rate
    return 0.5 * np.sin(2 * np.pi * (low * t + (high - low) * t * t / (2 * seconds)))


def spoken(folder: Path, names: list[str], rate: int = 8000) -> list[Path]:
    """A short tone for each name; its pitch comes from the first letter of the file's name."""
    paths = []
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pitch = 300.0 + 150.0 * (ord(path.name[0]) % 10)
        path.write_bytes(wav(chirp(0.2, rate, pitch, pitch * 1.2), rate))
        paths.append(path)
    return paths
