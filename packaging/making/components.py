"""Whose each part of a bundle is: bpgui's, a Python library's, Python's own, or a library's of the Debian system."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import Distribution
from pathlib import Path, PurePosixPath

from making import environment
from making.names import NAME, PACKAGING, ROOT
from making.process import BuildError, run

INTERNAL = "_internal"
TEXTS = PACKAGING / "licences"  # what no package brings along
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|copyright)[^/]*$|/(licenses|sboms)/.+", re.IGNORECASE)

# Where a library's metadata names no licence in the form of SPDX.
LICENCES = {
    "duckdb": "MIT", "python-calamine": "MIT", "safetensors": "Apache-2.0", "threadpoolctl": "BSD-3-Clause",
    "shiboken6": "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only",
}  # fmt: skip
QT = ("pyside6-essentials", "shiboken6")
QT_TEXTS = (TEXTS / "LGPL-3.txt", TEXTS / "GPL-3.txt", TEXTS / "qt-third-party.txt")


@dataclass(frozen=True)
class Component:
    """A part with its licence, as SPDX writes it, "" where only the texts say it; `files` are paths in the bundle."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]
    files: frozenset[str] = field(default=frozenset(), repr=False)
    of_system: bool = False  # a library of the Debian system that this was made on


# ---- the Python libraries


@cache
def distributions() -> dict[str, Distribution]:
    """The libraries that bpgui needs, and those that they need, as they are installed in the build's environment."""
    installed = {
        normal(distribution.metadata["Name"]): distribution
        for distribution in Distribution.discover(path=[str(environment.site_packages())])
    }
    found: dict[str, Distribution] = {}
    waiting = [normal(name) for name in environment.requirements()]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = installed[name]
            waiting += [normal(needed) for needed in needs(installed[name].requires or ())]
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needs(requirements: Iterable[str]) -> list[str]:
    """The names of what is needed in any case: without the extras, and without what is for other systems or Pythons."""
    return [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in requirements if ";" not in line]


def of_distribution(name: str, distribution: Distribution) -> Component:
    files = [str(path) for path in distribution.files or ()]
    texts = [Path(str(distribution.locate_file(path))) for path in files if is_licence(path)]
    said = distribution.metadata.json
    licence = str(LICENCES.get(name) or said.get("license_expression") or said.get("license") or "")
    if name in QT:
        texts += QT_TEXTS
    if not licence or not texts:
        raise BuildError(f"No licence is known of {name}: see {__file__}.")
    return Component(name, distribution.version, licence, tuple(texts), frozenset(files))


def is_licence(path: str) -> bool:
    """Whether a file of an installed library is a licence, or a list of what it was compiled from."""
    return ".dist-info/" in path and bool(LICENCE_FILE.search(path))


# ---- the others


def ours() -> Component:
    texts = (ROOT / "LICENSE", ROOT / "resources" / "samples" / "LICENSES.md")
    return Component(NAME, "", "MIT", texts)


def python() -> Component:
    """Python itself: its library, its compiled modules, base_library.zip."""
    number, stdlib, base = environment.python_facts()
    places = (
        Path(f"/usr/share/doc/python{'.'.join(number.split('.')[:2])}/copyright"),  # Debian's
        Path(stdlib) / "LICENSE.txt", Path(base) / "LICENSE.txt", Path(base) / "LICENSE",
    )  # fmt: skip
    for place in places:
        if place.is_file():
            return Component("python", number, "PSF-2.0", (place,))
    raise BuildError(f"Python's licence is in none of {', '.join(map(str, places))}.")


def starter() -> Component:
    """PyInstaller's loader, which is the start of the packed program; its exception allows any licence for the rest."""
    found = next(iter(Distribution.discover(name="pyinstaller", path=[str(environment.site_packages())])))
    texts = [Path(str(found.locate_file(path))) for path in found.files or () if is_licence(str(path))]
    return Component("pyinstaller", found.version, "GPL-2.0-or-later WITH Bootloader-exception", tuple(texts))


def of_system(libraries: Iterable[str]) -> list[Component]:
    """The Debian packages that libraries of the system come from. Raises BuildError where one is not known."""
    packages: dict[str, set[str]] = {}
    for library in libraries:
        packages.setdefault(package_of(library), set()).add(library)
    return [
        Component(package, installed_version(package), "", (copyright_of(package),), frozenset(files), of_system=True)
        for package, files in sorted(packages.items())
    ]


@cache
def package_of(library: str) -> str:
    """The installed Debian package that a library or font, named by its file, belongs to."""
    if shutil.which("dpkg-query") is None:
        raise BuildError(f"Whose {library} is, only Debian's dpkg can say: build on Debian.")
    name = PurePosixPath(library).name
    found = subprocess.run(["dpkg-query", "-S", f"*/{name}"], capture_output=True, text=True, check=False).stdout
    for line in found.splitlines():
        owners, _, path = line.rpartition(": ")
        if re.fullmatch(r"((/usr)?/lib/[^/]+|/usr/share/fonts/.+)/" + re.escape(name), path):
            return owners.split(",")[0].split(":")[0]
    raise BuildError(f"No Debian package holds {library}.")


def installed_version(package: str) -> str:
    return run(["dpkg-query", "-W", "-f", "${Version}\n", package]).splitlines()[0]


def copyright_of(package: str) -> Path:
    place = Path("/usr/share/doc") / package / "copyright"
    if not place.is_file():
        raise BuildError(f"{place} is not there: reinstall {package}.")
    return place


# ---- the whole bundle


def of_bundle(files: Iterable[str]) -> list[Component]:
    """All components of a bundle, given its files (below _internal). Raises BuildError where one is nobody's."""
    known = [ours(), python(), starter(), *(of_distribution(*item) for item in distributions().items())]
    theirs = {path: component.name for component in known for path in component.files}
    sorted_out = sort_out(files, theirs)
    system = of_system(sorted_out.pop("system", ()))
    if "nobody" in sorted_out:
        raise BuildError(f"Whose are these, and under which licence? {', '.join(sorted(sorted_out['nobody'])[:9])}")
    return [
        Component(each.name, each.version, each.licence, each.texts, frozenset(sorted_out.get(each.name, ())))
        for each in known
    ] + system


def sort_out(files: Iterable[str], owners: Mapping[str, str]) -> dict[str, set[str]]:
    """Name of the owner -> files of a bundle; "system" for bare libraries, "nobody" for what is not explained."""
    found: dict[str, set[str]] = {}
    for file in files:
        found.setdefault(owner(file, owners), set()).add(file)
    return found


def owner(file: str, owners: Mapping[str, str]) -> str:
    parts = file.split("/")
    if file in owners:
        return owners[file]
    if parts[0] in ("resources", "licences"):
        return NAME
    if re.match(r"python3\.\d+$", parts[0]) or re.match(r"base_library\.zip$|libpython3", file):
        return "python"
    if len(parts) == 1 and ".so" in file:
        return "system"
    if parts[0] == "fallback":
        return "system" if re.search(r"\.so(\.|$)|\.ttf$", file) else NAME
    return "nobody"
