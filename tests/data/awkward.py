"""Awkward but valid text tables, each with what it holds; `awkward_cells` has more and writes them all as files.

A case is read right at once, or asked about: then `answers` are what each choice of the question gives. `says` are
parts of sentences that must be among the notes where the reading is more than the letters show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bpgui.data.readers.options import ReadingOptions

Columns = dict[str, list[float | str | None]]


@dataclass(frozen=True)
class Awkward:
    content: bytes
    expected: Columns
    asks: str = ""
    answers: tuple[Columns, ...] = ()
    says: tuple[str, ...] = ()
    options: ReadingOptions = ReadingOptions()  # noqa: RUF009 (frozen)


def case(
    text: str | bytes,
    expected: Columns,
    *says: str,
    asks: str = "",
    answers: tuple[Columns, ...] = (),
    encoding: str = "utf-8",
    options: ReadingOptions = ReadingOptions(),  # noqa: B008 (frozen)
) -> Awkward:
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return Awkward(content, expected, asks, answers, says, options)


def asked(text: str | bytes, key: str, *answers: Columns, encoding: str = "utf-8") -> Awkward:
    """Two readings, the first of them taken."""
    return case(text, answers[0], asks=key, answers=answers, encoding=encoding)


def days(text: str) -> float:
    """Days since 1970 of an ISO date, by another way than the reader's."""
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1)) / timedelta(days=1)


AB: Columns = {"a": [1.0, 3.0], "b": [2.0, 4.0]}
CITY = "city,n\nZürich,1\nKøbenhavn,2\n"
CITIES: Columns = {"city": ["Zürich", "København"], "n": [1.0, 2.0]}
POLISH = "miasto;n\nŁódź;1\nGdańsk;2\nŻywiec;3\n"
POLES: Columns = {"miasto": ["Łódź", "Gdańsk", "Żywiec"], "n": [1.0, 2.0, 3.0]}

ENCODINGS = {
    "UTF-8": case(CITY, CITIES),
    "UTF-8 with a mark": case(CITY, CITIES, encoding="utf-8-sig"),
    "UTF-16 LE with a mark": case(b"\xff\xfe" + CITY.encode("utf-16-le"), CITIES),
    "UTF-16 BE with a mark": case(b"\xfe\xff" + CITY.encode("utf-16-be"), CITIES),
    "UTF-16 LE": case(CITY, CITIES, encoding="utf-16-le"),
    "UTF-16 BE": case(CITY, CITIES, encoding="utf-16-be"),
    "UTF-32": case(CITY, CITIES, encoding="utf-32"),
    "cp1252 settled": case(CITY, CITIES, encoding="cp1252", options=ReadingOptions(encoding="cp1252")),
    "cp1250 settled": case(POLISH, POLES, encoding="cp1250", options=ReadingOptions(encoding="cp1250")),
    "a euro in cp1252": asked(
        b"price,n\n5 \x80 net,1\n7 \x80 net,2\n", "encoding",
        {"price": ["5 € net", "7 € net"], "n": [1.0, 2.0]}, {"price": ["5 Ђ net", "7 Ђ net"], "n": [1.0, 2.0]},
    ),
    "cp1250": asked(
        POLISH, "encoding",
        {"miasto": ["£ódŸ", "Gdañsk", "¯ywiec"], "n": [1.0, 2.0, 3.0]}, POLES, encoding="cp1250",
    ),
    "cp1251": asked(
        "город,n\nМосква,1\nТверь,2\n", "encoding",
        {"город": ["Москва", "Тверь"], "n": [1.0, 2.0]}, {"ãîðîä": ["Ìîñêâà", "Òâåðü"], "n": [1.0, 2.0]},
        encoding="cp1251",
    ),
    "Shift-JIS": asked(
        "名前,n\nひらがな,1\nカタカナ,2\n", "encoding", {"名前": ["ひらがな", "カタカナ"], "n": [1.0, 2.0]},
        encoding="shift_jis",
    ),
    "letters of many alphabets": case("k,v\nαβγ,1\n数据,2\n😀,3\n", {"k": ["αβγ", "数据", "😀"], "v": [1.0, 2.0, 3.0]}),
    "a bad byte, replaced on request": case(
        "a,b\nZürich,1\n".encode() + b"\xff\xfe,2\n", {"a": ["Zürich", "\ufffd\ufffd"], "b": [1.0, 2.0]},
        options=ReadingOptions(encoding="utf-8-replace"),
    ),
}  # fmt: skip

DELIMITED = {
    "comma": case("a,b\n1,2\n3,4\n", AB),
    "semicolon": case("a;b\n1;2\n3;4\n", AB),
    "tab": case("a\tb\n1\t2\n3\t4\n", AB),
    "bar": case("a|b\n1|2\n3|4\n", AB),
    "space": case("a b\n1 2\n3 4\n", AB),
    "columns aligned to the right": case("    a     b\n    1     2\n    3     4\n", AB),
    "a day, a time and a value apart by spaces": case("day time v\n2024-12-31 23:50 1.5\n2025-01-01 00:10 2.5\n", {
        "day": [days("2024-12-31"), days("2025-01-01")], "time": ["23:50", "00:10"], "v": [1.5, 2.5]}),
    "the same without names": case("2024-12-31 23:50 1.5\n2025-01-01 00:10 2.5\n", {
        "x1": [days("2024-12-31"), days("2025-01-01")], "x2": ["23:50", "00:10"], "x3": [1.5, 2.5]}),
    "labels with numbered values are no columns": case("kind\n+1 1:0.5 2:0.7\n-1 1:0.1 3:0.9\n+1 2:0.3 9:1\n", {
        "kind": ["+1 1:0.5 2:0.7", "-1 1:0.1 3:0.9", "+1 2:0.3 9:1"]}, asks="header", answers=(
        {"kind": ["+1 1:0.5 2:0.7", "-1 1:0.1 3:0.9", "+1 2:0.3 9:1"]},
        {"x1": ["kind", "+1 1:0.5 2:0.7", "-1 1:0.1 3:0.9", "+1 2:0.3 9:1"]})),
    "moments with a space are one column": case("2024-12-31 23:50\n2025-01-01 00:10\n", {
        "x1": [days("2024-12-31T23:50"), days("2025-01-01T00:10")]}),
    "dates with spaces are one column": case("31 Dec 2024\n1 Jan 2025\n", {
        "x1": [days("2024-12-31"), days("2025-01-01")]}),
    "quotes in a file with spaces": case('a b\n"x  y" 2\n"z" 4\n', {"a": ["x  y", "z"], "b": [2.0, 4.0]}),
    "a caret, settled": case("a^b\n1^2\n3^4\n", AB, options=ReadingOptions(delimiter="^")),
    "a colon, settled": case("a:b\n1:2\n3:4\n", AB, options=ReadingOptions(delimiter=":")),
    "sep=": case("sep=;\r\na;b\r\n1;2\r\n3;4\r\n", AB),
    "sep= a bar": case("sep=|\na|b\n1|2\n3|4\n", AB),
    "commas in text, tabs between": case("a\tb\nx, y\t2\nz, w\t4\n", {"a": ["x, y", "z, w"], "b": [2.0, 4.0]}),
    "semicolons in quotes, commas between": case('a,b\n"x; y",2\n"z; w",4\n', {"a": ["x; y", "z; w"], "b": [2.0, 4.0]}),
    "a delimiter at the end of lines": case("a,b,\n1,2,\n3,4,\n", AB, "Every line ends with a delimiter"),
    "line feeds": case("a,b\n1,2\n3,4", AB),
    "Windows": case("a,b\r\n1,2\r\n3,4\r\n", AB),
    "old Mac": case("a,b\r1,2\r3,4\r", AB),
    "mixed line ends": case("a,b\r\n1,2\n3,4\r\n", AB),
    "blank lines everywhere": case("\n\na,b\n\n1,2\n\n\n3,4\n\n", AB),
    "one column with blank lines": case("a\n1\n\n2\n\n", {"a": [1.0, 2.0]}),
    "two readings of columns": asked(
        "a,b\n1\n2\n", "delimiter", {"a,b": [1.0, 2.0]}, {"a": [1.0, 2.0], "b": [None, None]}
    ),
    "pairs or decimal commas": asked(
        "1,5\n2,5\n3,7\n", "delimiter", {"x1": [1.0, 2.0, 3.0], "x2": [5.0, 5.0, 7.0]}, {"x1": [1.5, 2.5, 3.7]}
    ),
}  # fmt: skip

QUOTED = {
    "delimiters in quotes": case('a,b\n"x, y",1\n"z",2\n', {"a": ["x, y", "z"], "b": [1.0, 2.0]}),
    "quotes in quotes": case('a,b\n"say ""x""",1\nz,2\n', {"a": ['say "x"', "z"], "b": [1.0, 2.0]}),
    "quotes behind a backslash": case('a,b\n"say \\"x\\" twice",1\nz,2\n', {
        "a": ['say "x" twice', "z"], "b": [1.0, 2.0],
    }),
    "newlines in quotes": case('a,b\n"x\ny\n\nz",1\nw,2\n', {"a": ["x\ny\n\nz", "w"], "b": [1.0, 2.0]}),
    "newline in a name": case('"a\nunit",b\n1,2\n3,4\n', {"a unit": [1.0, 3.0], "b": [2.0, 4.0]}),
    "numbers in quotes": case('"a","b"\n"1","2"\n"3","4"\n', AB),
    "single quotes": case("'a','b'\n'x, y',1\n'z',2\n", {"a": ["x, y", "z"], "b": [1.0, 2.0]}),
    "a single quote doubled": case("'a','b'\n'it''s',1\n'z',2\n", {"a": ["it's", "z"], "b": [1.0, 2.0]}),
    "apostrophes are no quotes": case("a,b\n't Hooft,1\nO'Neil,2\n", {"a": ["'t Hooft", "O'Neil"], "b": [1.0, 2.0]}),
    "inches are no quotes": case('a,b\n5" pipe,1\n7" pipe,2\n', {"a": ['5" pipe', '7" pipe'], "b": [1.0, 2.0]}),
    "a path that ends in a backslash": case(
        'a,b\n"C:\\temp\\",1\n"D:\\",2\n', {"a": ["C:\\temp\\", "D:\\"], "b": [1.0, 2.0]}),
    "empty quotes are missing": case('a,b\n"",1\nx,""\n', {"a": [None, "x"], "b": [1.0, None]}),
}  # fmt: skip

NUMBERS = {
    "decimal point": case("a,b\n1.5,x\n2.25,y\n", {"a": [1.5, 2.25], "b": ["x", "y"]}),
    "decimal comma": case("a;b\n1,5;2,5\n3,5;4\n", {"a": [1.5, 3.5], "b": [2.5, 4.0]}),
    "decimal comma without names": case("1,5;2,5\n3,5;4\n", {"x1": [1.5, 3.5], "x2": [2.5, 4.0]}),
    "decimal commas in every row without names": asked("1,5;2,5\n3,5;4,5\n", "delimiter",
        {"x1": [1.5, 3.5], "x2": [2.5, 4.5]}, {"x1": [1.0, 3.0], "x2": ["5;2", "5;4"], "x3": [5.0, 5.0]}),
    "one row of decimal commas": asked("1,5;2,5", "delimiter",
        {"x1": [1.5], "x2": [2.5]}, {"x1": [1.0], "x2": ["5;2"], "x3": [5.0]}),
    "decimal commas in every row below a title": asked("Report of 2024\n\n1,5;2,5\n3,5;4,5\n", "delimiter",
        {"x1": [1.5, 3.5], "x2": [2.5, 4.5]}, {"x1": [1.0, 3.0], "x2": ["5;2", "5;4"], "x3": [5.0, 5.0]}),
    "names that hold both": asked("a,b;c,d\n1,5;2,5\n3,5;4,5\n", "delimiter",
        {"a,b": [1.5, 3.5], "c,d": [2.5, 4.5]}, {"a": [1.0, 3.0], "b;c": ["5;2", "5;4"], "d": [5.0, 5.0]}),
    "names decide on decimal commas": case("a b;c\n1,5;2,5\n3,5;4,5\n", {"a b": [1.5, 3.5], "c": [2.5, 4.5]}),
    "a late row decides on decimal commas": case("1,5;2,5\n" * 400 + "3;4,5\n", {
        "x1": [1.5] * 400 + [3.0], "x2": [2.5] * 400 + [4.5]}),
    "a missing value decides on decimal commas": case("1,5;2,5\n;4,5\n", {"x1": [1.5, None], "x2": [2.5, 4.5]}),
    "quotes decide on decimal commas": case('"1,5";"2,5"\n"3,5";"4,5"\n', {"x1": [1.5, 3.5], "x2": [2.5, 4.5]}),
    "decimal commas settled": case("1,5;2,5\n3,5;4,5\n", {"x1": [1.5, 3.5], "x2": [2.5, 4.5]},
        options=ReadingOptions(delimiter=";")),
    "1.234,5": case("a;b\n1.234,5;x\n5.678,25;y\n", {"a": [1234.5, 5678.25], "b": ["x", "y"]}),
    "1,234.5": case('a,b\n"1,234.5",x\n"5,678.25",y\n', {"a": [1234.5, 5678.25], "b": ["x", "y"]}),
    "1'234": case("a;b\n1'234.5;x\n5'678;y\n", {"a": [1234.5, 5678.0], "b": ["x", "y"]}),
    "1’234, as the Swiss print it": case("a;b\n1’234.5;x\n5’678;y\n", {"a": [1234.5, 5678.0], "b": ["x", "y"]}),
    "1 234,5": case("a;b\n1 234,5;x\n5 678;y\n", {"a": [1234.5, 5678.0], "b": ["x", "y"]}),
    "thin spaces": case("a;b\n1\u2009234,5;x\n5\u202f678;y\n", {"a": [1234.5, 5678.0], "b": ["x", "y"]}),
    "hard spaces": case("a;b\n1\u00a0234;x\n5\u00a0678;y\n", {"a": [1234.0, 5678.0], "b": ["x", "y"]}),
    "12,34,567, as in India": case(
        'a,b\n"12,34,567",x\n"1,23,456.5",y\n', {"a": [1234567.0, 123456.5], "b": ["x", "y"]}),
    "1.234.567": case("a;b\n1.234.567;x\n89;y\n", {"a": [1234567.0, 89.0], "b": ["x", "y"]}),
    "1.234 with semicolons": asked(
        "a;b\n1.234;x\n5.678;y\n", "numbers",
        {"a": [1.234, 5.678], "b": ["x", "y"]}, {"a": [1234.0, 5678.0], "b": ["x", "y"]},
    ),
    "1,234 with semicolons": asked(
        "a;b\n1,234;x\n5,678;y\n", "numbers",
        {"a": [1.234, 5.678], "b": ["x", "y"]}, {"a": [1234.0, 5678.0], "b": ["x", "y"]},
    ),
    "1,234 in quotes": asked(
        'a,b\n"1,234",x1\n"5,678",y1\n', "numbers",
        {"a": [1234.0, 5678.0], "b": ["x1", "y1"]}, {"a": [1.234, 5.678], "b": ["x1", "y1"]},
    ),
    "0,234 is no thousand": case('a,b\n"0,234",x\n"0,678",y\n', {"a": [0.234, 0.678], "b": ["x", "y"]}),
    "0.234 beside 1,5": case("a;b\n0.234;1,5\n0.678;2,5\n", {"a": [0.234, 0.678], "b": ["1,5", "2,5"]}, asks="numbers",
        answers=({"a": [0.234, 0.678], "b": ["1,5", "2,5"]}, {"a": ["0.234", "0.678"], "b": [1.5, 2.5]})),
    "1.234 settled by another column": case("a;b\n1.234;0,5\n5.678;0,7\n", {"a": [1234.0, 5678.0], "b": [0.5, 0.7]}),
    "1.234 settled by a person": case("a;b\n1.234;x\n5.678;y\n", {"a": [1234.0, 5678.0], "b": ["x", "y"]},
        options=ReadingOptions(decimal=",", thousands=".")),
    "a thousand late in the file": case(
        "a;b\n" + "1;2\n" * 3000 + "1.234;5\n", {"a": [1.0] * 3000 + [1.234], "b": [2.0] * 3000 + [5.0]},
        asks="numbers",
        answers=({"a": [1.0] * 3000 + [1.234], "b": [2.0] * 3000 + [5.0]},
                 {"a": [1.0] * 3000 + [1234.0], "b": [2.0] * 3000 + [5.0]})),
    "a decimal comma late in the file": case(
        "a;b\n" + "1;2\n" * 3000 + "1,5;5\n", {"a": [1.0] * 3000 + [1.5], "b": [2.0] * 3000 + [5.0]}),
    "percent": case("a,b\n12 %,x\n12.5%,y\n-3%,z\n", {"a": [0.12, 0.125, -0.03], "b": ["x", "y", "z"]},
        "Column a: 12 % is read as 0.12."),
    "percent with a decimal comma": case("a;b\n12,5 %;x\n7 %;y\n", {"a": [0.125, 0.07], "b": ["x", "y"]},
        "Column a: 12,5 % is read as 0.125."),
    "dollars": case('a,b\n"$1,234.50",x\n$5,y\n-$7.25,z\n', {"a": [1234.5, 5.0, -7.25], "b": ["x", "y", "z"]},
        "Column a: $1,234.50 is read as 1234.5."),
    "euros": case("a;b\n1.234,50 €;x\n-5,00 €;y\n", {"a": [1234.5, -5.0], "b": ["x", "y"]},
        "Column a: 1.234,50 € is read as 1234.5."),
    "pounds and their sign": case("a,b\n£5.50,x\n£7,y\n", {"a": [5.5, 7.0], "b": ["x", "y"]}, "£5.50 is read as 5.5"),
    "francs": case("a;b\nCHF 1'234.50;x\nCHF 5.00;y\n", {"a": [1234.5, 5.0], "b": ["x", "y"]},
        "CHF 1'234.50 is read as 1234.5"),
    "two currencies are no numbers": case("a,b\n$5,1\n€7,2\n$8,3\n€1,4\n", {
        "a": ["$5", "€7", "$8", "€1"], "b": [1.0, 2.0, 3.0, 4.0]}),
    "losses in parentheses": case('a,b\n"1,234.5",x\n"(2,500.75)",y\n(3),z\n', {
        "a": [1234.5, -2500.75, -3.0], "b": ["x", "y", "z"]}, "Column a: (2,500.75) is read as -2500.75."),
    "numbers of a list are no losses": case("a,b\n(1),5\n(2),6\n", {"a": ["(1)", "(2)"], "b": [5.0, 6.0]}),
    "a long minus": case("a,b\n−1.5,x\n2,y\n", {"a": [-1.5, 2.0], "b": ["x", "y"]}, "−1.5 is read as -1.5"),
    "exponents and signs": case("a,b\n1e3,+.5\n-2E-1,7.\n", {"a": [1000.0, -0.2], "b": [0.5, 7.0]}),
    "infinite": case("a,b\ninf,1\n-Infinity,2\n1e999,3\n0,4\n", {
        "a": [float("inf"), float("-inf"), float("inf"), 0.0], "b": [1.0, 2.0, 3.0, 4.0]},
        "3 values are infinite or too large"),
    "huge whole numbers": asked("a,b\n12345678901234567890,1\n12345678901234567891,2\n", "codes",
        {"a": ["12345678901234567890", "12345678901234567891"], "b": [1.0, 2.0]},
        {"a": [12345678901234567890.0, 12345678901234567891.0], "b": [1.0, 2.0]}),
    "a huge whole number late in the file": case("a,b\n" + "1,2\n" * 3000 + "9007199254740993,3\n", {
        "a": [1.0] * 3000 + [9007199254740992.0], "b": [2.0] * 3000 + [3.0]}, "may lose their last digits"),
    "units are text": case("a,b\n5 kg,1\n7 kg,2\n", {"a": ["5 kg", "7 kg"], "b": [1.0, 2.0]}),
    "ranges are text": case("a,b\n10-20,1\n20-30,2\n", {"a": ["10-20", "20-30"], "b": [1.0, 2.0]}),
    "addresses are text": case("a;b\n192.168.100.200;1\n192.168.100.201;2\n", {
        "a": ["192.168.100.200", "192.168.100.201"], "b": [1.0, 2.0]}),
    "versions are text": case("a,b\n1.13.20,1\n1.14.21,2\n", {"a": ["1.13.20", "1.14.21"], "b": [1.0, 2.0]}),
    "times are text": case("a,b\n12:30,1\n23:59,2\n", {"a": ["12:30", "23:59"], "b": [1.0, 2.0]}),
    "hexadecimal is text": case("a,b\n0x1F,1\n0x20,2\n", {"a": ["0x1F", "0x20"], "b": [1.0, 2.0]}),
    "underscores make no number": case("a,b\n1_000,1\n2_000,2\n", {"a": ["1_000", "2_000"], "b": [1.0, 2.0]}),
}  # fmt: skip
