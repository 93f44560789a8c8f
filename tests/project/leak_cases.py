"""Projects whose data lets a network look better than it is, each made by a function without arguments."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace
from project_fixtures import FILE, with_column

from bpgui.data.spec import Split
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn
from bpgui.project import edits
from bpgui.project.proposal import propose
from bpgui.project.spec import ProjectSpec

ROWS = 300
Made = tuple[ProjectSpec, Table]


def project(*columns: AnyColumn, target: str = "y", **split: object) -> Made:
    """The proposed project, with all columns as features but those called patient or file."""
    table = Table(columns)
    spec = edits.set_target(propose(table, FILE), table, target)
    for column in columns:
        role = "ignore" if column.name in ("patient", "file") else "target" if column.name == target else "feature"
        spec = with_column(spec, column.name, role=role)
    fractions = {"train": 0.6, "validation": 0.2, "test": 0.2}
    return replace(spec, data=replace(spec.data, split=Split(**(fractions | split)))), table


def _numbers(name: str, seed: int, rows: int = ROWS) -> NumberColumn:
    return NumberColumn(name, np.random.default_rng(seed).normal(size=rows))


def _classes(rows: int = ROWS) -> TextColumn:
    return TextColumn.of("y", np.random.default_rng(9).choice(["no", "yes"], rows).tolist())


def leaky_column() -> Made:
    y = _classes()
    return project(_numbers("a", 1), NumberColumn("leak", y.codes + 0.5), y)


def copied_target() -> Made:
    y = _numbers("y", 2)
    return project(_numbers("a", 1), NumberColumn("copy", 1000.0 * y.values), y)


def lone_copy() -> Made:
    """Nothing else to learn from: a straight line is a fair thing to learn."""
    y = _numbers("y", 2)
    return project(NumberColumn("copy", 2.0 * y.values), y)


def counted_rows() -> Made:
    return project(_numbers("a", 1), NumberColumn("count", np.arange(float(ROWS))), _numbers("y", 2))


def _patients() -> TextColumn:
    return TextColumn.of("patient", [f"p{i}" for i in np.random.default_rng(3).integers(0, 60, ROWS)])


def spread_patients() -> Made:
    return project(_patients(), _numbers("a", 1), _numbers("y", 2))


def apart() -> Made:
    """The patients are what the rows are split by."""
    spec, table = spread_patients()
    return edits.set_split(spec, table=table, method="grouped", column="patient"), table


def repeated_rows() -> Made:
    """Every third row stands there twice, from the same file."""
    a, b = _numbers("a", 1).values.copy(), _numbers("b", 2).values.copy()
    third = ROWS // 3
    a[-third:], b[-third:] = a[:third], b[:third]
    files = [f"f{i % (ROWS - third)}" for i in range(ROWS)]
    return project(TextColumn.of("file", files), NumberColumn("a", a), NumberColumn("b", b), _numbers("y", 3))


def repeated_without_a_reason() -> Made:
    """The same rows, and no column that says why."""
    spec, table = repeated_rows()
    other = Table([column for column in table.columns if column.name != "file"])
    return replace(spec, data=replace(spec.data, table=other.sha, columns=spec.data.columns[1:])), other


def coarse() -> Made:
    """So few different values that rows must be the same."""
    rng = np.random.default_rng(0)
    columns = [NumberColumn(name, rng.integers(0, 3, ROWS).astype(np.float64)) for name in "abc"]
    return project(*columns, _numbers("y", 1))


def absent_class() -> Made:
    """Eight rows of "rare", and a seed that puts none of them into one of the parts."""
    texts = ["rare"] * 8 + ["no", "yes"] * ((ROWS - 8) // 2)
    spec, table = project(_numbers("a", 1), TextColumn.of("y", texts))
    for seed in range(1000):
        order = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 1, 0]))).permutation(ROWS)
        parts = np.searchsorted([180, 240], np.argsort(order)[:8], side="right")
        if len(set(parts.tolist())) < 3:
            return edits.set_seed(spec, seed), table
    raise AssertionError("no such seed")


def late_class() -> Made:
    texts = ["no", "yes"] * ((ROWS - 8) // 2) + ["late"] * 8
    when = NumberColumn("when", np.arange(float(ROWS)))
    return project(when, _numbers("a", 1), TextColumn.of("y", texts), method="time", column="when")
