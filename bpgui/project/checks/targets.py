"""Checks of several targets: whether they can be predicted together, and by which loss."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from bpgui.data.spec import Column
from bpgui.data.table import Table
from bpgui.project.checks.finding import Finding, Fix
from bpgui.project.edits import set_target
from bpgui.project.proposal import adapt_output, class_counts
from bpgui.project.spec import ProjectSpec

_ONE_LOSS = "A loss is made for numbers or for yes and no, and every output is judged by the same one."


def several_targets(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Targets that no loss judges together, and a loss of one class a row where there are several of yes or no."""
    targets = spec.data.targets
    if len(targets) < 2 or any(target.name not in table.names for target in targets):
        return
    numbers = [target for target in targets if target.kind == "number"]
    classes = [target for target in targets if target.kind != "number"]
    if numbers and classes:
        yield Finding(
            "several_targets",
            "error",
            "data",
            f"Numbers ({_names(numbers)}) and classes ({_names(classes)}) cannot be predicted together.",
            _ONE_LOSS,
            (_only(table, numbers), _only(table, classes)),
        )
        return
    counts = class_counts(spec.data, table) if classes else {}
    wrong = [target for target in classes if counts[target.name] != 2]
    if wrong:
        rest = [target for target in classes if target not in wrong]
        shown = ", ".join(f"{target.name} has {counts[target.name]}" for target in wrong)
        yield Finding(
            "several_targets",
            "error",
            "data",
            f"Several targets of classes need two classes each; {shown}.",
            "Each target gets one output, which says yes or no.",
            (*((_only(table, rest),) if rest else ()), *(_only(table, [target]) for target in wrong[:2])),
        )
    elif spec.training.loss == "cce" and classes:
        yield Finding(
            "several_targets",
            "error",
            "loss",
            f"Categorical cross-entropy gives one class a row, but there are {len(targets)} targets of yes or no.",
            "Binary cross-entropy judges each of them on its own.",
            (Fix("Use binary cross-entropy and sigmoid", partial(adapt_output, table=table)),),
        )


def _names(targets: list[Column]) -> str:
    return ", ".join(target.name for target in targets)


def _only(table: Table, targets: list[Column]) -> Fix:
    names = tuple(target.name for target in targets)
    if len(names) == 1:
        return Fix(f"Predict {names[0]} only", partial(set_target, table=table, name=names[0]))
    return Fix(f"Predict only {', '.join(names)}", partial(_keep, table=table, names=names))


def _keep(spec: ProjectSpec, table: Table, names: tuple[str, ...]) -> ProjectSpec:
    """Other targets become features."""
    columns = tuple(
        replace(c, role="feature") if c.role == "target" and c.name not in names else c for c in spec.data.columns
    )
    return adapt_output(replace(spec, data=replace(spec.data, columns=columns)), table)
