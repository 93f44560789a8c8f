"""Nothing of a validation or test row gets into a statistic or a weight, whatever the kind, scaling and filling."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from msgspec.structs import replace

from bpgui.data.encoding import Dataset, encode
from bpgui.data.legality import possible_kinds, possible_missing, possible_scalings
from bpgui.data.spec import Column, DataSpec, FileOrigin, Split
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn
from bpgui.project import build
from bpgui.project.spec import Dense, NetworkSpec, ProjectSpec, TrainingSpec
from bpgui.runs.driver import Driver

N = 60
SPLIT = Split(train=0.6, validation=0.2, test=0.2)


def raw_columns(gaps: bool) -> list[AnyColumn]:
    """One of each sort, with missing values in all parts or in none."""
    rng = np.random.default_rng(5)
    gone = rng.random((5, N)) < (0.2 if gaps else 0.0)
    words = rng.choice(["low", "medium", "high"], N)
    return [
        NumberColumn("n", np.where(gone[0], np.nan, rng.lognormal(2.0, 1.0, N))),
        NumberColumn("single", np.where(gone[1], np.nan, rng.normal(5, 9, N)).astype(np.float32)),
        NumberColumn("count", np.where(gone[2], np.nan, rng.integers(0, 6, N))),
        TextColumn.of("word", [None if g else str(w) for g, w in zip(gone[3], words, strict=True)]),
        NumberColumn("when", np.where(gone[4], np.nan, 19_000 + np.round(rng.normal(0, 300, N))), "date"),
        NumberColumn("image", rng.integers(0, 200, (N, 3, 3, 1), dtype=np.uint8), "image"),
    ]


def disturbed(column: AnyColumn, rows: np.ndarray, seed: int) -> AnyColumn:
    """The same but for those rows, which get values that no other row has, and gaps."""
    rng = np.random.default_rng(seed)
    if isinstance(column, TextColumn):
        texts = column.texts()
        for row in rows:
            texts[row] = [None, "zebra", "low", "aardvark"][rng.integers(4)]
        return TextColumn.of(column.name, texts)
    values = column.values.copy()
    if values.dtype == np.uint8:
        values[rows] = rng.integers(200, 256, values[rows].shape)
    else:
        values[rows] = rng.choice([1e6, -1e5, 0.25, np.nan, np.inf, 7.0], values[rows].shape)
    return NumberColumn(column.name, values, column.meaning)


def uses_of(column: AnyColumn) -> list[Column]:
    """Every way in which the column can be a feature."""
    return [
        Column(name=column.name, role="feature", kind=kind, scaling=scaling, missing=missing)
        for kind in possible_kinds(column)
        if kind != "text"
        for scaling, missing in itertools.product(possible_scalings(kind), possible_missing(column, kind))
    ]


USES = [(use, gaps) for gaps in (False, True) for column in raw_columns(gaps) for use in uses_of(column)]


def with_target(columns: list[AnyColumn]) -> Table:
    return Table([*columns, NumberColumn("y", np.sin(np.arange(float(N))))])


def spec_of(uses: list[Column]) -> DataSpec:
    target = Column(name="y", role="target", kind="number", scaling="standard")
    return DataSpec(table="", origin=FileOrigin(name="t"), columns=(*uses, target), split=SPLIT)


def learnt(data: Dataset) -> tuple[object, list[int], bytes, bytes]:
    train = data.train
    return data.encoder, data.rows[train].tolist(), data.x[train].tobytes(), data.y[train].tobytes()


def named(value: object) -> str:
    if isinstance(value, Column):
        return f"{value.name}-{value.kind}-{value.scaling}-{value.missing}"
    return "gaps" if value else "whole"


@pytest.mark.parametrize(("use", "gaps"), USES, ids=named)
def test_no_statistic_depends_on_a_row_that_is_not_learnt_from(use: Column, gaps: bool) -> None:
    column = next(c for c in raw_columns(gaps) if c.name == use.name)
    table = with_target([column])
    data = encode(table, spec_of([use]), one_hot=False, seed=2)
    split = encode(with_target([]), _only_rows(), one_hot=False, seed=2)
    outside = np.concatenate((split.validation, split.test))
    for seed, rows in enumerate((outside, split.validation, split.test, split.test[:1])):
        changed = with_target([disturbed(column, rows, seed)])
        assert learnt(encode(changed, spec_of([use]), one_hot=False, seed=2)) == learnt(data)


def _only_rows() -> DataSpec:
    """A specification in which every row can be used, so that the parts are seen as they were drawn."""
    spec = spec_of([])
    target = spec.columns[-1]
    return replace(spec, columns=(replace(target, role="feature"), replace(target, role="target")))


def test_the_same_holds_for_the_target() -> None:
    x = NumberColumn("x", np.arange(float(N)))
    for scaling in possible_scalings("number"):
        spec = DataSpec(
            table="", origin=FileOrigin(name="t"), split=SPLIT,
            columns=(Column(name="x", role="feature", kind="number"),
                     Column(name="y", role="target", kind="number", scaling=scaling)),
        )  # fmt: skip
        y = NumberColumn("y", np.random.default_rng(0).normal(3.0, 5.0, N))
        data = encode(Table([x, y]), spec, one_hot=False, seed=2)
        outside = data.rows[np.concatenate((data.validation, data.test))]
        after = encode(Table([x, disturbed(y, outside, 1)]), spec, one_hot=False, seed=2)
        assert learnt(after) == learnt(data)


@pytest.mark.parametrize("one_hot", [False, True], ids=["one column", "a column a class"])
def test_the_same_holds_for_classes(one_hot: bool) -> None:
    """A class that only such rows have, or lack, makes no output."""
    words = np.where(np.arange(N) % 2 == 0, "low", "high")
    spec = DataSpec(
        table="", origin=FileOrigin(name="t"), split=SPLIT,
        columns=(Column(name="x", role="feature", kind="number"), Column(name="y", role="target", kind="category")),
    )  # fmt: skip
    x, y = NumberColumn("x", np.arange(float(N))), TextColumn.of("y", words.tolist())
    data = encode(Table([x, y]), spec, one_hot=one_hot, seed=2)
    outside = data.rows[np.concatenate((data.validation, data.test))]
    for seed in range(3):
        after = encode(Table([x, disturbed(y, outside, seed)]), spec, one_hot=one_hot, seed=2)
        assert learnt(after) == learnt(data)


@pytest.mark.parametrize("gaps", [False, True])
def test_no_weight_depends_on_a_test_row_to_the_bit(gaps: bool) -> None:
    """All columns at once, each in another way, trained for some epochs: patience may look at validation rows."""
    columns = raw_columns(gaps)
    for turn in range(6):
        uses = [ways[(7 * turn) % len(ways)] for ways in map(uses_of, columns)]
        table = with_target(columns)
        spec = ProjectSpec(
            network=NetworkSpec(layers=(Dense(id="d1", units=4), Dense(id="out", units="auto", activation="identity"))),
            training=TrainingSpec(loss="mse", epochs=3, batch_size=8),
            data=replace(spec_of(uses), table=table.sha),
            seed=turn,
        )
        data = build.dataset(spec, table)
        split = encode(with_target([]), _only_rows(), one_hot=False, seed=turn)
        for rows in (split.test, np.concatenate((split.validation, split.test))):
            other = with_target([disturbed(column, rows, turn) for column in columns])
            moved = replace(spec, data=replace(spec.data, table=other.sha))
            assert _trained(moved, build.dataset(moved, other)) == _trained(spec, data)


def _trained(spec: ProjectSpec, data: Dataset) -> bytes:
    driver = Driver(spec, data)
    for _ in driver.steps():
        pass
    return driver.parameters.tobytes()
