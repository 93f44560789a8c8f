"""Workbooks: the table on a sheet, whatever stands around it, and that nothing in the file can do harm."""

from __future__ import annotations

import datetime as dt
import re
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bpgui.data.readers.workbooks import sheet_reader
from tests.data.table_files import (
    Read,
    ods,
    ods_row,
    put,
    read,
    with_sheet_xml,
    workbook,
    xlsx,
)

TABLE = [["site", "day", "temp"], ["north", dt.date(2024, 1, 1), 1.5], ["south", dt.date(2024, 1, 2), -2]]
READ = {"site": ["north", "south"], "day": [19723, 19724], "temp": [1.5, -2]}
OLD = Path(__file__).with_name("workbooks") / "old.xls"


def made(folder: Path, content: bytes, name: str = "t.xlsx", **options: Any) -> Read:
    path = put(folder, name, content)
    assert sheet_reader.recognise(content[: 1 << 16], path)
    return read(sheet_reader.read, path, **options)


def moved(rows: int, columns: int) -> openpyxl.Workbook:
    """The table away from the first cell."""
    book = workbook(S=[])
    for row, cells in enumerate(TABLE):
        for column, cell in enumerate(cells):
            book["S"].cell(1 + rows + row, 1 + columns + column, cell)
    return book


def changed(rows: list[list[Any]], **cells: Any) -> bytes:
    book = workbook(S=rows)
    for place, value in cells.items():
        book["S"][place] = value
    return xlsx(book)


def sheet(rows: list[list[Any]]) -> bytes:
    return xlsx(workbook(S=rows))


def merged(rows: list[list[Any]], *ranges: str) -> bytes:
    book = workbook(S=rows)
    for each in ranges:
        book["S"].merge_cells(each)
    return xlsx(book)


def empty(columns: int, rows: int = 1) -> str:
    """Rows of an ODS without values."""
    return ods_row(None, repeated=rows).replace("-cell/", f'-cell table:number-columns-repeated="{columns}"/')


NUMBERS = [["a", "b"], [1, 2], [3, 4]]
AB = ods_row("a", "b") + ods_row(1, 2) + ods_row(3, 4)
FAR = '<table:table-cell office:value-type="float" office:value="7"/></table:table-row>'
FORMATTED = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
FILES: dict[str, tuple[bytes, dict[str, list[Any]]]] = {
    "a table": (sheet(TABLE), READ),
    "away from the corner": (xlsx(moved(7, 4)), READ),
    "a title above": (sheet([["Weather 2024"], ["by hand"], [], *TABLE]), READ),
    "a title without a blank row": (sheet([["Weather 2024"], *TABLE]), READ),
    "a remark below": (sheet([*TABLE, [], ["Source: me"]]), READ),
    "blank rows between": (sheet([*TABLE[:2], [], [], TABLE[2]]), READ),
    "blank columns between": (sheet([[*row[:2], None, row[2]] for row in TABLE]), READ),
    "no names": (sheet([[1, 2], [3, 4]]), {"x1": [1, 3], "x2": [2, 4]}),
    "years as names": (
        sheet([["kind", 2019, 2020, 2021], ["p", 1, 2, 3], ["q", 4, 5, 6]]),
        {"kind": ["p", "q"], "2019": [1, 4], "2020": [2, 5], "2021": [3, 6]},
    ),
    "names and units": (
        sheet([["a", "b"], ["kg", "cm"], [1, 2], [3, 4], [5, 6]]),
        {"a kg": [1, 3, 5], "b cm": [2, 4, 6]},
    ),
    "a heading over two columns": (
        merged([["id", "size", None], [None, "long", "wide"], [1, 2, 3], [4, 5, 6], [7, 8, 9]], "A1:A2", "B1:C1"),
        {"id": [1, 4, 7], "size long": [2, 5, 8], "size wide": [3, 6, 9]},
    ),
    "merged rows": (
        merged([["a", "b"], ["p", 1], [None, 2], ["q", 3]], "A2:A3"),
        {"a": ["p", "p", "q"], "b": [1, 2, 3]},
    ),
    "yes and no": (sheet([["a"], [True], [False], [None], [True]]), {"a": ["true", "false", "true"]}),
    "times of day": (
        sheet([["a", "b"], [dt.time(6, 30), 1], [dt.timedelta(hours=30), 2]]),
        {"a": [6.5, 30], "b": [1, 2]},
    ),
    "moments": (
        sheet([["a", "b"], [dt.datetime(1970, 1, 2, 12), 1], [dt.datetime(2024, 1, 1), 2]]),
        {"a": [1.5, 19723], "b": [1, 2]},
    ),
    "errors": (changed([["a", "b"], [1, 2], [3, 4]], A2="#DIV/0!", B3="#N/A"), {"a": [None, 3], "b": [2, None]}),
    "words for missing": (
        sheet([["a", "b"], [1, "p"], ["-", "NA"], [3, "q"]]),
        {"a": [1, None, 3], "b": ["p", None, "q"]},
    ),
    "numbers as text": (sheet([["a", "b"], ["1.5", 1], ["2", 2]]), {"a": [1.5, 2], "b": [1, 2]}),
    "decimal commas as text": (
        sheet([["a", "b"], ["1,5", 1], ["2,25", 2]]),
        {"a": [1.5, 2.25], "b": [1, 2]},
    ),
    "codes with zeros": (
        sheet([["zip", "b"], ["01234", 1], ["99999", 2]]),
        {"zip": ["01234", "99999"], "b": [1, 2]},
    ),
    "dates as text": (
        sheet([["d", "b"], ["2024-01-02", 1], ["2024-01-03", 2]]),
        {"d": [19724, 19725], "b": [1, 2]},
    ),
    "a late word": (
        sheet([["a"], *[[n] for n in range(1200)], ["oops"]]),
        {"a": [*map(str, range(1200)), "oops"]},
    ),
    "names that stand twice": (
        sheet([["a", "a", None], [1, 2, 3], [4, 5, 6]]),
        {"a": [1, 4], "a (2)": [2, 5], "column 3": [3, 6]},
    ),
    "odd names": (
        sheet([["<b>x</b>", "\u202ea", "y" * 300], [1, 2, 3]]),
        {"<b>x</b>": [1], "a": [2], "y" * 99 + "…": [3]},
    ),
    "a far cell": (changed(NUMBERS, XFD1048576="far"), {"a": [1, 3], "b": [2, 4]}),
    "far rows": (changed(NUMBERS, A900000="far", B900001="away"), {"a": [1, 3], "b": [2, 4]}),
    "formatted cells far away": (
        with_sheet_xml(lambda x: x.replace("</sheetData>", f"{FORMATTED}</sheetData>")),
        {"a": [1, 3], "b": [2.5, 4.5]},
    ),
    "cells without a place": (
        with_sheet_xml(lambda x: re.sub(r'<c r="[A-Z]+\d+"', "<c", x)),
        {"a": [1, 3], "b": [2.5, 4.5]},
    ),
    "rows without a number": (
        with_sheet_xml(lambda x: re.sub(r' r="[A-Z]*\d+"', "", x)),
        {"a": [1, 3], "b": [2.5, 4.5]},
    ),
    "ODS": (
        ods(
            S=ods_row("site", "day", "temp")
            + ods_row("north", "day 2024-01-01", 1.5)
            + ods_row("south", "day 2024-01-02", -2)
        ),
        READ,
    ),
    "ODS with yes and no": (
        ods(S=ods_row("a", "b") + ods_row(True, 1) + ods_row(None, 2)),
        {"a": ["true", None], "b": [1, 2]},
    ),
    "ODS to the last cell": (
        ods(
            S=ods_row("a", "b")
            + ods_row(1, 2)
            + ods_row(3, 4)
            + ods_row(None, repeated=1_048_573).replace(
                "table-cell/", 'table-cell table:number-columns-repeated="16384"/'
            )
        ),
        {"a": [1, 3], "b": [2, 4]},
    ),
    "ODS with a far cell": (
        ods(
            S=ods_row("a", "b")
            + ods_row(1, 2)
            + ods_row(3, 4)
            + ods_row(None, repeated=1_000_000)
            + empty(1000).replace("</table:table-row>", FAR)
        ),
        {"a": [1, 3], "b": [2, 4]},
    ),
    "ODS with rows that repeat": (ods(S=ods_row("a") + ods_row(1.5) + ods_row(2, repeated=3)), {"a": [1.5, 2, 2, 2]}),
}


@pytest.mark.parametrize("case", FILES)
def test_the_table_on_a_sheet_is_found(case: str, tmp_path: Path) -> None:
    content, expected = FILES[case]
    found = made(tmp_path, content, "t.ods" if case.startswith("ODS") else "t.xlsx")
    assert found.columns == expected


def test_dates_are_dates_and_what_was_left_out_is_said(tmp_path: Path) -> None:
    found = made(tmp_path, sheet([["Weather 2024"], ["by hand"], *TABLE, [], ["Source: me"]]))
    assert found.meanings == {"site": "text", "day": "date", "temp": "number"}
    assert "2 rows stand above the table and are left out: 'Weather 2024', 'by hand'" in found.notes
    assert "1 row below the table left out, from row 7: 'Source: me'" in found.notes
    assert found.settings["skip"].value == "2"
    assert ("rows above the table", "2") in found.parsed.details
    assert not any("above" in what for what, _ in made(tmp_path, sheet(TABLE)).parsed.details)
    assert "1 cell far" not in found.notes
    assert "far away, one at XFD1048576" in made(tmp_path, FILES["a far cell"][0]).notes


def test_the_row_of_an_odd_value_is_that_of_the_sheet(tmp_path: Path) -> None:
    rows = [["t"], [], ["a", "b", "c"], *[[n, n, n] for n in range(5)], [], ["oops", 1, 2]]
    assert "Row 10 of the sheet, column a: 'oops' is not a number" in made(tmp_path, xlsx(workbook(S=rows))).notes


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    found = read(sheet_reader.read, OLD)
    assert found.columns == {
        "site": ["north", "north", "south"],
        "day": [19723, 19724, 19725],
        "temp": [1.5, -2, None],
        "wet": ["true", "false", "true"],
    }
    assert found.meanings["day"] == "date"
    assert [choice.options.sheet for choice in found.questions["sheet"].choices] == ["Weather", "Notes"]
    assert read(sheet_reader.read, OLD, sheet="Notes", header=True).columns == {"remark": ["one", "two"]}


def test_of_several_sheets_the_largest_that_is_shown_is_taken(tmp_path: Path) -> None:
    book = workbook(Small=NUMBERS, Large=TABLE, Hidden=[[n] * 9 for n in range(9)], Empty=[])
    book["Hidden"].sheet_state = "hidden"
    found = made(tmp_path, xlsx(book))
    assert found.columns == READ
    assert [choice.options.sheet for choice in found.questions["sheet"].choices] == ["Large", "Small"]
    assert dict(found.settings["sheet"].choices)["Hidden"] == "Hidden (81 cells, hidden)"
    settled = made(tmp_path, xlsx(book), sheet="Small")
    assert settled.columns == {"a": [1, 3], "b": [2, 4]}
    assert settled.questions == {}


def test_names_that_cannot_be_told_from_values_are_asked_about(tmp_path: Path) -> None:
    content = sheet([["p", "q"], ["r", "s"], ["t", "u"]])
    found = made(tmp_path, content)
    assert found.questions["header"].choices[0].options.header is True
    assert found.table.names == ("p", "q")
    assert made(tmp_path, content, header=False).columns == {"x1": ["p", "r", "t"], "x2": ["q", "s", "u"]}


def test_names_in_two_lines_are_joined_and_asked_about(tmp_path: Path) -> None:
    content, _ = FILES["names and units"]
    choices = made(tmp_path, content).questions["header"].choices
    assert [choice.options.header_lines for choice in choices] == [2, 1]
    assert made(tmp_path, content, header=True, header_lines=1).columns["a"] == ["kg", "1", "3", "5"]
    assert made(tmp_path, content, header_lines=3).table.names == ("a kg 1", "b cm 2")


def test_options_choose_how_it_is_read(tmp_path: Path) -> None:
    rows = [["x", "y"], ["a", "b"], ["1.234", 9999], ["5.678", 2], ["9", 3]]
    content = xlsx(workbook(S=rows))
    settled = made(tmp_path, content, skip=1, header=True, decimal=",", thousands=".", missing=("9999",))
    assert settled.columns == {"a": [1234, 5678, 9], "b": [None, 2, 3]}
    typed = made(tmp_path, content, skip=1, header=True, types=(("a", "text"), ("b", "text")), columns=("b",))
    assert typed.columns == {"b": ["9999", "2", "3"]}
    dates = made(tmp_path, sheet([["d"], ["01/02/2024"], ["03/04/2024"]]), dates="mdy", precision="float32")
    assert dates.columns == {"d": [19724, 19786]}
    days = made(tmp_path, sheet([["d", "e"], [45292, 1], [45293, 2]]), types=(("d", "date"),))
    assert days.columns["d"] == [19723, 19724]


def test_a_sample_is_seeded_and_keeps_its_order(tmp_path: Path) -> None:
    content = sheet([["a", "b"], *[[n, "x"] for n in range(400)]])
    found = made(tmp_path, content, rows=15)
    assert found.table == made(tmp_path, content, rows=15).table
    assert found.columns["a"] == sorted(found.columns["a"])
    assert found.table.rows == 15
    assert found.parsed.rows == 400


def _long(rows: int) -> bytes:
    """A sheet of three columns, its XML written by hand."""
    cells = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>0.5</v></c><c r="C{n}"><v>7</v></c></row>'
        for n in range(2, rows + 2)
    )
    names = "".join(f'<c r="{n}1" t="inlineStr"><is><t>{n.lower()}</t></is></c>' for n in "ABC")
    sheet = f'<row r="1">{names}</row>{cells}'
    return with_sheet_xml(lambda xml: re.sub("<sheetData>.*</sheetData>", f"<sheetData>{sheet}</sheetData>", xml))


def test_a_preview_of_a_long_sheet_reads_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = _long(30_000)
    found = made(tmp_path, content, preview=20)
    assert found.columns["a"] == list(range(2, 22))
    assert found.parsed.rows == pytest.approx(30_000, abs=2)
    monkeypatch.setattr(sheet_reader, "BEGINNING", 1)
    longer = made(tmp_path, _long(60_000), preview=20)  # of which only the beginning is looked at
    assert longer.columns["a"] == list(range(2, 22))
    assert longer.parsed.rows == pytest.approx(60_000, rel=0.1)
    progress: list[float | None] = []
    whole = read(lambda task: sheet_reader.read(_with(task, progress)), put(tmp_path, "t.xlsx", content))
    assert whole.columns["a"] == list(range(2, 30_002))
    said = [done for done in progress if done is not None]
    assert said == sorted(said)
    assert said[-1] > 0.9


def _with(task: Any, progress: list[float | None]) -> Any:
    return replace(task, progress=progress.append)


def test_a_far_cell_costs_neither_time_nor_memory(tmp_path: Path) -> None:
    path = put(tmp_path, "t.xlsx", FILES["a far cell"][0])
    tracemalloc.start()
    begun = time.monotonic()
    read(sheet_reader.read, path)
    assert time.monotonic() - begun < 2
    assert tracemalloc.get_traced_memory()[1] < 100e6
    tracemalloc.stop()


@pytest.mark.parametrize("name", ["t.csv", "t.ods", "t", "t.xls", "t.json"])
def test_the_end_of_the_name_is_no_matter(name: str, tmp_path: Path) -> None:
    assert made(tmp_path, sheet(TABLE), name).columns == READ
    assert made(tmp_path, FILES["ODS"][0], name).columns == READ
    assert made(tmp_path, OLD.read_bytes(), name).table.rows == 3


@pytest.mark.parametrize("far", [False, True], ids=["usual", "a far cell"])
def test_formulas_without_a_result_are_said(tmp_path: Path, far: bool) -> None:
    """Programs that write workbooks leave them to be worked out; the cells are there, and empty."""
    book = workbook(S=[["a", "b"], [1, "=A2*2"], [2, "=A3*2"], [3, 7]])
    if far:
        book["S"]["XFD1048576"] = 1
    found = read(sheet_reader.read, put(tmp_path, "t.xlsx", xlsx(book)))
    assert found.columns["b"] == [None, None, 7]
    assert "t.xlsx, sheet S: 2 formulas have no result in the file and count as missing" in found.notes


def test_a_row_of_sums_is_said(tmp_path: Path) -> None:
    found = made(tmp_path, sheet([["item", "count"], ["a", 1], ["b", 3], ["Total", 4]]))
    assert found.parsed.notes[-1].startswith("The last row begins with 'Total': if it sums up the others")
