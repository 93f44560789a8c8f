"""The state that a step begins in, as an edit of (specification, table) by the keys of a file.

PROJECT_KEYS are applied in the table's order, whatever order they stand in; WINDOW_KEYS are wishes that the window
grants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast, get_args

from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.spec import Scaling, SplitMethod
from bpgui.data.table import Table
from bpgui.engine.losses import LEGAL_OUTPUTS, LOSS_ALIASES
from bpgui.project import edits
from bpgui.project.edits import IllegalEdit
from bpgui.project.layer_list import BadLayers, with_hidden
from bpgui.project.lessons.controls import OUTPUT_VIEWS, WEIGHT_FORMS, WEIGHT_KINDS
from bpgui.project.lessons.facts import PANEL_KEYS
from bpgui.project.lessons.lesson import Lesson, Problem, Setup
from bpgui.project.samples import SAMPLES, open_sample
from bpgui.project.spec import Dense, ProjectSpec, TrainingSpec

State = tuple[ProjectSpec, Table]
LAYOUTS = ("watch", "explain")
RUNS = ("new", "keep")
_POINTS = ("rows", "noise", "points_seed")


@dataclass(frozen=True)
class Key:
    """One key of a setup: what it means, and how it is applied to (state, value, all values)."""

    name: str
    help: str
    apply: Callable[[State, object, Mapping[str, object]], State]


def _sample(state: State, value: object, given: Mapping[str, object]) -> State:
    if value not in SAMPLES:
        raise IllegalEdit(f"there is no sample {value!r}; there are {', '.join(SAMPLES)}")
    fields = {field.name for field in SAMPLES[str(value)].fields}
    made = {}
    for key in _POINTS:
        if key not in given:
            continue
        name = key.removeprefix("points_")
        if name != "seed" and name not in fields:
            raise IllegalEdit(f"the sample {value} has no {name}")
        made[name] = _number(key, given[key]) if name == "noise" else _whole(key, given[key])
    return open_sample(str(value), **made)  # type: ignore[arg-type]


def _points(state: State, value: object, given: Mapping[str, object]) -> State:
    if "sample" not in given:
        raise IllegalEdit("rows, noise and points_seed go with sample, in the same setup")
    return state


def _split(state: State, value: object, given: Mapping[str, object]) -> State:
    spec, table = state
    parts = [_number("split", typed(word)) for word in str(value).split("/")]
    if len(parts) != 3:
        raise IllegalEdit(f"split: expected three fractions as in 0.6/0.2/0.2, got {value!r}")
    return edits.set_split(spec, *parts, table=table), table


def _split_by(state: State, value: object, given: Mapping[str, object]) -> State:
    spec, table = state
    way, _, column = str(value).partition(":")
    if way not in get_args(SplitMethod):
        raise IllegalEdit(f"split_by: expected {', '.join(get_args(SplitMethod))}, got {way!r}")
    return edits.set_split(spec, table=table, method=cast(SplitMethod, way), column=column or None), table


def _scaling(state: State, value: object, given: Mapping[str, object]) -> State:
    spec, table = state
    scaling = cast(Scaling, "none" if value is None else value)  # what is none is refused in words
    for column in spec.data.features:
        if column.kind == "number":
            spec = edits.set_column(spec, table, column.name, scaling=scaling)
    return spec, table


def _layers(state: State, value: object, given: Mapping[str, object]) -> State:
    spec, table = state
    try:
        return replace(spec, network=with_hidden(spec.network, "" if value is None else str(value))), table
    except BadLayers as error:
        raise IllegalEdit(f"layers: {error}") from None


def _initializer(state: State, value: object, given: Mapping[str, object]) -> State:
    spec, table = state
    scale = {"scale": given["scale"]} if "scale" in given else {}
    for layer in spec.network.layers:
        if isinstance(layer, Dense):
            spec = edits.set_layer(spec, layer.id, initializer=value, weights=(), biases=(), **scale)
    return spec, table


def _scale(state: State, value: object, given: Mapping[str, object]) -> State:
    if "initializer" not in given:
        raise IllegalEdit("scale goes with initializer, in the same setup")
    return state


def _seed(state: State, value: object, given: Mapping[str, object]) -> State:
    return edits.set_seed(state[0], _whole("seed", value)), state[1]


def _loss(state: State, value: object, given: Mapping[str, object]) -> State:
    """The output layer follows where it would be illegal and nothing is said of it."""
    spec = edits.set_loss(state[0], LOSS_ALIASES.get(str(value), str(value)))
    output, legal = spec.network.output, LEGAL_OUTPUTS[spec.training.loss]
    if "output_activation" not in given and output.activation not in legal:
        spec = edits.set_layer(spec, output.id, activation=legal[0])
    return spec, state[1]


def _output(state: State, value: object, given: Mapping[str, object]) -> State:
    return edits.set_layer(state[0], state[0].network.output.id, activation=value), state[1]


def _threshold(state: State, value: object, given: Mapping[str, object]) -> State:
    number = None if value is None else _number("threshold", value)
    return edits.set_threshold(*state, number), state[1]


def _training(name: str) -> Key:
    nothing = {"clip": "none", "target_metric": ""}.get(name)

    def apply(state: State, value: object, given: Mapping[str, object]) -> State:
        value = nothing if value is None else value
        return edits.set_training(state[0], **{name: value}), state[1]

    return Key(name, f"`{name}` of training, as in `bpgui train --help`.", apply)


_OWN = (
    Key("sample", "A sample by its name; it brings its network, its loss and all else.", _sample),
    Key("rows", "How many points a made sample has; goes with `sample`.", _points),
    Key("noise", "Its noise; goes with `sample`.", _points),
    Key("points_seed", "The seed of its points; goes with `sample`.", _points),
    Key("split", "Training, validation and test part, as in `0.6/0.2/0.2`.", _split),
    Key(
        "split_by",
        "How rows are parted: `random`, `stratified`, `alike`, `grouped:COLUMN` or `time:COLUMN`.",
        _split_by,
    ),
    Key("scaling", "How all columns of numbers are scaled: `none`, `standard`, …", _scaling),
    Key("layers", "The hidden layers as in `bpgui train --layers`; `none` for no hidden layer.", _layers),
    Key("initializer", "First weights of all Dense layers: `auto`, `zeros`, `normal`, …", _initializer),
    Key("scale", "Their size; goes with `initializer`.", _scale),
    Key("loss", "The loss; the output's activation follows where it has to.", _loss),
    Key("output_activation", "The activation of the output layer.", _output),
    Key("seed", "The seed of weights, split and order.", _seed),
    Key("threshold", "From which output on the second of two classes is predicted.", _threshold),
)
_NOT_TYPED = ("loss", "class_weight_values")
PROJECT_KEYS: dict[str, Key] = {
    key.name: key
    for key in (*_OWN, *(_training(name) for name in TrainingSpec.__struct_fields__ if name not in _NOT_TYPED))
}
WINDOW_KEYS: dict[str, str] = {
    "pace": 'Seconds that the planned run lasts; "step" for one step a second, or "flat out".',
    "layout": "`watch`, or `explain` with the explanation open below the network.",
    "show": "Panels to bring in sight, as in `loss, weights.gradient, output.confusion`.",
    "select": "The layer to select, by its id as in `d1`, or `output`.",
    "run": "`new` (usual) begins a new run where the present one was trained; `keep` goes on with it.",
}


def set_up(setup: Setup, state: State) -> State:
    """The project that a step begins with. Raises IllegalEdit; its `args[1]` is the key that does not fit."""
    for key in _in_order(setup.project):
        state = _applied(key, setup, state)
    return state


def _in_order(given: Mapping[str, object]) -> Iterator[Key]:
    return (key for name, key in PROJECT_KEYS.items() if name in given)


def _applied(key: Key, setup: Setup, state: State) -> State:
    try:
        return key.apply(state, setup.project[key.name], setup.project)
    except (IllegalEdit, DataError) as error:
        raise IllegalEdit(str(error.args[0]), key.name) from None


def try_setups(lesson: Lesson) -> list[Problem]:
    """What of a lesson's setups does not fit, by making one after the other, from the first sample on."""
    problems: list[Problem] = []
    state = open_sample("xor")
    for step in lesson.steps:
        for key in _in_order(step.setup.project) if step.setup is not None else ():
            assert step.setup is not None
            try:
                state = _applied(key, step.setup, state)
            except IllegalEdit as error:
                problems.append(Problem(step.setup.lines[key.name], str(error.args[0])))
        problems += _unfit_wishes(step.setup, state[0]) if step.setup is not None else []
    return problems


def _unfit_wishes(setup: Setup, spec: ProjectSpec) -> Iterator[Problem]:
    ids = (*(layer.id for layer in spec.network.layers), "output")
    for id in setup.window.get("select", ()):
        if id not in ids:
            yield Problem(setup.lines["select"], f"select: there is no layer {id!r}; there are {', '.join(ids)}")


def wrong_wish(key: str, words: tuple[str, ...]) -> str:
    """Why the value of one of WINDOW_KEYS cannot be granted; "" where it can."""
    if key == "pace":
        number = typed(words[0])
        usable = words[0] in ("step", "flat out") or (isinstance(number, float | int) and 0.5 <= number <= 600)
        return "" if usable else f'pace: expected 0.5 to 600 seconds, "step" or "flat out", got {words[0]!r}'
    known = {"layout": LAYOUTS, "run": RUNS, "show": tuple(_shown())}.get(key, ())
    for word in words if known else ():
        if word not in known:
            return f"{key}: {word!r} is none of {', '.join(known)}"
    return "" if len(words) == 1 or key == "show" else f"{key}: expected one word, got {len(words)}"


def _shown() -> Iterator[str]:
    """What `show` can name."""
    yield from (key for key in PANEL_KEYS if key != "learn")
    yield from (f"output.{key}" for key in OUTPUT_VIEWS)
    yield from (f"weights.{key}" for key in (*WEIGHT_KINDS, *WEIGHT_FORMS))


def typed(text: str) -> object:
    """A value as it is written: a number, true or false, none, or the words themselves."""
    words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False, "none": None}
    if text.lower() in words:
        return words[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise IllegalEdit(f"{name}: expected a number, got {value!r}")
    return float(value)


def _whole(name: str, value: object) -> int:
    number = _number(name, value)
    if not number.is_integer():
        raise IllegalEdit(f"{name}: expected a whole number, got {value!r}")
    return int(number)

