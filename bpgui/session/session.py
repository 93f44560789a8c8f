"""The program without its window: what is open, what is trained, what is looked at, and its file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from bpgui.data.errors import DataError
from bpgui.data.spec import SampleOrigin
from bpgui.project.samples import SAMPLES, open_sample
from bpgui.runs.run import Run
from bpgui.session.document import FIRST_SAMPLE, Document
from bpgui.session.selection import Selection
from bpgui.session.shown_run import TRAINING
from bpgui.session.trainer import Trainer
from bpgui.session.trying import Trying

if TYPE_CHECKING:
    from bpgui.data.table import Table
    from bpgui.runs.answers import TestAnswer
    from bpgui.session.explaining.walk import Walk
    from bpgui.session.learning.player import Player
    from bpgui.session.selection import Asked

_TABLES = 8  # from so many on, it is worth looking which are still wanted


class Session(QObject):
    """`document`, `trainer`, `selection` and `walk`, and what takes all of them: the project file, the lessons.

    `happened` tells by names of lessons.EVENTS what only the window sees; `last_test` is the last look at the test
    part.
    """

    happened = Signal(str)

    def __init__(self, parent: QObject | None = None, *, begun: bool = True) -> None:
        """One that has not `begun` has no run yet; it begins by itself when something is to be trained or shown."""
        super().__init__(parent)
        self.document: Document = Document(self)
        self.trainer: Trainer = Trainer(self.document, self)
        self.selection: Selection = Selection(self)
        self.selection.explain_requested.connect(self._explain)
        self._trying = Trying(self.document, self)
        self.last_test: TestAnswer | None = None
        self._saved_marks = self._marks()
        self.document.changed.connect(self._forget_what_is_gone)
        if begun:
            self.trainer.begin()

    @cached_property
    def walk(self) -> Walk:
        """Made when it is first asked for: all that explaining takes is loaded with it."""
        from bpgui.session.explaining.walk import Walk

        walk = Walk(self.document, self.trainer, self)
        walk.opened.connect(self._select_what_is_explained)
        return walk

    @property
    def walking(self) -> bool:
        """Whether a step is being explained."""
        return "walk" in vars(self) and self.walk.trace is not None

    @property
    def weights_unsaved(self) -> bool:
        """Whether something was learnt that the file does not hold."""
        return not self._marks() <= self._saved_marks or (
            self.trainer.state == TRAINING and self.trainer.progress.step > 0
        )

    @property
    def unsaved(self) -> bool:
        return self.document.modified or self.weights_unsaved

    @cached_property
    def player(self) -> Player:
        """Plays lessons; made when somebody asks for it, to keep the start quick."""
        from bpgui.session.learning.player import Player

        return Player(self)

    @property
    def untouched(self) -> bool:
        """Whether what is open is a sample as it came."""
        document = self.document
        origin = document.spec.data.origin
        own_file = document.path is not None and not document.covers_other_data
        if own_file or not isinstance(origin, SampleOrigin) or origin.name not in SAMPLES:
            return False
        rows, noise = (origin.rows, origin.noise) if SAMPLES[origin.name].fields else (None, None)
        try:
            fresh, _ = open_sample(origin.name, rows, noise, origin.seed)
        except DataError:
            return False
        spec = document.spec
        return (fresh.network, fresh.training, fresh.data) == (spec.network, spec.training, spec.data)

    def save(self, path: Path) -> None:
        """Write the project with its runs. Raises StorageError; the file that was there is then as it was."""
        from bpgui.project import storage

        with self.trainer.parked():
            self.trainer.take_down(halt=False)
            stored = tuple(run.to_stored() for run in self.trainer.runs)
        runs = list(self.trainer.runs)
        store = self.document.store
        wanted = {self.document.spec.data.table} | {run.spec.data.table for run in runs}
        current = self.trainer.run.id if self.trainer.run is not None and self.trainer.run.trained else None
        project = storage.Project(
            self.document.spec, {sha: store.get(sha) for sha in sorted(wanted)},
            stored, current, test_looks=dict(self.document.test_looks), lesson=self.document.lesson,
        )  # fmt: skip
        storage.save_project(path, project)
        self._saved_marks = self._marks()
        self.document.saved(path)

    def open(self, path: Path, tables: Mapping[str, Table] = MappingProxyType({})) -> tuple[str, ...]:
        """Open a project file; returns sentences about what could not be read.

        Raises StorageError, and nothing has changed then; TableElsewhere where a large table must be read first, to be
        given as `tables`.
        """
        from bpgui.project import storage

        project = storage.load_project(path, tables)
        notes = list(project.notes)
        runs = []
        for stored in project.runs:
            try:
                run = Run.from_stored(stored)
            except ValueError as error:
                notes.append(str(error))
                continue
            if run.spec.data.table in project.tables:
                runs.append(run)
            else:
                notes.append(f"Run {run.number} was left out: the table that it was trained on cannot be read.")
        self.trainer.restore([], None)
        for table in project.tables.values():
            self.document.store.put(table)
        self.document.replace(project.spec, path, project.test_looks, project.lesson)
        self.trainer.restore(runs, project.current)
        self._forget_tables()
        self._saved_marks = self._marks()
        return tuple(notes)

    def new(self) -> None:
        """An empty slate: the first sample, no file, no runs."""
        self.trainer.restore([], None)
        spec, table = open_sample(FIRST_SAMPLE)
        self.document.store.put(table)
        self.document.replace(spec, None)
        self.trainer.restore([], None)
        self._forget_tables()
        self._saved_marks = self._marks()

    def look_at_test(self) -> TestAnswer | None:
        """How the run shown does on the sealed test part, and one more look counted; None without a run or such rows.

        The only way for the window to results of test rows.
        """
        from bpgui.runs.sealed import test_scores

        with self.trainer.parked() as driver:
            if driver is None or not len(driver.data.test):
                return None
            self.last_test = answer = test_scores(driver)
        self.document.break_seal()
        return answer

    def shutdown(self) -> bool:
        """End the worker, within 2 seconds."""
        self._trying.stop()
        if "player" in vars(self):
            self.player.stop()
        if "walk" in vars(self):
            self.walk.leave()
        ended = self.trainer.shutdown()
        # Undo commands written in Python must be gone before their stack: collected together they end the process.
        self.document.undo_stack.clear()
        return ended

    def _forget_tables(self) -> None:
        """Keep the tables that the project, its undo steps or a run refer to."""
        self.document.store.keep(self.document.tables() | self.trainer.runs.tables())

    def _marks(self) -> set[tuple[str, int]]:
        """(run, step) of every trained run."""
        return {(run.id, run.state.step) for run in self.trainer.runs if run.state is not None}

    @Slot(object)
    def _explain(self, asked: Asked) -> None:
        self.walk.ask_for(asked)

    @Slot()
    def _select_what_is_explained(self) -> None:
        """A weight that was asked for anywhere is the selected one."""
        from bpgui.session.explaining.spots import parameter_at

        parameter = parameter_at(self.walk.page.spot) if self.walk.page is not None else None
        if parameter is not None:
            self.selection.select_parameter(parameter)

    @Slot(object, object)
    def _forget_what_is_gone(self, before: object, after: object) -> None:
        """A layer that is no longer there is not looked at; tables that nothing refers to are forgotten."""
        spec = self.document.spec
        if len(self.document.store) > _TABLES:
            self._forget_tables()
        if self.selection.layer is not None and self.selection.layer not in {layer.id for layer in spec.network.layers}:
            self.selection.select_layer(None)
