"""JSON taken apart while it is read: in windows of a few characters the same as all at once."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from bpgui.data.errors import DataError
from bpgui.data.readers.options import Parsed
from bpgui.data.readers.records import json_columns, json_file, json_reader
from bpgui.data.readers.records.json_file import JsonFile
from bpgui.data.readers.tabular import cell_store
from bpgui.data.readers.task import Task
from bpgui.data.reading_options import ReadingOptions
from bpgui.data.table import Table
from tests.data.test_json_reader import REFUSED

RECORDS = [
    {"a": k / 3, "b": "ü" * k, "c": [k, k + 1], "d": {"e": k, "f": None}, "g": k % 2 == 0, "h": 'a\\"\n\U0001f600'}
    for k in range(30)
]
LINES = "\n".join(map(json.dumps, RECORDS))
DOCUMENTS: dict[str, bytes] = {
    "a list of records": json.dumps(RECORDS).encode(),
    "a list over many lines": json.dumps(RECORDS, indent=2).encode(),
    "letters as they are": json.dumps(RECORDS, ensure_ascii=False).encode("utf-8-sig"),
    "lines": LINES.encode(),
    "lines with others between": ("\n\n" + LINES.replace("\n", "\r\n\r\n") + "\n\n").encode(),
    "UTF-16": LINES.encode("utf-16"),
    "UTF-32 without a mark": json.dumps(RECORDS, ensure_ascii=False).encode("utf-32-be"),
    "records over several lines": "\n".join(json.dumps(record, indent=1) for record in RECORDS).encode(),
    "rows": json.dumps([["x", "y"], *([k, -k / 7e-30] for k in range(40))]).encode(),
    "lines of rows": "\n".join(json.dumps([k, "t", None]) for k in range(40)).encode(),
    "values": json.dumps([10**k for k in range(30)]).encode(),
    "what pandas writes": json.dumps({"columns": ["a", "b"], "data": [[k, "x"] for k in range(30)]}).encode(),
    "within a document": json.dumps({"meta": 1, "rows": RECORDS}).encode(),
    "far within, over many lines": json.dumps({"a": {"b": [1], "c": {"d": RECORDS}}, "e": "f"}, indent=1).encode(
        "utf-16"
    ),
    "two tables": json.dumps({"few": RECORDS[:3], "n": [1], "many": RECORDS}).encode(),
    "columns": json.dumps({name: [record[name] for record in RECORDS] for name in "abcgh"}).encode(),
    "columns within": json.dumps({"m": {"v": 1}, "data": {"x": [k / 7 for k in range(50)], "y": ["ü"] * 50}}).encode(),
    "a record for each column": json.dumps({n: {str(k): r[n] for k, r in enumerate(RECORDS)} for n in "abgh"}).encode(),
    "columns of different length": b'{"a": {"0": 1.5, "1": 2.5}, "b": {"0": "x", "1": "y", "2": "z"}}',
    "rows by their names": json.dumps(
        {"a": {f"r{k}": k for k in range(40)}, "b": {f"r{39 - k}": str(k) for k in range(39)}}
    ).encode(),
    "a record for each row": json.dumps({f"r{k}": {"a": k, "b": None, "c": "ü"} for k in range(300)}).encode(),
    "more than are looked at": json.dumps({f"x{k}": {"0": k, "1": -k / 3} for k in range(300)}).encode(),
    "rows within": json.dumps(
        {"v": 1, "t": {"n": 2, "rows": [["x", "y"], *([k, -k / 7] for k in range(40))]}}
    ).encode(),
    "values within": json.dumps({"v": {"u": 2, "w": [k / 7 for k in range(40)]}}).encode(),
    "a record": json.dumps({f"name {k}": k / 7 for k in range(40)}).encode(),
    "NaN": b'[{"a": NaN}, {"a": -Infinity}, {"a": 1}]',
}


def read(path: Path, folder: Path, limit: int = 1 << 40) -> tuple[Table, Parsed]:
    folder.mkdir()
    with contextlib.closing(JsonFile(path, None, limit)) as text:
        return json_reader._Document(Task((path,), path.parent, ReadingOptions(), folder), None, text).read()


def in_memory(path: Path) -> tuple[Table, Parsed]:
    return json_reader.read(Task((path,), path.parent, ReadingOptions(), path.parent))


@pytest.mark.parametrize("case", DOCUMENTS)
@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_windows_of_any_size(case: str, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.json"
    path.write_bytes(DOCUMENTS[case])
    whole, said = in_memory(path)
    monkeypatch.setattr(json_file, "CHUNK", chunk)
    monkeypatch.setattr(json_file, "AHEAD", 8)
    monkeypatch.setattr(json_reader, "_LINE", 8)
    if case.startswith("lines") or case == "UTF-16":  # to see that they are lines takes a line
        monkeypatch.setattr(json_file, "CHUNK", 2000)
        monkeypatch.setattr(json_reader, "_LINE", 2000)
    table, again = read(path, tmp_path / "work")
    assert table.sha == whole.sha
    assert (again.notes, again.columns, again.rows) == (said.notes, said.columns, said.rows)


@pytest.mark.parametrize("case", REFUSED)
def test_the_same_is_said_about_what_is_no_table(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = REFUSED[case][0]
    path = tmp_path / "t.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError) as whole:
        in_memory(path)
    monkeypatch.setattr(json_file, "CHUNK", 10_000)
    with pytest.raises(DataError) as streamed:
        read(path, tmp_path / "work")
    assert str(streamed.value) == str(whole.value)


def test_a_fault_far_down_is_said_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join('{"a": 1}' if k != 777 else '{"a": 1, b}' for k in range(2000)))
    monkeypatch.setattr(json_file, "CHUNK", 50)
    monkeypatch.setattr(json_file, "AHEAD", 20)
    with pytest.raises(DataError, match=r"^t.jsonl, line 778, character 10: a name in double quotes was expected"):
        read(path, tmp_path / "work")


def test_a_single_value_larger_than_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"rows": [RECORDS]}))
    monkeypatch.setattr(json_file, "CHUNK", 100)
    monkeypatch.setattr(json_file, "AHEAD", 20)
    with pytest.raises(DataError, match=r"holds a single value of more than .* Save it as Parquet or CSV"):
        read(path, tmp_path / "work", limit=500)


def test_cells_in_files_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.json"
    for case in ("a list of records", "rows", "what pandas writes"):
        path.write_bytes(DOCUMENTS[case])
        whole, _ = in_memory(path)
        with monkeypatch.context() as patch:
            patch.setattr(json_columns, "CHUNK", 4)
            patch.setattr(cell_store, "_CELL", 1 << 40)
            patch.setattr(json_reader, "CellStore", lambda folder, limit: cell_store.CellStore(folder, 1))
            folder = tmp_path / case
            assert read(path, folder)[0].sha == whole.sha
            assert list(folder.glob("values*"))


WITHIN = json.dumps({"meta": {"v": 1}, "n": 2, "rows": RECORDS, "last": "x"}, indent=1)
COLUMNS = json.dumps({name: [k / 7 for k in range(200)] for name in "abc"})
NESTED = json.dumps({name: {str(k): k / 7 for k in range(200)} for name in "abc"})
DAMAGED = {
    "cut off among records": WITHIN[: len(WITHIN) // 2],
    "cut off behind the table": WITHIN[:-4],
    "cut off among columns": COLUMNS[: len(COLUMNS) // 2],
    "cut off in a number": COLUMNS[:3000],
    "cut off among names": NESTED[: NESTED.index('"150"') + 3],
    "a bad cell late": COLUMNS.replace("28.0", "28.o", 3),
    "a bad name late": NESTED.replace('"150"', "150", 1),
    "no colon": NESTED.replace('"150":', '"150"', 1),
    "no comma": NESTED.replace(', "150"', ' "150"', 1),
    "no comma in a list": COLUMNS.replace(", 28.0", " 28.0", 1),
    "more behind it": WITHIN + " x",
    "no table in it": json.dumps({"a": "x" * 3000, "b": {"c": [], "d": {}}, "e": []}),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damage_within_a_document_is_said_with_its_place(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.json"
    path.write_text(DAMAGED[case])
    with pytest.raises(DataError) as whole:
        in_memory(path)
    monkeypatch.setattr(json_file, "CHUNK", 50)
    monkeypatch.setattr(json_file, "AHEAD", 20)
    with pytest.raises(DataError) as streamed:
        read(path, tmp_path / "work")
    assert str(streamed.value).split(": ")[0] == str(whole.value).split(": ")[0]
    assert ("line" in str(streamed.value)) == (case != "no table in it")


def test_a_name_that_stands_twice_in_a_document_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "CHUNK", 50)
    monkeypatch.setattr(json_file, "AHEAD", 20)
    for number, again in enumerate(('"b": 2', '"b": [2]')):
        path = tmp_path / f"t{number}.json"
        path.write_text('{"a": [' + "1, " * 100 + f'1],\n"b": 1, {again}, "c": "' + "x" * 100 + '"}')
        with pytest.raises(DataError, match=rf"t{number}.json, line 2, .*: .*the name 'b' stands twice"):
            read(path, tmp_path / f"work{number}")
