"""The data in a script: rows as they stand in the file, and what makes the network's numbers of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.encoder import InputColumn
from bpgui.data.split import Rows
from bpgui.data.table import TextColumn
from bpgui.project.exporters.numpy_script import literals
from bpgui.project.exporters.numpy_script.literals import Packed, number, text
from bpgui.project.exporters.numpy_script.plan import Plan

Lines = list[str]

ONE_HOT = (
    "def one_hot(values, levels):",
    '    """A column for each level: 1 where the value is that level, else 0."""',
    "    return np.array([[float(value == level) for level in levels] for value in values])",
)


def _mixed(plan: Plan) -> bool:
    return any(column.kind == "category" for column in plan.data.encoder.inputs)


def _raw(plan: Plan, column: InputColumn, rows: Rows) -> NDArray[Any]:
    """(rows, width) of a column of numbers in the file's units."""
    found = plan.table.column(column.name)
    assert not isinstance(found, TextColumn)
    width = column.width if column.kind == "number" else 1
    return found.values[rows].reshape(len(rows), width)


def _texts(plan: Plan, column: InputColumn, rows: Rows) -> list[str]:
    """Python text of each value of a category."""
    found = plan.table.column(column.name)
    if isinstance(found, TextColumn):
        return [text(found.levels[code]) for code in found.codes[rows].tolist()]
    return [number(value) for value in found.values[rows].tolist()]


def levels(plan: Plan, column: InputColumn) -> list[str]:
    """Python text of each level: texts, or numbers where the column holds numbers."""
    if isinstance(plan.table.column(column.name), TextColumn):
        return [text(level) for level in column.levels]
    return [number(float(level)) for level in column.levels]


# ---- preprocessing


def features(plan: Plan) -> Lines:
    """`features(rows)`."""
    named = ", ".join(shown_name(column) for column in plan.data.encoder.inputs)
    head = ["def features(rows):", '    """What the network sees of rows in the file\'s units."""']
    if len(named) <= 80:
        head = ["def features(rows):", f'    """What the network sees of rows of {escaped(named)}."""']
    return [*head, *(f"    {line}" for line in (_by_column(plan) if _mixed(plan) else _at_once(plan)))]


def shown_name(column: InputColumn) -> str:
    return f"{column.name} ({column.width} numbers)" if column.width > 1 and column.kind == "number" else column.name


def escaped(words: str) -> str:
    """Fit for a docstring or a comment, on one line."""
    safe = words.encode("unicode_escape", "backslashreplace").decode() if not words.isprintable() else words
    return safe.replace("\\", "/").replace('"', "'")


def _at_once(plan: Plan) -> Lines:
    inputs = plan.data.encoder.inputs
    means = np.concatenate([np.full(column.width, column.mean) for column in inputs])
    scales = np.concatenate([np.full(column.width, column.scale) for column in inputs])
    cast = "" if plan.dtype == "float64" else f".astype(np.{plan.dtype})"
    if not means.any() and bool((scales == 1.0).all()):
        return [f"return np.array(rows, float){cast}"]
    lines = ["# standardise: less the mean of the training rows, divided by their standard deviation"]
    for name, values in (("means", means), ("scales", scales)):
        if bool((values == values[0]).all()):
            lines.append(f"{name} = {number(values[0])}")
        else:
            lines += literals.listed(map(number, values.tolist()), f"{name} = np.array([", "])")
    made = "(np.array(rows, float) - means) / scales"
    return [*lines, f"return ({made}){cast}" if cast else f"return {made}"]


def _by_column(plan: Plan) -> Lines:
    lines: Lines = []
    place = 0
    for column in plan.data.encoder.inputs:
        named = f"  # {escaped(column.name)}"
        if column.kind == "category":
            plan.helpers.add("one_hot")
            made = literals.listed(levels(plan, column), f"one_hot(columns[{place}], [", "]),", "        ")
            lines += [f"        # {escaped(column.name)}", *made]
            place += 1
            continue
        taken = f"np.array(columns[{place}], float)"
        if column.width > 1:
            taken = f"np.array(columns[{place}:{place + column.width}], float).T"
        if column.mean or column.scale != 1.0:
            taken = f"({taken} - {number(column.mean)}) / {number(column.scale)}"
        lines.append(f"        {taken},{named}")
        place += column.width
    cast = "" if plan.dtype == "float64" else f", np.{plan.dtype}"
    return [
        "columns = list(zip(*rows))",
        "return np.ascontiguousarray(",
        "    np.column_stack([",
        *lines,
        f"    ]){cast}",
        ")",
    ]


# ---- rows


def block(plan: Plan, packed: Packed) -> Lines:
    """The rows and what they become."""
    lines = [*_classes(plan)]
    lines += _part(plan, packed, "train", plan.data.train)
    if plan.validates:
        lines += _part(plan, packed, "val", plan.data.validation)
    return lines


def _classes(plan: Plan) -> Lines:
    if plan.data.target_kind == "number":
        return []
    return literals.listed(map(text, plan.data.classes), "CLASSES = [", "]")


def _part(plan: Plan, packed: Packed, name: str, indices: Rows) -> Lines:
    rows = plan.data.rows[indices]
    lines = _inputs(plan, packed, f"rows_{name}", rows)
    lines += _targets(plan, packed, name, indices, rows)
    lines.append(f"x_{name} = features(rows_{name})")
    lines.append(f"y_{name} = {_encoded(plan, name)}")
    return lines + _weights(plan, packed, name, rows)


def _inputs(plan: Plan, packed: Packed, name: str, rows: Rows) -> Lines:
    inputs = plan.data.encoder.inputs
    if _mixed(plan):
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
            if column.kind == "category":
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
            lines += literals.listed([text(found.levels[code]) for code in used.tolist()], f"{part} = [", "]")
            lines += packed.assign(f"{part}_places", codes.astype(np.float64), "int64")
            parts.append(f"[[{part}[i]] for i in {part}_places]")
        else:
            lines += packed.assign(part, _raw(plan, column, rows), "float64")
            parts.append(f"{part}.tolist()")
    joined = literals.listed(parts, f"{name} = [sum(row, []) for row in zip(", ")]")
    return [*lines, *joined]


def _targets(plan: Plan, packed: Packed, name: str, indices: Rows, rows: Rows) -> Lines:
    target = plan.data.encoder.target
    column = plan.table.column(target.name)
    if target.kind == "number":
        assert not isinstance(column, TextColumn)
        values = column.values[rows]
        if values.size > literals.LITERAL_NUMBERS:
            return packed.assign(f"targets_{name}", values, "float64")
        return literals.listed(map(number, values.tolist()), f"targets_{name} = [", "]")
    codes = target.codes(column, rows)
    if codes.size > literals.LITERAL_NUMBERS:
        return packed.assign(f"classes_{name}", codes.astype(np.float64), "int64")
    return literals.listed(map(str, codes.tolist()), f"classes_{name} = [", "]  # places in CLASSES")


def _encoded(plan: Plan, name: str) -> str:
    """What the network should answer, (rows, outputs)."""
    target = plan.data.encoder.target
    kind = "float" if plan.dtype == "float64" else f"np.{plan.dtype}"
    if target.kind == "number":
        taken = f"np.array(targets_{name}, float)"
        if target.mean or target.scale != 1.0:
            taken = f"(({taken} - {number(target.mean)}) / {number(target.scale)})"
        cast = "" if plan.dtype == "float64" else f".astype({kind})"
        return f"{taken}.reshape(-1, 1){cast}"
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
    if training.class_weights != "equal" and plan.data.target_kind != "number":
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
