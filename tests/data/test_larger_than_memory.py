"""Pictures, sounds and arrays larger than the memory that may be used: through a file, the same to the last bit."""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bpgui.data.readers import ReadingOptions, read_files
from bpgui.data.readers.npy import npy_reader, tall
from bpgui.data.readers.options import Reading
from bpgui.data.readers.parent import Limits
from bpgui.data.readers.task import Task
from bpgui.data.table import NumberColumn, TextColumn
from tests.data import making_idx
from tests.data.making_images import encoded, grey, put
from tests.data.sound_files import spoken

Made = tuple[list[Path], ReadingOptions, tuple[str, ...]]  # what is read, how, and the columns that are expected


def images_in_idx(folder: Path) -> Made:
    files = making_idx.four(folder, train=1, test=1)
    for part, count, seed in (("train", 5_000, 0), ("t10k", 1_000, 1)):
        making_idx.write(folder / f"{part}-images-idx3-ubyte.gz",
                         gzip.compress(making_idx.idx(making_idx.images(count, seed)), 1))  # fmt: skip
        making_idx.write(folder / f"{part}-labels-idx1-ubyte.gz", making_idx.idx(making_idx.labels(count)), True)
    return files, ReadingOptions(), ("image", "class", "part")


def numbers_in_idx(folder: Path) -> Made:
    path = folder / "values.idx2-float"
    path.write_bytes(making_idx.idx(np.random.default_rng(0).normal(size=(100_000, 12)).astype(np.float32)))
    return [path], ReadingOptions(), tuple(f"x{k + 1}" for k in range(12))


def folder_of_images(folder: Path) -> Made:
    pictures = {f"{name}/{k}.png": encoded(grey(seed=k)) for name in ("cat", "dog") for k in range(3)}
    root = put(folder / "animals", pictures)
    (root / "cat" / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    return [root], ReadingOptions(size=(1000, 1000), colour="grey"), ("image", "class", "file")


def folder_of_sounds(folder: Path) -> Made:
    paths = spoken(folder, [f"{word}_{k}.wav" for word in ("yes", "no") for k in range(3)])
    return list(paths), ReadingOptions(bands=1024, frames=1024), ("sound", "class", "file")


def parts_in_npz(folder: Path) -> Made:
    path = folder / "parts.npz"
    random = np.random.default_rng(0)
    made = {f"{name}_{part}": values
            for part, count in (("train", 17_000), ("test", 1_000))
            for name, values in (("x", random.integers(0, 256, (count, 32, 32, 1), dtype=np.uint8)),
                                 ("y", np.arange(count) % 10))}  # fmt: skip
    np.savez_compressed(path, **made)
    return [path], ReadingOptions(), ("image", "class", "part")


def table_in_npz(folder: Path) -> Made:
    path = folder / "table.npz"
    random = np.random.default_rng(0)
    np.savez(path, x=np.asfortranarray(random.normal(size=(200_000, 12))), y=np.arange(200_000) % 3,
             feature_names=np.array([f"feature {k}" for k in range(12)]))  # fmt: skip
    return [path], ReadingOptions(), (*(f"feature {k}" for k in range(12)), "target")


def bytes_in_npy(folder: Path) -> Made:
    path = folder / "bytes.npy"
    np.save(path, np.random.default_rng(0).integers(0, 256, (1_800_000, 10), dtype=np.uint8))
    return [path], ReadingOptions(), tuple(f"x{k + 1}" for k in range(10))


def pictures_in_npy(folder: Path) -> Made:
    path = folder / "pictures.npy"
    np.save(path, np.random.default_rng(0).integers(0, 256, (800, 3, 30, 32)))  # whole numbers, channels first
    return [path], ReadingOptions(), ("image",)


def records_in_lines(folder: Path) -> Made:
    path = folder / "records.jsonl"
    draw = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        for row in range(10_000):
            record = {"word": draw.choice(("réd", "green", None)), "day": f"2024-01-{1 + row % 28:02}"}
            record |= {f"x{k}": round(draw.random(), 4) for k in range(8)} if row % 7 else {"x0": row}
            file.write(json.dumps(record) + "\n")
    return [path], ReadingOptions(), ("word", "day", *(f"x{k}" for k in range(8)))


def rows_in_a_list(folder: Path) -> Made:
    path = folder / "rows.json"
    rows = [["a", "b", "c", "d"], *([k / 7, str(k % 5), k % 3 == 0, k] for k in range(20_000))]
    path.write_text(json.dumps(rows, indent=1))
    return [path], ReadingOptions(), ("a", "b", "c", "d")


# The memory that may be used, in bytes; smaller arrays than that of TALL do not go piece by piece.
MAKERS: dict[Callable[[Path], Made], int] = {
    images_in_idx: 4_000_000, numbers_in_idx: 4_000_000, folder_of_images: 5_000_000, folder_of_sounds: 5_000_000,
    parts_in_npz: 17_000_000, table_in_npz: 17_000_000, bytes_in_npy: 17_000_000, pictures_in_npy: 17_000_000,
    records_in_lines: 700_000, rows_in_a_list: 600_000,
}  # fmt: skip


def asked(reading: Reading) -> list[str]:
    return [question.key for question in reading.questions]


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit of memory is Linux's")
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_what_is_larger_than_memory_is_the_same_table(make: Callable[[Path], Made], tmp_path: Path) -> None:
    paths, options, names = make(tmp_path)
    little = Limits(memory=MAKERS[make])
    free = read_files(paths, options=options)
    tight = read_files(paths, options=options, limits=little)
    assert free.table.names == names
    assert tight.table.sha == free.table.sha
    assert tight.notes == free.notes
    assert ("size" in asked(free), "size" in asked(tight)) == (False, True)
    (question,) = (question for question in tight.questions if question.key == "size")
    assert question.choices[0].label.startswith("all rows, kept in a file")
    few = question.choices[1].options
    assert few.rows is not None
    sample = read_files(paths, options=few, limits=little)
    bad = sum("could not be read" in note for note in sample.notes)
    assert (sample.table.rows + bad, "size" in asked(sample)) == (few.rows, False)
    assert sample.table.sha == read_files(paths, options=few).table.sha
    look = read_files(paths, options=options, limits=little, preview=20)
    assert "size" in asked(look), "asked before all of it is read"


# ---- piece by piece is as all at once


ARRAYS: dict[str, NDArray[np.generic]] = {
    "bytes": np.arange(7 * 4 * 5, dtype=np.uint8).reshape(7, 4, 5),
    "whole numbers that are bytes": np.arange(7 * 4 * 5).reshape(7, 4, 5),
    "whole numbers, one of which is none": np.arange(7 * 4 * 10).reshape(7, 4, 10) - 1,
    "channels first": np.arange(7 * 3 * 4 * 5, dtype=np.float32).reshape(7, 3, 4, 5),
    "four channels": np.arange(7 * 4 * 5 * 4, dtype=np.uint8).reshape(7, 4, 5, 4),
    "yes and no": np.arange(7 * 4 * 5).reshape(7, 4, 5) % 3 == 0,
    "other byte order": np.arange(7 * 4.0, dtype=">f4").reshape(7, 4),
    "halves": np.arange(7 * 4, dtype=np.float16).reshape(7, 4),
    "one column": np.arange(7.0).reshape(7, 1),
    "Fortran's order": np.asfortranarray(np.arange(28.0).reshape(7, 4)),
    "pixels": np.arange(7 * 64, dtype=np.uint8).reshape(7, 64),
}  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("case", ARRAYS)
def test_piece_by_piece(case: str, packed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ("a.npz" if packed else "a.npy")
    np.savez(path, x=ARRAYS[case]) if packed else np.save(path, ARRAYS[case])
    sizes: tuple[tuple[int, int] | None, ...] = ((8, 8), None) if case == "pixels" else (None,)
    for number, options in enumerate(ReadingOptions(size=size, rows=rows) for size in sizes for rows in (None, 5)):
        heard: list[float | None] = []
        found = []
        for at_once in (True, False):
            monkeypatch.setattr(tall, "TALL", 1 << 40 if at_once else 0)
            monkeypatch.setattr(tall, "_PIECE", 40)
            folder = tmp_path / f"{number}{at_once}"
            folder.mkdir()
            found.append(npy_reader.read(Task((path,), tmp_path, options, folder, progress=heard.append)))
        (one, said), (other, again) = found
        assert other.sha == one.sha
        assert again == said
        assert heard[-1] == 1.0


def test_parts_of_different_kinds_come_below_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, x_train=np.arange(12, dtype=np.uint8).reshape(3, 4), x_test=np.arange(8.0).reshape(2, 4) / 2,
             y_train=np.array([0, 1, 0]), y_test=np.array([1, 1]))  # fmt: skip
    whole = npy_reader.read(Task((path,), tmp_path, ReadingOptions(), tmp_path))[0]
    monkeypatch.setattr(tall, "TALL", 0)
    table = npy_reader.read(Task((path,), tmp_path, ReadingOptions(), tmp_path))[0]
    assert table.sha == whole.sha
    part, first = table.column("part"), table.column("x2")
    assert isinstance(part, TextColumn)
    assert isinstance(first, NumberColumn)
    assert part.texts() == ["train"] * 3 + ["test"] * 2
    assert first.values.tolist() == [1, 5, 9, 0.5, 2.5]
