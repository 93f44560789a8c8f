"""Debian's papers, from our own."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime

import pytest
from making import debian_texts, launcher, names
from making.components import Component

RELEASED = datetime(2026, 12, 1, 3, 4, 5, tzinfo=UTC)
CHANGES = """# Changelog

What changed.

## [0.3.0] - unreleased

Now it [flies](https://bpgui.example).

### Added

- **Wings**, of feathers and wax that
  do not melt.
- A tail, plain.

## [0.2.0] - 2026-11-02

- **Legs.** Two.
"""
ENTRY = """bpgui (0.3.0-1) unstable; urgency=medium

  * Now it flies.
  * Wings.
  * A tail, plain.

 -- the bpgui authors <authors@bpgui.example>  Tue, 01 Dec 2026 03:04:05 +0000

bpgui (0.2.0-1) unstable; urgency=medium

  * Legs.

 -- the bpgui authors <authors@bpgui.example>  Mon, 02 Nov 2026 00:00:00 +0000
"""


def test_a_changelog_becomes_debian_s():
    assert debian_texts.changelog(CHANGES, RELEASED) == ENTRY


def test_our_own_changelog_is_of_debian_s_form():
    text = debian_texts.changelog((names.ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), RELEASED)
    assert text.startswith(f"bpgui ({names.version()}-1) unstable; urgency=medium\n\n  * ")
    assert all(re.match(r"bpgui \(|  \* |    \S| -- .+ <.+>  \w{3}, |$", line) for line in text.splitlines())
    assert max(map(len, text.splitlines())) <= 80


def test_a_changelog_of_another_form_is_refused():
    with pytest.raises(ValueError, match="no section"):
        debian_texts.changelog("# Changelog\n\n0.2.0: new\n", RELEASED)


def test_the_news_of_a_version_are_the_changelog_s():
    assert debian_texts.changes_of("0.2.0", CHANGES) == ["Legs."]
    with pytest.raises(ValueError, match=r"0\.1\.0"):
        debian_texts.changes_of("0.1.0", CHANGES)


@pytest.fixture
def components(tmp_path):
    apache = "Apache License\nVersion 2.0, January 2004\nmany words\nEND OF TERMS AND CONDITIONS\n\nCopyright 2020 Ann"
    (tmp_path / "LICENSE").write_text("MIT\n\nCopyright (c) 2026 the authors\n\nPermission is granted.\n")
    (tmp_path / "apache").write_text(apache)
    return [
        Component("bpgui", "", "MIT", (tmp_path / "LICENSE",)),
        Component("lib", "1", "Apache-2.0", (tmp_path / "apache",), frozenset({"lib/a.so", "lib/b/c.so", "d.so"})),
    ]


def test_the_copyright_names_files_holders_and_licences(components):
    ours, theirs = debian_texts.copyright_file(components, "usr/lib/bpgui").split("\n\n")[1:3]
    assert ours.splitlines()[:4] == ["Files: *", "Copyright: Copyright (c) 2026 the authors", "License: Expat", " MIT"]
    files = "Files: usr/lib/bpgui/_internal/d.so\n usr/lib/bpgui/_internal/lib/*\nCopyright: Copyright 2020 Ann\n"
    assert theirs.startswith(files + "License: Apache-2.0\n")


def test_what_debian_has_in_common_is_only_named(components):
    text = debian_texts.copyright_file(components, "usr/lib/bpgui")
    assert "/usr/share/common-licenses/Apache-2.0" in text
    assert "many words" not in text
    for name, common in (("GPL-3.txt", "GPL-3"), ("LGPL-3.txt", "LGPL-3")):
        short = debian_texts.shortened((names.PACKAGING / "licences" / name).read_text(encoding="utf-8"))
        assert f"/usr/share/common-licenses/{common}]" in short
        assert len(short) < 4000


def test_a_text_is_indented_as_a_field_goes_on():
    assert debian_texts.indented("a\n\n\tb  \nc\f") == " a\n .\n         b\n c"


def test_the_control_file_has_what_dpkg_asks_for():
    fields = debian_texts.control(2048, "libc6 (>= 2.36), libgl1")
    pairs = dict(line.split(": ", 1) for line in fields.splitlines() if not line.startswith(" "))
    assert pairs["Version"] == f"{names.version()}-1"
    assert pairs["Installed-Size"] == "2048"
    assert pairs["Depends"] == "libc6 (>= 2.36), libgl1"
    assert not pairs["Description"].endswith(".")
    assert len(pairs["Description"]) < 80
    assert all(len(line) <= 80 for line in fields.splitlines() if line.startswith(" "))


def test_packed_papers_are_the_same_bytes_each_time():
    once = launcher.compressed("text")
    assert once == launcher.compressed("text")
    assert gzip.decompress(once) == b"text"
    assert once[4:8] == bytes(4)  # no time
