"""Edits of what is made of a network's outputs: from which one on a row counts as the second class, at what costs."""

from __future__ import annotations

from msgspec.structs import replace

from bpgui.data.table import Table
from bpgui.project.edits.legality import IllegalEdit, legal, replaced
from bpgui.project.proposal import class_count
from bpgui.project.spec import ProjectSpec


def set_threshold(spec: ProjectSpec, table: Table, threshold: float | None) -> ProjectSpec:
    """Another threshold, None for the middle. Raises IllegalEdit where nothing is decided by one."""
    _refuse_undecided(spec, table)
    return legal(replace(spec, decision=replaced(spec.decision, threshold=threshold)))


def set_costs(spec: ProjectSpec, table: Table, **costs: object) -> ProjectSpec:
    """Other costs: miss, alarm, hit. Raises IllegalEdit for what is no cost, and where nothing is decided."""
    _refuse_undecided(spec, table)
    changed = replaced(spec.decision.costs, **costs)
    return legal(replace(spec, decision=replace(spec.decision, costs=changed)))


def _refuse_undecided(spec: ProjectSpec, table: Table) -> None:
    """A threshold decides between two classes of one target."""
    targets = spec.data.targets
    if len(targets) != 1:
        what = "There is no target" if not targets else f"There are {len(targets)} targets"
        raise IllegalEdit(f"{what}: a threshold decides between the two classes of one.")
    if targets[0].kind == "number":
        raise IllegalEdit(f"{targets[0].name} is a number: a threshold decides between two classes.")
    classes = class_count(spec.data, table)
    if classes != 2:
        raise IllegalEdit(f"{targets[0].name} has {classes} classes: a threshold decides between two.")
