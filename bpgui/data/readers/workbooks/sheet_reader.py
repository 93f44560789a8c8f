"""Workbooks: XLSX, XLSM, XLSB, XLS and ODS through python-calamine, once nothing in them can do harm.

An XLSX or ODS that does not fit into memory is read in pieces. An XLS, which has 65,536 rows and 256 columns at most,
and an XLSB are laid out as a whole; what is too large for that is refused, with advice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers import zip_guard
from bpgui.data.readers.choosing import chosen_rows, only_columns
from bpgui.data.readers.large import table_question
from bpgui.data.readers.options import Choice, Parsed, Question, Setting
from bpgui.data.readers.selecting import header_settings, refuse_too_large, sum_note, table_settings, text_settings
from bpgui.data.readers.tabular.cell_store import CellStore
from bpgui.data.readers.tabular.grid import Grid, read_grid
from bpgui.data.readers.tabular.typed import Typed, type_columns
from bpgui.data.readers.task import Task
from bpgui.data.readers.workbooks import ole
from bpgui.data.readers.workbooks.library import Library, TooManyCells
from bpgui.data.readers.workbooks.ods_pieces import CONTENT, OdsPieces, OdsSheet
from bpgui.data.readers.workbooks.pieces import Pieces, Row, Spans
from bpgui.data.readers.workbooks.xlsx_pieces import XlsxPieces
from bpgui.data.readers.workbooks.xlsx_scan import (
    SheetScan,
    cut_workbook,
    refuse_definitions,
    refuse_malformed,
    scan_sheet,
    sheet_members,
)
from bpgui.data.readers.zip_guard import GuardedZip
from bpgui.data.table import Table

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

CELL_BYTES = 32  # of a cell in calamine's rectangle
BEGINNING = 8  # megabytes of a single sheet's XML that a preview looks at
CUT_FOR_PREVIEW = 50_000  # cells; smaller sheets are read whole for a preview too
_SCANNING, _LOADING, _PIECES = 0.3, 0.6, 0.9  # in the progress
_EXPANSION, _TEXT_EXPANSION, _ODS_EXPANSION = 8, 4, 4  # bytes of memory for one of binary cells, of texts, of an ODS
_TEXTS = "xl/sharedStrings.xml"
_MERGED_LIMIT = 100_000
_MEMORY = 1 << 30  # bytes for pieces where there is no limit


def recognise(head: bytes, path: Path) -> bool:
    """A workbook, or a file packed like one, of which this reader says what it is instead."""
    if head.startswith(ole.MAGIC):
        return True
    return zip_guard.is_zip(head) and zip_guard.kind_of(path) in ("workbook", "document", "project")


def read(task: Task) -> tuple[Table, Parsed]:
    """The table of one sheet. Raises DataError."""
    with task.path.open("rb") as file:
        old = file.read(8) == ole.MAGIC
    if old:
        ole.refuse_without_workbook(task.path)
        return _Sheets(task, None).read()
    with GuardedZip(task.path, task.path.name) as archive:
        _refuse_other(archive)
        refuse_definitions(archive)
        refuse_malformed(archive)
        return _Sheets(task, archive).read()


def _refuse_other(archive: GuardedZip) -> None:
    """Raises DataError for what is packed like a workbook and is none."""
    kind = archive.kind
    if kind == "project":
        raise DataError(f"{archive.name} is a project of this program, not a table. Open it as a project.")
    if "encrypted-package" in archive.names:
        raise DataError(f"{archive.name} is protected by a password. Open it and save it without one.")
    if kind != "workbook":
        what = "a document (a text or a presentation)" if kind == "document" else "an archive"
        raise DataError(
            f"{archive.name} is {what}, not a workbook. Copy its table into a spreadsheet, save that and open it."
        )
    manifest = "META-INF/manifest.xml"
    if manifest in archive.names and b"encryption-data" in archive.read(manifest):
        raise DataError(f"{archive.name} is protected by a password. Open it and save it without one.")


class _Sheets:
    """One workbook: its sheets, the one that is read, the table on it."""

    def __init__(self, task: Task, archive: GuardedZip | None) -> None:
        self._task, self._archive = task, archive
        self._name = task.path.name
        self._notes: list[str] = []
        self._questions: list[Question] = []
        self._members: dict[str, str] = {}
        self._scans: dict[str, SheetScan] = {}
        self._share = 1.0  # of the sheet that was looked at
        self._library = Library(task, archive)
        self._ods: OdsPieces | None = None
        self._ods_sheets: dict[str, OdsSheet] = {}
        self._store = CellStore(task.folder, None if task.memory is None else task.memory // _EXPANSION)

    def read(self) -> tuple[Table, Parsed]:
        sizes = self._sizes()
        sheet = self._chosen(sizes)
        place = f"{self._name}, sheet {sheet}" if len(sizes) > 1 else self._name
        loaded = self._load(sheet)
        preview = self._task.preview
        grid = read_grid(
            place,
            self._filled(loaded),
            self._task.options,
            wanted=preview,
            progress=lambda row: None if loaded.heard else self._say(_LOADING, 1.0, row / max(1, loaded.bottom + 1)),
            column=self._store.column,
        )
        rows = len(grid.places) if preview is None else self._estimate(grid, loaded)
        self._task, size = table_question(place, rows, len(grid.names), self._task)
        self._questions += size
        kept = chosen_rows(len(grid.places), self._task) if self._task.options.rows is not None else None
        typed = type_columns(place, grid.names, grid.cells, self._task.options, kept, _row_words(grid), self._task.keep)
        if not typed.columns:
            raise DataError(f"{place}: none of its columns holds values of a table. {' '.join(typed.notes[:3])}")
        table = only_columns(Table(typed.columns), self._task)
        return table, self._parsed(sheet, sizes, grid, typed, table, rows)

    def _parsed(self, sheet: str, sizes: dict[str, int], grid: Grid, typed: Typed, table: Table, rows: int) -> Parsed:
        options = self._task.options
        sums = sum_note(table.columns[0]) if self._task.preview is None and options.rows is None else []
        return Parsed(
            details=(
                ("sheet", sheet),
                ("first row", "names" if grid.header else "values"),
                *((("rows above the table", str(grid.skip)),) if grid.skip else ()),
            ),
            notes=(*self._notes, *grid.notes, *typed.notes, *sums),
            questions=(*self._questions, *grid.questions, *typed.questions),
            settings=(
                *self._sheet_setting(sheet, sizes),
                *header_settings(grid.header, grid.skip),
                *text_settings(options, typed.decimal, typed.thousands, options.dates or ""),
                *table_settings(self._task),
            ),
            columns=tuple(column for column in typed.found if column.name in table.names),
            rows=rows,
        )

    def _sizes(self) -> dict[str, int]:
        """Cells of every sheet, in the order of the workbook. Raises DataError where there is no sheet with cells."""
        if self._archive is not None and "xl/workbook.xml" in self._archive.names:
            self._members = sheet_members(self._archive)
            total = sum(self._archive.size(member) for member in self._members.values())
            done = 0
            for sheet, member in self._members.items():
                size = self._archive.size(member)
                begin, end = _SCANNING * done / max(1, total), _SCANNING * (done + size) / max(1, total)
                parts = None
                if self._task.preview is not None and len(self._members) == 1 and size > 2 * BEGINNING << 20:
                    parts, self._share = BEGINNING, (BEGINNING << 20) / size
                self._scans[sheet] = scan_sheet(self._archive, member, partial(self._say, begin, end), parts)
                done += size
            sizes = {sheet: scan.cells for sheet, scan in self._scans.items()}
        else:
            sizes = self._sizes_as_a_whole() or self._sizes_in_pieces()
        if not any(sizes.values()):
            what = f"its sheets {', '.join(list(sizes)[:5])} hold" if sizes else "it holds"
            raise DataError(f"{self._name} is a workbook without values: {what} no cells. A table was expected in it.")
        return sizes

    def _sizes_as_a_whole(self) -> dict[str, int]:
        """By the rectangles that the library lays out; nothing for an ODS that is too large for that."""
        ods = self._archive is not None and CONTENT in self._archive.names
        if self._archive is None or not ods:
            self._refuse_binary()
        elif self._large(self._archive.size(CONTENT) * _ODS_EXPANSION):
            return {}
        try:
            book = self._library.book()
        except TooManyCells:
            if not ods:
                raise
            return {}
        return {sheet: self._size_in(book, sheet) for sheet in book.sheet_names}

    def _refuse_binary(self) -> None:
        """Raises DataError for an XLS or XLSB that does not fit: these are not cut into pieces."""
        kind, size = "XLS", self._task.path.stat().st_size
        if self._archive is not None:
            kind = "XLSB"
            size = sum(self._archive.size(name) for name in self._archive.names if name.endswith(".bin"))
        needed = size * _EXPANSION
        if self._large(needed):
            raise DataError(
                f"{self._name}: a workbook of this kind ({kind}) is read as a whole. That takes about "
                f"{needed / 1e9:.1f} GB of memory, {self._memory / 1e9:.1f} GB may be used. Save it as XLSX or CSV, "
                "which may be larger than memory, and open that."
            )

    def _sizes_in_pieces(self) -> dict[str, int]:
        if self._archive is None or CONTENT not in self._archive.names:
            return {}
        self._ods = OdsPieces(self._archive, self._memory, self._task.folder, self._library.piece)
        self._ods_sheets = self._ods.sheets(partial(self._say, 0.0, _SCANNING))
        self._library.hidden = {name for name, sheet in self._ods_sheets.items() if sheet.hidden}
        return {name: sheet.cells for name, sheet in self._ods_sheets.items()}

    @property
    def _memory(self) -> int:
        return self._task.memory or _MEMORY

    def _large(self, needed: int) -> bool:
        """Whether it needs more bytes than may be used."""
        return self._task.memory is not None and needed > self._task.memory

    def _say(self, begin: float, end: float, done: float) -> None:
        """Progress within a share of the whole."""
        self._task.progress(begin + (end - begin) * min(1.0, done))

    def _size_in(self, book: CalamineWorkbook, sheet: str) -> int:
        try:
            found = book.get_sheet_by_name(sheet)
        except Exception:  # a sheet of charts, or a damaged one; read it and the message says so
            return 0
        return found.height * found.width

    def _chosen(self, sizes: dict[str, int]) -> str:
        """The sheet that is read: the settled one, else the one with most cells. Raises DataError."""
        wanted = self._task.options.sheet
        if wanted is not None:
            if wanted not in sizes:
                raise DataError(f"{self._name} has no sheet {wanted!r}. It has {', '.join(list(sizes)[:20])}.")
            return wanted
        self._opened_for_hidden(sizes)
        filled = [sheet for sheet in sizes if sizes[sheet]]
        shown = [sheet for sheet in filled if sheet not in self._library.hidden] or filled
        best = max(shown, key=lambda sheet: sizes[sheet])
        others = [sheet for sheet in shown if sheet != best and sizes[sheet] > 1]
        if others:
            choices = tuple(
                Choice(f"{sheet} ({sizes[sheet]:,} cells)", replace(self._task.options, sheet=sheet))
                for sheet in (best, *others)
            )
            text = f"{self._name} has {len(others) + 1} sheets with values. Which of them is the table?"
            self._questions.append(Question(key="sheet", text=text, choices=choices))
        return best

    def _opened_for_hidden(self, sizes: dict[str, int]) -> None:
        """Sheets that are hidden are known once the workbook is open."""
        if len(sizes) > 1 and not self._library.is_open and self._ods is None:
            self._library.book()

    def _sheet_setting(self, sheet: str, sizes: dict[str, int]) -> tuple[Setting, ...]:
        if len(sizes) < 2:
            return ()
        labels = ((s, f"{s} ({n:,} cells{', hidden' if s in self._library.hidden else ''})") for s, n in sizes.items())
        return (
            Setting(key="sheet", label="Sheet", value=sheet, choices=tuple(labels),
                    help="Which sheet of the workbook the table is on."),
        )  # fmt: skip

    def _load(self, sheet: str) -> _Loaded:
        """The rows of the sheet. Raises DataError."""
        scan = self._scans.get(sheet)
        if scan is not None and scan.unsolved:
            formulas = "1 formula has" if scan.unsolved == 1 else f"{scan.unsolved:,} formulas have"
            self._notes.append(
                f"{self._name}, sheet {sheet}: {formulas} no result in the file and count as missing. Save it with a "
                "spreadsheet program, which works them out, and open it again."
            )
        if self._ods is not None:
            found = self._ods_sheets[sheet]
            refuse_too_large(f"{self._name}, sheet {sheet}", found.last[0] + 1, found.width, self._task.options, None)
            self._ods.choose(found)
            return self._in_pieces(self._ods, found.last[0])
        try:
            made = self._cut(sheet, scan) if scan is not None else self._library.book()
            if isinstance(made, XlsxPieces):
                return self._in_pieces(made, scan.rows[1] if scan is not None else 0)
            self._task.progress(None)
            return _whole(made.get_sheet_by_name(sheet), scan)
        except DataError:
            raise
        except BaseException as error:
            raise self._library.damaged(error) from error

    def _in_pieces(self, pieces: Pieces, bottom: int) -> _Loaded:
        rows = pieces.rows(partial(self._say, _SCANNING, _PIECES))
        return _Loaded(rows, pieces.merged(), pieces.left, bottom, heard=True)

    def _cut(self, sheet: str, scan: SheetScan) -> CalamineWorkbook | XlsxPieces:
        """The workbook; one with less of the sheet where cells lie far away, or where a preview needs few rows."""
        assert self._archive is not None
        preview, member = self._task.preview, self._members[sheet]
        height = scan.rows[1] - scan.rows[0] + 1
        if preview is not None and scan.placed and scan.cells > CUT_FOR_PREVIEW and height > 2 * preview:
            return self._library.other(cut_workbook(self._archive, member, scan, 2 * preview + 100))
        if scan.far:
            cells = "1 cell lies" if scan.far == 1 else f"{scan.far:,} cells lie"
            self._notes.append(f"{self._name}, sheet {sheet}: {cells} far away, one at {scan.far_place}; left out.")
        if self._large(scan.area * CELL_BYTES * 2):
            if len(self._members) > 1:
                self._library.book()  # it knows which sheets are hidden
            self._library.close()
            self._refuse_texts()
            piece, folder = self._library.piece, self._task.folder
            return XlsxPieces(self._archive, sheet, member, scan, self._memory, folder, piece)
        if scan.far:
            return self._library.other(cut_workbook(self._archive, member, scan, None))
        return self._library.book()

    def _refuse_texts(self) -> None:
        """Raises DataError where the different texts of the workbook, of which each piece needs all, do not fit."""
        assert self._archive is not None
        size = self._archive.size(_TEXTS) if _TEXTS in self._archive.names else 0
        if self._large(size * _TEXT_EXPANSION):
            raise DataError(
                f"{self._name}: its texts have {size / 1e9:.1f} GB, too many for the "
                f"{self._memory / 1e9:.1f} GB of memory that may be used. Leave out columns of texts, or "
                "save it as CSV and open that."
            )

    def _filled(self, loaded: _Loaded) -> Iterator[Row]:
        """The rows, merged cells that go over several of them filled with their value."""
        spans = [(a, b) for a, b in loaded.merged[:_MERGED_LIMIT] if b[0] > a[0]]
        begins: dict[int, list[tuple[int, int]]] = {}
        for (row, column), (last, _) in spans:
            begins.setdefault(row, []).append((column - loaded.left, last))
        if spans:
            self._notes.append(f"{self._name}: {len(spans):,} merged cells give their value to each of their rows.")
        return _filled(loaded.rows, begins) if begins else loaded.rows

    def _estimate(self, grid: Grid, loaded: _Loaded) -> int:
        """Rows of values in the whole sheet, from a preview."""
        rows = loaded.bottom - grid.skip + 1 - grid.header
        return max(len(grid.places), round(rows / self._share))


@dataclass(frozen=True)
class _Loaded:
    """The rows of a sheet, which begin with column `left` and end with row `bottom` (from 0).

    `heard`: their iterator says itself how far it is.
    """

    rows: Iterator[Row]
    merged: Spans
    left: int
    bottom: int
    heard: bool = False


def _whole(sheet: CalamineSheet, scan: SheetScan | None) -> _Loaded:
    """Laid out as a rectangle."""
    left = sheet.start[1] if sheet.start else 0  # rows come with the blank ones above, but not beside
    bottom = scan.rows[1] if scan is not None else sheet.total_height - 1
    return _Loaded(sheet.iter_rows(), sheet.merged_cell_ranges or [], left, bottom)


def _filled(rows: Iterator[Row], begins: dict[int, list[tuple[int, int]]]) -> Iterator[Row]:
    """`begins`: at a row, columns whose cell goes on to a last row."""
    open_cells: dict[int, tuple[int, Any]] = {}
    for index, row in enumerate(rows):
        for column, (last, value) in list(open_cells.items()):
            if index > last:
                del open_cells[column]
            elif column < len(row) and row[column] == "":
                row[column] = value
        for column, last in begins.get(index, ()):
            if 0 <= column < len(row):
                open_cells[column] = (last, row[column])
        yield row


def _row_words(grid: Grid) -> Callable[[int], str]:
    return lambda row: f"Row {grid.places[row] + 1:,} of the sheet"
