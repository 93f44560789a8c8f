"""Messages of values that do not fit: place, expected, found."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from bpgui.project.samples import open_sample
from bpgui.project.spec import Activation, Dense, NetworkSpec, ProjectSpec
from bpgui.project.validation import Invalid, check_spec, convert


def broken(place: list[Any], value: object) -> dict[str, Any]:
    """XOR as plain data with one value replaced."""
    data = msgspec.to_builtins(open_sample("xor")[0])
    target = data
    for step in place[:-1]:
        target = target[step]
    if isinstance(target, tuple):
        raise AssertionError("a tuple cannot be changed")
    target[place[-1]] = value
    return data


@pytest.mark.parametrize(
    ("place", "value", "text"),
    [
        (["network", "layers", 1, "units"], -5, "network.layers[1].units: expected 1 to 100000 or 'auto', got -5"),
        (["network", "layers", 0, "units"], None, "network.layers[0].units: expected 1 to 100000 or 'auto', got None"),
        (["network", "layers", 0, "bias"], 1, "network.layers[0].bias: expected true or false, got 1"),
        (
            ["network", "layers", 0, "kind"],
            "conv",
            "network.layers[0].kind: expected 'dense' or 'activation' or 'dropout' or 'batchnorm', got 'conv'",
        ),
        (["network", "layers"], {}, "network.layers: expected a list, got {}"),
        (["network", "layers", 0, "color"], 1, "network.layers[0] has the unknown field 'color'"),
        (["training", "epochs"], 0, "training.epochs: expected 1 to 100000000, got 0"),
        (["training", "epochs"], 2.5, "training.epochs: expected 1 to 100000000, got 2.5"),
        (["training", "learning_rate"], "fast", "training.learning_rate: expected a number, more than 0, got 'fast'"),
        (["training", "learning_rate"], float("inf"), "training.learning_rate: expected a finite number, got inf"),
        (["training", "target_loss"], -1.0, "training.target_loss: expected a number, 0 or more or nothing, got -1.0"),
        (["data", "columns", 1, "role"], "boss", "data.columns[1].role: expected 'feature' or 'ignore' or 'target'"),
        (["data", "split", "train"], 2, "data.split.train: expected 0 to 1, got 2"),
        (["data", "origin", "rows"], 0, "data.origin.rows: expected 1 to 1000000, got 0"),
        (["data", "origin", "from"], "web", "data.origin.from: expected 'sample' or 'file', got 'web'"),
        (["seed"], -1, "seed: expected 0 to 9223372036854775807, got -1"),
        (["seed"], 10**30, "seed: expected 0 to 9223372036854775807"),
        (["seed"], "x" * 1000, "..."),
    ],
)
def test_the_place_and_both_values_are_named(place: list[Any], value: object, text: str) -> None:
    with pytest.raises(Invalid) as error:
        convert(broken(place, value), ProjectSpec)
    assert text in str(error.value)
    assert len(str(error.value)) < 300


def test_a_missing_field_is_named() -> None:
    data = broken(["seed"], 1)
    del data["network"]
    with pytest.raises(Invalid, match="lacks the field 'network'"):
        convert(data, ProjectSpec)


def with_layers(*layers: Dense | Activation) -> ProjectSpec:
    return replace(open_sample("xor")[0], network=NetworkSpec(layers=layers))


OUTPUT = Dense(id="d2", units="auto")


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (with_layers(), "the last layer is the output"),
        (with_layers(OUTPUT, Activation(id="a1")), "the last layer is the output"),
        (with_layers(Dense(id="d2"), OUTPUT), "network.layers[1].id: expected an id of its own"),
        (with_layers(Dense(id=""), OUTPUT), "network.layers[0].id"),
        (with_layers(Dense(id="d1", units="auto"), OUTPUT), "network.layers[0].units: only the output"),
        (with_layers(Activation(id="a1", activation="x"), OUTPUT), "network.layers[0].activation: expected one of"),
        (with_layers(Dense(id="d1", initializer="x"), OUTPUT), "network.layers[0].initializer: expected one of"),
        (with_layers(Dense(id="d1", weights=((1.0,), ())), OUTPUT), "network.layers[0].weights"),
    ],
)
def test_what_the_types_cannot_say(spec: ProjectSpec, text: str) -> None:
    with pytest.raises(Invalid) as error:
        check_spec(spec)
    assert text in str(error.value)


def test_columns_are_checked() -> None:
    spec = open_sample("xor")[0]
    first, *rest = spec.data.columns
    twice = replace(spec, data=replace(spec.data, columns=(first, first, *rest)))
    with pytest.raises(Invalid, match="occurs twice"):
        check_spec(twice)
    two = replace(spec, data=replace(spec.data, columns=(replace(first, role="target"), *rest)))
    with pytest.raises(Invalid, match="one target at most"):
        check_spec(two)
