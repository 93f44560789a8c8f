"""The frame of a WAV file: which chunks there are, where they lie, and how far their sizes can be believed.

Sources: *Multimedia Programming Interface and Data Specifications 1.0* (IBM, Microsoft 1991) for RIFF and RIFX,
EBU Tech 3306 and ITU-R BS.2088 for RF64 and BW64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Literal

from bpgui.data.errors import DataError

CHUNK_LIMIT = 10_000
_UNKNOWN = 0xFFFFFFFF
_WRITTEN_BY_STREAMS = 0x7FFF0000  # and above: recorders that write into a pipe and cannot come back to the header
_FRAMES = {b"RIFF": "little", b"RIFX": "big", b"RF64": "little", b"BW64": "little"}
# What other sounds have at which place of their beginning.
_OTHERS = (
    (b"fLaC", 0, "FLAC"), (b"OggS", 0, "Ogg"), (b"ID3\2", 0, "MP3"), (b"ID3\3", 0, "MP3"), (b"ID3\4", 0, "MP3"),
    (b"AIFF", 8, "AIFF"), (b"AIFC", 8, "AIFF"), (b"ftypM4A", 4, "M4A"), (b".snd\0", 0, "AU"),
    (b"riff\x2e\x91\xcf\x11", 0, "Wave64"), (b"MThd\0", 0, "MIDI"), (b"wvpk", 0, "WavPack"), (b"caff\0", 0, "CAF"),
    (b"#!AMR", 0, "AMR"),
)  # fmt: skip
# These may begin a text in Cyrillic, too, but there is no zero byte in it.
_FRAMES_OF = {b"\xff\xfb": "MP3", b"\xff\xf3": "MP3", b"\xff\xf2": "MP3", b"\xff\xf1": "AAC", b"\xff\xf9": "AAC"}


def is_wav(head: bytes) -> bool:
    """Whether a file that begins so is a WAV file, whatever state the rest of it is in."""
    return head[:4] in _FRAMES and head[8:12] in (b"WAVE", b"")


def other_sound(head: bytes) -> str | None:
    """What a file that begins so is called if it is a sound of another sort, which cannot be read."""
    found = next((name for magic, at, name in _OTHERS if head[at : at + len(magic)] == magic), None)
    return found or (_FRAMES_OF.get(head[:2]) if b"\0" in head else None)


@dataclass(frozen=True)
class Frame:
    """Where the two chunks that matter lie. `length` are the bytes of sound that are really there."""

    order: Literal["little", "big"]
    format: bytes
    start: int
    length: int
    notes: tuple[str, ...]


def find_frame(file: BinaryIO, size: int, name: str) -> Frame:
    """The chunks `fmt ` and `data` of a file of `size` bytes. Raises DataError."""
    head = _at(file, 0, 12)
    if not is_wav(head) or len(head) < 12:
        raise DataError(_no_wav(_at(file, 0, 1 << 16), size, name))
    return _Scan(file, size, name, "big" if head[:4] == b"RIFX" else "little").frame()


def _no_wav(head: bytes, size: int, name: str) -> str:
    other = other_sound(head)
    if other is not None:
        return f"{name} is {other}, not WAV; only WAV can be read. Save it as WAV in a sound editor."
    if head[:4] in _FRAMES:
        found = f"ends after {size} bytes" if size < 12 else f"says {_shown(head[8:12])} at byte 8, not WAVE"
    else:
        found = f"begins with {_shown(head[:4])}, not with RIFF" if head else "is empty (0 bytes)"
    return f"{name} is no WAV file: it {found}. Save the sound as WAV again."


def _shown(data: bytes) -> str:
    """As letters where there are only such, else the numbers of the bytes in base 16."""
    text = data.decode("latin-1")
    return text.strip() if text.isascii() and text.isprintable() and text.strip() else data.hex(" ")


def _at(file: BinaryIO, position: int, count: int) -> bytes:
    file.seek(position)
    return file.read(count)


class _Scan:
    """One walk over the chunks, up to the first `data` after a `fmt `, or the other way round."""

    def __init__(self, file: BinaryIO, size: int, name: str, order: Literal["little", "big"]) -> None:
        self._file, self._size, self._name = file, size, name
        self._order: Literal["little", "big"] = order
        self._format: bytes | None = None
        self._data: tuple[int, int] | None = None
        self._long: int | None = None  # what `ds64` says of the length of `data`
        self._notes: list[str] = []

    def frame(self) -> Frame:
        position, count = 12, 0
        while position + 8 <= self._size and (self._format is None or self._data is None):
            position = self._chunk(position)
            count += 1
            if count > CHUNK_LIMIT:
                raise DataError(f"{self._name} has more than {CHUNK_LIMIT:,} chunks before its sound; it is damaged.")
        if self._format is None or self._data is None:
            what = "fmt" if self._format is None else "data"
            raise DataError(
                f"{self._name} has no chunk {what} ({self._size:,} bytes were looked through), without which it "
                "holds no sound. It is cut off or damaged: save it as WAV again."
            )
        return Frame(self._order, self._format, *self._data, tuple(self._notes))

    def _chunk(self, position: int) -> int:
        """Take one chunk; the position of the next."""
        head = _at(self._file, position, 8)
        kind, length, start = head[:4], int.from_bytes(head[4:], self._order), position + 8
        if kind == b"data" and self._data is None:
            length = self._length_of_data(start, length)
            self._data = start, length
            return self._next(start, length)
        if start + length > self._size:
            raise DataError(
                f"{self._name}, byte {position}: the chunk {_shown(kind)} says that it has {length:,} bytes, but only "
                f"{self._size - start:,} follow, and the sound was not found before it. Save it as WAV again."
            )
        if kind == b"fmt " and self._format is None:
            self._format = _at(self._file, start, min(length, 64))
        elif kind == b"ds64" and length >= 16:
            self._long = int.from_bytes(_at(self._file, start + 8, 8), self._order)
        return self._next(start, length)

    def _length_of_data(self, start: int, said: int) -> int:
        """The bytes of sound there are, whatever the header says of them; notes say where it was wrong."""
        rest = self._size - start
        if said == _UNKNOWN and self._long is not None:
            said = self._long
        if said <= rest and (said or not rest or self._leads_to_the_end(start)):
            return said
        if said == 0 or _WRITTEN_BY_STREAMS <= said <= _UNKNOWN:
            self._notes.append(
                f"{self._name}: the recorder never wrote how long the sound is; the {rest:,} bytes to the end of the "
                "file were taken."
            )
        else:
            self._notes.append(
                f"{self._name} is cut off: {said:,} bytes of sound were expected from byte {start}, {rest:,} are there "
                "and were taken."
            )
        return rest

    def _next(self, start: int, length: int) -> int:
        """Chunks begin at even positions; a writer that forgot the byte between is seen by the next chunk's name."""
        end = start + length
        if length % 2 and _at(self._file, end, 4) in (b"fmt ", b"data", b"LIST", b"fact"):
            return end
        return end + length % 2

    def _leads_to_the_end(self, position: int) -> bool:
        """Whether chunks, one after the other, fill the rest of the file exactly."""
        for _ in range(CHUNK_LIMIT):
            head = _at(self._file, position, 8)
            if len(head) < 8 or not all(32 <= byte < 127 for byte in head[:4]):
                return False
            position = self._next(position + 8, int.from_bytes(head[4:], self._order))
            if position in (self._size, self._size + 1):
                return True
        return False
