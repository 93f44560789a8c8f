"""Random projects, layers and settings: the script and the run agree to the bit."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from script_runner import agree, check, export, project

from bpgui.data.spec import Split
from bpgui.data.table import Table
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.layers import LAYERS
from bpgui.engine.losses import LEGAL_OUTPUTS, LOSSES
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES
from bpgui.project import build
from bpgui.project.spec import Activation, BatchNorm, Dense, Dropout, Layer
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.interventions import Value
from bpgui.runs.run import Run
from bpgui.runs.stopping import DIVERGED

ACTIVATION = st.sampled_from(list(ACTIVATIONS))


@st.composite
def layer(draw: st.DrawFn, id: str) -> Layer:
    kind = draw(st.sampled_from(["dense", *LAYERS]))
    if kind == "dropout":
        return Dropout(id=id, rate=draw(st.sampled_from([0.0, 0.1, 0.5, 0.9])))
    if kind == "batchnorm":
        return BatchNorm(id=id, momentum=draw(st.sampled_from([0.1, 0.37, 1.0])))
    if kind == "activation":
        return Activation(id=id, activation=draw(ACTIVATION))
    return Dense(
        id=id, units=draw(st.integers(1, 9)), activation=draw(ACTIVATION), bias=draw(st.booleans()),
        freeze_weights=draw(st.integers(0, 4)) == 0, freeze_biases=draw(st.integers(0, 4)) == 0,
    )  # fmt: skip


@st.composite
def projects(draw: st.DrawFn) -> dict[str, Any]:
    loss = draw(st.sampled_from(list(LOSSES)))
    classes = draw(st.sampled_from([2] if loss == "bce" else [2, 3] if LOSSES[loss].task == "classes" else [0, 2, 3]))
    layers = tuple(draw(layer(f"h{i}")) for i in range(draw(st.integers(0, 5))))
    number = st.sampled_from([0.0, 0.001, 0.05])
    return {
        "layers": layers, "output": draw(st.sampled_from(LEGAL_OUTPUTS[loss])), "loss": loss, "classes": classes,
        "rows": draw(st.integers(14, 40)), "features": draw(st.integers(1, 5)), "seed": draw(st.integers(0, 2**40)),
        "split": draw(st.sampled_from([Split(train=1.0), Split(train=0.6, validation=0.2, test=0.2)])),
        "weighted": draw(st.booleans()), "standardise": draw(st.booleans()),
        "class_weights": draw(st.sampled_from(["equal", "balanced"])) if classes else "equal",
        "reduction": draw(st.sampled_from(LOSSES[loss].reductions)), "huber_delta": draw(st.sampled_from([0.1, 1.0])),
        "optimizer": draw(st.sampled_from(list(OPTIMIZERS))), "schedule": draw(st.sampled_from(list(SCHEDULES))),
        "learning_rate": draw(st.sampled_from([1e-3, 0.03, 0.7])), "l1": draw(number), "l2": draw(number),
        "clip": draw(st.sampled_from(list(CLIPPINGS))), "clip_at": draw(st.sampled_from([0.01, 1.0])),
        "batch_size": draw(st.sampled_from([0, 2, 3, 8, 13])), "shuffle": draw(st.booleans()),
        "precision": draw(st.sampled_from(["float64", "float32"])), "patience": draw(st.sampled_from([0, 1, 3])),
        "epochs": draw(st.integers(1, 8)), "step_epochs": 2, "warmup_steps": 5, "plateau_patience": 1,
    }  # fmt: skip


@given(projects(), st.sampled_from([None, 0, 1, 3, 7]))
@settings(max_examples=150)
def test_any_project(made: dict[str, Any], steps: int | None) -> None:
    check(*project(made.pop("layers"), made.pop("output"), **made), steps=steps)


LIVE: dict[str, list[Value]] = {
    "learning_rate": [1e-3, 0.3, 1e200], "l1": [0.0, 0.01], "l2": [0.0, 0.02], "clip": list(CLIPPINGS),
    "clip_at": [0.01, 2.0], "epochs": [2, 5, 9], "patience": [0, 1, 3], "min_delta": [0.0, 0.01],
    "target_loss": [None, 0.3], "stop": ["by hand", "time"],
}  # fmt: skip
ACT = st.sampled_from([(field, value) for field, values in LIVE.items() for value in values])


def handled(made: dict[str, Any], acts: list[tuple[int, tuple[str, Value]]], reopen: bool) -> tuple[Any, Table, Driver]:
    """A run with those interventions; ended it goes on or back, a few times; it may be reopened from a file."""
    spec, table = project(made.pop("layers"), made.pop("output"), **made)
    data = build.dataset(spec, table)
    driver = Driver(spec, data)
    pending, ends = sorted(acts, key=lambda act: act[0]), 3
    with quiet_numerics():
        for count in range(200):
            while pending and pending[0][0] <= driver.step_count:
                driver.intervene(*pending.pop(0)[1])
            if reopen and count == 9:
                run = Run(spec, 1)
                run.take_down(driver)
                if run.trained:
                    driver = Run.from_stored(run.to_stored()).driver(data)
            if driver.stop_reason is None:
                driver.step()
            elif ends:
                ends -= 1
                if driver.stop_reason == DIVERGED:
                    driver.go_back()
                    driver.intervene("learning_rate", 0.01)
                else:
                    driver.extend()
            else:
                break
    return spec, table, driver


@given(projects(), st.lists(st.tuples(st.integers(0, 25), ACT), max_size=6), st.booleans())
@settings(max_examples=150)
def test_any_project_with_any_interventions(made: dict[str, Any], acts: list[Any], reopen: bool) -> None:
    spec, table, driver = handled(made, acts, reopen)
    agree(export(spec, table, driver).text, driver)
