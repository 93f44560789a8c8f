"""Large documents for tests: JSON with the table somewhere within, in every shape, and workbooks written by hand."""

from __future__ import annotations

import json
import random
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bpgui.data.readers.workbooks.xlsx_scan import index_of
from tests.data.table_files import members_of, ods, workbook, xlsx

NAMES = ("word", *(f"x{k}" for k in range(9)))
Row = list[Any]


def rows_of(count: int) -> Iterator[Row]:
    """A word or nothing, and nine numbers."""
    draw = random.Random(1)
    for _ in range(count):
        yield [draw.choice(("réd", "green", None)), *(round(draw.uniform(-9, 9), 4) for _ in range(9))]


def _joined(values: Iterator[Any]) -> Iterator[str]:
    for place, value in enumerate(values):
        yield (", " if place else "") + json.dumps(value, ensure_ascii=False)


def _record(rows: Iterator[Row]) -> Iterator[dict[str, Any]]:
    return (dict(zip(NAMES, row, strict=True)) for row in rows)


def write_json(path: Path, shape: str, count: int) -> Path:
    """`shape`: "records", "split", "index", "columns" or "nested columns", as pandas or an interface writes them."""
    rows = rows_of(count)
    with path.open("w", encoding="utf-8") as file:
        if shape == "records":
            file.write('{"status": "ok", "page": {"number": 1}, "rows": [')
            file.writelines(_joined(_record(rows)))
            file.write("]}")
        elif shape == "split":
            file.write(f'{{"columns": {json.dumps(NAMES)}, "index": {json.dumps(list(range(count)))}, "data": [')
            file.writelines(_joined(rows))
            file.write("]}")
        elif shape == "index":
            file.write("{" + ", ".join(f'"{k}": {json.dumps(r)}' for k, r in enumerate(_record(rows))) + "}")
        else:
            columns = dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=True))
            named = columns if shape == "columns" else {n: dict(enumerate(c)) for n, c in columns.items()}
            json.dump(named, file)
    return path


def letters(column: int) -> str:
    """0 is A, 25 is Z."""
    assert index_of(chr(65 + column).encode()) == column
    return chr(65 + column)


def _xlsx_row(number: int, row: Row) -> str:
    cells = "".join(
        f'<c r="{letters(place)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
        if isinstance(cell, str)
        else f'<c r="{letters(place)}{number}"><v>{cell}</v></c>'
        for place, cell in enumerate(row)
        if cell is not None
    )
    return f'<row r="{number}">{cells}</row>'


def write_xlsx(path: Path, count: int) -> Path:
    members = members_of(xlsx(workbook(S=[["a"], [1]])))
    name = "xl/worksheets/sheet1.xml"
    head, tail = re.split("<row.*</row>", members.pop(name).decode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
        with archive.open(name, "w") as file:
            file.write((head + _xlsx_row(1, list(NAMES))).encode())
            for place, row in enumerate(rows_of(count)):
                file.write(_xlsx_row(place + 2, row).encode())
            file.write(tail.encode())
    return path


def _ods_cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'


def write_ods(path: Path, count: int) -> Path:
    rows = [list(NAMES), *rows_of(count)]
    xml = (f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    path.write_bytes(ods(S="".join(xml)))
    return path
