"""The table: bytes out and in, its hash, what it refuses."""

from __future__ import annotations

import contextlib
import hashlib

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bpgui.data.errors import DataError
from bpgui.data.store import DataStore
from bpgui.data.table import NumberColumn, Table, TextColumn

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    rows = draw(st.integers(0, 6))
    names = draw(st.lists(TEXT, unique=True, min_size=1, max_size=4))
    columns: list[NumberColumn | TextColumn] = []
    for name in names:
        if draw(st.booleans()):
            shape = draw(st.sampled_from([(), (2,), (2, 3, 1)]))
            columns.append(NumberColumn(name, draw(hnp.arrays(np.float64, (rows, *shape), elements=st.floats()))))
        else:
            texts = draw(st.lists(st.none() | TEXT, min_size=rows, max_size=rows))
            columns.append(TextColumn.of(name, texts))
    return Table(columns)


@settings(max_examples=150, deadline=None)
@given(tables())
def test_bytes_out_and_in_give_the_same_table(table: Table) -> None:
    data = table.to_bytes()
    again = Table.from_bytes(data)
    assert again.to_bytes() == data
    assert again == table
    assert (again.names, again.rows) == (table.names, table.rows)
    for one, other in zip(table.columns, again.columns, strict=True):
        assert type(one) is type(other)
        if isinstance(one, NumberColumn) and isinstance(other, NumberColumn):
            np.testing.assert_array_equal(one.values, other.values)
        elif isinstance(one, TextColumn) and isinstance(other, TextColumn):
            assert one.texts() == other.texts()


@settings(max_examples=150, deadline=None)
@given(tables(), st.data())
def test_damaged_bytes_are_a_message_or_another_table_never_a_crash(table: Table, data: st.DataObject) -> None:
    raw = bytearray(table.to_bytes())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    for damaged in (bytes(raw), bytes(raw[:place])):
        with contextlib.suppress(DataError):
            again = Table.from_bytes(damaged)
            assert len(again.columns) == len(table.columns)
            assert again.sha != table.sha or again.to_bytes() == table.to_bytes()


@pytest.mark.parametrize("data", [b"", b"\x00", b"not a table", msgspec.msgpack.encode({"format": "bpgui-table"})])
def test_foreign_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(DataError, match="damaged"):
        Table.from_bytes(data)


def test_a_lying_size_is_refused_before_memory_is_taken() -> None:
    record = {
        "format": "bpgui-table", "version": 1, "rows": 2**40,
        "columns": [{"type": "number", "name": "a", "shape": [2**40], "values": b"12345678"}],
    }  # fmt: skip
    with pytest.raises(DataError, match="8 bytes"):
        Table.from_bytes(msgspec.msgpack.encode(record))


def test_arrays_cannot_be_written_to_and_are_not_the_callers() -> None:
    mine = np.arange(3.0)
    column = NumberColumn("a", mine)
    mine[0] = 99.0
    assert column.values[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        column.values[0] = 1.0


def test_different_nans_have_one_hash() -> None:
    other = np.array([0x7FF8000000000123], dtype=np.uint64).view(np.float64)
    assert Table([NumberColumn("a", other)]).sha == Table([NumberColumn("a", np.array([np.nan]))]).sha


def test_hash_is_fixed_for_ever() -> None:
    """A saved project names its table by this hash."""
    table = Table([NumberColumn("a", np.array([1.0, np.nan])), TextColumn.of("b", ["x", None])])
    assert table.sha == "ac2bc9e2258f2890e106f212f96ebdb9fe6575e2ddee3f8b9fbfc4cff86c3b83"


def test_refusals() -> None:
    one, two = NumberColumn("a", np.zeros(1)), NumberColumn("a", np.zeros(1))
    with pytest.raises(DataError, match="same name"):
        Table([one, two])
    with pytest.raises(DataError, match="different numbers of rows"):
        Table([one, NumberColumn("b", np.zeros(2))])
    with pytest.raises(DataError, match="points at none"):
        TextColumn("t", np.array([2], dtype=np.int32), ("x",))
    with pytest.raises(DataError, match="cannot be stored"):
        Table([TextColumn.of("t", ["\ud800"])]).to_bytes()


def test_store_keeps_one_copy_and_forgets_what_it_is_told_to() -> None:
    store = DataStore()
    first, same = Table([NumberColumn("a", np.zeros(2))]), Table([NumberColumn("a", np.zeros(2))])
    other = Table([NumberColumn("a", np.ones(2))])
    assert store.put(first) == store.put(same) == first.sha
    store.put(other)
    assert len(store) == 2
    assert store.get(first.sha) is first
    store.keep({other.sha})
    with pytest.raises(KeyError):
        store.get(first.sha)
    assert store.get(other.sha) is other


@pytest.mark.parametrize("rows", [0, 1, 300, 70_000])
def test_the_hash_is_that_of_the_bytes_worked_out_piece_by_piece(rows: int) -> None:
    rng = np.random.default_rng(rows)
    columns = [NumberColumn(f"values{i}", rng.normal(size=rows)) for i in range(17)]
    columns[3] = NumberColumn("with gaps", np.where(np.arange(rows) % 3, np.nan, 1.0))
    pixels = NumberColumn("pixels", rng.integers(0, 255, (rows, 2, 3, 1)).astype(np.uint8), "image")
    short = NumberColumn("short", rng.normal(size=rows).astype(np.float32))
    text = TextColumn.of("values", ["values", None][: min(rows, 2)] + ["b"] * (rows - 2))
    table = Table([*columns, pixels, text, short])
    data = table.to_bytes()
    assert hashlib.sha256(data).hexdigest() == table.sha
    again = Table.from_bytes(data)
    assert again == table
    assert again.column("pixels").values.dtype == np.uint8  # type: ignore[union-attr]
    assert again.column("pixels").meaning == "image"  # type: ignore[union-attr]
    assert again.column("short").values.dtype == np.float32  # type: ignore[union-attr]

def test_bytes_are_made_of_columns_in_any_order_of_memory() -> None:
    values = np.arange(12.0).reshape(3, 4).T
    table = Table([NumberColumn("image", values)])
    np.testing.assert_array_equal(Table.from_bytes(table.to_bytes()).columns[0].values, values)  # type: ignore[union-attr]
