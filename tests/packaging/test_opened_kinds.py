"""What launchers and installers open is what the readers read."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ElementTree
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pytest
from making import kinds, launcher
from making.names import MIME_TYPE

from bpgui.cli.window import parse
from bpgui.data.readers import READERS
from bpgui.project.archive import pack
from bpgui.project.lessons import shelf

READ = {suffix for reader in READERS.values() for suffix in reader.suffixes} | {shelf.SUFFIX}
NAMESPACE = "{http://www.freedesktop.org/standards/shared-mime-info}"
SYSTEM_GLOBS = Path("/usr/share/mime/globs2")


def mime_types() -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(launcher.template("bpgui.mime.xml")).iter(f"{NAMESPACE}mime-type"))


def test_every_kind_that_is_read_is_opened_by_double_click_and_no_other():
    assert set(kinds.data_suffixes()) == READ


def test_the_launcher_opens_each_type_once():
    line = re.search(r"^MimeType=(.*);$", launcher.desktop_entry(), re.MULTILINE)
    assert line is not None
    listed = line[1].split(";")
    assert len(listed) == len(set(listed))
    assert set(listed) >= set(kinds.TYPES.values())


def test_our_types_have_the_endings_of_the_table():
    ours = {glob.get("pattern"): kind.get("type") for kind in mime_types() for glob in kind.iter(f"{NAMESPACE}glob")}
    assert {f"*{suffix}" for suffix in kinds.OUR_GLOBS} <= set(ours)
    for suffix in kinds.OUR_GLOBS:
        assert ours[f"*{suffix}"] == kinds.TYPES[suffix]


def test_the_other_types_are_the_system_s():
    if not SYSTEM_GLOBS.exists():
        pytest.skip("shared-mime-info is not installed here")
    lines = (line.split(":") for line in SYSTEM_GLOBS.read_text(encoding="utf-8").splitlines() if line[0] != "#")
    system: dict[str, set[str]] = {}
    for _, kind, pattern, *_ in lines:
        system.setdefault(pattern, set()).add(kind)
    for suffix, kind in kinds.TYPES.items():
        if suffix not in (*kinds.OUR_GLOBS, *kinds.BY_CONTENT):
            assert system.get(f"*{suffix}", set()) & {kind, *kinds.ALIASES.get(kind, ())}, suffix


def matches(match: ElementTree.Element, head: bytes) -> bool:
    offset, text = int(match.get("offset", "0")), match.get("value", "")
    if match.get("type") == "big32":
        value = struct.pack(">I", int(text, 16))
    else:
        value = text.encode().decode("unicode_escape").encode("latin-1")
    inner = match.findall(f"{NAMESPACE}match")
    return head[offset : offset + len(value)] == value and (not inner or any(matches(each, head) for each in inner))


def known_by_content(head: bytes) -> set[str]:
    return {
        kind.get("type", "")
        for kind in mime_types()
        for magic in kind.iter(f"{NAMESPACE}magic")
        if any(matches(match, head) for match in magic.findall(f"{NAMESPACE}match"))
    }


def test_a_project_without_its_ending_is_known_by_its_first_bytes():
    assert known_by_content(pack({"project.json": b"{}"}, "x.bpgui")[:64]) == {MIME_TYPE}


def test_arrays_and_digits_are_known_by_their_first_bytes(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros(3))
    assert known_by_content((tmp_path / "a.npy").read_bytes()) == {kinds.TYPES[".npy"]}
    assert known_by_content(struct.pack(">4I", 0x803, 1, 28, 28)) == {kinds.TYPES[".idx"]}
    assert known_by_content(b"PAR1....") == {kinds.TYPES[".parquet"]}
    assert known_by_content(b"a,b\n1,2\n") == set()


def test_the_files_of_mnist_are_known_by_their_names():
    patterns = [glob.get("pattern", "") for kind in mime_types() for glob in kind.iter(f"{NAMESPACE}glob")]
    assert any(fnmatchcase("train-images-idx3-ubyte", pattern) for pattern in patterns)


def test_the_launcher_s_actions_are_words_of_the_command_line():
    entry = launcher.desktop_entry()
    actions = re.search(r"^Actions=(.*);$", entry, re.MULTILINE)
    assert actions is not None
    groups = re.findall(r"^\[Desktop Action (.+)\]\nName=(.+)\nExec=bpgui (.+)\n", entry, re.MULTILINE)
    assert [name for name, _, _ in groups] == actions[1].split(";")
    assert [parse(words.split()).action for _, _, words in groups] == ["new", "samples"]
    assert [title for _, title, _ in groups] == ["New project", "Open sample"]
