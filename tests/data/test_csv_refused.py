"""Files that cannot be read: each has its message, with the place, what was found and what to do."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpgui.data.errors import DataError
from bpgui.data.readers import ReadingOptions, large, read_file
from bpgui.data.readers.task import Task
from bpgui.data.readers.text import csv_reader
from tests.data.reading import read

REFUSED: dict[str, tuple[str | bytes, str]] = {
    "0 bytes": ("", r"t.csv is empty \(0 bytes\)"),
    "blank lines": ("\n\n  \n", "only blank lines"),
    "comments": ("# a\n# b\n", "only blank lines or comments"),
    "only names": ("a,b,c\n", "a row of names and no rows of values"),
    "one word": ("abc", "a row of names and no rows of values"),
    "a zero byte": (b"a,b\n1,2\n\x003,4\n", "byte 9: a zero byte.*binary file"),
    "random bytes": (bytes(range(1, 256)) + b"\0" * 7, "byte 256: a zero byte"),
    "a short row": ("a,b\n1,2\n3\n4,5\n", "line 3: 1 value was found where 2 were expected.*Give every row a value"),
    "short rows": ("a,b,c\n1,2,3\n1,2\n1,2\n1,2,3\n4,5,6\n", r"line 3: 2 values.*\(1 more line like it\)"),
    "a long row": ("a,b\n1,2\n3,4,5\n6,7\n", "line 3: 3 values.* where 2.*quotes around values that hold a comma"),
    "a long row far down": ("a,b\n" + "1,2\n" * 50_000 + "3,4,5\n", "line 50,002: 3 values"),
    "a long row after a newline in quotes": ('a,b\n"x\ny\nz",2\n3,4,5\n', "line 5: 3 values"),
    "too few names": ("a,b\n1,2,3\n4,5,6\n", "line 1: 2 names were found over 3 columns"),
    "an open quote": ('a,b\n1,2\n3,"abc\n4,5\n', 'line 3: a quote is opened and not closed.*: “3,"abc…”'),
    "a closed quote in the middle": ('a,b\n1,2\n3,"ab"c\n4,5\n', "line 3: a quote is opened"),
    "a line of 3 MB": ("a,b\n1," + "x" * 3_000_000 + "\n1,2\n", "line 2: the line is longer than 2,000,000 bytes"),
    "11,000 columns": (",".join(["1"] * 11_000) + "\n", "11,000 columns; at most 10,000"),
    "a workbook": (b"PK\x03\x04" + b"\0" * 100, "a ZIP archive or a damaged workbook.*Unpack"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old Excel workbook"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "PNG image"),
    "a web page": ("\n<!DOCTYPE html><html>", "a web page"),
    "JSON": ('[{"a": 1}]', "looks like JSON"),
    "gzip": (b"\x1f\x8b\x08\x00", "gzip"),
    "UTF-8 with one bad byte": (("ä,ö\n" + "ü,é\n" * 50).encode() + b"\xff,a\n", "byte 307: the file is UTF-8, but"),
    "half a letter of UTF-16": ("a,b\n1,2\n".encode("utf-16") + b"x", "byte 19: this is no character of UTF-16"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_the_message_says_where_what_and_what_to_do(case: str, tmp_path: Path) -> None:
    content, message = REFUSED[case]
    with pytest.raises(DataError) as caught:
        read(tmp_path, content)
    text = str(caught.value)
    assert re.search(message, text, re.DOTALL), text
    assert text.startswith("t.csv")
    assert text.endswith((".", '("").', "?"))
    assert "Error" not in text
    assert "\\n" not in text


def test_messages_are_different(tmp_path: Path) -> None:
    assert len({message for _, message in REFUSED.values()}) >= len(REFUSED) - 1


def test_options_that_do_not_fit(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="byte 7: this is no character of UTF-8"):
        read(tmp_path, "a,b\n1,ä\n".encode("latin-1"), ReadingOptions(encoding="utf-8"))
    with pytest.raises(DataError, match="byte 3: this is no character of Western European"):
        read(tmp_path, b"a\n\x81\n", ReadingOptions(encoding="cp1252"))
    for encoding in ("klingon", "rot13", "base64"):
        with pytest.raises(DataError, match="no encoding that can be read"):
            read(tmp_path, "a\n1\n", ReadingOptions(encoding=encoding))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (ReadingOptions(delimiter="::"), "cannot be apart by '::'"),
        (ReadingOptions(delimiter=""), "cannot be apart by ''"),
        (ReadingOptions(delimiter='"'), "one character was expected"),
        (ReadingOptions(decimal="x"), "decimal mark cannot be 'x'"),
        (ReadingOptions(decimal=",", thousands=","), "Thousands cannot be apart by ','"),
    ],
)
def test_options_that_no_file_can_be_read_with(options: ReadingOptions, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path, "a,b\n1,2\n", options)


def test_a_table_that_fits_neither_memory_nor_disk_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "1,2\n" * 1000)
    monkeypatch.setattr(large.shutil, "disk_usage", lambda folder: large.shutil._ntuple_diskusage(1, 1, 0))
    with pytest.raises(DataError, match=r"1,001 rows and 2 columns take 0 MB.*Read a sample of at most 620 rows"):
        csv_reader.read(Task((path,), tmp_path, ReadingOptions(precision="float64"), tmp_path, memory=10_000))


@settings(max_examples=60)
@given(st.binary(max_size=200) | st.text('ab,;"\n\r\t 1.5\ufeff', max_size=60).map(str.encode))
def test_any_bytes_are_a_table_or_a_message(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    try:
        found = read(tmp_path_factory.mktemp("bytes"), content)
    except DataError as error:
        text = str(error)
    else:
        text = "t.csv"
        assert found.table.rows > 0
        assert len(found.table.columns) > 0
    assert text.startswith("t.csv")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match=r"pipe.csv is a pipe, not a file"):
        read_file(tmp_path / "pipe.csv")


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no files"):
        read_file(tmp_path)
    with pytest.raises(DataError, match=r"gone.csv is not there"):
        read_file(tmp_path / "gone.csv")
    with pytest.raises(DataError, match="cannot be opened"):
        read_file(tmp_path / ("long" * 1000))
    (tmp_path / "empty.csv").touch()
    with pytest.raises(DataError, match=r"empty.csv is empty \(0 bytes\)"):
        read_file(tmp_path / "empty.csv")
    if Path("/dev/zero").exists():
        with pytest.raises(DataError, match="zero is a device, not a file"):
            read_file("/dev/zero")
