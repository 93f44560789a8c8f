"""The exported script repeats every kind of run to the bit."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from script_runner import check, project

from bpgui.data.spec import Split
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.initializers import INITIALIZERS
from bpgui.engine.losses import LEGAL_OUTPUTS, LOSSES
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES
from bpgui.project.samples import SAMPLES, open_sample
from bpgui.project.spec import Activation, BatchNorm, Dense, Dropout, Layer

PRECISIONS = ("float64", "float32")
TRAIN_ONLY = Split(train=1.0)


def hidden(*units: int, **fields: Any) -> tuple[Dense, ...]:
    return tuple(Dense(id=f"h{i}", units=n, **fields) for i, n in enumerate(units, 1))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_hidden_activation(name: str, precision: str) -> None:
    check(*project(hidden(4, 3, activation=name), loss="bce", precision=precision, optimizer="adam"))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize(("loss", "output"), [(loss, out) for loss, outs in LEGAL_OUTPUTS.items() for out in outs])
def test_every_loss_with_every_legal_output_and_reduction(loss: str, output: str, precision: str) -> None:
    for reduction in LOSSES[loss].reductions:
        for classes in (2, 3) if LOSSES[loss].task == "classes" else (0, 2, 3):
            if loss == "bce" and classes == 3:
                continue
            check(*project(hidden(4), output, loss=loss, reduction=reduction, classes=classes, precision=precision))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_weights_of_rows_and_classes(loss: str, precision: str) -> None:
    output = LEGAL_OUTPUTS[loss][0]
    for reduction in LOSSES[loss].reductions:
        for classes in (2, 3) if loss != "bce" else (2,):
            given: dict[str, Any] = {"loss": loss, "reduction": reduction, "classes": classes, "precision": precision}
            check(*project(hidden(4), output, weighted=True, **given))
            check(*project(hidden(4), output, class_weights="balanced", batch_size=0, **given))
            values = tuple(0.5 + i for i in range(classes))
            check(*project(
                hidden(4), output, weighted=True, class_weights="given", class_weight_values=values, l2=0.01, **given
            ))  # fmt: skip


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_past_the_flush(optimizer: str, precision: str) -> None:
    check(*project(hidden(4), optimizer=optimizer, epochs=70, precision=precision, loss="bce"))


@pytest.mark.parametrize("optimizer", ["sgd", "adamw", "rmsprop"])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule(schedule: str, optimizer: str) -> None:
    check(*project(
        hidden(4), optimizer=optimizer, schedule=schedule, epochs=12, step_epochs=3, warmup_steps=17, cosine_epochs=0,
        plateau_patience=1, plateau_threshold=0.2, floor=0.1,
    ))  # fmt: skip
    check(*project(hidden(4), optimizer=optimizer, schedule=schedule, epochs=12, cosine_epochs=7, split=TRAIN_ONLY))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("clip", CLIPPINGS)
def test_every_clipping(clip: str, precision: str) -> None:
    for at in (0.02, 0.5):
        check(*project(hidden(4), clip=clip, clip_at=at, precision=precision, loss="mse", reduction="sum"))


def test_clipping_where_the_squares_overflow() -> None:
    text = check(*project(
        hidden(4, activation="identity", initializer="normal", scale=1e8), "identity", classes=0, precision="float32",
        clip="norm", clip_at=1.0, loss="mse", reduction="sum", epochs=2, learning_rate=1e-3,
    ))  # fmt: skip
    assert "largest" in text


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize(("l1", "l2"), [(0.01, 0.0), (0.0, 0.01), (0.003, 0.02)])
def test_penalties(l1: float, l2: float, precision: str) -> None:
    check(*project(hidden(4, 3), l1=l1, l2=l2, precision=precision))
    check(*project(hidden(4, 3), l1=l1, l2=l2, precision=precision, batch_size=0, split=TRAIN_ONLY))


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_every_initializer(initializer: str) -> None:
    check(*project(hidden(4, initializer=initializer)))


STACKS: dict[str, tuple[Layer, ...]] = {
    "dropout": (*hidden(6), Dropout(id="d", rate=0.3)),
    "dropout first": (Dropout(id="d", rate=0.1), *hidden(6)),
    "two dropouts": (*hidden(6), Dropout(id="d", rate=0.3), Dense(id="g", units=4), Dropout(id="e", rate=0.5)),
    "batch norm": (Dense(id="h", units=5, activation="identity"), BatchNorm(id="n"), Activation(id="a")),
    "batch norm first": (BatchNorm(id="n", momentum=0.3, epsilon=1e-3), *hidden(5)),
    "all together": (
        Dense(id="h", units=5, activation="identity", bias=False), BatchNorm(id="n"), Activation(id="a"),
        Dropout(id="d"), Dense(id="g", units=4, activation="gelu"), BatchNorm(id="m"), Dropout(id="e", rate=0.4),
    ),
    "activations in a row": (
        Dense(id="h", units=5), Activation(id="a", activation="silu"), Activation(id="b", activation="identity"),
        Activation(id="c", activation="softmax"), BatchNorm(id="n"), BatchNorm(id="m"),
    ),
    "an activation first": (Activation(id="a", activation="tanh"), *hidden(4)),
    "dropout of nothing": (*hidden(4), Dropout(id="d", rate=0.0)),
    "linear": hidden(4, 3, activation="identity"),
}  # fmt: skip


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("stack", STACKS)
def test_layers(stack: str, precision: str) -> None:
    check(*project(STACKS[stack], loss="bce", precision=precision, optimizer="adam", epochs=5))
    check(*project(STACKS[stack], "softmax", classes=3, loss="cce", precision=precision, l2=0.01, clip="norm"))


@pytest.mark.parametrize("rows", [11, 12, 10, 6, 9])
def test_batch_norm_with_a_last_row_alone(rows: int) -> None:
    for size in (0, 2, 5, 10):
        check(*project(STACKS["batch norm"], rows=rows, batch_size=size, split=TRAIN_ONLY))


@pytest.mark.parametrize("rows", [7, 8, 23, 300])
def test_batches(rows: int) -> None:
    for size in (0, 1, 3, 7, 8, 1000):
        for shuffle in (True, False):
            check(*project(hidden(3), rows=rows, batch_size=size, shuffle=shuffle, epochs=2))


@pytest.mark.parametrize("frozen", [(True, False), (False, True), (True, True)])
def test_freezing(frozen: tuple[bool, bool]) -> None:
    weights, biases = frozen
    first, second = hidden(4, 3)
    kept = {"freeze_weights": weights, "freeze_biases": biases}
    for layers in ((replace(first, **kept), second), (first, replace(second, **kept))):
        check(*project(layers, l1=0.001, l2=0.01, clip="norm", clip_at=0.1, optimizer="momentum"))


def test_a_run_in_which_everything_is_frozen() -> None:
    spec, table = project((), l2=0.01)
    output = replace(spec.network.output, freeze_weights=True, freeze_biases=True)
    check(replace(spec, network=replace(spec.network, layers=(output,))), table)


@pytest.mark.parametrize("depth", [0, 1, 2, 5, 16])
def test_depths(depth: int) -> None:
    check(*project(hidden(*[4] * depth), "softmax", classes=3, loss="cce", epochs=2))


def test_widths_of_larger_products() -> None:
    for precision in PRECISIONS:
        check(*project(
            hidden(130, 70, activation="relu"), "softmax", classes=5, loss="cce", rows=900, features=40, batch_size=64,
            optimizer="adam", precision=precision, epochs=2,
        ))  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample(name: str) -> None:
    spec, table = open_sample(name)
    check(replace(spec, training=replace(spec.training, epochs=3 if name == "digits8x8" else 20)), table)
