"""Folders of images become one table: pixels, classes, names, parts; the same bytes in every run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bpgui.data.errors import DataError
from bpgui.data.readers import large
from bpgui.data.readers.pictures import image_reader
from bpgui.data.readers.pictures.image_reader import image_values, recognise
from bpgui.data.readers.pictures.image_size import proposed_size
from bpgui.data.readers.task import Task
from bpgui.data.reading_options import ReadingOptions
from bpgui.data.table import NumberColumn
from tests.data.making_images import classes, encoded, grey, pixels, png, put, read, rgb, texts


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "animals"
    folder.mkdir()
    return folder


def test_a_folder_of_folders(root: Path) -> None:
    table, parsed = read(classes(root))
    assert table.names == ("image", "class", "file")
    assert texts(table, "class") == ["cat"] * 4 + ["dog"] * 4
    assert texts(table, "file")[5] == "dog/1.png"
    np.testing.assert_array_equal(pixels(table)[1, ..., 0], grey(seed=1))
    assert (parsed.rows, parsed.notes, parsed.questions) == (8, (), ())
    assert dict(parsed.details) == {"size": "12 × 9", "colour": "grey", "class from": "the sub-folder"}
    assert [setting.key for setting in parsed.settings] == ["size", "colour", "labels", "rows"]
    assert [(column.name, column.type) for column in parsed.columns] == [
        ("image", "image"), ("class", "text"), ("file", "text"),
    ]  # fmt: skip


def test_parts_come_last(root: Path) -> None:
    for part in ("train", "test"):
        classes(root / part)
    table, _ = read(root)
    assert table.names == ("image", "class", "file", "part")
    assert texts(table, "part") == ["test"] * 8 + ["train"] * 8


def test_files_by_name_are_in_natural_order_of_classes(root: Path) -> None:
    put(root, {f"{k}_{i}.png": encoded(grey(seed=k)) for k in range(12) for i in range(2)})
    table, _ = read(root)
    column = table.column("class")
    assert column.levels == tuple(str(k) for k in range(12))  # type: ignore[union-attr]


def test_without_classes_it_says_how_to_give_them(root: Path) -> None:
    put(root, {f"IMG_{k}.png": encoded(grey(seed=k)) for k in range(6)})
    table, parsed = read(root)
    assert table.names == ("image", "file")
    assert "no class" in parsed.notes[0]
    assert "folder of its own" in parsed.notes[0]


GREY = {
    "PNG": encoded(grey()),
    "BMP": encoded(grey(), "BMP"),
    "GIF": encoded(grey(), "GIF"),
    "TIFF": encoded(grey(), "TIFF"),
    "TIFF packed": encoded(grey(), "TIFF", compression="tiff_lzw"),
    "TIFF deflated": encoded(grey(), "TIFF", compression="tiff_adobe_deflate"),
    "WebP": encoded(np.repeat(grey()[..., None], 3, axis=2), "WEBP", lossless=True),
    "PNG of three equal channels": encoded(np.repeat(grey()[..., None], 3, axis=2)),
    "PNG with a palette of greys": encoded(Image.fromarray(grey()).convert("P")),
    "PNG with alpha that is full": encoded(np.dstack([grey()] * 3 + [np.full_like(grey(), 255)])),
    "PNG of grey and alpha": encoded(np.dstack([grey(), np.full_like(grey(), 255)])),
    "PNG of 16 bits": encoded(grey().astype(np.uint16) * 257),
    "TIFF of 16 bits": encoded(grey().astype(np.uint16) * 257, "TIFF"),
    "TIFF of 16 bits, big-endian": encoded(Image.fromarray((grey().astype(">u2") * 257).astype(">u2")), "TIFF"),
    "TIFF of floats to 255": encoded(grey().astype(np.float32), "TIFF"),
    "TIFF of 32 bits": encoded(grey().astype(np.int32), "TIFF"),
    "several pages": encoded(grey(), "TIFF", save_all=True, append_images=[Image.fromarray(grey(seed=5))]),
    "a moving GIF": encoded(grey(), "GIF", save_all=True, append_images=[Image.fromarray(grey(seed=5))]),
    "a moving PNG": encoded(grey(), "PNG", save_all=True, append_images=[Image.fromarray(grey(seed=5))]),
}


@pytest.mark.parametrize("case", sorted(GREY))
def test_grey(root: Path, case: str) -> None:
    put(root, {"a.bin.png": GREY[case], "b.png": GREY[case]})
    table, parsed = read(root)
    assert pixels(table).shape == (2, 12, 9, 1)
    np.testing.assert_array_equal(pixels(table)[0, ..., 0], grey())
    assert dict(parsed.details)["colour"] == "grey"
    assert any("more than one picture" in note for note in parsed.notes) == (case.startswith(("several", "a moving")))
    assert any("bits a pixel" in note for note in parsed.notes) == ("bits" in case or "floats" in case)


COLOUR = {
    "PNG": encoded(rgb()),
    "BMP": encoded(rgb(), "BMP"),
    "TIFF": encoded(rgb(), "TIFF"),
    "WebP": encoded(rgb(), "WEBP", lossless=True),
    "PNG of 16 bits a channel": png(9, 12, b"".join(b"\0" + np.repeat(row, 2).tobytes() for row in rgb()), 16, 2),
    "PNG with a palette": encoded(Image.fromarray(rgb()).quantize(256)),
    "a moving WebP": encoded(rgb(), "WEBP", lossless=True, save_all=True, append_images=[Image.fromarray(rgb(seed=5))]),
    "TIFF in CMYK": encoded(Image.fromarray(rgb()).convert("CMYK"), "TIFF"),
}


@pytest.mark.parametrize("case", sorted(COLOUR))
def test_colour(root: Path, case: str) -> None:
    put(root, {"a.png": COLOUR[case], "b.png": COLOUR[case]})
    table, parsed = read(root)
    assert dict(parsed.details)["colour"] == "rgb"
    np.testing.assert_array_equal(pixels(table)[0], rgb())


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpeg(root: Path, mode: str) -> None:
    smooth = np.add.outer(np.arange(48) * 3, np.arange(40) * 2).astype(np.uint8)
    image = Image.fromarray(np.dstack([smooth, smooth // 2, 255 - smooth])).convert(mode)
    put(root, {f"{k}.jpg": encoded(image, "JPEG", quality=95) for k in "ab"})
    table, _ = read(root)
    expected = np.asarray(image.convert("L" if mode == "L" else "RGB")).reshape(48, 40, -1)
    assert np.abs(pixels(table)[0].astype(int) - expected).max() <= 12


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_the_camera_turned(root: Path, form: str, turn: int) -> None:
    """The corner that is black stands where a person saw it, and sizes are those of the upright image."""
    seen = np.full((16, 24), 250, dtype=np.uint8)
    seen[:8, :8] = 0
    stored = {1: seen, 2: seen[:, ::-1], 3: seen[::-1, ::-1], 4: seen[::-1], 5: seen.T, 6: np.rot90(seen, 1),
              7: seen[::-1, ::-1].T, 8: np.rot90(seen, -1)}[turn]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = turn
    data = encoded(np.ascontiguousarray(stored), form, exif=exif, **({"lossless": True} if form == "WEBP" else {}))
    put(root, {"a.jpg": data, "b.jpg": data})
    table, parsed = read(root, colour="grey")
    assert dict(parsed.details)["size"] == "16 × 24"
    assert np.abs(pixels(table)[0, ..., 0].astype(int) - seen).max() < 30
    assert parsed.notes[0].startswith("The images have no class")


def test_transparent_parts_are_put_over_white(root: Path) -> None:
    half = np.dstack([rgb(), np.zeros((12, 9), np.uint8)])
    half[:6, :, 3] = 255
    black = Image.new("LA", (9, 12), (0, 0))
    put(root, {"a.png": encoded(half), "b.png": encoded(black)})
    table, parsed = read(root)
    np.testing.assert_array_equal(pixels(table)[0, :6], rgb()[:6])
    assert (pixels(table)[0, 6:] == 255).all()
    assert any("over white (in 2 of" in note for note in parsed.notes)
    assert any("Of one colour" in note and "1 of the images" in note for note in parsed.notes)


@pytest.mark.parametrize("mode", ["P", "L", "1", "RGB"])
def test_a_transparent_colour(root: Path, mode: str) -> None:
    image = Image.fromarray(np.array([[0, 0, 200], [200, 0, 200]], np.uint8)).convert(mode)
    first = image.getpixel((0, 0))
    put(root, {f"{k}.png": encoded(image, transparency=first) for k in "ab"})
    table, _ = read(root, colour="grey")
    black = np.asarray(image.convert("L")) == 0
    assert (pixels(table)[0, ..., 0][black] == 255).all()


def test_bits(root: Path) -> None:
    image = Image.fromarray(grey() > 127)
    put(root, {f"{k}.png": encoded(image) for k in "ab"})
    table, _ = read(root)
    np.testing.assert_array_equal(pixels(table)[0, ..., 0], np.where(grey() > 127, 255, 0))


def test_floats_up_to_one(root: Path) -> None:
    put(root, {f"{k}.tif": encoded((grey() / 255).astype(np.float32), "TIFF") for k in "ab"})
    table, _ = read(root)
    np.testing.assert_array_equal(pixels(table)[0, ..., 0], grey())


def test_one_colour_among_greys_is_colour(root: Path) -> None:
    put(root, {f"{k}.png": encoded(grey(seed=k)) for k in range(9)} | {"x.png": encoded(rgb())})
    table, _ = read(root)
    assert pixels(table).shape == (10, 12, 9, 3)
    turned, _ = read(root, colour="grey")
    np.testing.assert_array_equal(pixels(turned)[:9], pixels(table)[:9, ..., :1])
    np.testing.assert_array_equal(pixels(turned)[9, ..., 0], np.asarray(Image.fromarray(rgb()).convert("L")))


def test_a_colour_that_was_not_looked_at_is_said(root: Path) -> None:
    """Only some of many images are decoded before the rest: one with a colour may be found later."""
    even = np.repeat(grey()[..., None], 3, axis=2)
    put(root, {f"{k}.png": encoded(even) for k in range(200)} | {"102.png": encoded(rgb())})
    table, parsed = read(root)
    assert pixels(table).shape == (200, 12, 9, 1)
    assert any("Turned from colour to grey" in note and "1 of the images" in note for note in parsed.notes)
    _, settled = read(root, colour="grey")
    assert not any("Turned" in note for note in settled.notes)


SIZES: dict[str, tuple[list[tuple[int, int]], tuple[int, int]]] = {
    "all alike and small": ([(28, 28)] * 5, (28, 28)),
    "most alike and small": ([(8, 8)] * 3 + [(300, 300)] * 2, (8, 8)),
    "just small enough": ([(64, 64)] * 2, (64, 64)),
    "just too large": ([(64, 65)] * 2, (32, 32)),
    "large and wide": ([(480, 640)] * 4, (24, 32)),
    "large and high": ([(640, 480)] * 4, (32, 24)),
    "very wide": ([(2, 9000)] * 2, (1, 32)),
    "all different": ([(100, 200), (300, 100), (50, 90), (70, 99), (480, 640)], (32, 32)),
    "as often: the smaller": ([(28, 28), (20, 20)], (20, 20)),
    "none": ([], (32, 32)),
}


@pytest.mark.parametrize("case", SIZES)
def test_the_size_that_is_proposed(case: str) -> None:
    sizes, expected = SIZES[case]
    assert proposed_size(sizes) == expected


def test_an_image_keeps_its_shape_and_its_edge_is_continued(root: Path) -> None:
    wide = np.full((10, 40), 200, dtype=np.uint8)
    wide[3:7, 10:30] = 0
    put(root, {"a.png": encoded(wide), "b.png": encoded(wide.T.copy())})
    table, parsed = read(root, size=(20, 20))
    across, down = pixels(table)[..., 0]
    assert (across[:7] == 200).all()
    assert (across[13:] == 200).all()
    assert across[9, 10] == 0
    np.testing.assert_array_equal(down, across.T)
    assert "2 of 2 images were brought to 20 × 20 pixels" in parsed.notes[0]
    assert "10 × 40 to 40 × 10" in parsed.notes[0]


def test_a_pixel_that_would_be_left_over_is_not(root: Path) -> None:
    put(root, {f"{k}.png": encoded(np.full((101, 98), k * 100, np.uint8)) for k in range(2)})
    table, _ = read(root, size=(28, 28))
    assert (pixels(table)[1] == 100).all()


def test_the_same_bytes_in_every_run_and_for_one_image(root: Path) -> None:
    rows = np.add.outer(np.arange(300), np.arange(200)).astype(np.uint8)
    photograph = Image.fromarray(np.dstack([rows, rows // 2, 255 - rows]))
    put(root, {f"{k}.jpg": encoded(photograph, "JPEG", quality=80 + k) for k in range(4)})
    table, parsed = read(root)
    assert dict(parsed.details)["size"] == "32 × 21"
    again, _ = read(root, size=(32, 21), colour="rgb", labels="none")
    assert table.sha == again.sha
    for k in range(4):
        np.testing.assert_array_equal(image_values(root / f"{k}.jpg", (32, 21, 3)), pixels(table)[k])
    for k in range(3):
        (root / f"{k}.jpg").unlink()
    single, _ = read(root, size=(32, 21), colour="rgb", labels="none")
    assert single.names == ("image", "file")
    np.testing.assert_array_equal(pixels(single)[0], pixels(table)[3])


def test_a_preview_and_a_sample_are_rows_of_the_whole(root: Path) -> None:
    classes(root, count=30)
    whole, _ = read(root)
    known = dict(zip(texts(whole, "file"), pixels(whole), strict=True))
    for how in ({"preview": 7}, {"rows": 7}):
        table, parsed = read(root, **how)  # type: ignore[arg-type]
        assert table.rows == 7
        assert set(texts(table, "class")) == {"cat", "dog"}
        assert parsed.rows == (60 if "preview" in how else 7)
        for name, values in zip(texts(table, "file"), pixels(table), strict=True):
            np.testing.assert_array_equal(values, known[name])
    assert read(root, rows=7)[0].sha == read(root, rows=7)[0].sha


def test_too_many_for_the_memory_are_asked_about(root: Path) -> None:
    whole, _ = read(classes(root), size=(40, 40))
    table, parsed = read(root, size=(40, 40), memory=10_000)
    assert table.sha == whole.sha
    (question,) = [question for question in parsed.questions if question.key == "size"]
    assert "has 8 images of 40 × 40 pixels: 0 MB, and 0 MB of memory may be used" in question.text
    assert [choice.options.rows for choice in question.choices] == [None, 6]


def test_too_many_for_memory_and_disk_are_refused_at_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = large.shutil.disk_usage(root)._replace(free=10 << 20)
    monkeypatch.setattr(large.shutil, "disk_usage", lambda folder: full)
    said = r"8 images of 4096 × 4096 pixels take 134 MB; .* sample of at most 4 rows \(rows\), or a smaller size"
    with pytest.raises(DataError, match=said):
        read(classes(root), size=(4096, 4096), memory=64 << 20, precision="float64")


def test_only_some_columns(root: Path) -> None:
    assert read(classes(root), columns=("image", "class"))[0].names == ("image", "class")


# Heads, what stands before and after each name, what stands between the columns.
TABLES = {
    "names with ends": ("file,label", "", ".png", ","),
    "names without ends": ("id;breed", "", "", ";"),
    "paths": ("path\tclass", "./pictures/", ".png", "\t"),
    "paths of another system": ("filename,species", "C:\\data\\", ".png", ","),
}


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_a_table_names_the_files(root: Path, kind: str) -> None:
    rows = [(f"x{k}y", "cat" if k % 3 else "dog") for k in range(12)]
    put(root, {f"pictures/{name}.png": encoded(grey(seed=k)) for k, (name, _) in enumerate(rows)})
    head, before, after, sign = TABLES[kind]
    lines = [head, *(f"{before}{name}{after}{sign}{label}" for name, label in rows[::-1])]
    put(root, {"labels.csv": "\n".join(lines).encode()})
    table, parsed = read(root)
    assert table.names == ("image", "class", "file")
    labels = dict(rows)
    assert [labels[Path(str(file)).stem] for file in texts(table, "file")] == texts(table, "class")
    assert "labels.csv names 12 of 12 files" in parsed.notes[0]
    assert dict(parsed.details)["class from"] == "labels.csv"


def test_a_table_gives_more_columns_and_what_it_lacks_is_missing(root: Path) -> None:
    put(root, {f"{k}.png": encoded(grey(seed=k)) for k in range(1, 13)})
    lines = ["id,age,digit,file,weight"] + [f"{k},{20 + k},{k % 2},f{k},{k / 2}" for k in range(12, 2, -1)]
    put(root, {"people.csv": "\n".join(lines).encode(), "README.txt": b"About these images.\n" * 9})
    table, parsed = read(root)
    assert table.names == ("image", "class", "age", "file (2)", "weight", "file")
    assert texts(table, "class")[:4] == [None, None, "1", "0"]
    by_file = dict(zip(texts(table, "file"), texts(table, "class"), strict=True))
    assert by_file == {f"{k}.png": (str(k % 2) if k > 2 else None) for k in range(1, 13)}
    age = table.column("age")
    assert isinstance(age, NumberColumn)
    ages = dict(zip(texts(table, "file"), age.values.tolist(), strict=True))
    assert ages["7.png"] == 27.0
    assert np.isnan(ages["1.png"])
    assert any("2 of 12 files are not named in the table" in note for note in parsed.notes)
    assert any("README.txt" in note for note in parsed.notes)


def test_a_table_that_differs_from_the_folders_is_asked_about(root: Path) -> None:
    classes(root)
    rows = [f"{name}/{k}.png,{'old' if k % 2 else 'young'}" for name in ("cat", "dog") for k in range(4)]
    put(root, {"ages.csv": ("file,group\n" + "\n".join(rows)).encode()})
    table, parsed = read(root)
    assert set(texts(table, "class")) == {"old", "young"}
    [question] = parsed.questions
    assert [choice.options.labels for choice in question.choices] == ["table", "folder"]
    other, answered = read(root, labels="folder")
    assert set(texts(other, "class")) == {"cat", "dog"}
    assert answered.questions == ()


def test_a_table_of_other_things_is_left_out(root: Path) -> None:
    classes(root)
    put(root, {"other.csv": b"a,b\n1000,x\n1001,y\n1002,z\n"})
    table, parsed = read(root)
    assert table.names == ("image", "class", "file")
    assert any("other.csv" in note for note in parsed.notes)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP"])
def test_recognised_by_content(form: str) -> None:
    assert recognise(encoded(rgb(), form)[:64], Path("a.csv"))


@pytest.mark.parametrize("head", [b"BMW,Audi\n1,2\n" * 5, b"BM\n1\n", b"GIF,PNG\n", b"RIFF....WAVE", b"", b"\x89PN"])
def test_other_content_is_not_taken_for_an_image(head: bytes) -> None:
    assert not recognise(head, Path("a.png"))


def test_progress(root: Path) -> None:
    heard: list[Any] = []
    paths = tuple(sorted(classes(root).rglob("*.png")))
    image_reader.read(Task(paths, root, ReadingOptions(), root, progress=heard.append))
    assert heard == [(k + 1) / 8 for k in range(8)]
