"""Running an exported script in a process of its own, and comparing what it prints with the run in the window."""

from __future__ import annotations

import re
import site
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QProcess,
    Qt,
    QTemporaryDir,
    Signal,
    Slot,
)

from bpgui.project.exporters import Recorded
from bpgui.project.exporters.numpy_script import LOSS_COLUMNS
from bpgui.session.guard import guarded
from bpgui.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
_LINE = re.compile(r"epoch (\d+): (.+)")
_WEIGHTS = "weights "
_PENDING, _SAME, _DIFFERENT = 0, 1, 2
_HALT_MS = 2000


def command(path: str) -> list[str]:
    """The words that run a Python file: by this interpreter, or by this program where it is frozen."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--run-script", path]
    user = site.getusersitepackages() if site.ENABLE_USER_SITE else ""
    # -I leaves out what lies in the person's own folder; numpy may lie there.
    return [sys.executable, "-E" if user and str(np.__file__).startswith(user) else "-I", "-u", path]


class ScriptRun(QObject):
    """One script in a child process: `printed(lines)` as they come, then once `ended(exit code, errors)`."""

    printed = Signal(object)
    ended = Signal(int, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._folder = QTemporaryDir()
        self._rest = b""
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    def start(self, name: str, text: str, beside: Mapping[str, bytes]) -> None:
        """Raises OSError where the files cannot be written."""
        folder = Path(self._folder.path())
        for other, data in beside.items():
            (folder / other).write_bytes(data)
        (folder / name).write_text(text, "utf-8")
        program, *words = command(str(folder / name))
        self._process.start(program, words)

    def halt(self) -> None:
        """End it without a word."""
        self._process.blockSignals(True)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(_HALT_MS)

    @Slot()
    def _on_output(self) -> None:
        *lines, self._rest = (self._rest + self._process.readAllStandardOutput().data()).split(b"\n")
        if lines:
            self.printed.emit([line.decode("utf-8", "replace").rstrip("\r") for line in lines])

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_output()
        crashed = status == QProcess.ExitStatus.CrashExit
        errors = self._process.readAllStandardError().data().decode("utf-8", "replace").strip()
        self.ended.emit(code or int(crashed), errors)

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.ended.emit(1, self._process.errorString())


class Comparison(QAbstractTableModel):
    """A row for each recorded loss: epoch, which, in the window, in the script, the same or not."""

    def __init__(self, recorded: Recorded, parent: QObject | None = None) -> None:
        super().__init__(parent)
        losses = recorded.losses
        present = {n: c for n, c in LOSS_COLUMNS.items() if c == 1 or _tells(losses[:, c], c)}
        self._weights = recorded.weights
        self.rows: list[tuple[int, str, float]] = [
            (int(row[0]), name, float(row[column])) for row in losses.tolist() for name, column in present.items()
        ]
        self._places = {(epoch, name): place for place, (epoch, name, _) in enumerate(self.rows)}
        self._found: list[float | None] = [None] * len(self.rows)
        self._states = np.zeros(len(self.rows), np.uint8)
        self.weights_found = ""
        self._headers = (
            self.tr("Epoch"), self.tr("Loss"), self.tr("In the window"), self.tr("In the script"), self.tr("Same?"),
        )  # fmt: skip
        self._words = ("…", self.tr("✓ same"), self.tr("✗ differs"))

    # ---- comparing

    def take(self, lines: Sequence[str]) -> None:
        """What the script printed."""
        touched = []
        for line in lines:
            found = _LINE.fullmatch(line)
            if found is not None:
                for part in found[2].split(", "):
                    name, _, value = part.rpartition(" ")
                    touched.append(self._take(int(found[1]), name, value))
            elif line.startswith(_WEIGHTS):
                self.weights_found = line.removeprefix(_WEIGHTS)
        places = [place for place in touched if place is not None]
        if places:
            self.dataChanged.emit(self.index(min(places), 3), self.index(max(places), 4))

    def _take(self, epoch: int, name: str, value: str) -> int | None:
        place = self._places.get((epoch, name))
        if place is not None:
            number = float(value)
            self._found[place] = number
            self._states[place] = _SAME if number.hex() == self.rows[place][2].hex() else _DIFFERENT
        return place

    @property
    def same(self) -> int:
        return int((self._states == _SAME).sum())

    @property
    def different(self) -> int:
        return int((self._states == _DIFFERENT).sum())

    @property
    def first_difference(self) -> int:
        """The row of the first loss that differs; -1 where none does."""
        return int(np.argmax(self._states == _DIFFERENT)) if self.different else -1

    @property
    def complete(self) -> bool:
        """Whether everything was found, and all of it is the same."""
        return self.same == len(self.rows) and self.weights_found == self._weights

    # ---- for the view

    @guarded(default=0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    @guarded(default=0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headers)

    def text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        epoch, name, expected = self.rows[row]
        found = self._found[row]
        script = "" if found is None else repr(found)
        return (str(epoch), self.tr(name), repr(expected), script, self._words[self._states[row]])[column]

    @guarded
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.text(index.row(), index.column())
        state = self._states[index.row()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 4 and state != _PENDING:
            return theme().good if state == _SAME else theme().bad
        return None

    @guarded
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


def _tells(values: np.ndarray[Any, Any], column: int) -> bool:
    """Whether a column of losses holds any: a validation loss that is a number, a penalty that is not 0."""
    return bool(values.any() if column == 3 else np.isfinite(values).any()) if len(values) else False
