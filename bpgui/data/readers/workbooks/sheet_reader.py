"""Workbooks: XLSX, XLSM, XLSB, XLS and ODS through python-calamine, once nothing in them can do harm."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers import zip_guard
from bpgui.data.readers.choosing import chosen_rows, only_columns
from bpgui.data.readers.options import Choice, Parsed, Question, Setting
from bpgui.data.readers.selecting import header_settings, refuse_too_large, sum_note, table_settings, text_settings
from bpgui.data.readers.tabular.grid import Grid, read_grid
from bpgui.data.readers.tabular.typed import Typed, type_columns
from bpgui.data.readers.task import Task
from bpgui.data.readers.workbooks import ole
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
_SCANNING, _LOADING = 0.3, 0.6  # shares of the progress
_MERGED_LIMIT = 100_000
_EMPTY_CELL = rb"<table:table-cell\b(?![^>]*office:)"  # it has no value
_EMPTY_ROWS = re.compile(
    rb'(<table:table-row\b[^>]*?table:number-rows-repeated=")\d{4,}("[^>]*>\s*'
    + _EMPTY_CELL
    + rb"[^>]*/>\s*</table:table-row>)"
)
_EMPTY_CELLS = re.compile(b"(" + _EMPTY_CELL + rb'[^>]*?table:number-columns-repeated=")\d{3,}("[^>]*/>)')


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
        self._hidden: set[str] = set()
        self._share = 1.0  # of the sheet that was looked at
        self._book: CalamineWorkbook | None = None

    def read(self) -> tuple[Table, Parsed]:
        sizes = self._sizes()
        sheet = self._chosen(sizes)
        place = f"{self._name}, sheet {sheet}" if len(sizes) > 1 else self._name
        loaded, scan = self._load(sheet, sizes)
        preview = self._task.preview
        grid = read_grid(
            place,
            self._rows(loaded),
            self._task.options,
            wanted=preview,
            progress=lambda row: self._say(_LOADING, 1.0, row / max(1, loaded.total_height)),
        )
        rows = len(grid.places) if preview is None else self._estimate(grid, scan, loaded)
        refuse_too_large(place, len(grid.places), len(grid.names), self._task.options, self._task.memory)
        kept = chosen_rows(len(grid.places), self._task) if self._task.options.rows is not None else None
        typed = type_columns(place, grid.names, grid.cells, self._task.options, kept, _row_words(grid))
        if not typed.columns:
            raise DataError(f"{place}: none of its columns holds values of a table. {' '.join(typed.notes[:3])}")
        table = only_columns(Table(typed.columns), self._task)
        return table, self._parsed(sheet, sizes, grid, typed, table, rows)

    def _parsed(
        self, sheet: str, sizes: dict[str, int], grid: Grid, typed: Typed, table: Table, rows: int | None
    ) -> Parsed:
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
            book = self._opened()
            sizes = {sheet: self._size_in(book, sheet) for sheet in book.sheet_names}
        if not any(sizes.values()):
            what = f"its sheets {', '.join(list(sizes)[:5])} hold" if sizes else "it holds"
            raise DataError(f"{self._name} is a workbook without values: {what} no cells. A table was expected in it.")
        return sizes

    def _say(self, begin: float, end: float, done: float) -> None:
        """Progress within a share of the whole."""
        self._task.progress(begin + (end - begin) * min(1.0, done))

    def _size_in(self, book: CalamineWorkbook, sheet: str) -> int:
        try:
            found = book.get_sheet_by_name(sheet)
        except Exception:  # a sheet of charts, or a damaged one; read it and the message says so
            return 0
        return found.height * found.width

    def _opened(self, source: Path | io.BytesIO | None = None) -> CalamineWorkbook:
        """Raises DataError with what the file lacks, for anything that the library raises."""
        from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

        if self._book is not None and source is None:
            return self._book
        try:
            if isinstance(source, io.BytesIO):
                book = CalamineWorkbook.from_filelike(source)
            else:
                book = CalamineWorkbook.from_path(str(source or self._linked()))
        except PasswordError as error:
            raise DataError(f"{self._name} is protected by a password. Open it and save it without one.") from error
        except BaseException as error:
            if "Cell limit exceeded" in str(error) and source is None and self._archive is not None:
                return self._opened(self._shrunk())
            if source is not None and "content.xml" in (self._archive.names if self._archive else ()):
                raise DataError(
                    f"{self._name}: its cells span more rows and columns than can be held (100 million places). Save "
                    "the table as CSV and open that."
                ) from error
            raise self._damaged(error) from error
        self._book = book
        self._hidden = {m.name for m in book.sheets_metadata if m.visible != SheetVisibleEnum.Visible}
        return book

    def _damaged(self, error: BaseException) -> Exception | BaseException:
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            return error
        said = re.sub(r"\s+", " ", str(error)).strip().rstrip(".")[:150] or "it ends too early"
        return DataError(
            f"{self._name} is damaged: the workbook cannot be read ({said}). Open it with a spreadsheet program and "
            "save it again, or save the table as CSV."
        )

    def _linked(self) -> Path:
        """The file under a name whose end says what it is: the library goes by that."""
        if self._archive is None:
            suffix = ".xls"
        elif "xl/workbook.bin" in self._archive.names:
            suffix = ".xlsb"
        else:
            suffix = ".xlsx" if "xl/workbook.xml" in self._archive.names else ".ods"
        if self._task.path.suffix.lower() == suffix:
            return self._task.path
        target = self._task.folder / f"workbook{suffix}"
        if not target.exists():
            try:
                target.symlink_to(self._task.path.absolute())
            except OSError:  # a file system or a system without links
                shutil.copyfile(self._task.path, target)
        return target

    def _shrunk(self) -> io.BytesIO:
        """An ODS with shorter stretches of empty rows and cells, so that what lies far apart comes together."""
        assert self._archive is not None
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as made:
            for name in self._archive.names:
                data = self._archive.read(name)
                if name == "content.xml":
                    data = _EMPTY_CELLS.sub(rb"\g<1>99\g<2>", _EMPTY_ROWS.sub(rb"\g<1>1999\g<2>", data))
                made.writestr(zipfile.ZipInfo(name), data)
        self._notes.append(f"{self._name}: long stretches of empty rows and columns are passed over.")
        buffer.seek(0)
        return buffer

    def _chosen(self, sizes: dict[str, int]) -> str:
        """The sheet that is read: the settled one, else the one with most cells. Raises DataError."""
        wanted = self._task.options.sheet
        if wanted is not None:
            if wanted not in sizes:
                raise DataError(f"{self._name} has no sheet {wanted!r}. It has {', '.join(list(sizes)[:20])}.")
            return wanted
        self._opened_for_hidden(sizes)
        filled = [sheet for sheet in sizes if sizes[sheet]]
        shown = [sheet for sheet in filled if sheet not in self._hidden] or filled
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
        if len(sizes) > 1 and self._book is None:
            self._opened()

    def _sheet_setting(self, sheet: str, sizes: dict[str, int]) -> tuple[Setting, ...]:
        if len(sizes) < 2:
            return ()
        labels = ((s, f"{s} ({n:,} cells{', hidden' if s in self._hidden else ''})") for s, n in sizes.items())
        return (
            Setting(key="sheet", label="Sheet", value=sheet, choices=tuple(labels),
                    help="Which sheet of the workbook the table is on."),
        )  # fmt: skip

    def _load(self, sheet: str, sizes: dict[str, int]) -> tuple[CalamineSheet, SheetScan | None]:
        """The cells of the sheet, laid out as a rectangle. Raises DataError."""
        scan = self._scans.get(sheet)
        if scan is not None and scan.unsolved:
            formulas = "1 formula has" if scan.unsolved == 1 else f"{scan.unsolved:,} formulas have"
            self._notes.append(
                f"{self._name}, sheet {sheet}: {formulas} no result in the file and count as missing. Save it with a "
                "spreadsheet program, which works them out, and open it again."
            )
        try:
            book = self._cut(sheet, scan) if scan is not None else self._opened()
            self._task.progress(None)
            return book.get_sheet_by_name(sheet), scan
        except DataError:
            raise
        except BaseException as error:
            raise self._damaged(error) from error

    def _cut(self, sheet: str, scan: SheetScan) -> CalamineWorkbook:
        """The workbook; one with less of the sheet where cells lie far away, or where a preview needs few rows."""
        assert self._archive is not None
        memory, preview = self._task.memory, self._task.preview
        height = scan.rows[1] - scan.rows[0] + 1
        if preview is not None and scan.placed and scan.cells > CUT_FOR_PREVIEW and height > 2 * preview:
            return self._opened(cut_workbook(self._archive, self._members[sheet], scan, 2 * preview + 100))
        needed = scan.area * CELL_BYTES * 2
        if memory is not None and needed > memory:
            raise DataError(
                f"{self._name}, sheet {sheet}: its cells span {height:,} rows and {scan.area // height:,} columns. "
                f"That takes about {needed / 1e9:.1f} GB of memory, {memory / 1e9:.1f} GB may be used. Save it as CSV "
                "and open that."
            )
        if not scan.far:
            return self._opened()
        cells = "1 cell lies" if scan.far == 1 else f"{scan.far:,} cells lie"
        self._notes.append(f"{self._name}, sheet {sheet}: {cells} far away, one at {scan.far_place}; left out.")
        return self._opened(cut_workbook(self._archive, self._members[sheet], scan, None))

    def _rows(self, sheet: CalamineSheet) -> Iterator[list[Any]]:
        """The rows of the sheet, merged cells that go over several rows filled with their value."""
        left = sheet.start[1] if sheet.start else 0  # rows come with the blank ones above, but not beside
        spans = [(a, b) for a, b in (sheet.merged_cell_ranges or [])[:_MERGED_LIMIT] if b[0] > a[0]]
        begins: dict[int, list[tuple[int, int]]] = {}
        for (row, column), (last, _) in spans:
            begins.setdefault(row, []).append((column - left, last))
        if spans:
            self._notes.append(f"{self._name}: {len(spans):,} merged cells give their value to each of their rows.")
        return _filled(sheet.iter_rows(), begins) if begins else sheet.iter_rows()

    def _estimate(self, grid: Grid, scan: SheetScan | None, sheet: CalamineSheet) -> int | None:
        """Rows of values in the whole sheet, from a preview."""
        bottom = scan.rows[1] if scan is not None else sheet.total_height - 1
        rows = bottom - grid.skip + 1 - grid.header
        return max(len(grid.places), round(rows / self._share))


def _filled(rows: Iterator[list[Any]], begins: dict[int, list[tuple[int, int]]]) -> Iterator[list[Any]]:
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
