"""The samples: data, a network that learns it, and one sentence on what it teaches."""

from __future__ import annotations

from bpgui.data.errors import DataError
from bpgui.data.spec import Column, DataSpec, Origin, SampleOrigin
from bpgui.data.table import Table
from bpgui.project.sample_entries import SAMPLES, Sample
from bpgui.project.spec import NetworkSpec, ProjectSpec

__all__ = ["SAMPLES", "Sample", "open_sample", "sample_table"]


def sample_table(
    name: str, rows: int | None = None, noise: float | None = None, seed: int = 0
) -> tuple[Table, SampleOrigin]:
    """The sample's table and where it comes from; None stands for the sample's own default.

    Raises KeyError, and DataError for rows or noise that no points can have or a shipped table that is missing.
    """
    sample = SAMPLES[name]
    rows = max(1, int(sample.default("rows"))) if rows is None else rows
    noise = sample.default("noise") if noise is None else noise
    _check_fields(sample, {"rows": rows, "noise": noise})
    table = sample.make(rows, noise, seed)
    return table, SampleOrigin(name=name, rows=table.rows, noise=float(noise), seed=seed)


def _check_fields(sample: Sample, values: dict[str, float]) -> None:
    for field in sample.fields:
        low, high, value = field.minimum or 0.0, field.maximum or 0.0, values[field.name]
        if not low <= value <= high:
            raise DataError(f"{sample.label}: {field.name}: expected {low:g} to {high:g}, got {value:g}.")


def open_sample(
    name: str, rows: int | None = None, noise: float | None = None, seed: int = 0
) -> tuple[ProjectSpec, Table]:
    """The sample as a project: its table, and a network with settings that learn it. Raises KeyError."""
    sample = SAMPLES[name]
    table, origin = sample_table(name, rows, noise, seed)
    spec = ProjectSpec(
        network=NetworkSpec(layers=sample.layers),
        training=sample.training,
        data=_data(sample, table, origin),
        seed=seed,
    )
    return spec, table


def _data(sample: Sample, table: Table, origin: Origin) -> DataSpec:
    *names, last = table.names
    special = {column.name: column for column in sample.columns}
    columns = (
        special.get(name, Column(name=name, role="feature", kind="number", scaling=sample.scaling)) for name in names
    )
    target = Column(name=last, role="target", kind=sample.target, scaling=sample.target_scaling)
    return DataSpec(table=table.sha, origin=origin, columns=(*columns, target), split=sample.split)
