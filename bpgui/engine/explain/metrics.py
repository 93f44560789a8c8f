"""Where a metric comes from: the cells of the confusion matrix, or the errors of the rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.explain.areas import AREAS, explain_area
from bpgui.engine.explain.node import Node, Term, Terms, function, leaf, term, total
from bpgui.engine.explain.numbers import factor, text
from bpgui.engine.explain.references import Cell, Measured
from bpgui.engine.metrics import METRICS, Classes, Counts, classes_of, confusion


def explain_metric(
    name: str, y: Array, a: Array, threshold: float = 0.5, classes: Sequence[str] = (), rows: Sequence[int] = ()
) -> Node:  # fmt: skip
    """The metric of targets y and outputs a, both (rows, outputs), as METRICS takes them.

    `classes` and `rows` are what classes and rows are called (else places counted from 1). Raises KeyError for a name
    that METRICS does not have.
    """
    metric = METRICS[name]
    value = metric.compute(y, a, threshold)
    if name in AREAS and len(y) and not np.isnan(a).any():
        return _area(name, value, classes_of(y, threshold), a, classes, rows)
    if math.isnan(value):
        return leaf(metric.label, metric.label, value, Measured(name))
    if metric.task == "number":
        return _NUMBERS[name](metric.label, metric.formula, value, y, a, rows)
    cells = _Cells(confusion(y, a, max(2, y.shape[1]), threshold), classes)
    return _COUNTS[name](cells, metric.label, metric.formula, value)


def explain_mean_metric(
    name: str, y: Array, a: Array, threshold: float, targets: Sequence[str], classes: Sequence[Sequence[str]],
    rows: Sequence[int] = (),
) -> Node:  # fmt: skip
    """The mean of the metric over several `targets` of two `classes` each, y and a (rows, targets), each on its own.

    Raises KeyError for a name that METRICS does not have.
    """
    metric = METRICS[name]
    nodes = []
    for place, (target, two) in enumerate(zip(targets, classes, strict=True)):
        node = explain_metric(name, y[:, [place]], a[:, [place]], threshold, two, rows)
        called = f"{metric.label} of {target}"
        nodes.append(replace(node, label=called, symbol=called))
    value = float(np.mean([node.value for node in nodes]))
    return _mean(name, metric.label, "mean over the targets", value, nodes)


def _area(
    name: str, value: float, actual: Classes, a: Array, classes: Sequence[str], rows: Sequence[int]
) -> Node:  # fmt: skip
    """Of the second of two classes; of more the mean over those that have rows, each against the rest."""
    label = METRICS[name].label
    if a.shape[1] <= 2:
        return explain_area(name, actual == 1, a[:, -1], rows, _named(classes, 1), label)
    nodes = []
    for c in np.unique(actual):
        called = _named(classes, c)
        of_class = f"{label} of {called} against the rest"
        nodes.append(explain_area(name, actual == c, a[:, c], rows, called, of_class))
    return _mean(name, label, "mean over the classes", value, nodes)


def _named(classes: Sequence[str], c: int) -> str:
    return classes[c] if c < len(classes) else f"class {c + 1}"


class _Cells:
    """Counts (classes, classes), [actual, predicted], as leaves."""

    def __init__(self, counts: Counts, classes: Sequence[str]) -> None:
        self.counts, self.all = counts, range(len(counts))
        self._names = [_named(classes, c) for c in self.all]

    def cell(self, actual: int, predicted: int) -> Node:
        names = self._names[actual], self._names[predicted]
        label = f"rows of {names[0]}, said to be {names[1]}"
        return leaf(label, f"n({names[0]}, {names[1]})", float(self.counts[actual, predicted]), Cell(actual, predicted))

    def row(self, actual: int) -> list[Node]:
        return [self.cell(actual, predicted) for predicted in self.all]

    def column(self, predicted: int) -> list[Node]:
        return [self.cell(actual, predicted) for actual in self.all]

    def share(self, name: str, c: int, value: float | None = None, label: str = "") -> Node:
        """Precision, recall or F1 of one class."""
        right = self.cell(c, c)
        others = {"precision": self.column(c), "recall": self.row(c), "f1": self.row(c) + self.column(c)}[name]
        twice = 2.0 if name == "f1" else 1.0
        below = total("all of them", "Σ", "Σ", None, [term(node) for node in others])
        worked = twice * right.value / below.value if below.value else 0.0
        written = f"{'2 · ' if twice == 2.0 else ''}{text(right.value)} / {text(below.value)}"
        formula = METRICS[name].formula
        found = label or f"{METRICS[name].label} of {self._names[c]}"
        return function(found, label or found, formula, value, worked, written, [term(right), term(below)],
                        Measured(name))  # fmt: skip

    def occurring(self) -> list[int]:
        return [c for c in self.all if self.counts[c].sum() + self.counts[:, c].sum() > 0]


def _accuracy(cells: _Cells, label: str, formula: str, value: float) -> Node:
    right = total("right rows", "right", "Σ", None, [term(cells.cell(c, c)) for c in cells.all])
    rows = total("all rows", "rows", "Σ", None, [term(node) for c in cells.all for node in cells.row(c)])
    written = f"{text(right.value)} / {text(rows.value)}"
    parts = [term(right), term(rows)]
    return function(label, label, formula, value, right.value / rows.value, written, parts, Measured("accuracy"))


def _share(name: str) -> Callable[[_Cells, str, str, float], Node]:
    def make(cells: _Cells, label: str, formula: str, value: float) -> Node:
        if len(cells.all) == 2:
            return cells.share(name, 1, value, label)
        return _mean(name, label, "mean over the classes", value, [cells.share(name, c) for c in cells.occurring()])

    return make


def _balanced(cells: _Cells, label: str, formula: str, value: float) -> Node:
    present = [c for c in cells.all if cells.counts[c].sum() > 0]
    return _mean("balanced_accuracy", label, formula, value, [cells.share("recall", c) for c in present])


def _mean(name: str, label: str, formula: str, value: float, nodes: Sequence[Node]) -> Node:
    worked = math.fsum(node.value for node in nodes) / len(nodes)
    written = f"({' + '.join(text(node.value) for node in nodes)}) / {len(nodes)}"
    parts = [term(node) for node in nodes]
    return function(label, label, formula, value, worked, written, parts, Measured(name), scale=1.0)


def _mcc(cells: _Cells, label: str, formula: str, value: float) -> Node:
    """Right rows beyond chance, by the spreads of both (Gorodkin 2004)."""
    counts = cells.counts.astype(np.float64)
    rows, right = counts.sum(), np.trace(counts)
    actual, said = counts.sum(axis=1), counts.sum(axis=0)
    beyond, spreads = right * rows - actual @ said, (rows**2 - actual @ actual) * (rows**2 - said @ said)
    worked = float(beyond / math.sqrt(spreads)) if spreads > 0.0 else 0.0
    written = f"{text(beyond)} / √{factor(spreads)}"
    parts = [term(node) for c in cells.all for node in cells.row(c)]
    found = "(right · rows − Σ actual · said) / √((rows² − Σ actual²) (rows² − Σ said²))"
    return function(label, label, found, value, worked, written, parts, Measured("mcc"), scale=1.0)


_COUNTS: dict[str, Callable[[_Cells, str, str, float], Node]] = {
    "accuracy": _accuracy, "balanced_accuracy": _balanced,
    "precision": _share("precision"), "recall": _share("recall"), "f1": _share("f1"),
    "mcc": _mcc,
}  # fmt: skip


def _errors(y: Array, a: Array, rows: Sequence[int], power: int) -> Node:
    """Σ |a − y| or Σ (a − y)² over rows and outputs."""
    exact, found = y.astype(np.float64), a.astype(np.float64)
    sign = "|a − y|" if power == 1 else "(a − y)²"
    values = (np.abs(found - exact) ** power).reshape(-1)
    sizes = ((np.abs(found) + np.abs(exact)) ** power).reshape(-1)
    outputs = y.shape[1]

    def make(place: int) -> Node:
        row, unit = divmod(place, outputs)
        called = f"row {rows[row] if row < len(rows) else row + 1}"
        label = f"error of {called}" + (f", output {unit + 1}" if outputs > 1 else "")
        one, other = float(found[row, unit]), float(exact[row, unit])
        parts: list[Term] = [term(leaf("output", "a", one)), term(leaf("target", "y", other))]
        written = f"|{text(one)} − {factor(other)}|" if power == 1 else f"({text(one)} − {factor(other)})²"
        return function(label, sign, sign, None, float(values[place]), written, parts, scale=float(sizes[place]))

    return total("all errors", f"Σ {sign}", f"Σ {sign}", None, Terms(values, sizes, make))


def _mae(label: str, formula: str, value: float, y: Array, a: Array, rows: Sequence[int]) -> Node:
    errors = _errors(y, a, rows, 1)
    written = f"{text(errors.value)} / {y.size}"
    return function(label, label, formula, value, errors.value / y.size, written, [term(errors)], Measured("mae"),
                    scale=errors.scale / y.size)  # fmt: skip


def _rmse(label: str, formula: str, value: float, y: Array, a: Array, rows: Sequence[int]) -> Node:
    errors = _errors(y, a, rows, 2)
    written = f"√({text(errors.value)} / {y.size})"
    return function(label, label, formula, value, math.sqrt(errors.value / y.size), written, [term(errors)],
                    Measured("rmse"), scale=math.sqrt(errors.scale / y.size))  # fmt: skip


def _r2(label: str, formula: str, value: float, y: Array, a: Array, rows: Sequence[int]) -> Node:
    errors = _errors(y, a, rows, 2)
    exact = y.astype(np.float64)
    around = ((exact - exact.mean(axis=0)) ** 2).sum()
    spread = leaf("spread of the targets around their mean", "Σ (y − mean y)²", around)
    worked = 1.0 - errors.value / spread.value
    written = f"1 − {text(errors.value)} / {text(spread.value)}"
    return function(label, label, "1 − Σ (y − a)² / Σ (y − mean y)²", value, worked, written,
                    [term(errors), term(spread)], Measured("r2"),
                    scale=1.0 + errors.scale / spread.value)  # fmt: skip


_NUMBERS: dict[str, Callable[[str, str, float, Array, Array, Sequence[int]], Node]] = {
    "mae": _mae, "rmse": _rmse, "r2": _r2,
}  # fmt: skip
