"""What a bundle is linked to, as the loader says it."""

from __future__ import annotations

from pathlib import Path

import pytest
from making import libraries

LDD = """\tlinux-vdso.so.1 (0x00007ffd)
\tlibQt6Core.so.6 => /opt/bundle/_internal/PySide6/Qt/lib/libQt6Core.so.6 (0x00007f1)
\tlibxcb.so.1 => /lib/x86_64-linux-gnu/libxcb.so.1 (0x00007f2)
\tlibxcb-cursor.so.0 => not found
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f3)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f4)
"""


@pytest.fixture
def found():
    return dict(libraries.parsed(LDD))


def test_what_is_missing_is_told(found):
    assert libraries.missing(found) == ["libxcb-cursor.so.0"]


def test_what_the_system_has_to_bring_is_told(found):
    theirs = {"libxcb.so.1": Path("/lib/x86_64-linux-gnu/libxcb.so.1")}
    assert libraries.of_the_system(found, Path("/opt/bundle")) == theirs


def test_a_static_program_is_linked_to_nothing():
    assert dict(libraries.parsed("\tstatically linked\n")) == {}


def test_libraries_that_only_their_desktop_brings_are_not_looked_at(tmp_path):
    plugins = tmp_path / "_internal" / "plugins"
    plugins.mkdir(parents=True)
    for name in ("libqgtk3.so", "libqxcb.so", "liblink.so"):
        (plugins / name).touch()
    (plugins / "liblink.so").unlink()
    (plugins / "liblink.so").symlink_to("libqxcb.so")
    assert [path.name for path in libraries.linked(tmp_path)][1:] == ["libqxcb.so"]
