"""The one undo command: it holds the project before and after."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QUndoCommand

from bpgui.project.spec import ProjectSpec
from bpgui.session.guard import guarded

_MERGE_SECONDS = 1.5
_MERGE_ID = 1


Paths = tuple[Path | None, Path | None]


class Edit(QUndoCommand):
    """Edits with the same merge key that follow each other closely (a slider drag) are one.

    `paths` is the open file before and after, where the edit changes that too.
    """

    def __init__(
        self, text: str, before: ProjectSpec, after: ProjectSpec, show: Callable[[ProjectSpec, Paths | None], None],
        merge_key: str | None = None, paths: Paths | None = None,
    ) -> None:  # fmt: skip
        super().__init__(text)
        self.before, self.after = before, after
        self._show, self._merge_key, self._paths = show, merge_key, paths
        self._time = time.monotonic()

    @guarded
    def redo(self) -> None:
        self._show(self.after, self._paths)

    @guarded
    def undo(self) -> None:
        self._show(self.before, self._paths and self._paths[::-1])

    @guarded(default=-1)
    def id(self) -> int:
        return -1 if self._merge_key is None else _MERGE_ID

    @guarded(default=False)
    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, Edit) or other._merge_key != self._merge_key:
            return False
        if other._time - self._time > _MERGE_SECONDS:
            return False
        self.after, self._time = other.after, other._time
        return True
