"""Small projects and tables that the tests of this folder share."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from bpgui.data.spec import FileOrigin
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.project import edits
from bpgui.project.proposal import propose
from bpgui.project.spec import ProjectSpec
from bpgui.project.storage import Project

FILE = FileOrigin(name="data.csv", path="data.csv")


def mixed_table(rows: int = 60) -> Table:
    """Numbers a, b; text color (3 classes), answer (2 classes), binary 0/1 and y, a number."""
    rng = np.random.default_rng(5)
    return Table(
        (
            NumberColumn("a", rng.normal(0.0, 1.0, rows)),
            NumberColumn("b", rng.normal(0.5, 2.0, rows)),
            TextColumn.of("color", [("red", "green", "blue")[i % 3] for i in range(rows)]),
            TextColumn.of("answer", [("no", "yes")[i % 2] for i in range(rows)]),
            NumberColumn("binary", np.arange(rows) % 2),
            NumberColumn("y", rng.normal(0.0, 1.0, rows)),
        )
    )


def mixed_project(target: str = "y", rows: int = 60) -> tuple[ProjectSpec, Table]:
    """A proposed project on `mixed_table` that predicts `target`."""
    table = mixed_table(rows)
    return edits.set_target(propose(table, FILE), table, target), table


def with_column(spec: ProjectSpec, name: str, **changes: object) -> ProjectSpec:
    """One column changed past all rules."""
    columns = tuple(replace(c, **changes) if c.name == name else c for c in spec.data.columns)
    return replace(spec, data=replace(spec.data, columns=columns))


def with_training(spec: ProjectSpec, **changes: object) -> ProjectSpec:
    """Training changed past all rules."""
    return replace(spec, training=replace(spec.training, **changes))


def same(a: Project, b: Project) -> bool:
    """Whether two projects hold the same, arrays bit by bit."""
    if (a.spec, a.current, dict(a.tables)) != (b.spec, b.current, dict(b.tables)) or len(a.runs) != len(b.runs):
        return False
    return all(
        (x.id, x.meta, set(x.arrays)) == (y.id, y.meta, set(y.arrays))
        and all(
            x.arrays[k].dtype == y.arrays[k].dtype and x.arrays[k].shape == y.arrays[k].shape
            and x.arrays[k].tobytes() == y.arrays[k].tobytes() for k in x.arrays
        )
        for x, y in zip(a.runs, b.runs, strict=True)
    )  # fmt: skip
