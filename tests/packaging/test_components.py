"""Whose each file of a bundle is, and under which licence."""

from __future__ import annotations

import re

import pytest
from making import components, debian_texts, licences
from making.process import BuildError

from bpgui.ui.dialogs.about import COMPONENTS

OWNERS = {"numpy/a.so": "numpy", "_duckdb.so": "duckdb"}


@pytest.mark.parametrize(
    ("file", "whose"),
    [
        ("numpy/a.so", "numpy"), ("_duckdb.so", "duckdb"), ("resources/icons/a.svg", "bpgui"),
        ("licences/README.txt", "bpgui"), ("base_library.zip", "python"), ("libpython3.11.so.1.0", "python"),
        ("python3.11/lib-dynload/_json.so", "python"), ("libz.so.1", "system"), ("fallback/libxcb.so.1", "system"),
        ("fallback/fonts/DejaVuSans.ttf", "system"), ("fallback/fonts.conf", "bpgui"), ("surprise/x.so", "nobody"),
        ("numpy/b.so", "nobody"),
    ],
)  # fmt: skip
def test_every_file_has_an_owner(file, whose):
    assert components.owner(file, OWNERS) == whose


def test_files_are_sorted_by_their_owners():
    found = components.sort_out(["libz.so.1", "numpy/a.so", "libffi.so.8"], OWNERS)
    assert found == {"system": {"libz.so.1", "libffi.so.8"}, "numpy": {"numpy/a.so"}}


def test_a_file_that_is_nobody_s_ends_the_build(monkeypatch, tmp_path):
    own = components.Component("bpgui", "", "MIT", (tmp_path,))
    monkeypatch.setattr(components, "distributions", dict)
    monkeypatch.setattr(components, "python", lambda: own)
    monkeypatch.setattr(components, "starter", lambda: own)
    with pytest.raises(BuildError, match=r"surprise/x\.bin"):
        components.of_bundle(["surprise/x.bin"])


@pytest.mark.parametrize("name", ["LICENSE", "licenses/LICENSE.txt", "COPYING", "NOTICE.md", "sboms/x.cdx.json"])
def test_licences_of_a_library_are_found(name):
    assert components.is_licence(f"lib-1.0.dist-info/{name}")
    assert not components.is_licence("lib/LICENSE")
    assert not components.is_licence("lib-1.0.dist-info/METADATA")


def test_what_only_an_extra_needs_is_not_needed():
    assert components.needs(["a>=1", "b ; extra == 'all'", "c-d (>2)", "e; python_version < '3.0'"]) == ["a", "c-d"]


def test_a_name_is_the_same_however_it_is_written():
    assert components.normal("PySide6_Essentials") == components.normal("pyside6-essentials") == "pyside6-essentials"


def test_licences_are_written_with_a_list(tmp_path):
    (tmp_path / "LICENSE").write_text("one")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "LICENSE").write_text("two")
    texts = (tmp_path / "LICENSE", tmp_path / "sub" / "LICENSE")
    licences.write([components.Component("lib", "1.5", "BSD-3-Clause", texts)], tmp_path / "out")
    assert {path.read_text() for path in (tmp_path / "out" / "lib").iterdir()} == {"one", "two"}
    assert re.search(r"^lib +1\.5 +BSD-3-Clause$", (tmp_path / "out" / "README.txt").read_text(), re.MULTILINE)


def test_the_texts_that_no_library_brings_are_here():
    for text in components.QT_TEXTS:
        assert len(text.read_text(encoding="utf-8")) > 5000
    assert {"Harfbuzz", "libpng", "Unicode"} <= set(re.findall(r"\w+", components.QT_TEXTS[-1].read_text("utf-8")))


def test_about_names_the_licences_that_are_packed():
    """The dialog's words, against those of SPDX where the table of the packages has them."""
    spoken = {components.normal(name): licence for _, name, licence in COMPONENTS}
    for name, licence in components.LICENCES.items():
        if name in spoken:
            assert spoken[name].replace(" ", "-") == licence


def test_notices_of_copyright_are_found_once():
    text = " * Copyright (c) 2020 Ann\nCopyright 2021, Bob.\nno copyright here\n"
    assert debian_texts.notices_in(text) == ["Copyright (c) 2020 Ann", "Copyright 2021, Bob."]
