"""Edits of loss, optimizer, learning rate, epochs and the seed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.losses import LOSSES
from bpgui.engine.metrics import METRICS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES
from bpgui.project.edits.legality import IllegalEdit, legal, replaced
from bpgui.project.spec import ProjectSpec
from bpgui.project.validation import threshold_limits

_TABLES: dict[str, Collection[str]] = {
    "loss": LOSSES, "optimizer": OPTIMIZERS, "schedule": SCHEDULES, "clip": CLIPPINGS, "target_metric": ("", *METRICS),
}  # fmt: skip


def set_training(spec: ProjectSpec, **changes: object) -> ProjectSpec:
    """Change training settings; a new loss that does not know the reduction goes back to "mean".

    A chosen threshold is forgotten where the new loss reads outputs as something else.
    """
    training = replaced(spec.training, **changes)
    for name, table in _TABLES.items():
        key = getattr(training, name)
        if key not in table:
            raise IllegalEdit(f"{name}: expected one of {', '.join(filter(None, table))}, got {key!r}")
    reductions = LOSSES[training.loss].reductions
    if training.reduction not in reductions:
        if "reduction" in changes:
            raise IllegalEdit(f"reduction: {training.loss} knows {', '.join(reductions)}; got {training.reduction!r}")
        training = replace(training, reduction="mean")
    return legal(_with_threshold(spec, replace(spec, training=training)))


def _with_threshold(before: ProjectSpec, after: ProjectSpec) -> ProjectSpec:
    """`after` without a chosen threshold where its loss makes outputs of another sort; the costs stay."""
    sorts = [(threshold_limits(spec.training.loss), LOSSES[spec.training.loss].negative) for spec in (before, after)]
    return after if sorts[0] == sorts[1] else replace(after, decision=replace(after.decision, threshold=None))


def set_live(spec: ProjectSpec, values: Mapping[str, object]) -> ProjectSpec:
    """Change live fields by name, as a run reports them."""
    return set_training(spec, **values)


def set_loss(spec: ProjectSpec, name: str) -> ProjectSpec:
    """Another loss. An output that it cannot be used with is left for a check to report, with both ways out."""
    return set_training(spec, loss=name)


def set_seed(spec: ProjectSpec, seed: int) -> ProjectSpec:
    """Another seed for weights, split and shuffling; the points of a sample stay where they are."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
        raise IllegalEdit(f"seed: expected 0 to {2**63 - 1}, got {seed!r}")
    return replace(spec, seed=seed)
