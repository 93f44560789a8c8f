"""Which EVENTS an edit of the project is: by what differs between the specification before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bpgui.data.spec import FileOrigin, SampleOrigin
from bpgui.project.spec import Activation, Dense, Dropout, Layer, ProjectSpec

# Settings of training, and the event that another value of one of them is.
_TRAINING: dict[str, tuple[str, ...]] = {
    "loss_changed": ("loss", "reduction", "huber_delta"),
    "optimizer_changed": ("optimizer",),
    "learning_rate_changed": ("learning_rate",),
    "schedule_changed": ("schedule",),
    "batch_size_changed": ("batch_size",),
    "epochs_changed": ("epochs",),
    "penalty_changed": ("l1", "l2"),
    "patience_changed": ("patience",),
    "class_weights_changed": ("class_weights", "class_weight_values"),
}


def events_of(before: ProjectSpec, after: ProjectSpec) -> tuple[str, ...]:
    """Names of EVENTS, each once."""
    return (*_network(before, after), *_training(before, after), *_data(before, after))


def _network(before: ProjectSpec, after: ProjectSpec) -> Iterator[str]:
    old, new = ({layer.id: layer for layer in spec.network.layers} for spec in (before, after))
    if set(new) - set(old):
        yield "layer_added"
    if set(old) - set(new):
        yield "layer_removed"
    kept = [id for id in old if id in new]
    if kept != [id for id in new if id in old]:
        yield "layer_moved"
    for name, setting in _LAYER.items():
        if any(setting(old[id]) != setting(new[id]) for id in kept):
            yield name
    if _dropout(before) != _dropout(after):
        yield "dropout_changed"


def _units(layer: Layer) -> object:
    return layer.units if isinstance(layer, Dense) else None


def _activation(layer: Layer) -> object:
    return layer.activation if isinstance(layer, Dense | Activation) else None


def _initializer(layer: Layer) -> object:
    return (layer.initializer, layer.scale, layer.weights, layer.biases) if isinstance(layer, Dense) else None


_LAYER: dict[str, Callable[[Layer], object]] = {
    "units_changed": _units, "activation_changed": _activation, "initializer_changed": _initializer,
}  # fmt: skip


def _dropout(spec: ProjectSpec) -> tuple[tuple[str, float], ...]:
    return tuple((layer.id, layer.rate) for layer in spec.network.layers if isinstance(layer, Dropout))


def _training(before: ProjectSpec, after: ProjectSpec) -> Iterator[str]:
    for name, fields in _TRAINING.items():
        if any(getattr(before.training, field) != getattr(after.training, field) for field in fields):
            yield name
    if before.seed != after.seed:
        yield "seed_changed"
    if before.decision.threshold != after.decision.threshold:
        yield "threshold_changed"


def _data(before: ProjectSpec, after: ProjectSpec) -> Iterator[str]:
    old, new = before.data, after.data
    if old.split != new.split:
        yield "split_changed"
    if old.columns != new.columns:
        yield "columns_changed"
    if old.table != new.table:
        yield "data_changed"
        if isinstance(new.origin, FileOrigin) and new.origin.path:
            yield "file_opened"
    if isinstance(new.origin, SampleOrigin) and (
        not isinstance(old.origin, SampleOrigin) or old.origin.name != new.origin.name
    ):
        yield "sample_opened"
