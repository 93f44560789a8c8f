"""Malformed text files, each with what its message must say: file, place, what was found and expected, what to do."""

from __future__ import annotations

from bpgui.data.readers.options import ReadingOptions

WIDE = ",".join(f"c{index}" for index in range(20_001))
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"

# What is in the file, and a pattern of the sentence.
MALFORMED: dict[str, tuple[str | bytes, str]] = {
    "0 bytes": (b"", r"t.csv is empty \(0 bytes\)"),
    "a newline": ("\n", "holds only blank lines or comments. Rows of values were expected"),
    "blank lines": ("\n \n\t\n\n", "only blank lines"),
    "only a mark": (b"\xef\xbb\xbf", "only blank lines"),
    "only comments": ("# one\n# two\n", "only blank lines or comments"),
    "only names": ("a,b,c\n", "a row of names and no rows of values. Add rows below"),
    "only names without a newline": ("height;width", "a row of names and no rows of values"),
    "two lines of names and nothing": ("sep=;\na;b\n", "a row of names and no rows of values"),
    "a zero byte": (b"a,b\n1,2\n\x003,4\n", "byte 9: a zero byte was found.*binary file.*Save the table as CSV"),
    "a zero byte far down": (b"a,b\n" + b"1,2\n" * 300_000 + b"\0", "byte 1,200,005: a zero byte"),
    "noise": (bytes(range(1, 256)) * 4 + b"\0", "byte 1,021: a zero byte"),
    "a short row": ("a,b\n1,2\n3\n4,5\n", "line 3: 1 value was found where 2 were expected.*short rows filled"),
    "a short row at the end": ("a,b,c\n1,2,3\n4,5,6\n7,8\n", "line 4: 2 values were found where 3 were expected"),
    "a long row": ("a,b\n1,2\n3,4,5\n6,7\n", "line 3: 3 values.* where 2.*quotes around values that hold a comma"),
    "a long row with semicolons": ("a;b\n1;2\n3;4;5\n6;7\n",
        "line 3: 3 values.*quotes around values that hold a semicolon"),
    "a long row far down": ("a,b\n" + "1,2\n" * 100_000 + "3,4,5\n", "line 100,002: 3 values"),
    "rows of all lengths": ("a,b,c\n1,2,3\n1,2\n1,2,3\n1\n1,2,3\n", r"line 3: 2 values.*\(1 more line like it\)"),
    "a long row behind newlines in quotes": ('a,b\n"x\ny\nz",2\n3,4,5\n', "line 5: 3 values"),
    "names lacking": ("a,b\n1,2,3\n4,5,6\n", "line 1: 2 names were found over 3 columns. Give every column one name"),
    "decimal commas between commas": ("a,b\n1,5,2,5\n3,5,4,5\n",
        "line 1: 2 names.*over 4 columns. Are these.*decimal comma"),
    "an open quote": ('a,b\n1,2\n3,"abc\n4,5\n', 'line 3: a quote is opened and not closed.*“3,"abc…”'),
    "an open quote in 5 MB": ('a,b\n1,"x\n' + "1,2\n" * 1_300_000, "line 2: "),
    "a closed quote in the middle": ('a,b\n1,2\n3,"ab"c\n4,5\n', "line 3: a quote is opened"),
    "a line of 10 MB": ("a,b\n1," + "x" * 10_000_000 + "\n1,2\n", "line 2: the line is longer than 2,000,000 bytes"),
    "one line of 10 MB": ("x" * 10_000_000, "line 1: it is longer than 1,000,000 bytes. Rows of values"),
    "900,001 columns": (("," * 900_000 + "\n") * 2, "900,001 columns; at most 10,000"),
    "a million blank lines": ("\n" * 1_500_000, "only blank lines"),
    "a million comments": ("#x\n" * 500_000 + "a,b\n1,2\n", "begins with more than 1,000,000 bytes of .* comments"),
    "20,001 columns": (WIDE + "\n" + ",".join("1" * 20_001) + "\n", "20,001 columns; at most 10,000"),
    "UTF-8 with one bad byte": (("ä,ö\n" + "ü,é\n" * 50).encode() + b"\xff,a\n", "byte 307: the file is UTF-8, but"),
    "a letter of UTF-8 cut off": ("a,b\nä,1\nö,2\nü,".encode() + "ß".encode()[:1], "byte 18: the file is UTF-8, but"),
    "UTF-16 cut off": ("a,b\n1,2\n".encode("utf-16") + b"x", "byte 19: this is no character of UTF-16"),
    "UTF-16 with half a pair": (b"\xff\xfe" + "a,b\n1,".encode("utf-16-le") + b"\x00\xd8\n\x00",
        "no character of UTF-16"),
    "UTF-32 cut off": ("a,b\n1,2\n".encode("utf-32")[:-2], "no character of UTF-32"),
    "a PDF": (PDF, "looks like a PDF document.*Save it as CSV or XLSX"),
    "a workbook": (b"PK\x03\x04" + b"\0" * 100, "a ZIP archive or a damaged workbook"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old Excel workbook"),
    "a PNG image": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "a PNG image"),
    "a JPEG image": (b"\xff\xd8\xff\xe0" + b"\0" * 99, "a JPEG image"),
    "a Parquet file": (b"PAR1" + b"\0" * 99, "a Parquet file"),
    "a NumPy array": (b"\x93NUMPY\x01\0" + b"\0" * 99, "a NumPy array"),
    "an SQLite database": (b"SQLite format 3\0", "an SQLite database"),
    "gzip": (b"\x1f\x8b\x08\0", "a gzip archive"),
    "a table of Markdown": ("| a | b |\n|---|:--:|\n| 1 | x |\n", "a table drawn with lines.*Save the table as CSV"),
    "a table of a terminal": ("+---+---+\n| a | b |\n+---+---+\n| 1 | x |\n+---+---+\n", "a table drawn with lines"),
    "a table of psql": (" a | b\n---+---\n 1 | x\n(1 row)\n", "a table drawn with lines"),
    "a table in a box": ("┌───┬───┐\n│ a │ b │\n", "a table drawn with lines"),
    "underlined columns": ("a   b\n--  --\n1   x\n", "a table drawn with lines"),
    "LaTeX": ("\\begin{tabular}{lr}\na & b \\\\\n\\end{tabular}\n", "a LaTeX document"),
    "LIBSVM": ("+1 1:0.5 2:0.7\n-1 1:0.1 3:0.9\n", "a file of LIBSVM"),
    "a web page": ("\n<!DOCTYPE html><html><body>1,2</body></html>", "a web page"),
    "XML": ('<?xml version="1.0"?><a>1</a>', "an XML document"),
    "Rich Text": ("{\\rtf1 1,2}", "a Rich Text document"),
    "JSON": ('{"a": 1}', "looks like JSON"),
    "a program": (b"\x7fELF" + b"\0" * 99, "a program"),
}  # fmt: skip

# Options that do not fit the file: they are settled, so that nothing is guessed instead.
UNFIT: dict[str, tuple[str | bytes, ReadingOptions, str]] = {
    "bytes that are not in the encoding": (
        "a,b\n1,ä\n".encode("latin-1"), ReadingOptions(encoding="utf-8"), "byte 7: this is no character of UTF-8",
    ),
    "an unknown encoding": ("a\n1\n", ReadingOptions(encoding="klingon"), "'klingon' is no encoding"),
    "a column that is not there": (
        "a,b\n1,2\n", ReadingOptions(columns=("a", "z")), "has no column z; its columns are a, b",
    ),
    "no column at all": ("a,b\n1,2\n", ReadingOptions(columns=()), "has no column that is wanted"),
    "more lines skipped than there are": ("a,b\n1,2\n", ReadingOptions(skip=9), "only blank lines"),
    "a row longer than the filled ones": (
        "a,b\n" + "1,2\n" * 2000 + "1,2,3\n", ReadingOptions(fill_short_rows=True), "line 2,002: 3 values",
    ),
}  # fmt: skip
