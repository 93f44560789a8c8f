"""What was made of files that nobody has said anything about: it is said, with what to type for the other."""

from __future__ import annotations

from bpgui.data.encoding import Dataset
from bpgui.data.roles import left_out
from bpgui.data.spec import DataSpec, Split
from bpgui.data.table import Table

_SHOWN = 5


def not_used(spec: DataSpec, table: Table) -> tuple[str, ...]:
    """Columns that are left out, and why."""
    return left_out(table, spec.columns, spec.split)


def about(spec: DataSpec, data: Dataset) -> tuple[str, ...]:
    """What is predicted from what, and which rows are for what."""
    features = [column.name for column in spec.features]
    known = f"{len(features):,} columns" if len(features) > _SHOWN else ", ".join(features)
    targets = ", ".join(column.name for column in spec.targets)
    return (
        f"Predicted: {targets}, {_kind(data)}, from {known}. Another column: --target.",
        f"{_rows(data)}{_way(spec.split)}.",
    )


def _kind(data: Dataset) -> str:
    if data.numeric:
        return "a number" if data.outputs == 1 else "numbers"
    return f"one of {len(data.classes):,} classes" if data.classes else "of two classes each"


def _rows(data: Dataset) -> str:
    parts = (("to learn from", data.train), ("for validation", data.validation), ("for the test", data.test))
    return "Rows: " + ", ".join(f"{len(rows):,} {what}" for what, rows in parts if len(rows))


def _way(split: Split) -> str:
    if split.train >= 1.0 and split.method == "random":
        return ""
    return {
        "random": ", drawn at random",
        "stratified": ", the classes in equal shares",
        "alike": ", equal rows in one part only",
        "grouped": f", rows of one {split.column} in one part only",
        "time": f", the latest by {split.column} for the test",
        "column": f", as {split.column} says",
    }[split.method]
