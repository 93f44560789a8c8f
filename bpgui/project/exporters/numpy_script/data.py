"""The data in a script: rows and targets as they stand in the file."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.encoder import InputColumn, TargetEncoding
from bpgui.data.split import Rows
from bpgui.data.table import TextColumn
from bpgui.project.exporters.numpy_script import literals
from bpgui.project.exporters.numpy_script.literals import Packed, number, text
from bpgui.project.exporters.numpy_script.plan import Plan
from bpgui.project.exporters.numpy_script.preprocessing import by_words, mixed, scaled

Lines = list[str]


def _raw(plan: Plan, column: InputColumn, rows: Rows) -> NDArray[Any]:
    """(rows, entries) of a column of numbers in the file's units."""
    found = plan.table.column(column.name)
    assert not isinstance(found, TextColumn)
    return found.values[rows].reshape(len(rows), column.entries)


def _texts(plan: Plan, column: InputColumn, rows: Rows) -> list[str]:
    """Python text of each value of a category or an ordinal."""
    found = plan.table.column(column.name)
    if isinstance(found, TextColumn):
        shown = [*map(text, found.levels), "None"]  # -1 is missing
        return [shown[code] for code in found.codes[rows].tolist()]
    return [number(value) for value in found.values[rows].tolist()]


# ---- rows


def block(plan: Plan, packed: Packed) -> Lines:
    """The rows and what they become."""
    lines = [*_classes(plan)]
    lines += _part(plan, packed, "train", plan.data.train)
    if plan.validates:
        lines += _part(plan, packed, "val", plan.data.validation)
    return lines


def _classes(plan: Plan) -> Lines:
    """`CLASSES`: names of the classes; a pair for each of several targets."""
    target = plan.data.encoder.target
    if target.numeric:
        return []
    if target.parts:
        return literals.matrix([[*map(text, part.classes)] for part in target.parts], "CLASSES = ", "")
    return literals.listed(map(text, target.classes), "CLASSES = [", "]")


def _part(plan: Plan, packed: Packed, name: str, indices: Rows) -> Lines:
    rows = plan.data.rows[indices]
    lines = _inputs(plan, packed, f"rows_{name}", rows)
    target = plan.data.encoder.target
    for part, which in _numbered(target):
        lines += _targets(plan, packed, f"{which}_{name}", part, rows)
    lines.append(f"x_{name} = features(rows_{name})")
    lines += _y(plan, name)
    return lines + _weights(plan, packed, name, rows)


def _inputs(plan: Plan, packed: Packed, name: str, rows: Rows) -> Lines:
    inputs = plan.data.encoder.inputs
    if mixed(plan):
        return _mixed_inputs(plan, packed, name, rows)
    values = np.concatenate([_raw(plan, column, rows) for column in inputs], axis=1)
    if values.size > literals.LITERAL_NUMBERS:
        return packed.assign(name, values, "float64")
    return literals.matrix([[number(v) for v in row] for row in values.tolist()], f"{name} = ", "")


def _mixed_inputs(plan: Plan, packed: Packed, name: str, rows: Rows) -> Lines:
    inputs = plan.data.encoder.inputs
    if len(rows) * plan.data.features <= literals.LITERAL_NUMBERS:
        columns: list[list[str]] = []
        for column in inputs:
            if by_words(column):
                columns.append(_texts(plan, column, rows))
            else:
                columns += [[number(v) for v in values] for values in _raw(plan, column, rows).T.tolist()]
        return literals.matrix(list(zip(*columns, strict=True)), f"{name} = ", "")
    lines, parts = [], []
    for i, column in enumerate(inputs, 1):
        found = plan.table.column(column.name)
        part = f"{name}_{i}"
        if isinstance(found, TextColumn):
            used, codes = np.unique(found.codes[rows], return_inverse=True)
            shown = ["None" if code < 0 else text(found.levels[code]) for code in used.tolist()]
            lines += literals.listed(shown, f"{part} = [", "]")
            lines += packed.assign(f"{part}_places", codes.astype(np.float64), "int64")
            parts.append(f"[[{part}[i]] for i in {part}_places]")
        else:
            lines += packed.assign(part, _raw(plan, column, rows), "float64")
            parts.append(f"{part}.tolist()")
    joined = literals.listed(parts, f"{name} = [sum(row, []) for row in zip(", ")]")
    return [*lines, *joined]


def _numbered(target: TargetEncoding) -> list[tuple[TargetEncoding, str]]:
    """Each target column with what its values are called: numbered where there are several."""
    word = "targets" if target.numeric else "classes"
    if not target.parts:
        return [(target, word)]
    return [(part, f"{word}_{place}") for place, part in enumerate(target.parts, 1)]


def _targets(plan: Plan, packed: Packed, called: str, target: TargetEncoding, rows: Rows) -> Lines:
    """The values of one target column: numbers, or places in CLASSES."""
    column = plan.table.column(target.name)
    if target.kind == "number":
        assert not isinstance(column, TextColumn)
        values = column.values[rows]
        if values.size > literals.LITERAL_NUMBERS:
            return packed.assign(called, values, "float64")
        return literals.listed(map(number, values.tolist()), f"{called} = [", "]")
    codes = target.codes(column, rows)
    if codes.size > literals.LITERAL_NUMBERS:
        return packed.assign(called, codes.astype(np.float64), "int64")
    return literals.listed(map(str, codes.tolist()), f"{called} = [", "]  # places in CLASSES")


def _y(plan: Plan, name: str) -> Lines:
    """What the network should answer, (rows, outputs)."""
    target = plan.data.encoder.target
    cast = "" if plan.dtype == "float64" else f".astype(np.{plan.dtype})"
    parts = _numbered(target)
    if target.kind == "numbers":
        made = [scaled(plan, f"np.array({called}_{name}, float)", p.center, p.scale, p.log) for p, called in parts]
        return _stacked(name, made, cast)
    if target.kind == "labels":
        stacked = _stacked(name, [f"np.array({called}_{name}, float)" for _, called in parts], cast)
        return [*stacked, f"y_{name} = 2.0 * y_{name} - 1.0"] if target.negative else stacked
    return [f"y_{name} = {_encoded(plan, name)}"]


def _stacked(name: str, columns: list[str], cast: str) -> Lines:
    return literals.listed(columns, f"y_{name} = np.column_stack([", f"]){cast}")


def _encoded(plan: Plan, name: str) -> str:
    """The same for one target."""
    target = plan.data.encoder.target
    kind = "float" if plan.dtype == "float64" else f"np.{plan.dtype}"
    if target.kind == "number":
        taken = scaled(plan, f"np.array(targets_{name}, float)", target.center, target.scale, target.log)
        cast = "" if plan.dtype == "float64" else f".astype({kind})"
        return f"{taken if taken.endswith(')') else f'({taken})'}.reshape(-1, 1){cast}"
    if target.one_hot:
        made = f"np.eye({target.width}{plan.kind.replace(' ', ' dtype=')})[classes_{name}]"
    else:
        made = f"np.array(classes_{name}, {kind}).reshape(-1, 1)"
    return f"2.0 * {made} - 1.0" if target.negative else made


def _weights(plan: Plan, packed: Packed, name: str, rows: Rows) -> Lines:
    """`w_train`: what each row counts; `class_weights` are those of the training rows' classes."""
    if not plan.weighted:
        return []
    lines, parts = [], []
    cast = "" if plan.dtype == "float64" else f".astype(np.{plan.dtype})"
    training = plan.spec.training
    if training.class_weights != "equal" and plan.data.classes:
        if name == "train":
            lines += _class_weights(plan)
        parts.append(f"class_weights[classes_{name}]{cast}")
    weight = plan.spec.data.weight
    if weight is not None:
        column = plan.table.column(weight.name)
        assert not isinstance(column, TextColumn)
        values = column.values[rows]
        if values.size > literals.LITERAL_NUMBERS:
            lines += packed.assign(f"weights_{name}", values, "float64")
        else:
            lines += literals.listed(map(number, values.tolist()), f"weights_{name} = np.array([", "])")
        parts.append(f"weights_{name}{cast}")
    return [*lines, f"w_{name} = {' * '.join(parts)}"]


def _class_weights(plan: Plan) -> Lines:
    training, classes = plan.spec.training, len(plan.data.classes)
    if training.class_weights == "given":
        return literals.listed(map(number, training.class_weight_values), "class_weights = np.array([", "])")
    counts = f"np.bincount(classes_train, minlength={classes})"
    return [f"class_weights = len(classes_train) / ({classes} * {counts})  # balanced: rare classes count more"]
