"""The runs that are kept: the shown one and the last trained ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpgui.project.spec import ProjectSpec, structure
from bpgui.runs.run import Run

KEPT = 8


class RunList:
    """Oldest first; the last is the one preferred for its project."""

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        self._runs = list(runs)
        self.pinned: frozenset[str] = frozenset()  # ids of runs that make no room
        self.afresh = False  # what the project becomes now begins a run of its own

    def __iter__(self) -> Iterator[Run]:
        """The trained ones, by number."""
        return iter(sorted((run for run in self._runs if run.trained), key=lambda run: run.number))

    def get(self, id: str) -> Run | None:
        return next((run for run in self._runs if run.id == id), None)

    def latest(self, spec: ProjectSpec) -> Run | None:
        """The run shown last of a project with that structure."""
        if self.afresh:
            return None
        wanted = structure(spec)
        return next((run for run in reversed(self._runs) if structure(run.spec) == wanted), None)

    def next_number(self) -> int:
        return 1 + max((run.number for run in self._runs if run.trained), default=0)

    def add(self, run: Run) -> None:
        """Keep it as the latest; untrained ones and the oldest trained ones make room."""
        trained = [kept for kept in self._runs if kept.trained and kept is not run]
        free = [kept for kept in trained if kept.id not in self.pinned]
        gone = {kept.id for kept in free[: -(KEPT - 1)]}
        self._runs = [*(kept for kept in trained if kept.id not in gone), run]

    def keep(self, ids: Iterable[str]) -> None:
        """These alone."""
        wanted = set(ids)
        self._runs = [run for run in self._runs if run.id in wanted]

    def prefer(self, run: Run) -> None:
        """Make it the one that `latest` finds."""
        self._runs.remove(run)
        self._runs.append(run)

    def tables(self) -> set[str]:
        """Hashes of the tables they were trained on."""
        return {run.spec.data.table for run in self._runs}
