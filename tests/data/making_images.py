"""Images made in the tests, of every sort that a person may have."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bpgui.data.readers.gathering import natural
from bpgui.data.readers.options import Parsed
from bpgui.data.readers.pictures import image_reader
from bpgui.data.readers.task import Task
from bpgui.data.reading_options import ReadingOptions
from bpgui.data.table import NumberColumn, Table, TextColumn


def grey(height: int = 12, width: int = 9, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)


def rgb(height: int = 12, width: int = 9, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def encoded(values: NDArray[Any] | Image.Image, form: str = "PNG", **how: Any) -> bytes:
    """The bytes of an image file."""
    image = values if isinstance(values, Image.Image) else Image.fromarray(values)
    stream = io.BytesIO()
    image.save(stream, form, **how)
    return stream.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes, bits: int = 8, colour: int = 0) -> bytes:
    """A PNG by hand, whose header may say anything."""
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def classes(folder: Path, count: int = 4, suffix: str = "png") -> Path:
    """Images of two classes in two folders."""
    names = {f"{name}/{k}.{suffix}": encoded(grey(seed=k)) for name in ("cat", "dog") for k in range(count)}
    return put(folder, names)


def read(root: Path, preview: int | None = None, memory: int | None = None, **options: Any) -> tuple[Table, Parsed]:
    """Every file below `root`, read as if the folder had been dropped."""
    work = root.parent / f"{root.name}.work"
    work.mkdir(exist_ok=True)
    files = sorted((path for path in root.rglob("*") if path.is_file()), key=natural)
    return image_reader.read(Task(tuple(files), root, ReadingOptions(**options), work, memory=memory, preview=preview))


def pixels(table: Table) -> NDArray[np.uint8]:
    column = table.column("image")
    assert isinstance(column, NumberColumn)
    assert (column.meaning, column.values.dtype) == ("image", np.uint8)
    return column.values


def texts(table: Table, name: str) -> list[str | None]:
    column = table.column(name)
    assert isinstance(column, TextColumn)
    return column.texts()
