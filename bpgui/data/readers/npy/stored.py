"""The values of arrays where they lie: in the file itself, or in an archive, out of which they are unpacked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.readers.npy.npy_header import Header
from bpgui.data.readers.task import Task
from bpgui.data.readers.zip_guard import GuardedZip

Array = NDArray[Any]


class StoredArrays:
    """The arrays of one file, by their names; `wanted` bytes are read of an archive."""

    def __init__(self, task: Task, headers: Mapping[str, Header], archive: GuardedZip | None) -> None:
        self._task, self._headers, self._archive = task, headers, archive
        self.wanted = 1
        self._read = 0

    def values(self, name: str, large: bool, preview: int | None) -> Array:
        """All values, mapped out of a file of their own where they are `large`; of a preview the first rows at least.

        Raises DataError for a damaged archive, OSError where there is no room to unpack.
        """
        header = self._headers[name]
        if self._archive is None:
            return _mapped(self._task.path, header, header.offset)
        if large:
            return _mapped(self._laid_aside(name), header, 0)
        size = header.size
        if preview is not None and not header.fortran:
            size = min(size, preview * (size // header.shape[0]))
        return self._unpacked(name, size)

    def _laid_aside(self, name: str) -> Path:
        """A file of the values of an array in the archive."""
        path = self._task.folder / f"array{list(self._headers).index(name)}"
        with path.open("wb") as file:
            for piece in self._pieces(name, self._headers[name].size, 0.5):
                file.write(piece.data)
        return path

    def _unpacked(self, name: str, size: int) -> Array:
        header = self._headers[name]
        buffer = np.empty(size, dtype=np.uint8)
        filled = 0
        for piece in self._pieces(name, size):
            buffer[filled : filled + piece.size] = piece
            filled += piece.size
        flat = buffer.view(header.dtype)
        if header.fortran:
            return flat.reshape(header.shape[::-1]).T
        return flat.reshape(-1, *header.shape[1:])

    def _pieces(self, name: str, size: int, share: float = 1.0) -> Iterator[NDArray[np.uint8]]:
        """The first `size` bytes of its values; getting them is that share of the work."""
        assert self._archive is not None
        filled, skip = 0, self._headers[name].offset
        for part in self._archive.chunks(f"{name}.npy"):
            piece = np.frombuffer(part, dtype=np.uint8)[skip:][: size - filled]
            skip = max(0, skip - len(part))
            yield piece
            filled += piece.size
            self._task.progress(share * min(1.0, (self._read + filled) / self.wanted))
            if filled == size:
                break
        self._read += filled


def _mapped(path: Path, header: Header, start: int) -> Array:
    order = "F" if header.fortran else "C"
    return np.memmap(path, header.dtype, "r", start, header.shape, order)  # type: ignore[call-overload,no-any-return]
