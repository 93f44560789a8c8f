"""More awkward but valid text tables; `python -m tests.data.awkward_cells FOLDER` writes all of them as files.

Missing values, codes, dates, names, and lines that are none of the table.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bpgui.data.readers.options import ReadingOptions
from tests.data.awkward import AB, DELIMITED, ENCODINGS, NUMBERS, QUOTED, Awkward, Columns, asked, case, days
from tests.data.awkward_programs import MOMENTS, MONEY, PROGRAMS


def _numbered(*cells: float | str | None) -> Columns:
    return {"a": list(cells), "b": [float(row + 1) for row in range(len(cells))]}


def _rows(*cells: str, delimiter: str = ",") -> str:
    return f"a{delimiter}b\n" + "".join(f"{cell}{delimiter}{row + 1}\n" for row, cell in enumerate(cells))


MISSING = {
    "every word for nothing": case(
        _rows("1", "", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "?", "-", "--", ".", "none", "2.5"),
        _numbered(1.0, *[None] * 14, 2.5), "14 of 16 values are missing",
    ),
    "errors of a spreadsheet": case(_rows("1", "#DIV/0!", "#VALUE!", "#REF!", "2"), _numbered(1.0, None, None,
        None, 2.0)),
    "nothing in text": case(_rows("x", "", "NA", "null", "y"), _numbered("x", None, None, None, "y")),
    "None is a word": case(_rows("None", "Few", "None"), _numbered("None", "Few", "None")),
    "a dash may be a class": case(_rows("+", "-", "+"), _numbered("+", "-", "+")),
    "words of one's own": case(_rows("1", "unknown", "3"), _numbered(1.0, None, 3.0),
        options=ReadingOptions(missing=("unknown",))),
    "a word for one column": case("a,b\n1,7\n7,8\n", {"a": [1.0, None], "b": [7.0, 8.0]},
        options=ReadingOptions(missing=("a=7",))),
    "a column without values": case("a,b\n,1\n,2\n", {"a": [None, None], "b": [1.0, 2.0]}),
    "9999": asked(_rows("1", "2", "9999", "3", "9999"), "missing",
        _numbered(1.0, 2.0, None, 3.0, None), _numbered(1.0, 2.0, 9999.0, 3.0, 9999.0)),
    "-999": asked(_rows("-20.5", "31", "-999", "3"), "missing",
        _numbered(-20.5, 31.0, None, 3.0), _numbered(-20.5, 31.0, -999.0, 3.0)),
    "-1 among ages": asked(_rows("20", "31", "-1", "45", "50", "62"), "missing",
        _numbered(20.0, 31.0, None, 45.0, 50.0, 62.0), _numbered(20.0, 31.0, -1.0, 45.0, 50.0, 62.0)),
    "999 in two columns": asked("a,b\n1,999\n2,5\n999,6\n3,7\n", "missing",
        {"a": [1.0, 2.0, None, 3.0], "b": [None, 5.0, 6.0, 7.0]},
        {"a": [1.0, 2.0, 999.0, 3.0], "b": [999.0, 5.0, 6.0, 7.0]},
        {"a": [1.0, 2.0, None, 3.0], "b": [999.0, 5.0, 6.0, 7.0]},
        {"a": [1.0, 2.0, 999.0, 3.0], "b": [None, 5.0, 6.0, 7.0]}),
    "99 among others is a value": case(_rows("70", "99", "85", "40"), _numbered(70.0, 99.0, 85.0, 40.0)),
    "-1 and 1 are classes": case(_rows("-1", "1", "-1", "1"), _numbered(-1.0, 1.0, -1.0, 1.0)),
    "NA among countries": asked(_rows("DE", "NA", "FR", "ZA"), "words",
        _numbered("DE", None, "FR", "ZA"), _numbered("DE", "NA", "FR", "ZA")),
}  # fmt: skip

CODES = {
    "ZIP codes": asked(_rows("01234", "98101", "00501"), "codes",
        _numbered("01234", "98101", "00501"), _numbered(1234.0, 98101.0, 501.0)),
    "a leading zero late in the file": asked(_rows(*["98101"] * 3000, "01234"), "codes",
        _numbered(*["98101"] * 3000, "01234"), _numbered(*[98101.0] * 3000, 1234.0)),
    "0 and 0.5 are numbers": case(_rows("0", "0.5", "10"), _numbered(0.0, 0.5, 10.0)),
    "codes settled as text": case(_rows("123", "456"), _numbered("123", "456"), options=ReadingOptions(types=((
        "a", "text"),))),
    "a word settled as number": case(_rows("1", "x", "y", "2"), _numbered(1.0, None, None, 2.0),
        "Row 2, column a: 'x' is not a number (2 such values), and is taken as missing.",
        options=ReadingOptions(types=(("a", "number"),))),
    "true and false": case(_rows("true", "false"), _numbered("true", "false")),
    "yes and no": case(_rows("yes", "no", "yes"), _numbered("yes", "no", "yes")),
    "one bad row": case(_rows(*["1.5"] * 3000, "oops"), _numbered(*["1.5"] * 3000, "oops"),
        "Row 3,001, column a: 'oops' is not a number, so the column is text."),
}  # fmt: skip

DATES = {
    "ISO": case(_rows("2024-12-31", "2025-01-01"), _numbered(days("2024-12-31"), days("2025-01-01"))),
    "ISO with times": case(_rows("2024-12-31 23:59", "2025-01-01 00:00:30.5"), _numbered(
        days("2024-12-31T23:59"), days("2025-01-01T00:00:30.5"))),
    "ISO with T and Z": case(_rows("2024-12-31T23:59:00Z", "2025-01-01T06:00:00Z"), _numbered(
        days("2024-12-31T23:59"), days("2025-01-01T06:00")), "converted to UTC"),
    "time zones": case(_rows("2024-12-31T23:59:00+02:00", "2025-01-01T06:00:00-0500"), _numbered(
        days("2024-12-31T21:59"), days("2025-01-01T11:00")), "converted to UTC"),
    "31.12.2024": case(_rows("31.12.2024", "1.2.2024"), _numbered(days("2024-12-31"), days("2024-02-01"))),
    "12/31/2024": case(_rows("12/31/2024", "1/2/2024"), _numbered(days("2024-12-31"), days("2024-01-02"))),
    "31/12/2024 10:30": case(_rows("31/12/2024 10:30", "01/02/2024 08:00"), _numbered(
        days("2024-12-31T10:30"), days("2024-02-01T08:00"))),
    "12/31/2024 11:59 PM": case(_rows("12/31/2024 11:59 PM", "1/2/2024 12:00 AM"), _numbered(
        days("2024-12-31T23:59"), days("2024-01-02"))),
    "2024/12/31": case(_rows("2024/12/31", "2024/1/2"), _numbered(days("2024-12-31"), days("2024-01-02"))),
    "31 Dec 2024": case(_rows("31 Dec 2024", "1 January 2025"), _numbered(days("2024-12-31"), days("2025-01-01"))),
    "Dec 31, 2024": case('a,b\n"Dec 31, 2024",1\n"January 1, 2025",2\n', _numbered(days("2024-12-31"), days(
        "2025-01-01"))),
    "3. März 2024": case(_rows("3. März 2024", "24. Dezember 2024"), _numbered(days("2024-03-03"), days("2024-12-24"))),
    "31-DEC-24": case(_rows("31-DEC-24", "01-JAN-99"), _numbered(days("2024-12-31"), days("1999-01-01")), "two digits"),
    "a date of an e-mail": case('a,b\n"Tue, 31 Dec 2024 23:59:00 +0100",1\n"Wed, 1 Jan 2025 06:00:00 +0000",2\n',
        _numbered(
        days("2024-12-31T22:59"), days("2025-01-01T06:00")), "converted to UTC"),
    "2024-12": case(_rows("2024-12", "2025-01"), _numbered(days("2024-12-01"), days("2025-01-01")), "its first day"),
    "missing dates": case(_rows("2024-12-31", "", "NA", "-", "2025-01-01"), _numbered(
        days("2024-12-31"), None, None, None, days("2025-01-01"))),
    "before 1970": case(_rows("1815-12-10", "1969-12-31"), _numbered(days("1815-12-10"), -1.0)),
    "01/02/2024": asked(_rows("01/02/2024", "03/04/2024"), "dates",
        _numbered(days("2024-02-01"), days("2024-04-03")), _numbered(days("2024-01-02"), days("2024-03-04"))),
    "01.02.2024": asked(_rows("01.02.2024", "03.04.2024"), "dates",
        _numbered(days("2024-02-01"), days("2024-04-03")), _numbered(days("2024-01-02"), days("2024-03-04"))),
    "01/02/2024 settled": case(_rows("01/02/2024", "03/04/2024"), _numbered(days("2024-01-02"), days("2024-03-04")),
        options=ReadingOptions(dates="mdy")),
    "01/02/2024 proven by another column": case("a,b\n01/02/2024,31/01/2024\n03/04/2024,28/02/2024\n", {
        "a": [days("2024-02-01"), days("2024-04-03")], "b": [days("2024-01-31"), days("2024-02-28")]}),
    "01/02/2024 proven late": case(_rows(*["01/02/2024"] * 3000, "12/31/2024"), _numbered(
        *[days("2024-01-02")] * 3000, days("2024-12-31"))),
    "31.12.24": asked(_rows("31.12.24", "24.12.99"), "dates",
        _numbered(days("2024-12-31"), days("1999-12-24")), _numbered("31.12.24", "24.12.99")),
    "20241231": asked(_rows("20241231", "20250101"), "types",
        _numbered(days("2024-12-31"), days("2025-01-01")), _numbered(20241231.0, 20250101.0)),
    "12.2024": asked(_rows("12.2024", "01.2025"), "types",
        _numbered(days("2024-12-01"), days("2025-01-01")), _numbered(12.2024, 1.2025)),
    "one bad date": case(_rows(*["2024-12-31"] * 5, "2024-02-30"), _numbered(*["2024-12-31"] * 5, "2024-02-30"),
        "Row 6, column a: '2024-02-30' is no date, so the column is text."),
    "a bad date late": case(_rows(*["2024-12-31"] * 3000, "soon"), _numbered(*["2024-12-31"] * 3000, "soon"),
        "Row 3,001, column a: 'soon' is no date, so the column is text."),
    "dates settled as text": case(_rows("2024-12-31", "2025-01-01"), _numbered("2024-12-31", "2025-01-01"),
        options=ReadingOptions(types=(("a", "text"),))),
    "eight digits that are no dates": case(_rows("20241399", "20250101"), _numbered(20241399.0, 20250101.0)),
}  # fmt: skip

NAMES = {
    "no names": case("1.5,2\n3,4\n", {"x1": [1.5, 3.0], "x2": [2.0, 4.0]}, "There is no row of names"),
    "names twice": case("a,a,b\n1,2,3\n", {"a": [1.0], "a (2)": [2.0], "b": [3.0]}, "stands over more than one column"),
    "a name missing": case("a,,b\n1,2,3\n", {"a": [1.0], "column 2": [2.0], "b": [3.0]}, "Column 2 has no name"),
    "10 000 letters": case("a" * 10_000 + ",b\n1,2\n", {"a" * 99 + "…": [1.0], "b": [2.0]}),
    "from right to left": case("שם,b\n1,2\n3,4\n", {"שם": [1.0, 3.0], "b": [2.0, 4.0]}),
    "control letters": case("a\x07\x1bz,b\n1,2\n", {"a z": [1.0], "b": [2.0]}),
    "markup": case("<b>a</b>,b\n1,2\n", {"<b>a</b>": [1.0], "b": [2.0]}),
    "a formula": case("=1+1,b\n1,2\n", {"=1+1": [1.0], "b": [2.0]}),
    "two lines of names": asked("len,wid\ncm,kg\n1,2\n3,4\n5,6\n", "header",
        {"len cm": [1.0, 3.0, 5.0], "wid kg": [2.0, 4.0, 6.0]},
        {"len": ["cm", "1", "3", "5"], "wid": ["kg", "2", "4", "6"]}),
    "merged names": asked("size,,b\nx,y,z\n1,2,3\n4,5,6\n", "header",
        {"size x": [1.0, 4.0], "size y": [2.0, 5.0], "b z": [3.0, 6.0]},
        {"size": ["x", "1", "4"], "column 2": ["y", "2", "5"], "b": ["z", "3", "6"]}),
    "dates over columns of numbers": case("name,2024-01-01,2024-02-01\nx,1,2\ny,3,4\n", {
        "name": ["x", "y"], "2024-01-01": [1.0, 3.0], "2024-02-01": [2.0, 4.0]}),
    "only text": asked("a,b\nx,y\nz,y\n", "header",
        {"a": ["x", "z"], "b": ["y", "y"]}, {"x1": ["a", "x", "z"], "x2": ["b", "y", "y"]}),
    "years over the columns": asked("name;2019;2020\nx;1;2\ny;3;4\n", "header",
        {"name": ["x", "y"], "2019": [1.0, 3.0], "2020": [2.0, 4.0]},
        {"x1": ["name", "x", "y"], "x2": [2019.0, 1.0, 3.0], "x3": [2020.0, 2.0, 4.0]}),
    "a bad value in a first row": case("oops,5.1,3\n3.2,4.1,4\n5.5,1.5,5\n4.5,2.5,6\n", {
        "x1": ["oops", "3.2", "5.5", "4.5"], "x2": [5.1, 4.1, 1.5, 2.5], "x3": [3.0, 4.0, 5.0, 6.0]}, asks="header",
        answers=({"oops": [3.2, 5.5, 4.5], "5.1": [4.1, 1.5, 2.5], "3": [4.0, 5.0, 6.0]},
                 {"x1": ["oops", "3.2", "5.5", "4.5"], "x2": [5.1, 4.1, 1.5, 2.5], "x3": [3.0, 4.0, 5.0, 6.0]})),
    "dates over no names": case("2024-12-31,x\n2025-01-01,y\n", {
        "x1": [days("2024-12-31"), days("2025-01-01")], "x2": ["x", "y"]}, "There is no row of names"),
}  # fmt: skip

LINES = {
    "comments first": case("# made by a machine\n# on a Monday\na,b\n1,2\n3,4\n", AB),
    "comments between": case("a,b\n1,2\n# half of it\n3,4\n", AB),
    "names in a comment": case("# a b\n1.0 2.0\n3.0 4.0\n", AB),
    "a title": case("Report of 2024\na,b\n1,2\n3,4\n", AB, "1 line before the table is left out: 'Report of 2024'."),
    "a title and a blank line": case("Report\n\na;b\n1;2\n3;4\n", AB, "before the table are left out: 'Report'"),
    "a title over all columns": case("Report of 2024,,\na,b,c\n1,2,3\n4,5,6\n", {
        "a": [1.0, 4.0], "b": [2.0, 5.0], "c": [3.0, 6.0]}, "1 line before the table is left out"),
    "pairs before the table": case("station,Berlin\nheight,34\n\nt,x,y\n1,2,3\n4,5,6\n7,8,9\n", {
        "t": [1.0, 4.0, 7.0], "x": [2.0, 5.0, 8.0], "y": [3.0, 6.0, 9.0]}, "3 lines before the table are left out"),
    "lines skipped as told": case("x,y\nfoo,bar\na,b\n1,2\n3,4\n", AB, options=ReadingOptions(skip=2)),
    "a footer": case("a,b\n1,2\n3,4\nSource: the bureau of numbers\n", AB,
        "1 line below the table is left out: 'Source: the bureau of numbers'."),
    "a footer of Windows": case("a,b\r\n1,2\r\n3,4\r\nSource: me", AB, "below the table is left out: 'Source: me'."),
    "a footer below a blank line": case(
        "a,b\n1,2\n3,4\n\nend\nbye\n", AB, "2 lines below the table are left out: 'end'."),
    "a footer below a blank line of Windows": case(
        "a,b\r\n1,2\r\n3,4\r\n\r\nend\r\nbye\r\n", AB, "2 lines below the table are left out: 'end'."),
    "a title in quotes with a newline": case('"Report\nof 2024"\na,b\n1,2\n3,4\n', AB, "before the table are left out"),
    "short rows, filled": case("a,b,c\n1,2\n4,5,6\n", {"a": [1.0, 4.0], "b": [2.0, 5.0], "c": [None, 6.0]},
        options=ReadingOptions(fill_short_rows=True)),
    "a row of sums": case("n,v\nA,1\nB,2\nTotal,3\n", {"n": ["A", "B", "Total"], "v": [1.0, 2.0, 3.0]},
        "The last row begins with 'Total'"),
    "one number": case("5", {"x1": [5.0]}),
    "one row and names": case("a,b\n1,x\n", {"a": [1.0], "b": ["x"]}),
    "spaces around values": case("a , b\n 1 ,x \n 3 , y\n", {"a": [1.0, 3.0], "b": ["x", "y"]}),
    "only some columns": case("a,b,c\n1,2,3\n4,5,6\n", {"a": [1.0, 4.0], "c": [3.0, 6.0]},
        options=ReadingOptions(columns=("c", "a"))),
}  # fmt: skip

GROUPS = (ENCODINGS, DELIMITED, QUOTED, NUMBERS, MISSING, CODES, DATES, NAMES, LINES, PROGRAMS, MONEY, MOMENTS)
AWKWARD: dict[str, Awkward] = {name: found for group in GROUPS for name, found in group.items()}


def main(folder: Path) -> None:
    """Write every case as a file, with numbers in front, since names hold what no file system allows."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, found) in enumerate(AWKWARD.items()):
        plain = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in name)
        (folder / f"{number:03}_{plain}.csv").write_bytes(found.content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
