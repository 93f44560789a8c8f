"""What is held to be true of the packages before they leave the build. Each check prints a line or ends the build."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from making import elsewhere, environment, libraries, packed, wheel
from making.bundle import fresh
from making.launcher import DESKTOP_ENTRY, MAN_PAGE, METAINFO, MIME_PACKAGE
from making.names import BUILD, NAME, bundle_path, deb_path, run_path
from making.process import BuildError, run, say


def show(lines: Iterable[str]) -> None:
    for line in lines:
        say(f"  ok  {line}")


# ---- the bundle


def of_bundle() -> Iterator[str]:
    yield from of_libraries(bundle_path())
    yield from packed.checks(bundle_path())


def of_libraries(bundle: Path) -> Iterator[str]:
    """Nothing that the bundle is linked to is missing on this machine, where its packages are installed."""
    if sys.platform != "linux":
        return
    environment.provide(environment.window_packages())
    found = libraries.resolved(bundle)
    missing = list(libraries.missing(found))
    if missing:
        raise BuildError(f"No library is found for {', '.join(missing)}: neither in {bundle} nor on this machine.")
    outside = libraries.of_the_system(found, bundle)
    yield f"ldd: {len(found)} libraries, none missing, {len(outside)} of them the system's"


# ---- the Debian package


def of_deb() -> Iterator[str]:
    environment.provide(list(environment.CHECKING_PACKAGES))
    root = fresh(BUILD / "unpacked")
    run(["dpkg-deb", "-x", deb_path(), root])
    share = root / "usr" / "share"
    yield from of_share(share)
    yield of_man_page(share)
    yield of_dependencies(root)
    yield of_lintian(deb_path())


def of_share(share: Path) -> Iterator[str]:
    """The launcher, its description and the types, by the validators of freedesktop.org."""
    said = run(["desktop-file-validate", share / DESKTOP_ENTRY])
    if said.strip():
        raise BuildError(said)
    yield "desktop-file-validate: no remarks"
    run(["appstreamcli", "validate", "--no-net", "--pedantic", "--explain", share / METAINFO])
    yield "appstreamcli validate: no remarks"
    yield of_types(share)


def of_types(share: Path) -> str:
    """The MIME types are accepted by the tool that puts them together, and say what they should of real names."""
    folder = fresh(BUILD / "mime")
    (folder / "packages").mkdir()
    shutil.copy(share / MIME_PACKAGE, folder / "packages")
    run(["update-mime-database", folder])
    if f"application/x-{NAME}:*.{NAME}" not in (folder / "globs").read_text(encoding="utf-8"):
        raise BuildError(f"update-mime-database knows no *.{NAME}.")
    return "update-mime-database: takes our types"


def of_man_page(share: Path) -> str:
    said = run(["man", "--warnings", "--encoding=utf-8", "--local-file", "--pager=cat", share / MAN_PAGE], errors=True)
    if re.search(r"^\S+: .*\b(warning|error): ", said, re.MULTILINE):
        raise BuildError(said)
    return "man: no warnings"


def of_dependencies(root: Path) -> str:
    """What the package is linked to is in itself or in the packages that it depends on."""
    bundle = root / "usr" / "lib" / NAME
    found = libraries.resolved(bundle)
    missing = list(libraries.missing(found))
    depends = set(re.findall(r"[a-z0-9][a-z0-9+.-]+(?= \(|,|$)", run(["dpkg-deb", "-f", deb_path(), "Depends"])))
    named = [name for name in ("libc6", "libxkbcommon0", "libxcb-cursor0") if name not in depends]
    if missing or named:
        raise BuildError(f"The package lacks libraries {missing} or dependencies {named}.")
    return f"Depends: {len(depends)} packages, nothing that is linked is missing"


def of_lintian(package: Path) -> str:
    said = run(["lintian", "--fail-on", "error,warning", "--tag-display-limit", "0", package])
    if re.search(r"^[EW]: ", said, re.MULTILINE):
        raise BuildError(said)
    return "lintian: no errors, no warnings but those explained in the overrides"


# ---- the .run


def of_run() -> Iterator[str]:
    """Installed by an ordinary person's command into a home of its own, run, and removed again."""
    environment.provide(["desktop-file-utils", "shared-mime-info"])
    home = fresh(BUILD / "home with a space")
    (home / "mine.txt").write_text("mine", encoding="utf-8")
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    run(["sh", run_path()], env=env)
    command = home / ".local" / "bin" / NAME
    yield f".run: installed {run([command, '--version'], env=env).strip()}"
    run(["desktop-file-validate", home / ".local" / "share" / DESKTOP_ENTRY])
    yield from of_libraries(home / ".local" / "lib" / NAME)
    run(["sh", run_path(), "--uninstall"], env=env)
    left = sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file() or path.is_symlink())
    if left != ["mine.txt"]:
        raise BuildError(f"The .run leaves behind: {', '.join(left)}")
    yield ".run: removed, nothing left but the person's own files"


CHECKS: dict[str, Callable[[], None]] = {
    "bundle": lambda: show(of_bundle()),
    "deb": lambda: show(of_deb()),
    "run": lambda: show(of_run()),
    "appimage": lambda: show(elsewhere.check_appimage()),
    "setup": lambda: show(elsewhere.check_setup()),
    "dmg": lambda: show(elsewhere.check_dmg()),
    "wheel": lambda: show(wheel.check()),
}
