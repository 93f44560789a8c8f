"""Writing a script while the window lives on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from bpgui.data.table import Table
from bpgui.project.exporters import EXPORTERS, Exported, Recorded
from bpgui.project.spec import ProjectSpec
from bpgui.ui.dialogs.numpy_code_view import folded
from bpgui.ui.work import AT_ONCE, Work

Then = Callable[[Exported, str], None]


class Writing(QObject):
    """One text at a time; `failed(sentence)` where it cannot be made."""

    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work = Work(self, "the code could not be written")
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)

    @property
    def busy(self) -> bool:
        return self._work.busy

    def start(self, spec: ProjectSpec, table: Table, recorded: Recorded, name: str, then: Then) -> None:
        """`then(exported, text to show)` is called in the window's thread.

        Nothing happens while another text is being made.
        """
        if self.busy:
            return
        words = self.tr("… {0} characters of packed data, in the saved file …")

        def write() -> tuple[Exported, str]:
            exported = EXPORTERS["numpy"].write(spec, table, recorded, name)
            return exported, folded(exported.text, words)

        self._work.ask(then, write, AT_ONCE + 1)

    def halt(self) -> None:
        """Forget what is being made; its thread ends by itself."""
        self._work.forget()

    @Slot(object, object)
    def _on_done(self, then: Then, made: tuple[Exported, str]) -> None:
        then(*made)

    @Slot(object, object)
    def _on_failed(self, then: Then, error: Exception) -> None:
        self.failed.emit(str(error))
