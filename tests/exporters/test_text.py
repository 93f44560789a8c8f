"""The script as something to read: only what this network needs, in order, exact, on its own."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from script_runner import check, drive, export, load, project, verified

from bpgui.data.spec import Column, DataSpec, SampleOrigin, Split
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.engine.activations import ACTIVATIONS, GELU_CUBIC, GELU_SCALE
from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.layers import LAYERS
from bpgui.engine.losses import LOSSES
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES
from bpgui.engine.update_rules import FLUSH_EVERY
from bpgui.project import build
from bpgui.project.exporters import EXPORTERS, Recorded
from bpgui.project.exporters.numpy_script import literals, updates
from bpgui.project.exporters.numpy_script.activations import ACTIVATION_CODE
from bpgui.project.exporters.numpy_script.layers import LAYER_CODE
from bpgui.project.exporters.numpy_script.losses import LOSS_CODE
from bpgui.project.samples import open_sample
from bpgui.project.spec import BatchNorm, Dense, Dropout, ProjectSpec
from bpgui.runs.driver import Driver
from bpgui.runs.history import Series
from bpgui.runs.receipt import weights_sha256

STANDARD = {"base64", "hashlib", "math", "os", "sys", "zlib"}


def sample(name: str, **training: object) -> tuple[ProjectSpec, Table, str]:
    spec, table = open_sample(name)
    spec = replace(spec, training=replace(spec.training, **training))
    return spec, table, export(spec, table, drive(spec, table), f"{name}.py").text


def lesson(text: str) -> list[str]:
    """The lines above the packed blocks."""
    return text.split("\n\n\ndef unpack(")[0].splitlines()


def test_there_is_script_code_for_every_entry_of_the_engine_s_tables() -> None:
    assert list(ACTIVATION_CODE) == list(ACTIVATIONS)
    assert list(LOSS_CODE) == list(LOSSES)
    assert list(LAYER_CODE) == list(LAYERS)
    assert list(updates.OPTIMIZER_CODE) == list(OPTIMIZERS)
    assert list(updates.SCHEDULE_CODE) == list(SCHEDULES)
    assert list(updates.CLIP_CODE) == list(CLIPPINGS)
    assert updates.FLUSH_EVERY == FLUSH_EVERY
    assert all(exporter.suffix and exporter.help for exporter in EXPORTERS.values())


def test_numbers_that_scripts_spell_out_are_the_engine_s() -> None:
    spelt = " ".join(ACTIVATION_CODE["gelu"].forward + ACTIVATION_CODE["gelu"].backward)
    assert spelt.count(repr(GELU_SCALE)) == 2
    assert spelt.count(f"* {GELU_CUBIC!r} + 1.0") + spelt.count(f"(3.0 * {GELU_CUBIC!r})") == 2


def test_the_first_lesson_fits_on_a_few_pages_and_has_its_parts_in_order() -> None:
    _, _, text = sample("xor")
    assert len(lesson(text)) < 150
    assert len(text.splitlines()) < 230
    places = [text.index(f"# {part}") for part in ("Forward pass", "Loss", "Backward pass", "Update")]
    assert places == sorted(places)
    assert "shuffling" not in text
    assert "val_loss" not in text
    assert "penalty" not in text


def test_a_script_holds_only_what_its_network_needs() -> None:
    _, _, text = sample("xor_textbook", epochs=5)
    for word in ("beta_1", "b1", "ones @ delta", "softmax", "tanh", "spread", "unpack", "zlib", "math"):
        assert word not in text, word
    assert "delta2 = da2 * ((1.0 - a2) * a2)" in text
    assert "z1 = x @ W1\n" in text


@pytest.mark.parametrize("name", ["xor", "xor_textbook", "sine", "iris", "moons", "digits8x8"])
def test_scripts_of_samples_are_clean_and_import_only_numpy(name: str, tmp_path: Path) -> None:
    _, _, text = sample(name, epochs=3)
    assert_clean(text, tmp_path)
    nodes = list(ast.walk(ast.parse(text)))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= STANDARD | {"numpy"}
    assert not any(isinstance(node, ast.ImportFrom) for node in nodes)


def assert_clean(text: str, folder: Path) -> None:
    path = folder / "script.py"
    path.write_text(text, "utf-8")
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "E,F,W"]
    ruff += ["--line-length", "120"]
    done = subprocess.run([*ruff, str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_largest_scripts_are_clean_too(tmp_path: Path) -> None:
    layers = (
        Dropout(id="i", rate=0.1), Dense(id="h", units=20, activation="gelu"), BatchNorm(id="n"),
        Dense(id="g", units=4, activation="silu", freeze_weights=True),
        *(Dense(id=f"d{i}", units=3, activation="elu") for i in range(14)),
    )  # fmt: skip
    spec, table = project(
        layers, "softmax", classes=3, loss="cce", rows=29, batch_size=4, weighted=True, class_weights="balanced",
        l1=0.01, l2=0.02, clip="norm", optimizer="adamw", schedule="plateau", patience=2, precision="float32",
        epochs=30, learning_rate=0.3,
    )  # fmt: skip
    changes = {3: lambda d: d.intervene("l1", 0.0), 5: lambda d: d.intervene("clip", "value")}
    assert_clean(check(spec, table, changes), tmp_path)
    assert_clean(check(spec, table, steps=3), tmp_path)


# ---- data


def test_images_categories_of_numbers_and_names_with_quotes(tmp_path: Path) -> None:
    for rows in (30, 900):
        generator = np.random.default_rng(1)
        table = Table([
            NumberColumn("the \"image\"\n#1", generator.integers(0, 17, (rows, 3, 3, 1)).astype(float)),
            NumberColumn("rank", generator.integers(1, 4, rows) / 2.0),
            TextColumn.of("'''x\\", [str(generator.choice(["a'b", 'c"d', "e\\f", "ünï"])) for _ in range(rows)]),
            NumberColumn("plain", generator.normal(1e-9, 1e-12, rows)),
            TextColumn.of("y\n", [str(generator.choice(["no", "yes\n"])) for _ in range(rows)]),
        ])  # fmt: skip
        kinds = ("number", "category", "category", "number", "category")
        columns = tuple(
            Column(
                name=name, role="target" if i == 4 else "feature", kind=kinds[i],
                scaling="standard" if i in (0, 3) else "none",
            )
            for i, name in enumerate(table.names)
        )
        split = Split(train=0.7, validation=0.3)
        data = DataSpec(table=table.sha, origin=SampleOrigin(name='a "name"\n\\'), columns=columns, split=split)
        spec, _ = project(loss="bce", epochs=2)
        for precision in ("float64", "float32"):
            made = replace(spec, data=data, training=replace(spec.training, precision=precision))
            text = check(made, table)
            assert_clean(text, tmp_path)
            driver = drive(made, table)
            names = load(text)
            list(names["train"]())
            encoder = driver.data.encoder
            values = list(encoder.row_values(driver.data.x[0]))
            values[9] = float(values[9])  # the rank, a category of numbers
            labels, outputs = names["predict"]([values])
            np.testing.assert_allclose(outputs, driver.training.network.predict(driver.data.x[:1]), rtol=1e-5)
            assert labels == list(encoder.decode(outputs).labels or ())


def test_large_data_and_weights_are_packed_below_the_lesson() -> None:
    _, _, text = sample("digits8x8", epochs=2)
    assert len(lesson(text)) < 160
    assert text.index("rows_train = unpack") > text.index("def train")
    assert 'unpack("|u1", (' in text
    assert verified(load(text)).startswith("4 losses")


def test_very_large_data_lies_beside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(literals, "LARGEST_TEXT", 40_000)
    spec, table = open_sample("digits8x8")
    spec = replace(spec, training=replace(spec.training, epochs=1))
    exported = export(spec, table, drive(spec, table), "digits.py")
    assert list(exported.beside) == ["digits.npz"]
    assert len(exported.text) < 80_000
    (tmp_path / "digits.py").write_text(exported.text, "utf-8")
    (tmp_path / "digits.npz").write_bytes(exported.beside["digits.npz"])
    run = [sys.executable, "-I", str(tmp_path / "digits.py"), "--verify"]
    assert "the same to the bit" in subprocess.run(run, capture_output=True, text=True).stdout


@pytest.mark.parametrize(
    "values",
    [
        [0.0, -0.0], [1.0, 255.0], [-1.0, 2.0], [1e5, 2.0], [0.5, 0.25], [0.1, 1e300], [np.nan, 1.0], [np.inf, -1.0],
        [256.0, 3e9], [],
    ],
)  # fmt: skip
def test_packed_numbers_are_exact(values: list[float]) -> None:
    array = np.array(values)
    packed = literals.smallest(array).astype(np.float64)
    assert packed.tobytes() == array.tobytes()


def test_a_history_that_was_thinned_is_verified_where_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    spec, table = project(epochs=300, batch_size=2, patience=0, learning_rate=2.0)
    driver = Driver(spec, build.dataset(spec, table))
    driver.history.epochs = Series(4, 100)
    while driver.step():
        pass
    assert len(driver.history.epochs) < driver.training.epoch
    text = export(spec, table, driver).text
    assert verified(load(text)).startswith(f"{2 * len(driver.history.epochs)} losses")


def test_threads_are_set_before_numpy_is_imported() -> None:
    spec, table = project(threads=2)
    text = export(spec, table, drive(spec, table)).text
    assert text.index('os.environ["OPENBLAS_NUM_THREADS"]') < text.index("import numpy")
    assert '["MKL_NUM_THREADS"] = "2"' in text


# ---- before a run


@pytest.mark.parametrize("training", [{}, {"patience": 3, "learning_rate": 0.5}, {"target_loss": 0.2}, {"l1": 0.01}])
def test_a_script_of_a_run_that_has_not_begun_does_what_the_run_will(training: dict, tmp_path: Path) -> None:
    spec, table = project(epochs=40, **training)
    text = EXPORTERS["numpy"].write(spec, table, Recorded.nothing(), "later.py").text
    assert_clean(text, tmp_path)
    assert "verify" not in text
    assert "RECORDED" not in text
    names = load(text)
    found = list(names["train"]())
    driver = drive(spec, table)
    assert (driver.stop_reason == "epochs") == (not training or "l1" in training)
    columns = [0, 1, 2, 3] if driver.live["l1"] else [0, 1, 2]
    assert found == [tuple(row) for row in driver.history.epochs.view()[:, columns].tolist()]
    assert names["sha256"]() == weights_sha256(driver.parameters)


def test_a_metric_that_would_end_it_is_told() -> None:
    spec, table = project(target_metric="accuracy", target_value=0.9)
    text = EXPORTERS["numpy"].write(spec, table, Recorded.nothing()).text
    assert "# bpgui would end here once accuracy had reached 0.9" in text


@pytest.mark.parametrize("words", [["--verfy"], ["--predict"], ["--verify", "now"]], ids=" ".join)
def test_words_that_a_script_does_not_know_are_refused(words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "xor.py"
    path.write_text(sample("xor", epochs=3)[2], encoding="utf-8")
    done = subprocess.run([sys.executable, str(path), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "--verify" in done.stderr
