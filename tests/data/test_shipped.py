"""The tables that ship: as scikit-learn has them, and as the script writes them."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris

from bpgui.data.errors import DataError
from bpgui.data.roles import guess_columns
from bpgui.data.shipped import SHIPPED, read_digits, read_iris, shipped
from bpgui.data.table import NumberColumn, TextColumn

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "samples"


def test_iris() -> None:
    table = read_iris(FOLDER / "iris.csv")
    assert table.names == ("sepal_length", "sepal_width", "petal_length", "petal_width", "species")
    values = [column.values for column in table.columns if isinstance(column, NumberColumn)]
    np.testing.assert_array_equal(np.stack(values, axis=1), load_iris().data)
    species = table.column("species")
    assert isinstance(species, TextColumn)
    assert species.levels == ("setosa", "versicolor", "virginica")
    np.testing.assert_array_equal(species.codes, load_iris().target)


def test_digits() -> None:
    table = read_digits(FOLDER / "digits8x8.npy")
    image, digit = table.columns
    assert isinstance(image, NumberColumn)
    assert isinstance(digit, TextColumn)
    np.testing.assert_array_equal(image.values[..., 0], load_digits().images)
    assert digit.texts() == [str(label) for label in load_digits().target]
    assert [(c.role, c.kind) for c in guess_columns(table, standardise=False)] == [
        ("feature", "number"), ("target", "category"),
    ]  # fmt: skip


def test_the_script_writes_what_is_committed() -> None:
    script = runpy.run_path(str(ROOT / "packaging" / "make_samples.py"))
    assert script["iris_csv"]() == (FOLDER / "iris.csv").read_text(encoding="utf-8")
    np.testing.assert_array_equal(script["digits_array"](), np.load(FOLDER / "digits8x8.npy", allow_pickle=False))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_damaged_or_missing_file_is_said(name: str, tmp_path: Path) -> None:
    assert shipped(name, FOLDER).rows in (150, 1797)
    with pytest.raises(DataError, match="missing or damaged"):
        shipped(name, tmp_path)
    for content in (b"", b"nonsense", b"\x93NUMPY\x01\x00"):
        (tmp_path / SHIPPED[name][0]).write_bytes(content)
        with pytest.raises(DataError, match="missing or damaged"):
            shipped(name, tmp_path)
