"""The self-extracting .run: installs for one person, without root. A shell script with two tar archives behind it.

The first, packed by gzip, which every system has, holds the program's loader and Python; that unpacks the second,
packed by xz, which takes a third less. It brings the libraries that Qt needs and a small system may lack, a font and
its settings: hooks/own_libraries.py takes of these what the system has not.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from making import environment, libraries, licences
from making.bundle import fresh, size_of
from making.components import INTERNAL, owner
from making.launcher import share_tree
from making.names import BUILD, MEGABYTE, NAME, PACKAGING, bundle_path, filled, released, run_path
from making.process import run, say

RUN = PACKAGING / "run"
FONTS = Path("/usr/share/fonts/truetype/dejavu")
FONT_FILES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf")
FALLBACK = "fallback"
UNPACKER = "unpack.py"
GZIP, XZ = "gzip -9n", "xz -6 -T0"


def make() -> None:
    """dist/*.run."""
    tree = fresh(BUILD / "run")
    shutil.copytree(bundle_path(), tree / NAME, symlinks=True)
    add_fallback(tree / NAME)
    share_tree(tree / "share", BUILD / "icons")
    shutil.copyfile(RUN / UNPACKER, tree / UNPACKER)
    archives = BUILD / f"{NAME}-first.tar.gz", BUILD / f"{NAME}-rest.tar.xz"
    pack_both(tree, *archives)
    assemble(archives, size_of(tree), run_path())
    say(f"{run_path()}: {run_path().stat().st_size / MEGABYTE:.1f} MB, installed {size_of(tree) / MEGABYTE:.1f} MB")


def add_fallback(bundle: Path) -> None:
    """Libraries of this system that the bundle is linked to, a font, and an empty table of keyboards."""
    environment.provide([*environment.window_packages(), "fonts-dejavu-core"])
    folder = bundle / INTERNAL / FALLBACK
    (folder / "fonts").mkdir(parents=True)
    for name, place in libraries.of_the_system(libraries.resolved(bundle), bundle).items():
        shutil.copyfile(place, folder / name)
    for name in FONT_FILES:
        shutil.copyfile(FONTS / name, folder / "fonts" / name)
    shutil.copyfile(RUN / "fonts.conf", folder / "fonts.conf")
    (folder / "xkb").mkdir()  # the X server has the keyboard's table: the library only asks for a place
    licences.complete(bundle)


def is_first(path: str) -> bool:
    """Whether a file of the tree is needed to unpack the others: the program, Python, and what Python is linked to."""
    inside = path.removeprefix(f"{NAME}/{INTERNAL}/")
    if inside == path:
        return path in (f"{NAME}/{NAME}", UNPACKER)
    return owner(inside, {}) == "python" or re.match(r"lib[^/]+\.so", inside) is not None


def pack_both(tree: Path, first: Path, rest: Path, *, xz: str = XZ) -> None:
    names = sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*") if is_leaf(path))
    pack(tree, filter(is_first, names), first, GZIP)
    pack(tree, (name for name in names if not is_first(name)), rest, xz)


def is_leaf(path: Path) -> bool:
    return path.is_symlink() or not path.is_dir() or not any(path.iterdir())


def pack(tree: Path, names: Iterable[str], archive: Path, packer: str) -> None:
    """The same bytes for the same tree."""
    order = ["--owner=0", "--group=0", "--numeric-owner", "--mode=u+rw,go+rX,go-w"]
    when = f"--mtime=@{int(released().timestamp())}"
    words: list[str | Path] = ["tar", "-C", tree, *order, when, f"--use-compress-program={packer}"]
    run([*words, "-cf", archive, "--files-from=-"], text="\n".join(names))


def assemble(archives: tuple[Path, Path], unpacked: int, target: Path) -> None:
    """Script and archives as one file that can be run."""
    with open(target, "wb") as file:
        file.write(script_for(archives, unpacked).encode())
        for archive in archives:
            with open(archive, "rb") as packed:
                shutil.copyfileobj(packed, file)
    target.chmod(0o755)


def script_for(archives: tuple[Path, Path], unpacked: int) -> str:
    """The installing script, which knows how long it and the first archive are, and the sum of what follows it."""
    digest = hashlib.sha256()
    for archive in archives:
        digest.update(archive.read_bytes())
    text = (RUN / "install.sh.in").read_text(encoding="utf-8")
    return filled(
        text, NAME=NAME, LINES=str(text.count("\n")), SHA=digest.hexdigest(), KILOBYTES=str(unpacked // 1000 + 1),
        FIRST=str(archives[0].stat().st_size), UNPACKER=UNPACKER, MACHINE=os.uname().machine,
    )  # fmt: skip
