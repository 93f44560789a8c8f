"""What the README says there is, and from which numbers it starts, is what the code has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from bpgui.data.readers import READERS
from bpgui.data.spec import Kind, Missing, Scaling, SplitMethod
from bpgui.engine import streams
from bpgui.engine.activations import ACTIVATIONS, LEAKY_SLOPE
from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.initializers import INITIALIZERS
from bpgui.engine.layers import LAYERS
from bpgui.engine.losses import LEGAL_OUTPUTS, LOSSES
from bpgui.engine.metrics import METRICS
from bpgui.engine.network import EVALUATION_ROWS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES
from bpgui.project.checks import CHECKS
from bpgui.project.spec import BatchNorm, Dropout, TrainingSpec

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
TABLES = {
    "layers": LAYERS, "activations": ACTIVATIONS, "losses": LOSSES, "optimizers": OPTIMIZERS,
    "schedules of the learning rate": SCHEDULES, "first weights": INITIALIZERS, "clipping": CLIPPINGS,
    "metrics": METRICS,
}  # fmt: skip


def row(first: str, heading: str) -> str:
    """The second cell of the row that begins with those words, in the table under the heading."""
    part = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found = [line.split("|", 3)[2] for line in part.splitlines() if line.startswith(f"| {first} |")]
    assert len(found) == 1, first
    return found[0]


@pytest.mark.parametrize("name", TABLES)
def test_every_entry_of_a_table_is_listed_and_no_other(name):
    assert re.findall(r"`(\w+)`", row(name, "What there is")) == list(TABLES[name])


@pytest.mark.parametrize(
    ("name", "type"),
    [("kinds", Kind), ("scaling", Scaling), ("missing values", Missing), ("split", SplitMethod)],
)
def test_everything_that_a_column_can_be_is_listed(name, type):
    assert re.findall(r"`(\w+)`", row(name, "Your own data")) == list(get_args(type))


def test_every_check_is_listed():
    told = README.split("## What the checks look for\n", 1)[1].split("\n## ", 1)[0].split("\n\n`")[0]
    assert sorted(re.findall(r"`(\w+)`", told)) == sorted(CHECKS)


def test_every_sort_of_file_is_listed():
    told = README.split("## Your own data\n", 1)[1].split("## ", 1)[0].upper()
    for reader in READERS.values():
        names = re.findall(r"\b[A-Z][A-Z0-9]{2,}\b", reader.label.upper().split("(")[-1])
        assert names
        assert all(name in told for name in names if name != "LINES"), reader.label


def test_defaults_are_the_specification_s():
    text = README.split("Where nothing else is said:", 1)[1].split("\n\n", 1)[0]
    pairs = re.findall(r"`(\w+)`\s+([\d.e-]*\d)", text)
    assert len(pairs) == 18
    for name, value in pairs:
        assert getattr(TrainingSpec(), name) == float(value), name
    norm, drop = re.search(r"momentum ([\d.]+)\s+and ε ([\de-]+), dropout's rate ([\d.]+\d)", text), Dropout(id="p1")
    assert norm is not None
    assert (float(norm[1]), float(norm[2])) == (BatchNorm(id="n1").momentum, BatchNorm(id="n1").epsilon)
    assert float(norm[3]) == drop.rate


def test_named_constants_are_the_code_s():
    assert f"leaky ReLU′(0) = {LEAKY_SLOPE}" in row("kinks", "Exactly what is computed")
    assert f"chunks of {EVALUATION_ROWS} rows" in README
    purposes = re.search(r"purpose = ([^;]+);", row("random streams", "Exactly what is computed"))
    assert purposes is not None
    for purpose in purposes[1].split(", "):
        name, number = purpose.split()
        assert getattr(streams, name.upper()) == int(number)


def test_legal_outputs_are_the_table_s():
    rule = row("legal outputs", "Exactly what is computed").split(". ")[0]
    told = {loss: words.split(", ") for losses, words in re.findall(r"((?:\w+, )*\w+): ([\w, ]+)", rule)
            for loss in losses.split(", ")}  # fmt: skip
    assert set(told) == set(LOSSES)
    for loss, outputs in told.items():
        assert LEGAL_OUTPUTS[loss] == (tuple(ACTIVATIONS) if outputs == ["any"] else tuple(outputs)), loss
