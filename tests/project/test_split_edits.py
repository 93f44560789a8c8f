"""Edits of the split: what stays, what follows, what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from project_fixtures import FILE, mixed_project

from bpgui.data.roles import left_out
from bpgui.data.spec import Split
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.project import build, edits
from bpgui.project.proposal import propose
from bpgui.project.spec import ProjectSpec


def dated(rows: int = 40) -> tuple[ProjectSpec, Table]:
    """x, day (a date), patient, part, note (texts that are no times), image, label."""
    rng = np.random.default_rng(0)
    table = Table(
        (
            NumberColumn("x", rng.normal(size=rows)),
            NumberColumn("day", np.arange(rows) // 2 + 19_000.0, "date"),
            TextColumn.of("patient", [f"p{i % 8}" for i in range(rows)]),
            TextColumn.of("part", [("train", "train", "test")[i % 3] for i in range(rows)]),
            TextColumn.of("note", [("well", "ill")[i % 2] for i in range(rows)]),
            NumberColumn("image", np.zeros((rows, 2, 2, 1), np.uint8), "image"),
            TextColumn.of("label", [("a", "b")[i % 2] for i in range(rows)]),
        )
    )
    spec = edits.set_target(propose(table, FILE), table, "label")
    return edits.set_split(spec, 0.6, 0.2, 0.2, method="random"), table


def role(spec: ProjectSpec, name: str) -> str:
    return next(column.role for column in spec.data.columns if column.name == name)


def test_fractions_alone() -> None:
    spec, _ = mixed_project()
    assert edits.set_split(spec, 0.5, 0.25, 0.25).data.split == Split(train=0.5, validation=0.25, test=0.25)
    with pytest.raises(edits.IllegalEdit, match="add up to 1"):
        edits.set_split(spec, 0.5, 0.25, 0.5)
    with pytest.raises(edits.IllegalEdit, match="something to learn from"):
        edits.set_split(spec, 0.0, 1.0, 0.0)
    with pytest.raises(edits.IllegalEdit):
        edits.set_split(spec, method="alphabetical")  # type: ignore[arg-type]


def test_fractions_and_way_are_changed_apart() -> None:
    spec, table = dated()
    spec = edits.set_split(spec, table=table, method="grouped", column="patient")
    assert spec.data.split == Split(train=0.6, validation=0.2, test=0.2, method="grouped", column="patient")
    spec = edits.set_split(spec, 0.5, 0.5, 0.0)
    assert spec.data.split == Split(train=0.5, validation=0.5, method="grouped", column="patient")


def test_a_column_of_groups_is_used_for_nothing_else() -> None:
    spec, table = dated()
    assert role(spec, "patient") == "feature"
    spec = edits.set_split(spec, table=table, method="grouped", column="patient")
    assert role(spec, "patient") == "split"
    data = build.dataset(spec, table)
    assert not any(name.startswith("patient") for name in data.feature_names)
    spec = edits.set_split(spec, table=table, method="column", column="part")
    assert (role(spec, "patient"), role(spec, "part")) == ("ignore", "split")
    spec = edits.set_split(spec, table=table, method="random")
    assert (role(spec, "part"), spec.data.split.column) == ("ignore", "")


def spoken(rows: int = 90) -> Table:
    """A sound, a speaker with too many different words for a category, a class."""
    return Table(
        (
            NumberColumn("sound", np.random.default_rng(0).normal(size=(rows, 3, 4, 1)), "sound"),
            TextColumn.of("speaker", [f"voice {i % 60}" for i in range(rows)]),
            TextColumn.of("class", [("yes", "no")[i % 2] for i in range(rows)]),
        )
    )


def test_a_proposed_split_by_speakers_is_the_same_as_one_that_is_chosen() -> None:
    table = spoken()
    proposed = propose(table, FILE)
    assert (proposed.data.split.method, proposed.data.split.column) == ("grouped", "speaker")
    assert role(proposed, "speaker") == "split"
    at_random = edits.set_split(proposed, table=table, method="random")
    assert role(at_random, "speaker") == "ignore"
    assert edits.set_split(at_random, table=table, method="grouped", column="speaker") == proposed
    assert edits.use_table(at_random, spoken(91), FILE).data.columns == at_random.data.columns
    other = edits.use_table(dated()[0], table, FILE)
    assert (other.data.columns, other.data.split) == (proposed.data.columns, proposed.data.split)


def test_what_the_split_goes_by_is_not_said_to_be_unused() -> None:
    table = spoken()
    proposed = propose(table, FILE)
    assert left_out(table, proposed.data.columns, proposed.data.split) == ()
    ignored = tuple(replace(c, role="ignore") if c.name == "speaker" else c for c in proposed.data.columns)
    assert left_out(table, ignored, proposed.data.split) == (), "as projects of former versions have it"
    assert "speaker" in " ".join(left_out(table, ignored, Split()))


def test_a_time_may_be_a_feature_too() -> None:
    spec, table = dated()
    before = role(spec, "day")
    assert role(edits.set_split(spec, table=table, method="time", column="day"), "day") == before


def test_the_likeliest_column_is_taken() -> None:
    spec, table = dated()
    for method, name in (("grouped", "patient"), ("time", "day"), ("column", "part")):
        assert edits.set_split(spec, table=table, method=method).data.split.column == name  # type: ignore[arg-type]
        assert edits.split_columns(spec, table, method)[0] == name  # type: ignore[arg-type]
    assert edits.split_columns(spec, table, "column") == ("part",)
    assert edits.split_columns(spec, table, "time") == ("day", "x")
    assert "label" not in edits.split_columns(spec, table, "grouped")
    assert edits.split_columns(spec, table, "random") == ()


def test_what_cannot_be_is_refused_in_words() -> None:
    spec, table = dated()
    for method, name, words in (
        ("grouped", "label", "label is the target"),
        ("grouped", "absent", "no column called 'absent'"),
        ("grouped", "image", "holds images"),
        ("time", "note", "order in time cannot be known"),
        ("column", "note", "the name of no part"),
    ):
        with pytest.raises(edits.IllegalEdit, match=words):
            edits.set_split(spec, table=table, method=method, column=name)  # type: ignore[arg-type]
    spec, table = mixed_project(rows=30)
    with pytest.raises(edits.IllegalEdit, match="No column says which part"):
        edits.set_split(edits.set_target(spec, table, "binary"), table=table, method="column")
