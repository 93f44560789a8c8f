"""Ways to hand a run to another program, as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bpgui.data.table import Table
from bpgui.project.exporters import numpy_script
from bpgui.project.exporters.recorded import Change, Exported, Recorded
from bpgui.project.spec import ProjectSpec


class Write(Protocol):
    """A pure function; `name` is the file's. Raises DataError where the data cannot be learnt from."""

    def __call__(self, spec: ProjectSpec, table: Table, recorded: Recorded, name: str = ...) -> Exported: ...


@dataclass(frozen=True)
class Exporter:
    """One entry of EXPORTERS."""

    name: str
    label: str
    suffix: str
    help: str
    write: Write


EXPORTERS: dict[str, Exporter] = {
    e.name: e
    for e in (
        Exporter(
            "numpy", "numpy code", ".py",
            "One readable Python file that needs only numpy, repeats the run to the bit and proves it.",
            numpy_script.write,
        ),
    )
}  # fmt: skip

__all__ = ["EXPORTERS", "Change", "Exported", "Exporter", "Recorded"]
