"""Packages for systems that this is not made on: Inno Setup for Windows, a DMG for macOS, an AppImage.

Not run here: .github/workflows/packages.yml builds and tries them, each on its own system.
"""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

from making import kinds, run_file
from making.bundle import fresh
from making.launcher import DESKTOP_ENTRY, METAINFO, share_tree
from making.names import BUILD, DIST, HOME, NAME, PACKAGING, ROOT, bundle_path, filled, version
from making.process import BuildError, run

# ---- Windows

PROGRAM = rf"{{app}}\{NAME}.exe"


def setup_path() -> Path:
    return DIST / f"{NAME}-{version()}-setup.exe"


def inno_script() -> str:
    """The script for Inno Setup, with the kinds of files put in."""
    text = (PACKAGING / "windows" / f"{NAME}.iss.in").read_text(encoding="utf-8")
    places = {"ROOT": str(ROOT), "BUILD": str(BUILD), "DIST": str(DIST)}
    publisher = f"AppPublisherURL={HOME}\n" if HOME else ""
    return filled(text, ASSOCIATIONS="\n".join(associations()), PUBLISHER=publisher, **places)


def associations() -> Iterator[str]:
    """Lines of [Registry]: projects are bpgui's own; for data it is one of the programs that "Open with" offers."""
    project, data = f"{NAME}.project", f"{NAME}.data"
    yield entry(kinds.PROJECT_SUFFIX, "", project, "uninsdeletevalue")
    for kind, title in ((project, f"{NAME} project"), (data, f"Data for {NAME}")):
        yield entry(kind, "", title, "uninsdeletekey")
        yield entry(rf"{kind}\DefaultIcon", "", f"{PROGRAM},0", "")
        yield entry(rf"{kind}\shell\open\command", "", f'""{PROGRAM}"" ""%1""', "")
    for suffix in kinds.data_suffixes():
        yield entry(rf"{suffix}\OpenWithProgids", data, "", "uninsdeletevalue")
    for suffix in kinds.TYPES:
        yield entry(rf"Applications\{NAME}.exe\SupportedTypes", suffix, "", "uninsdeletekey")


def entry(key: str, name: str, value: str, flags: str) -> str:
    parts = [rf'Root: HKA; Subkey: "Software\Classes\{key}"', "ValueType: string", f'ValueName: "{name}"']
    parts += [f'ValueData: "{value}"', *([f"Flags: {flags}"] if flags else [])]
    return "; ".join(parts)


def make_setup() -> None:
    """dist/*-setup.exe."""
    compiler = shutil.which("ISCC") or r"C:\Program Files (x86)\Inno Setup 6\ISCC.exe"
    script = BUILD / f"{NAME}.iss"
    script.write_text(inno_script(), encoding="utf-8-sig")
    run([compiler, "/Qp", script])


def check_setup() -> Iterator[str]:
    """Installed silently into a folder of its own, run, and removed."""
    folder = fresh(BUILD / "installed")
    run([setup_path(), "/VERYSILENT", "/SUPPRESSMSGBOXES", "/CURRENTUSER", f"/DIR={folder}"])
    yield f"setup: installed {run([folder / f'{NAME}-cli.exe', '--version']).strip()}"
    run([folder / "unins000.exe", "/VERYSILENT", "/SUPPRESSMSGBOXES"])
    yield "setup: removed"


# ---- macOS


def dmg_path() -> Path:
    return DIST / f"{NAME}-{version()}-{platform.machine()}.dmg"


def make_dmg() -> None:
    """dist/*.dmg: the application beside a link to where it goes. Signed for this machine only."""
    stage = fresh(BUILD / "dmg")
    application = stage / f"{NAME}.app"
    shutil.copytree(DIST / application.name, application, symlinks=True)
    run(["codesign", "--force", "--deep", "--sign", "-", application])
    (stage / "Applications").symlink_to("/Applications")
    shutil.copy(ROOT / "LICENSE", stage / "LICENSE.txt")
    run(["hdiutil", "create", "-volname", NAME, "-srcfolder", stage, "-ov", "-format", "UDZO", dmg_path()])


def check_dmg() -> Iterator[str]:
    """Attached, and the application in it run."""
    volume = fresh(BUILD / "volume")
    run(["hdiutil", "attach", dmg_path(), "-nobrowse", "-readonly", "-mountpoint", volume])
    try:
        program = volume / f"{NAME}.app" / "Contents" / "MacOS" / NAME
        yield f"dmg: holds {run([program, '--version']).strip()}"
        run([program, "--self-test", "--seconds", "2"])
        yield "dmg: --self-test is ok"
    finally:
        run(["hdiutil", "detach", volume])


# ---- AppImage


def appimage_path() -> Path:
    return DIST / f"{NAME}-{version()}-{platform.machine()}.AppImage"


def app_dir() -> Path:
    """The tree of the .run in the form that appimagetool takes."""
    root = fresh(BUILD / "AppDir")
    shutil.copytree(bundle_path(), root / "usr" / "lib" / NAME, symlinks=True)
    run_file.add_fallback(root / "usr" / "lib" / NAME)
    share_tree(root / "usr" / "share", BUILD / "icons")
    metainfo = root / "usr" / "share" / METAINFO
    metainfo.rename(metainfo.with_name(metainfo.name.replace(".metainfo.", ".appdata.")))
    shutil.copy(root / "usr" / "share" / DESKTOP_ENTRY, root)
    shutil.copy(ROOT / "resources" / "icons" / f"{NAME}.svg", root)
    (root / "AppRun").symlink_to(f"usr/lib/{NAME}/{NAME}")
    return root


def make_appimage() -> None:
    """dist/*.AppImage. Raises BuildError where there is no appimagetool."""
    if shutil.which("appimagetool") is None:
        raise BuildError("appimagetool is not there: get it from the AppImage project and put it into PATH.")
    run(["appimagetool", app_dir(), appimage_path()], env={**os.environ, "ARCH": platform.machine()})


def check_appimage() -> Iterator[str]:
    env = {**os.environ, "APPIMAGE_EXTRACT_AND_RUN": "1"}  # where there is no FUSE
    yield f"AppImage: holds {run([appimage_path(), '--version'], env=env).strip()}"
