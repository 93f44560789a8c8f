"""What a check says, and what it shares with the others."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Literal, TypeVar
from weakref import WeakKeyDictionary, ref

from bpgui.data.encoding import Dataset
from bpgui.data.errors import DataError
from bpgui.data.spec import DataSpec
from bpgui.data.table import Table
from bpgui.project import build
from bpgui.project.spec import ProjectSpec

Severity = Literal["error", "warning"]
Change = Callable[[ProjectSpec], ProjectSpec]
T = TypeVar("T")
Look = Callable[[Table, DataSpec, Dataset], T]
_seen: WeakKeyDictionary[Dataset, dict[str, object]] = WeakKeyDictionary()
_latest: tuple[ProjectSpec, ref[Table], ref[Dataset]] | None = None


@dataclass(frozen=True)
class Fix:
    """One way out: a button's label and a pure edit (not compared, so that equal findings are equal)."""

    label: str
    change: Change = field(compare=False)


@dataclass(frozen=True)
class Finding:
    """`severity` "error" keeps training from starting. `text` says what is wrong, `why` why it matters.

    `where` is "data", "loss", "layer:d2", "column:x1" or "training:batch_size"; `also` are further places of that kind.
    """

    key: str
    severity: Severity
    where: str
    text: str
    why: str
    fixes: tuple[Fix, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """All places that it is about, the first one first."""
        return (self.where, *self.also)


# Tries a project out: yields the share done every few milliseconds at most, and returns what it finds.
Trial = Generator[float, None, tuple[Finding, ...]]


def finished(trial: Trial) -> tuple[Finding, ...]:
    """Run it to its end."""
    while True:
        try:
            next(trial)
        except StopIteration as end:
            found: tuple[Finding, ...] = end.value
            return found


def dataset_of(spec: ProjectSpec, table: Table) -> Dataset | None:
    """The encoded arrays, or None where there can be none: `unusable_data` reports that.

    Nearly every check asks for those of one specification, whose hundreds of columns need not be compared each time.
    """
    global _latest
    if _latest is not None and _latest[0] is spec and _latest[1]() is table and (known := _latest[2]()) is not None:
        return known
    try:
        found = build.dataset(spec, table)
    except DataError:
        return None
    _latest = (spec, ref(table), ref(found))
    return found


def once(look: Look[T], spec: ProjectSpec, table: Table, data: Dataset) -> T:
    """What `look` finds, looked at once for each `data` (of `dataset_of`): checks are made at every edit."""
    known = _seen.setdefault(data, {})
    if look.__name__ not in known:
        known[look.__name__] = look(table, spec.data, data)
    return known[look.__name__]  # type: ignore[return-value]


def places_of(names: list[str]) -> tuple[str, ...]:
    """The places of those columns."""
    return tuple(f"column:{name}" for name in names)
