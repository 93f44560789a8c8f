"""What stands in the way of training, or speaks against it: a table of pure functions, with fixes to click."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bpgui.data.table import Table
from bpgui.project.checks import data, depth, gaps, leaks, loss, network, rates, size, start, targets, training
from bpgui.project.checks.finding import Finding, Fix, Severity, Trial, finished
from bpgui.project.spec import ProjectSpec

__all__ = ["CHECKS", "Check", "Finding", "Fix", "Severity", "Trial", "check", "look"]

Check = Callable[[ProjectSpec, Table], Iterable[Finding]]

CHECKS: dict[str, Check] = {
    "no_target": data.no_target,
    "no_features": data.no_features,
    "constant_target": data.constant_target,
    "several_targets": targets.several_targets,
    "unusable_data": data.unusable_data,
    "illegal_output": loss.illegal_output,
    "loss_target": loss.loss_target,
    "label_range": loss.label_range,
    "reduction": loss.reduction,
    "output_range": loss.output_range,
    "relu_output": loss.relu_output,
    "output_units": network.output_units,
    "single_softmax": network.single_softmax,
    "given_weights": network.given_weights,
    "zero_weights": network.zero_weights,
    "dead_layer": start.dead_layer,
    "saturated_start": start.saturated_start,
    "first_signal": start.first_signal,
    "vanishing_depth": depth.vanishing_depth,
    "linear_layers": depth.linear_layers,
    "norm_batch": network.norm_batch,
    "all_frozen": network.all_frozen,
    "class_weights": training.class_weights,
    "too_large": size.too_large,
    "learning_rate": training.learning_rate,
    "dropout_rate": network.dropout_rate,
    "lone_dropout": network.lone_dropout,
    "many_parameters": size.many_parameters,
    "lost_rows": gaps.lost_rows,
    "unscaled": data.unscaled,
    "constant_columns": data.constant_columns,
    "many_levels": data.many_levels,
    "batch_size": data.batch_size,
    "no_validation": data.no_validation,
    "gives_away": leaks.gives_away,
    "id_like": leaks.id_like,
    "parted_groups": leaks.parted_groups,
    "duplicates": leaks.duplicates,
    "missing_classes": leaks.missing_classes,
    "watches_training": training.watches_training,
    "target_metric": training.target_metric,
    "imbalance": training.imbalance,
    "learning_rate_off": rates.learning_rate_off,
}
# What tries the project out, and so needs one that can be trained, and time.
TRIALS: dict[str, Callable[[ProjectSpec, Table], Trial]] = {"learning_rate_off": rates.trial}


def check(spec: ProjectSpec, table: Table) -> tuple[Finding, ...]:
    """Everything found, errors first, otherwise in the table's order."""
    found, trial = look(spec, table)
    return found if trial is None else found + finished(trial)


def look(spec: ProjectSpec, table: Table) -> tuple[tuple[Finding, ...], Trial | None]:
    """What is found without trying anything out, or is known from before; and the trial to make, None for none."""
    looks = (function for key, function in CHECKS.items() if key not in TRIALS)
    found = [finding for function in looks for finding in function(spec, table)]
    if any(finding.severity == "error" for finding in found):
        return tuple(sorted(found, key=lambda finding: finding.severity != "error")), None
    trial = _trials(spec, table)
    try:
        next(trial)
    except StopIteration as known:
        return (*found, *known.value), None
    return tuple(found), trial


def _trials(spec: ProjectSpec, table: Table) -> Trial:
    found: tuple[Finding, ...] = ()
    for make in TRIALS.values():
        found += yield from make(spec, table)
    return found
