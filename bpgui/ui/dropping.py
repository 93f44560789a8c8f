"""What is dropped or pasted: files, tables as text, or something of which nothing can be made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QDragEnterEvent

LONGEST_TEXT = 256 << 20  # characters of a table in the clipboard
_SHORTEST = 2  # lines that make a table


@dataclass(frozen=True)
class Dropped:
    """Files on this computer; else a text; `remote` says that files lie elsewhere, `picture` that it is an image."""

    paths: tuple[Path, ...] = ()
    text: str = ""
    remote: bool = False
    picture: bool = False

    @property
    def is_table(self) -> bool:
        """Whether the text has rows."""
        lines = (line for line in self.text.splitlines() if line.strip())
        return sum(1 for _ in zip(range(_SHORTEST), lines, strict=False)) == _SHORTEST


def welcome(event: QDragEnterEvent) -> bool:
    """Accept what something may come of, by its kind alone: what is in it is not asked for before it is dropped.

    While it is still held, the process that will read it gets ready.
    """
    mime = event.mimeData()
    if not (mime.hasUrls() or mime.hasText() or mime.hasImage()):
        return False
    event.acceptProposedAction()
    from bpgui.data.reading_process import SPARE

    SPARE.prepare()
    return True


def dropped_of(mime: QMimeData) -> Dropped:
    """What a drop or the clipboard holds. Spreadsheets offer their cells as text with tabs beside other forms."""
    urls = mime.urls() if mime.hasUrls() else []
    paths = tuple(Path(url.toLocalFile()) for url in urls if url.isLocalFile())
    if paths:
        return Dropped(paths)
    if urls:
        return Dropped(remote=True)
    if not mime.hasText():
        return Dropped(picture=mime.hasImage())
    text = mime.text()[:LONGEST_TEXT]
    line = text.strip()
    if "\n" not in line:
        named = _path_in(line)
        if named is not None:
            return Dropped((named,))
        if line.startswith(("http://", "https://", "ftp://")):
            return Dropped(remote=True)
    return Dropped(text=text)


def _path_in(line: str) -> Path | None:
    """A line that names a file or folder that is there."""
    if not line or len(line) > 4096:
        return None
    path = Path(QUrl(line).toLocalFile()) if line.startswith("file:") else Path(line)
    try:
        return path if path.is_absolute() and path.exists() else None
    except (OSError, ValueError):
        return None


class PastedTables:
    """Pasted text as files of this session, so that they are read like any other and can be read again."""

    def __init__(self) -> None:
        from tempfile import TemporaryDirectory

        self._folder = TemporaryDirectory(prefix="bpgui-pasted-", ignore_cleanup_errors=True)
        self._count = 0

    def keep(self, text: str, name: str) -> Path:
        """The file that holds it now. Raises OSError."""
        self._count += 1
        folder = Path(self._folder.name, str(self._count))
        folder.mkdir()
        path = folder / name
        path.write_text(text, encoding="utf-8", errors="replace", newline="")
        return path

    def discard(self) -> None:
        """Remove them all."""
        self._folder.cleanup()

    def holds(self, path: Path) -> bool:
        return Path(self._folder.name) in path.parents
