"""The rows of an ODS in pieces: its content is cut between two rows. All of its sheets stand in one XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bpgui.data.errors import DataError
from bpgui.data.readers.workbooks.pieces import Open, PieceFile, Progress, Row, Spans, cells_of, rows_in
from bpgui.data.readers.zip_guard import GuardedZip

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

CONTENT = "content.xml"
_TAG = re.compile(rb"<table:table(?:-row)?(?=[\s/>])[^>]*>|</table:table>")
_ROW, _ROW_END, _TABLE_END = b"<table:table-row", b"</table:table-row>", b"</table:table>"
_REPEATED = re.compile(rb'\stable:number-rows-repeated="(\d{1,9})"')
_BELOW = b"</table:table></office:spreadsheet></office:body></office:document-content>"
_CELL = re.compile(
    rb'<table:(?:table-cell|covered-table-cell)(?=[\s/>])(?:[^>]*?\stable:number-columns-repeated="(\d{1,5})")?'
)
_MOST_BYTES = 16 << 20  # of the XML of a piece
_MOST_ROWS = 1 << 24


@dataclass
class OdsSheet:
    """Its place among the tables of the file, and the corners of what is in it (rows, columns; from 0)."""

    number: int
    hidden: bool = False
    first: tuple[int, int] | None = None
    last: tuple[int, int] = (-1, -1)

    @property
    def cells(self) -> int:
        """Places of the rectangle."""
        return 0 if self.first is None else (self.last[0] - self.first[0] + 1) * self.width

    @property
    def width(self) -> int:
        return 0 if self.first is None else self.last[1] - self.first[1] + 1


@dataclass
class _Piece:
    """Rows of a table, and how often each of them stands there; `row` is the number of the first, from 0."""

    number: int
    table: bytes
    row: int
    rows: list[bytes]
    times: list[int]


class OdsPieces:
    """See `Pieces`; `sheets` is to be called first."""

    def __init__(self, archive: GuardedZip, memory: int, folder: Path, open: Open) -> None:
        self._archive, self._open = archive, open
        self._file = PieceFile(folder / "piece.ods", archive, ("mimetype", "META-INF/manifest.xml"))
        self._memory = memory
        self._most_bytes = min(_MOST_BYTES, memory // 16)
        self._head = b""
        self._sheet, self.left = OdsSheet(0), 0

    def sheets(self, progress: Progress) -> dict[str, OdsSheet]:
        """All sheets by their names, in the order of the file. Raises DataError, OSError."""
        found: dict[str, OdsSheet] = {}
        for piece in self._pieces(progress):
            cells, hidden = self._read(piece)
            if cells is not None:
                sheet = found.setdefault(cells.name, OdsSheet(piece.number, hidden))
                self._widen(sheet, piece, cells)
        return found

    def choose(self, sheet: OdsSheet) -> None:
        """The rows of which are to be read."""
        self._sheet, self.left = sheet, 0 if sheet.first is None else sheet.first[1]

    def rows(self, progress: Progress) -> Iterator[Row]:
        after = 0
        for piece in self._pieces(progress, self._sheet.number):
            for _ in range(after, piece.row):
                yield []
            sheet, _ = self._read(piece)
            first, rows = (0, []) if sheet is None else cells_of(sheet, (self.left, self._sheet.last[1]))
            cells: list[Row] = [[] for _ in range(first)] + rows
            cells += [[] for _ in range(len(piece.times) - len(cells))]
            for row, times in zip(cells, piece.times, strict=True):
                for _ in range(times):
                    yield row
            after = piece.row + sum(piece.times)

    def merged(self) -> Spans:
        return []  # the reader of workbooks knows none in an ODS

    def _widen(self, sheet: OdsSheet, piece: _Piece, cells: CalamineSheet) -> None:
        if cells.start is None or cells.end is None:
            return
        before = [piece.row + sum(piece.times[:place]) for place in (cells.start[0], cells.end[0] + 1)]
        first, last = (before[0], cells.start[1]), (before[1] - 1, cells.end[1])
        if last[0] >= _MOST_ROWS:
            raise DataError(
                f"{self._archive.name}: its cells go down to row {last[0] + 1:,}, more than can be read. Save the "
                "table as CSV and open that."
            )
        sheet.first = first if sheet.first is None else (sheet.first[0], min(sheet.first[1], first[1]))
        sheet.last = (last[0], max(sheet.last[1], last[1]))

    def _read(self, piece: _Piece) -> tuple[CalamineSheet | None, bool]:
        content = self._head + piece.table + b"".join(piece.rows) + _BELOW
        where = f"rows {piece.row + 1:,} to {piece.row + sum(piece.times):,} of its sheet {piece.number + 1}"
        return self._open(self._file.put(CONTENT, content), None, where)

    def _pieces(self, progress: Progress, only: int | None = None) -> Iterator[_Piece]:
        """Of all tables, or of one; each has one at least."""
        piece: _Piece | None = None
        size = widest = 0
        for number, row, times, xml in self._each_row(progress):
            if only is not None and number != only:
                continue
            wide = max(widest, _width(xml))
            if piece is not None:
                full = len(piece.rows) >= rows_in(self._memory, wide) or size + len(xml) > self._most_bytes
                if number != piece.number or (piece.rows and full):
                    yield piece
                    piece = None if number != piece.number else _Piece(number, piece.table, row, [], [])
                    size, wide = 0, _width(xml)
            widest = wide
            if piece is None:  # what comes first is the table itself
                piece = _Piece(number, xml, 0, [], [])
                continue
            piece.rows.append(xml)
            piece.times.append(times)
            size += len(xml)
        if piece is not None:
            yield piece

    def _each_row(self, progress: Progress) -> Iterator[tuple[int, int, int, bytes]]:
        """Number of the table and of the row (from 0), how often it stands there, XML; first the table's own tag.

        Raises DataError where the file ends within a table.
        """
        number, row, open = -1, 0, False
        for tag, xml in self._parts(progress):
            if tag == _TABLE_END:
                open = False
            elif tag.startswith(_ROW):
                repeated = _REPEATED.search(tag)
                times = int(repeated[1]) if repeated else 1
                yield number, row, times, xml if times == 1 else _REPEATED.sub(b"", xml, 1)
                row += times
            else:
                number, row, open = number + 1, 0, not tag.endswith(b"/>")
                yield number, 0, 1, xml
        if open:
            raise DataError(
                f"{self._archive.name} is damaged: its sheet {number + 1} ends below row {row:,}; it was cut off. Open "
                "another copy of the file."
            )

    def _parts(self, progress: Progress) -> Iterator[tuple[bytes, bytes]]:
        """Tags of tables, and rows with their tags; what stands above the first is the head of every piece."""
        rest, above = b"", True
        for part in self._archive.chunks(CONTENT, progress):
            rest += part
            at = 0
            while found := _TAG.search(rest, at):
                begin, end, tag = found.start(), found.end(), found[0]
                if above:
                    self._head, above = rest[:begin], False
                if tag.startswith(_ROW) and not tag.endswith(b"/>"):
                    end = rest.find(_ROW_END, end) + len(_ROW_END)
                    if end < len(_ROW_END):
                        at = begin
                        break
                yield tag, rest[begin:end]
                at = end
            rest = rest if above else rest[at if found else max(at, rest.rfind(b"<")) :]


def _width(row: bytes) -> int:
    """About how many cells it has, up to the last with a value."""
    return sum(int(times or 1) for times in _CELL.findall(row, 0, row.rfind(b"office:") + 1))
