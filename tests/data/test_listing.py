"""Words one after the other, and counts of things, in sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bpgui.data.listing import listed, other_files, some_of
from bpgui.data.readers.selecting import remarks
from bpgui.data.spec import FileOrigin
from bpgui.data.table import NumberColumn, Table
from bpgui.project.checks import check
from bpgui.project.proposal import propose


@pytest.mark.parametrize(
    ("count", "said"), [(0, ""), (2, "w0, w1"), (3, "w0, w1, w2"), (4, "w0, w1, w2 and 1 more")]
)  # fmt: skip
def test_the_first_words_and_how_many_more_there_are(count: int, said: str) -> None:
    assert listed([f"w{i}" for i in range(count)], 3) == said


def test_one_is_said_as_one() -> None:
    assert some_of(1, 9, "images", "was", "were") == "1 of 9 images was"
    assert some_of(1200, 9000, "images", "was", "were") == "1,200 of 9,000 images were"
    assert other_files((), 3) == ()
    assert other_files([Path("a/x.txt")], 3) == ("1 other file was left out: x.txt.",)
    several = [Path(f"a/{i}.txt") for i in range(4)]
    assert other_files(several, 3) == ("4 other files were left out: 0.txt, 1.txt, 2.txt and 1 more.",)
    column = NumberColumn("a", np.array([1.0, np.nan, np.inf]))
    assert remarks(column) == [
        "Column a: 1 of 3 values is missing.", "Column a: 1 value is infinite or too large for a number.",
    ]  # fmt: skip


def test_no_finding_ends_with_two_stops() -> None:
    """Many columns that are alike, constant, unscaled or give the target away."""
    rng = np.random.default_rng(0)
    y = rng.normal(size=60) * 1000
    columns = [NumberColumn(f"x{i}", y * (i + 1) if i < 6 else np.full(60, float(i))) for i in range(12)]
    table = Table([*columns, NumberColumn("y", y)])
    findings = check(propose(table, FileOrigin(name="t.csv")), table)
    assert any(" more" in finding.text for finding in findings)
    assert not any("…" in finding.text for finding in findings)
