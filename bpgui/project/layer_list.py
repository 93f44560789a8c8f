"""The list of hidden layers as it is typed: "16:relu,dropout:0.2,batchnorm,8:tanh"."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import fill

from msgspec.structs import replace

from bpgui.data.typed import number
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.initializers import AUTO, GIVEN
from bpgui.project.spec import Activation, BatchNorm, Dense, Dropout, Layer, NetworkSpec

Fresh = Callable[[str], str]


class BadLayers(ValueError):
    """A list of layers that cannot be read, in words; they begin with the part that is wrong."""


LARGEST = 100_000
GRAMMAR = "UNITS[:ACTIVATION][:MARK...], dropout[:RATE], batchnorm[:MOMENTUM[:EPSILON]] or an activation of its own"
# What can follow a dense layer's activation, and the fields that it sets.
MARKS: dict[str, dict[str, bool]] = {
    "frozen": {"freeze_weights": True, "freeze_biases": True},
    "frozen-weights": {"freeze_weights": True},
    "frozen-biases": {"freeze_biases": True},
    "no-bias": {"bias": False},
}
HELP = f"""A LIST is the hidden layers in order, apart by commas; "" is none. Each is
  UNITS[:ACTIVATION][:MARK...]    dense, as in 16, 8:tanh, 8:relu:frozen:no-bias
  dropout[:RATE]                  0.2 unless said
  batchnorm[:MOMENTUM[:EPSILON]]  0.1 and 1e-5 unless said
  ACTIVATION                      as a layer of its own
{fill(f"Marks: {', '.join(MARKS)}; what is frozen stays as it starts.", 76)}
{fill(f"Activations: {', '.join(ACTIVATIONS)}; a dense layer has relu unless said.", 76)}
The output layer is added from target and loss."""


def with_hidden(network: NetworkSpec, text: str) -> NetworkSpec:
    """`network` with those hidden layers before its output, whose first weights are drawn anew. Raises BadLayers."""
    hidden: list[Layer] = []
    counts: dict[str, int] = {}

    def fresh(letter: str) -> str:
        counts[letter] = counts.get(letter, 0) + 1
        return f"{letter}{counts[letter]}"

    for place, part in enumerate(text.split(",") if text.strip() else [], 1):
        hidden.append(_layer(fresh, place, [word.strip() for word in part.split(":")]))
    output = replace(network.output, id=fresh("d"), weights=(), biases=())
    if output.initializer == GIVEN:
        output = replace(output, initializer=AUTO)
    return replace(network, layers=(*hidden, output))


def _layer(fresh: Fresh, place: int, words: list[str]) -> Layer:
    kind, *rest = words
    where = f"part {place} ({':'.join(words)!r})"
    if kind == "batchnorm" and len(rest) < 3:
        return _batch_norm(fresh, where, rest)
    if kind == "dropout" and len(rest) < 2:
        return Dropout(id=fresh("p"), rate=_rate(where, rest[0])) if rest else Dropout(id=fresh("p"))
    if kind in ACTIVATIONS and not rest:
        return Activation(id=fresh("a"), activation=kind)
    if kind.isdecimal():
        return _dense(fresh, where, int(kind), rest)
    if kind.isalpha() and kind not in (*ACTIVATIONS, "dropout", "batchnorm"):
        raise BadLayers(f"{where}: there is no layer {kind!r}; expected {GRAMMAR} ({', '.join(ACTIVATIONS)})")
    raise BadLayers(f"{where}: expected {GRAMMAR}")


def _dense(fresh: Fresh, where: str, units: int, rest: list[str]) -> Dense:
    if not 1 <= units <= LARGEST:
        raise BadLayers(f"{where}: expected 1 to {LARGEST} units, got {units}")
    activation, marks = ("relu", rest) if not rest or rest[0] in MARKS else (rest[0], rest[1:])
    if activation not in ACTIVATIONS:
        raise BadLayers(f"{where}: there is no activation {activation!r}; there are {', '.join(ACTIVATIONS)}")
    return replace(Dense(id=fresh("d"), units=units, activation=activation), **_marked(where, marks))


def _marked(where: str, marks: list[str]) -> dict[str, bool]:
    """The fields that the marks of a dense layer set. Raises BadLayers."""
    fields: dict[str, bool] = {}
    for place, mark in enumerate(marks):
        if mark not in MARKS:
            *others, last = MARKS
            raise BadLayers(f"{where}: expected {', '.join(others)} or {last}, got {mark!r}")
        if mark in marks[:place]:
            raise BadLayers(f"{where}: {mark!r} stands twice")
        fields |= MARKS[mark]
    if "no-bias" in marks:
        if "frozen-biases" in marks:
            raise BadLayers(f"{where}: without a bias there are no biases to freeze")
        fields.pop("freeze_biases", None)
    return fields


def _batch_norm(fresh: Fresh, where: str, rest: list[str]) -> BatchNorm:
    """Raises BadLayers."""
    numbers = [number(text) for text in rest]
    if numbers and (numbers[0] is None or not 0.0 < numbers[0] <= 1.0):
        raise BadLayers(f"{where}: expected a momentum above 0 to 1, got {rest[0]!r}")
    if len(numbers) > 1 and (numbers[1] is None or not numbers[1] > 0.0):
        raise BadLayers(f"{where}: expected an epsilon above 0, got {rest[1]!r}")
    return replace(BatchNorm(id=fresh("n")), **dict(zip(("momentum", "epsilon"), numbers, strict=False)))


def _rate(where: str, text: str) -> float:
    rate = number(text)
    if rate is None or not 0.0 <= rate < 1.0:
        raise BadLayers(f"{where}: expected a dropout rate from 0 to less than 1, got {text!r}")
    return rate
