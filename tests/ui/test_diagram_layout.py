"""Positions, hits and the columns of the diagram, without a window."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bpgui.project.edits import insert_layer
from bpgui.project.samples import open_sample
from bpgui.project.spec import Activation, Dense, NetworkSpec
from bpgui.ui.diagram import words
from bpgui.ui.diagram.columns import INPUT, LOSS, Column, chain, columns_of, parameter_count
from bpgui.ui.diagram.hits import NOTHING, Hit, hit, nearest_place
from bpgui.ui.diagram.layout import HANDLES, SHOWN, Layout, Rect, arrange


def network(*widths: int) -> tuple[Column, ...]:
    last = len(widths) - 1
    layers = [
        Column(f"d{n}", "dense", n, units, "tanh", True, auto=n == last, output=n == last)
        for n, units in enumerate(widths[1:], 1)
    ]
    return (Column(INPUT, "input", units=widths[0]), *layers, Column(LOSS, "loss", choice="bce"))


widths = st.lists(st.integers(1, 300), min_size=2, max_size=16)


def inside(inner: Rect, outer: Rect) -> bool:
    return inner.x >= outer.x and inner.y >= outer.y and inner.right <= outer.right and inner.bottom <= outer.bottom


@given(widths, st.integers(260, 1600), st.integers(170, 1000))
def test_all_stands_in_order_and_inside(layers: list[int], width: int, height: int) -> None:
    layout = arrange(network(*layers), width, height)
    blocks = [p.block for p in layout.placed[:-1]]
    assert all(a.right < b.x for a, b in pairwise(blocks))
    assert blocks[0].x >= 0
    assert max(p.block.right for p in layout.placed) <= layout.width + 1
    assert layout.width * layout.scale == pytest.approx(width)
    assert layout.height * layout.scale == pytest.approx(height)
    for placed in layout.placed:
        assert all(inside(part, placed.block) for part in placed.parts.values())
        assert len(placed.neurons) == min(placed.column.units, SHOWN)
        assert len(placed.neurons) + placed.hidden == placed.column.units
        for (_, above), (_, below) in pairwise(placed.neurons):
            assert above.bottom <= below.y
        for _, rect in placed.neurons:
            assert rect.cx == placed.block.cx
            assert rect.y >= placed.block.bottom


@given(widths, st.integers(400, 1200))
def test_a_place_before_every_layer(layers: list[int], width: int) -> None:
    layout = arrange(network(*layers), width, 400)
    assert [place.index for place in layout.places] == list(range(len(layers) - 1))
    for place, (a, b) in zip(layout.places, pairwise(layout.placed), strict=False):
        assert a.block.cx < place.cx < b.block.cx
        assert hit(layout, place.cx, place.cy) == Hit("place", "", place.index)
        assert nearest_place(layout, place.cx, layout.height / 2) == place.index


@given(widths, st.integers(400, 1200), st.data())
def test_every_handle_of_the_selected_block_can_be_hit(layers: list[int], width: int, data: st.DataObject) -> None:
    columns = network(*layers)
    key = data.draw(st.sampled_from([c.key for c in columns if c.layer]))
    placed = arrange(columns, width, 400, key).of(key)
    assert placed is not None
    if not placed.column.output:
        assert {"minus", "plus", "number", "choice", "close"} <= set(placed.parts)
        assert placed.block.w >= HANDLES
    layout = arrange(columns, width, 400, key)
    for name, rect in placed.parts.items():
        assert hit(layout, rect.cx, rect.cy, key) == Hit(name, key)


def test_a_wide_layer_shows_its_first_and_last_neurons() -> None:
    placed = arrange(network(64, 32, 10), 720, 400).of(INPUT)
    assert placed is not None
    assert [unit for unit, _ in placed.neurons] == [0, 1, 2, 3, 60, 61, 62, 63]
    assert placed.hidden == 56
    assert placed.ellipsis is not None
    assert placed.neurons[3][1].bottom <= placed.ellipsis.y + 1
    assert placed.ellipsis.bottom <= placed.neurons[4][1].y + 1


@pytest.mark.parametrize("size", [(720, 400), (600, 280)])
def test_usual_networks_keep_all_handles_and_their_size(size: tuple[int, int]) -> None:
    for layers in ((2, 8, 1), (2, 4, 4, 1), (4, 8, 8, 3)):
        layout: Layout = arrange(network(*layers), *size)
        assert layout.scale == 1
        assert all({"minus", "plus"} <= set(p.parts) for p in layout.placed[1:-2])


def test_beyond_all_nothing_is_hit() -> None:
    layout = arrange(network(2, 8, 1), 720, 400)
    assert hit(layout, -50, -50) == NOTHING
    assert nearest_place(layout, 300, -200) is None
    assert nearest_place(layout, 5000, 100) is None
    neuron = layout.placed[1].neurons[3][1]
    assert hit(layout, neuron.cx, neuron.cy) == Hit("neuron", "d1", 3)


def test_columns_say_what_the_specification_says() -> None:
    spec, _ = open_sample("xor")
    columns = columns_of(spec, 2, 1, ["x1", "x2"])
    assert [c.kind for c in columns] == ["input", "dense", "dense", "loss"]
    assert chain(columns) == "2 → 8 → 1"
    assert parameter_count(columns) == 33
    assert columns[0].names == ("x1", "x2")
    assert columns[2].output
    assert columns[2].auto
    assert columns[-1].choice == spec.training.loss


def test_standardised_inputs_say_so() -> None:
    spec, _ = open_sample("xor")
    scaled = tuple(replace(c, scaling="standard" if c.name == "x2" else "none") for c in spec.data.columns)
    column = columns_of(replace(spec, data=replace(spec.data, columns=scaled)), 2, 1, ["x1", "x2"])[0]
    assert words.neuron(column, 0, None, 0.5) == "x1 = 0.500"
    assert words.neuron(column, 1, None, 0.5) == "x2 = 0.500, standardised"


def test_an_activation_layer_has_the_units_before_it_and_no_parameters() -> None:
    spec, _ = open_sample("xor")
    columns = columns_of(insert_layer(spec, 1, "activation"), 2, 1)
    assert columns[2].kind == "activation"
    assert columns[2].units == 8
    assert columns[2].parameters == 0
    assert chain(columns) == "2 → 8 → 1"


def test_parameters_without_a_bias_and_with_pinned_units() -> None:
    spec, _ = open_sample("xor")
    layers = (Dense(id="d1", units=3, bias=False), Activation(id="a1"), Dense(id="d2", units=5))
    columns = columns_of(replace(spec, network=NetworkSpec(layers=layers)), 4, 1)
    assert [c.parameters for c in columns] == [0, 12, 0, 20, 0]
    assert not columns[3].auto


def test_a_long_chain_is_shortened() -> None:
    assert chain(network(2, *[4] * 11, 1)) == "2 → 4 → 4 → 4 → 4 → … → 4 → 1"
    assert chain(network(0, 3)) == "? → 3"
