"""Edges as lines and bands: which pen, how many, and the weight under the cursor."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from bpgui.runs.answers import ActivationsAnswer, LayerWeights, WeightsAnswer
from bpgui.ui import theme
from bpgui.ui.diagram.columns import INPUT, LOSS, Column
from bpgui.ui.diagram.edges import UNSEEN, BandItem, LinesItem, LinkItem, levels_of
from bpgui.ui.diagram.hits import NOTHING, Hit
from bpgui.ui.diagram.scene import MOST_EDGES, DiagramScene
from bpgui.ui.diagram.style import LEVELS, Style
from bpgui.ui.numbers import format_number


def network(*widths: int) -> tuple[Column, ...]:
    layers = [Column(f"d{n}", "dense", n, units, "tanh", True) for n, units in enumerate(widths[1:], 1)]
    return (Column(INPUT, "input", units=widths[0]), *layers, Column(LOSS, "loss", choice="bce"))


def weights(*widths: int) -> WeightsAnswer:
    rng = np.random.default_rng(5)
    pairs = pairwise(widths)
    return WeightsAnswer(
        tuple(LayerWeights(f"d{n}", rng.normal(size=(a, b)), rng.normal(size=b)) for n, (a, b) in enumerate(pairs, 1))
    )


@pytest.fixture
def scene(qapp: QApplication) -> DiagramScene:
    return DiagramScene(Style(theme.DARK))


def build(scene: DiagramScene, *widths: int) -> WeightsAnswer:
    scene.build(network(*widths), 720, 400, None, Style(theme.DARK))
    answer = weights(*widths)
    scene.take_weights(answer)
    return answer


def test_the_pen_is_sign_and_size() -> None:
    pens = levels_of(np.array([2.0, -2.0, 0.1, -0.1, 1.0, 0.0]), 2.0, 6)
    assert pens.tolist() == [2 * LEVELS - 1, LEVELS - 1, LEVELS, 0, LEVELS + LEVELS // 2, 0]


def test_only_the_largest_are_drawn_beyond_the_quota() -> None:
    pens = levels_of(np.array([0.1, -3.0, 0.2, 2.0, np.nan]), 3.0, 2)
    assert (pens != UNSEEN).tolist() == [False, True, False, True, False]


@pytest.mark.parametrize("values", [[np.nan, 1.0], [np.inf, -np.inf], [0.0, 0.0]])
def test_no_number_stops_the_drawing(values: list[float]) -> None:
    assert len(levels_of(np.array(values), 0.0, 2)) == 2


def test_pens_follow_the_weights_relative_to_the_largest_of_the_network(scene: DiagramScene) -> None:
    answer = build(scene, 2, 4, 1)
    largest = max(np.abs(layer.W).max() for layer in answer.layers)
    pair = scene.pairs["d1"]
    assert isinstance(pair, LinesItem)
    expected = [
        min(int(abs(w) / largest * LEVELS), LEVELS - 1) + (LEVELS if w > 0 else 0) for w in answer.layers[0].W.ravel()
    ]
    assert pair._pens.tolist() == expected


def test_a_deep_network_draws_about_200_lines_at_most(scene: DiagramScene) -> None:
    build(scene, 2, *[8] * 12, 1)
    drawn = [pair.drawn for pair in scene.pairs.values() if isinstance(pair, LinesItem)]
    assert len(drawn) == 13
    assert 100 <= sum(drawn) <= MOST_EDGES
    assert min(drawn) >= 1


def test_wide_pairs_are_bands_and_the_loss_is_linked(scene: DiagramScene) -> None:
    build(scene, 64, 32, 10)
    assert isinstance(scene.pairs["d1"], BandItem)
    assert isinstance(scene.pairs["d2"], BandItem)
    assert isinstance(scene.pairs[LOSS], LinkItem)


def test_a_band_is_coloured_by_its_weights(scene: DiagramScene) -> None:
    scene.build(network(64, 32, 1), 720, 400, None, Style(theme.DARK))
    W = np.full((64, 32), -1.0)
    W[:32] = 1.0
    scene.take_weights(WeightsAnswer((LayerWeights("d1", W, None),)))
    band = scene.pairs["d1"]
    assert isinstance(band, BandItem)
    assert band.image.pixelColor(3, 2) == theme.DARK.positive
    assert band.image.pixelColor(3, 30) == theme.DARK.negative
    card = band.card
    source, target = band.edge_at(card.x + 1, card.bottom - 1) or (-1, -1)
    assert source >= 62
    assert target == 0


def test_the_cell_of_a_band_names_its_largest_weight(scene: DiagramScene) -> None:
    answer = build(scene, 100, 40, 1)
    band = scene.pairs["d1"]
    card = band.card
    found = scene.edge_at(card.cx, card.cy)
    assert found is not None
    _, source, target = found
    text = scene.words_for(NOTHING, found)
    assert f"w({source + 1}→{target + 1}) = {format_number(float(answer.layers[0].W[source, target]))}" in text
    assert "largest here" in text


def test_every_line_is_found_under_the_cursor_with_its_weight(scene: DiagramScene) -> None:
    answer = build(scene, 2, 3, 1)
    pair = scene.pairs["d1"]
    assert isinstance(pair, LinesItem)
    for edge in range(6):
        source, target = divmod(edge, 3)
        x, y = pair._points[edge][4]
        assert pair.edge_at(x, y) == (source, target)
        text = scene.words_for(NOTHING, (pair, source, target))
        assert text == f"w({source + 1}→{target + 1}) = {format_number(answer.layers[0].W[source, target])} in Dense 1"
    assert pair.edge_at(0, 0) is None


def test_weights_of_another_shape_are_not_shown(scene: DiagramScene) -> None:
    build(scene, 2, 3, 1)
    scene.take_weights(weights(2, 5, 1))
    assert scene.weight_matrix("d1") is None
    assert scene.weight_matrix("d2") is None
    assert "=" not in scene.words_for(NOTHING, (scene.pairs["d1"], 0, 0))


def test_neurons_take_activations_else_biases(scene: DiagramScene) -> None:
    answer = build(scene, 2, 3, 1)
    bias = answer.layers[0].b
    assert bias is not None
    assert scene.words_for(Hit("neuron", "d1", 2), None) == f"Dense 1, neuron 3 · b[3] = {format_number(bias[2])}"
    a = np.array([0.5, -0.25, 1.0])
    scene.take_activations(ActivationsAnswer(np.array([1.0, 0.0]), (("d1", a), ("d2", np.array([0.9]))), a, "1"))
    assert scene.words_for(Hit("neuron", "d1", 1), None).endswith("a[2] = −0.250")
    assert scene.words_for(Hit("neuron", INPUT, 0), None) == "x[1] = 1.00"
    item = scene.neurons["d1"]
    assert item.numbers == ["0.50", "−0.25", "1.0"]
    assert [scene.tools.fills[c].color() for c in item._colors] == [
        theme.DARK.diverging_color(v, 1.0) for v in a.tolist()
    ]
    scene.take_activations(None)
    assert item.numbers is None


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e308, 0.0])
def test_any_weights_can_be_painted(scene: DiagramScene, bad: float) -> None:
    for layers in ((2, 3, 1), (64, 32, 10), (1, 1), (2, 1)):
        scene.build(network(*layers), 400, 300, None, Style(theme.LIGHT))
        answer = weights(*layers)
        for layer in answer.layers:
            layer.W[0, 0] = bad
            layer.W[-1, -1] = -bad
        scene.take_weights(answer)
        image = QImage(400, 300, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        scene.render(painter)
        painter.end()


def test_the_same_weights_again_change_nothing(scene: DiagramScene) -> None:
    answer = build(scene, 2, 3, 1)
    pair = scene.pairs["d1"]
    assert isinstance(pair, LinesItem)
    pens, lines = pair._pens, [list(x) for x in pair._lines]
    scene.take_weights(answer)
    assert pair._pens is pens
    assert [list(x) for x in pair._lines] == lines
