"""A look into the XML of an XLSX before its cells are read: which sheets there are, where their cells lie.

The reader of workbooks lays out the whole rectangle that the cells of a sheet span, so that one cell in the last corner
would ask for 500 GB. What lies far from the table is cut out of the XML first, and rows that a preview can do without.
"""

from __future__ import annotations

import io
import posixpath
import re
import xml.parsers.expat
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers.tabular.grid import FAR_ROWS
from bpgui.data.readers.zip_guard import GuardedZip

ROWS, COLUMNS = 1 << 20, 1 << 14  # of a sheet at most
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^>/]*>')
_LETTERS = re.compile(rb'<c r="([A-Z]{1,3})')  # as nearly every program writes it
_USUAL_ROW = re.compile(rb'<row r="(\d{1,7})"')
_SIX_DIGITS = re.compile(rb'<c r="[A-Z]{1,3}\d{6}')
_PLACED = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="')
_ODD_TAGS = (b":c ", b":c>", b"<c>", b"<c\t", b"<c\r", b"<c\n")
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s>]")
ROW_END = re.compile(rb"</(\w+:)?row>")
_ANY_ROW = re.compile(rb"<(?:\w+:)?row[\s>]")
ROW = re.compile(rb'<(?:\w+:)?row\s(?:[^>]*?\s)?r="(\d{1,9})"')
WHOLE_CELL = re.compile(
    rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^>]*?(?:/>|>.*?</(?:\w+:)?c>)', re.DOTALL
)
_UNSOLVED = re.compile(rb"(?:</f>|<f [^>]*/>)(?:<v ?/>|<v></v>)?</c>")
_ROOT = re.compile(r"<[A-Za-z_]")
_FAR_COLUMNS = 50  # as many blank ones part a table from what lies far from it
_SMALL = 1_000_000  # cells of a rectangle that is small enough, however few of them are filled
_LONGEST_TAG = 4096
_XML_HEAD = 1 << 16
_CHECKED = 64 << 20  # bytes


@dataclass(frozen=True)
class SheetScan:
    """Where the cells of a sheet lie: `cells` in all, rows and columns (from 0, ends included) of the largest block.

    `far` cells lie outside the block, one of them at `far_place`; `unsolved` ones hold a formula without a result.
    """

    cells: int = 0
    rows: tuple[int, int] = (0, -1)
    columns: tuple[int, int] = (0, -1)
    far: int = 0
    far_place: str = ""
    unsolved: int = 0
    placed: bool = True  # every cell says where it is, so that rows and columns can be cut out

    @property
    def area(self) -> int:
        return (self.rows[1] - self.rows[0] + 1) * (self.columns[1] - self.columns[0] + 1)


def refuse_definitions(archive: GuardedZip) -> None:
    """Raises DataError for a document type in any XML of the archive: workbooks have none, bombs and spies do."""
    for member in archive.names:
        if not member.endswith((".xml", ".rels", ".vml")):
            continue
        head = b""
        for part in archive.chunks(member):
            head += part
            if len(head) >= _XML_HEAD:
                break
        text = _decoded(head)
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise DataError(
                f"{archive.name}, {member[:80]!a}: a document type definition was found. Workbooks have none; files "
                "that attack the program that opens them do. Save the workbook again with a spreadsheet program."
            )
        if head.strip() and _ROOT.search(text) is None:
            raise DataError(f"{archive.name} is damaged at {member[:80]!a}: it is no XML. Open another copy of it.")


def refuse_malformed(archive: GuardedZip) -> None:
    """Raises DataError where tags are not closed as they were opened: the reader of workbooks runs on past the end.

    Parts of more than 64 MB are left out, which no slip of a few bytes makes and which would take seconds.
    """
    for member in archive.names:
        if not member.endswith((".xml", ".rels")) or archive.size(member) > _CHECKED or member.startswith("docProps/"):
            continue
        parser = xml.parsers.expat.ParserCreate()
        try:
            for part in archive.chunks(member):
                parser.Parse(part, False)
            parser.Parse(b"", True)
        except (xml.parsers.expat.ExpatError, LookupError, ValueError) as error:  # the last two: an odd encoding
            raise DataError(
                f"{archive.name} is damaged at {member[:80]!a}: it is no XML ({str(error)[:80]}). Open another copy."
            ) from error


def _decoded(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:4]:
        return head.decode("utf-16-be" if head[:1] in (b"\xfe", b"\0") else "utf-16-le", errors="replace")
    return head.decode("latin-1")


def sheet_members(archive: GuardedZip) -> dict[str, str]:
    """Names of sheets and of the members that hold them, in the order of the workbook. Raises DataError."""
    targets: dict[str, str] = {}
    for _, attributes in _elements(archive, _RELATIONS, "Relationship"):
        target = attributes.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        targets[attributes.get("Id", "")] = path
    found = {}
    for _, attributes in _elements(archive, _WORKBOOK, "sheet"):
        link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
        if targets.get(link) in archive.names:
            found[attributes.get("name", "")] = targets[link]
    return found


def _elements(archive: GuardedZip, member: str, wanted: str) -> list[tuple[str, dict[str, str]]]:
    """Elements of that name, without their prefix, with their attributes. Raises DataError."""
    if member not in archive.names:
        raise DataError(f"{archive.name} is damaged: {member!a} is missing in it. Open another copy of the file.")
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == wanted:
            found.append((name, attributes))

    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(archive.read(member), True)
    except (xml.parsers.expat.ExpatError, LookupError, ValueError) as error:
        raise DataError(
            f"{archive.name} is damaged at {member!a}: it is no XML ({str(error)[:80]}). Open another copy of it."
        ) from error
    return found


def scan_sheet(
    archive: GuardedZip,
    member: str,
    progress: Callable[[float], None] = lambda done: None,
    parts: int | None = None,
) -> SheetScan:
    """Where the cells with something in them lie, in the first `parts` megabytes or in all. Raises DataError."""
    return _quick_scan(archive, member, progress, parts) or _exact_scan(archive, member)


def _quick_scan(
    archive: GuardedZip, member: str, progress: Callable[[float], None], parts: int | None
) -> SheetScan | None:
    """By the rows' numbers and the different columns; None where that could miss a cell, or where cells lie far."""
    columns: set[bytes] = set()
    cells = unsolved = 0
    first, last = ROWS, -1
    beyond = False
    for text in _whole_tags(islice(archive.chunks(member, progress), parts)):
        if text.count(b'<c r="') != text.count(b"<c ") or any(tag in text for tag in _ODD_TAGS):
            return None
        cells += text.count(b"<v>") + text.count(b"<is>")
        unsolved += _unsolved(text)
        columns.update(_LETTERS.findall(text))
        rows = list(map(int, _USUAL_ROW.findall(text)))
        if rows:
            first, last = min(first, *rows), max(last, *rows)
        beyond = beyond or _SIX_DIGITS.search(text) is not None
    places = sorted(index_of(letters) for letters in columns)
    if not cells or not places or last < 1:
        return None
    scan = SheetScan(cells, (first - 1, last - 1), (places[0], places[-1]), unsolved=unsolved)
    gap = max((after - before for before, after in pairwise(places)), default=0)
    if gap > _FAR_COLUMNS or scan.area > 4 * cells + _SMALL or (beyond and last < 100_000):
        return None
    return scan


def _exact_scan(archive: GuardedZip, member: str) -> SheetScan:
    """Cell by cell. Raises DataError."""
    rows: NDArray[np.int64] = np.zeros(ROWS + 2, dtype=np.int64)
    columns: Counter[bytes] = Counter()
    last: list[tuple[bytes, bytes]] = []
    nameless = highest = tags = cells = unsolved = 0
    for text in _whole_tags(archive.chunks(member)):
        found = CELL.findall(text)
        if found:
            columns.update(column for column, _ in found)
            places = np.array([row for _, row in found], dtype="S7").astype(np.int64)
            rows += np.bincount(np.minimum(places, ROWS + 1), minlength=ROWS + 2)
            last = found[-1:]
        unsolved += _unsolved(text)
        counted = len(_ANY_CELL.findall(text))
        cells += counted
        nameless += counted - len(_PLACED.findall(text))
        tags += len(_ANY_ROW.findall(text))
        highest = max(highest, *map(int, ROW.findall(text)), 0)
    if nameless and highest > tags + FAR_ROWS:
        raise DataError(
            f"{archive.name}, {member!a}: cells without a place stand in rows up to {highest:,}, of which {tags:,} are "
            "there. Save the workbook again with a spreadsheet program."
        )
    if nameless:
        height = max(tags, highest, 1)
        return SheetScan(cells, (0, height - 1), (0, -(-cells // height) - 1), unsolved=unsolved, placed=False)
    letters = {index_of(column): count for column, count in columns.items()}
    return replace(_block(rows[1 : ROWS + 1], letters, last), unsolved=unsolved)


def _unsolved(text: bytes) -> int:
    """Formulas without a result, as the programs write them that do not work them out."""
    return len(_UNSOLVED.findall(text)) if b"</f>" in text or b"<f " in text else 0


def _whole_tags(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, no tag of which is parted."""
    rest = b""
    for part in chunks:
        text = rest + part
        rest = _unfinished(text)
        yield text[: len(text) - len(rest)]


def _unfinished(text: bytes) -> bytes:
    """The beginning of a tag at the end of a chunk, which the next one ends."""
    start = text.rfind(b"<")
    if start < 0 or text.find(b">", start) >= 0 or len(text) - start > _LONGEST_TAG:
        return b""
    return text[start:]


def index_of(letters: bytes) -> int:
    """A is 0, Z is 25, AA is 26."""
    value = 0
    for letter in letters:
        value = value * 26 + letter - 64
    return value - 1


def _block(rows: NDArray[np.int64], columns: dict[int, int], last: list[tuple[bytes, bytes]]) -> SheetScan:
    """The block that holds most of the cells, by rows and by columns."""
    total = int(rows.sum())
    used = np.flatnonzero(rows)
    places = np.array(sorted(column for column in columns if column < COLUMNS), dtype=np.int64)
    if not used.size or not places.size:
        return SheetScan()
    counts = np.array([columns[place] for place in places.tolist()], dtype=np.int64)
    top, bottom = _densest(used, rows[used], FAR_ROWS)
    left, right = _densest(places, counts, _FAR_COLUMNS)
    far = max(total - int(rows[top : bottom + 1].sum()), total - sum(columns[c] for c in columns if left <= c <= right))
    place = "".join(part.decode() for part in last[0]) if far and last else ""
    return SheetScan(total, (top, bottom), (left, right), far, place)


def _densest(places: NDArray[np.int64], counts: NDArray[np.int64], gap: int) -> tuple[int, int]:
    """First and last of the places, parted where more than `gap` lie between two, that hold most cells."""
    cuts = np.flatnonzero(np.diff(places) > gap) + 1
    groups = np.split(np.arange(places.size), cuts)
    best = max(groups, key=lambda group: int(counts[group].sum()))
    return int(places[best[0]]), int(places[best[-1]])


def cut_workbook(archive: GuardedZip, member: str, scan: SheetScan, rows: int | None) -> io.BytesIO:
    """A workbook with this sheet alone, without cells outside the block, of its first `rows` only (None: all)."""
    bottom = scan.rows[1] if rows is None else min(scan.rows[1], scan.rows[0] + rows)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as made:
        for name in kept_members(archive, member):
            made.writestr(zipfile.ZipInfo(name), archive.read(name))
        with made.open(zipfile.ZipInfo(member), "w", force_zip64=True) as out:
            for piece in _cut(archive.chunks(member), scan, bottom):
                out.write(piece)
    buffer.seek(0)
    return buffer


def kept_members(archive: GuardedZip, member: str) -> Iterator[str]:
    """What a sheet needs besides its own member: texts, formats, and what holds them together."""
    left = ("xl/worksheets/", "xl/media/", "xl/charts/", "xl/drawings/", "docProps/")
    return (name for name in archive.names if name != member and not name.startswith(left))


def inside(scan: SheetScan, bottom: int, cell: re.Match[bytes]) -> bytes:
    """The cell where it lies in the block, above row `bottom` (from 0) or in it; else nothing."""
    kept = scan.columns[0] <= index_of(cell[1]) <= scan.columns[1] and scan.rows[0] < int(cell[2]) <= bottom + 1
    return cell[0] if kept else b""


def _cut(chunks: Iterator[bytes], scan: SheetScan, bottom: int) -> Iterator[bytes]:
    """The XML of a sheet row by row, without what is outside; it ends after row `bottom` (from 0)."""
    rest = b""
    kept = partial(inside, scan, bottom)
    for part in chunks:
        rest += part
        begin = 0
        for end in ROW_END.finditer(rest):
            piece = rest[begin : end.end()]
            begin = end.end()
            rows = list(ROW.finditer(piece))
            number = int(rows[-1][1]) - 1 if rows else scan.rows[0]
            before = piece[: rows[0].start()] if rows else b""
            if number > bottom:
                prefix = end[1] or b""
                yield before + b"</%ssheetData></%sworksheet>" % (prefix, prefix)
                return
            yield WHOLE_CELL.sub(kept, piece) if number >= scan.rows[0] else before
        rest = rest[begin:]
    yield rest
