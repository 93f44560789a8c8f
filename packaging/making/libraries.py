"""Which libraries of the system a bundle is linked to: for the package's dependencies, and for what the .run brings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from making.bundle import fresh
from making.components import INTERNAL
from making.contents import GUEST_PLUGINS
from making.names import BUILD, NAME, program
from making.process import BuildError, run

# Of the C library's package, there wherever a program of this system's age starts at all.
C_LIBRARY = re.compile(r"(lib(c|m|dl|rt|pthread|resolv|util|nsl|anl|mvec)|ld-linux[\w-]*)\.so(\.\d+)?$")
_CONTROL = f"Source: {NAME}\n\nPackage: {NAME}\nArchitecture: any\n"


def linked(bundle: Path) -> Iterator[Path]:
    """Every program and library of a bundle, but for those that only a desktop with their libraries loads."""
    yield program(bundle)
    for path in sorted((bundle / INTERNAL).rglob("*.so*")):
        if path.is_file() and not path.is_symlink() and path.name not in GUEST_PLUGINS:
            yield path


# ---- for the Debian package


def depends(bundle: Path) -> list[str]:
    """The packages that hold the libraries, with the versions that the symbols need; dpkg-shlibdeps works them out.

    `bundle` lies in the tree of the package.
    """
    work = fresh(BUILD / "shlibdeps")
    (work / "debian").mkdir()
    (work / "debian" / "control").write_text(_CONTROL, encoding="ascii")
    private = [f"-l{folder}" for folder in sorted({path.parent for path in linked(bundle)})]
    said = run(["dpkg-shlibdeps", "-O", "--warnings=0", *private, *(f"-e{path}" for path in linked(bundle))], cwd=work)
    found = re.search(r"^shlibs:Depends=(.+)$", said, re.MULTILINE)
    if found is None:
        raise BuildError(f"dpkg-shlibdeps named no packages: {said}")
    return sorted(found[1].split(", "))


# ---- for the .run, and for the check


def resolved(bundle: Path) -> dict[str, Path | None]:
    """soname -> the file that the loader takes for it here, for all that a bundle is linked to; None: missing."""
    found: dict[str, Path | None] = {}
    env = {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": str(bundle / INTERNAL), "LC_ALL": "C"}
    for path in linked(bundle):
        for name, place in parsed(run(["ldd", path], env=env)):
            found[name] = found.get(name) or place
    return found


def parsed(ldd: str) -> Iterator[tuple[str, Path | None]]:
    """What ldd prints: `libz.so.1 => /lib/libz.so.1 (0x...)`, `libfoo.so.2 => not found`; a program may be static."""
    for line in ldd.splitlines():
        found = re.match(r"\s+(\S+) => (not found|/.+?)(?: \(0x[0-9a-f]+\))?$", line)
        if found is not None:
            yield Path(found[1]).name, None if found[2] == "not found" else Path(found[2])


def of_the_system(libraries: Mapping[str, Path | None], bundle: Path) -> dict[str, Path]:
    """Those that come from outside the bundle and are not the C library's."""
    inside = bundle.resolve()
    return {
        name: place
        for name, place in sorted(libraries.items())
        if place is not None and not C_LIBRARY.match(name) and inside not in place.resolve().parents
    }


def missing(libraries: Mapping[str, Path | None]) -> Iterable[str]:
    return sorted(name for name, place in libraries.items() if place is None)
