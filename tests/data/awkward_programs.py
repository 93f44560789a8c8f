"""Awkward but valid text tables as certain programs and countries write them: R, SAS, accounting, instruments, UCI."""

from __future__ import annotations

from tests.data.awkward import asked, case, days

_NEW = {"t": [days("2024-01-25T13:05"), days("2024-02-03T00:05")], "v": [1.0, 2.0]}
_DAYS = {"t": [days("2024-01-25"), days("2024-02-03")], "v": [1.0, 2.0]}


def _moments(first: str, second: str) -> str:
    return f't,v\n"{first}",1\n"{second}",2\n'


PROGRAMS = {
    "R with counted rows": case('"x" "g"\n"1" 1.5 "a"\n"2" NA "b b"\n"3" -2 NA\n', {
        "column 1": [1.0, 2.0, 3.0], "x": [1.5, None, -2.0], "g": ["a", "b b", None]}, "as R writes it"),
    "R with called rows": case("mpg,cyl\nMazda,21,6\nDatsun,22.8,4\nHornet,21.4,6\n", {
        "column 1": ["Mazda", "Datsun", "Hornet"], "mpg": [21.0, 22.8, 21.4], "cyl": [6.0, 4.0, 6.0]},
        "the first column has none"),
    "kinds of missing values of Stata": case("age,b\n23,1\n.,2\n.a,3\n",
        {"age": [23.0, None, None], "b": [1.0, 2.0, 3.0]}),
    "(null)": case("a,b\n1.5,x\n(null),(null)\n2,y\n", {"a": [1.5, None, 2.0], "b": ["x", None, "y"]}),
    "days of MySQL": case("t,v\n0000-00-00,1\n2024-01-25,2\n", {"t": [None, days("2024-01-25")], "v": [1.0, 2.0]}),
    "9999.9 of NOAA": asked("t,temp,wind\n1,55.2,5.1\n2,9999.9,999.9\n3,56.2,4.1\n4,54,3.9\n", "missing",
        {"t": [1.0, 2.0, 3.0, 4.0], "temp": [55.2, None, 56.2, 54.0], "wind": [5.1, None, 4.1, 3.9]},
        {"t": [1.0, 2.0, 3.0, 4.0], "temp": [55.2, 9999.9, 56.2, 54.0], "wind": [5.1, 999.9, 4.1, 3.9]}),
    "98 and 99 of a survey": asked("id,q\n1,5\n2,4\n3,98\n4,1\n5,2\n6,99\n", "missing",
        {"id": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "q": [5.0, 4.0, None, 1.0, 2.0, None]},
        {"id": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "q": [5.0, 4.0, 98.0, 1.0, 2.0, 99.0]}),
    "marks up to 99 are values": case("id,q\n1,85\n2,97\n3,98\n4,71\n5,92\n6,99\n", {
        "id": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "q": [85.0, 97.0, 98.0, 71.0, 92.0, 99.0]}),
    "tabs and spaces (UCI)": case('18.0   8   3504.\t"chevy"\n15.0   8   3693.\t"buick sky"\n25.0   4   ?\t"pinto"\n', {
        "x1": [18.0, 15.0, 25.0], "x2": [8.0, 8.0, 4.0], "x3": [3504.0, 3693.0, None],
        "x4": ["chevy", "buick sky", "pinto"]}),
    "several tabs (UCI)": case("15.26\t14.84\t1\n14.88\t\t14.57\t1\n14.29\t14.09\t2\n", {
        "x1": [15.26, 14.88, 14.29], "x2": [14.84, 14.57, 14.09], "x3": [1.0, 1.0, 2.0]}),
    "tabs with gaps": case("a b\tc\td\n1\t\t3\n4\t5\t6\n", {"a b": [1.0, 4.0], "c": [None, 5.0], "d": [3.0, 6.0]}),
    "years over names": asked("2020,,2021,\nx,y,x,y\n1,2,3,4\n5,6,7,8\n9,1,2,3\n", "header",
        {"2020 x": [1.0, 5.0, 9.0], "2020 y": [2.0, 6.0, 1.0], "2021 x": [3.0, 7.0, 2.0], "2021 y": [4.0, 8.0, 3.0]},
        {"2020": ["x", "1", "5", "9"], "column 2": ["y", "2", "6", "1"],
         "2021": ["x", "3", "7", "2"], "column 4": ["y", "4", "8", "3"]}),
    "telephones": asked("name,phone\nA,+41446681800\nB,+49301234567\n", "codes",
        {"name": ["A", "B"], "phone": ["+41446681800", "+49301234567"]},
        {"name": ["A", "B"], "phone": [41446681800.0, 49301234567.0]}),
    "Chinese": asked("城市,人口\n北京,2189\n上海,2487\n广州,1868\n", "encoding",
        {"城市": ["北京", "上海", "广州"], "人口": [2189.0, 2487.0, 1868.0]}, encoding="gbk"),
    "Korean": asked("도시,인구\n서울,950\n부산,340\n", "encoding", {"도시": ["서울", "부산"], "인구": [950.0, 340.0]},
        encoding="cp949"),
}  # fmt: skip

MONEY = {
    "a minus behind, as of SAP": case("a;b\n1.234,50-;1\n12,00;2\n5,10-;3\n",
        {"a": [-1234.5, 12.0, -5.1], "b": [1.0, 2.0, 3.0]},
        "Column a: 1.234,50- is read as -1234.5."),
    "marks of a school are no losses": case("a,b\n1-,1\n2-,2\n3-,3\n", {"a": ["1-", "2-", "3-"], "b": [1.0, 2.0, 3.0]}),
    "two minuses are no number": case("a;b\n-1,50-;1\n2,5;2\n3,5;3\n",
        {"a": ["-1,50-", "2,5", "3,5"], "b": [1.0, 2.0, 3.0]},
        "Row 1, column a: '-1,50-' is not a number"),
    "francs without a fraction": case("a;b\nCHF 2'450.–;85.5\nCHF 1'980.--;70\n",
        {"a": [2450.0, 1980.0], "b": [85.5, 70.0]},
        "Column a: CHF 2'450.– is read as 2450."),
    "euros without a fraction": case("a;b\n12,- €;1\n7,50 €;2\n",
        {"a": [12.0, 7.5], "b": [1.0, 2.0]}, "12,- € is read as 12."),
    "rupees": case('a,b\n"Rs. 12,34,567.50",x\n"Rs. 75,000",y\n', {"a": [1234567.5, 75000.0], "b": ["x", "y"]},
        "Rs. 12,34,567.50 is read as 1234567.5"),
    "yen behind": case('a,b\n"1,200円",1.5\n"800円",2\n',
        {"a": [1200.0, 800.0], "b": [1.5, 2.0]}, "1,200円 is read as 1200"),
}  # fmt: skip

MOMENTS = {
    "20240125130500": asked(_moments("20240125130500", "20240203000500"), "types", _NEW, {
        "t": [20240125130500.0, 20240203000500.0], "v": [1.0, 2.0]}),
    "of C": case(_moments("Thu Jan 25 13:05:00 2024", "Sat Feb  3 00:05:00 2024"), _NEW),
    "of Unix": case(_moments("Thu Jan 25 13:05:00 UTC 2024", "Sat Feb  3 00:05:00 UTC 2024"), _NEW),
    "of a web server": case(_moments("25/Jan/2024:13:05:00 +0000", "03/Feb/2024:00:05:00 +0000"), _NEW,
        "converted to UTC"),
    "Uhr": case(_moments("25.01.2024, 13:05 Uhr", "03.02.2024, 00:05 Uhr"), _NEW),
    "Japanese days": case(_moments("2024年1月25日", "2024年2月3日"), _DAYS),
    "Korean days": case(_moments("2024년 1월 25일", "2024년 2월 3일"), _DAYS),
    "Hungarian days": case(_moments("2024.01.25.", "2024.02.03."), _DAYS),
    "Spanish days": case(_moments("25 de enero de 2024", "3 de febrero de 2024"), _DAYS),
    "Russian days": case(_moments("25 января 2024", "3 февраля 2024"), _DAYS),
    "named months": case(_moments("Jan 2024", "Feb 2024"),
        {"t": [days("2024-01-01"), days("2024-02-01")], "v": [1.0, 2.0]},
        "a month stands for its first day"),
    "words and years are no months": case(_moments("Version 2024", "Model 2023"), {
        "t": ["Version 2024", "Model 2023"], "v": [1.0, 2.0]}),
}  # fmt: skip
