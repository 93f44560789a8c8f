"""What is dropped on the window and used as it was read is the data set that `bpgui train` makes of it, to the bit."""

from __future__ import annotations

import json
import struct
import wave
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import openpyxl
import pytest
from PIL import Image
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot
from window_driver import accept_import, drop

from bpgui.__main__ import main
from bpgui.project import build
from bpgui.project.storage import load_project
from bpgui.ui.main_window import MainWindow

RNG = np.random.default_rng(4)
ROWS = [
    (
        round(float(RNG.normal(9, 3)), 3) if i % 9 else None,
        ("red", "blue", None)[i % 3],
        f"2024-03-{i % 28 + 1:02}",
        i % 2,
    )
    for i in range(80)
]
NAMES = ("size", "colour", "day", "label")


def _table(folder: Path) -> list[Path]:
    lines = [";".join(NAMES)]
    lines += [";".join("" if cell is None else str(cell).replace(".", ",") for cell in row) for row in ROWS]
    path = folder / "t.csv"
    path.write_text("\n".join(lines), encoding="utf-16")
    return [path]


def _records(folder: Path) -> list[Path]:
    path = folder / "t.json"
    path.write_text(json.dumps([dict(zip(NAMES, row, strict=True)) for row in ROWS]))
    return [path]


def _parquet(folder: Path) -> list[Path]:
    path = folder / "t.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT * FROM read_json('{_records(folder)[0]}')) TO '{path}' (FORMAT parquet)")
    return [path]


def _workbook(folder: Path) -> list[Path]:
    book = openpyxl.Workbook()
    for row in (NAMES, *ROWS):
        book.active.append(row)
    book.create_sheet("notes").append(["made by hand"])
    book.save(folder / "t.xlsx")
    return [folder / "t.xlsx"]


def _arrays(folder: Path) -> list[Path]:
    np.savez(folder / "t.npz", x=RNG.normal(size=(70, 5)).astype(np.float32), y=np.arange(70) % 3)
    return [folder / "t.npz"]


def _parts(folder: Path) -> list[Path]:
    for name in ("train", "test"):
        (folder / f"{name}.csv").write_text(
            "a,b\n" + "".join(f"{v:.4f},{'np'[int(v > 0)]}\n" for v in RNG.normal(size=50))
        )
    return [folder / "train.csv", folder / "test.csv"]


def _idx(folder: Path) -> list[Path]:
    for part, count in (("train", 60), ("t10k", 20)):
        pixels, labels = RNG.integers(0, 256, (count, 6, 5), np.uint8), (np.arange(count) % 3).astype(np.uint8)
        (folder / f"{part}-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, count, 6, 5) + pixels.tobytes())
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, count) + labels.tobytes())
    return [folder]


def _pictures(folder: Path) -> list[Path]:
    for index in range(40):
        (folder / "ab"[index % 2]).mkdir(exist_ok=True)
        pixels = RNG.integers(0, 256, (7 + index % 2, 9, 3), np.uint8)
        Image.fromarray(pixels).save(folder / "ab"[index % 2] / f"{index}.{('png', 'jpg')[index % 3 > 1]}")
    return [folder]


def _sounds(folder: Path) -> list[Path]:
    for index in range(48):
        with wave.open(str(folder / f"{index % 2}_{'uvwx'[index // 2 % 4]}_{index // 8}.wav"), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            tone = np.sin(np.arange(2400) * (0.2 + 0.3 * (index % 2))) + RNG.normal(0, 0.1, 2400)
            file.writeframes((tone * 9000).astype("<i2").tobytes())
    return [folder]


@pytest.mark.parametrize(
    "make", [_table, _records, _parquet, _workbook, _arrays, _parts, _idx, _pictures, _sounds],
    ids=lambda make: make.__name__[1:],
)  # fmt: skip
def test_the_window_and_the_command_line_make_the_same_data(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, make: Callable[[Path], list[Path]]
) -> None:
    folder, saved = tmp_path / "dropped", tmp_path / "p.bpgui"
    folder.mkdir()
    paths = make(folder)
    assert drop(window, *(QUrl.fromLocalFile(str(path)) for path in paths))
    accept_import(qtbot, window)
    assert main(["train", *map(str, paths), "--epochs", "1", "--save", str(saved)]) == 0

    document, typed = window.session.document, load_project(saved)
    assert typed.spec.data == document.spec.data
    assert typed.spec.training.loss == document.spec.training.loss
    mine, theirs = document.dataset, build.dataset(typed.spec, typed.tables[typed.spec.data.table])
    assert mine is not None
    assert len(mine.validation) > 0
    assert mine.encoder == theirs.encoder
    for name in ("x", "y", "rows", "train", "validation", "test"):
        one, other = getattr(mine, name), getattr(theirs, name)
        assert (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes()), name
