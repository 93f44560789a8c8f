"""Workbooks that cannot be read, or that mean harm: each has its message."""

from __future__ import annotations

import re
import struct
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpgui.data.readers.workbooks import sheet_reader
from tests.data.table_files import (
    members_of,
    ods,
    ods_row,
    ole,
    put,
    read_or_refused,
    refusal,
    with_sheet_xml,
    workbook,
    xlsx,
    zipped,
)
from tests.data.test_sheets_reader import FILES, NUMBERS, OLD, TABLE, sheet

GOOD = sheet(TABLE)


def _with_member(name: str, change: Any) -> bytes:
    members = members_of(GOOD)
    members[name] = change(members[name])
    return zipped(members.items())


def _bomb(head: bytes) -> bytes:
    """A document type before the root of the sheet's XML."""
    return _with_member("xl/worksheets/sheet1.xml", lambda data: head + data)


LOL = (
    b'<!DOCTYPE lolz [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)
WIDE = 'table:number-columns-repeated="16000"'
MANY = ods_row(1).replace("<table:table-cell ", f"<table:table-cell {WIDE} ")
SPY = b'<!DOCTYPE x [<!ENTITY s SYSTEM "file:///etc/passwd">]>'
REFUSED: dict[str, tuple[bytes, str]] = {
    "a billion laughs": (_bomb(LOL), "document type definition"),
    "a long entity": (_bomb(b'<!DOCTYPE x [<!ENTITY a "' + b"x" * 50_000 + b'">]>'), "document type definition"),
    "a spy": (_bomb(SPY), "document type definition"),
    "a spy in shared texts": (
        zipped([*members_of(GOOD).items(), ("xl/sharedStrings.xml", SPY + b"<sst/>")]),
        "document type",
    ),
    "a spy in UTF-16": (
        _with_member("xl/workbook.xml", lambda x: (SPY + x).decode().encode("utf-16")),
        "document type",
    ),
    "a spy in ODS": (ods("<!DOCTYPE x [<!ENTITY a 'b'>]>", S=ods_row(1)), "document type definition"),
    "a comment that hides": (_bomb(b"<!--" + b"x" * 2_000_000 + b"-->" + SPY), "is no XML"),
    "no cells": (xlsx(workbook(S=[], T=[])), "without values"),
    "only names": (sheet([["a", "b"]]), "no rows of values"),
    "a cut file": (GOOD[: len(GOOD) // 2], "list of contents"),
    "a cut end": (GOOD[:-1], "list of contents|is damaged"),
    "no workbook": (zipped([("[Content_Types].xml", "<a/>"), ("word/document.xml", "<a/>")]), "is a document"),
    "no sheet": (
        zipped([(n, d) for n, d in members_of(GOOD).items() if "sheet1" not in n]),
        "without values|is damaged",
    ),
    "no relations": (
        zipped([(n, d) for n, d in members_of(GOOD).items() if "workbook.xml.rels" not in n]),
        "is missing",
    ),
    "broken XML": (_with_member("xl/workbook.xml", lambda x: x[:-30]), "is no XML"),
    "broken XML in a sheet": (_with_member("xl/worksheets/sheet1.xml", lambda x: b"<<<" + x[:300]), "t.xlsx"),
    "a text document": (ods(mime="application/vnd.oasis.opendocument.text", S=ods_row(1)), "is a document"),
    "a project": (
        zipped([("mimetype", "application/x-bpgui"), ("project.json", "{}")]),
        "is a project of this program",
    ),
    "ODS with a password": (ods(manifest="<encryption-data/>", S=ods_row(1)), "protected by a password"),
    "ODS of a new kind with a password": (
        zipped([("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("encrypted-package", b"x")]),
        "protected by a password",
    ),
    "ODS without content": (zipped([("mimetype", "application/vnd.oasis.opendocument.spreadsheet")]), "is damaged"),
    "ODS of endless rows": (
        ods(S=ods_row("a") + MANY.replace('repeated="1"', 'repeated="1000000"')),
        "16,000 columns; at most 10,000",
    ),
    "XLSX with a password": (ole("EncryptedPackage"), "protected by a password"),
    "a Word document": (ole("WordDocument"), "a Word document"),
    "slides": (ole("PowerPoint Document"), "a presentation"),
    "a mail": (ole("__properties_version1.0"), "a mail message"),
    "an installer": (ole("SummaryInformation"), "without a workbook"),
    "a workbook in name only": (ole("Workbook"), "is damaged"),
    "an old workbook that counts wrongly": (
        OLD.read_bytes()[:44] + b"\xff\xff\xff\x7f" + OLD.read_bytes()[48:],
        "header counts 2,147,483,647 sectors",
    ),
    "an XML in an unknown encoding": (
        _with_member("xl/workbook.xml", lambda x: b'<?xml version="1.0" encoding="klingon"?>' + x),
        "is no XML",
    ),
    "tags that are not closed": (
        _with_member("xl/worksheets/sheet1.xml", lambda x: x.replace(b"</v>", b"</w>")),
        "is no XML .mismatched tag",
    ),
    "an old workbook cut off": (OLD.read_bytes()[:2000], "without a workbook|is damaged"),
    "a way out": (zipped([*members_of(GOOD).items(), ("../../x", "y")]), "points out of the file"),
    "rows without places far away": (
        with_sheet_xml(lambda x: re.sub(r'<c r="[A-Z]+\d+"', "<c", x).replace('<row r="3"', '<row r="1048576"')),
        "cells without a place",
    ),
    "16,000 columns": (ods(S=ods_row("a") + MANY), "16,000 columns; at most 10,000"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_message_says_what_is_wrong(case: str, tmp_path: Path) -> None:
    content, message = REFUSED[case]
    path = put(tmp_path, "t.xlsx", content)
    begun = time.monotonic()
    text = refusal(sheet_reader.read, path)
    assert re.search(message, text), text
    assert sheet_reader.recognise(content[: 1 << 16], path)
    if "document type" in message:
        assert time.monotonic() - begun < 1


def test_options_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "t.xlsx", xlsx(workbook(S=TABLE, T=NUMBERS)))
    assert "has no sheet 'X'. It has S, T" in refusal(sheet_reader.read, path, sheet="X")
    assert "has no column q" in refusal(sheet_reader.read, path, columns=("q",))
    assert "holds no values" in refusal(sheet_reader.read, path, skip=99)
    assert "GB of memory" in refusal(sheet_reader.read, path, memory=10)


def test_an_archive_of_something_else_is_left_to_others(tmp_path: Path) -> None:
    content = zipped([("a.csv", "a,b\n1,2\n")])
    assert not sheet_reader.recognise(content, put(tmp_path, "a.zip", content))
    assert not sheet_reader.recognise(b"a,b\n", put(tmp_path, "a.xlsx", b"a,b\n"))


def test_bytes_changed_anywhere_never_do_harm(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    stored = zipped(members_of(GOOD).items(), method=0)  # so that changes get as far as the XML
    for number, data in enumerate((GOOD, stored, FILES["ODS"][0])):
        for _ in range(60):
            bad = bytearray(data)
            for place in random.integers(0, len(data), size=random.integers(1, 6)):
                bad[place] = random.integers(0, 256)
            read_or_refused(sheet_reader.read, put(tmp_path, f"t{number}.xlsx", bytes(bad)))
        for cut in random.integers(9, len(data) - 22, size=20):
            read_or_refused(sheet_reader.read, put(tmp_path, f"t{number}.xlsx", data[:cut]))


def test_cells_changed_in_the_xml_never_do_harm(tmp_path: Path) -> None:
    """With the check sums of the ZIP set right, so that changes get as far as the reader of cells."""
    random = np.random.default_rng(4)
    members = members_of(GOOD)
    names = sorted(name for name in members if name.startswith("xl/"))
    for _ in range(120):
        name = names[random.integers(0, len(names))]
        bad = bytearray(members[name])
        for place in random.integers(0, len(bad), size=3):
            bad[place] = random.integers(32, 127)
        content = zipped({**members, name: bytes(bad)}.items(), method=0)
        read_or_refused(sheet_reader.read, put(tmp_path, "t.xlsx", content))


def test_a_lying_size_is_refused(tmp_path: Path) -> None:
    size = len(members_of(GOOD)["xl/worksheets/sheet1.xml"])
    bad = GOOD.replace(struct.pack("<I", size), struct.pack("<I", 3 << 30))
    assert bad != GOOD
    assert re.search("not unpacked|claims", refusal(sheet_reader.read, put(tmp_path, "t.xlsx", bad)))
