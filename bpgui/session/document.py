"""The open project: its one specification, its tables, the undo stack."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack

from bpgui.data.encoding import Dataset
from bpgui.data.errors import DataError
from bpgui.data.spec import SampleOrigin
from bpgui.data.store import DataStore
from bpgui.data.table import Table
from bpgui.project import build, samples
from bpgui.project.edits import IllegalEdit, set_seed, use_table
from bpgui.project.proposal import propose
from bpgui.project.spec import ProjectSpec
from bpgui.session.commands import Edit

if TYPE_CHECKING:
    from bpgui.data.readers import Reading
    from bpgui.project.checks import Finding, Trial

FIRST_SAMPLE = "xor"
# Why an edit is not allowed now, "" where it is.
Guard = Callable[[ProjectSpec, ProjectSpec], str]


class Document(QObject):
    """`apply` is the only way to change `spec`. Views redraw from `changed(before, after)` and keep no second copy.

    While there is a `guard`, edits that it gives a reason against are refused. A `trial` is what the checks leave to be
    made when edits rest; `findings_changed` tells of what it found.
    """

    changed = Signal(object, object)
    path_changed = Signal()
    looked = Signal(int)
    lesson_changed = Signal()
    modified_changed = Signal(bool)
    findings_changed = Signal()
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = DataStore()
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._clean_changed)
        self.path: Path | None = None
        self.spec, table = samples.open_sample(FIRST_SAMPLE)
        self.store.put(table)
        self.dataset: Dataset | None = build.dataset(self.spec, table)
        self.dataset_error = ""
        self.findings: tuple[Finding, ...] = ()  # a test sees to it that the first sample has none
        self.trial: Trial | None = None
        self.guard: Guard | None = None
        self.test_looks: dict[str, int] = {}
        self._saved_looks: dict[str, int] = {}
        self.lesson = self._saved_lesson = ""  # the text of the lesson that the project comes with
        self._saved_table = ""  # the hash of the data that the file holds
        self._set_up: set[str] = set()  # hashes of data that a lesson has put in its place

    @property
    def table(self) -> Table:
        return self.store.get(self.spec.data.table)

    @property
    def suggested_name(self) -> str:
        """A name for a project that has none: that of its data."""
        return Path(self.spec.data.origin.name).stem or "project"

    @property
    def modified(self) -> bool:
        """Whether the specification, the looks at the test part or the lesson differ from the file's."""
        return not self.undo_stack.isClean() or self._besides != (self._saved_looks, self._saved_lesson)

    @property
    def _besides(self) -> tuple[dict[str, int], str]:
        """What is in the file and cannot be undone."""
        return self.test_looks, self.lesson

    @property
    def covers_other_data(self) -> bool:
        """Whether the file holds other data than what was set up in its place: saving would lose that."""
        shown = self.spec.data.table
        return self.path is not None and shown != self._saved_table and shown in self._set_up

    @property
    def blocked(self) -> bool:
        """Whether something must be put right before a run can start."""
        return self.dataset is None or any(f.severity == "error" for f in self.findings)

    def apply(self, text: str, after: ProjectSpec, merge_key: str | None = None) -> bool:
        """Change the project, undoably. `text` names the edit in the Edit menu; edits with one `merge_key` merge.

        What `guard` does not allow is refused in words, and changes nothing.
        """
        allowed = self._allows(after)
        if allowed and after != self.spec:
            self.undo_stack.push(Edit(text, self.spec, after, self._show, merge_key))
        return allowed

    def _allows(self, after: ProjectSpec) -> bool:
        """Whether `guard` does; says why where it does not."""
        reason = self.guard(self.spec, after) if self.guard is not None else ""
        if reason:
            self.refused.emit(reason)
        return not reason

    def edit(
        self, text: str, function: Callable[..., ProjectSpec], *args: Any, merge_key: str | None = None, **kwargs: Any
    ) -> bool:
        """Apply `function(spec, ...)` of `project.edits`; an illegal edit is refused in words and changes nothing."""
        try:
            after = function(self.spec, *args, **kwargs)
        except IllegalEdit as error:
            self.refused.emit(str(error))
            return False
        return self.apply(text, after, merge_key)

    def undo(self) -> None:
        """Take the last edit back; what `guard` does not allow stays, and is refused in words."""
        step = self.undo_stack.command(self.undo_stack.index() - 1)
        if isinstance(step, Edit) and self._allows(step.before):
            self.undo_stack.undo()

    def redo(self) -> None:
        """Make the edit again that was taken back last, where `guard` allows it."""
        step = self.undo_stack.command(self.undo_stack.index())
        if isinstance(step, Edit) and self._allows(step.after):
            self.undo_stack.redo()

    def open_sample(self, name: str, **fields: Any) -> None:
        """A sample with its own network; an edit like any other, but no longer the file's content."""
        try:
            spec, table = samples.open_sample(name, **fields)
        except DataError as error:
            self.refused.emit(str(error))
            return
        self.open_made(self.tr("Open sample"), spec, table)

    def open_made(self, text: str, spec: ProjectSpec, table: Table) -> bool:
        """A project that the program has made, as a person asks for it: not where `guard` is against it."""
        allowed = self._allows(spec)
        if allowed:
            self.become(text, spec, table)
        return allowed

    def become(self, text: str, spec: ProjectSpec, table: Table, path: Path | None = None) -> None:
        """Another project with its file (None: not saved yet), as an edit that can be undone; nothing guards it."""
        self.store.put(table)
        if path is not None and path == self.path and table.sha != self.spec.data.table:
            self._set_up.add(table.sha)
        if spec != self.spec or path != self.path:
            self.undo_stack.push(Edit(text, self.spec, spec, self._show, paths=(self.path, path)))

    def change_points(self, **fields: Any) -> None:
        """Make the sample's points anew (rows, noise, seed) under the same network."""
        origin = self.spec.data.origin
        assert isinstance(origin, SampleOrigin)
        now = {"rows": origin.rows, "noise": origin.noise, "seed": origin.seed}
        try:
            made, table = samples.open_sample(origin.name, **(now | fields))
        except DataError as error:
            self.refused.emit(str(error))
            return
        self.store.put(table)
        self.edit(
            self.tr("Change points"), use_table, table, made.data.origin, self.spec.data.columns, self.spec.data.split,
            merge_key="points",
        )  # fmt: skip

    def use_reading(self, reading: Reading) -> None:
        """A file's table, with roles, loss and output proposed; hidden layers stay. Undoable."""
        self.store.put(reading.table)
        self.apply(self.tr("Open data"), propose(reading.table, reading.origin, base=self.spec, seed=self.spec.seed))

    @property
    def looks(self) -> int:
        """How many times the test part of the present data was looked at; `looked` tells of each."""
        return self.test_looks.get(self.spec.data.table, 0)

    def break_seal(self) -> int:
        """Count one more look at the test part of the present data, which cannot be undone, and return the count.

        Nothing else that is shown may come from test rows; `Session.look_at_test` counts and looks.
        """
        before = self.modified
        self.test_looks[self.spec.data.table] = self.looks + 1
        self.looked.emit(self.looks)
        if not before:
            self.modified_changed.emit(True)
        return self.looks

    def set_seed(self, seed: int) -> None:
        self.edit(self.tr("New seed"), set_seed, seed)

    def set_lesson(self, text: str) -> None:
        """The lesson that the project begins with, as its file's text; "" for none."""
        if text != self.lesson:
            self.lesson = text
            self.lesson_changed.emit()
            self.modified_changed.emit(self.modified)

    def replace(
        self, spec: ProjectSpec, path: Path | None, test_looks: Mapping[str, int] = MappingProxyType({}),
        lesson: str = "",
    ) -> None:  # fmt: skip
        """Another project altogether (its tables are in the store already): nothing to undo to."""
        before = self.spec
        self._look(spec)
        self.spec = spec
        self.test_looks, self._saved_looks = dict(test_looks), dict(test_looks)
        self.lesson = self._saved_lesson = lesson
        self._saved_table, self._set_up = spec.data.table, set()
        self.undo_stack.clear()
        self.set_path(path)
        self.changed.emit(before, spec)

    def saved(self, path: Path) -> None:
        """The file at `path` now holds what is open."""
        only_looks = self.undo_stack.isClean() and self.modified
        self._saved_looks, self._saved_lesson = dict(self.test_looks), self.lesson
        self._saved_table, self._set_up = self.spec.data.table, set()
        self.undo_stack.setClean()
        if only_looks:
            self.modified_changed.emit(False)
        self.set_path(path)

    def set_path(self, path: Path | None) -> None:
        if path != self.path:
            self.path = path
            self.path_changed.emit()

    def tables(self) -> set[str]:
        """Hashes of the tables that the project and its undo steps refer to."""
        steps = (self.undo_stack.command(index) for index in range(self.undo_stack.count()))
        specs = [spec for step in steps if isinstance(step, Edit) for spec in (step.before, step.after)]
        return {spec.data.table for spec in (self.spec, *specs)}

    def _show(self, spec: ProjectSpec, paths: tuple[Path | None, Path | None] | None = None) -> None:
        """Show another specification; `paths` is the file before and after where that changes too."""
        before = self.spec
        self._look(spec)
        self.spec = spec
        if paths is not None:
            self.set_path(paths[1])
        self.changed.emit(before, spec)

    def _look(self, spec: ProjectSpec) -> None:
        """Encode the data and run the checks for a specification; what goes wrong leaves everything as it was."""
        from bpgui.project.checks import look

        table = self.store.get(spec.data.table)
        findings: tuple[Finding, ...] = ()
        dataset, problem, trial = None, "", None
        try:
            findings, trial = look(spec, table)
            dataset = build.dataset(spec, table)
        except DataError as error:
            problem = str(error)
        except MemoryError:
            problem = self.tr("The data does not fit into memory. Use fewer rows or columns, or precision float32.")
        self.findings, self.trial, self.dataset, self.dataset_error = findings, trial, dataset, problem

    def try_out(self, seconds: float = math.inf) -> None:
        """Go on with the trial for so long; there is none any more once it is over."""
        end = perf_counter() + seconds
        try:
            while self.trial is not None and perf_counter() < end:
                next(self.trial)
        except StopIteration as over:
            self._tried(over.value)
        except (DataError, MemoryError):  # said when it is trained
            self._tried(())

    def _tried(self, found: tuple[Finding, ...]) -> None:
        self.trial = None
        if found:
            self.findings += found
            self.findings_changed.emit()

    @Slot(bool)
    def _clean_changed(self, clean: bool) -> None:
        self.modified_changed.emit(self.modified)
