"""What the build itself needs: a Python environment in build/, and Debian's packages."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from making.names import BUILD, ROOT
from making.process import BuildError, run, say

ENVIRONMENT = BUILD / "environment"
STAMP = ENVIRONMENT / "bpgui-build.json"
DEBIAN_PYTHON = Path("/usr/bin/python3")
TOOLS = ("pyinstaller>=6.11,<7", "build>=1.2", "twine>=6", "hatchling>=1.25")

# What the tools need that pip does not bring, and what checks the packages.
MAKING_PACKAGES = ("binutils", "dpkg-dev", "icu-devtools", "shared-mime-info")
CHECKING_PACKAGES = ("desktop-file-utils", "appstream", "lintian", "xvfb", "x11-utils", "man-db")


@cache
def bundled_python() -> Path:
    """The Python that goes into the packages: Debian's own where it is new enough, else the one that runs this."""
    if DEBIAN_PYTHON.exists() and Path("/etc/debian_version").exists():
        code = "import sys; print(sys.version_info >= (3, 11))"
        if run([DEBIAN_PYTHON, "-c", code]).strip() == "True":
            return DEBIAN_PYTHON
    return Path(sys.executable)


def python() -> Path:
    """The Python of the build's environment."""
    return ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@cache
def project() -> dict[str, Any]:
    """The `project` table of pyproject.toml."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        table: dict[str, Any] = tomllib.load(file)["project"]
    return table


def requirements() -> list[str]:
    """The names of the libraries that bpgui is declared to need, each once."""
    names = (re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in project()["dependencies"])
    return list(dict.fromkeys(names))


@cache
def site_packages() -> Path:
    """Where the build's environment has its libraries."""
    return Path(run([python(), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip())


@cache
def python_facts() -> tuple[str, str, str]:
    """Of the Python that goes into the packages: version, folder of its standard library, folder it is installed in."""
    facts = "platform.python_version(), sysconfig.get_path('stdlib'), sys.base_prefix"
    code = f"import platform, sys, sysconfig; print({facts}, sep='\\n')"
    number, stdlib, base = run([python(), "-c", code]).splitlines()
    return number, stdlib, base


def prepare() -> None:
    """Bring the environment to what is asked for; costs nothing when it is there already."""
    provide([*python_packages(), *window_packages()])
    key = hashlib.sha256(json.dumps([TOOLS, project()["dependencies"], str(bundled_python())]).encode()).hexdigest()
    if python().exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == key:
        return
    say(f"Making {ENVIRONMENT} with {bundled_python()} ...")
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    pip = _make()
    run([*pip, "install", "--no-input", *TOOLS, *project()["dependencies"]], env=pip_environment())
    STAMP.write_text(key, encoding="utf-8")


def _make() -> list[str]:
    """A new environment; the words that call the pip that fills it (Debian's python3 may come without ensurepip)."""
    base = str(bundled_python())
    has_ensurepip = subprocess.run([base, "-c", "import ensurepip"], capture_output=True, check=False).returncode == 0
    if has_ensurepip:
        run([base, "-m", "venv", ENVIRONMENT])
        return [str(python()), "-m", "pip"]
    run([base, "-m", "venv", "--without-pip", ENVIRONMENT])
    if find_spec("pip") is None and subprocess.run([base, "-m", "pip", "--version"], check=False).returncode:
        raise BuildError("There is neither ensurepip nor pip: apt-get install -y python3-venv")
    return [base, "-m", "pip", "--python", str(python())]


def pip_environment() -> dict[str, str]:
    """The person's settings (index, proxy, certificates), without those that would send packages elsewhere."""
    elsewhere = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}


def bare_environment() -> dict[str, str]:
    """This process's environment without what would let Python find modules elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def python_packages() -> list[str]:
    """The Debian packages that PyInstaller needs, with the library of Debian's own Python."""
    if not sys.platform.startswith("linux"):
        return []
    if bundled_python() != DEBIAN_PYTHON:
        return list(MAKING_PACKAGES)
    number = run([DEBIAN_PYTHON, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).strip()
    return [*MAKING_PACKAGES, f"libpython{number}"]


def window_packages() -> list[str]:
    """The Debian packages with the libraries that Qt needs for a window: the packages are made to fit them."""
    if not sys.platform.startswith("linux"):
        return []
    sys.path.insert(0, str(ROOT))
    from bpgui import display  # standard library only

    sys.path.remove(str(ROOT))
    tables = (display.QT_LIBRARIES, display.X11_LIBRARIES, display.WAYLAND_LIBRARIES)
    return sorted({package for table in tables for package in table.values()})


def provide(packages: list[str]) -> None:
    """Install what is missing of Debian's packages when allowed to, else say the line that does it."""
    missing = sorted(package for package in set(packages) if not is_installed(package))
    if not missing:
        return
    listed = " ".join(missing)
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise BuildError(f"The build needs packages that are not installed. Run this, then the same command again:\n"
                         f"  sudo apt-get install -y {listed}")  # fmt: skip
    say(f"Installing with apt-get: {listed} ...")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    line = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    try:
        run(line, env=env)
    except BuildError:  # a fresh machine has no lists of packages yet
        run(["apt-get", "update", "-q"], env=env)
        run(line, env=env)


def is_installed(package: str) -> bool:
    try:
        query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", package]
        done = subprocess.run(query, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return shutil.which(package) is not None
    return done.stdout.strip() == "installed"
