"""A file that somebody packed with gzip, as data sets often are, is what is in it."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from bpgui.data.errors import DataError

MAGIC = b"\x1f\x8b"
LIMIT = 64 << 30  # bytes that come out of one file
RATIO, FREE = 1000, 1 << 30  # so many times its size, once more than a gigabyte has come out, is a bomb
_CHUNK = 4 << 20


def is_packed(head: bytes) -> bool:
    """Whether a file begins as gzip's do."""
    return head.startswith(MAGIC)


def unpacked(path: Path, folder: Path) -> Path:
    """What is in `path`, in a folder of its own in `folder`, under the name without .gz.

    Raises DataError for what is damaged or swells beyond reason, and OSError where there is no room.
    """
    place = folder / f"unpacked{len(list(folder.iterdir()))}"
    place.mkdir()
    target = place / (path.stem if path.suffix.lower() == ".gz" else path.name)
    size, done = path.stat().st_size, 0
    try:
        with gzip.open(path, "rb") as packed, target.open("wb") as out:
            while chunk := packed.read(_CHUNK):
                done += len(chunk)
                if done > LIMIT or (done > FREE and done > RATIO * size):
                    raise DataError(
                        f"{path.name} has {size:,} bytes and holds more than {done - len(chunk):,}. Unpack it yourself "
                        "if it is what it should be, and open what comes out."
                    )
                out.write(chunk)
    except EOFError as error:
        raise DataError(
            f"{path.name} is cut off: what is packed in it has no end. Copy or download it again."
        ) from error
    except (zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{path.name} is damaged: it cannot be unpacked as gzip ({error}). Copy or download it again."
        ) from error
    if not done:
        raise DataError(f"{path.name} is packed, and there is nothing in it. A table, images or sounds were expected.")
    return target
