"""How files are read and columns used, as typed: the same data set as by the edits of the window, to the bit."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bpgui.__main__ import main
from bpgui.data.readers import ReadingOptions, read_files, with_setting
from bpgui.data.readers.options import setting_text
from bpgui.project import build, edits
from bpgui.project.proposal import propose
from bpgui.project.storage import load_project

ROWS = 120


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    rng = np.random.default_rng(3)
    lines = ["id;area;zip;grade;sold;town;price"]
    for row in range(ROWS):
        area = rng.uniform(20, 200)
        grade = ("low", "middle", "high")[row % 3]
        size = "" if row % 11 == 0 else f"{area:.1f}".replace(".", ",")
        day = f"2024-{row % 12 + 1:02d}-{row % 28 + 1:02d}"
        price = f"{area * 3 + row % 3:.2f}".replace(".", ",")
        lines.append(f"{row};{size};0{row % 7};{grade};{day};{'NS'[row % 2]};{price}")
    path = tmp_path / "houses.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def train(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    code = main(["train", *words, "--json", "--epochs", "2"])
    out, err = capsys.readouterr()
    assert code == 0, err
    done: dict[str, Any] = json.loads(out.splitlines()[-1])
    return done


def test_the_same_choices_make_the_same_data_to_the_bit(
    houses: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "p.bpgui"
    train(
        capsys, str(houses), "--read", "decimal=,", "--read", "types=zip=text", "--target", "price",
        "--column", "id:role=ignore", "--column", "area:scaling=robust,missing=median",
        "--column", "grade:kind=ordinal,levels=low<middle<high", "--column", "zip:role=feature,kind=category",
        "--split", "0.5/0.25/0.25", "--split-by", "time:sold", "--seed", "7", "--save", str(saved),
    )  # fmt: skip
    typed = load_project(saved)

    reading = read_files([houses], options=ReadingOptions(decimal=",", types=(("zip", "text"),)))
    table = reading.table
    spec = edits.set_seed(propose(table, reading.origin), 7)
    spec = edits.set_target(spec, table, "price")
    spec = edits.set_column(spec, table, "id", role="ignore")
    spec = edits.set_column(spec, table, "area", scaling="robust", missing="median")
    spec = edits.set_column(spec, table, "grade", kind="ordinal", levels=("low", "middle", "high"))
    spec = edits.set_column(spec, table, "zip", role="feature", kind="category")
    spec = edits.set_split(spec, 0.5, 0.25, 0.25, table=table, method="time", column="sold")

    assert typed.spec.data == spec.data
    mine, theirs = build.dataset(spec, table), build.dataset(typed.spec, typed.tables[spec.data.table])
    for name in ("x", "y", "rows", "train", "validation", "test"):
        np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name))
    assert mine.encoder == theirs.encoder


def test_several_targets_and_one_scaling_for_all(houses: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = (str(houses), "--read", "decimal=,", "--target", "price", "--target", "area", "--scaling", "minmax")
    assert set(train(capsys, *words)["metrics"]) == {"mae", "rmse", "r2"}


def test_a_folder_and_several_files_are_sources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for index in range(24):
        folder = tmp_path / "pictures" / ("dark" if index % 2 else "light")
        folder.mkdir(parents=True, exist_ok=True)
        level = (20 if index % 2 else 220) + index
        Image.fromarray(np.full((4, 4), level, np.uint8)).save(folder / f"{index}.png")
    saved = tmp_path / "p.bpgui"
    train(capsys, str(tmp_path / "pictures"), "--save", str(saved))
    pictures = [str(tmp_path / "pictures" / name) for name in ("light/2.png", "dark/1.png")]
    for words in ([], ["--with-data"]):
        assert main(["predict", str(saved), *pictures, *words]) == 0
        row, second = csv.DictReader(StringIO(capsys.readouterr().out))
        assert list(row)[:3] == ["row", "file", "class"]
        assert (row["file"], second["file"]) == ("dark/1.png", "light/2.png")
    assert row["class"] in ("dark", "light")
    assert float(row["probability (dark)"]) + float(row["probability (light)"]) == pytest.approx(1.0)

    for name, rows in (("train", 60), ("test", 20)):
        text = "".join(f"{i % 9},{'yes' if i % 9 > 4 else 'no'}\n" for i in range(rows))
        (tmp_path / f"{name}.csv").write_text("a,b\n" + text)
    done = train(capsys, str(tmp_path / "train.csv"), str(tmp_path / "test.csv"), "--test")
    assert "accuracy" in done["test_metrics"]


def test_other_readings_are_said_with_what_to_type(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "when.csv"
    path.write_text("day,x,y\n" + "".join(f"0{i % 9 + 1}/0{i % 7 + 1}/2024,{i},{i % 2}\n" for i in range(40)))
    assert main(["train", str(path), "--epochs", "1"]) == 0
    said = capsys.readouterr().err
    assert "Taken as:" in said
    assert '--read "dates=' in said
    assert main(["train", str(path), "--epochs", "1", "--read", "dates=mdy"]) == 0
    assert "dates=" not in capsys.readouterr().err


def test_decimal_commas_or_more_columns_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("".join(f"{i % 7},5;{i % 5},5\n" for i in range(40)))
    assert main(["train", str(path), "--epochs", "1"]) == 0
    said = capsys.readouterr().err
    assert "Taken as: 2 columns, apart by semicolon (1,5 is one number)." in said
    assert '3 columns, apart by comma (1,5 is 2 values): --read "delimiter=,".' in said
    assert main(["train", str(path), "--epochs", "1", "--read", "delimiter=,", "--target", "x3"]) == 0
    assert "Taken as" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--read", "delimiter"), "expected KEY=VALUE"),
        (("--read", "colour=purple"), "colour: 'purple' cannot be read that way"),
        (("--read", "speed=1"), "nothing called 'speed'"),
        (("--target", "prize"), "--target: there is no column 'prize'; there are id, area, zip"),
        (("--column", "area"), "expected COL:WORDS"),
        (("--column", "area:scaling=big"), "scaling: none, standard, minmax, robust, log; got 'scaling=big'"),
        (("--column", "area:colour=red"), "expected role, kind, scaling, missing, levels; got 'colour=red'"),
        (("--split-by", "magic"), "expected random, stratified, alike, grouped, time, column, got 'magic'"),
        (("--split-by", "time:when"), "there is no column 'when'"),
    ],
)
def test_words_that_do_not_fit_are_said(
    houses: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(houses), "--epochs", "1", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("delimiter", "\t"), ("thousands", ""), ("header", False), ("missing", ("a, b", "-9")), ("size", (28, 20)),
        ("types", (("zip, code", "text"), ("b", "date"))), ("columns", ("x", "y, z")), ("rows", 50), ("decimal", ","),
    ],
)  # fmt: skip
def test_settings_are_typed_as_they_are_written(key: str, value: object) -> None:
    assert getattr(with_setting(ReadingOptions(), key, setting_text(key, value)), key) == value


# ---- new rows


def test_new_rows_find_their_columns_by_name(houses: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "p.bpgui"
    train(capsys, str(houses), "--read", "types=zip=text", "--column", "area:missing=median", "--save", str(saved))
    new = tmp_path / "new.tsv"
    head = "town\tgrade\tzip\tsold\tarea\tcolour\n"
    new.write_text(head + "N\tlow\t00\t2024-03-01\t55.5\tred\nX\thigh\t01\t2024-03-02\t\tblue\n")
    out = tmp_path / "out.csv"
    assert main(["predict", str(saved), str(new), "-o", str(out), "--with-data"]) == 0
    said = capsys.readouterr().err
    assert "Not used by the network: colour" in said
    assert "town: 1 row has a category that no training row had ('X')" in said
    assert f"2 predictions were written to {out}" in said
    rows = list(csv.DictReader(StringIO(out.read_text())))
    assert [row["colour"] for row in rows] == ["red", "blue"]
    assert all(np.isfinite(float(row["price"])) for row in rows)

    new.write_text("Town\tgrade\tzip\tsold\tsize\nN\tlow\t00\t2024-03-01\t55.5\nN\tlow\t00\t2024-03-01\t55.5\n")
    assert main(["predict", str(saved), str(new)]) == 1
    said = capsys.readouterr().err
    assert "no column 'area'" in said
    assert "'town' (perhaps 'Town' is meant)" in said


def test_what_is_proposed_is_said(houses: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> list[str]:
        assert main(["train", *words, "--epochs", "1", "--json"]) == 0
        return [line.removeprefix("bpgui: ") for line in capsys.readouterr().err.splitlines()]

    lines = said(str(houses), "--read", "decimal=,")
    assert "Predicted: price, a number, from area, zip, grade, sold, town. Another column: --target." in lines
    assert "Not used: id: it only counts the rows." in lines
    assert "Rows: 72 to learn from, 24 for validation, 24 for the test, drawn at random." in lines

    lines = said(str(houses), "--read", "decimal=,", "--target", "grade", "--split-by", "grouped:town")
    assert "Predicted: grade, one of 3 classes, from area, zip, sold, price. Another column: --target." in lines
    assert any(line.endswith(", rows of one town in one part only.") for line in lines)

    few = tmp_path / "few.csv"
    few.write_text("a,b\n1,2.5\n2,3.5\n4,1.5\n")
    assert "Rows: 3 to learn from." in said(str(few))
    assert not any(line.startswith(("Predicted", "Rows")) for line in said("sample:xor"))
