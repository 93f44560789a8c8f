"""The Debian package: the bundle in /usr/lib, `bpgui` in /usr/bin, and what desktops and Debian's tools look for.

Launcher, icons and MIME type are registered by the triggers of dpkg: there are no maintainer scripts.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from making import debian_texts, libraries, licences
from making.bundle import fresh, size_of
from making.components import INTERNAL
from making.launcher import compressed, share_tree, write
from making.names import (
    BUILD,
    MEGABYTE,
    MOST_DEB,
    MOST_INSTALLED,
    NAME,
    PACKAGING,
    ROOT,
    bundle_path,
    deb_path,
    released,
)
from making.process import BuildError, run, say

PREFIX = f"usr/lib/{NAME}"


def make() -> None:
    """dist/*.deb. Raises BuildError where it, or what it installs, is larger than it may be."""
    root = fresh(BUILD / "deb")
    fill(root)
    installed = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    sums = {path.relative_to(root): digest(path) for path in installed}
    (root / "DEBIAN").mkdir()  # dpkg-shlibdeps knows by it where the package begins
    control = debian_texts.control((size_of(root) + 1023) // 1024, ", ".join(libraries.depends(root / PREFIX)))
    write(root / "DEBIAN" / "control", control.encode())
    write(root / "DEBIAN" / "md5sums", debian_texts.md5sums(sums).encode())
    set_modes(root)
    run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, deb_path()])
    measure(root)


def fill(root: Path) -> None:
    """The tree that is installed. Licences stand in one file, as Debian wants it; its own libraries are depended on."""
    bundle = bundle_path()
    shutil.copytree(bundle, root / PREFIX, symlinks=True)
    shutil.rmtree(root / PREFIX / INTERNAL / licences.FOLDER)
    inside = licences.components(bundle)
    for file in (file for component in inside if component.of_system for file in component.files):
        (root / PREFIX / INTERNAL / file).unlink()
    ours = [component for component in inside if not component.of_system]
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / NAME).symlink_to(f"../lib/{NAME}/{NAME}")
    share = root / "usr" / "share"
    share_tree(share, BUILD / "icons")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    papers = share / "doc" / NAME
    write(papers / "changelog.gz", compressed(changes))
    write(papers / "changelog.Debian.gz", compressed(debian_texts.changelog(changes, released())))
    write(papers / "copyright", debian_texts.copyright_file(ours, PREFIX).encode())
    write(share / "lintian" / "overrides" / NAME, (PACKAGING / "debian" / "lintian-overrides").read_bytes())


def set_modes(root: Path) -> None:
    """Folders and programs 755, all else 644, everything from the day of the release."""
    stamp = released().timestamp()
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            program = path.is_dir() or (path.parent == root / PREFIX and path.name == NAME)
            path.chmod(0o755 if program else 0o644)
        os.utime(path, (stamp, stamp), follow_symlinks=False)


def digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def measure(root: Path) -> None:
    packed, installed = deb_path().stat().st_size, size_of(root)
    say(f"{deb_path()}: {packed / MEGABYTE:.1f} MB, installed {installed / MEGABYTE:.1f} MB")
    if packed > MOST_DEB or installed > MOST_INSTALLED:
        most = f"{MOST_DEB // MEGABYTE} MB packed and {MOST_INSTALLED // MEGABYTE} MB installed"
        raise BuildError(f"The package is larger than it may be: {most}.")
