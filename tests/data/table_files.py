"""Files of tables for tests: written by hand where no program writes them, and read without the child."""

from __future__ import annotations

import io
import struct
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl

from bpgui.data.errors import DataError
from bpgui.data.readers.options import ColumnFound, Parsed, Question, ReadingOptions, Setting
from bpgui.data.readers.task import Task
from bpgui.data.table import NumberColumn, Table

Reader = Callable[[Task], tuple[Table, Parsed]]
LONGEST = 10.0  # seconds until every message
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass
class Read:
    """What a reader made of a file; None stands for a missing value."""

    table: Table
    parsed: Parsed

    @property
    def columns(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for column in self.table.columns:
            if isinstance(column, NumberColumn):
                values = column.values.tolist()
                found[column.name] = [None if value != value else value for value in values]
            else:
                found[column.name] = list(column.texts())
        return found

    @property
    def meanings(self) -> dict[str, str]:
        return {c.name: c.meaning if isinstance(c, NumberColumn) else "text" for c in self.table.columns}

    @property
    def questions(self) -> dict[str, Question]:
        return {question.key: question for question in self.parsed.questions}

    @property
    def settings(self) -> dict[str, Setting]:
        return {setting.key: setting for setting in self.parsed.settings}

    @property
    def found(self) -> dict[str, ColumnFound]:
        return {column.name: column for column in self.parsed.columns}

    @property
    def notes(self) -> str:
        return "\n".join(self.parsed.notes)


def read(reader: Reader, path: Path, preview: int | None = None, memory: int | None = 2 << 30, **options: Any) -> Read:
    """The file with these fields of ReadingOptions; whatever is not a DataError comes through."""
    with tempfile.TemporaryDirectory() as folder:
        task = Task((path,), path.parent, ReadingOptions(**options), Path(folder), memory=memory, preview=preview)
        table, parsed = reader(task)
    Table.from_bytes(table.to_bytes())
    assert [column.name for column in parsed.columns] == list(table.names)
    return Read(table, parsed)


def read_or_refused(reader: Reader, path: Path) -> bool:
    """Whether it was read; a sentence is the only other end, and everything else comes through."""
    try:
        read(reader, path)
    except DataError as error:
        if path.name not in str(error):
            raise
        return False
    return True


def refusal(reader: Reader, path: Path, **options: Any) -> str:
    """The message, after checks that hold for every one."""
    begun = time.monotonic()
    try:
        read(reader, path, **options)
    except DataError as error:
        text = str(error)
        assert time.monotonic() - begun < LONGEST
        assert path.name in text
        assert text.endswith((".", "?"))
        assert len(text) < 700
        assert "Traceback" not in text
        return text
    raise AssertionError(f"{path.name} was read")


def put(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return path


def zipped(members: Iterable[tuple[str, bytes | str]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def workbook(**sheets: Sequence[Sequence[Any]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return book


def xlsx(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_sheet_xml(change: Callable[[str], str]) -> bytes:
    """A small XLSX whose only sheet's XML was changed."""
    members = members_of(xlsx(workbook(S=[["a", "b"], [1, 2.5], [3, 4.5]])))
    name = "xl/worksheets/sheet1.xml"
    members[name] = change(members[name].decode()).encode()
    return zipped(members.items())


_ODS_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods(head: str = "", mime: str = ODS_TYPE, manifest: str = "", **sheets: str) -> bytes:
    """`sheets`: the XML of their rows."""
    body = "".join(f'<table:table table:name="{name}">{rows}</table:table>' for name, rows in sheets.items())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content {_ODS_NAMES} office:version="1.2">'
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    listed = f'<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{manifest}'
    return zipped((("mimetype", mime), ("META-INF/manifest.xml", f"{listed}</m:manifest>"), ("content.xml", content)))


def ods_row(*cells: Any, repeated: int = 1) -> str:
    inner = "".join(map(_ods_cell, cells))
    return f'<table:table-row table:number-rows-repeated="{repeated}">{inner}</table:table-row>'


def _ods_cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(cell).lower()}"/>'
    if isinstance(cell, float | int):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    if cell.startswith("day "):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell[4:]}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'


def ole(stream: str) -> bytes:
    """An OLE2 file in which a stream of that name stands, and nothing else that a reader of workbooks needs."""
    name = (stream + "\0").encode("utf-16-le")
    return OLE + bytes(504) + name.ljust(64, b"\0") + struct.pack("<H", len(name)) + bytes(1000)


def npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def npy_saying(header: str, values: bytes = b"", version: int = 1) -> bytes:
    """An NPY with this text as its header."""
    text = header.encode("utf-8")
    size = struct.pack("<H", len(text)) if version == 1 else struct.pack("<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + size + text + values


def npz(compressed: bool = True, **arrays: Any) -> bytes:
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, **arrays)
    return buffer.getvalue()
