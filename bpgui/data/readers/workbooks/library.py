"""Workbooks as python-calamine opens them; whatever it raises becomes a message."""

from __future__ import annotations

import errno
import io
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from bpgui.data.errors import DataError
from bpgui.data.readers.task import Task
from bpgui.data.readers.zip_guard import GuardedZip

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # the disk


class TooManyCells(DataError):
    """A rectangle that the library does not lay out."""


class Library:
    """One workbook, the whole of it or parts. All may raise DataError."""

    def __init__(self, task: Task, archive: GuardedZip | None) -> None:
        self._task, self._archive = task, archive
        self._name = task.path.name
        self._book: CalamineWorkbook | None = None
        self.hidden: set[str] = set()  # sheets, once it is open

    @property
    def is_open(self) -> bool:
        return self._book is not None

    def book(self) -> CalamineWorkbook:
        """The file, opened once."""
        self._book = self._book or self._opened(None)
        return self._book

    def close(self) -> None:
        """Give its memory back; it can be opened again."""
        if self._book is not None:
            self._book.close()
        self._book = None

    def other(self, content: io.BytesIO) -> CalamineWorkbook:
        """What was made of the file, in place of it."""
        self._book = self._opened(content)
        return self._book

    def _opened(self, content: io.BytesIO | None) -> CalamineWorkbook:
        from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

        try:
            if content is not None:
                book = CalamineWorkbook.from_filelike(content)
            else:
                book = CalamineWorkbook.from_path(str(self._linked()))
        except PasswordError as error:
            raise DataError(f"{self._name} is protected by a password. Open it and save it without one.") from error
        except BaseException as error:
            if "Cell limit exceeded" in str(error):
                raise TooManyCells(
                    f"{self._name}: its cells span more rows and columns than can be held (100 million places). Save "
                    "the table as CSV and open that."
                ) from error
            raise self.damaged(error) from error
        self.hidden = {sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible}
        return book

    def piece(self, path: Path, sheet: str | None, where: str) -> tuple[CalamineSheet | None, bool]:
        """See `pieces.Open`."""
        from python_calamine import CalamineWorkbook, SheetVisibleEnum

        try:
            book = CalamineWorkbook.from_path(str(path))
            hidden = any(each.visible != SheetVisibleEnum.Visible for each in book.sheets_metadata)
            name = sheet or next(iter(book.sheet_names), None)
            found = None if name is None else book.get_sheet_by_name(name)
            book.close()
        except BaseException as error:
            raise self.damaged(error, f" at {where}") from error
        return found, hidden

    def damaged(self, error: BaseException, where: str = "") -> Exception | BaseException:
        """What is to be raised for it."""
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError) or getattr(error, "errno", None) in _FULL:
            return error
        said = re.sub(r"\s+", " ", str(error)).strip().rstrip(".")[:150] or "it ends too early"
        return DataError(
            f"{self._name} is damaged{where}: the workbook cannot be read ({said}). Open it with a spreadsheet program "
            "and save it again, or save the table as CSV."
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
