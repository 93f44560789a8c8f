"""Edits of the layers. The last layer is the output: always Dense, always last, never taken out."""

from __future__ import annotations

from collections.abc import Collection
from itertools import takewhile

from msgspec.structs import replace

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.initializers import AUTO, GIVEN, INITIALIZERS
from bpgui.project.edits.legality import IllegalEdit, legal, replaced
from bpgui.project.spec import Activation, BatchNorm, Dense, Dropout, Layer, ProjectSpec

HIDDEN_UNITS = 4
_KINDS: dict[str, type[Layer]] = {
    "dense": Dense, "activation": Activation, "dropout": Dropout, "batchnorm": BatchNorm,
}  # fmt: skip
# What the ids of a kind begin with.
_LETTERS = {"dense": "d", "activation": "a", "dropout": "p", "batchnorm": "n"}


def set_layer(spec: ProjectSpec, id: str, **changes: object) -> ProjectSpec:
    """Change settings of one layer; numbers typed in are `initializer="given", weights=..., biases=...`."""
    index = _index(spec, id)
    layer = replaced(spec.network.layers[index], **changes)
    _check_layer(layer, output=index == len(spec.network.layers) - 1)
    layers = list(spec.network.layers)
    layers[index] = layer
    return _with(spec, layers)


def set_activation(spec: ProjectSpec, ids: Collection[str], name: str) -> ProjectSpec:
    """Another activation after each of those layers: its own, or of a Dense without one the layer that is one."""
    for id in ids:
        spec = set_layer(spec, _bend(spec, id), activation=name)
    return spec


def insert_layer(spec: ProjectSpec, index: int, kind: str = "dense", **fields: object) -> ProjectSpec:
    """A new layer that will stand at `index`, before the output; its id is fresh ("d2", "a1")."""
    if kind not in _KINDS:
        raise IllegalEdit(f"There is no kind of layer called {kind!r}; there are {', '.join(_KINDS)}.")
    layers = list(spec.network.layers)
    if not 0 <= index < len(layers):
        raise IllegalEdit("Nothing can be put after the output layer; put it before.")
    if "id" in fields:
        raise IllegalEdit("A new layer gets its id by itself.")
    layer = replaced(_KINDS[kind](id=fresh_id(spec, kind)), **fields)
    _check_layer(layer, output=False)
    layers.insert(index, layer)
    return _with(spec, layers)


def remove_layer(spec: ProjectSpec, id: str) -> ProjectSpec:
    """The network without that layer; the output cannot be removed."""
    index = _index(spec, id)
    _refuse_output(spec, index, "removed")
    return _with(spec, [layer for layer in spec.network.layers if layer.id != id])


def move_layer(spec: ProjectSpec, id: str, index: int) -> ProjectSpec:
    """That layer taken out and put in again, so that it stands at `index`; the output stays last."""
    at = _index(spec, id)
    _refuse_output(spec, at, "moved")
    layers = list(spec.network.layers)
    if not 0 <= index < len(layers) - 1:
        raise IllegalEdit("A layer cannot be moved behind the output layer, which is always the last.")
    layers.insert(index, layers.pop(at))
    return _with(spec, layers)


def duplicate_layer(spec: ProjectSpec, id: str) -> ProjectSpec:
    """A copy right after the layer; a copy of the output is a hidden layer right before it."""
    index = _index(spec, id)
    layers = list(spec.network.layers)
    layer = layers[index]
    kind = next(name for name, made in _KINDS.items() if isinstance(layer, made))
    copy = replace(layer, id=fresh_id(spec, kind))
    if index == len(layers) - 1:
        if isinstance(copy, Dense) and copy.units == "auto":
            copy = replace(copy, units=HIDDEN_UNITS)
        layers.insert(index, copy)
    else:
        layers.insert(index + 1, copy)
    return _with(spec, layers)


def fresh_id(spec: ProjectSpec, kind: str) -> str:
    """The letter of the kind and the smallest number that no layer of that letter has: "d1", "a2"."""
    letter = _LETTERS[kind]
    taken = {layer.id for layer in spec.network.layers}
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"


def _bend(spec: ProjectSpec, id: str) -> str:
    """The id of the layer that has the activation after a layer; its own where there is none up to the next Dense."""
    layer, *after = spec.network.layers[_index(spec, id) :]
    if isinstance(layer, Dense) and layer.activation == "identity":
        before_next = takewhile(lambda following: not isinstance(following, Dense), after)
        return next((following.id for following in before_next if isinstance(following, Activation)), id)
    return id


def _index(spec: ProjectSpec, id: str) -> int:
    try:
        return spec.network.index(id)
    except KeyError:
        raise IllegalEdit("That layer is not in this network any more.") from None


def _refuse_output(spec: ProjectSpec, index: int, verb: str) -> None:
    if index == len(spec.network.layers) - 1:
        raise IllegalEdit(f"The output layer cannot be {verb}: every network ends in it.")


def _check_layer(layer: Layer, *, output: bool) -> None:
    if isinstance(layer, (Dense, Activation)) and layer.activation not in ACTIVATIONS:
        raise IllegalEdit(f"activation: expected one of {', '.join(ACTIVATIONS)}, got {layer.activation!r}")
    if not isinstance(layer, Dense):
        return
    names = (AUTO, *INITIALIZERS, GIVEN)
    if layer.initializer not in names:
        raise IllegalEdit(f"initializer: expected one of {', '.join(names)}, got {layer.initializer!r}")
    if layer.units == "auto" and not output:
        raise IllegalEdit("units: only the output layer can follow the target; expected 1 to 100000, got 'auto'")
    if len({len(row) for row in layer.weights}) > 1:
        raise IllegalEdit("weights: every row needs the same count of numbers")


def _with(spec: ProjectSpec, layers: list[Layer]) -> ProjectSpec:
    return legal(replace(spec, network=replace(spec.network, layers=tuple(layers))))
