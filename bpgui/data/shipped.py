"""The tables that ship with the program, from their files (see `resources/samples/LICENSES.md`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from bpgui.data.errors import DataError
from bpgui.data.table import NumberColumn, Table, TextColumn


def read_iris(path: Path) -> Table:
    """150 rows: four lengths in cm and `species`, a text. Raises DataError where the file is not as it was shipped."""
    try:
        names, *rows = (line.split(",") for line in path.read_text(encoding="utf-8").splitlines())
        numbers = np.array([row[:4] for row in rows], dtype=np.float64)
        columns = [NumberColumn(name, numbers[:, index]) for index, name in enumerate(names[:4])]
        return Table([*columns, TextColumn.of(names[4], [row[4] for row in rows])])
    except (OSError, ValueError, IndexError) as error:
        raise _damaged(path) from error


def read_digits(path: Path) -> Table:
    """1 797 rows: `image` (8, 8, 1), 0 to 16, and `digit`, a text. Raises DataError as `read_iris` does."""
    try:
        data = np.load(path, allow_pickle=False)
        if data.ndim != 2 or data.shape[1] != 65 or data.dtype != np.uint8:
            raise ValueError(data.shape)
        images = data[:, :64].astype(np.float64).reshape(-1, 8, 8, 1)
        return Table([NumberColumn("image", images), TextColumn.of("digit", [str(digit) for digit in data[:, 64]])])
    except (OSError, ValueError, EOFError) as error:
        raise _damaged(path) from error


# The name of the sample: the file in `resources/samples`, and what makes a table of it.
SHIPPED: dict[str, tuple[str, Callable[[Path], Table]]] = {
    "iris": ("iris.csv", read_iris),
    "digits8x8": ("digits8x8.npy", read_digits),
}


def shipped(name: str, folder: Path) -> Table:
    """The table of that name from the folder of samples. Raises KeyError, DataError."""
    file, read = SHIPPED[name]
    return read(folder / file)


def _damaged(path: Path) -> DataError:
    return DataError(f"{path.name}, which came with the program, is missing or damaged ({path}). Install bpgui again.")
