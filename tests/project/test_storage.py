"""The project file: same bytes again, damage anywhere found and named, nothing hostile believed."""

from __future__ import annotations

import hashlib
import io
import json
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from project_fixtures import same

from bpgui.data.spec import FileOrigin
from bpgui.data.table import NumberColumn, Table
from bpgui.project import archive, build, edits
from bpgui.project.archive import pack
from bpgui.project.proposal import propose
from bpgui.project.samples import open_sample
from bpgui.project.spec import ProjectSpec
from bpgui.project.storage import Project, StorageError, StoredRun, from_bytes, load_project, save_project, to_bytes
from bpgui.runs.driver import Driver
from bpgui.runs.run import Run

STATE = {
    "parameters": np.linspace(-1.0, 1.0, 33),
    "order": np.arange(4)[::-1],
    "history.epochs": np.array([[1.0, 0.7, np.nan], [2.0, np.inf, -0.0]]),
    "flag": np.array(True),
    "none": np.zeros((0, 3), np.float32),
}


def make(name: str = "xor", runs: int = 2) -> Project:
    spec, table = open_sample(name)
    stored = tuple(StoredRun(f"run-{n}", {"number": n, "step": 10**n, "loss": 0.5}, STATE) for n in range(runs))
    return Project(spec, {table.sha: table}, stored, "run-0" if runs else None)


def test_a_project_comes_back_whole(tmp_path: Path) -> None:
    project = make()
    path = tmp_path / "Übung 😀.bpgui"
    save_project(path, project)
    loaded = load_project(path)
    assert same(project, loaded)
    assert loaded.notes == ()
    save_project(path, loaded)
    assert path.read_bytes() == to_bytes(project)


def test_the_kind_of_file_shows_at_a_fixed_place() -> None:
    data = to_bytes(make())
    assert data[30:38] == b"mimetype"
    assert data[38:58] == b"application/x-bpgui\x50"[:20]
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        assert z.testzip() is None
        assert z.namelist() == ["mimetype", *sorted(z.namelist()[1:])]
        assert json.loads(z.read("project.json"))["project"]["network"]["layers"][0]["units"] == 8


def test_a_real_run_goes_on_to_the_bit(tmp_path: Path) -> None:
    spec, table = open_sample("moons", rows=100)
    data = build.dataset(spec, table)
    whole, half = Driver(spec, data), Driver(spec, data)
    run = Run(spec, 1)
    for _ in range(57):
        half.step()
    run.take_down(half)
    save_project(tmp_path / "a.bpgui", Project(spec, {table.sha: table}, (run.to_stored(),), run.id))
    loaded = load_project(tmp_path / "a.bpgui")
    resumed = Run.from_stored(loaded.runs[0]).driver(build.dataset(loaded.spec, loaded.tables[table.sha]))
    for _ in range(57):
        whole.step()
    for _ in range(40):
        assert whole.step() == resumed.step()
    assert (whole.parameters == resumed.parameters).all()


@pytest.mark.parametrize("name", ["xor_textbook", "circles", "sine"])
def test_every_sort_of_sample_round_trips(name: str) -> None:
    data = to_bytes(make(name))
    assert to_bytes(from_bytes(data, "x")) == data


finite = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(min_value=0.0, exclude_min=True, allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@st.composite
def projects(draw: st.DrawFn) -> Project:
    names = draw(st.lists(texts, min_size=2, max_size=4, unique=True))
    rows = draw(st.integers(1, 5))
    numbers = st.floats(allow_infinity=True)
    table = Table([NumberColumn(n, np.array(draw(st.lists(numbers, min_size=rows, max_size=rows)))) for n in names])
    origin = FileOrigin(name=draw(texts), path=draw(texts), reading=((draw(texts), draw(texts)),))
    spec: ProjectSpec = propose(table, origin, seed=draw(st.integers(0, 2**63 - 1)))
    spec = edits.set_layer(
        spec, "d1", units=draw(st.integers(1, 100_000)), scale=draw(positive), initializer="given",
        weights=[[draw(finite), draw(finite)]] * 2, biases=[draw(finite)],
    )  # fmt: skip
    spec = edits.set_training(spec, learning_rate=draw(positive), epochs=draw(st.integers(1, 10**8)))
    number = draw(st.integers(-(2**70), 2**70))
    arrays = {draw(texts): np.array(draw(st.lists(numbers)), dtype=draw(st.sampled_from(["f4", "f8"])))}
    run = StoredRun(draw(st.from_regex(r"\A[A-Za-z0-9_-]{1,64}\Z")), {"n": number, "t": draw(texts)}, arrays)
    return Project(spec, {table.sha: table}, (run,), draw(st.sampled_from([None, run.id])))


@given(projects())
@settings(max_examples=60)
@pytest.mark.filterwarnings("ignore:overflow encountered in cast:RuntimeWarning")
def test_saving_what_was_opened_gives_the_same_bytes(project: Project) -> None:
    data = to_bytes(project)
    loaded = from_bytes(data, "x")
    assert same(project, loaded)
    assert loaded.notes == ()
    assert to_bytes(loaded) == data


def test_every_cut_is_noticed() -> None:
    data = to_bytes(make())
    cuts = {0, 1, 3, 4, 29, 30, 57, len(data) - 1, len(data) - 22, *range(5, len(data), len(data) // 60)}
    for cut in cuts:
        with pytest.raises(StorageError) as error:
            from_bytes(data[:cut], "work.bpgui")
        assert str(error.value).startswith("work.bpgui ")
        assert str(error.value).endswith(".")


def test_flipped_bytes_are_noticed_or_do_not_matter() -> None:
    """Either a sentence, or everything that was saved; runs may be left out, with a note."""
    project = make()
    data = to_bytes(project)
    rng = random.Random(1)
    refusals: list[str] = []
    noted = 0
    for _ in range(300):
        at, bit = rng.randrange(len(data)), rng.randrange(8)
        flipped = bytearray(data)
        flipped[at] ^= 1 << bit
        try:
            loaded = from_bytes(bytes(flipped), "work.bpgui")
        except StorageError as error:
            refusals.append(str(error))
            continue
        assert loaded.spec == project.spec
        assert dict(loaded.tables) == dict(project.tables)
        kept = [run for run in project.runs if run.id in {r.id for r in loaded.runs}]
        assert same(replace_runs(project, kept), replace_runs(loaded, list(loaded.runs)))
        assert len(loaded.notes) == len(project.runs) - len(kept)
        noted += bool(loaded.notes)
    assert len(refusals) > 100
    assert all(text.startswith("work.bpgui") for text in refusals)
    assert noted > 20


def replace_runs(project: Project, runs: list[StoredRun]) -> Project:
    return Project(project.spec, project.tables, tuple(runs))


def members_of(project: Project) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(to_bytes(project))) as z:
        return {name: z.read(name) for name in z.namelist() if name != "mimetype"}


def rebuilt(change: Callable[[dict[str, Any], dict[str, bytes]], None], runs: int = 1) -> bytes:
    """XOR's file with project.json changed as plain data, and its members."""
    members = members_of(make(runs=runs))
    document = json.loads(members["project.json"])
    change(document, members)
    if "project.json" in members:
        members["project.json"] = json.dumps(document).encode()
    return pack(members, "x")


def test_a_wrong_checksum_of_the_data_is_told_once() -> None:
    members = members_of(make())
    document = json.loads(members["project.json"])
    [place] = [name for name in members if name.startswith("data/")]
    document["members"][place]["sha256"] = "0" * 64
    members["project.json"] = json.dumps(document).encode()
    with pytest.raises(StorageError) as error:
        from_bytes(pack(members, "x"), "work.bpgui")
    assert str(error.value).count("is damaged at") == 1
    assert "checksum" in str(error.value)


def test_a_damaged_run_leaves_the_rest() -> None:
    def change(document: dict[str, Any], members: dict[str, bytes]) -> None:
        members["runs/run-0/state.safetensors"] = b"\0" * 100

    loaded = from_bytes(rebuilt(change, runs=2), "x")
    assert [run.id for run in loaded.runs] == ["run-1"]
    assert loaded.current is None
    assert "Run 1 was left out" in loaded.notes[0]
    assert "runs/run-0/state.safetensors" in loaded.notes[0]


@pytest.mark.parametrize("state", [b"", b"\xff" * 20, struct.pack("<Q", 2**62) + b"{}", struct.pack("<Q", 2) + b"[]"])
def test_a_lying_state_with_a_right_checksum(state: bytes) -> None:
    def change(document: dict[str, Any], members: dict[str, bytes]) -> None:
        name = "runs/run-0/state.safetensors"
        members[name] = state
        document["members"][name] = {"bytes": len(state), "sha256": hashlib.sha256(state).hexdigest()}

    loaded = from_bytes(rebuilt(change), "x")
    assert loaded.runs == ()
    assert len(loaded.notes) == 1


def put(*place: Any) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    *path, value = place

    def change(document: dict[str, Any], members: dict[str, bytes]) -> None:
        target: Any = document
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            put("project", "network", "layers", 0, "units", -5),
            "network.layers[0].units: expected 1 to 100000 or 'auto', got -5",
        ),
        (put("project", "network", "layers", 0, "units", 10**40), "network.layers[0].units: expected 1 to 100000"),
        (put("project", "network", "layers", 0, "activation", "evil"), "network.layers[0].activation: expected one of"),
        (put("project", "network", "layers", []), "network.layers: the last layer is the output"),
        (put("project", "training", "epochs", "many"), "training.epochs: expected 1 to 100000000, got 'many'"),
        (put("project", "training", "loss", "x"), "training.loss: expected one of bce, "),
        (put("project", "data", "split", "train", 0.5), "data.split: the parts must add up to 1"),
        (put("project", "data", "columns", 0, "name", "nobody"), "data.columns[0]: the table has no column 'nobody'"),
        (put("project", "data", "table", "0" * 64), "it does not hold its data"),
        (put("project", "seed", True), "seed: expected 0 to"),
        (put("extra", 1), "has the unknown field 'extra'"),
        (put("runs", ["run-0", "run-0"]), "runs: an id stands twice"),
        (put("runs", "run-0"), "runs: expected a list"),
        (put("current", "run-9"), "current: expected one of the runs"),
        (put("format", 0), "format: expected 1 to 4, got 0"),
        (put("format", "1"), "format: expected a whole number"),
        (put("members", {}), "its checksum is not the one noted"),
        (lambda document, members: members.pop("project.json"), "damaged at project.json: it is missing"),
        (lambda document, members: document.pop("project"), "lacks the field 'project'"),
    ],
)
def test_wrong_documents_say_what_was_expected(change: Any, text: str) -> None:
    with pytest.raises(StorageError) as error:
        from_bytes(rebuilt(change), "work.bpgui")
    assert "work.bpgui" in str(error.value)
    assert text in str(error.value)


def test_a_newer_format_names_the_version() -> None:
    def change(document: dict[str, Any], members: dict[str, bytes]) -> None:
        document.update(format=5, needs="3.1.4", unknown=[1])
        document["project"] = {"from": "the future"}

    with pytest.raises(StorageError, match=r"needs version 3\.1\.4 or later; this is .* the file was not changed"):
        from_bytes(rebuilt(change), "x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'{"format": 1, "format": 1}', "the key 'format' stands twice"),
        (b'{"format": NaN}', "NaN is not a number"),
        (b"[" * 1000, "more than 64 brackets"),
        (b"{", "line 1, column 2"),
        (b"[]", "expected a record, got []"),
        (b'"\\ud800"', "half a character"),
    ],
)
def test_wrong_json_is_named(text: bytes, message: str) -> None:
    members = members_of(make())
    members["project.json"] = text
    with pytest.raises(StorageError) as error:
        from_bytes(pack(members, "x"), "work.bpgui")
    assert "project.json" in str(error.value)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "is not a bpgui project: it does not begin as one"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is not a bpgui project"),
        (b"PK\x03\x04" + bytes(100), "a ZIP file, but not a bpgui project"),
        (b"PK\x05\x06" + bytes(18), "is not a bpgui project"),
    ],
)
def test_other_files_are_recognised(tmp_path: Path, data: bytes, text: str) -> None:
    path = tmp_path / "other.bpgui"
    path.write_bytes(data)
    with pytest.raises(StorageError) as error:
        load_project(path)
    assert text in str(error.value)
    assert str(path) in str(error.value)
    assert "b'" not in str(error.value)
    assert "open it as data" not in str(error.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(tail: bytes) -> None:
    for data in (tail, to_bytes(make())[:60] + tail + b"PK\x05\x06" + tail[:18].ljust(18, b"\0")):
        with pytest.raises(StorageError):
            from_bytes(data, "x")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is not there"):
        load_project(tmp_path / "gone.bpgui")
    with pytest.raises(StorageError, match="not an ordinary file"):
        load_project(tmp_path)
    with pytest.raises(StorageError, match="is not "):
        load_project("a\0b")


# ---- what cannot be saved


def test_what_could_not_be_opened_again_is_not_saved(tmp_path: Path) -> None:
    project = make()
    path = tmp_path / "work.bpgui"
    save_project(path, project)
    before = path.read_bytes()
    broken = [
        Project(project.spec, {}),
        Project(project.spec, project.tables, current="nobody"),
        Project(replace(project.spec, seed=-1), project.tables),
        Project(project.spec, project.tables, (StoredRun("../up", {}, {}),)),
        Project(project.spec, project.tables, (StoredRun("a", {}, {}), StoredRun("a", {}, {}))),
        Project(project.spec, project.tables, (StoredRun("a", {"x": object()}, {}),)),
        Project(project.spec, project.tables, (StoredRun("a", {}, {"x": np.array([object()])}),)),
    ]
    for bad in broken:
        with pytest.raises(StorageError, match="was not saved"):
            save_project(path, bad)
        assert path.read_bytes() == before


def test_a_project_that_is_too_large_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    with pytest.raises(StorageError, match="Remove some runs"):
        to_bytes(make())


def test_looks_at_the_test_part_are_kept(tmp_path: Path) -> None:
    spec, table = open_sample("iris")
    save_project(tmp_path / "a.bpgui", Project(spec, {table.sha: table}, test_looks={table.sha: 3}))
    assert load_project(tmp_path / "a.bpgui").test_looks == {table.sha: 3}
    save_project(tmp_path / "b.bpgui", Project(spec, {table.sha: table}))
    assert load_project(tmp_path / "b.bpgui").test_looks == {}
    with pytest.raises(StorageError, match=r"test_looks"):
        to_bytes(Project(spec, {table.sha: table}, test_looks={table.sha: -1}))
