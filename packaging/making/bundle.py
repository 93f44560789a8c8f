"""The folder with the program and all that it needs: made by PyInstaller from bpgui.spec."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from making import environment, icons, icu, licences
from making.components import INTERNAL
from making.contents import STRIPPED
from making.names import BUILD, DIST, MEGABYTE, MOST_INSTALLED, NAME, PACKAGING, bundle_path, program
from making.process import BuildError, run, say


def make() -> None:
    """dist/bpgui. Raises BuildError where it is larger than it may be."""
    licences.collect(BUILD / "licences")
    icons.make()
    command: list[str | Path] = [
        environment.python(), "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR",
        "--workpath", BUILD / "pyinstaller", "--distpath", DIST, PACKAGING / f"{NAME}.spec",
    ]  # fmt: skip
    run(command, cwd=BUILD, env=environment.bare_environment())
    bundle = bundle_path()
    if not program(bundle).exists():
        raise BuildError(f"PyInstaller made no {program(bundle)}.")
    if sys.platform == "linux":
        slim(bundle / INTERNAL)
        licences.complete(bundle)
    size = size_of(bundle)
    say(f"{bundle}: {size / MEGABYTE:.1f} MB")
    if size > MOST_INSTALLED:
        raise BuildError(f"{bundle} has {size / MEGABYTE:.0f} MB, more than {MOST_INSTALLED // MEGABYTE}.")


def slim(internal: Path) -> None:
    """Without debug symbols where they are large, and with the tables of ICU that Qt asks for."""
    for library in internal.glob("PySide6/Qt/lib/libicudata.so.*"):
        icu.cut_down(library, fresh(BUILD / "icu"))
    for pattern in STRIPPED:
        for library in internal.glob(pattern):
            run(["strip", "--strip-unneeded", library])


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() or path.is_symlink())


def fresh(folder: Path) -> Path:
    """The folder, emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
