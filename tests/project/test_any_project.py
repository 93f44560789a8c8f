"""Projects put together by lot: checks never fail, every fix is a legal edit, and none leaves its finding standing."""

from __future__ import annotations

import random

import pytest
from check_cases import Case, binary, colors, constant_columns, gaps, many_texts, number, positive_number, rare
from leak_cases import absent_class, leaky_column, repeated_rows
from msgspec.structs import replace

from bpgui.cli.layers import with_hidden
from bpgui.data.table import Table
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.initializers import INITIALIZERS
from bpgui.engine.losses import LOSSES
from bpgui.project import edits
from bpgui.project.checks import check
from bpgui.project.spec import Dense, ProjectSpec
from bpgui.project.validation import check_spec

SOURCES: tuple[Case, ...] = (
    number, binary, colors, positive_number, gaps(0.4), rare(0.05), many_texts, constant_columns(2), leaky_column,
    repeated_rows, absent_class,
)  # fmt: skip
PROJECTS, SEEDS = 12, range(12)


def layers(lot: random.Random) -> str:
    def layer() -> str:
        dense = f"{lot.choice((1, 2, 8, 40))}:{lot.choice(list(ACTIVATIONS))}"
        return lot.choice((dense, dense, dense, f"dropout:{lot.choice((0, 0.2, 0.95))}", "batchnorm", "relu"))

    return ",".join(layer() for _ in range(lot.randint(1, 6)))


def any_project(lot: random.Random) -> tuple[ProjectSpec, Table]:
    spec, table = lot.choice(SOURCES)()
    spec = replace(spec, network=with_hidden(spec.network, layers(lot)))
    for layer in spec.network.layers:
        if isinstance(layer, Dense) and lot.random() < 0.4:
            change = {"initializer": lot.choice(list(INITIALIZERS)), "scale": lot.choice((1e-4, 0.1, 30.0, 900.0))}
            spec = edits.set_layer(spec, layer.id, **change)
    if lot.random() < 0.4:
        spec = edits.set_loss(spec, lot.choice(list(LOSSES)))
    if lot.random() < 0.4:
        spec = edits.set_layer(spec, spec.network.output.id, activation=lot.choice(list(ACTIVATIONS)))
    if lot.random() < 0.2:
        spec = edits.set_layer(spec, spec.network.output.id, units=lot.choice((1, 2, 3)))
    if lot.random() < 0.3:
        spec = edits.set_split(spec, *lot.choice(((1.0, 0.0, 0.0), (0.1, 0.9, 0.0))))
    return edits.set_training(
        spec, batch_size=lot.choice((0, 1, 32, 5000)), learning_rate=lot.choice((0.01, 5000.0)),
        target_metric=lot.choice(("", "accuracy", "r2", "f1")), target_value=0.9, l2=lot.choice((0.0, 0.01)),
        class_weights=lot.choice(("equal", "balanced")), patience=lot.choice((0, 5)),
    ), table  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_every_fix_of_whatever_is_found_is_legal_and_works(seed: int) -> None:
    lot = random.Random(seed)
    for _ in range(PROJECTS):
        spec, table = any_project(lot)
        for finding in check(spec, table):
            for fix in finding.fixes:
                fixed = fix.change(spec)
                check_spec(fixed)
                left = [other.where for other in check(fixed, table) if other.key == finding.key]
                assert finding.where not in left, (finding.text, fix.label)
