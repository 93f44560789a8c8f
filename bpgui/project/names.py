"""What layers are called: "Dense 2", counted from 1 within the kind. Ids are for files and never said."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bpgui.engine.layers import LAYERS
from bpgui.engine.network import Network
from bpgui.project.spec import Layer, ProjectSpec


def kind_of(layer: Layer) -> str:
    """Its key in LAYERS, as in the project file."""
    return str(layer.__struct_config__.tag)


def layer_numbers(spec: ProjectSpec) -> dict[str, int]:
    """The number of every layer, by id."""
    return {id: number for id, (_, number) in _counted((x.id, kind_of(x)) for x in spec.network.layers).items()}


def layer_name(spec: ProjectSpec, id: str, say: Callable[[str], str] = str) -> str:
    """ "Batch norm 1"; `say` brings the kind's label into another language. Raises KeyError."""
    return name(kind_of(spec.network.layer(id)), layer_numbers(spec)[id], say)


def made_name(network: Network, id: str) -> str:
    """The same of a network as it is trained, whose layers bear the ids of the project's. Raises KeyError."""
    return name(*_counted((layer.id, layer.kind) for layer in network.layers)[id])


def name(kind: str, number: int, say: Callable[[str], str] = str) -> str:
    """ "Dense 2" of the key in LAYERS and the number."""
    return f"{say(LAYERS[kind].label)} {number}"


def _counted(layers: Iterable[tuple[str, str]]) -> dict[str, tuple[str, int]]:
    """Kind and number by id, from (id, kind) in order. The second of an id is a Dense's own activation."""
    found: dict[str, tuple[str, int]] = {}
    counts: dict[str, int] = {}
    for id, kind in layers:
        if id not in found:
            counts[kind] = counts.get(kind, 0) + 1
            found[id] = kind, counts[kind]
    return found
