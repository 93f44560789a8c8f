"""The licences of all that is in a bundle, gathered from the libraries as they are installed: its folder `licences`."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from making.components import INTERNAL, Component, distributions, of_bundle, of_distribution, ours, python, starter

FOLDER = "licences"
QT_NOTE = """Qt and PySide6 are used under the LGPL, version 3. They lie beside this folder as separate shared
libraries, in PySide6 and shiboken6, unchanged but for what is left out and for debug symbols; the tables of ICU are cut
down to those that Qt asks for. You may replace them by others of the same interface. Their sources are in the folders
qt and QtForPython of https://download.qt.io/official_releases/, the version is said above.
"""


def collect(folder: Path) -> None:
    """The licences of what is in every bundle, into a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    libraries = [of_distribution(*item) for item in distributions().items()]
    write([ours(), python(), starter(), *libraries], folder)


def complete(bundle: Path) -> list[Component]:
    """The same for what a bundle came to hold, libraries of the system too. Raises BuildError for what is nobody's."""
    internal = bundle / INTERNAL
    inside = components(bundle)
    shutil.rmtree(internal / FOLDER, ignore_errors=True)
    write(inside, internal / FOLDER)
    return inside


def components(bundle: Path) -> list[Component]:
    internal = bundle / INTERNAL
    files = (path for path in internal.rglob("*") if path.is_file() or path.is_symlink())
    return of_bundle(path.relative_to(internal).as_posix() for path in files)


def write(inside: Iterable[Component], folder: Path) -> None:
    """A folder for each component with its texts, and a list of all."""
    lines = ["What this program holds, and under which licences. The texts are in the folders of these names.", ""]
    for component in inside:
        place = folder / component.name
        place.mkdir(parents=True)
        for number, text in enumerate(component.texts):
            name = text.name if text.suffix else f"{text.name}.txt"
            target = place / name
            shutil.copyfile(text, place / f"{number}-{name}" if target.exists() else target)
        lines.append(f"{component.name:24}{component.version:28}{component.licence or 'see its text'}".rstrip())
    lines += ["", QT_NOTE]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.txt").write_text("\n".join(lines), encoding="utf-8")
