"""The one undo command: it holds the project before and after."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from bpgui.project.spec import ProjectSpec
from bpgui.session.guard import guarded

_MERGE_SECONDS = 1.5
_MERGE_ID = 1


class Edit(QUndoCommand):
    """Edits with the same merge key that follow each other closely (a slider drag) are one."""

    def __init__(
        self, text: str, before: ProjectSpec, after: ProjectSpec, show: Callable[[ProjectSpec], None],
        merge_key: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(text)
        self.before, self.after = before, after
        self._show, self._merge_key = show, merge_key
        self._time = time.monotonic()

    @guarded
    def redo(self) -> None:
        self._show(self.after)

    @guarded
    def undo(self) -> None:
        self._show(self.before)

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
