"""What the diagram looks like at the edges: names beside the inputs, pluses and ghosts kept whole, words on colours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from diagram_hand import LEFT, NONE, Hand, window
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.data.readers import read_file
from bpgui.project import edits
from bpgui.runs.probes import Weights
from bpgui.session.shown_run import PAUSED
from bpgui.ui.diagram.columns import INPUT
from bpgui.ui.diagram.layout import PLACE_RADIUS

IRIS = ("sepal_length", "sepal_width", "petal_length", "petal_width")


@pytest.fixture
def hand(qapp: QApplication, qtbot: QtBot) -> Iterator[Hand]:
    with window(qapp, qtbot) as hand:
        yield hand


def train(hand: Hand, qtbot: QtBot) -> None:
    trainer = hand.panel.session.trainer
    trainer.step_epoch()
    qtbot.waitUntil(lambda: trainer.state == PAUSED and bool(hand.view.diagram.weights))


# ---- whose numbers


def test_a_blocked_project_shows_no_numbers_of_the_one_before(hand: Hand, qtbot: QtBot, tmp_path: Path) -> None:
    train(hand, qtbot)
    scale = hand.panel.palette_strip.scale
    assert scale.text
    file = tmp_path / "one.csv"
    file.write_text("x1,x2,kind\n" + "0.5,1.5,only\n0.25,1,only\n" * 4)
    hand.document.use_reading(read_file(file))
    assert hand.panel.session.trainer.run is None
    diagram = hand.view.diagram
    assert diagram.weights == {}
    assert diagram.activations == {}
    assert diagram.largest == 0
    assert (scale.text, scale.legend) == ("", "")
    hand.document.undo_stack.undo()
    qtbot.waitUntil(lambda: bool(scale.text))


def test_another_network_waits_for_its_own_numbers(hand: Hand, qtbot: QtBot) -> None:
    train(hand, qtbot)
    old = hand.view.diagram.weights["d1"].W
    QTest.qWait(120)
    hand.panel.session.trainer.new_seed()
    assert hand.view.diagram.weights == {}, "the same shape, but other weights"
    qtbot.waitUntil(lambda: bool(hand.view.diagram.weights))
    assert not np.array_equal(hand.view.diagram.weights["d1"].W, old)


def test_a_setting_of_an_untrained_network_does_not_make_it_flicker(hand: Hand, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(hand.view.diagram.weights))
    seen: list[object] = []
    trainer = hand.panel.session.trainer
    trainer.run_changed.connect(lambda: seen.append(trainer.run))
    hand.document.edit("Learning rate", edits.set_live, {"learning_rate": 0.017})
    assert seen, "another run, of the same weights"
    assert hand.view.diagram.weights
    frames: list[bool] = []
    trainer.framed.connect(lambda frame: frames.append(Weights() in frame.answers))
    qtbot.waitUntil(lambda: any(frames))


# ---- kept whole


def test_the_plus_is_painted_inside_its_bounds(hand: Hand, qtbot: QtBot) -> None:
    hand.panel.resize(560, 380)
    QTest.mouseClick(hand.panel.list_button, LEFT)
    QTest.qWait(20)
    assert len(hand.view.diagram.places) == 2
    for item in hand.view.diagram.places:
        place, reach = item.place, PLACE_RADIUS + 3
        assert item.boundingRect().contains(place.cx - reach, place.cy - reach)
        assert item.boundingRect().contains(place.cx + reach, place.cy + reach)
        assert item.boundingRect().contains(place.cx, place.line[1])


@pytest.mark.parametrize("width", [720, 400])
def test_the_ghost_of_a_dragged_block_is_whole_and_hangs_where_it_was_taken(hand: Hand, width: int) -> None:
    hand.panel.resize(width, 480)
    hand.panel.layer_actions.insert(0, "dense")
    QTest.qWait(20)
    view, key = hand.view, hand.ids[0]
    rect, start = view.rect_of(key), hand.title(key)
    QTest.mousePress(view.viewport(), LEFT, NONE, start)
    for by in (QPoint(20, 0), QPoint(40, 0)):
        QTest.mouseMove(view.viewport(), start + by)
    ghost = view.ghost
    assert ghost.isVisible()
    assert view.viewport().rect().contains(ghost.geometry())
    assert ghost.geometry().contains(rect.translated(40, 0)), "all of the block"
    assert (ghost.geometry().center() - rect.translated(40, 0).center()).manhattanLength() <= 2
    QTest.mouseMove(view.viewport(), QPoint(start.x() + 40, 1))
    assert ghost.y() >= 0
    picture = ghost.pixmap().toImage()
    assert picture.pixelColor(0, 0).alpha() == 0, "only the block, not the ground around it"
    assert picture.pixelColor(picture.width() // 2, picture.height() // 2).alpha() > 100
    QTest.mouseRelease(view.viewport(), LEFT, NONE, start)
    assert not ghost.isVisible()


# ---- names beside the inputs


def names(hand: Hand) -> list[str]:
    return hand.view.diagram.neurons[INPUT].names


def test_features_are_named_in_full_where_there_is_room(hand: Hand, qtbot: QtBot) -> None:
    hand.document.open_sample("iris")
    assert names(hand) == list(IRIS)
    placed = hand.view.diagram.layout.of(INPUT)
    assert placed is not None
    assert placed.label >= 60


@pytest.mark.parametrize("size", [(560, 380), (420, 380)])
def test_shortened_features_can_be_told_apart(hand: Hand, size: tuple[int, int]) -> None:
    hand.document.open_sample("iris")
    for layers in range(3):
        hand.panel.resize(*size)
        QTest.qWait(20)
        assert len(set(names(hand))) == 4, f"{layers} more layers"
        assert all(name[0] in "sp" for name in names(hand))
        hand.panel.layer_actions.insert(0, "dense")


def test_pixels_are_named_by_their_place(hand: Hand) -> None:
    hand.document.open_sample("digits8x8")
    assert names(hand)[:2] == ["[0,0]", "[0,1]"]
    assert names(hand)[-1] == "[7,7]"


def test_the_name_is_told_in_full_under_the_cursor(hand: Hand) -> None:
    hand.document.open_sample("digits8x8")
    placed = hand.view.diagram.layout.of(INPUT)
    assert placed is not None
    rect = placed.neurons[1][1]
    hand.hover(rect.x - 20, rect.cy)
    assert hand.view.hover.readout.isVisible()
    assert hand.view.hover.readout.text().startswith(hand.document.dataset.feature_names[1])


# ---- what the colours mean


def test_the_scale_says_what_is_coloured(hand: Hand, qtbot: QtBot) -> None:
    scale = hand.panel.palette_strip.scale
    qtbot.waitUntil(lambda: bool(scale.text))
    qtbot.waitUntil(lambda: scale.legend == "neurons: output · edges: weight")
    for width in (720, 600, 560):
        hand.panel.resize(width, 420)
        QTest.qWait(10)
        assert scale.shown_legend() == scale.legend
        assert hand.panel.width() == width
    hand.panel.session.selection.try_inputs((0.0, 1.0))
    qtbot.waitUntil(lambda: scale.legend == "neurons: activation · edges: weight")
    hand.panel.session.selection.try_inputs(None)
    assert scale.legend == "neurons: output · edges: weight"
    QTest.mouseClick(hand.panel.maps_button, LEFT)
    assert scale.legend == "neurons: bias · edges: weight"


def test_where_there_is_no_room_the_words_give_way(hand: Hand, qtbot: QtBot) -> None:
    scale = hand.panel.palette_strip.scale
    qtbot.waitUntil(lambda: bool(scale.text))
    hand.panel.resize(420, 380)
    QTest.qWait(10)
    assert hand.panel.width() == 420
    assert scale.shown_legend() == ""
    strip = hand.panel.palette_strip
    assert strip.rect().contains(strip.fit.geometry())
