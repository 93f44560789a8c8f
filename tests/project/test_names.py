"""What layers are called: the same words in the window, in findings, in the end of a run and on the command line."""

from __future__ import annotations

import pytest
from check_cases import mixed_project
from msgspec.structs import replace

from bpgui.project import build, edits
from bpgui.project.checks import CHECKS, check
from bpgui.project.names import kind_of, layer_name, layer_numbers, made_name
from bpgui.project.spec import Activation, BatchNorm, Dense, Dropout, NetworkSpec, ProjectSpec
from bpgui.ui.diagram import words
from bpgui.ui.diagram.columns import columns_of
from bpgui.ui.widgets.layer_form import layer_title

# Ids as they come about after layers were moved, doubled and removed.
LAYERS = (
    Dense(id="d4", units=5, activation="identity"), BatchNorm(id="n3"), Activation(id="a2"), Dropout(id="p7"),
    Dense(id="d1", units=4, activation="relu"), Dropout(id="p1"), Activation(id="a9", activation="tanh"),
    BatchNorm(id="n1"), Dense(id="d2", units="auto", activation="sigmoid"),
)  # fmt: skip
NAMES = {
    "d4": "Dense 1", "n3": "Batch norm 1", "a2": "Activation 1", "p7": "Dropout 1", "d1": "Dense 2", "p1": "Dropout 2",
    "a9": "Activation 2", "n1": "Batch norm 2", "d2": "Dense 3",
}  # fmt: skip


@pytest.fixture
def spec() -> ProjectSpec:
    spec, _ = mixed_project()
    return replace(spec, network=NetworkSpec(layers=LAYERS))


def test_layers_are_counted_within_their_kind(spec: ProjectSpec) -> None:
    assert {layer.id: layer_name(spec, layer.id) for layer in LAYERS} == NAMES
    assert layer_numbers(spec)["n1"] == 2
    assert [kind_of(layer) for layer in LAYERS[:4]] == ["dense", "batchnorm", "activation", "dropout"]
    with pytest.raises(KeyError):
        layer_name(spec, "d9")


def test_the_window_says_the_same(spec: ProjectSpec) -> None:
    blocks = {column.key: words.title(column) for column in columns_of(spec, 3, 1) if column.layer}
    assert blocks == NAMES == {layer.id: layer_title(spec, layer) for layer in LAYERS}


def test_a_layer_of_the_engine_is_called_as_the_one_it_belongs_to(spec: ProjectSpec) -> None:
    network = build.network(spec, 3, 1)
    assert len(network.layers) > len(LAYERS)  # the activation of a Dense is a layer there
    assert {layer.id: made_name(network, layer.id) for layer in network.layers} == NAMES


def test_findings_name_layers_as_the_window_does() -> None:
    spec, table = mixed_project()
    layers = (
        Dense(id="d7", units=3, initializer="zeros"), Dropout(id="p4", rate=0.0), Dense(id="d3", units=1),
        Dropout(id="p2", rate=0.5), Dense(id="d5", units=2, initializer="given", weights=((1.0,),)),
        spec.network.output,
    )  # fmt: skip
    spec = replace(spec, network=NetworkSpec(layers=layers))
    said = [f.text for f in check(spec, table)]
    assert "All weights of Dense 1 start at zero." in said
    assert "Dropout 1 switches nothing off: its rate is 0." in said
    assert "Dropout 2 has a single number to switch off." in said
    assert any(text.startswith("Dense 3: the weights typed in are 1 × 1") for text in said)
    large = edits.set_layer(replace(spec, network=NetworkSpec(layers=layers[:1] + layers[-1:])), "d7", units=100_000)
    large = replace(large, network=NetworkSpec(layers=(
        Dense(id="d9", units=100_000), *large.network.layers,
    )))  # fmt: skip
    (finding,) = CHECKS["too_large"](large, table)
    assert "Dense 2 alone " in finding.text
    assert finding.where == "layer:d7"
