"""What is dropped: folders, several files, files of many kinds; which reader takes them and what is left out."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bpgui.data.errors import DataError
from bpgui.data.readers import READERS, read_files, unpacking
from bpgui.data.readers.gathering import gather, natural, recognised
from bpgui.data.readers.joining import joined, part_of
from bpgui.data.table import NumberColumn, Table, TextColumn


def picture(path: Path, level: int = 9) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((4, 5), level, np.uint8)).save(path)
    return path


def text(path: Path, words: str = "a,b\n1,2\n3,4\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words)
    return path


def test_files_are_known_by_what_is_in_them(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((2, 2)))
    (tmp_path / "x.npy").rename(tmp_path / "x.csv")
    with gzip.open(tmp_path / "labels.txt", "wb") as file:
        file.write(b"\0\0\x08\x01\0\0\0\x02\1\0")
    found = {
        "npy": tmp_path / "x.csv",
        "idx": tmp_path / "labels.txt",
        "images": picture(tmp_path / "p.png").rename(tmp_path / "p.dat"),
        "csv": text(tmp_path / "t.wav"),
    }
    assert {name: recognised(path) for name, path in found.items()} == {name: name for name in found}
    assert list(READERS)[-1] == "csv", "anything may be text, so it is asked last"


def test_names_are_ordered_as_people_count() -> None:
    names = ["b10.png", "b9.png", "A2.png", "a10.png"]
    assert sorted(names, key=lambda name: natural(Path(name))) == ["A2.png", "a10.png", "b9.png", "b10.png"]


def test_images_win_over_the_notes_beside_them(tmp_path: Path) -> None:
    for index in range(2):
        picture(tmp_path / "cat" / f"{index}.png")
    for index in range(9):
        text(tmp_path / f"note{index}.txt")
    (tmp_path / "broken.png").touch()
    (tmp_path / ".hidden.png").write_bytes(b"x")
    found = gather([tmp_path], tmp_path)
    assert found.reader == "images"
    assert [path.name for path in found.paths if path.suffix == ".png"] == ["0.png", "1.png"]
    assert found.notes == ("1 file of another kind was left out: broken.png.",)


def test_a_table_among_other_things_is_read_and_the_rest_named(tmp_path: Path) -> None:
    text(tmp_path / "data.csv")
    for index in range(6):
        (tmp_path / f"empty{index}").touch()
    found = gather([tmp_path], tmp_path)
    assert (found.reader, [path.name for path in found.paths]) == ("csv", ["data.csv"])
    assert "6 files of another kind were left out: empty0, empty1, empty2, empty3 and 2 more." in found.notes


@pytest.mark.parametrize("what", ["nothing", "only empty files"])
def test_a_folder_without_data_says_what_was_expected(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "stuff"
    folder.mkdir()
    if what != "nothing":
        (folder / "a.png").touch()
        (folder / "b.png").touch()
    with pytest.raises(DataError, match=r"stuff(: none of its 2 files can be read|.* holds no files)"):
        gather([folder], tmp_path)


def _zipped(member: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(member, "a,b\n1,2\n")
    return packed.getvalue()


# What a person may well drop, and what the message must say beside the name.
FOREIGN: dict[str, tuple[bytes, str]] = {
    "t.zip": (_zipped("t.csv"), "ZIP archive.*Unpack it"),
    "t.csv.bz2": (bz2.compress(b"a,b\n1,2\n"), "bzip2.*Unpack it"),
    "t.csv.xz": (lzma.compress(b"a,b\n1,2\n"), "xz archive.*Unpack it"),
    "t.tar": (b"t.csv".ljust(257, b"\0") + b"ustar\x0000" + bytes(300), "tar archive.*Unpack it"),
    "a.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF document.*Copy its table"),
    "shop.xls": (b"<html><table><tr><td>1</td></tr></table></html>", "web page.*Open it in a spreadsheet program"),
    "old.xls": (b'<?xml version="1.0"?><Workbook/>', "XML document.*spreadsheet program"),
    "model.pkl": (pickle.dumps({"a": [1, 2]}), "a pickle.*never opened.*numpy.save"),
    "old.pkl": (pickle.dumps({"a": [1, 2]}, 0), "a pickle.*never opened"),
    "net.pt": (_zipped("net/data.pkl"), "a pickle.*never opened"),
    "x.db": (b"SQLite format 3\0" + bytes(100), "SQLite database.*Export its table"),
    "x.h5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5 file.*Export"),
    "x.mat": (b"MATLAB 5.0 MAT-file".ljust(124) + b"\0\1IM", "MATLAB file.*Export"),
    "x.feather": (b"ARROW1\0\0" + bytes(50), "Feather.*Export"),
    "x.dta": (b"<stata_dta><header>\0", "Stata.*Export"),
    "x.sav": (b"$FL2@(#) SPSS DATA FILE\0", "SPSS.*Export"),
    "x.rds": (gzip.compress(b"X\n\0\0\0\2\0\4"), "a file of R.*Export"),
    "iris.arff": (b"% flowers\n\n@RELATION iris\n@ATTRIBUTE a NUMERIC\n@DATA\n1\n", "ARFF.*Save it as CSV"),
    "film.mp4": (b"\0\0\0\x18ftypmp42" + bytes(50), "a video"),
    "phone.jpg": (b"\0\0\0\x18ftypheic" + bytes(50), "HEIF image.*PNG or JPEG"),
    "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG drawing.*PNG or JPEG"),
    "tool": (b"\x7fELF" + bytes(50), "a program"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_of_another_program_is_called_what_it_is(name: str, tmp_path: Path) -> None:
    content, expected = FOREIGN[name]
    path = tmp_path / name
    path.write_bytes(content)
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises(DataError, match=re.compile(rf"^{re.escape(path.stem)}.* looks like .*{expected}", re.DOTALL)):
        gather([path], work)


def test_tables_for_training_and_testing_become_parts(tmp_path: Path) -> None:
    train = text(tmp_path / "my_train.csv", "a,b\n" + "1,x\n2,y\n" * 20)
    test = text(tmp_path / "my_test.csv", "b,a\n" + "x,3\nz,4\n" * 5)
    reading = read_files([test, train])
    assert reading.table.names == ("b", "a", "part")
    part = reading.table.column("part")
    assert isinstance(part, TextColumn)
    assert part.texts() == ["test"] * 10 + ["train"] * 40
    assert reading.rows == 50
    assert reading.origin.paths == (str(train),)
    again = read_files([reading.origin.path, *reading.origin.paths], options=reading.origin.options)
    assert again.table == reading.table


def test_other_tables_are_put_below_each_other_with_the_name_of_their_file(tmp_path: Path) -> None:
    paths = [text(tmp_path / f"{name}.csv", "a,b\n1,2\n5,6\n") for name in ("north", "south")]
    table = read_files(paths).table
    assert table.names == ("a", "b", "file")
    assert isinstance(file := table.column("file"), TextColumn)
    assert file.texts() == ["north.csv", "north.csv", "south.csv", "south.csv"]


def test_tables_with_other_columns_are_not_joined(tmp_path: Path) -> None:
    one, two = text(tmp_path / "one.csv"), text(tmp_path / "two.csv", "a,c\n1,2\n3,4\n")
    with pytest.raises(DataError, match=r"two\.csv lacks b and has c besides, compared with one\.csv"):
        read_files([one, two])


def test_a_column_that_is_text_somewhere_is_text(tmp_path: Path) -> None:
    numbers = Table([NumberColumn("a", np.array([1.0, np.nan]))])
    table = joined([numbers, Table([TextColumn.of("a", ["x", None])])], (Path("p.csv"), Path("q.csv")))
    assert isinstance(a := table.column("a"), TextColumn)
    assert a.texts() == ["1", None, "x", None]


@pytest.mark.parametrize(
    ("name", "part"),
    [("train", "train"), ("X_Test.v2", "test"), ("t10k-images", "test"), ("val_data", "validation"), ("trainer", None)],
)
def test_parts_are_words_of_a_name(name: str, part: str | None) -> None:
    assert part_of(name) == part


def test_a_packed_table_is_what_is_in_it(tmp_path: Path) -> None:
    text(tmp_path / "plain.csv")
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress((tmp_path / "plain.csv").read_bytes()))
    assert read_files([tmp_path / "packed.csv.gz"]).table == read_files([tmp_path / "plain.csv"]).table


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (gzip.compress(b"a,b\n1,2\n" * 500)[:-20], r"^t\.csv\.gz is cut off: "),
        (gzip.compress(b"a,b\n1,2\n")[:-6] + b"\0" * 6, "^t.csv.gz is damaged: it cannot be unpacked"),
        (gzip.compress(b"a,b\n1,2\n") + b"more", "^t.csv.gz is damaged: it cannot be unpacked"),
        (gzip.compress(b""), "there is nothing in it"),
        (b"\x1f\x8b\x08nonsense", "^t.csv.gz is cut off"),
    ],
)
def test_a_damaged_archive_is_said(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(data)
    with pytest.raises(DataError, match=said):
        read_files([path])


def test_a_bomb_is_given_up_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "FREE", 1 << 20)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"\0" * (40 << 20)))
    with pytest.raises(DataError, match=r"bomb\.csv\.gz has [\d,]+ bytes and holds more than"):
        unpacking.unpacked(path, tmp_path)
    assert sum(file.stat().st_size for file in tmp_path.rglob("bomb.csv")) < 40 << 20


def test_inputs_and_targets_in_files_of_their_own_belong_together(tmp_path: Path) -> None:
    for name, rows in (("train", 5), ("test", 3)):
        np.save(tmp_path / f"X_{name}.npy", np.arange(rows * 2.0).reshape(rows, 2))
        np.save(tmp_path / f"y_{name}.npy", np.arange(rows) % 2)
    reading = read_files([tmp_path])
    assert reading.table.names == ("x1", "x2", "target", "part")
    assert isinstance(part := reading.table.column("part"), TextColumn)
    assert part.texts() == ["test"] * 3 + ["train"] * 5
    assert read_files([tmp_path / f"{name}.npy" for name in ("X_train", "y_train")]).table.names[-1] == "target"


def test_arrays_of_other_names_are_tables_below_each_other(tmp_path: Path) -> None:
    for name in ("north", "south"):
        np.save(tmp_path / f"{name}.npy", np.arange(6.0).reshape(3, 2))
    assert read_files([tmp_path]).table.names == ("x1", "x2", "file")
