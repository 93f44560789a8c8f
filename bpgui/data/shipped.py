"""The tables that ship with the program, from their files (see `resources/samples/LICENSES.md`)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from bpgui.data.errors import DataError
from bpgui.data.reading_options import ReadingOptions
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

# What numpy raises for a file that is no archive of arrays, or not a whole one.
_NO_ARRAYS = (OSError, ValueError, EOFError, KeyError, IndexError, TypeError, AttributeError, zipfile.BadZipFile)
# What the sounds of `spoken_digits` were read with; another sound is to be read alike.
SPOKEN_DIGITS = ReadingOptions(rate=8000, bands=24, frames=32)
LOUDNESS_STEP = 5  # their 0..255 are kept in steps of 1.2 dB, which halves the file


def read_csv(path: Path, rows: int, texts: tuple[str, ...]) -> Table:
    """`rows` rows of numbers, and of texts in those columns; NA is missing.

    Raises DataError where the file is not as it was shipped.
    """
    try:
        names, *lines = (line.split(",") for line in path.read_text(encoding="utf-8").splitlines())
        if len(lines) != rows or any(len(line) != len(names) for line in lines):
            raise ValueError(len(lines))
        columns = dict(zip(names, zip(*lines, strict=True), strict=True))
        return Table([_column(name, columns[name], name in texts) for name in names])
    except (OSError, ValueError, DataError) as error:
        raise _damaged(path) from error


def _column(name: str, cells: tuple[str, ...], text: bool) -> AnyColumn:
    if text:
        return TextColumn.of(name, [None if cell == "NA" else cell for cell in cells])
    return NumberColumn(name, np.array([np.nan if cell == "NA" else float(cell) for cell in cells]))


def read_digits(path: Path) -> Table:
    """1 797 rows: `image` (8, 8, 1), 0 to 16, and `digit`, a text. Raises DataError as `read_csv` does."""
    try:
        data = np.load(path, allow_pickle=False)
        if data.ndim != 2 or data.shape[1] != 65 or data.dtype != np.uint8:
            raise ValueError(data.shape)
        images = data[:, :64].astype(np.float64).reshape(-1, 8, 8, 1)
        return Table([NumberColumn("image", images), TextColumn.of("digit", [str(digit) for digit in data[:, 64]])])
    except (OSError, ValueError, EOFError) as error:
        raise _damaged(path) from error


def read_spoken_digits(path: Path) -> Table:
    """`sound` (24, 32, 1), `speaker` and `class` ("0" to "9"), both texts. Raises DataError as `read_csv` does."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            sound, digit, speaker, names = (file[name] for name in ("sound", "digit", "speaker", "names"))
        if sound.dtype != np.uint8 or sound.shape[1:] != (SPOKEN_DIGITS.bands, SPOKEN_DIGITS.frames, 1):
            raise ValueError(sound.shape)
        if int(sound.max(initial=0)) * LOUDNESS_STEP > 255:
            raise ValueError(sound.max())
        called = [name.decode("ascii") for name in names.tolist()]
        return Table(
            [
                NumberColumn("sound", sound * np.uint8(LOUDNESS_STEP), "sound"),
                TextColumn.of("speaker", [called[voice] for voice in speaker.tolist()]),
                TextColumn.of("class", [str(number) for number in digit.tolist()]),
            ]
        )
    except (*_NO_ARRAYS, zlib.error, DataError) as error:
        raise _damaged(path) from error


# The name of the sample: the file in `resources/samples`, and what makes a table of it.
SHIPPED: dict[str, tuple[str, Callable[[Path], Table]]] = {
    "iris": ("iris.csv", partial(read_csv, rows=150, texts=("species",))),
    "penguins": ("penguins.csv", partial(read_csv, rows=344, texts=("species", "island", "sex"))),
    "wine": ("wine.csv", partial(read_csv, rows=178, texts=("grower",))),
    "breast_cancer": ("breast_cancer.csv", partial(read_csv, rows=569, texts=("diagnosis",))),
    "diabetes": ("diabetes.csv", partial(read_csv, rows=442, texts=())),
    "digits8x8": ("digits8x8.npy", read_digits),
    "spoken_digits": ("spoken_digits.npz", read_spoken_digits),
}


def shipped(name: str, folder: Path) -> Table:
    """The table of that name from the folder of samples. Raises KeyError, DataError."""
    file, read = SHIPPED[name]
    return read(folder / file)


def _damaged(path: Path) -> DataError:
    return DataError(f"{path.name}, which came with the program, is missing or damaged ({path}). Install bpgui again.")
