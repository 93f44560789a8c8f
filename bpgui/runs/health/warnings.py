"""HEALTH: what can go wrong while a network learns, each with why and a way out; a table of pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bpgui.project.checks import Finding
from bpgui.runs.health import conditions, losses
from bpgui.runs.health.case import Case

Condition = Callable[[Case], Iterable[Finding]]

HEALTH: dict[str, Condition] = {
    "dead_units": conditions.dead_units,
    "saturated": conditions.saturated,
    "vanishing": conditions.vanishing,
    "exploding": conditions.exploding,
    "small_updates": conditions.small_updates,
    "large_updates": conditions.large_updates,
    "not_learning": losses.not_learning,
    "overfitting": losses.overfitting,
}


def warnings(case: Case) -> tuple[Finding, ...]:
    """Everything found, in the table's order."""
    return tuple(finding for condition in HEALTH.values() for finding in condition(case))
