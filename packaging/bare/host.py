"""What a bare machine takes over from this one, so that apt and pip find their sources there: mirrors, proxy,
certificates, settings. Nothing else of this machine is seen in it."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
SECURITY = "http://deb.debian.org/debian-security"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

PIP_FILES = (
    Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf"), Path.home() / ".pip/pip.conf",
    Path.home() / ".config/pip/pip.conf",
)  # fmt: skip
PASSED_ON = re.compile(r"(PIP_|REQUESTS_CA_BUNDLE$|SSL_CERT_FILE$)|(https?|no|all)_proxy$", re.IGNORECASE)


def mirrors() -> tuple[str, str]:
    """Where this machine gets Debian and its security updates from; Debian's own servers where it is no Debian."""
    try:
        done = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError:
        return MIRROR, SECURITY
    return chosen_mirrors(done.stdout.split())


def chosen_mirrors(addresses: Iterable[str]) -> tuple[str, str]:
    """The first address of each of Debian's two archives."""
    found = [address.rstrip("/") for address in addresses]
    main = [address for address in found if address.endswith("/debian")]
    security = [address for address in found if address.endswith("/debian-security")]
    return (main or [MIRROR])[0], (security or [SECURITY])[0]


def apt_sources(main: str, security: str) -> str:
    return (
        f"deb {main} {SUITE} main\n"
        f"deb {main} {SUITE}-updates main\n"
        f"deb {security} {SUITE}-security main\n"
    )  # fmt: skip


def pip_settings(files: Iterable[Path] = PIP_FILES) -> str:
    """The settings of all of pip's files as one file; a later file overrules an earlier one."""
    merged = configparser.RawConfigParser()
    merged.read(files, encoding="utf-8")
    lines: list[str] = []
    for section in merged.sections():
        lines.append(f"[{section}]")
        lines += [f"{name} = {value}".replace("\n", "\n    ") for name, value in merged.items(section)]
    return "\n".join(lines) + "\n"


def pip_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that tell pip and apt of an index, a proxy or certificates."""
    return {name: value for name, value in environment.items() if PASSED_ON.match(name)}


def local_places(*texts: str) -> list[Path]:
    """Folders and files of this machine that pip's settings name (a local index, wheels, constraints)."""
    found = (place for text in texts for place in re.findall(r"(?:(?<=file://)|(?<![\w:/.]))/[\w./+-]+", text))
    named = [Path(place.removesuffix("/simple")) for place in found]  # an index points at files beside itself
    outermost: list[Path] = []
    for place in sorted(set(named)):
        if place.exists() and place != CERTIFICATES and not any(place.is_relative_to(outer) for outer in outermost):
            outermost.append(place)
    return outermost


def take_over(root: Path) -> None:
    """Write sources, settings and certificates into a machine's files."""
    (root / "etc/apt/sources.list").write_text(apt_sources(*mirrors()), encoding="utf-8")
    for folder, marks in (("apt.conf.d", "Acquire"), ("auth.conf.d", "")):
        for path in sorted(Path("/etc/apt", folder).glob("*")):
            if path.is_file() and marks in path.read_text(encoding="utf-8", errors="replace"):
                (root / "etc/apt" / folder).mkdir(exist_ok=True)
                shutil.copy2(path, root / "etc/apt" / folder)
    (root / "etc/pip.conf").write_text(pip_settings(), encoding="utf-8")
    if CERTIFICATES.exists():
        (root / CERTIFICATES.relative_to("/")).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
