"""IDX files made by hand, so that nothing of the reader makes what it reads."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.readers.options import Parsed
from bpgui.data.readers.pictures import idx_reader
from bpgui.data.readers.task import Task
from bpgui.data.reading_options import ReadingOptions
from bpgui.data.table import Table

CODES = {"uint8": 0x08, "int8": 0x09, "int16": 0x0B, "int32": 0x0C, "float32": 0x0D, "float64": 0x0E}


def idx(array: NDArray[Any]) -> bytes:
    """The array as an IDX file."""
    head = bytes([0, 0, CODES[array.dtype.name], array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def images(count: int, seed: int = 0, height: int = 28, width: int = 28) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, height, width), dtype=np.uint8)


def labels(count: int, classes: int = 10) -> NDArray[np.uint8]:
    return (np.arange(count) * 7 % classes).astype(np.uint8)


def four(folder: Path, train: int = 40, test: int = 20, packed: bool = True, prefix: str = "") -> list[Path]:
    """The four files of MNIST, smaller."""
    end = ".gz" if packed else ""
    content = {
        f"{prefix}train-images-idx3-ubyte{end}": images(train),
        f"{prefix}train-labels-idx1-ubyte{end}": labels(train),
        f"{prefix}t10k-images-idx3-ubyte{end}": images(test, seed=1),
        f"{prefix}t10k-labels-idx1-ubyte{end}": labels(test),
    }
    for name, array in content.items():
        write(folder / name, idx(array), packed)
    return [folder / name for name in content]


def write(path: Path, data: bytes, packed: bool = False) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data, mtime=0) if packed else data)
    return path


def read(
    folder: Path, preview: int | None = None, memory: int | None = None, **options: object
) -> tuple[Table, Parsed]:
    """Every file in the folder, read as if it had been dropped."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".txt")
    chosen = ReadingOptions(**options)  # type: ignore[arg-type]
    return idx_reader.read(Task(tuple(files), folder, chosen, folder, memory=memory, preview=preview))
