"""From any bytes to a UTF-8 file with one kind of line end: byte order marks, UTF-16, old code pages, binary files."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers.foreign import refusal
from bpgui.data.readers.options import Choice, Question, ReadingOptions

Progress = Callable[[float | None], None]
CHUNK = 1 << 20
LOSSY = "utf-8-replace"  # on request only: what is no UTF-8 becomes a sign for an unknown letter
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
LABELS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8 with a byte order mark", "utf-16": "UTF-16", "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16", "utf-32": "UTF-32", "cp1252": "Western European (Windows-1252)",
    "latin-1": "Western European (Latin-1)", "cp1250": "Central European (Windows-1250)",
    "cp1251": "Cyrillic (Windows-1251)", "shift_jis": "Japanese (Shift-JIS)",
    "euc_jp": "Japanese (EUC)", "gb18030": "Chinese (GB 18030)", "big5": "Chinese (Big5)", "cp949": "Korean (CP949)",
    "utf-8-replace": "UTF-8, with bytes that are no letters replaced",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A UTF-8 file without mark that DuckDB can read: the file itself, or a copy in the work folder."""

    path: Path
    encoding: str
    questions: tuple[Question, ...] = ()
    underscores: bool = True  # there may be some below the first line

    @property
    def label(self) -> str:
        return LABELS.get(self.encoding, self.encoding)


@dataclass
class _Scan:
    """Of a whole file: where UTF-8 ends to hold (None: never), and about how many line ends of each kind there are."""

    bad_byte: int | None = None
    lf: int = 0
    crlf: int = 0
    cr: int = 0
    underscores: bool = False  # below the first line

    @property
    def mixed(self) -> bool:
        return sum(kind > 0 for kind in (self.lf, self.crlf, self.cr)) > 1


def open_text(path: Path, name: str, options: ReadingOptions, folder: Path, progress: Progress) -> Source:
    """The file as UTF-8. Raises DataError for an empty, binary or damaged one, with the byte."""
    with path.open("rb") as file:
        head = file.read(1 << 16)
    encoding = _known_encoding(name, options) or _from_head(name, head)
    if encoding in ("utf-8", "utf-8-sig", None):
        scan = _scan(path, name, progress)
        if scan.bad_byte is None:
            encoding = encoding or "utf-8"
            if not scan.mixed:
                return Source(path, encoding, underscores=scan.underscores)
            return Source(_rewrite(path, name, "utf-8-sig", folder, progress), encoding)
        if encoding is not None:
            raise DataError(_not_in(name, encoding, scan.bad_byte))
        around = _around(path, scan.bad_byte)
        _refuse_damaged_utf8(name, around, scan.bad_byte)
        candidates = legacy_encodings(around)
        encoding = candidates[0]
        copy = _rewrite(path, name, encoding, folder, progress)
        return Source(copy, encoding, _question(name, around, candidates, options))
    return Source(_rewrite(path, name, encoding, folder, progress), encoding)


def _known_encoding(name: str, options: ReadingOptions) -> str | None:
    if options.encoding is None or options.encoding == LOSSY:
        return options.encoding
    try:
        "".encode(options.encoding)
        return options.encoding
    except (LookupError, ValueError) as error:
        raise DataError(f"{name}: {options.encoding!r} is no encoding that can be read.") from error


def _from_head(name: str, head: bytes) -> str | None:
    """The encoding that a mark or the zero bytes prove, None if none. Raises DataError for other formats."""
    if not head:
        raise DataError(f"{name} is empty (0 bytes). A table with values apart by commas or tabs was expected.")
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    other = refusal(name, head)
    if other is not None:
        raise DataError(other)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > 0.4 * len(head) / 2 and min(even, odd) < 0.05 * len(head) / 2:
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _chunks(path: Path, progress: Progress) -> Iterator[bytes]:
    size = max(1, path.stat().st_size)
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
            done += len(chunk)
            progress(min(1.0, done / size))


def _scan(path: Path, name: str, progress: Progress) -> _Scan:
    scan = _Scan()
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset, last = 0, b""
    for chunk in _chunks(path, progress):
        zero = chunk.find(b"\0")
        if zero >= 0:
            raise DataError(
                f"{name}, byte {offset + zero + 1:,}: a zero byte was found. Text has none, so this looks like "
                "a binary file. Save the table as CSV and open that."
            )
        _count_line_ends(scan, last, chunk)
        below = chunk.find(b"\n") + 1 if not offset else 0
        scan.underscores = scan.underscores or chunk.find(b"_", below) >= 0
        if scan.bad_byte is None:
            pending = len(decoder.getstate()[0])
            if pending or not chunk.isascii():
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    scan.bad_byte = offset - pending + error.start
        offset += len(chunk)
        last = chunk[-1:]
    if scan.bad_byte is None and decoder.getstate()[0]:
        scan.bad_byte = offset - len(decoder.getstate()[0])
    if last == b"\r":
        scan.cr += 1
    return scan


def _count_line_ends(scan: _Scan, last: bytes, chunk: bytes) -> None:
    """A carriage return at the end of a chunk is counted with the next one."""
    if b"\r" not in chunk and last != b"\r":
        scan.lf += b"\n" in chunk  # whether there are some is enough, and much quicker than to count them
        return
    text = last + chunk if last == b"\r" else chunk
    crlf = text.count(b"\r\n")
    scan.crlf += crlf
    scan.lf += text.count(b"\n") - crlf
    scan.cr += text.count(b"\r") - crlf - text.endswith(b"\r")


def _rewrite(path: Path, name: str, encoding: str, folder: Path, progress: Progress) -> Path:
    """A UTF-8 copy with line feeds only. Raises DataError with the byte that is no character of the encoding."""
    target = folder / "text.csv"
    lossy = encoding == LOSSY
    decoder = codecs.getincrementaldecoder("utf-8-sig" if lossy else encoding)("replace" if lossy else "strict")
    offset, held = 0, ""
    with target.open("w", encoding="utf-8", newline="") as file:
        for chunk in chain(_chunks(path, progress), (b"",)):
            pending = decoder.getstate()[0]
            try:
                text = held + decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise DataError(_not_in(name, encoding, offset - len(pending) + error.start)) from error
            except UnicodeError as error:
                raise DataError(f"{name}: it cannot be read as {LABELS.get(encoding, encoding)} ({error}).") from error
            held = "\r" if text.endswith("\r") and chunk else ""
            text = text[: len(text) - len(held)].replace("\r\n", "\n").replace("\r", "\n")
            if "\0" in text:
                raise DataError(f"{name}: a zero character was found, so this looks like a binary file, not a table.")
            file.write(text)
            offset += len(chunk)
    return target


def _not_in(name: str, encoding: str, byte: int) -> str:
    return (
        f"{name}, byte {byte + 1:,}: this is no character of {LABELS.get(encoding, encoding)}. "
        "Choose another encoding, or save the file as UTF-8."
    )


def _around(path: Path, byte: int) -> bytes:
    """Whole lines around that byte, about 1 MB."""
    start = max(0, byte - (1 << 19))
    with path.open("rb") as file:
        file.seek(start)
        data = file.read(1 << 20)
    if start:
        data = data[data.find(b"\n") + 1 :]
    end = data.rfind(b"\n")
    return data[: end + 1] if end > byte - start else data


def _refuse_damaged_utf8(name: str, around: bytes, byte: int) -> None:
    """Raises DataError where UTF-8 holds but for a few bytes: a code page would spoil all other letters."""
    text = around.decode("utf-8", errors="surrogateescape")
    bad = sum("\udc80" <= letter <= "\udcff" for letter in text)
    good = sum(letter > "\x7f" for letter in text) - bad
    if good > 2 * bad:
        raise DataError(
            f"{name}, byte {byte + 1:,}: the file is UTF-8, but this byte is not. "
            "Repair the letter there and save it again, or choose another encoding, or have such bytes replaced."
        )


def legacy_encodings(data: bytes) -> tuple[str, ...]:
    """Code pages that could be meant, the best first; those that give the same text as an earlier one are left out."""
    high = max(1, sum(byte > 0x7F for byte in data))
    order = ["cp1252", "latin-1", "cp1250", "cp1251", "shift_jis"]
    cyrillic = sum(len(run) for run in re.findall(rb"[\xc0-\xff\xa8\xb8]{3,}", data))
    japanese = _decoded(data, "shift_jis")
    if japanese is not None:
        foreign = [letter for letter in japanese if letter > "\x7f"]
        kana = sum("\u3040" <= letter <= "\u30ff" for letter in foreign)
        if kana > 0.2 * len(foreign):
            order.insert(0, "shift_jis")
    if order[0] == "cp1252" and cyrillic > 0.6 * high:
        order.insert(0, "cp1251")
    order = [*_in_pairs(data), *order]
    texts: dict[str, str] = {}
    for encoding in dict.fromkeys(order):
        text = _decoded(data, encoding)
        if text is not None and text not in texts.values() and not re.search(r"[\x80-\x9f]", text[:4096]):
            texts[encoding] = text
    return tuple(texts) or ("latin-1",)


def _in_pairs(data: bytes) -> tuple[str, ...]:
    """Encodings with two bytes a letter, the likelier first, where all bytes beyond ASCII come in pairs."""
    runs = re.findall(rb"[\x80-\xff]+", data)
    leads = b"".join(run[::2] for run in runs)
    if any(len(run) % 2 for run in runs) or not leads or max(map(len, runs)) < 4 or min(leads) < 0xA1:
        return ()
    kana = sum(lead in b"\xa4\xa5" for lead in leads)
    hangul = sum(0xB0 <= lead <= 0xC8 for lead in leads)
    if 5 * kana > len(leads):
        return ("euc_jp",)
    return ("cp949", "gb18030") if 10 * hangul > 9 * len(leads) else ("gb18030", "cp949")


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _question(name: str, data: bytes, candidates: tuple[str, ...], options: ReadingOptions) -> tuple[Question, ...]:
    if len(candidates) < 2:
        return ()
    place = next(index for index, byte in enumerate(data) if byte > 0x7F)
    line = data[data.rfind(b"\n", 0, place) + 1 :].split(b"\n", 1)[0][:200]
    choices = []
    for encoding in candidates[:4]:
        words = re.split(r'[\s,;|"]+', line.decode(encoding, errors="replace"))
        word = next((word for word in words if not word.isascii()), "")[:30]
        choices.append(Choice(f"{LABELS[encoding]}: {word}", replace(options, encoding=encoding)))
    text = f"{name} does not say which letters its bytes stand for. Which spelling is right?"
    return (Question(key="encoding", text=text, choices=tuple(choices)),)
