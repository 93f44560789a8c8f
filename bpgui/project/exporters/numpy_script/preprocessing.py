"""`features(rows)` in a script: what makes the network's numbers of rows as they stand in the file."""

from __future__ import annotations

import numpy as np

from bpgui.data.dates import PERIODS, periods_of
from bpgui.data.encoder import InputColumn
from bpgui.data.table import TextColumn
from bpgui.project.exporters.numpy_script import literals
from bpgui.project.exporters.numpy_script.literals import number, text
from bpgui.project.exporters.numpy_script.plan import Plan

Lines = list[str]

HELPERS: dict[str, tuple[str, ...]] = {
    "one_hot": (
        "def one_hot(values, levels):",
        '    """A column for each level: 1 where the value is that level, else 0."""',
        "    return np.array([[float(value == level) for level in levels] for value in values])",
    ),
    "places": (
        "def places(values, levels):",
        '    """The place of each value in the order of the levels, from 0."""',
        "    return np.array([levels.index(value) if value in levels else math.nan for value in values])",
    ),
    "instead": (
        "def instead(values, other):",
        '    """The values, with another one where there is none."""',
        "    gone = [v is None or v != v or v in (math.inf, -math.inf) for v in values]",
        "    return [other if none else value for none, value in zip(gone, values)]",
    ),
    "filled": (
        "def filled(values, by):",
        '    """The numbers, with another one where there is none."""',
        "    return np.where(np.isfinite(values), values, by)",
    ),
    "waves": (
        "def waves(days, period):",
        '    """Where a date lies in a year, a week or a day, as sin and cos: its end lies beside its beginning."""',
        "    turn = 2.0 * np.pi * (days / period)",
        "    return np.sin(turn), np.cos(turn)",
    ),
    "log": (
        "def log(values):",
        '    """sign(x) ln(1 + |x|)"""',
        "    return np.sign(values) * np.log1p(np.abs(values))",
    ),
    "unlog": (
        "def unlog(values):",
        '    """The inverse of log."""',
        "    return np.sign(values) * np.expm1(np.abs(values))",
    ),
    "maybe_float": (
        "def maybe_float(value):",
        '    """A number, or nothing."""',
        "    return float(value) if value else math.nan",
    ),
    "maybe_str": (
        "def maybe_str(value):",
        '    """A text, or nothing."""',
        "    return value or None",
    ),
}


def plain(column: InputColumn) -> bool:
    """Whether it is numbers that are only shifted and scaled."""
    return column.kind == "number" and not column.log and column.fill is None


def mixed(plan: Plan) -> bool:
    """Whether columns become numbers in different ways."""
    return not all(map(plain, plan.data.encoder.inputs))


def by_words(column: InputColumn) -> bool:
    """Whether its values are told apart by their names."""
    return column.kind in ("category", "ordinal")


def features(plan: Plan) -> Lines:
    """`features(rows)`."""
    named = ", ".join(shown_name(column) for column in plan.data.encoder.inputs)
    head = ["def features(rows):", '    """What the network sees of rows in the file\'s units."""']
    if len(named) <= 80:
        head = ["def features(rows):", f'    """What the network sees of rows of {escaped(named)}."""']
    return [*head, *(f"    {line}" for line in (_by_column(plan) if mixed(plan) else _at_once(plan)))]


def shown_name(column: InputColumn) -> str:
    """The column, and what its values are where that is not plain."""
    if column.kind == "date":
        return f"{column.name} (days since 1970-01-01)"
    return f"{column.name} ({column.entries} numbers)" if column.entries > 1 else column.name


def escaped(words: str) -> str:
    """Fit for a docstring or a comment, on one line."""
    safe = words.encode("unicode_escape", "backslashreplace").decode() if not words.isprintable() else words
    return safe.replace("\\", "/").replace('"', "'")


def _at_once(plan: Plan) -> Lines:
    inputs = plan.data.encoder.inputs
    centers = np.concatenate([np.full(column.width, column.center) for column in inputs])
    scales = np.concatenate([np.full(column.width, column.scale) for column in inputs])
    cast = "" if plan.dtype == "float64" else f".astype(np.{plan.dtype})"
    if not centers.any() and bool((scales == 1.0).all()):
        return [f"return np.array(rows, float){cast}"]
    lines = [f"# {_said(plan)}"]
    for name, values in (("centers", centers), ("scales", scales)):
        if bool((values == values[0]).all()):
            lines.append(f"{name} = {number(values[0])}")
        else:
            lines += literals.listed(map(number, values.tolist()), f"{name} = np.array([", "])")
    made = "(np.array(rows, float) - centers) / scales"
    return [*lines, f"return ({made}){cast}" if cast else f"return {made}"]


_SCALINGS = {
    "standard": "standardise: less the mean of the training rows, divided by their standard deviation",
    "minmax": "less the least of the training rows, divided by how far they reach: from 0 to 1",
    "robust": "less the median of the training rows, divided by the distance of their quartiles",
}


def _said(plan: Plan) -> str:
    used = {column.scaling for column in plan.spec.data.features} - {"none"}
    return _SCALINGS[used.pop()] if len(used) == 1 else "scaled by what the training rows are like"


def _by_column(plan: Plan) -> Lines:
    before: Lines = []
    lines: Lines = []
    place = 0
    for column in plan.data.encoder.inputs:
        prepared, made = (_category if column.kind == "category" else _numbers)(plan, column, place)
        before += prepared
        lines += made
        place += column.entries
    cast = "" if plan.dtype == "float64" else f", np.{plan.dtype}"
    return [
        "columns = list(zip(*rows))",
        *before,
        "return np.ascontiguousarray(",
        "    np.column_stack([",
        *lines,
        f"    ]){cast}",
        ")",
    ]


def _category(plan: Plan, column: InputColumn, place: int) -> tuple[Lines, Lines]:
    plan.helpers.add("one_hot")
    shown = levels(plan, column)
    taken = f"columns[{place}]"
    if column.gap is not None and column.gap >= 0:
        plan.helpers.add("instead")
        taken = f"instead({taken}, {shown[column.gap]})"
    made = literals.listed(shown, f"one_hot({taken}, [", "]),", "        ")
    return [], [f"        # {escaped(column.name)}", *made]


def _numbers(plan: Plan, column: InputColumn, place: int) -> tuple[Lines, Lines]:
    """Lines that come first, and those of the list: the scaled numbers, the waves of a date, what was missing."""
    named = f"  # {escaped(column.name)}"
    taken, before = _taken(plan, column, place)
    if column.kind == "date" or column.flag:
        before.append(f"{_variable(column, place)} = {taken}{named}")
        taken = _variable(column, place)
    given = taken
    if column.fill is not None:
        plan.helpers.add("filled")
        taken = f"filled({taken}, {number(column.fill)})"
        if column.kind == "date":
            before.append(f"{given}_there = {taken}")
            taken = f"{given}_there"
    lines = [f"        {scaled(plan, taken, column.center, column.scale, column.log)},{named}"]
    if column.kind == "date":
        plan.helpers.add("waves")
        for period in periods_of(column.clock):
            lines.append(f"        *waves({taken}, {number(PERIODS[period])}),{named}, place in the {period}")
    if column.flag:
        lines.append(f"        ~np.isfinite({given}),{named}, missing")
    return before, lines


def _variable(column: InputColumn, place: int) -> str:
    return f"{'days' if column.kind == 'date' else 'values'}_{place + 1}"


def _taken(plan: Plan, column: InputColumn, place: int) -> tuple[str, Lines]:
    if column.kind == "ordinal":
        plan.helpers.add("places")
        order = f"order_{place + 1}"
        return f"places(columns[{place}], {order})", literals.listed(levels(plan, column), f"{order} = [", "]")
    if column.entries > 1:
        return f"np.array(columns[{place}:{place + column.entries}], float).T", []
    return f"np.array(columns[{place}], float)", []


def scaled(plan: Plan, taken: str, center: float, scale: float, log: bool) -> str:
    """Code for (taken - center) / scale, of the logarithm."""
    if log:
        plan.helpers.add("log")
        taken = f"log({taken})"
    return f"({taken} - {number(center)}) / {number(scale)}" if center or scale != 1.0 else taken


def levels(plan: Plan, column: InputColumn) -> list[str]:
    """Python text of each level: texts, or numbers where the column holds numbers."""
    if isinstance(plan.table.column(column.name), TextColumn):
        return [text(level) for level in column.levels]
    own = column.gap if column.kind == "category" and column.gap is not None else -1
    return [
        text(level) if place == own and not _is_number(level) else number(float(level))
        for place, level in enumerate(column.levels)
    ]


def _is_number(level: str) -> bool:
    try:
        float(level)
    except ValueError:
        return False
    return True
