"""Arrays in files of their own that belong together, such as X_train.npy and y_train.npy: as one archive."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from bpgui.data.errors import DataError
from bpgui.data.readers.npy.npy_header import HEADER_LIMIT, MAGIC, Header, parse_header
from bpgui.data.readers.npy.npz_layout import find_layout


def bundled(paths: Sequence[Path], target: Path) -> list[Path]:
    """The archive `target` of them, where their names say inputs and targets; the files as they are where not."""
    if len(paths) < 2 or len({path.stem for path in paths}) < len(paths):
        return list(paths)
    headers = {path.stem: header for path in paths if (header := _header(path)) is not None}
    layout = find_layout(headers) if len(headers) == len(paths) else None
    if layout is None or set(layout.names) != set(headers) or layout.columns:
        return list(paths)
    with zipfile.ZipFile(target, "w") as archive:
        for path in paths:
            archive.write(path, f"{path.stem}.npy")
    return [target]


def _header(path: Path) -> Header | None:
    """None for an archive and for a file that cannot be read, which its reader says."""
    with path.open("rb") as file:
        head = file.read(HEADER_LIMIT + 12)
    if not head.startswith(MAGIC):
        return None
    try:
        return parse_header(path.name, head, path.stat().st_size)
    except DataError:
        return None
