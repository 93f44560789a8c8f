"""NPY and NPZ: what their arrays become, and that no header is believed and no pickle opened."""

from __future__ import annotations

import os
import re
import struct
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpgui.data.readers.npy import npy_reader
from bpgui.data.table import NumberColumn
from tests.data.table_files import Read, npy, npy_saying, npz, put, read, read_or_refused, refusal, zipped

DAYS = np.array(["2024-01-01T12:00", "NaT"], dtype="datetime64[ns]")


def array(folder: Path, values: Any, **options: Any) -> Read:
    return read(npy_reader.read, put(folder, "a.npy", npy(values)), **options)


def archive(folder: Path, options: dict[str, Any] | None = None, **arrays: Any) -> Read:
    return read(npy_reader.read, put(folder, "a.npz", npz(**arrays)), **(options or {}))


FLAT: dict[str, tuple[Any, dict[str, list[Any]]]] = {
    "rows": (np.array([[1.5, 2], [3, np.nan]]), {"x1": [1.5, 3], "x2": [2, None]}),
    "columns first": (np.asfortranarray([[1.0, 2], [3, 4]]), {"x1": [1, 3], "x2": [2, 4]}),
    "big-endian": (np.array([[1, 2], [3, 4]], dtype=">i4"), {"x1": [1, 3], "x2": [2, 4]}),
    "one axis": (np.arange(3), {"x": [0, 1, 2]}),
    "one column": (np.array([[1.0], [2.0]]), {"x": [1, 2]}),
    "truth values": (np.array([[True, False]]), {"x1": [1], "x2": [0]}),
    "half precision": (np.array([0.5, 2], dtype=np.float16), {"x": [0.5, 2]}),
    "text": (np.array(["a", "", "é"]), {"x": ["a", None, "é"]}),
    "bytes": (np.array([b"a", b"\xe9"]), {"x": ["a", "é"]}),
    "bytes as numbers": (np.array([3, 250], dtype="u1"), {"x": [3, 250]}),
    "dates": (DAYS, {"x": [19723.5, None]}),
    "years": (np.array(["1970", "1971"], dtype="datetime64[Y]"), {"x": [0, 365]}),
    "durations": (np.array([90, "NaT"], dtype="timedelta64[m]"), {"x": [1.5, None]}),
    "fields": (
        np.array([(1, "u", DAYS[0]), (2, "v", DAYS[1])], dtype=[("n", "i2"), ("t", "U3"), ("d", "M8[ns]")]),
        {"n": [1, 2], "t": ["u", "v"], "d": [19723.5, None]},
    ),
    "fields with padding": (
        np.array([(1, 2.5)], dtype=np.dtype([("a", "i1"), ("b", "f8")], align=True)), {"a": [1], "b": [2.5]},
    ),
    "fields of several values": (np.array([(1, (2.0, 3.0))], dtype=[("a", "i1"), ("v", "f8", 2)]),
                                 {"a": [1], "v1": [2], "v2": [3]}),
}  # fmt: skip


@pytest.mark.parametrize("case", FLAT)
def test_an_array_becomes_columns(case: str, tmp_path: Path) -> None:
    values, expected = FLAT[case]
    assert array(tmp_path, values).columns == expected


@pytest.mark.parametrize(
    ("shape", "dtype", "expected"),
    [
        ((5, 8, 6), np.uint8, (8, 6, 1)),
        ((5, 8, 6, 3), np.uint8, (8, 6, 3)),
        ((5, 3, 8, 6), np.uint8, (8, 6, 3)),
        ((5, 8, 6, 4), np.uint8, (8, 6, 3)),
        ((5, 8, 6), np.int64, (8, 6, 1)),
        ((5, 8, 6), np.bool_, (8, 6, 1)),
        ((5, 8, 6, 1), np.float32, (8, 6, 1)),
    ],
)
def test_stacks_of_pictures_become_images(shape: tuple[int, ...], dtype: Any, expected: Any, tmp_path: Path) -> None:
    values = (np.arange(np.prod(shape)) % 2).reshape(shape).astype(dtype)
    made = array(tmp_path, values).table.column("image")
    assert isinstance(made, NumberColumn)
    assert made.meaning == "image"
    assert made.shape == expected
    assert made.values.dtype == (np.float32 if dtype is np.float32 else np.uint8)
    if dtype is np.bool_:
        assert set(np.unique(made.values)) == {0, 255}
    if shape == (5, 3, 8, 6):
        np.testing.assert_array_equal(made.values[2, :, :, 1], values[2, 1])


def test_rows_of_bytes_may_be_pictures_and_are_asked_about(tmp_path: Path) -> None:
    made = array(tmp_path, np.zeros((4, 64), dtype=np.uint8))
    question = made.questions["size"]
    assert made.table.names[:2] == ("x1", "x2")
    chosen = question.choices[1].options
    assert chosen.size == (8, 8)
    assert array(tmp_path, np.zeros((4, 64), dtype=np.uint8), size=(8, 8)).meanings == {"image": "image"}


def test_parts_of_an_archive_become_one_table(tmp_path: Path) -> None:
    pictures = np.arange(5 * 16, dtype=np.uint8).reshape(5, 4, 4)
    made = archive(tmp_path, x_train=pictures[:3], y_train=[7, 8, 7], x_test=pictures[3:], y_test=[8, 10])
    assert made.meanings == {"image": "image", "class": "text", "part": "text"}
    assert made.columns["class"] == ["7", "8", "7", "8", "10"]
    assert made.table.column("class").levels == ("7", "8", "10")  # type: ignore[union-attr]
    assert made.columns["part"] == ["train"] * 3 + ["test"] * 2
    np.testing.assert_array_equal(made.table.column("image").values[..., 0], pictures)  # type: ignore[union-attr]
    assert made.questions == {}
    assert made.parsed.rows == 5


@pytest.mark.parametrize(
    ("names", "target"),
    [(("x", "y"), "target"), (("X", "y"), "target"), (("data", "target"), "target"), (("features", "labels"), "target"),
     (("train_x", "train_y"), "target"), (("inputs", "outputs"), "target")],
)  # fmt: skip
def test_inputs_and_targets_belong_together(names: tuple[str, str], target: str, tmp_path: Path) -> None:
    made = archive(tmp_path, **{names[0]: np.ones((3, 2)), names[1]: np.array([0.5, 1, 2])})
    assert list(made.columns)[:3] == ["x1", "x2", target]
    assert made.columns[target] == [0.5, 1, 2]


def test_names_that_lie_beside_are_used(tmp_path: Path) -> None:
    made = archive(
        tmp_path, data=np.ones((3, 2)), target=np.array([1, 0, 1]), feature_names=["long", "wide"],
        target_names=["cat", "dog"],
    )  # fmt: skip
    assert list(made.columns) == ["long", "wide", "class"]
    assert made.columns["class"] == ["dog", "cat", "dog"]


def test_a_one_in_each_row_is_a_class(tmp_path: Path) -> None:
    made = archive(tmp_path, x=np.ones((3, 2)), y=np.eye(3)[[2, 0, 1]])
    assert made.columns["target"] == [2, 0, 1]
    assert "its place is taken as the class" in made.notes


def test_arrays_of_equal_length_are_columns_or_chosen_from(tmp_path: Path) -> None:
    made = archive(tmp_path, time=np.arange(3), speed=np.ones(3))
    assert list(made.columns) == ["time", "speed"]
    assert [choice.options.sheet for choice in made.questions["sheet"].choices] == ["*", "time", "speed"]
    assert archive(tmp_path, {"sheet": "speed"}, time=np.arange(3), speed=np.ones(3)).columns == {"x": [1, 1, 1]}
    assert made.settings["sheet"].value == "*"


def test_the_largest_array_is_taken_where_none_belong_together(tmp_path: Path) -> None:
    made = archive(tmp_path, few=np.ones(2), many=np.ones((5, 4)))
    assert made.table.rows == 5
    assert made.questions["sheet"].choices[0].options.sheet == "many"


def test_a_pickled_array_beside_others_is_named_and_left_out(tmp_path: Path) -> None:
    made = archive(tmp_path, x=np.ones((2, 2)), names=np.array([{}], dtype=object))
    assert list(made.columns) == ["x1", "x2"]
    assert "array names holds Python objects" in made.notes


def test_options_choose_rows_columns_and_precision(tmp_path: Path) -> None:
    values = np.arange(2000.0).reshape(1000, 2)
    made = array(tmp_path, values, rows=50, columns=("x2",), precision="float32")
    assert made.table.names == ("x2",)
    picked = np.array(made.columns["x2"])
    assert picked.size == 50
    assert (np.diff(picked) > 0).all()
    assert made.table.column("x2").values.dtype == np.float32  # type: ignore[union-attr]
    assert made.table == array(tmp_path, values, rows=50, columns=("x2",), precision="float32").table
    assert made.parsed.rows == 1000


def test_types_and_missing_values_can_be_settled(tmp_path: Path) -> None:
    values = np.array([(1, "5", "2024-01-02", -999), (2, "x", "2024-01-03", 7)],
                      dtype=[("a", "i4"), ("b", "U2"), ("c", "U10"), ("d", "i4")])  # fmt: skip
    found = array(tmp_path, values, types=(("a", "text"), ("b", "number"), ("c", "date")), missing=("-999",))
    assert found.columns == {"a": ["1", "2"], "b": [5, None], "c": [19724, 19725], "d": [None, 7]}
    assert found.meanings["c"] == "date"
    assert found.found["b"].note == "Column b: 1 texts are no numbers; they are missing."
    assert found.found["a"].types == ("number", "text")


def test_a_preview_reads_the_first_rows(tmp_path: Path) -> None:
    assert array(tmp_path, np.arange(9), preview=2).columns == {"x": [0, 1]}
    other = array(tmp_path, np.asfortranarray(np.arange(8).reshape(4, 2)), preview=2)
    assert other.columns == {"x1": [0, 2], "x2": [1, 3]}
    made = read(npy_reader.read, put(tmp_path, "a.npz", npz(x=np.ones((9, 2)), y=np.arange(9))), preview=2)
    assert made.columns["target"] == [0, 1]
    assert made.parsed.rows == 9


# ---- refused


def _said(descr: str, shape: str, fortran: str = "False") -> str:
    return f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}"


class _Canary:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("canary-that-must-not-exist",)


EIGHT = bytes(8)
HEADERS: dict[str, tuple[bytes, str]] = {
    "too many rows": (npy_saying(_said("'<f8'", "(1000000000000,)"), EIGHT), r"\(8,000,000,000,000 bytes\), 8 bytes"),
    "an overflow": (npy_saying(_said("'<f8'", "(4294967296, 4294967297)"), EIGHT), "8 bytes follow"),
    "negative": (npy_saying(_said("'<f8'", "(-1,)"), EIGHT), "is no shape"),
    "a float as shape": (npy_saying(_said("'<f8'", "(1.0,)"), EIGHT), "is no shape"),
    "true as shape": (npy_saying(_said("'<f8'", "(True,)"), EIGHT), "is no shape"),
    "a text as shape": (npy_saying(_said("'<f8'", "'abc'"), EIGHT), "is no shape"),
    "a hundred axes": (npy_saying(_said("'<f8'", "(" + "1," * 100 + ")"), EIGHT), "is no shape"),
    "too few bytes": (npy_saying(_said("'<f8'", "(1,)"), b"abc"), "3 bytes follow"),
    "no rows": (npy_saying(_said("'<f8'", "(0, 5)")), "no values"),
    "values of no bytes": (npy_saying(_said("'<U0'", "(1000000000000000,)")), "no values"),
    "no axes": (npy(np.float64(3)), "single value"),
    "five axes": (npy(np.zeros((2, 2, 2, 2, 2))), "is no table"),
    "two channels": (npy(np.zeros((2, 5, 5, 2))), "holds no pictures"),
    "objects": (npy(np.array([{}], dtype=object)), "Pickles are never opened"),
    "a canary": (npy(np.array([_Canary()], dtype=object)), "Pickles are never opened"),
    "objects in a field": (npy(np.array([(1, {})], dtype=[("a", "i4"), ("b", "O")])), "field 'b' holds Python objects"),
    "complex": (npy(np.ones(2, dtype=complex)), "complex numbers.*real and imaginary"),
    "raw bytes": (npy(np.zeros(2, dtype="V8")), "type '[|]V8' are not known"),
    "an unknown type": (npy_saying(_said("'<q7'", "(1,)"), EIGHT), "'<q7' are not known"),
    "an unknown unit": (npy_saying(_said("'<M8[parsec]'", "(1,)"), EIGHT), "not known"),
    "a number as type": (npy_saying(_said("5", "(1,)"), EIGHT), "5 is no type"),
    "two fields of one name": (npy_saying(_said("[('a', '<f4'), ('a', '<f4')]", "(1,)"), EIGHT), "same name"),
    "fields in a field": (npy_saying(_said("[('a', [('b', '<f8')])]", "(1,)"), EIGHT), "fields of its own"),
    "a huge field": (npy_saying(_said("[('a', '<f8', (1000000, 1000000))]", "(1,)"), EIGHT), "too many"),
    "no dictionary": (npy_saying("[1, 2]"), "no 'descr'"),
    "another key": (npy_saying("{'descr': '<f8', 'shape': (1,)}", EIGHT), "no 'descr'"),
    "a word as order": (npy_saying(_said("'<f8'", "(1,)", "'no'"), EIGHT), "order of its values"),
    "a call": (npy_saying("{'descr': open('x'), 'fortran_order': False, 'shape': (1,)}"), "cannot be understood"),
    "deep": (npy_saying("(" * 5000 + ")" * 5000), "5,000 brackets"),
    "many signs": (npy_saying("-" * 60000 + "1"), "header.*(cannot be understood|no 'descr')"),
    "no text": (npy_saying("")[:10] + b"", "cannot be understood"),
    "a long header": (b"\x93NUMPY\x02\0" + struct.pack("<I", 1 << 31) + EIGHT, "claims 2,147,483,648 bytes"),
    "a header of 300 kB": (npy_saying(" " * 300_000 + "{}", version=2), "at most 262,144"),
    "version 9": (npy_saying(_said("'<f8'", "(1,)"), EIGHT, version=9), "version 9"),
    "cut in the header": (npy(np.arange(3))[:40], "claims"),
    "cut at once": (b"\x93NUMPY\x01", "ends after 7 bytes"),
    "not UTF-8": (b"\x93NUMPY\x03\0" + struct.pack("<I", 3) + b"\xff\xfe\xfd", "cannot be understood"),
    "text of no characters": (npy_saying(_said("'<U1'", "(1,)"), struct.pack("<I", 0x7FFFFFFF)), "no characters"),
    "a million columns": (npy(np.zeros((1, 20_000))), "20,000 columns; at most 10,000"),
}  # fmt: skip


@pytest.mark.parametrize("case", HEADERS)
def test_a_header_is_not_believed(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    content, message = HEADERS[case]
    text = refusal(npy_reader.read, put(tmp_path, "a.npy", content))
    assert re.search(message, text), text
    assert not (tmp_path / "canary-that-must-not-exist").exists()


def _bomb(folder: Path) -> Path:
    """300 MB of zeros, which become a few."""
    path = folder / "a.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        info = zipfile.ZipInfo("x.npy")
        info.compress_type = zipfile.ZIP_DEFLATED
        info._compresslevel = 1  # type: ignore[attr-defined]
        with made.open(info, "w") as out:
            out.write(npy_saying(_said("'|u1'", "(300000000,)")))
            for _ in range(300):
                out.write(bytes(1_000_000))
    return path


def test_a_bomb_is_refused_at_once(tmp_path: Path) -> None:
    path = _bomb(tmp_path)
    begun = time.monotonic()
    text = refusal(npy_reader.read, path)
    assert "not unpacked" in text
    assert time.monotonic() - begun < 1


def _lying(data: bytes, old: int, new: int) -> bytes:
    return data.replace(struct.pack("<I", old), struct.pack("<I", new))


ONE = npy(np.arange(6.0))
ARCHIVES: dict[str, tuple[bytes, str]] = {
    "two of one name": (b"", "there twice"),
    "a way out": (zipped([("../x.npy", ONE)]), "points out of the file"),
    "an absolute name": (zipped([("/x.npy", ONE)]), "points out of the file"),
    "a drive": (zipped([("C:x.npy", ONE)]), "points out of the file"),
    "10,001 members": (zipped([(f"x{i}.npy", b"") for i in range(10_001)]), "10,001 parts"),
    "another packing": (zipped([("x.npy", ONE)], zipfile.ZIP_LZMA), "packed in a way"),
    "a lying size": (_lying(zipped([("x.npy", ONE)]), len(ONE), len(ONE) + 8), "a\\.npz"),
    "a claim of 3 GB": (_lying(zipped([("x.npy", ONE)]), len(ONE), 3 << 30), "not unpacked|claims to hold"),
    "an empty array": (zipped([("x.npy", b"")]), "is not an array"),
    "a text": (zipped([("x.npy", b"hello there, this is no array")]), "is not an array"),
    "an archive in it": (zipped([("x.npy", zipped([("y.npy", ONE)]))]), "is not an array"),
    "only pickles": (npz(a=np.array([{}], dtype=object)), "Pickles are never opened"),
    "cut": (npz(x=np.arange(1000.0), compressed=False)[:-30], "list of contents"),
    "cut in the middle": (npz(x=np.arange(1000.0))[:200], "list of contents"),
}  # fmt: skip


@pytest.mark.parametrize("case", ARCHIVES)
def test_an_archive_is_not_believed(case: str, tmp_path: Path) -> None:
    content, message = ARCHIVES[case]
    if case == "two of one name":
        with pytest.warns(UserWarning, match="Duplicate name"):
            content = zipped([("x.npy", ONE), ("x.npy", ONE)])
    path = put(tmp_path, "a.npz", content)
    assert npy_reader.recognise(content[:65536], path)
    assert re.search(message, refusal(npy_reader.read, path)), refusal(npy_reader.read, path)


def test_an_array_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, "a.npz", npz(x=np.ones(3), y=np.ones(2)))
    assert "has no array 'z'. It has x, y" in refusal(npy_reader.read, path, sheet="z")
    assert "has no column x9" in refusal(npy_reader.read, path, sheet="x", columns=("x9",))


def test_what_cannot_fit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = put(tmp_path, "a.npy", npy(np.zeros((1000, 100), dtype=np.float32)))
    assert "Read a sample of" in refusal(npy_reader.read, path, memory=1_000_000)
    assert read(npy_reader.read, path, memory=1_000_000, rows=100).table.rows == 100


def test_bytes_changed_anywhere_never_do_harm(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for data in (npy(np.arange(20.0).reshape(5, 4)), npz(x=np.ones((5, 2)), y=np.arange(5))):
        for _ in range(150):
            changed = bytearray(data)
            for place in random.integers(0, len(data), size=random.integers(1, 4)):
                changed[place] = random.integers(0, 256)
            read_or_refused(npy_reader.read, put(tmp_path, "a.npy", bytes(changed)))
        for cut in random.integers(1, len(data), size=30):
            assert not read_or_refused(npy_reader.read, put(tmp_path, "a.npy", data[:cut]))

