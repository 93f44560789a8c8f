"""ZIP files read with suspicion: what is in them is known by name and checked before a byte of it is unpacked.

Nothing is ever extracted to the disk.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from bpgui.data.errors import DataError

ZipKind = Literal["workbook", "arrays", "project", "document", "other"]
MAGIC = b"PK\x03\x04"
MAX_MEMBERS = 10_000
MAX_PACKED_TOTAL = 2 << 30  # bytes that compressed members may become; stored ones are as large as the file shows
MAX_MEMBER_AT_RATIO = 256 << 20
MAX_RATIO = 100
MAX_DIRECTORY = 16 << 20
CHUNK = 1 << 20
_DRIVE = re.compile(r"[A-Za-z]:")
_SHEETS = ("application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet-template")
_END = b"PK\x05\x06"
_END_SIZE = 22


def is_zip(head: bytes) -> bool:
    return head.startswith(MAGIC)


def kind_of(path: Path) -> ZipKind:
    """What a ZIP file holds, by its members' names; "other" for anything unknown or damaged."""
    try:
        with GuardedZip(path, path.name) as archive:
            return archive.kind
    except (DataError, OSError):
        return _kind_by_first_bytes(path)


def _kind_by_first_bytes(path: Path) -> ZipKind:
    """For a file whose list of contents, at its end, is cut off or refused: its first members show in its beginning."""
    with path.open("rb") as file:
        head = file.read(1 << 16)
        file.seek(max(0, path.stat().st_size - (1 << 16)))
        head += file.read()
    if b"mimetypeapplication/x-bpgui" in head:
        return "project"
    if b"mimetypeapplication/vnd.oasis.opendocument" in head:
        return "workbook" if b"opendocument.spreadsheet" in head else "document"
    if b"xl/workbook" in head or b"xl/worksheets/" in head:
        return "workbook"
    if b"[Content_Types].xml" in head:
        return "document" if b"word/" in head or b"ppt/" in head else "workbook"
    return "arrays" if re.search(rb"\.npy", head) else "other"


class GuardedZip:
    """The members of a ZIP file; a context manager. Every DataError names the file and what is wrong in it."""

    def __init__(self, path: Path, name: str) -> None:
        """Looks at the list of contents, unpacks nothing. Raises DataError."""
        self.name = name
        self._size = path.stat().st_size
        self._file = path.open("rb")
        try:
            self._refuse_long_directory()
            self._zip = zipfile.ZipFile(self._file)
            self._members = self._checked()
        except DataError:
            self._file.close()
            raise
        except Exception as error:  # damaged bytes make zipfile raise whatever its parsing stumbles over
            self._file.close()
            raise DataError(
                f"{name} is damaged: its list of contents cannot be read ({_said(error)}). It may have been cut off "
                f"while being copied (it has {self._size:,} bytes); copy or save it again."
            ) from error

    def __enter__(self) -> GuardedZip:
        return self

    def __exit__(self, *raised: object) -> None:
        self._zip.close()
        self._file.close()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    @property
    def kind(self) -> ZipKind:
        names = self._members
        mime = self._mime()
        if mime == "application/x-bpgui":
            return "project"
        if mime:
            return "workbook" if mime in _SHEETS else "document"
        if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
            return "workbook"
        if "[Content_Types].xml" in names:
            return "document"
        return "arrays" if any(name.endswith(".npy") for name in names) else "other"

    def _mime(self) -> str:
        info = self._members.get("mimetype")
        if info is None or info.file_size > 200:
            return ""
        return self.read("mimetype").decode("ascii", errors="replace").strip()

    def size(self, member: str) -> int:
        """Bytes that the member claims to have when it is unpacked."""
        return self._members[member].file_size

    def chunks(self, member: str, progress: Callable[[float], None] = lambda done: None) -> Iterator[bytes]:
        """The bytes of a member, in parts: a lying size must not decide what is allocated. Raises DataError."""
        info = self._members[member]
        done = 0
        try:
            with self._zip.open(info) as stream:
                while part := stream.read(CHUNK):
                    done += len(part)
                    yield part
                    progress(done / max(1, info.file_size))
        except DataError:
            raise
        except Exception as error:
            raise DataError(self._damaged(member, _said(error))) from error
        if done != info.file_size:
            raise DataError(self._damaged(member, f"{done:,} bytes were found, {info.file_size:,} expected"))

    def read(self, member: str) -> bytes:
        """The bytes of a member. Raises DataError where it is damaged."""
        buffer = io.BytesIO()
        for part in self.chunks(member):
            buffer.write(part)
        return buffer.getvalue()

    def _refuse_long_directory(self) -> None:
        """Raises DataError before zipfile makes an object for each of a million claimed members."""
        self._file.seek(max(0, self._size - _END_SIZE - (1 << 16)))
        tail = self._file.read()
        at = tail.rfind(_END)
        if at < 0 or at + _END_SIZE > len(tail):
            return  # zipfile says so
        claimed = int.from_bytes(tail[at + 12 : at + 16], "little")
        if claimed != 0xFFFFFFFF and claimed > MAX_DIRECTORY:
            raise DataError(f"{self.name} is damaged: its list of contents claims {claimed:,} bytes.")
        count = int.from_bytes(tail[at + 10 : at + 12], "little")
        if count != 0xFFFF and count > MAX_MEMBERS:
            raise DataError(self._too_many(count))

    def _too_many(self, count: int) -> str:
        return f"{self.name} holds {count:,} parts, more than the {MAX_MEMBERS:,} that a file with tables can have."

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        if len(infos) > MAX_MEMBERS:
            raise DataError(self._too_many(len(infos)))
        members: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            self._check(info)
            if info.filename in members:
                raise DataError(self._damaged(info.filename, "it is there twice, so that it is not clear which counts"))
            members[info.filename] = info
        packed = sum(info.file_size for info in infos if info.compress_type != zipfile.ZIP_STORED)
        if packed > MAX_PACKED_TOTAL:
            raise DataError(
                f"{self.name} has {self._size:,} bytes and claims to hold {packed:,}; at most {MAX_PACKED_TOTAL:,} are "
                "unpacked. Save its parts in files of their own."
            )
        return members

    def _check(self, info: zipfile.ZipInfo) -> None:
        name = info.orig_filename
        if name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in re.split(r"[/\\]", name) or "\0" in name:
            raise DataError(self._damaged(name, "its name points out of the file, which no such file needs"))
        if stat.S_ISLNK(info.external_attr >> 16):
            raise DataError(self._damaged(name, "it is a link to another file, which no such file needs"))
        if info.flag_bits & 0x1:
            raise DataError(
                f"{self.name} is protected by a password. Open it where it was made and save it without one."
            )
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DataError(self._damaged(name, f"it is packed in a way ({info.compress_type}) that is not known here"))
        if info.compress_size > self._size or (
            info.compress_type == zipfile.ZIP_STORED and info.file_size != info.compress_size
        ):
            raise DataError(self._damaged(name, f"it claims {info.file_size:,} bytes; the file has {self._size:,}"))
        if info.file_size > MAX_MEMBER_AT_RATIO and info.file_size > MAX_RATIO * max(1, info.compress_size):
            raise DataError(
                f"{self.name}, {_shown(name)}: {info.compress_size:,} bytes claim to become {info.file_size:,}. "
                "Files made to fill up the memory look like this, so it is not unpacked. Save it again unpacked."
            )

    def _damaged(self, member: str, found: str) -> str:
        return f"{self.name} is damaged at {_shown(member)}: {found}. Open another copy of the file."


def _shown(member: str) -> str:
    return ascii(member[:80])


def _said(error: BaseException) -> str:
    return str(error).strip().rstrip(".") or "it ends too early"
