"""What is left out of a bundle, and that nothing is which bpgui uses."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from making import contents, environment, icu

from bpgui.data.readers.pictures.image_file import FORMATS

ROOT = Path(__file__).resolve().parents[2]
QT = "PySide6/Qt"


@cache
def imported() -> set[str]:
    """The full names of all modules that bpgui's code imports, wherever in it."""
    names: set[str] = set()
    for path in (ROOT / "bpgui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_the_modules_of_qt_are_those_that_bpgui_imports():
    used = {name.split(".")[1] for name in imported() if name.startswith("PySide6.Qt")}
    assert used == set(contents.QT_MODULES)


def test_nothing_that_bpgui_imports_is_excluded():
    assert not {name for name in imported() if any(f"{name}.".startswith(f"{out}.") for out in contents.EXCLUDED)}


def test_every_format_of_images_has_its_part_of_pillow():
    there = {name.removeprefix("PIL.").removesuffix("ImagePlugin").upper() for name in contents.PILLOW_PLUGINS}
    assert set(FORMATS) <= there


def test_what_bpgui_declares_is_asked_for_by_name():
    assert environment.requirements()[:2] == ["numpy", "PySide6-Essentials"]
    assert len(environment.requirements()) == len(set(environment.requirements()))


@pytest.mark.parametrize(
    "kept",
    [
        f"{QT}/lib/libQt6Core.so.6", f"{QT}/lib/libQt6XcbQpa.so.6", f"{QT}/lib/libicudata.so.73",
        f"{QT}/plugins/platforms/libqxcb.so", f"{QT}/plugins/imageformats/libqsvg.so", "PySide6/QtWidgets.abi3.so",
        "PySide6/QtNetwork.pyd", "PySide6/Qt6Gui.dll", "PySide6/plugins/platforms/qwindows.dll",
        f"{QT}/lib/QtCore.framework/Versions/A/QtCore", f"{QT}/plugins/platforms/libqcocoa.dylib",
        "PySide6/libpyside6.abi3.so.6.8", "libpython3.11.so.1.0", "libz.so.1", "libffi.so.8", "libbz2.so.1.0",
        "_duckdb.cpython-311-x86_64-linux-gnu.so", "numpy.libs/libscipy_openblas64_-1.so", "resources/icons/bpgui.svg",
        "pillow.libs/libtiff-20b7e810.so.6.3.0", "numpy-2.4.6.dist-info/METADATA",
    ],
)  # fmt: skip
def test_what_is_needed_is_kept(kept):
    assert not contents.is_left_out(kept)
    assert not contents.is_left_out(kept.replace("/", "\\"))


@pytest.mark.parametrize(
    "left",
    [
        f"{QT}/lib/libQt6Qml.so.6", f"{QT}/lib/libQt6Quick.so.6", f"{QT}/plugins/platforms/libqeglfs.so",
        f"{QT}/plugins/sqldrivers/libqsqlite.so", f"{QT}/translations/qt_de.qm", "PySide6/QtQml.abi3.so",
        "PySide6/QtDBus.abi3.so", "PySide6/Qt6Quick.dll", "PySide6/opengl32sw.dll",
        f"{QT}/lib/QtQuick.framework/Versions/A/QtQuick", "libstdc++.so.6", "libgcc_s.so.1", "libxcb.so.1",
        "libGL.so.1", "libzstd.so.1", "libQt6Core.so.6", "pillow.libs/libfreetype-1.so.6", "libssl.so.3",
        "numpy-2.4.6.dist-info/RECORD",
    ],
)  # fmt: skip
def test_what_is_not_needed_is_left_out(left):
    assert contents.is_left_out(left)
    assert contents.is_left_out(left.replace("/", "\\"))


@pytest.mark.parametrize(
    ("table", "unused"),
    [
        ("coll/de.res", False), ("coll/ucadata.icu", False), ("root.res", False), ("likelySubtags.res", False),
        ("nfkc.nrm", False), ("pool.res", False), ("de.res", True), ("sr_Latn_RS.res", True), ("curr/de.res", True),
        ("zone/en.res", True), ("ibm-37_P100-1995.cnv", True), ("brkitr/line.brk", True), ("unames.icu", True),
    ],
)  # fmt: skip
def test_of_icu_the_order_of_texts_is_kept(table, unused):
    assert icu.is_unused(table) is unused
