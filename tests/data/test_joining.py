"""Several tables that become one: what is text in one of them, dates that one proves, and what is asked about them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bpgui.data.errors import DataError
from bpgui.data.readers import Reading, read_files
from bpgui.data.readers.joining import joined, stacked
from bpgui.data.table import NumberColumn, Table, TextColumn
from tests.data.awkward import days
from tests.data.reading import values_of


def opened(folder: Path, **files: str) -> Reading:
    """The files, in that order of their names."""
    for name, words in files.items():
        (folder / f"{name}.csv").write_text(words)
    return read_files([folder / f"{name}.csv" for name in files])


def test_numbers_keep_their_digits_where_another_file_holds_text(tmp_path: Path) -> None:
    found = opened(tmp_path, a="id,v\n1234567,1\n1.50,2\n", b="id,v\nA34,1\n3345678.25,2\n")
    assert values_of(found.table)["id"] == ["1234567", "1.50", "A34", "3345678.25"]
    assert "Column id holds numbers in a.csv and text in b.csv, so it is text in all files." in found.notes
    assert found.columns[0].type == "text"


def test_dates_stay_dates_where_another_file_holds_text_or_nothing(tmp_path: Path) -> None:
    texts = opened(tmp_path, a="t,v\n2024-01-05,1\n2024-01-06,2\n", b="t,v\nsoon,1\nlater,2\n")
    assert values_of(texts.table)["t"] == ["2024-01-05", "2024-01-06", "soon", "later"]
    nothing = opened(tmp_path, c="t,v\n,1\n,2\n", d="t,v\n2024-01-05,1\n2024-01-06,2\n")
    assert values_of(nothing.table)["t"] == [None, None, days("2024-01-05"), days("2024-01-06")]
    assert nothing.columns[0].type == "date"


def test_a_date_that_one_file_leaves_open_is_as_another_proves(tmp_path: Path) -> None:
    found = opened(tmp_path, a="t,v\n01/31/2024,1\n01/05/2024,2\n", b="t,v\n02/03/2024,3\n02/05/2024,4\n")
    assert values_of(found.table)["t"] == [days(f"2024-{day}") for day in ("01-31", "01-05", "02-03", "02-05")]
    assert not found.questions


OPEN = {"missing": ("1", "9999", "4", "2"), "numbers": ("1.234", "5.678"), "codes": ("07", "11")}


@pytest.mark.parametrize("key", OPEN)
def test_what_a_later_file_leaves_open_is_asked(tmp_path: Path, key: str) -> None:
    lines = "".join(f"{cell};1\n" for cell in OPEN[key])
    found = opened(tmp_path, a="p;v\n1;1\n5;2\n7;3\n", b=f"p;v\n{lines}")
    question = next(question for question in found.questions if question.key == key)
    assert "b.csv" in question.text
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    tables = [read_files(paths, options=choice.options).table for choice in question.choices]
    assert tables[question.best] == found.table
    assert len({table.sha for table in tables}) == len(tables)


def test_what_is_a_files_own_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("k,v\nx,1\ny,2\n")
    (tmp_path / "b.csv").write_bytes("k,v\nMüller,1\nGroß,2\n".encode("cp1252"))
    found = read_files([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert not found.questions
    assert any("b.csv" in note and "Taken: Western European (Windows-1252)" in note for note in found.notes)


def test_a_test_file_without_the_target_is_for_prediction(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"open train\.csv alone, and let the trained network predict test\.csv\.$"):
        opened(tmp_path, train="a,y\n1,x\n2,z\n", test="a\n3\n4\n")


def test_dates_and_numbers_below_each_other_are_text() -> None:
    dates, numbers = NumberColumn("a", np.array([1.0]), "date"), NumberColumn("a", np.array([2.5, np.nan]))
    assert isinstance(found := stacked([dates, numbers]), TextColumn)
    assert found.texts() == ["1970-01-02", "2.5", None]
    assert joined([Table([dates]), Table([dates])], (Path("p"), Path("q"))).column("a").rows == 2
