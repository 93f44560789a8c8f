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
        if isinstance(target[step], tuple):
            target[step] = list(target[step])
        target = target[step]
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
        (
            ["data", "columns", 1, "role"],
            "boss",
            "data.columns[1].role: expected 'feature' or 'ignore' or 'split' or 'target' or 'weight', got 'boss'",
        ),
        (["training", "dropout"], 0.5, "training has the unknown field 'dropout'"),
        (["training", "huber_delta"], 0.0, "training.huber_delta: expected a number, more than 0, got 0.0"),
        (["training", "alpha"], 1.0, "training.alpha: expected a number, 0 or more and less than 1, got 1.0"),
        (["training", "weight_decay"], -0.1, "training.weight_decay: expected a number, 0 or more, got -0.1"),
        (["training", "step_epochs"], 0, "training.step_epochs: expected 1 to 100000000, got 0"),
        (["training", "step_epochs"], 2.5, "training.step_epochs: expected 1 to 100000000, got 2.5"),
        (["training", "step_factor"], 1.5, "training.step_factor: expected a number, more than 0 and 1 or less"),
        (["training", "decay"], 0.0, "training.decay: expected a number, more than 0 and 1 or less, got 0.0"),
        (["training", "cosine_epochs"], -1, "training.cosine_epochs: expected 0 to 100000000, got -1"),
        (["training", "floor"], 1.1, "training.floor: expected 0 to 1, got 1.1"),
        (["training", "warmup_steps"], 0, "training.warmup_steps: expected 1 to 1000000000, got 0"),
        (["training", "warmup_start"], -0.1, "training.warmup_start: expected 0 to 1, got -0.1"),
        (["training", "plateau_factor"], 2, "training.plateau_factor: expected a number, more than 0 and 1 or less"),
        (["training", "plateau_patience"], -1, "training.plateau_patience: expected 0 to 100000000, got -1"),
        (["training", "plateau_threshold"], 1.0, "training.plateau_threshold: expected a number, 0 or more and less"),
        (["training", "l1"], -1.0, "training.l1: expected a number, 0 or more, got -1.0"),
        (["training", "l2"], float("nan"), "training.l2: expected a number, 0 or more, got nan"),
        (["training", "clip_at"], 0, "training.clip_at: expected a number, more than 0, got 0"),
        (["training", "class_weights"], "fair", "training.class_weights: expected 'balanced' or 'equal' or 'given'"),
        (["training", "class_weight_values"], [1, -1], "training.class_weight_values[1]: expected a number, 0 or more"),
        (["training", "class_weight_values"], 3, "training.class_weight_values: expected a list, got 3"),
        (["training", "patience"], -1, "training.patience: expected 0 to 100000000, got -1"),
        (["training", "min_delta"], -1, "training.min_delta: expected a number, 0 or more, got -1"),
        (["training", "max_seconds"], 0, "training.max_seconds: expected a number, more than 0 or nothing, got 0"),
        (["training", "target_value"], "high", "training.target_value: expected a number, got 'high'"),
        (["training", "target_value"], float("inf"), "training.target_value: expected a finite number, got inf"),
        (["network", "layers", 0, "freeze_weights"], 1, "network.layers[0].freeze_weights: expected true or false"),
        (
            ["network", "layers", 0],
            {"kind": "dropout", "id": "p1", "rate": 1.0},
            "network.layers[0].rate: expected a number, 0 or more and less than 1, got 1.0",
        ),
        (
            ["network", "layers", 0],
            {"kind": "dropout", "id": "p1", "units": 3},
            "network.layers[0] has the unknown field 'units'",
        ),
        (
            ["network", "layers", 0],
            {"kind": "batchnorm", "id": "n1", "momentum": 0},
            "network.layers[0].momentum: expected a number, more than 0 and 1 or less, got 0",
        ),
        (
            ["network", "layers", 0],
            {"kind": "batchnorm", "id": "n1", "epsilon": 0.0},
            "network.layers[0].epsilon: expected a number, more than 0, got 0.0",
        ),
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


@pytest.mark.parametrize(
    ("name", "key", "known"),
    [
        ("loss", "focal", "bce, cce, mse, mae, huber, hinge"),
        ("optimizer", "lion", "sgd, momentum, nesterov, rmsprop, adagrad, adam, adamw"),
        ("schedule", "cyclic", "constant, step, exponential, cosine, warmup, plateau"),
        ("clip", "hard", "none, norm, value"),
        ("target_metric", "auc", "accuracy, "),
    ],
)
def test_only_entries_of_the_tables_are_known(name: str, key: str, known: str) -> None:
    spec = open_sample("xor")[0]
    with pytest.raises(Invalid) as error:
        check_spec(replace(spec, training=replace(spec.training, **{name: key})))
    assert str(error.value).startswith(f"training.{name}: expected one of ")
    assert known in str(error.value)
    assert str(error.value).endswith(f"got {key!r}")


def test_one_column_weighs_rows() -> None:
    spec = open_sample("xor")[0]
    first, second, third = spec.data.columns
    columns = (replace(first, role="weight"), replace(second, role="weight"), third)
    with pytest.raises(Invalid, match="one weight at most, got 'x1', 'x2'"):
        check_spec(replace(spec, data=replace(spec.data, columns=columns)))


def test_columns_are_checked() -> None:
    spec = open_sample("xor")[0]
    first, *rest = spec.data.columns
    twice = replace(spec, data=replace(spec.data, columns=(first, first, *rest)))
    with pytest.raises(Invalid, match="occurs twice"):
        check_spec(twice)
    two = replace(spec, data=replace(spec.data, columns=(replace(first, role="target"), *rest)))
    check_spec(two)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "text"}, r"data.columns\[0\].kind: text is no input yet; expected the role 'ignore', got 'feature'"),
        ({"kind": "date", "role": "target"}, "kind: expected 'number' or 'category' for a target, got 'date'"),
        ({"kind": "category", "role": "weight"}, "kind: expected 'number' for a weight, got 'category'"),
        ({"kind": "category", "scaling": "log"}, "scaling: only numbers, ordinals and dates can be scaled"),
        ({"kind": "category", "missing": "mean"}, "missing: categories have no mean; expected 'drop', 'frequent' or"),
        ({"levels": ("a", "b")}, "levels: only an ordinal has an order, this is of the kind 'number'"),
        ({"kind": "ordinal", "levels": ("a", "b", "a")}, "levels: 'a' occurs twice"),
    ],
)
def test_uses_of_columns_are_checked(changes: dict[str, Any], message: str) -> None:
    spec = open_sample("xor")[0]
    first, *rest = spec.data.columns
    with pytest.raises(Invalid, match=message):
        check_spec(replace(spec, data=replace(spec.data, columns=(replace(first, **changes), *rest))))
