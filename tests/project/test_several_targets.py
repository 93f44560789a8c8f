"""Several targets: what can be predicted together, what is refused and how it is mended, how good the answers are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace
from project_fixtures import FILE
from sklearn.metrics import accuracy_score, f1_score, log_loss, r2_score, root_mean_squared_error

from bpgui.data.errors import DataError
from bpgui.data.spec import Split
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.project import build, edits
from bpgui.project.checks import check
from bpgui.project.edits import IllegalEdit
from bpgui.project.proposal import propose
from bpgui.project.spec import ProjectSpec
from bpgui.runs.driver import Driver
from bpgui.runs.probes import Activations, Boundary, Confusion, Fit, Predictions, Unanswerable
from bpgui.runs.scores import scores

N = 80


def table() -> Table:
    rng = np.random.default_rng(1)
    x = rng.normal(0.0, 1.0, (N, 2))
    three = [("red", "green", "blue")[i] for i in rng.integers(0, 3, N)]
    return Table(
        [
            NumberColumn("x1", x[:, 0]), NumberColumn("x2", x[:, 1]), TextColumn.of("colour", three),
            NumberColumn("price", 100.0 * x[:, 0] + 5.0), NumberColumn("size", x[:, 1] ** 2),
            TextColumn.of("sold", ["yes" if v > 0 else "no" for v in x[:, 0]]),
            NumberColumn("rare", (x[:, 1] > 0.5).astype(float)),
        ]
    )  # fmt: skip


def project(*targets: str) -> tuple[ProjectSpec, Table]:
    data = table()
    spec = edits.set_target(propose(data, FILE), data, targets[0])
    for name in targets[1:]:
        spec = edits.add_target(spec, data, name)
    others = [name for name in ("price", "size", "sold", "rare", "colour") if name not in targets]
    for name in others:
        spec = edits.set_column(spec, data, name, role="ignore")
    return edits.set_training(spec, epochs=30), data


def trained(spec: ProjectSpec, data: Table) -> Driver:
    driver = Driver(spec, build.dataset(spec, data))
    for _ in driver.steps():
        pass
    return driver


# ---- edits


def test_further_targets_join_the_first() -> None:
    spec, data = project("price", "size")
    assert [c.name for c in spec.data.targets] == ["price", "size"]
    assert (spec.training.loss, spec.network.output.activation) == ("mse", "identity")
    assert [c.scaling for c in spec.data.targets] == ["standard", "standard"]
    assert check(spec, data) == ()
    spec, data = project("sold", "rare")
    assert [c.kind for c in spec.data.targets] == ["category", "category"]
    assert (spec.training.loss, spec.network.output.activation) == ("bce", "sigmoid")
    assert check(spec, data) == ()


def test_a_target_set_is_the_only_one_and_one_may_be_taken_away() -> None:
    spec, data = project("price", "size")
    alone = edits.set_target(spec, data, "size")
    assert [c.name for c in alone.data.targets] == ["size"]
    assert next(c.role for c in alone.data.columns if c.name == "price") == "feature"
    fewer = edits.set_column(spec, data, "price", role="ignore")
    assert [c.name for c in fewer.data.targets] == ["size"]
    assert edits.add_target(spec, data, "size") == spec
    none = edits.set_column(fewer, data, "size", role="feature")
    assert edits.add_target(none, data, "price").data.target is not None


def test_one_of_several_taken_as_another_kind_becomes_the_only_target() -> None:
    spec, data = project("sold", "rare")
    spec = edits.set_column(spec, data, "rare", kind="number")
    assert [c.name for c in spec.data.targets] == ["rare"]
    assert spec.training.loss == "mse"


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("sold", "colour", "colour has 3 classes: only columns of two classes"),
        ("colour", "sold", "colour has 3 classes: only columns of two classes"),
        ("price", "sold", "sold cannot be predicted with price: it cannot be numbers"),
        ("price", "nobody", "no column called 'nobody'"),
    ],
)
def test_what_cannot_join_is_refused(first: str, second: str, message: str) -> None:
    spec, data = project(first)
    with pytest.raises(IllegalEdit, match=message):
        edits.add_target(spec, data, second)


# ---- what a file may hold


def past_the_rules(*names: str, loss: str = "mse") -> tuple[ProjectSpec, Table]:
    spec, data = project("price")
    columns = tuple(
        replace(c, role="target", kind="number" if c.name in ("price", "size") else "category", scaling="none")
        if c.name in names
        else replace(c, role="feature" if c.name in ("x1", "x2") else "ignore")
        for c in spec.data.columns
    )
    output = replace(spec.network.output, activation="softmax" if loss == "cce" else "identity")
    spec = replace(spec, network=replace(spec.network, layers=(*spec.network.layers[:-1], output)))
    return replace(spec, data=replace(spec.data, columns=columns), training=replace(spec.training, loss=loss)), data


@pytest.mark.parametrize(
    ("case", "text", "fixes", "message"),
    [
        (
            lambda: past_the_rules("price", "size", "sold"),
            r"Numbers (price, size) and classes (sold) cannot be predicted together.",
            ["Predict only price, size", "Predict sold only"], "cannot be predicted together: a loss is made for",
        ),
        (
            lambda: past_the_rules("sold", "rare", "colour"),
            "Several targets of classes need two classes each; colour has 3.",
            ["Predict only sold, rare", "Predict colour only"], "'colour' has 3 classes. Several targets have two",
        ),
        (
            lambda: past_the_rules("sold", "rare", loss="cce"),
            "Categorical cross-entropy gives one class a row, but there are 2 targets of yes or no.",
            ["Use binary cross-entropy and sigmoid"], "gives one class a row, but there are several",
        ),
    ],
)  # fmt: skip
def test_refused_with_the_reason_and_ways_out(
    case: Callable[[], tuple[ProjectSpec, Table]], text: str, fixes: list[str], message: str
) -> None:
    spec, data = case()
    with pytest.raises(DataError, match=message):
        build.dataset(spec, data)
    errors = [finding for finding in check(spec, data) if finding.severity == "error"]
    assert [finding.text for finding in errors] == [text]
    assert [fix.label for fix in errors[0].fixes] == fixes
    for fix in errors[0].fixes:
        assert not [f for f in check(fix.change(spec), data) if f.severity == "error"]


# ---- losses and metrics


@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
def test_the_loss_of_several_numbers_is_the_mean_of_the_single_ones(loss: str) -> None:
    spec, data = project("price", "size")
    spec = edits.set_training(spec, loss=loss)
    made = build.dataset(spec, data)
    network = build.network(spec, made.features, made.outputs)
    singles = []
    for place, name in enumerate(("price", "size")):
        alone = edits.set_column(spec, data, {"price": "size", "size": "price"}[name], role="ignore")
        own = build.dataset(alone, data)
        np.testing.assert_array_equal(own.y[:, 0], made.y[:, place])
        single = build.network(alone, own.features, 1)
        for kept, given in zip(single.dense, network.dense, strict=True):
            last = given is network.dense[-1]
            kept.W[...] = given.W[:, [place]] if last else given.W
            assert kept.b is not None
            assert given.b is not None
            kept.b[...] = given.b[[place]] if last else given.b
        singles.append(single.evaluate(own.x, own.y))
    assert network.evaluate(made.x, made.y) == pytest.approx(np.mean(singles), rel=1e-12)


def test_the_loss_of_several_labels_is_the_mean_of_scikit_learns_log_losses() -> None:
    spec, data = project("sold", "rare")
    made = build.dataset(spec, data)
    network = build.network(spec, made.features, made.outputs)
    outputs = network.predict(made.x)
    expected = np.mean([log_loss(made.y[:, i], outputs[:, i]) for i in range(2)])
    assert network.evaluate(made.x, made.y) == pytest.approx(expected, rel=1e-10)


def test_metrics_of_labels_are_means_over_the_labels() -> None:
    driver = trained(*project("sold", "rare"))
    data, rows = driver.data, driver.data.validation
    said = driver.training.network.predict(data.x[rows]) >= 0.5
    found = scores(driver.training.network, data, "validation")
    pairs = [(data.y[rows][:, i], said[:, i]) for i in range(2)]
    assert found["accuracy"] == pytest.approx(np.mean([accuracy_score(*pair) for pair in pairs]))
    assert found["f1"] == pytest.approx(np.mean([f1_score(*pair) for pair in pairs]))
    assert found["accuracy"] > 0.8


def test_metrics_of_numbers_are_in_the_files_units_over_all_outputs() -> None:
    driver = trained(*project("price", "size"))
    data, rows = driver.data, driver.data.validation
    decoded = data.encoder.decode(driver.training.network.predict(data.x[rows]))
    said = np.stack([part.values for part in decoded.parts if part.values is not None], axis=1)
    actual = np.stack([data_column(name, data.rows[rows]) for name in ("price", "size")], axis=1)
    found = scores(driver.training.network, data, "validation")
    assert found["rmse"] == pytest.approx(np.sqrt(np.mean((said - actual) ** 2)))
    assert found["rmse"] ** 2 == pytest.approx(
        np.mean([root_mean_squared_error(actual[:, i], said[:, i]) ** 2 for i in range(2)])
    )
    assert found["r2"] == pytest.approx(r2_score(actual, said, multioutput="variance_weighted"))


def data_column(name: str, rows: np.ndarray) -> np.ndarray:
    column = table().column(name)
    assert isinstance(column, NumberColumn)
    return column.values[rows]


# ---- questions to a run


def test_predictions_show_every_target() -> None:
    driver = trained(*project("sold", "rare"))
    answer = Predictions("train", 0, 5)(driver)
    assert all(word in ("no · 0", "no · 1", "yes · 0", "yes · 1") for word in (*answer.targets, *answer.predicted))
    assert answer.right is not None
    assert answer.right.tolist() == [a == b for a, b in zip(answer.targets, answer.predicted, strict=True)]
    numbers = Predictions("train", 0, 5)(trained(*project("price", "size")))
    assert numbers.right is None
    row = int(numbers.rows[0]) - 1
    assert numbers.targets[0] == " · ".join(
        f"{data_column(name, np.array([row]))[0]:.6g}" for name in ("price", "size")
    )


@pytest.mark.parametrize("targets", [("sold", "rare"), ("price", "size")])
def test_what_is_for_one_target_only_is_not_answered(targets: tuple[str, ...]) -> None:
    driver = trained(*project(*targets))
    for probe in (Boundary(), Confusion(), Fit()):
        with pytest.raises(Unanswerable):
            probe(driver)
    values = driver.data.encoder.row_values(driver.data.x[0])
    assert " · " in Activations(values)(driver).predicted


def test_class_weights_are_passed_over_and_that_is_said() -> None:
    spec, data = project("sold", "rare")
    weighed = edits.set_training(spec, class_weights="balanced")
    assert build.row_weights(weighed, build.dataset(weighed, data)) is None
    assert any("together they have no classes to weigh" in finding.text for finding in check(weighed, data))


def test_a_row_without_one_of_the_targets_is_left_out() -> None:
    spec, data = project("price", "size")
    price = data_column("price", np.arange(N)).copy()
    price[:7] = np.nan
    changed = Table([NumberColumn("price", price) if c.name == "price" else c for c in data.columns])
    spec = replace(spec, data=replace(spec.data, table=changed.sha, split=Split()))
    assert build.dataset(spec, changed).rows.tolist() == list(range(7, N))
