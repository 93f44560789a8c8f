"""How old.xls was made, with xlwt 1.3: a workbook of Excel 97, which nothing else here can write.

    pip install xlwt
    python tests/data/workbooks/recipe.py
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import xlwt

ROWS = (
    ("site", "day", "temp", "wet"),
    ("north", datetime(2024, 1, 1), 1.5, True),
    ("", datetime(2024, 1, 2), -2.0, False),
    ("south", datetime(2024, 1, 3), None, True),
)


def main() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Weather")
    date = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    sheet.write(0, 0, "Measured by hand")
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            if cell is not None and cell != "" and not (row == 2 and column == 0):
                sheet.write(row + 2, column, cell, *([date] if isinstance(cell, datetime) else []))
    sheet.merge(3, 4, 0, 0)
    notes = book.add_sheet("Notes")
    for row, text in enumerate(("remark", "one", "two")):
        notes.write(row, 0, text)
    book.save(str(Path(__file__).with_name("old.xls")))


if __name__ == "__main__":
    main()
