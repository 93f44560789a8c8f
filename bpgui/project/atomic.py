"""Writing a file so that at every moment it is wholly the old one or wholly the new one.

Not `QSaveFile`: on a full disk it reported success and replaced the good file.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import platform
import re
import secrets
import shutil
import stat
import time
from pathlib import Path

_CHUNK = 1 << 20
_STALE_SECONDS = 24 * 3600.0
_TEMPORARY = re.compile(r"^\.bpgui-([0-9a-f]{8})-([0-9a-f]{6})-(\d+)-[0-9a-f]{8}\.tmp$")
# What a folder's fsync may answer where the file system has no such thing.
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM, errno.EISDIR}

_REASONS: dict[int, str] = {
    errno.EACCES: "The folder or the file must not be written to. Save under another name or in another folder.",
    errno.EPERM: "The system does not allow this file to be replaced. Save under another name or in another folder.",
    errno.EROFS: "The disk is read-only. Save on another disk.",
    errno.ENOENT: "The folder is not there any more. Save in another folder.",
    errno.ENOTDIR: "A part of the path is a file, not a folder. Save in another folder.",
    errno.EISDIR: "There is a folder of that name. Save under another name.",
    errno.ENAMETOOLONG: "The name is too long. Save under a shorter one.",
    errno.EIO: "The disk reported a fault while writing. Save on another disk.",
    errno.EFBIG: "The file is larger than this disk or this account allows. Save on another disk.",
    errno.ELOOP: "The link leads back to itself. Save under another name.",
    errno.EBUSY: "Another program is using the file. Close it there and save again.",
    errno.ETXTBSY: "Another program is using the file. Close it there and save again.",
    errno.EMFILE: "Too many files are open. Close something and save again.",
    errno.EINVAL: "The system does not accept this name. Save under another one.",
    errno.ESTALE: "The network folder is gone. Connect it again, or save in another folder.",
}


class StorageError(Exception):
    """A file that cannot be written or read. The text says which, where, what was found and expected, what to do."""


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Put `data` into `path`: temporary file beside it, flushed and read back, then moved over the old one.

    A symbolic link stays one (its target is replaced), and so do the permissions of an old file.
    Raises StorageError; the old file is then untouched, unless the text says that only flushing failed.
    """
    shown = printable(path)
    try:
        target = Path(os.path.realpath(path))
        old = _old_stat(target)
        _refuse_unwritable(target, old, shown)
        temporary = _temporary_path(target)
        try:
            _write(temporary, data, old)
            os.replace(temporary, target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise StorageError(_message(error, shown, Path(os.fspath(path)).parent, len(data))) from error
    except ValueError as error:  # a NUL or an unencodable character in the name
        raise StorageError(f"{shown} was not saved: the system does not accept this name ({error}).") from error
    _sync_folder(target.parent, shown)
    _remove_stale(target)


def printable(path: str | os.PathLike[str]) -> str:
    """The path for a message: bytes that are no text are replaced."""
    return os.fspath(path).encode("utf-8", "replace").decode("utf-8")


def _old_stat(target: Path) -> os.stat_result | None:
    try:
        return target.stat()
    except FileNotFoundError:
        return None


def _refuse_unwritable(target: Path, old: os.stat_result | None, shown: str) -> None:
    """A replaced file never sees its own permissions, so they are asked here."""
    if old is None:
        return
    if stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if not stat.S_ISREG(old.st_mode):
        raise StorageError(f"{shown} was not saved: it is not an ordinary file. Save under another name.")
    if not old.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise StorageError(f"{shown} was not saved: the file is write-protected. Save under another name.")


def _marks(target: Path) -> tuple[str, str]:
    """What a temporary file's name says: which file it is for and which machine made it."""
    name = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:8]
    return name, hashlib.sha256(platform.node().encode("utf-8", "replace")).hexdigest()[:6]


def _temporary_path(target: Path) -> Path:
    # Of fixed length: a name at the file system's limit would have no room for a suffix.
    name, machine = _marks(target)
    return target.with_name(f".bpgui-{name}-{machine}-{os.getpid()}-{secrets.token_hex(4)}.tmp")


def _write(temporary: Path, data: bytes, old: os.stat_result | None) -> None:
    """`data` in a new file, on the disk, and read back equal. Raises OSError."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    handle = os.open(temporary, flags, 0o666 if old is None else 0o600)
    try:
        view = memoryview(data)
        while view:
            written = os.write(handle, view[:_CHUNK])
            if written <= 0:
                raise OSError(errno.EIO, "nothing was written")
            view = view[written:]
        _flush(handle)
        os.lseek(handle, 0, os.SEEK_SET)
        _compare(handle, data)
    finally:
        os.close(handle)
    if old is not None:
        _keep_permissions(temporary, old)


def _keep_permissions(temporary: Path, old: os.stat_result) -> None:
    own = temporary.stat()
    if (own.st_uid, own.st_gid) != (old.st_uid, old.st_gid) and hasattr(os, "chown"):
        with contextlib.suppress(OSError):  # only root may give files away
            os.chown(temporary, old.st_uid, old.st_gid)
    os.chmod(temporary, stat.S_IMODE(old.st_mode))


def _flush(handle: int) -> None:
    try:
        import fcntl

        full = getattr(fcntl, "F_FULLFSYNC", None)  # macOS: fsync alone leaves the bytes in the drive's cache
    except ImportError:
        full = None
    if full is not None:
        with contextlib.suppress(OSError):
            fcntl.fcntl(handle, full)
            return
    os.fsync(handle)


def _compare(handle: int, data: bytes) -> None:
    at = 0
    while at < len(data):
        part = os.read(handle, _CHUNK)
        if not part or part != data[at : at + len(part)]:
            raise OSError(errno.EIO, f"what was read back differs at byte {at}")
        at += len(part)
    if os.read(handle, 1):
        raise OSError(errno.EIO, "the file is longer than what was written")


def _sync_folder(folder: Path, shown: str) -> None:
    if os.name == "nt":
        return  # a folder cannot be opened there
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise StorageError(
                f"{shown} was written, but the disk did not confirm it ({error.strerror}). Save again, or elsewhere."
            ) from error


def _remove_stale(target: Path) -> None:
    """Remove what earlier saves of this very file left when they were killed."""
    name, machine = _marks(target)
    with contextlib.suppress(OSError):
        for entry in os.scandir(target.parent):
            match = _TEMPORARY.match(entry.name)
            if match is None or match[1] != name:
                continue
            with contextlib.suppress(OSError):
                old = time.time() - entry.stat(follow_symlinks=False).st_mtime > _STALE_SECONDS
                if old or (match[2] == machine and not _alive(int(match[3]))):
                    os.unlink(entry.path)


def _alive(pid: int) -> bool:
    if os.name == "nt":
        return True  # os.kill(pid, 0) would end the process there; age decides
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _message(error: OSError, shown: str, folder: Path, size: int) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        free = ""
        with contextlib.suppress(OSError, ValueError):
            free = f", {readable_size(shutil.disk_usage(folder).free)} are free"
        reason = f"The disk is full: {readable_size(size)} are needed{free}. Free some space, or save on another disk."
    else:
        known = _REASONS.get(error.errno or 0)
        reason = known or f"The system says: {error.strerror or error}. Save in another folder."
    return f"{shown} was not saved, and what was there before is unchanged. {reason}"


def readable_size(size: float) -> str:
    """Bytes for a person: "512 bytes", "3.1 MB"."""
    if size < 1000:
        return f"{size:.0f} bytes"
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 1000 or unit == "GB":
            break
    return f"{size:.1f} {unit}"
