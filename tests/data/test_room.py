"""What is larger than memory lies in a file, and everything that is worked out from it is the same to the bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bpgui.data import room, table_folder
from bpgui.data.spec import FileOrigin
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.data.table_folder import TableWriter, open_table
from bpgui.project import build
from bpgui.project.proposal import propose
from bpgui.runs.driver import Driver


def table(rows: int = 3000) -> Table:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(rows, 6)) * [1, 10, 100, 1, 1, 1]
    columns = [NumberColumn(f"x{i}", values) for i, values in enumerate(x.T)]
    kinds = TextColumn.of("kind", rng.choice(list("abc"), rows).tolist())
    return Table([*columns, kinds, TextColumn.of("class", ["yes" if v > 0 else "no" for v in x[:, 0] * x[:, 3]])])


def test_a_run_on_mapped_data_gives_the_same_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_memory = table()
    spec = propose(in_memory, FileOrigin(name="big.csv"))

    def weights(made: Table, mapped: bool) -> bytes:
        build._datasets.clear()
        data = build.dataset(spec, made)
        assert isinstance(data.x.base, np.memmap) == mapped
        assert not data.x.flags.writeable
        driver = Driver(spec, data)
        for _ in range(200):
            driver.step()
        return driver.training.network.parameters.tobytes()

    expected = weights(in_memory, mapped=False)
    monkeypatch.setattr(table_folder, "IN_MEMORY", 0)
    monkeypatch.setattr(room, "SHARE", 0.0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "t").mkdir()
    TableWriter(tmp_path / "t").finish(in_memory)
    assert weights(open_table(tmp_path / "t"), mapped=True) == expected


def test_an_array_that_fits_is_an_ordinary_one() -> None:
    assert type(room.room_for((10, 3), "float32")) is np.ndarray
