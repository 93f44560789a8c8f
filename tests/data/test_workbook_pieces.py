"""Workbooks larger than memory: read in pieces of a few rows they are the same table, said with the same words."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from bpgui.data.readers.workbooks import pieces, sheet_reader, xlsx_scan
from bpgui.data.readers.workbooks.library import Library
from tests.data.table_files import (
    members_of,
    ods,
    ods_row,
    put,
    read,
    refusal,
    with_sheet_xml,
    workbook,
    xlsx,
    zipped,
)
from tests.data.test_sheets_reader import FILES, OLD, TABLE, merged, sheet


def dressed(epoch: dt.datetime | None = None) -> bytes:
    """Formats that make dates, times and shares of numbers, rich text, errors, results of formulas, gaps."""
    book = openpyxl.Workbook()
    if epoch is not None:
        book.epoch = epoch
    sheet = book.active
    assert sheet is not None
    sheet.append(["day", "moment", "time", "share", "rich", "yes", "error", "text"])
    for row in range(2, 40):
        day = dt.datetime(2024, 1, 1) + dt.timedelta(days=row, hours=row)
        rich = CellRichText("a ", TextBlock(InlineFont(b=True), f"word {row % 3}"))
        cells = [day.date(), day, day.time(), row / 7, rich, row % 2 == 0, "#N/A" if row == 9 else row, f" {row % 4} "]
        if row % 10 == 0:
            continue
        for column, cell in enumerate(cells, 1):
            if (row + column) % 11:
                sheet.cell(row, column, cell)
        sheet.cell(row, 4).number_format = "0.0%"
        sheet.cell(row, 7).number_format = "[h]:mm" if row > 30 else "General"
    return xlsx(book)


def with_shared_texts(data: bytes) -> bytes:
    """Texts in a part of their own, as spreadsheet programs write them."""
    members = members_of(data)
    name = "xl/worksheets/sheet1.xml"
    texts: list[bytes] = []

    def shared(found: re.Match[bytes]) -> bytes:
        texts.append(found[2])
        return found[1].replace(b'"inlineStr"', b'"s"') + b"<v>%d</v>" % (len(texts) - 1)

    members[name] = re.sub(rb'(<c [^>]*t="inlineStr"[^>]*>)<is>(.*?)</is>', shared, members[name], flags=re.DOTALL)
    assert texts
    space = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    members["xl/sharedStrings.xml"] = space + b"".join(b"<si>%s</si>" % text for text in texts) + b"</sst>"
    for listed, kind in (("[Content_Types].xml", b"Types"), ("xl/_rels/workbook.xml.rels", b"Relationships")):
        entry = {
            b"Types": b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
            b'officedocument.spreadsheetml.sharedStrings+xml"/>',
            b"Relationships": b'<Relationship Id="rIdTexts" Target="sharedStrings.xml" Type="http://schemas.'
            b'openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>',
        }[kind]
        if b"sharedStrings" not in members[listed]:
            members[listed] = members[listed].replace(b"</%s>" % kind, entry + b"</%s>" % kind)
    return zipped(members.items())


def hidden_and_others() -> bytes:
    book = workbook(Small=[["a", "b"], [1, 2]], Large=TABLE, Hidden=[[n] * 9 for n in range(9)], Empty=[])
    book["Hidden"].sheet_state = "hidden"
    return xlsx(book)


def two_ods() -> bytes:
    rows = ods_row("a", "b") + "".join(ods_row(k, f"day 2024-02-{k:02}") for k in range(1, 12))
    few, end = ods_row("p", "q") + ods_row(1, 2), ods_row(None, repeated=3) + ods_row(7, True)
    return ods(Few=few, Many=rows + end, None_="")


LONG = [["t"], [], ["a", "b", "c"], *[[n, n / 7, "x"] for n in range(30)], [], ["oops", 1, "y"], [], ["Source: me"]]
CASES: dict[str, tuple[bytes, dict[str, Any]]] = {
    **{case: (content, {}) for case, (content, _) in FILES.items()},
    "dates and formats": (dressed(), {}),
    "dates since 1904": (dressed(CALENDAR_MAC_1904), {}),
    "shared texts": (with_shared_texts(dressed()), {}),
    "remarks around": (xlsx(workbook(S=LONG)), {}),
    "a sample": (xlsx(workbook(S=LONG)), {"rows": 7}),
    "settled": (xlsx(workbook(S=LONG)), {"skip": 2, "columns": ("b",), "precision": "float32"}),
    "merged over pieces": (merged([["a", "b"], *[[f"g{k}" if k % 9 == 0 else None, k] for k in range(27)]],
                                  "A2:A10", "A11:A19", "A20:A28"), {}),
    "several sheets": (hidden_and_others(), {}),
    "another sheet": (hidden_and_others(), {"sheet": "Small"}),
    "a hidden sheet": (hidden_and_others(), {"sheet": "Hidden"}),
    "blank rows with numbers": (
        with_sheet_xml(lambda x: x.replace('<row r="3"', '<row r="3" ht="9"/><row r="4"').replace('"A3"', '"A4"')
                       .replace('"B3"', '"B4"')), {},
    ),
    "prefixes": (with_sheet_xml(lambda x: re.sub(r"<(/?)(\w)", r"<\1x:\2", x).replace("xmlns=", "xmlns:x=")), {}),
    "formulas without a result": (xlsx(workbook(S=[["a", "b"], [1, "=A2*2"], [2, "=A3*2"], [3, 7]])), {}),
    "two sheets of an ODS": (two_ods(), {}),
    "the smaller of an ODS": (two_ods(), {"sheet": "Few"}),
}  # fmt: skip


def in_pieces(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(pieces, "MOST_ROWS", rows)
    monkeypatch.setattr(sheet_reader, "CELL_BYTES", 1 << 40)
    monkeypatch.setattr(sheet_reader, "_ODS_EXPANSION", 1 << 40)


@pytest.mark.parametrize("rows", [1, 2, 7])
@pytest.mark.parametrize("case", CASES)
def test_the_same_in_pieces(case: str, rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, options = CASES[case]
    path = put(tmp_path, "t.ods" if "ODS" in case else "t.xlsx", content)
    whole = read(sheet_reader.read, path, **options)
    in_pieces(monkeypatch, rows)
    asked: list[str] = []
    piece = Library.piece
    monkeypatch.setattr(Library, "piece", lambda self, *of: asked.append(of[2]) or piece(self, *of))
    found = read(sheet_reader.read, path, **options)
    assert asked
    assert found.parsed == whole.parsed
    assert found.table.sha == whole.table.sha


def test_a_preview_knows_all_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_pieces(monkeypatch, 3)
    for name, content in (("t.xlsx", sheet([["a", "b"], *[[k, k / 7] for k in range(50)]])), ("t.ods", two_ods())):
        found = read(sheet_reader.read, put(tmp_path, name, content), preview=5)
        assert found.table.rows == 5
        assert found.parsed.rows == {"t.xlsx": 50, "t.ods": 15}[name]


XML = "xl/worksheets/sheet1.xml"
GOOD = members_of(sheet([["a", "b"], *[[k, k / 7] for k in range(50)]]))
GOOD_ODS = members_of(ods(S=ods_row("a", "b") + "".join(ods_row(k, k / 7) for k in range(50))))


def changed(good: dict[str, bytes], name: str, old: bytes, new: bytes) -> bytes:
    assert old in good[name]
    return zipped({**good, name: good[name].replace(old, new)}.items())


def cut(good: dict[str, bytes], name: str, at: bytes) -> bytes:
    return zipped({**good, name: good[name][: good[name].index(at)]}.items())


REFUSED = {
    "a sheet cut off": (cut(GOOD, XML, b'<row r="30"'), "sheet S ends below row 29, where it was cut off"),
    "a row cut off": (cut(GOOD, XML, b'<c r="B30"'), "sheet S ends below row 29, where it was cut off"),
    "before the first row": (cut(GOOD, XML, b"<sheetData>"), "is damaged|without values"),
    "rows in disorder": (changed(GOOD, XML, b'<row r="30"', b'<row r="3"'), "row 3 stands below row 29"),
    "a text that is not there": (
        changed(GOOD, XML, b'<c r="A40" t="n"><v>38</v>', b'<c r="A40" t="s"><v>38</v>'),
        "damaged at rows 40 to 42 of sheet S",
    ),
    "tags that are not closed": (
        changed(GOOD, XML, b'<c r="A40" t="n"><v>38</v>', b'<c r="A40" t="n"><v>38</w>'), "damaged at rows",
    ),
    "an ODS cut off": (cut(GOOD_ODS, "content.xml", b'office:value="30"'), "its sheet 1 ends below row 31; it was cut"),
    "an ODS with tags that are not closed": (
        changed(GOOD_ODS, "content.xml", b'office:value="30"/>', b'office:value=30 "/>'),
        "damaged at rows 3[0-2] to 3[2-4] of its sheet 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_damaged_far_down_is_said_with_its_place(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, message = REFUSED[case]
    path = put(tmp_path, "t.ods" if "ODS" in case else "t.xlsx", content)
    in_pieces(monkeypatch, 3)
    monkeypatch.setattr(xlsx_scan, "_CHECKED", 0)  # large parts are not looked through before
    assert re.search(message, text := refusal(sheet_reader.read, path)), text


def test_binary_workbooks_that_do_not_fit_are_refused_with_advice(tmp_path: Path) -> None:
    text = refusal(sheet_reader.read, OLD, memory=20_000)
    assert "a workbook of this kind (XLS) is read as a whole" in text
    assert "Save it as XLSX or CSV" in text
    content = zipped([("[Content_Types].xml", "<a/>"), ("xl/workbook.bin", "x"), ("xl/worksheets/a.bin", "x" * 9000)])
    text = refusal(sheet_reader.read, put(tmp_path, "t.xlsb", content), memory=20_000)
    assert "a workbook of this kind (XLSB) is read as a whole" in text


def test_texts_that_do_not_fit_are_refused_with_advice(tmp_path: Path) -> None:
    path = put(tmp_path, "t.xlsx", with_shared_texts(dressed()))
    assert "its texts have" in refusal(sheet_reader.read, path, memory=10_000)
