"""With every loss, the answers about classes are those of the metrics and of the decoder."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.engine.losses import LEGAL_OUTPUTS, LOSSES
from bpgui.project import build, edits
from bpgui.project.samples import open_sample
from bpgui.runs import probes
from bpgui.runs.answers import BoundaryAnswer
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.scores import scores
from bpgui.session.session import Session
from bpgui.ui import theme
from bpgui.ui.live.answer_bars import AnswerBars
from bpgui.ui.live.boundary_view import BoundaryView
from bpgui.ui.live.class_shares import class_of, class_shares, each_class
from bpgui.ui.live.points import Points
from bpgui.ui.live.value_colors import _class_table, certainty, class_image
from bpgui.ui.panels.output import OutputPanel

CASES = [
    (sample, loss, activation)
    for sample in ("moons", "iris")
    for loss in LOSSES
    for activation in LEGAL_OUTPUTS[loss]
    if activation in ("identity", "tanh", "sigmoid", "softmax")
]


@pytest.fixture(params=CASES, ids="-".join)
def driver(request: pytest.FixtureRequest) -> Driver:
    sample, loss, activation = request.param
    spec, table = open_sample(sample, **({"rows": 120, "noise": 0.3} if sample == "moons" else {}))
    spec = edits.set_training(spec, loss=loss, optimizer="sgd", learning_rate=0.05)
    spec = edits.set_layer(spec, spec.network.output.id, activation=activation)
    # Little training and few epochs: some rows are wrong, some outputs beyond the targets.
    made = Driver(replace(spec, seed=3), build.dataset(spec, table))
    with quiet_numerics():
        for _ in range(12):
            made.step()
    return made


@pytest.mark.parametrize("part", ["train", "validation"])
def test_confusion_and_predictions_count_what_the_accuracy_counts(driver: Driver, part: str) -> None:
    data = driver.data
    rows = data.part(part)
    accuracy = scores(driver.training.network, data, part)["accuracy"]
    counts = probes.Confusion(part)(driver).counts
    assert np.trace(counts) / counts.sum() == pytest.approx(accuracy, abs=1e-12)
    decode = data.encoder.decode
    actual, found = decode(data.y[rows]).codes, decode(driver.training.network.predict(data.x[rows])).codes
    np.testing.assert_array_equal(counts.sum(axis=1), np.bincount(actual, minlength=len(data.classes)))
    np.testing.assert_array_equal(counts.sum(axis=0), np.bincount(found, minlength=len(data.classes)))
    answer = probes.Predictions(part, 0, len(rows))(driver)
    assert answer.right.mean() == pytest.approx(accuracy, abs=1e-12)
    words = [a == b for a, b in zip(answer.targets, answer.predicted, strict=True)]
    np.testing.assert_array_equal(answer.right, words)


def test_colours_and_bars_have_the_class_that_the_decoder_says(driver: Driver) -> None:
    data, negative = driver.data, driver.data.encoder.target.negative
    outputs = driver.training.network.predict(data.x) * 1.7
    codes = data.encoder.decode(outputs).codes
    np.testing.assert_array_equal(class_of(outputs, negative), codes)
    index, sure = certainty(outputs, negative)
    np.testing.assert_array_equal(index, codes)
    shares = class_shares(each_class(outputs, negative), negative)
    assert shares.shape == (len(data.x), len(data.classes))
    assert ((shares >= 0.0) & (shares <= 1.0) & (sure >= 0.0)[:, None] & (sure <= 1.0)[:, None]).all()
    named = np.take_along_axis(shares, codes[:, None], axis=1)[:, 0]
    np.testing.assert_array_equal(named, shares.max(axis=1))


def test_the_plane_is_answered_with_what_its_outputs_mean(driver: Driver) -> None:
    data = driver.data
    # The last two inputs of iris tell its classes apart.
    answer = (probes.Boundary(9, 2, 3) if data.features > 2 else probes.Boundary(9))(driver)
    flat = answer.values.reshape(81, -1)
    assert answer.negative == data.encoder.target.negative == LOSSES[driver.spec.training.loss].negative
    np.testing.assert_array_equal(class_of(flat, answer.negative), data.encoder.decode(flat).codes)


# the views, with hinge


NAMES = ("a", "b", "c")


def plane(qtbot: QtBot, row: list[float], negative: float = -1.0) -> BoundaryView:
    """A plane that says the same everywhere but in its corner, where the outputs are a little larger."""
    view = BoundaryView()
    qtbot.addWidget(view)
    view.resize(386, 208)
    none = np.empty(0)
    names = NAMES[: max(len(row), 2)]
    view.set_data(("x1", "x2"), Points(none, none, none, none.astype(bool)), names)
    values = np.tile(np.array(row), (12, 12, 1))
    values[0, 0] += 1e-3
    view.set_answer(BoundaryAnswer(values, (0.0, 1.0, 0.0, 1.0), names, negative))
    return view


@pytest.mark.parametrize(
    ("row", "name", "number"),
    [
        ([-0.7], "a", "0.700"), ([0.2], "b", "0.200"), ([0.0], "b", "0"), ([-3.5], "a", "3.50"),
        ([-0.3, 0.4], "b", "0.400"), ([-0.3, -0.4], "a", "−0.300"),
        ([-0.9, -0.8, -0.2], "c", "−0.200"), ([-4.0, -2.0, -3.0], "b", "−2.00"), ([2.0, 3.0, 1.5], "b", "3.00"),
    ],
)  # fmt: skip
def test_the_plane_shows_the_class_on_whose_side_the_outputs_are(
    qtbot: QtBot, qapp: QApplication, row: list[float], name: str, number: str
) -> None:
    theme.apply(qapp, True)
    view = plane(qtbot, row)
    view.show()
    assert f"{name}: 100 % of the plane" in view.accessibleDescription()
    view.cursor_at = (0.5, 0.5)
    assert view.readout().endswith(f": {name} ({number})")


@pytest.mark.parametrize(
    ("row", "name"), [([-0.7], "a"), ([0.7], "b"), ([-0.9, -0.8, -0.1], "c"), ([0.9, -1.0, -1.0], "a")]
)
def test_the_hue_of_the_plane_is_that_of_its_class(
    qtbot: QtBot, qapp: QApplication, row: list[float], name: str
) -> None:
    theme.apply(qapp, True)
    colors = theme.theme()
    image = class_image(np.array(row).reshape(1, 1, -1), colors, colors.plot, -1.0)
    table = _class_table(True, max(len(row), 2), colors.plot.rgb())
    assert int(image[0, 0]) in table[NAMES.index(name), 1:].tolist()
    view = plane(qtbot, row)
    drawn = view.grab().toImage().pixelColor(view.area().center().toPoint())
    assert drawn.rgb() == int(image[0, 0])


def test_the_plane_fades_towards_the_boundary_alike_on_both_sides(qapp: QApplication) -> None:
    for outputs, negative in (([-0.4, 0.4, -1.0, 5.0], -1.0), ([0.3, 0.7, 0.0, 3.0], 0.0)):
        index, sure = certainty(np.array(outputs)[:, None], negative)
        assert index.tolist() == [0, 1, 0, 1]
        assert sure == pytest.approx([0.4, 0.4, 1.0, 1.0])


@pytest.mark.parametrize(
    ("row", "numbers", "shares"),
    [
        ([-0.6], [0.6, -0.6], [0.8, 0.2]), ([0.0], [0.0, 0.0], [0.5, 0.5]), ([2.5], [-2.5, 2.5], [0.0, 1.0]),
        ([-0.6, 0.2], [-0.6, 0.2], [0.2, 0.6]), ([-3.0, -0.5, -0.9], [-3.0, -0.5, -0.9], [0.0, 0.25, 0.05]),
    ],
)  # fmt: skip
def test_bars_begin_at_the_wrong_target_and_end_at_the_right_one(
    qapp: QApplication, row: list[float], numbers: list[float], shares: list[float]
) -> None:
    bars = AnswerBars()
    bars.set_classes(NAMES[: max(len(row), 2)], -1.0)
    bars.set_answer("a", np.array(row))
    assert bars.numbers == pytest.approx(numbers)
    assert bars.shares() == pytest.approx(shares)
    assert not bars.grab().isNull()
    bars.deleteLater()


@pytest.mark.parametrize("sample", ["moons", "iris"])
def test_trying_an_input_tells_its_class_with_hinge(qtbot: QtBot, session: Session, sample: str) -> None:
    document = session.document
    document.open_sample(sample)
    document.edit("loss", edits.set_training, loss="hinge")
    document.edit("output", edits.set_layer, document.spec.network.output.id, activation="tanh")
    panel = OutputPanel(session)
    qtbot.addWidget(panel)
    panel.resize(410, 262)
    panel.show()
    session.trainer.step_epoch()
    qtbot.waitUntil(lambda: session.trainer.state == "paused")
    panel.show_view("try")
    bars = panel.view.view.bars
    data, network = document.dataset, session.trainer.driver.training.network
    for row in data.rows[data.train][:6].tolist():
        panel.view.view.take_row(row + 1)
        panel._on_tried()
        x = data.encoder.encode_values(panel.view.view.values)
        with session.trainer.parked():  # the network's buffers are the worker's
            outputs = network.predict(x)
        last = float(outputs[0, -1])
        qtbot.waitUntil(lambda last=last: len(bars.numbers) > 0 and bars.numbers[-1] == pytest.approx(last))
        found = int(data.encoder.decode(outputs).codes[0])
        assert bars.predicted == data.classes[found]
        assert int(bars.shares().argmax()) == found
