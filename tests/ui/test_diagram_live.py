"""The diagram's zoom, its live numbers, its looks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from diagram_hand import CONTROL, LEFT, NONE, Hand, Key, window
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.project.spec import Dense
from bpgui.runs.answers import Frame, LayerWeights, Progress, WeightsAnswer
from bpgui.runs.health.probes import Verdict
from bpgui.runs.neuron_maps import NeuronMaps
from bpgui.runs.probes import Activations, Weights
from bpgui.session.session import Session
from bpgui.ui import theme
from bpgui.ui.diagram.edges import BandItem, LinesItem
from bpgui.ui.numbers import format_number


@pytest.fixture
def hand(qapp: QApplication, qtbot: QtBot) -> Iterator[Hand]:
    with window(qapp, qtbot) as hand:
        yield hand


# ---- zoom and pan


def test_zoom_pan_and_fit(hand: Hand) -> None:
    view = hand.view
    assert view.transform().m11() == 1
    at = hand.at("d1")
    wheel = QWheelEvent(
        QPointF(at), QPointF(view.mapToGlobal(at)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, CONTROL,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), wheel)
    assert view.transform().m11() == pytest.approx(1.2)
    assert (hand.at("d1") - at).manhattanLength() <= 12
    before = hand.at("d1")
    hand.drag(view.viewport(), QPoint(30, view.viewport().height() - 12), QPoint(70, view.viewport().height() - 32))
    assert hand.at("d1") - before == QPoint(40, -20)
    hand.click("d1", "plus")
    assert view.transform().m11() == pytest.approx(1.2)
    hand.key(Key.Key_F)
    assert view.transform().m11() == 1
    hand.key(Key.Key_Minus, CONTROL)
    assert view.transform().m11() == pytest.approx(1 / 1.2)
    QTest.mouseDClick(view.viewport(), LEFT, NONE, QPoint(30, view.viewport().height() - 12))
    assert not view.zoomed
    QTest.mouseClick(hand.panel.palette_strip.zoom_in, LEFT)
    assert view.transform().m11() == pytest.approx(1.2)
    QTest.mouseClick(hand.panel.palette_strip.fit, LEFT)
    assert view.transform().m11() == 1


def test_a_pinch_zooms(hand: Hand) -> None:
    at = QPointF(100, 100)
    device, kind = QPointingDevice.primaryPointingDevice(), Qt.NativeGestureType.ZoomNativeGesture
    QApplication.sendEvent(hand.view.viewport(), QNativeGestureEvent(kind, device, 2, at, at, at, 0.25, QPointF()))
    assert hand.view.transform().m11() == pytest.approx(1.25)
    assert hand.view.zoomed


def test_all_is_in_view_after_edits_and_resizes(hand: Hand, qtbot: QtBot) -> None:
    for _ in range(12):
        hand.panel.layer_actions.insert(0, "dense")
    hand.panel.resize(600, 360)
    qtbot.wait(20)
    area = hand.view.viewport().rect()
    for key in hand.view.diagram.blocks:
        assert area.contains(hand.view.rect_of(key))


# ---- live numbers


def frames(session: Session) -> list[Frame]:
    seen: list[Frame] = []
    session.trainer.framed.connect(seen.append)
    return seen


def test_hover_shows_the_engines_numbers(hand: Hand, qtbot: QtBot) -> None:
    session = hand.panel.session
    seen = frames(session)
    session.trainer.step_epoch()
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].settled and seen[-1].step > 0)
    pair = hand.view.diagram.pairs["d1"]
    assert isinstance(pair, LinesItem)
    W = seen[-1].answers[Weights()].layers[0].W
    x, y = pair._points[9][6]
    hand.hover(x, y)
    readout = hand.view.hover.readout
    assert readout.isVisible()
    source, target = pair.edge_at(x, y) or (-1, -1)
    assert readout.text() == f"w({source + 1}→{target + 1}) = {format_number(W[source, target])} in Dense 1"
    step = seen[-1].step
    session.trainer.step_epoch()
    qtbot.waitUntil(lambda: seen[-1].settled and seen[-1].step > step)
    W = seen[-1].answers[Weights()].layers[0].W
    assert f"= {format_number(W[source, target])} " in hand.view.hover.readout.text()


def test_the_tried_input_colours_the_neurons(hand: Hand, qtbot: QtBot) -> None:
    session = hand.panel.session
    seen = frames(session)
    assert hand.panel.probes() == (Weights(), Verdict(), NeuronMaps())
    session.selection.try_inputs((0.0, 1.0))
    probe = Activations((0.0, 1.0))
    assert hand.panel.probes() == (Weights(), Verdict(), probe, NeuronMaps())
    qtbot.waitUntil(lambda: any(probe in f.answers for f in seen))
    answer = seen[-1].answers[probe]
    a = dict(answer.layers)["d1"]
    rect = hand.view.diagram.neurons["d1"].placed.neurons[2][1]
    hand.hover(rect.cx, rect.cy)
    assert hand.view.hover.readout.text().splitlines()[0].endswith(f"a[3] = {format_number(a[2])}")
    limit = max(1.0, float(np.abs(a).max()))
    colors = [hand.view.diagram.tools.fills[c].color() for c in hand.view.diagram.neurons["d1"]._colors]
    assert colors == [theme.theme().diverging_color(v, limit) for v in a.tolist()]
    session.selection.try_inputs(None)
    assert "a[" not in hand.view.hover.readout.text()


def fake_frame(settled: bool, value: float) -> Frame:
    layers = (LayerWeights("d1", np.full((2, 8), value), np.zeros(8)), LayerWeights("d2", np.full((8, 1), 1.0), None))
    return Frame("r", 1, settled, Progress(), {Weights(): WeightsAnswer(layers)})


def test_ten_redraws_a_second_but_settled_ones_at_once(hand: Hand) -> None:
    shown = lambda: hand.view.diagram.weights["d1"].W[0, 0]  # noqa: E731
    hand.panel._drawn = 0.0
    hand.panel.show_frame(fake_frame(False, 1.0))
    hand.panel.show_frame(fake_frame(False, 2.0))
    assert shown() == 1.0
    hand.panel.show_frame(fake_frame(True, 3.0))
    assert shown() == 3.0


def test_wide_layers_become_bands(hand: Hand, qtbot: QtBot) -> None:
    hand.panel.layer_actions.set_units("d1", 40)
    qtbot.waitUntil(lambda: hand.view.diagram.weight_matrix("d1") is not None)
    band = hand.view.diagram.pairs["d1"]
    assert isinstance(band, BandItem)
    assert hand.view.diagram.neurons["d1"].placed.hidden == 32
    colors = {band.image.pixelColor(x, y).name() for x in range(32) for y in range(2)}
    assert len(colors) > 8


def test_the_scale_holds_the_largest_weight(hand: Hand, qtbot: QtBot) -> None:
    hand.panel.show_frame(fake_frame(True, -3.14159))
    assert hand.panel.palette_strip.scale.text == format_number(3.14159, 2)
    assert hand.panel.palette_strip.scale.accessibleDescription().startswith("−3.1 to +3.1; ")
    hand.panel.palette_strip.scale.grab()


def test_dropped_files_go_to_the_window(hand: Hand) -> None:
    assert not hand.view.acceptDrops()
    assert not hand.view.viewport().acceptDrops()


# ---- looks


def test_another_theme_draws_in_its_colours(hand: Hand, qapp: QApplication) -> None:
    def corner() -> str:
        return hand.view.grab().toImage().pixelColor(2, 2).name()

    assert corner() == theme.DARK.panel.name()
    theme.apply(qapp, dark=False)
    hand.panel.take_theme(theme.LIGHT)
    assert corner() == theme.LIGHT.panel.name()
    theme.apply(qapp, dark=True)


def test_every_control_has_a_name_and_a_sentence(hand: Hand) -> None:
    strip = hand.panel.palette_strip
    for control in (*strip.chips, strip.zoom_in, strip.zoom_out, strip.fit, hand.panel.list_button, hand.panel.layers):
        assert control.accessibleName()
        assert control.toolTip().endswith(".")
    assert hand.view.accessibleName()
    assert hand.view.editor.accessibleName()


def test_separate_layers_of_all_kinds_can_be_drawn(hand: Hand) -> None:
    hand.panel.layer_actions.insert(1, "activation")
    hand.panel.layer_actions.insert(1, "dense")
    hand.view.grab()
    kinds = [isinstance(layer, Dense) for layer in hand.document.spec.network.layers]
    assert kinds == [True, True, False, True]
