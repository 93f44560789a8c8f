"""Checks of the learning rate, of what ends a run, and of weights of classes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from bpgui.data.encoding import Dataset
from bpgui.data.listing import listed
from bpgui.data.spec import DataSpec
from bpgui.data.table import Table
from bpgui.engine.metrics import METRICS, classes_of
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.project.checks.finding import Finding, Fix, dataset_of, once
from bpgui.project.edits import set_split, set_training
from bpgui.project.spec import Decision, ProjectSpec, TrainingSpec

# The largest sensible learning rate and the usual one: these move every weight by about the rate in each step.
ADAPTIVE = ("rmsprop", "adagrad", "adam", "adamw")
_RATES = {True: (10.0, 0.01), False: (1000.0, 0.1)}
ROWS_TO_SPLIT = 5
MAJORITY = 0.9  # of the training rows
RARE, UNEVEN = 0.01, 0.1  # of the training rows; of what each class would have if all were as frequent
_WEIGHED = Fix("Weigh rare classes more", partial(set_training, class_weights="balanced", class_weight_values=()))


def largest_rate(settings: TrainingSpec) -> float:
    """Beyond it no network learns by that optimizer."""
    return _RATES[settings.optimizer in ADAPTIVE][0]


def learning_rate(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    settings = spec.training
    largest, usual = _RATES[settings.optimizer in ADAPTIVE]
    if settings.learning_rate <= largest:
        return
    label = OPTIMIZERS[settings.optimizer].label
    yield Finding(
        "learning_rate",
        "warning",
        "training:learning_rate",
        f"A learning rate of {settings.learning_rate:g} is far too large for {label}.",
        "Steps so long jump over every valley; the loss grows until training diverges, or the weights freeze.",
        (Fix(f"Use {usual:g}", partial(set_training, learning_rate=usual)),),
    )


def target_metric(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """A metric of classes where the target is a number, or the other way round: it never ends a run."""
    name, target = spec.training.target_metric, spec.data.target
    task = "number" if target is not None and target.kind == "number" else "classes"
    if not name or target is None or METRICS[name].task == task:
        return
    fixes = [Fix("Leave it out", partial(set_training, target_metric=""))]
    other, value = ("r2", 0.9) if task == "number" else ("accuracy", 0.95)
    fixes.append(Fix(f"Use {METRICS[other].label}", partial(set_training, target_metric=other, target_value=value)))
    what = "a number" if task == "number" else "a class"
    yield Finding(
        "target_metric",
        "warning",
        "training:target_metric",
        f"{METRICS[name].label} cannot be worked out: the target {target.name} is {what}.",
        "As a rule to end by it is passed over; the other rules stay.",
        tuple(fixes),
    )


def imbalance(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """One answer for all rows is nearly right, and that is what the run is judged by: accuracy, or the loss alone.

    Silent where rows or classes weigh differently, where another metric ends the run, and where a threshold is chosen.
    """
    settings, target, data = spec.training, spec.data.target, dataset_of(spec, table)
    if settings.class_weights != "equal" or target is None or data is None or not data.classes or not len(data.train):
        return
    counts = once(_counts, spec, table, data)
    if settings.target_metric == "accuracy":
        yield from _easily_met(target.name, data.classes, counts)
    elif not settings.target_metric and data.weights is None and spec.decision == Decision():
        yield from _hardly_seen(target.name, data.classes, counts)


def _hardly_seen(target: str, classes: tuple[str, ...], counts: tuple[int, ...]) -> Iterator[Finding]:
    least = min((k for k, count in enumerate(counts) if count), key=counts.__getitem__)
    share = counts[least] / sum(counts)
    if share >= RARE or share * len(classes) >= UNEVEN:
        return
    yield Finding(
        "imbalance",
        "warning",
        "training:class_weights",
        f"{target} is {classes[least]} in only {100.0 * share:.2g}% of the training rows ({counts[least]:,} of "
        f"{sum(counts):,}).",
        "A network that finds none of them has nearly the same loss and accuracy. Weigh the rare class more, or judge "
        "by recall and precision, and choose a threshold.",
        (_WEIGHED,),
        (f"column:{target}",),
    )


def _easily_met(target: str, classes: tuple[str, ...], counts: tuple[int, ...]) -> Iterator[Finding]:
    most = max(range(len(counts)), key=counts.__getitem__)
    share = counts[most] / sum(counts)
    if share < MAJORITY:
        return
    yield Finding(
        "imbalance",
        "warning",
        "training:target_metric",
        f"{share:.1%} of the training rows are {classes[most]}: to say so of every row is {share:.1%} accurate.",
        "A network gets that far without having learnt anything about the rare class, and accuracy does not show it.",
        (
            Fix("Use balanced accuracy", partial(set_training, target_metric="balanced_accuracy")),
            _WEIGHED,
        ),
        (f"column:{target}",),
    )


def _counts(table: Table, spec: DataSpec, data: Dataset) -> tuple[int, ...]:
    """Training rows of each class."""
    codes = classes_of(data.y[data.train], data.encoder.target.middle)
    return tuple(np.bincount(codes, minlength=len(data.classes)).tolist())


def watchers(spec: ProjectSpec) -> list[str]:
    """In words, what looks at the validation rows to decide something."""
    settings = spec.training
    found = []
    if settings.patience:
        found.append("patience")
    if settings.schedule == "plateau":
        found.append("the schedule")
    if settings.target_metric:
        found.append("the target metric")
    return found


def watches_training(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Rules that are meant for validation rows, where there are none."""
    data = dataset_of(spec, table)
    watching = watchers(spec)
    if data is None or len(data.validation) or not watching:
        return
    which = " and ".join([", ".join(watching[:-1]), watching[-1]] if watching[:-1] else watching)
    split = Fix("Keep two tenths back", partial(set_split, train=0.8, validation=0.2, test=0.0))
    yield Finding(
        "watches_training",
        "warning",
        "data",
        f"There are no validation rows, so {which} {'look' if len(watching) > 1 else 'looks'} at the training rows.",
        "Rows that are learnt from look better than others will: a run then ends late, when it has overfitted.",
        (split,) if len(data.rows) >= ROWS_TO_SPLIT else (),
    )


def class_weights(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Weights that no class has, or not one for each."""
    settings, target = spec.training, spec.data.target
    data = dataset_of(spec, table)
    if settings.class_weights == "equal" or data is None or target is None:
        return
    same = Fix("Weigh all the same", partial(set_training, class_weights="equal", class_weight_values=()))
    if not data.classes:
        what = "is a number: it has" if data.target_kind == "number" else "is one of several: together they have"
        yield Finding(
            "class_weights",
            "warning",
            "training:class_weights",
            f"The target {target.name} {what} no classes to weigh.",
            "The class weights are passed over; a column of weights can weigh rows.",
            (same,),
        )
        return
    given, classes = settings.class_weight_values, data.classes
    if settings.class_weights != "given" or (len(given) == len(classes) and all(given)):
        return
    if len(given) == len(classes):
        text = f"The class {classes[given.index(0.0)]} weighs 0."
        why = "Nothing of it would be learnt; leave its rows out of the data instead."
    else:
        text = f"{len(given)} class weights are given, but there are {len(classes)} classes: {listed(classes, 8)}."
        why = "The loss multiplies each row's part by the weight of its class."
    yield Finding("class_weights", "error", "training:class_weights", text, why, (_WEIGHED, same))
