"""The tables that ship: as scikit-learn has them, and as the script writes them."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine

from bpgui.data.errors import DataError
from bpgui.data.roles import guess_columns
from bpgui.data.shipped import SHIPPED, read_digits, shipped
from bpgui.data.table import NumberColumn, Table, TextColumn

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "samples"


@pytest.mark.parametrize(
    ("name", "load", "target", "classes"),
    [
        ("iris", load_iris, "species", ("setosa", "versicolor", "virginica")),
        ("wine", load_wine, "grower", ("grower 1", "grower 2", "grower 3")),
        ("breast_cancer", load_breast_cancer, "diagnosis", ("benign", "malignant")),
    ],
)
def test_tables_of_classes(name: str, load: Callable[[], Any], target: str, classes: tuple[str, ...]) -> None:
    table, expected = shipped(name, FOLDER), load()
    np.testing.assert_array_equal(numbers(table), expected.data)
    *_, found = table.columns
    assert isinstance(found, TextColumn)
    assert (found.name, found.levels) == (target, classes)
    names = [str(label) for label in expected.target_names] if name != "wine" else list(classes)
    assert found.texts() == [names[code] for code in expected.target]


def numbers(table: Table) -> np.ndarray:
    return np.stack([column.values for column in table.columns if isinstance(column, NumberColumn)], axis=1)


def test_diabetes() -> None:
    expected = load_diabetes(scaled=False)
    found = numbers(shipped("diabetes", FOLDER))
    np.testing.assert_array_equal(found, np.column_stack((expected.data, expected.target)))


def test_penguins_keep_what_is_missing() -> None:
    table = shipped("penguins", FOLDER)
    assert table.names == (
        "island", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex", "year", "species",
    )  # fmt: skip
    assert {column.name: int(column.missing.sum()) for column in table.columns if column.missing.any()} == {
        "bill_length_mm": 2, "bill_depth_mm": 2, "flipper_length_mm": 2, "body_mass_g": 2, "sex": 11,
    }  # fmt: skip
    species = table.column("species")
    assert isinstance(species, TextColumn)
    assert species.levels == ("Adelie", "Chinstrap", "Gentoo")
    assert np.bincount(species.codes).tolist() == [152, 68, 124]
    mass = table.column("body_mass_g")
    assert isinstance(mass, NumberColumn)
    assert float(np.nanmean(mass.values)) == pytest.approx(4201.754, abs=1e-3)  # as the package's own page says


def test_digits() -> None:
    table = read_digits(FOLDER / "digits8x8.npy")
    image, digit = table.columns
    assert isinstance(image, NumberColumn)
    assert isinstance(digit, TextColumn)
    np.testing.assert_array_equal(image.values[..., 0], load_digits().images)
    assert digit.texts() == [str(label) for label in load_digits().target]
    assert [(c.role, c.kind) for c in guess_columns(table, scaling="none")] == [
        ("feature", "number"), ("target", "category"),
    ]  # fmt: skip


def test_the_script_writes_what_is_committed() -> None:
    script = runpy.run_path(str(ROOT / "packaging" / "make_samples.py"))
    for name, make in script["TABLES"].items():
        if name != "penguins.csv":  # their package is no part of the tests
            assert make() == (FOLDER / name).read_text(encoding="utf-8"), name
    np.testing.assert_array_equal(script["digits_array"](), np.load(FOLDER / "digits8x8.npy", allow_pickle=False))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_damaged_or_missing_file_is_said(name: str, tmp_path: Path) -> None:
    assert shipped(name, FOLDER).rows > 100
    with pytest.raises(DataError, match="missing or damaged"):
        shipped(name, tmp_path)
    for content in (b"", b"nonsense", b"\x93NUMPY\x01\x00"):
        (tmp_path / SHIPPED[name][0]).write_bytes(content)
        with pytest.raises(DataError, match="missing or damaged"):
            shipped(name, tmp_path)
