"""Write the tables that ship with the program from scikit-learn's copies: `python packaging/make_samples.py`.

Run again it writes the same bytes. Needs scikit-learn, which the program itself does not.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits, load_iris

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "samples"
IRIS_NAMES = ("sepal_length", "sepal_width", "petal_length", "petal_width", "species")


def iris_csv() -> str:
    """150 rows: four lengths in cm and the species."""
    iris = load_iris()
    lines = [",".join(IRIS_NAMES)]
    for values, species in zip(iris.data.tolist(), iris.target.tolist(), strict=True):
        lines.append(",".join([*(f"{value:.1f}" for value in values), str(iris.target_names[species])]))
    return "\n".join(lines) + "\n"


def digits_array() -> np.ndarray:
    """(1797, 65) uint8: 64 pixels 0..16 row by row, then the digit."""
    digits = load_digits()
    return np.concatenate((digits.data, digits.target[:, None]), axis=1).astype(np.uint8)


def main() -> None:
    """Write iris.csv and digits8x8.npy."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "iris.csv").write_text(iris_csv(), encoding="utf-8", newline="\n")
    np.save(FOLDER / "digits8x8.npy", digits_array(), allow_pickle=False)


if __name__ == "__main__":
    main()
