"""Names, places and numbers that more than one package needs. The version itself stands in bpgui/__init__.py."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

PACKAGING = Path(__file__).resolve().parent.parent
ROOT = PACKAGING.parent
BUILD = ROOT / "build"
DIST = ROOT / "dist"
LAUNCHER = ROOT / "resources" / "launcher"

NAME = "bpgui"
TITLE = "The backpropagation workbench"
SUMMARY = "build a small neural network and watch it learn"
# The page that people find the program at: whoever publishes bpgui names it when building. Without one no paper names
# any, so that nobody is shown a link that leads nowhere.
HOME = os.environ.get("BPGUI_HOME_PAGE", "").rstrip("/")
# AppStream wants an address on the web for each picture, and an identifier that is a host's name the other way round;
# Debian wants an address of mail. `.example` is reserved: there will never be somebody else at these.
PICTURES = f"{HOME or 'https://bpgui.example'}/screenshots"
APP_ID = "example.bpgui.bpgui"
MAINTAINER = "the bpgui authors <authors@bpgui.example>"
MIME_TYPE = "application/x-bpgui"

MEGABYTE = 1_000_000
MOST_DEB = 60 * MEGABYTE
MOST_INSTALLED = 220 * MEGABYTE

_VERSION = re.compile(r'^__version__ = "(\d+\.\d+\.\d+\w*)"$', re.MULTILINE)
_ARCHITECTURES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def version() -> str:
    """The program's version, from the one place where it stands."""
    found = _VERSION.search((ROOT / NAME / "__init__.py").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{NAME}/__init__.py names no version")
    return found[1]


def released() -> datetime:
    """When this version is from: SOURCE_DATE_EPOCH, the changelog's date of it, the last commit, else now."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return datetime.fromtimestamp(int(epoch), UTC)
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = re.search(rf"^## \[{re.escape(version())}\] - (\d{{4}}-\d\d-\d\d)$", changes, re.MULTILINE)
    if dated:
        return datetime.fromisoformat(dated[1]).replace(tzinfo=UTC)
    git = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        said = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        said = ""
    return datetime.fromtimestamp(int(said), UTC) if said.isdigit() else datetime.now(UTC)


def architecture() -> str:
    """The processor's name as Debian writes it."""
    machine = platform.machine()
    return _ARCHITECTURES.get(machine, machine)


def filled(text: str, **more: str) -> str:
    """A template with @VERSION@, @DATE@, @ID@ and the like put in, and what else is given by name."""
    values = {
        "VERSION": version(), "DATE": released().date().isoformat(), "ID": APP_ID, "PICTURES": PICTURES,
        "MONTH": released().strftime("%B %Y"), **more,
    }  # fmt: skip
    return re.sub(r"@([A-Z_]+)@", lambda found: values[found[1]], text)


def deb_path() -> Path:
    return DIST / f"{NAME}_{version()}-1_{architecture()}.deb"


def run_path() -> Path:
    return DIST / f"{NAME}-{version()}-{platform.machine()}.run"


def bundle_path() -> Path:
    """The folder that PyInstaller makes."""
    return DIST / NAME


def program(bundle: Path) -> Path:
    """The packed program in a bundle."""
    return bundle / (f"{NAME}.exe" if sys.platform == "win32" else NAME)
