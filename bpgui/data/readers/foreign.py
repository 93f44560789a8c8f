"""Files of other programs, known by how they begin: what they are, and how to get at the data in them."""

from __future__ import annotations

import re

_UNPACK = "Unpack it and open what is in it."
_SAVE = "Save it as CSV and open that."
_COPY = "Copy its table into a spreadsheet. Save it as CSV or XLSX and open that."
_SHEET = "Open it in a spreadsheet program. Save it as CSV or XLSX and open that."
_EXPORT = "Export its table as CSV or Parquet and open that."
_DRAWN = "Save the table as CSV, or copy it into a spreadsheet, and open that."
_PICTURE = "Save it as PNG or JPEG and open that."
_PICKLE = (
    "Pickles are never opened, because they can run any program. Save arrays with numpy.save, tables with to_csv or "
    "to_parquet, and open that."
)
_EXPECTED = "A table, images or sounds were expected."

# The first bytes, what it looks like, what to do.
_MAGIC = (
    (b"PK\x03\x04", "a ZIP archive or a damaged workbook", f"{_UNPACK[:-1]}, or save it again."),
    (b"\x1f\x8b", "a gzip archive", _UNPACK), (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ", "an xz archive", _UNPACK), (b"7z\xbc\xaf", "a 7-Zip archive", _UNPACK),
    (b"Rar!\x1a", "a RAR archive", _UNPACK), (b"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", _SAVE), (b"%PDF", "a PDF document", _COPY),
    (b"{\\rtf", "a Rich Text document", _COPY), (b"PAR1", "a Parquet file", _SAVE),
    (b"\x93NUMPY", "a NumPy array", _SAVE), (b"\x89HDF", "an HDF5 file", _EXPORT),
    (b"SQLite format 3", "an SQLite database", _EXPORT), (b"MATLAB 5.0", "a MATLAB file", _EXPORT),
    (b"ARROW1\0\0", "an Arrow or Feather file", _EXPORT), (b"<stata_dta>", "a Stata file", _EXPORT),
    (b"$FL2", "an SPSS file", _EXPORT), (b"$FL3", "an SPSS file", _EXPORT),
    (b"RDX", "a file of R", _EXPORT), (b"X\n\0\0\0", "a file of R", _EXPORT),
    (b"Obj\x01", "an Avro file", _EXPORT), (b"ORC", "an ORC file", _EXPORT),
    (b"\x89PNG", "a PNG image", _PICTURE), (b"\xff\xd8\xff", "a JPEG image", _PICTURE),
    (b"GIF8", "a GIF image", _PICTURE), (b"RIFF", "a sound, image or video", _EXPECTED),
    (b"\x7fELF", "a program", _EXPECTED), (b"MZ\x90", "a program", _EXPECTED),
)  # fmt: skip
# Of text: spaces before it and capital letters do not count.
_MARKUP = (
    (b"<!doctype html", "a web page", _SHEET), (b"<html", "a web page", _SHEET), (b"<table", "a web page", _SHEET),
    (b"<svg", "an SVG drawing", _PICTURE), (b"<?xml", "an XML document", _SHEET),
)  # fmt: skip
_PATTERNS = (
    (rb"\x80[\x02-\x05]|\((?:dp|lp)\d+\n|PK\x03\x04.{26}[^\n]{0,80}/data\.pkl", "a pickle", _PICKLE),
    (rb"....ftyp(?:heic|heix|mif1|avif)", "a HEIF image", _PICTURE),
    (rb"....ftyp", "a video", _EXPECTED),
    (rb".{257}ustar", "a tar archive", _UNPACK),
    (rb"(?i)(?:\s|%[^\n]*\n)*@relation\s", "an ARFF file of Weka", _SAVE),
    (rb"(?:[^\n]*\n)?(?:[ \t]*(?=[^\n]*[|+])[-+|:= ]*-{2,}[-+|:= ]*|-{2,}[ \t]+-{2,}[- \t]*)\r?\n",
     "a table drawn with lines", _DRAWN),
    ("(?:\ufeff)?(?:┌|╔|╒)".encode(), "a table drawn with lines", _DRAWN),
    (rb"\\(?:begin|documentclass|usepackage)\b", "a LaTeX document", _COPY),
    (rb"(?:[-+]?[\d.]+(?: +\d+:[-+.\deE]+)+ *\r?\n){2}", "a file of LIBSVM", _SAVE),
    (rb'\s*(?:\[\s*[\[{]|\{\s*")', "JSON", _SAVE),
)  # fmt: skip


def other_format(head: bytes) -> tuple[str, str] | None:
    """What a file that begins so looks like, if not like text, and what to do with it."""
    begin = head.lstrip()[:20].lower()
    found = [(what, todo) for pattern, what, todo in _PATTERNS if re.match(pattern, head, re.DOTALL)]
    found += [(what, todo) for magic, what, todo in _MAGIC if head.startswith(magic)]
    found += [(what, todo) for magic, what, todo in _MARKUP if begin.startswith(magic)]
    return found[0] if found else None


def refusal(name: str, head: bytes) -> str | None:
    """The sentence about a file of another program."""
    found = other_format(head)
    return f"{name} looks like {found[0]}, not like data that can be read. {found[1]}" if found else None
