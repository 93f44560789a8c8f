"""What stands in the way of training, or speaks against it: a table of pure functions, with fixes to click."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bpgui.data.table import Table
from bpgui.project.checks import data, depth, gaps, leaks, loss, network, rates, size, start, targets, training
from bpgui.project.checks.finding import Finding, Fix, Severity
from bpgui.project.spec import ProjectSpec

__all__ = ["CHECKS", "Check", "Finding", "Fix", "Severity", "check"]

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
# What tries the project out, and so needs one that can be trained.
TRIALS = ("learning_rate_off",)


def check(spec: ProjectSpec, table: Table) -> tuple[Finding, ...]:
    """Everything found, errors first, otherwise in the table's order."""
    looks = (function for key, function in CHECKS.items() if key not in TRIALS)
    found = [finding for function in looks for finding in function(spec, table)]
    if not any(finding.severity == "error" for finding in found):
        found += [finding for key in TRIALS for finding in CHECKS[key](spec, table)]
    return tuple(sorted(found, key=lambda finding: finding.severity != "error"))
