"""What an OLE2 file holds (Office's format before 2007, and the wrapping of encrypted files since), by its streams."""

from __future__ import annotations

from pathlib import Path

from bpgui.data.errors import DataError

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = 512
_COUNTS = (40, 44, 64, 72)  # where the header counts sectors of the directory, of the tables and their tables
_CHUNK = 1 << 22
_KINDS = {
    "EncryptedPackage": "protected by a password. Open it with a spreadsheet program and save it without one",
    "WordDocument": "a Word document, not a workbook. Copy its table into a spreadsheet and save that",
    "PowerPoint Document": "a presentation, not a workbook. Copy its table into a spreadsheet and save that",
    "__properties_version1.0": "a mail message, not a workbook. Save the file attached to it and open that",
}
_WORKBOOKS = ("Workbook", "Book")


def refuse_without_workbook(path: Path) -> None:
    """Raises DataError, saying what it is instead, for an OLE2 file in which there is no workbook."""
    _refuse_lying_header(path)
    names = _streams(path, (*_KINDS, *_WORKBOOKS))
    for name, words in _KINDS.items():
        if name in names:
            raise DataError(f"{path.name} is {words}.")
    if not names & set(_WORKBOOKS):
        raise DataError(
            f"{path.name} is an OLE2 file without a workbook (an installer, a thumbnail list, or a damaged workbook). "
            "An Excel workbook was expected; save the table as XLSX or CSV and open that."
        )


def _refuse_lying_header(path: Path) -> None:
    """Raises DataError where the header counts more sectors than the file has: they would be asked for at once."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEADER).ljust(_HEADER, b"\0")
    sector = 1 << min(head[30], 20) if head[30] else 512
    for at in _COUNTS:
        count = int.from_bytes(head[at : at + 4], "little")
        if count * sector > size + sector:
            raise DataError(
                f"{path.name} is damaged at byte {at}: its header counts {count:,} sectors of {sector:,} bytes, the "
                f"file has {size:,} bytes. Open another copy of it."
            )


def _streams(path: Path, wanted: tuple[str, ...]) -> set[str]:
    """Which of the names stand in it as those of streams: in UTF-16, ended by a zero."""
    keys = {(name + "\0").encode("utf-16-le"): name for name in wanted}
    overlap = max(map(len, keys))
    found: set[str] = set()
    rest = b""
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            text = rest + part
            found |= {name for key, name in keys.items() if _stands(text, key)}
            rest = text[-overlap:]
    return found


def _stands(text: bytes, key: bytes) -> bool:
    """Entries of the directory, which begin with the name of a stream, have 128 bytes."""
    at = text.find(key)
    while at >= 0:
        if at + 66 <= len(text) and text[at + 64 : at + 66] == len(key).to_bytes(2, "little"):
            return True
        at = text.find(key, at + 1)
    return False
