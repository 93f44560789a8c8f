"""Drawing a digit: what of it reaches the network, how it is framed, by mouse and by keys."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.data.encoding import encode
from bpgui.data.shipped import shipped
from bpgui.data.spec import Column, DataSpec, FileOrigin, Split
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.resources import resource
from bpgui.runs.probes import Activations
from bpgui.session.session import Session
from bpgui.ui.live.draw_canvas import Canvas
from bpgui.ui.live.draw_pad import DrawPad
from bpgui.ui.live.picture_facts import PictureFacts, picture_facts
from bpgui.ui.live.picture_framing import Framing, find_framing, framed
from bpgui.ui.live.picture_input import PictureInput
from bpgui.ui.live.try_view import TryView
from bpgui.ui.panels.output import OutputPanel

FASHION = Path("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz")


def facts_of(
    height: int = 28, width: int = 28, channels: int = 1, *, framing: Framing | None = None, white: bool = True
) -> PictureFacts:
    shape = (height, width, channels)
    paper, ink = (0.0, 255.0) if white else (255.0, 0.0)
    full = np.full(channels, 1.0)
    return PictureFacts(
        shape, (0.0, 255.0), full * paper, full * ink, framing, np.zeros(shape), np.full(shape, 255.0)
    )  # fmt: skip


def like_mnist(count: int = 40, seed: int = 0) -> NDArray[np.float64]:
    """Strokes of 20 pixels in 28, centred by weight as MNIST's digits are, in 0 ... 1."""
    rng = np.random.default_rng(seed)
    made = np.zeros((count, 28, 28))
    for picture in made:
        drawing = np.zeros((280, 280))
        x = rng.integers(60, 180)
        drawing[40:240, x : x + 30] = 1.0
        drawing[60 : 60 + rng.integers(20, 60), x : x + rng.integers(40, 90)] = 1.0
        picture[:] = framed(drawing, (28, 28), Framing(20.0, (14.0, 14.0), True))
    return made


def centre_of_mass(picture: NDArray[np.float64]) -> tuple[float, float]:
    y, x = (np.arange(side) + 0.5 for side in picture.shape)
    return float(picture.sum(axis=1) @ y / picture.sum()), float(picture.sum(axis=0) @ x / picture.sum())


def trying(qtbot: QtBot, session: Session) -> tuple[OutputPanel, TryView]:
    panel = OutputPanel(session)
    qtbot.addWidget(panel)
    panel.resize(410, 262)
    panel.show()
    qtbot.mouseClick(panel.switch.button("try"), Qt.MouseButton.LeftButton)
    view = panel.view.view
    qtbot.waitUntil(lambda: len(view.bars.numbers) > 0)
    return panel, view


# ---- the canvas


@pytest.mark.parametrize(("height", "width"), [(28, 28), (8, 8), (16, 40), (300, 200)])
def test_each_pixel_is_the_mean_over_its_square(height: int, width: int) -> None:
    canvas = Canvas(facts_of(height, width))
    canvas.line((height * 0.2, width * 0.3), (height * 0.8, width * 0.6))
    values, scale = canvas.values(framing=True), canvas.scale
    for row, column in ((height // 2, width // 2), (height // 4, width // 3), (0, 0)):
        cells = canvas.shares[row * scale : (row + 1) * scale, column * scale : (column + 1) * scale]
        assert values[row, column, 0] == pytest.approx(255.0 * cells.mean(), abs=1e-3)
    assert values.max() > 150.0
    assert values[0, 0] == 0.0


@pytest.mark.parametrize("white", [True, False])
def test_ink_has_the_polarity_of_the_data_and_the_eraser_leaves_paper(white: bool) -> None:
    canvas = Canvas(facts_of(white=white, channels=3))
    paper = 0.0 if white else 255.0
    assert np.all(canvas.values(framing=False) == paper)
    canvas.line((14.0, 6.0), (14.0, 22.0))
    assert canvas.values(framing=False)[13, 14] == pytest.approx(255.0 - paper, abs=2.0)
    canvas.line((14.0, 6.0), (14.0, 22.0), rub=True)
    assert np.all(canvas.values(framing=False) == paper)


def test_a_picture_drawn_over_stays_as_it_was_elsewhere() -> None:
    facts = facts_of(framing=Framing(20.0, (14.0, 14.0), True))
    picture = np.random.default_rng(1).uniform(0.0, 255.0, facts.shape)
    canvas = Canvas(facts)
    canvas.load(picture)
    assert np.array_equal(canvas.values(framing=True), picture)
    canvas.line((4.0, 4.0), (4.0, 10.0))
    values = canvas.values(framing=True)
    assert np.array_equal(values[8:], picture[8:])
    assert values[3, 7] == pytest.approx(255.0, abs=2.0)
    canvas.clear()
    assert not canvas.values(framing=True).any()


def test_strokes_beside_the_sheet_do_nothing() -> None:
    canvas = Canvas(facts_of(8, 8))
    canvas.line((-50.0, -50.0), (-40.0, 60.0))
    assert not canvas.shares.any()
    canvas.line((-4.0, 4.0), (12.0, 4.0))
    assert canvas.values(framing=False)[:, 3:5].min() > 0.0


# ---- framing


def test_pictures_framed_as_mnist_frames_them_are_recognised() -> None:
    found = find_framing(like_mnist())
    assert found is not None
    assert found.by_weight
    assert found.length == pytest.approx(20.0, abs=1.0)
    assert found.middle == pytest.approx((14.0, 14.0), abs=0.2)


def test_the_sample_of_digits_is_eight_pixels_high_and_in_the_middle() -> None:
    found = find_framing(shipped("digits8x8", resource("samples")).columns[0].values[:500, :, :, 0] / 16.0)
    assert found == Framing(8.0, pytest.approx((4.0, 4.1), abs=0.1), False)


@pytest.mark.skipif(not FASHION.exists(), reason="Fashion-MNIST is not installed")
def test_clothes_fill_their_pictures_and_lie_in_the_middle() -> None:
    pixels = np.frombuffer(gzip.decompress(FASHION.read_bytes()), np.uint8, offset=16, count=500 * 784)
    found = find_framing(pixels.reshape(-1, 28, 28) / 255.0)
    assert found == Framing(28.0, pytest.approx((14.1, 14.2), abs=0.2), False)


@pytest.mark.parametrize(
    "pictures",
    [
        np.random.default_rng(0).uniform(0.0, 1.0, (40, 28, 28)),
        np.zeros((40, 28, 28)),
        like_mnist(9),
        np.stack([np.roll(p, i % 9 - 4, axis=1) for i, p in enumerate(like_mnist())]),
    ],
    ids=["noise", "empty", "too few", "anywhere"],
)
def test_other_pictures_are_not_framed_alike(pictures: NDArray[np.float64]) -> None:
    assert find_framing(pictures) is None


@pytest.mark.parametrize("size", [0.3, 1.0, 1.6])
@pytest.mark.parametrize("by_weight", [True, False])
def test_a_drawing_is_brought_to_length_and_middle(size: float, by_weight: bool) -> None:
    drawing = np.zeros((280, 280))
    drawing[10 : 10 + round(150 * size), 30 : 30 + round(60 * size)] = 1.0
    drawing[10 : 10 + round(30 * size), 30 : 30 + round(120 * size)] = 1.0
    result = framed(drawing, (28, 28), Framing(20.0, (14.5, 13.5), by_weight))
    inked = np.flatnonzero((result > 0.01).any(axis=1))
    assert inked[-1] - inked[0] + 1 in (20, 21)
    if by_weight:
        assert centre_of_mass(result) == pytest.approx((14.5, 13.5), abs=1e-9)
    else:
        ink = result.max(axis=1)
        edges = inked[0] + 1 - ink[inked[0]], inked[-1] + ink[inked[-1]]
        assert sum(edges) / 2 == pytest.approx(14.5, abs=0.1)
    scale = 20.0 / (150 * size)
    assert result.sum() == pytest.approx(drawing.sum() * scale**2, rel=0.03)


# ---- what the training pictures say


def spec_of(table: Table, features: list[str], scaling: str = "none") -> DataSpec:
    columns = [Column(name=n, role="feature", kind="number", scaling=scaling) for n in features]  # type: ignore[arg-type]
    target = Column(name="class", role="target", kind="category")
    return DataSpec(table=table.sha, origin=FileOrigin(name="x"), columns=(*columns, target), split=Split())


def pixel_facts(pictures: NDArray[np.float64], names: list[str]) -> PictureFacts | None:
    flat = pictures.reshape(len(pictures), -1)
    labels = TextColumn.of("class", ["ab"[i % 2] for i in range(len(flat))])
    table = Table([*(NumberColumn(n, v) for n, v in zip(names, flat.T, strict=True)), labels])
    return picture_facts(encode(table, spec_of(table, names), one_hot=False, seed=0), None)


@pytest.mark.parametrize("name", ["pixel{}", "px_{}", "x{}", "column {}", "{}"])
def test_columns_that_are_pixels_become_one_picture(name: str) -> None:
    facts = pixel_facts(np.rint(like_mnist() * 255.0), [name.format(i) for i in range(784)])
    assert facts is not None
    assert facts.shape == (28, 28, 1)
    assert facts.limits == (0.0, 255.0)
    assert facts.framing is not None
    assert facts.white_on_black


def test_names_with_places_are_pixels() -> None:
    names = [f"{r}x{c}" for r in range(1, 9) for c in range(1, 9)]
    assert pixel_facts(np.random.default_rng(0).uniform(0, 16, (40, 8, 8)), names) is not None


@pytest.mark.parametrize(
    ("pictures", "names"),
    [
        (np.random.default_rng(0).uniform(0, 1, (40, 8, 8)), [f"x{i}" for i in range(64)]),
        (np.random.default_rng(0).normal(0, 1, (40, 64)).cumsum(axis=1), [f"x{i}" for i in range(64)]),
        (like_mnist()[:, :24, :24], [f"{'abc'[i % 3]}{i}" for i in range(576)]),
        (like_mnist()[:, :20, :28], [f"pixel{i}" for i in range(560)]),
    ],
    ids=["noise", "a walk", "other names", "no square"],
)
def test_other_numbers_are_no_picture(pictures: NDArray[np.float64], names: list[str]) -> None:
    assert pixel_facts(pictures, names) is None


def test_a_pixel_that_never_changed_in_training_stays_as_it_was() -> None:
    facts = pixel_facts(np.rint(like_mnist() * 255.0), [f"pixel{i}" for i in range(784)])
    assert facts is not None
    values = facts.values(np.ones(facts.shape))
    assert values[0, 0, 0] == 0.0
    assert values[14, 14, 0] == 255.0


def test_black_on_white_is_seen_at_the_edges() -> None:
    pictures = (255.0 - like_mnist() * 255.0)[..., None].astype(np.uint8)
    table = Table([NumberColumn("image", pictures, "image"), TextColumn.of("class", ["a", "b"] * 20)])
    column = table.column("image")
    assert isinstance(column, NumberColumn)
    data = encode(table, spec_of(table, ["image"], "standard"), one_hot=False, seed=0)
    facts = picture_facts(data, column)
    assert facts is not None
    assert not facts.white_on_black
    assert np.all(facts.values(np.zeros(facts.shape)) == 255.0)
    assert facts.framing is not None


# ---- by hand


def test_a_digit_drawn_goes_through_the_network(qtbot: QtBot, session: Session) -> None:
    session.document.open_sample("digits8x8")
    panel, view = trying(qtbot, session)
    whole = view.whole
    assert isinstance(whole, PictureInput)
    qtbot.mouseClick(whole.clear_button, Qt.MouseButton.LeftButton)
    assert set(view.values) == {0.0}
    pad, box = whole.pad, whole.pad.sheet()
    middle, top, bottom = round(box.center().x()), round(box.top() + 20), round(box.bottom() - 20)
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(middle, top))
    qtbot.mouseMove(pad, QPoint(middle, bottom))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(middle, bottom))
    qtbot.waitUntil(lambda: max(view.values) > 8.0)
    picture = np.array(view.values).reshape(8, 8)
    assert picture[:, 3:5].min() > 2.0
    assert not picture[:, [0, 7]].any()
    assert np.array_equal(whole.pixels.values[..., 0], picture)
    assert session.selection.inputs == view.values
    x = session.document.dataset.encoder.encode_values(view.values)
    outputs = session.trainer.driver.training.network.predict(x)[0]
    qtbot.waitUntil(lambda: view.bars.numbers == pytest.approx(outputs))
    assert Activations(view.values) in panel._last.answers
    assert view.actual.text() == ""
    assert not view.grab().isNull()


@pytest.mark.parametrize("white", [True, False])
def test_an_empty_sheet_says_what_it_is_for(qtbot: QtBot, white: bool) -> None:
    pad = DrawPad(facts_of(28, 28, white=white))
    qtbot.addWidget(pad)
    pad.resize(160, 160)
    pad.show()

    def colors() -> int:
        image = pad.grab(pad.sheet().adjusted(40, 40, -40, -40).toRect()).toImage()
        return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())})

    assert colors() > 2, "words"
    pad.stroke((2.0, 2.0), (3.0, 3.0))
    assert colors() == 1
    pad.stroke((2.0, 2.0), (3.0, 3.0), rub=True)
    assert colors() > 2


def test_centring_can_be_turned_off_and_rows_are_never_moved(qtbot: QtBot, session: Session) -> None:
    session.document.open_sample("digits8x8")
    _, view = trying(qtbot, session)
    whole, data = view.whole, session.document.dataset
    assert isinstance(whole, PictureInput)
    row = int(np.flatnonzero(data.rows == int(view.rows.row_box.value()) - 1)[0])
    assert view.values == data.encoder.row_values(data.x[row])
    assert not whole.centre.isEnabled()
    part = "validation" if row in data.validation else "train"
    assert whole.note.text() == f"row {view.rows.first} of {part}, pixel for pixel"
    qtbot.mouseClick(whole.clear_button, Qt.MouseButton.LeftButton)
    assert whole.note.text() == "8 of 8 pixels long, in the middle"
    whole.pad.stroke((1.0, 1.0), (3.0, 1.0))
    qtbot.waitUntil(lambda: any(view.values))
    assert np.array(view.values).reshape(8, 8)[:, 3:5].sum() > 0.0
    qtbot.mouseClick(whole.centre, Qt.MouseButton.LeftButton, pos=QPoint(8, whole.centre.height() // 2))
    assert not np.array(view.values).reshape(8, 8)[:, 3:].any()
    assert np.array(view.values).reshape(8, 8)[1:3, 0:2].min() > 2.0


def test_the_pad_works_by_keys(qtbot: QtBot, qapp: QApplication) -> None:
    pad = DrawPad(facts_of(9, 9))
    qtbot.addWidget(pad)
    pad.show()
    pad.setFocus()

    def at(row: int, column: int) -> float:
        return float(pad.canvas.values(framing=False)[row, column, 0])

    with qtbot.waitSignal(pad.drawn):
        qtbot.keyClick(pad, Qt.Key.Key_Space)
    assert at(4, 4) > 150.0
    assert pad.accessibleDescription().endswith("row 5, column 5: 66 % inked")
    qtbot.keyClick(pad, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(pad, Qt.Key.Key_Left)
    qtbot.keyClick(pad, Qt.Key.Key_Up)
    assert pad.at == (3, 2)
    assert at(4, 3) > 150.0
    assert at(3, 2) < 50.0
    qtbot.keyClick(pad, Qt.Key.Key_Down)
    qtbot.keyClick(pad, Qt.Key.Key_Right)
    qtbot.keyClick(pad, Qt.Key.Key_Backspace)
    assert at(4, 3) == 0.0
    for _ in range(12):
        qtbot.keyClick(pad, Qt.Key.Key_Up)
    assert pad.at == (0, 3)
    with qtbot.waitSignal(pad.drawn):
        qtbot.keyClick(pad, Qt.Key.Key_Delete)
    assert not pad.canvas.shares.any()


def test_strokes_are_told_at_most_once_a_frame(qtbot: QtBot, qapp: QApplication) -> None:
    pad = DrawPad(facts_of())
    qtbot.addWidget(pad)
    told = []
    pad.drawn.connect(lambda: told.append(1))
    for x in range(20):
        pad.stroke((14.0, float(x)), (14.0, x + 1.0))
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(40)
    assert len(told) == 1


def test_eraser_and_right_button_rub_out(qtbot: QtBot, qapp: QApplication) -> None:
    whole = PictureInput(facts_of())
    qtbot.addWidget(whole)
    whole.resize(260, 200)
    whole.show()
    pad = whole.pad
    place = QPoint(round(pad.sheet().center().x()), round(pad.sheet().center().y()))
    qtbot.mouseClick(pad, Qt.MouseButton.LeftButton, pos=place)
    assert pad.canvas.shares.any()
    qtbot.mouseClick(pad, Qt.MouseButton.RightButton, pos=place)
    assert not pad.canvas.shares.any()
    qtbot.mouseClick(pad, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseClick(whole.tools.button("eraser"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(whole.edited):
        qtbot.mouseClick(pad, Qt.MouseButton.LeftButton, pos=place)
    assert not pad.canvas.shares.any()
    assert not any(whole.values())
    assert whole.pixels.accessibleDescription() == "28 by 28 pixels, 0 of them inked"
