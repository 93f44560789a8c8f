"""The list of hidden layers as it is typed: "16:relu,dropout:0.2,batchnorm,8:tanh"."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from bpgui.cli.words import Usage, number
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.initializers import AUTO, GIVEN
from bpgui.project.spec import Activation, BatchNorm, Dense, Dropout, Layer, NetworkSpec

Fresh = Callable[[str], str]

LARGEST = 100_000
FROZEN = "frozen"
GRAMMAR = "UNITS[:ACTIVATION[:frozen]], dropout[:RATE], batchnorm or an activation of its own"


def with_hidden(network: NetworkSpec, text: str) -> NetworkSpec:
    """`network` with those hidden layers before its output, whose first weights are drawn anew. Raises Usage."""
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
    where = f"--layers, part {place} ({':'.join(words)!r})"
    if kind == "batchnorm" and not rest:
        return BatchNorm(id=fresh("n"))
    if kind == "dropout" and len(rest) < 2:
        return Dropout(id=fresh("p"), rate=_rate(where, rest[0])) if rest else Dropout(id=fresh("p"))
    if kind in ACTIVATIONS and not rest:
        return Activation(id=fresh("a"), activation=kind)
    if kind.isdecimal() and len(rest) < 3:
        return _dense(fresh, where, int(kind), rest)
    if kind.isalpha() and kind not in (*ACTIVATIONS, "dropout", "batchnorm"):
        raise Usage(f"{where}: there is no layer {kind!r}; expected {GRAMMAR} ({', '.join(ACTIVATIONS)})")
    raise Usage(f"{where}: expected {GRAMMAR}")


def _dense(fresh: Fresh, where: str, units: int, rest: list[str]) -> Dense:
    if not 1 <= units <= LARGEST:
        raise Usage(f"{where}: expected 1 to {LARGEST} units, got {units}")
    activation = rest[0] if rest else "relu"
    if activation not in ACTIVATIONS:
        raise Usage(f"{where}: there is no activation {activation!r}; there are {', '.join(ACTIVATIONS)}")
    if rest[1:] not in ([], [FROZEN]):
        raise Usage(f"{where}: after the activation only {FROZEN!r} can follow, got {rest[1]!r}")
    frozen = len(rest) == 2
    return Dense(id=fresh("d"), units=units, activation=activation, freeze_weights=frozen, freeze_biases=frozen)


def _rate(where: str, text: str) -> float:
    rate = number(text)
    if rate is None or not 0.0 <= rate < 1.0:
        raise Usage(f"{where}: expected a dropout rate from 0 to less than 1, got {text!r}")
    return rate
