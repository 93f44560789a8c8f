"""The rows of an XLSX in pieces: the XML of its sheet is cut between two rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bpgui.data.errors import DataError
from bpgui.data.readers.workbooks.pieces import Open, PieceFile, Progress, Row, Spans, cells_of, rows_in
from bpgui.data.readers.workbooks.xlsx_scan import CELL, ROW, ROW_END, WHOLE_CELL, SheetScan, inside, kept_members
from bpgui.data.readers.zip_guard import GuardedZip

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_ROW_TAG = re.compile(rb"<(?:\w+:)?row(?=[\s/>])")
_DATA = re.compile(rb"<(\w+:)?sheetData\s*>")
_DATA_END = re.compile(rb"</(?:\w+:)?sheetData\s*>")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCells\b.*?</(?:\w+:)?mergeCells\s*>", re.DOTALL)
_MOST_BYTES = 16 << 20  # of the XML of a piece
_TAIL = 64 << 20  # bytes below the rows among which the merged cells are
_TAG = 100  # bytes of a tag at most


class XlsxPieces:
    """See `Pieces`; of the block of cells that the scan found."""

    def __init__(
        self, archive: GuardedZip, sheet: str, member: str, scan: SheetScan, memory: int, folder: Path, open: Open
    ) -> None:
        self.left = scan.columns[0]
        self._archive, self._sheet, self._member, self._scan, self._open = archive, sheet, member, scan, open
        self._file = PieceFile(folder / "piece.xlsx", archive, kept_members(archive, member))
        self._most_rows = rows_in(memory, scan.columns[1] - scan.columns[0] + 1)
        self._most_bytes = min(_MOST_BYTES, memory // 16)
        self._head, self._prefix = self._beginning()

    def rows(self, progress: Progress) -> Iterator[Row]:
        after = 0  # the row that comes next
        for begin, end, xml in self._pieces(progress):
            sheet = self._read(xml, b"", f"rows {begin + 1:,} to {end + 1:,} of sheet {self._sheet}")
            first, cells = (0, []) if sheet is None else cells_of(sheet, self._scan.columns)
            for _ in range(after, first):
                yield []
            yield from cells
            after = max(after, first + len(cells))

    def merged(self) -> Spans:
        text, below = b"", False
        for part in self._archive.chunks(self._member):
            text = (text if below else text[-_TAG:]) + part
            end = None if below else _DATA_END.search(text)
            if end is not None:
                text, below = text[end.end() :], True
            if below and len(text) > _TAIL:
                break
        found = _MERGED.search(text) if below else None
        sheet = self._read(b"", found[0], f"the merged cells of sheet {self._sheet}") if found else None
        return (sheet.merged_cell_ranges or []) if sheet is not None else []

    def _beginning(self) -> tuple[bytes, bytes]:
        """What stands above the rows, and the prefix of names in it ("x:" or nothing)."""
        text = b""
        for part in self._archive.chunks(self._member):
            text += part
            found = _DATA.search(text)
            if found is not None:
                return text[: found.end()], found[1] or b""
        raise self._cut_off(0)

    def _read(self, rows: bytes, below: bytes, where: str) -> CalamineSheet | None:
        ends = b"</%ssheetData>%s</%sworksheet>" % (self._prefix, below, self._prefix)
        return self._open(self._file.put(self._member, self._head + rows + ends), self._sheet, where)[0]

    def _pieces(self, progress: Progress) -> Iterator[tuple[int, int, bytes]]:
        """First and last number of rows, as many as a piece may have, and their XML."""
        scan = self._scan
        only = partial(inside, scan, scan.rows[1]) if scan.far else None
        piece: list[bytes] = []
        size = first = last = 0
        for row, xml in self._each_row(progress):
            if only is not None and not scan.rows[0] <= row <= scan.rows[1]:
                continue
            if piece and (row - first >= self._most_rows or size + len(xml) > self._most_bytes):
                yield first, last, b"".join(piece)
                piece, size = [], 0
            first, last = first if piece else row, row
            piece.append(xml if only is None else WHOLE_CELL.sub(only, xml))
            size += len(xml)
        if piece:
            yield first, last, b"".join(piece)

    def _each_row(self, progress: Progress) -> Iterator[tuple[int, bytes]]:
        """Rows with their number, from 0. Raises DataError where they are not in their order, or cut off."""
        rest, last, above = b"", -1, len(self._head)
        for part in self._archive.chunks(self._member, progress):
            rest += part[above:]
            above = max(0, above - len(part))
            begin = 0
            for end in ROW_END.finditer(rest):
                row, xml = _numbered(rest[begin : end.end()], last)
                if row <= last:
                    raise DataError(
                        f"{self._archive.name}, sheet {self._sheet}: row {row + 1:,} stands below row {last + 1:,}. "
                        "Open it with a spreadsheet program and save it again."
                    )
                yield row, xml
                begin, last = end.end(), row
            rest = rest[begin:]
        if _DATA_END.search(rest) is None:
            raise self._cut_off(last + 1)

    def _cut_off(self, row: int) -> DataError:
        return DataError(
            f"{self._archive.name} is damaged: sheet {self._sheet} ends below row {row:,}, where it was cut off. Open "
            "another copy of the file."
        )


def _numbered(xml: bytes, last: int) -> tuple[int, bytes]:
    """The number of the last row in it, from 0, and the XML with the numbers that rows lack."""
    tags = list(_ROW_TAG.finditer(xml))
    ends = [*(tag.start() for tag in tags[1:]), len(xml)]
    made, done, number = [], 0, last
    for tag, end in zip(tags, ends, strict=True):
        said = ROW.match(xml, tag.start())
        if said is not None:
            number = int(said[1]) - 1
            continue
        cell = CELL.search(xml, tag.end(), end)
        number = number + 1 if cell is None else int(cell[2]) - 1
        made.append(xml[done : tag.end()] + b' r="%d"' % (number + 1))
        done = tag.end()
    return number, b"".join([*made, xml[done:]]) if made else xml
