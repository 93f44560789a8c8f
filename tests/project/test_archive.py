"""The ZIP of a project: nothing in a hostile one is believed."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from bpgui.project import archive
from bpgui.project.archive import Archive, pack
from bpgui.project.atomic import StorageError


def zipped(entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP with those members after a right `mimetype`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as z:
        z.writestr(zipfile.ZipInfo("mimetype"), archive.MIME_TYPE)
        for name, data in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            z.writestr(info, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/passwd", "runs/../x/run.json", "data/" + "g" * 64, "project.json\n", "PROJECT.JSON", "C:\\x",
     "runs/a/b/run.json", "runs//run.json", "runs/" + "x" * 65 + "/run.json", "data/", "a.pkl", "runs/a/state.pt"],
)  # fmt: skip
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(StorageError, match="a project has no part of that name"):
        Archive(zipped([(name, b"x")]), "x")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicate_names_are_refused() -> None:
    with pytest.raises(StorageError, match=r"project\.json: it is there twice"):
        Archive(zipped([("project.json", b"{}"), ("project.json", b"{}")]), "x")


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    zeros = bytes(300 << 20)
    bomb = zipped([("data/" + "0" * 64, zeros)])
    del zeros
    with pytest.raises(StorageError, match=r"claim 314\.6 MB"):
        Archive(bomb, "x")
    with pytest.raises(StorageError, match=r"project\.json: 73\.4 MB, expected at most 67\.1 MB"):
        Archive(zipped([("project.json", bytes(70 << 20))]), "x")


def test_sizes_that_lie_are_found() -> None:
    """A size in the list of contents that is larger or smaller than what is there."""
    name = b"project.json"
    data = zipped([("project.json", b"{}" * 5000)])
    at = data.rindex(name) - 46
    for size in (1, 9_999, 60 << 20):
        lying = bytearray(data)
        lying[at + 24 : at + 28] = struct.pack("<I", size)
        with pytest.raises(StorageError, match=r"damaged at project\.json"):
            Archive(bytes(lying), "x").read("project.json")


def test_the_total_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped([(f"data/{n:064d}", bytes(1000)) for n in range(5)])
    monkeypatch.setattr(archive, "MAX_TOTAL", 4000)
    with pytest.raises(StorageError, match=r"5\.0 kB unpacked, expected at most 4\.0 kB"):
        Archive(data, "x")
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    with pytest.raises(StorageError, match="6 parts, expected at most 3"):
        Archive(data, "x")


def test_other_packings_are_refused() -> None:
    with pytest.raises(StorageError, match="packed in a way that bpgui does not use"):
        Archive(zipped([("project.json", b"{}" * 99)], zipfile.ZIP_BZIP2), "x")
    encrypted = bytearray(zipped([("project.json", b"{}")]))
    encrypted[encrypted.rindex(b"project.json") - 46 + 8] |= 1
    with pytest.raises(StorageError, match="packed in a way that bpgui does not use"):
        Archive(bytes(encrypted), "x")


def test_equal_members_give_equal_bytes() -> None:
    first = pack({"project.json": b"{}", "data/" + "0" * 64: b"x"}, "x")
    second = pack({"data/" + "0" * 64: b"x", "project.json": b"{}"}, "x")
    assert first == second
    assert Archive(first, "x").names == ("mimetype", "data/" + "0" * 64, "project.json")
    with pytest.raises(StorageError, match="it is missing"):
        Archive(first, "x").read("runs/a/run.json")
