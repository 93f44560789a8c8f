"""IDX: the files of MNIST and its like become one table; what does not fit is said."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest

from bpgui.data.errors import DataError
from bpgui.data.readers.pictures import idx_reader
from bpgui.data.readers.task import Task
from bpgui.data.reading_options import ReadingOptions
from bpgui.data.table import NumberColumn, Table, TextColumn
from tests.data.making_idx import four, idx, images, labels, read, write

FASHION = Path("/usr/share/datasets/fashion-mnist")  # Debian's dataset-fashion-mnist


def pixels(table: Table) -> np.ndarray:
    column = table.column("image")
    assert isinstance(column, NumberColumn)
    return column.values


def texts(table: Table, name: str) -> list[str | None]:
    column = table.column(name)
    assert isinstance(column, TextColumn)
    return column.texts()


@pytest.mark.parametrize("packed", [True, False])
def test_four_files_are_one_table(tmp_path: Path, packed: bool) -> None:
    four(tmp_path, packed=packed)
    table, parsed = read(tmp_path)
    assert table.names == ("image", "class", "part")
    image = table.column("image")
    assert isinstance(image, NumberColumn)
    assert (image.values.dtype, image.shape, image.meaning) == (np.uint8, (28, 28, 1), "image")
    np.testing.assert_array_equal(image.values[:40, :, :, 0], images(40))
    np.testing.assert_array_equal(image.values[40:, :, :, 0], images(20, seed=1))
    assert texts(table, "class") == [str(k) for k in [*labels(40), *labels(20)]]
    assert texts(table, "part") == ["train"] * 40 + ["test"] * 20
    assert (parsed.rows, parsed.questions, parsed.notes) == (60, (), ())
    assert dict(parsed.details)["parts"] == "train 40, test 20"


def test_classes_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    write(tmp_path / "images-idx3-ubyte", idx(images(24)))
    write(tmp_path / "labels-idx1-ubyte", idx(labels(24, 12)))
    table, _ = read(tmp_path)
    column = table.column("class")
    assert isinstance(column, TextColumn)
    assert column.levels == tuple(str(k) for k in range(12))
    assert table.names == ("image", "class")


NAMES = {
    "with a point": ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
    "saved twice by a browser": ("train-images-idx3-ubyte (1).gz", "train-labels-idx1-ubyte (2).gz"),
    "emnist": ("emnist-digits-train-images-idx3-ubyte.gz", "emnist-digits-train-labels-idx1-ubyte.gz"),
    "in folders of parts": ("train/images-idx3-ubyte", "train/labels-idx1-ubyte"),
    "in folders of their own": ("train-images-idx3-ubyte/images.idx3", "train-labels-idx1-ubyte/labels.idx1"),
    "any two of as many rows": ("this.bin", "that.bin"),
    "x and y": ("x_train.idx", "y_train.idx"),
}


@pytest.mark.parametrize("case", NAMES)
def test_names_of_a_pair(tmp_path: Path, case: str) -> None:
    first, second = NAMES[case]
    square = images(20)
    write(tmp_path / first, idx(square), first.endswith(".gz"))
    write(tmp_path / second, idx(labels(20)), second.endswith(".gz"))
    table, _ = read(tmp_path)
    assert table.names == ("image", "class")
    upright = square.transpose(0, 2, 1) if "emnist" in first else square
    np.testing.assert_array_equal(pixels(table)[..., 0], upright)
    assert texts(table, "class") == [str(k) for k in labels(20)]


def test_letters_have_the_names_that_their_file_says(tmp_path: Path) -> None:
    four(tmp_path, prefix="emnist-letters-")
    for path in list(tmp_path.glob("*t10k*")):
        path.rename(path.with_name(path.name.replace("t10k", "test")))
    mapping = "\n".join(f"{k} {65 + k} {97 + k}" for k in range(10))
    (tmp_path / "emnist-letters-mapping.txt").write_text(mapping)
    table, parsed = read(tmp_path)
    assert set(texts(table, "class")) == set("ABCDEFGHIJ")
    assert texts(table, "part")[-1] == "test"
    assert any("set upright" in note for note in parsed.notes)
    assert any("emnist-letters-mapping.txt" in note for note in parsed.notes)


def test_several_sets_are_asked_about(tmp_path: Path) -> None:
    for name, seed in (("digits", 0), ("letters", 5)):
        write(tmp_path / f"emnist-{name}-train-images-idx3-ubyte", idx(images(9, seed)))
        write(tmp_path / f"emnist-{name}-train-labels-idx1-ubyte", idx(labels(9)))
    table, parsed = read(tmp_path)
    [question] = parsed.questions
    assert [choice.options.sheet for choice in question.choices] == ["emnist digits", "emnist letters"]
    np.testing.assert_array_equal(pixels(table)[..., 0].transpose(0, 2, 1), images(9))
    other, answered = read(tmp_path, sheet="emnist letters")
    np.testing.assert_array_equal(pixels(other)[..., 0].transpose(0, 2, 1), images(9, 5))
    assert answered.questions == ()
    with pytest.raises(DataError, match="no set of files called 'x'; there are: emnist digits, emnist letters"):
        read(tmp_path, sheet="x")


def test_the_same_file_packed_and_unpacked_is_taken_once(tmp_path: Path) -> None:
    four(tmp_path)
    four(tmp_path, packed=False)
    table, parsed = read(tmp_path)
    assert table.rows == 60
    assert len(parsed.notes) == 4
    assert "train-images-idx3-ubyte.gz holds as many values as train-images-idx3-ubyte" in " ".join(parsed.notes)


def test_images_without_labels(tmp_path: Path) -> None:
    write(tmp_path / "train-images-idx3-ubyte", idx(images(9)))
    table, parsed = read(tmp_path)
    assert table.names == ("image",)
    assert "train-labels-idx1-ubyte" in parsed.notes[0]


def test_a_file_that_does_not_say_its_part_beside_a_test_file(tmp_path: Path) -> None:
    for part, count in (("", 12), ("test-", 6)):
        write(tmp_path / f"{part}images.idx3", idx(images(count)))
        write(tmp_path / f"{part}labels.idx1", idx(labels(count)))
    table, parsed = read(tmp_path)
    assert texts(table, "part") == ["train"] * 12 + ["test"] * 6
    assert "taken for training" in parsed.notes[0]


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "float32", "float64"])
@pytest.mark.parametrize("ndim", [1, 2])
def test_numbers(tmp_path: Path, dtype: str, ndim: int) -> None:
    array = np.random.default_rng(3).integers(0, 100, (30, 4)).astype(dtype)
    array = array[:, 0].copy() if ndim == 1 else array
    write(tmp_path / "numbers.idx", idx(array))
    table, _ = read(tmp_path)
    assert table.names == (("value",) if ndim == 1 else ("x1", "x2", "x3", "x4"))
    found = np.column_stack([column.values for column in table.columns if isinstance(column, NumberColumn)])
    np.testing.assert_array_equal(found, array.reshape(30, -1).astype(float))


def test_signs_and_byte_order(tmp_path: Path) -> None:
    array = np.array([[-2, 300], [-32768, 32767]], dtype=np.int16)
    write(tmp_path / "numbers.idx", idx(array))
    table, _ = read(tmp_path, precision="float32")
    first = table.column("x1")
    assert isinstance(first, NumberColumn)
    assert (first.values.dtype, first.values.tolist()) == (np.float32, [-2.0, -32768.0])


@pytest.mark.parametrize("dtype", ["int16", "float32", "float64"])
def test_images_of_other_numbers(tmp_path: Path, dtype: str) -> None:
    array = (images(5).astype(np.int16) - 128).astype(dtype)
    write(tmp_path / "images.idx", idx(array))
    table, _ = read(tmp_path)
    assert pixels(table).dtype == (np.float32 if dtype == "float32" else np.float64)
    np.testing.assert_array_equal(pixels(table)[..., 0], array)


@pytest.mark.parametrize("shape", [(5, 8, 6, 3), (5, 3, 8, 6), (5, 1, 8, 6), (5, 8, 6, 1)])
def test_colour(tmp_path: Path, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape), dtype=np.int64).astype(np.uint8).reshape(shape)
    write(tmp_path / "images.idx", idx(array))
    table, _ = read(tmp_path)
    expected = array if shape[3] in (1, 3) else array.transpose(0, 2, 3, 1)
    np.testing.assert_array_equal(pixels(table), expected)


def test_labels_with_more_columns(tmp_path: Path) -> None:
    write(tmp_path / "qmnist-train-images-idx3-ubyte", idx(images(12)))
    more = np.column_stack([labels(12), np.arange(12)]).astype(np.int32)
    write(tmp_path / "qmnist-train-labels-idx2-int", idx(more))
    table, _ = read(tmp_path)
    assert table.names == ("image", "class", "label 2")
    assert texts(table, "class") == [str(k) for k in labels(12)]


def test_numbers_with_labels(tmp_path: Path) -> None:
    write(tmp_path / "train-data.idx2", idx(np.ones((6, 3), np.float32)))
    write(tmp_path / "train-labels.idx1", idx(labels(6, 2)))
    table, _ = read(tmp_path)
    assert table.names == ("x1", "x2", "x3", "class")


def test_floating_labels_are_numbers(tmp_path: Path) -> None:
    write(tmp_path / "images.idx3", idx(images(6)))
    write(tmp_path / "labels.idx1", idx(np.linspace(0, 1, 6)))
    table, _ = read(tmp_path)
    assert table.names == ("image", "label")


def test_a_sample_is_seeded_and_spans_the_parts(tmp_path: Path) -> None:
    four(tmp_path)
    table, parsed = read(tmp_path, rows=30)
    again, _ = read(tmp_path, rows=30)
    whole, _ = read(tmp_path)
    assert (table.rows, parsed.rows, table.sha) == (30, 30, again.sha)
    assert set(texts(table, "part")) == {"train", "test"}
    known = {row.tobytes(): place for place, row in enumerate(pixels(whole))}
    places = [known[row.tobytes()] for row in pixels(table)]
    assert places == sorted(places)
    assert texts(table, "class") == [texts(whole, "class")[place] for place in places]


def test_a_sample_of_many_blocks(tmp_path: Path) -> None:
    array = images(5000)
    write(tmp_path / "images.idx3", idx(array), packed=True)
    table, _ = read(tmp_path, rows=700)
    known = {row.tobytes() for row in array}
    assert table.rows == 700
    assert len({row.tobytes() for row in pixels(table)} & known) == 700


def test_a_preview_looks_at_the_beginning_of_every_part(tmp_path: Path) -> None:
    four(tmp_path)
    table, parsed = read(tmp_path, preview=10)
    assert (table.rows, parsed.rows) == (10, 60)
    assert texts(table, "part") == ["train"] * 5 + ["test"] * 5
    np.testing.assert_array_equal(pixels(table)[5:, ..., 0], images(20, seed=1)[:5])


def test_only_some_columns(tmp_path: Path) -> None:
    four(tmp_path)
    table, _ = read(tmp_path, columns=("image", "class"))
    assert table.names == ("image", "class")
    with pytest.raises(DataError, match="no column klass; its columns are image, class, part"):
        read(tmp_path, columns=("klass",))


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    heard: list[float | None] = []
    files = four(tmp_path)
    idx_reader.read(Task(tuple(files), tmp_path, ReadingOptions(), tmp_path, progress=heard.append))
    assert heard == sorted(heard, key=float)  # type: ignore[arg-type]
    assert heard[-1] == 1.0


def test_what_does_not_fit_is_asked_about(tmp_path: Path) -> None:
    four(tmp_path)
    whole, _ = read(tmp_path)
    for memory, names in ((47_041, ()), (47_040, ()), (40_000, ("size",))):
        table, parsed = read(tmp_path, memory=memory)
        assert tuple(question.key for question in parsed.questions) == names
        assert table.sha == whole.sha
    (question,) = parsed.questions
    assert "has 60 images of 28 × 28 values: 0 MB, and 0 MB of memory may be used" in question.text
    assert [choice.label.split(":")[0] for choice in question.choices] == [
        "all rows, kept in a file", "a sample of 51 rows",
    ]  # fmt: skip
    for choice, rows in zip(question.choices, (60, 51), strict=True):
        options = msgspec.structs.asdict(choice.options)
        again, parsed = read(tmp_path, memory=40_000, rows=options["rows"], precision=options["precision"])
        assert (again.rows, parsed.questions) == (rows, ())


def test_recognising(tmp_path: Path) -> None:
    here = tmp_path / "a.bin"
    assert idx_reader.recognise(idx(images(2))[:100], here)
    assert idx_reader.recognise(gzip.compress(idx(images(2)))[:500], here)
    assert idx_reader.recognise(b"<html>", tmp_path / "train-images-idx3-ubyte.gz")
    assert idx_reader.recognise(b"\0\0\x0a\x03", tmp_path / "train-images.idx3-ubyte")
    assert not idx_reader.recognise(b"a,b\n1,2\n", tmp_path / "train-images-idx3-ubyte")
    assert not idx_reader.recognise(b"a,b\n1,2\n", here)
    assert not idx_reader.recognise(b"\0\0\x01\0", here)
    assert not idx_reader.recognise(gzip.compress(b"a,b"), here)
    assert not idx_reader.recognise(b"\x1f\x8brubbish", here)


@pytest.mark.skipif(not FASHION.is_dir(), reason="Debian's package dataset-fashion-mnist is not installed")
def test_fashion_mnist(tmp_path: Path) -> None:
    begun = time.monotonic()
    table, parsed = read(FASHION)
    assert time.monotonic() - begun < 10
    assert (table.rows, parsed.notes) == (70_000, ())
    assert dict(parsed.details)["parts"] == "train 60,000, test 10,000"
    classes = np.unique(np.array(texts(table, "class")), return_counts=True)
    assert classes[1].tolist() == [7000] * 10
    assert pixels(table)[0].sum() == 76247
