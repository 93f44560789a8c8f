"""Values checked against the specification's types, with messages that a person can act on."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from bpgui.data.legality import SCALED_KINDS, TARGET_KINDS
from bpgui.data.spec import Column
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.initializers import AUTO, GIVEN, INITIALIZERS
from bpgui.engine.losses import LOSSES
from bpgui.engine.metrics import METRICS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES
from bpgui.project.spec import Activation, Dense, ProjectSpec

T = TypeVar("T")

_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_SPLIT_TOLERANCE = 1e-6
_NAMES = {
    inspect.IntType: "a whole number",
    inspect.FloatType: "a number",
    inspect.StrType: "text",
    inspect.BoolType: "true or false",
    inspect.NoneType: "nothing",
    inspect.VarTupleType: "a list",
    inspect.TupleType: "a list",
    inspect.ListType: "a list",
    inspect.DictType: "a record",
    inspect.StructType: "a record",
}


class Invalid(ValueError):
    """A value that does not fit: "network.layers[3].units: expected 1 to 100000 or 'auto', got -5"."""


def convert(data: object, type: type[T]) -> T:
    """`data` (dicts, lists, numbers) as a `type`; raises Invalid: the place, expected, found."""
    try:
        value = msgspec.convert(data, type, strict=True)
    except msgspec.ValidationError as error:
        raise Invalid(_explain(str(error), data, type)) from None
    for place, number in infinite(data):
        raise Invalid(f"{place}: expected a finite number, got {number}")
    return value


def infinite(data: object, place: str = "") -> Iterator[tuple[str, float]]:
    """Every NaN and infinity with its place: JSON knows neither, and no setting of a project may be one."""
    if isinstance(data, float):
        if not math.isfinite(data):
            yield place, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from infinite(value, f"{place}.{key}" if place else str(key))
    elif isinstance(data, (list, tuple)):
        for index, value in enumerate(data):
            yield from infinite(value, f"{place}[{index}]")


def show(value: object) -> str:
    """A found value in a message, never longer than a line."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _explain(message: str, data: object, type: type) -> str:
    match = _PLACE.match(message)
    assert match is not None
    what, path = match["what"], match["path"] or ""
    node: inspect.Type | None = inspect.type_info(type)
    value: object = data
    for key, index in _STEP.findall(path):
        node, value = _descend(node, value, key or int(index))
    place = path.lstrip(".") or "the whole"
    expected = _expected(node)
    if what.startswith(("Expected", "Invalid")) and expected:
        return f"{place}: expected {expected}, got {show(value)}"
    if what.startswith("Object "):
        what = what.replace("Object missing required field", "lacks the field").replace(
            "Object contains unknown field", "has the unknown field"
        )
        return f"{place} {what.replace('`', chr(39))}"
    return f"{place}: {what}"


def _descend(node: inspect.Type | None, value: object, key: str | int) -> tuple[inspect.Type | None, object]:
    """One step of a path in the type and in the value beside it; (None, ...) where the type is not known."""
    found: object = None
    if isinstance(key, str) and isinstance(value, dict):
        found = value.get(key)
    elif isinstance(key, int) and isinstance(value, (list, tuple)) and key < len(value):
        found = value[key]
    for option in node.types if isinstance(node, inspect.UnionType) else (node,):
        if isinstance(option, inspect.VarTupleType) and isinstance(key, int):
            return option.item_type, found
        if isinstance(option, inspect.TupleType) and isinstance(key, int) and key < len(option.item_types):
            return option.item_types[key], found
        if isinstance(option, inspect.StructType) and isinstance(key, str):
            if key == option.tag_field:
                return _tags(node), found
            wrong_tag = isinstance(value, dict) and option.tag is not None and value.get(option.tag_field) != option.tag
            field = next((f for f in option.fields if f.encode_name == key), None)
            if field is not None and not wrong_tag:
                return field.type, found
    return None, found


def _tags(node: inspect.Type | None) -> inspect.LiteralType:
    options = node.types if isinstance(node, inspect.UnionType) else (node,)
    tags = [option.tag for option in options if isinstance(option, inspect.StructType)]
    return inspect.LiteralType(values=tuple(tag for tag in tags if tag is not None))


def _expected(node: inspect.Type | None) -> str:
    """The type in words: "1 to 100000 or 'auto'"; empty where it has none."""
    if isinstance(node, inspect.UnionType):
        return " or ".join(text for text in map(_expected, node.types) if text)
    if isinstance(node, inspect.LiteralType):
        return " or ".join(repr(value) for value in node.values)
    if isinstance(node, (inspect.IntType, inspect.FloatType)):
        return _range(node)
    return next((text for kind, text in _NAMES.items() if isinstance(node, kind)), "")


def _range(node: inspect.IntType | inspect.FloatType) -> str:
    noun = "a whole number" if isinstance(node, inspect.IntType) else "a number"
    above = f"more than {node.gt:g}" if node.gt is not None else ""
    below = f"less than {_plain(node.lt)}" if node.lt is not None else ""
    least = "" if node.ge is None else _plain(node.ge)
    most = "" if node.le is None else _plain(node.le)
    if least and most:
        return f"{least} to {most}"
    if least:
        least = f"{least} or more"
    if most:
        most = f"{most} or less"
    limits: list[str] = [text for text in (above, least, below, most) if text]
    return f"{noun}, {' and '.join(limits)}" if limits else noun


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:g}"


def check_spec(spec: ProjectSpec) -> None:
    """What the types cannot say: known keys, one output that is last, columns used as they can be. Raises Invalid."""
    _check_network(spec)
    _known("training.loss", spec.training.loss, LOSSES)
    _known("training.optimizer", spec.training.optimizer, OPTIMIZERS)
    _known("training.schedule", spec.training.schedule, SCHEDULES)
    _known("training.clip", spec.training.clip, CLIPPINGS)
    _known("training.target_metric", spec.training.target_metric, ("", *METRICS))
    _check_data(spec)
    check_threshold(spec)


def threshold_limits(loss: str) -> tuple[float, float]:
    """Between which numbers a threshold of the outputs lies, neither of them one: 0 and 1 for probabilities."""
    return (0.0, 1.0) if LOSSES[loss].outputs in (("sigmoid",), ("softmax",)) else (-math.inf, math.inf)


def check_threshold(spec: ProjectSpec) -> None:
    """Raises Invalid for a threshold that no output of that loss can pass or fail."""
    threshold = spec.decision.threshold
    low, high = threshold_limits(spec.training.loss)
    if threshold is not None and not low < threshold < high:
        raise Invalid(f"decision.threshold: expected more than {low:g} and less than {high:g}, got {threshold:g}")


def _check_network(spec: ProjectSpec) -> None:
    layers = spec.network.layers
    if not layers or not isinstance(layers[-1], Dense):
        raise Invalid("network.layers: the last layer is the output and must be Dense")
    seen: set[str] = set()
    for index, layer in enumerate(layers):
        place = f"network.layers[{index}]"
        if layer.id in seen or not layer.id:
            raise Invalid(f"{place}.id: expected an id of its own, got {show(layer.id)}")
        seen.add(layer.id)
        if isinstance(layer, (Dense, Activation)):
            _known(f"{place}.activation", layer.activation, ACTIVATIONS)
        if isinstance(layer, Dense):
            _known(f"{place}.initializer", layer.initializer, (AUTO, *INITIALIZERS, GIVEN))
            if layer.units == "auto" and index < len(layers) - 1:
                raise Invalid(f"{place}.units: only the output can be 'auto'; expected 1 to 100000")
            if len({len(row) for row in layer.weights}) > 1:
                raise Invalid(f"{place}.weights: every row needs the same count of numbers")


def _check_data(spec: ProjectSpec) -> None:
    names = [column.name for column in spec.data.columns]
    for index, column in enumerate(spec.data.columns):
        place = f"data.columns[{index}]"
        if names.index(column.name) != index:
            raise Invalid(f"{place}.name: {show(column.name)} occurs twice")
        _check_column(place, column)
    weights = [column.name for column in spec.data.columns if column.role == "weight"]
    if len(weights) > 1:
        raise Invalid(f"data.columns: one weight at most, got {', '.join(map(show, weights))}")
    check_split(spec.data.split.train, spec.data.split.validation, spec.data.split.test)


def _check_column(place: str, column: Column) -> None:
    """A kind, a scaling and a filling that go with the role."""
    if column.kind == "text" and column.role not in ("ignore", "split"):
        raise Invalid(f"{place}.kind: text is no input yet; expected the role 'ignore', got {show(column.role)}")
    if column.role == "target" and column.kind not in TARGET_KINDS:
        expected = " or ".join(map(repr, TARGET_KINDS))
        raise Invalid(f"{place}.kind: expected {expected} for a target, got {show(column.kind)}")
    if column.role == "weight" and column.kind != "number":
        raise Invalid(f"{place}.kind: expected 'number' for a weight, got {show(column.kind)}")
    if column.scaling != "none" and column.kind not in SCALED_KINDS:
        raise Invalid(f"{place}.scaling: only numbers, ordinals and dates can be scaled")
    if column.kind == "category" and column.missing in ("mean", "median"):
        raise Invalid(
            f"{place}.missing: categories have no {column.missing}; expected 'drop', 'frequent' or 'category'"
        )
    if column.levels and column.kind != "ordinal":
        raise Invalid(f"{place}.levels: only an ordinal has an order, this is of the kind {show(column.kind)}")
    twice = [level for number, level in enumerate(column.levels) if column.levels.index(level) != number]
    if twice:
        raise Invalid(f"{place}.levels: {show(twice[0])} occurs twice")


def check_split(train: float, validation: float, test: float) -> None:
    """Raises Invalid unless the fractions add up to 1 and leave something to train on."""
    total = train + validation + test
    if abs(total - 1.0) > _SPLIT_TOLERANCE:
        raise Invalid(f"data.split: the parts must add up to 1, got {total:g}")
    if train <= 0.0:
        raise Invalid("data.split.train: expected more than 0, so that there is something to learn from")


def _known(place: str, key: str, table: Any) -> None:
    if key not in table:
        raise Invalid(f"{place}: expected one of {', '.join(table)}, got {show(key)}")
