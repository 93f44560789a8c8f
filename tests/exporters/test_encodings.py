"""Every kind of column, scaling and filling, and several targets: the script has the same numbers to the bit."""

from __future__ import annotations

import itertools
import sys
from typing import Any

import numpy as np
import pytest
from script_runner import agree, drive, export, load

from bpgui.data.legality import possible_kinds, possible_missing, possible_scalings
from bpgui.data.spec import Column, DataSpec, SampleOrigin, Split
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn
from bpgui.project.exporters.numpy_script import literals
from bpgui.project.spec import Dense, NetworkSpec, ProjectSpec, TrainingSpec

ROWS = 31


def raw_columns(rows: int = ROWS, clock: bool = False) -> list[AnyColumn]:
    rng = np.random.default_rng(3)
    gone = rng.random((6, rows)) < 0.2
    words = rng.choice(["low", "me\"di'um", "high"], rows)
    numbers = np.where(gone[0], np.nan, rng.lognormal(1.0, 1.0, rows))
    numbers[1] = np.inf
    days = 19_000.0 + rng.integers(0, 900, rows) + (0.375 if clock else 0.0)
    return [
        NumberColumn("n", numbers),
        NumberColumn("count", np.where(gone[1], np.nan, rng.integers(0, 4, rows))),
        TextColumn.of("word", [None if g else str(w) for g, w in zip(gone[2], words, strict=True)]),
        NumberColumn("when", np.where(gone[3], np.nan, days), "date"),
        NumberColumn("single", np.where(gone[4], np.nan, rng.normal(0, 3, rows)).astype(np.float32)),
        NumberColumn("image", rng.integers(0, 256, (rows, 2, 3, 1), dtype=np.uint8), "image"),
    ]


def project(
    columns: list[AnyColumn], uses: list[Column], targets: list[tuple[AnyColumn, Column]], **training: Any
) -> tuple[ProjectSpec, Table]:
    table = Table([*columns, *(values for values, _ in targets)])
    classes = targets[0][1].kind == "category"
    output = "sigmoid" if classes else "identity"
    settings = {"epochs": 2, "batch_size": 7, "loss": "bce" if classes else "mse", "learning_rate": 0.01} | training
    spec = ProjectSpec(
        network=NetworkSpec(layers=(Dense(id="h", units=3), Dense(id="out", units="auto", activation=output))),
        training=TrainingSpec(**settings),
        data=DataSpec(
            table=table.sha,
            origin=SampleOrigin(name="made"),
            columns=(*uses, *(use for _, use in targets)),
            split=Split(train=0.7, validation=0.3),
        ),
    )
    return spec, table


def number_target(name: str = "y", scaling: Any = "standard", rows: int = ROWS) -> tuple[AnyColumn, Column]:
    values = 30.0 * np.sin(np.arange(rows) + len(name))
    return NumberColumn(name, values), Column(name=name, role="target", kind="number", scaling=scaling)


def class_target(name: str, step: int, rows: int = ROWS) -> tuple[AnyColumn, Column]:
    values = TextColumn.of(name, [("no", "yes")[i // step % 2] for i in range(rows)])
    return values, Column(name=name, role="target", kind="category")


def check(spec: ProjectSpec, table: Table) -> str:
    """The losses, the weights, and what is answered for the rows agree to the bit."""
    driver = drive(spec, table)
    text = export(spec, table, driver).text
    agree(text, driver)
    names = load(text)
    list(names["train"]())
    rows, data = names["rows_train"], driver.data
    np.testing.assert_array_equal(names["features"](rows), data.x[data.train])
    np.testing.assert_array_equal(names["y_train"], data.y[data.train])
    answered = names["predict"](rows)
    expected = data.encoder.decode(driver.training.network.predict(data.x[data.train]))
    found = answered if data.numeric else np.array(answered[0])
    columns = found.T if data.encoder.target.parts else [found]
    for part, column in zip(expected.each, columns, strict=True):
        assert list(column) == list(part.labels if part.labels is not None else part.values)  # type: ignore[arg-type]
    return text


USES = [
    Column(name=column.name, role="feature", kind=kind, scaling=scaling, missing=missing)
    for column in raw_columns()
    for kind in possible_kinds(column)
    if kind != "text"
    for scaling, missing in itertools.product(possible_scalings(kind), possible_missing(column, kind))
]


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.name}-{use.kind}-{use.scaling}-{use.missing}")
def test_every_use_of_a_column(use: Column) -> None:
    column = next(c for c in raw_columns() if c.name == use.name)
    precision = ("float64", "float32")[USES.index(use) % 2]
    check(*project([column], [use], [number_target()], precision=precision))


def ways(turn: int, clock: bool = False, rows: int = ROWS) -> tuple[list[AnyColumn], list[Column]]:
    """All columns together, each used in another way."""
    columns = raw_columns(rows, clock)
    by_name = [[use for use in USES if use.name == column.name] for column in columns]
    return columns, [uses[(turn * 5 + 3 * place) % len(uses)] for place, uses in enumerate(by_name)]


@pytest.mark.parametrize("turn", range(12))
def test_columns_together(turn: int, monkeypatch: pytest.MonkeyPatch) -> None:
    columns, uses = ways(turn, clock=turn % 2 == 0)
    if turn % 3 == 0:
        monkeypatch.setattr(literals, "LITERAL_NUMBERS", 10)
    check(*project(columns, uses, [number_target()], precision=("float64", "float32")[turn % 2]))


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("scaling", possible_scalings("number"))
def test_every_scaling_of_a_target(scaling: Any, precision: str) -> None:
    columns, uses = ways(1)
    check(*project(columns[:1], uses[:1], [number_target(scaling=scaling)], precision=precision))


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("few", [True, False])
def test_several_targets(few: bool, precision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not few:
        monkeypatch.setattr(literals, "LITERAL_NUMBERS", 10)
    columns, uses = ways(2)
    numbers = [number_target("a", "standard"), number_target("bb", "log"), number_target("ccc", "none")]
    for loss in ("mse", "mae", "huber"):
        check(*project(columns, uses, numbers, loss=loss, precision=precision))
    labels = [class_target("p", 2), class_target("q", 3), class_target("r", 5)]
    for loss, reduction in (("bce", "mean"), ("bce", "sum"), ("mse", "mean")):
        check(*project(columns, uses, labels, loss=loss, reduction=reduction, precision=precision))


def test_several_targets_as_signs() -> None:
    columns, uses = ways(2)
    spec, table = project(columns, uses, [class_target("p", 2), class_target("q", 3)], loss="hinge")
    output = Dense(id="out", units="auto", activation="tanh")
    network = NetworkSpec(layers=(*spec.network.layers[:-1], output))
    check(ProjectSpec(network=network, training=spec.training, data=spec.data), table)


def test_a_row_from_the_command_line_may_leave_values_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [c for c in raw_columns() if c.name in ("n", "word", "when")]
    uses = [
        Column(name="n", role="feature", kind="number", scaling="log", missing="median"),
        Column(name="word", role="feature", kind="category", missing="category"),
        Column(name="when", role="feature", kind="date", scaling="standard", missing="drop"),
    ]
    spec, table = project(columns, uses, [number_target()])
    driver = drive(spec, table)
    text = export(spec, table, driver).text
    names = load(text)
    monkeypatch.setattr(sys, "argv", ["script.py", "--predict", ",,19100"])
    names["__name__"] = "__main__"
    exec(compile(text, "script.py", "exec"), names)
    x = driver.data.encoder.encode_values(("", "", 19100.0))
    expected = driver.data.encoder.decode(driver.training.network.predict(x)).values
    assert expected is not None
    assert capsys.readouterr().out.strip() == str(expected)
    assert "n, word, when (days since 1970-01-01)" in text
