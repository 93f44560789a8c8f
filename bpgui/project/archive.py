"""The ZIP of a project: written the same way every time, read with suspicion.

Every member is known by name, its size is checked before it is read, and nothing is ever extracted to the disk.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Mapping

from bpgui.project.atomic import StorageError, readable_size

MIME_TYPE = b"application/x-bpgui"
MIME_MEMBER = "mimetype"
PROJECT_MEMBER = "project.json"
LESSON_MEMBER = "lesson.md"

RUN_ID = r"[A-Za-z0-9_-]{1,64}"
_MEMBER = re.compile(
    rf"(mimetype|project\.json|lesson\.md|data/[0-9a-f]{{64}}|runs/{RUN_ID}/(run\.json|state\.safetensors))\Z"
)
_TEXT_MEMBER = re.compile(r".*\.(json|md)\Z")
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20
_END_RECORD = struct.Struct("<4s4H2LH")

MAX_TOTAL = 2 << 30
MAX_TEXT = 64 << 20
MAX_MEMBER_AT_RATIO = 256 << 20
MAX_RATIO = 100
MAX_MEMBERS = 10_000
_MAX_DIRECTORY = 4 << 20


def pack(members: Mapping[str, bytes], name: str) -> bytes:
    """The archive's bytes: `mimetype` first and uncompressed, so that the kind of file shows at a fixed offset.

    Equal members give equal bytes: names sorted, times fixed. Raises StorageError above the limits of `Archive`.
    """
    total = sum(map(len, members.values()))
    if total > MAX_TOTAL - (64 << 20) or len(members) > MAX_MEMBERS:
        raise StorageError(
            f"{name} was not saved: the project holds {readable_size(total)} in {len(members)} parts, more than one "
            f"file can ({readable_size(MAX_TOTAL)}, {MAX_MEMBERS} parts). Remove some runs and save again."
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", allowZip64=False) as archive:
        _add(archive, MIME_MEMBER, MIME_TYPE, zipfile.ZIP_STORED)
        for member in sorted(members):
            # Numbers of weights hardly shrink, and a stored member can be checked without unpacking.
            stored = member.endswith(".safetensors")
            _add(archive, member, members[member], zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes, method: int) -> None:
    info = zipfile.ZipInfo(name, _FIXED_TIME)
    info.compress_type = method
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    archive.writestr(info, data, compresslevel=6)


class Archive:
    """The members of a project file in memory; every StorageError names the file and the place in it."""

    def __init__(self, data: bytes, name: str) -> None:
        """Look at the whole, unpack nothing. Raises StorageError."""
        self.name = name
        self._refuse_foreign(data)
        self._refuse_cut(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        # Damaged bytes make zipfile raise whatever its parsing stumbles over.
        except Exception as error:
            raise self._damaged("the list of contents", str(error)) from error
        self._members = self._checked()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    def read(self, member: str) -> bytes:
        """The bytes of one member. Raises StorageError where it is missing or damaged."""
        info = self._members.get(member)
        if info is None:
            raise self._damaged(member, "it is missing")
        try:
            with self._zip.open(info) as stream:
                parts = []
                while part := stream.read(_CHUNK):  # in parts: a lying size must not decide what is allocated
                    parts.append(part)
        except Exception as error:
            raise self._damaged(member, str(error)) from error
        data = b"".join(parts)
        if len(data) != info.file_size:
            raise self._damaged(member, f"expected {info.file_size} bytes, found {len(data)}")
        return data

    def _refuse_foreign(self, data: bytes) -> None:
        if not data:
            raise StorageError(f"{self.name} is empty (0 bytes); a project was expected. Open another copy of it.")
        if not data.startswith(b"PK\x03\x04"):
            raise StorageError(
                f"{self.name} is not a bpgui project: it does not begin as one. Open a file that bpgui saved; "
                "if this one holds data, give it the ending of its kind, such as .csv, and open it again."
            )
        magic = MIME_MEMBER.encode() + MIME_TYPE
        if data[30 : 30 + len(magic)] != magic:
            raise StorageError(
                f"{self.name} is a ZIP file, but not a bpgui project: its first part should be {MIME_MEMBER!r} with "
                f"{MIME_TYPE.decode()!r}. Open a file that bpgui saved."
            )

    def _refuse_cut(self, data: bytes) -> None:
        """The end record must be the last 22 bytes, and the list of contents of a sane size."""
        end = data[-_END_RECORD.size :]
        if len(end) < _END_RECORD.size or not end.startswith(b"PK\x05\x06"):
            raise StorageError(
                f"{self.name} is incomplete: the end of the file is missing (found {len(data)} bytes). "
                "It was probably cut off while being copied; copy it again."
            )
        directory = _END_RECORD.unpack(end)[5]
        if directory > min(_MAX_DIRECTORY, len(data)):
            raise self._damaged("the list of contents", f"it claims {directory} bytes")

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        members: dict[str, zipfile.ZipInfo] = {}
        infos = self._zip.infolist()
        if len(infos) > MAX_MEMBERS:
            raise self._damaged("the list of contents", f"{len(infos)} parts, expected at most {MAX_MEMBERS}")
        for info in infos:
            self._check_member(info)
            if info.filename in members:
                raise self._damaged(info.filename, "it is there twice")
            members[info.filename] = info
        total = sum(info.file_size for info in infos)
        if total > MAX_TOTAL:
            raise self._damaged(
                "the list of contents", f"{readable_size(total)} unpacked, expected at most {readable_size(MAX_TOTAL)}"
            )
        return members

    def _check_member(self, info: zipfile.ZipInfo) -> None:
        name = info.orig_filename
        if not _MEMBER.match(name):
            raise self._damaged(ascii(name[:80]), "a project has no part of that name")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 0x1:
            raise self._damaged(name, "packed in a way that bpgui does not use")
        if _TEXT_MEMBER.match(name) and info.file_size > MAX_TEXT:
            raise self._damaged(name, f"{readable_size(info.file_size)}, expected at most {readable_size(MAX_TEXT)}")
        if info.file_size > MAX_MEMBER_AT_RATIO and info.file_size > MAX_RATIO * max(1, info.compress_size):
            raise self._damaged(name, f"{readable_size(info.compress_size)} claim {readable_size(info.file_size)}")

    def _damaged(self, place: str, found: str) -> StorageError:
        return StorageError(f"{self.name} is damaged at {place}: {found}. Open another copy of the file.")
