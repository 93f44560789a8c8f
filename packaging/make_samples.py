"""Write the tables that ship with the program: `python packaging/make_samples.py`.

Run again it writes the same bytes. Needs scikit-learn (1.5 or later) and palmerpenguins (0.1.6), which the program
itself does not; of palmerpenguins only the file is read, so that `pip install --no-deps palmerpenguins` is enough.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine

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


def _csv(names: list[str], numbers: np.ndarray, target: list[str]) -> str:
    """Numbers as short as they can be written without another value being read, then the target."""
    rows = ([*(f"{value:.12g}" for value in row), last] for row, last in zip(numbers.tolist(), target, strict=True))
    return "\n".join(map(",".join, (names, *rows))) + "\n"


def breast_cancer_csv() -> str:
    """569 rows: ten measures of the nuclei in an image (mean, error, worst) and the diagnosis."""
    data = load_breast_cancer()
    names = [name.replace(" ", "_") for name in data.feature_names.tolist()]
    return _csv([*names, "diagnosis"], data.data, [str(data.target_names[code]) for code in data.target])


def wine_csv() -> str:
    """178 rows: 13 measures of a wine and which of three growers made it."""
    data = load_wine()
    names = ["dilution" if "/" in name else name for name in data.feature_names]
    return _csv([*names, "grower"], data.data, [f"grower {code + 1}" for code in data.target])


def diabetes_csv() -> str:
    """442 rows: age, sex, body and blood, as measured, and how far the disease had gone after a year."""
    data = load_diabetes(scaled=False)
    names = ["age", "sex", "bmi", "bp", "cholesterol", "ldl", "hdl", "cholesterol_to_hdl", "log_triglycerides", "sugar"]
    return _csv([*names, "progression"], data.data, [f"{value:.12g}" for value in data.target])


def penguins_csv() -> str:
    """344 rows with what is missing in them, as palmerpenguins has them; the species last."""
    found = importlib.util.find_spec("palmerpenguins")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("palmerpenguins is missing: pip install --no-deps palmerpenguins==0.1.6")
    text = (Path(found.submodule_search_locations[0]) / "data" / "penguins.csv").read_text(encoding="utf-8")
    rows = [line.split(",") for line in text.splitlines()]
    return "\n".join(",".join((*row[1:], row[0])) for row in rows) + "\n"


TABLES = {
    "iris.csv": iris_csv,
    "breast_cancer.csv": breast_cancer_csv,
    "wine.csv": wine_csv,
    "diabetes.csv": diabetes_csv,
    "penguins.csv": penguins_csv,
}


def main() -> None:
    """Write every table of TABLES, and digits8x8.npy."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in TABLES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8", newline="\n")
    np.save(FOLDER / "digits8x8.npy", digits_array(), allow_pickle=False)


if __name__ == "__main__":
    main()
