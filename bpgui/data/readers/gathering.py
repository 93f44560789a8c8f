"""What was dropped: folders opened, files told apart by what is in them, several tables of one kind put together."""

from __future__ import annotations

import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bpgui.data.errors import DataError
from bpgui.data.listing import listed
from bpgui.data.readers.foreign import refusal
from bpgui.data.readers.unpacking import is_packed, unpacked

HEAD = 1 << 16
FILE_LIMIT = 1_000_000
_SHOWN = 4
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Gathered:
    """The files of one reader in natural order, and sentences about what was left out."""

    reader: str
    paths: tuple[Path, ...]
    root: Path
    notes: tuple[str, ...] = ()


def gather(dropped: Sequence[Path], folder: Path) -> Gathered:
    """The reader that most of what was dropped is for, and its files. Raises DataError where there is nothing to read.

    A folder is looked through with its sub-folders; hidden files are no data. What is packed is unpacked into `folder`.
    """
    files = [_plain(path, folder) for path in _listed(dropped)]
    root = dropped[0] if len(dropped) == 1 and dropped[0].is_dir() else _common(dropped)
    by_reader: dict[str | None, list[Path]] = {}
    for path in files:
        by_reader.setdefault(recognised(path), []).append(path)
    known = [(name, paths) for name, paths in by_reader.items() if name is not None]
    if not known:
        raise DataError(_nothing_known(files, root))
    # Notes and tables lie beside images and sounds; anything may be text.
    name, paths = max(known, key=lambda pair: (pair[0] in WITH_TABLES, pair[0] != ANYTHING, len(pair[1])))
    taken = set(paths)
    if name == ARRAYS:
        from bpgui.data.readers.npy.bundle import bundled  # only a process that reads needs it

        paths = bundled(paths, folder / f"{root.name or 'arrays'}.npz")
    if name in WITH_TABLES:  # a table that names the files belongs to them
        paths = [*paths, *by_reader.get(ANYTHING, ())]
        taken.update(paths)
    rest = [path for path in files if path not in taken]
    many = f"{len(rest):,} files of another kind were" if len(rest) > 1 else "1 file of another kind was"
    notes = (f"{many} left out: {_some(rest)}.",) if rest else ()
    return Gathered(name, tuple(paths), root, notes)


ANYTHING, ARRAYS = "csv", "npy"
# Readers of many files that take a class for each from a table lying among them.
WITH_TABLES = ("images", "sounds")


def recognised(path: Path) -> str | None:
    """The key in READERS of what the file holds, None where nothing can read it."""
    from bpgui.data.readers import READERS

    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        return None
    return next((reader.name for reader in READERS.values() if reader.recognise(head, path)), None)


def _nothing_known(files: Sequence[Path], root: Path) -> str:
    """What one file is instead, or that several are of no use."""
    can = "Tables, images (PNG, JPEG, ...), sounds (WAV), NPY, NPZ and IDX files can."
    if len(files) > 1:
        return f"{root.name or root}: none of its {len(files):,} files can be read as data ({_some(files)}). {can}"
    with files[0].open("rb") as file:
        head = file.read(HEAD)
    if not head:
        return f"{files[0].name} is empty (0 bytes). A table, an image, a sound or an array was expected."
    return refusal(files[0].name, head) or f"{files[0].name} cannot be read as data. {can}"


def _plain(path: Path, folder: Path) -> Path:
    """The file, or what is in it where it is packed and no reader takes it as it is."""
    with path.open("rb") as file:
        packed = is_packed(file.read(2))
    return unpacked(path, folder) if packed and recognised(path) is None else path


def natural(path: Path) -> tuple[tuple[int, int | str], ...]:
    """2.png before 10.png."""
    parts = _DIGITS.split(str(path).lower())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)


def _listed(dropped: Sequence[Path]) -> list[Path]:
    """Ordinary, visible files. Raises DataError for what is no file, is not there, or is too much."""
    found: list[Path] = []
    for path in dropped:
        if refuse_what_cannot_be_read(path):
            found += [p for p in path.rglob("*") if _visible(p, path) and p.is_file()]
        else:
            found.append(path)
        if len(found) > FILE_LIMIT:
            raise DataError(f"{path.name} holds more than {FILE_LIMIT:,} files. Open a folder in it.")
    if not found:
        names = ", ".join(path.name for path in dropped)
        raise DataError(f"{names} holds no files. A folder with images or sounds, or a table, was expected.")
    return sorted(dict.fromkeys(found), key=natural)


def _visible(path: Path, root: Path) -> bool:
    return not any(part.startswith((".", "__MACOSX")) for part in path.relative_to(root).parts)


def refuse_what_cannot_be_read(path: Path) -> bool:
    """Whether it is a folder. Raises DataError for a pipe, a device, an empty file, or what is not there.

    Never opens anything that could block.
    """
    name = path.name or str(path)
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise DataError(f"{name} is not there (any more). It was looked for at {path}.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{name} cannot be opened: {reason}.") from error
    kinds = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"),
             (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"))  # fmt: skip
    for is_kind, what in kinds:
        if is_kind(status.st_mode):
            raise DataError(f"{name} is {what}, not a file. Choose a file with a table, such as a CSV file.")
    if stat.S_ISDIR(status.st_mode):
        return True
    if status.st_size == 0:
        raise DataError(f"{name} is empty (0 bytes). A table, an image, a sound or an array was expected.")
    return False


def _common(dropped: Sequence[Path]) -> Path:
    """The folder that holds all of them."""
    folder = dropped[0].parent
    while not all(folder in path.parents for path in dropped):
        folder = folder.parent
    return folder


def _some(paths: Sequence[Path]) -> str:
    return listed([path.name for path in paths], _SHOWN)
