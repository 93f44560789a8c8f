"""The source archive and the wheel, with the tools of Python's own packaging."""

from __future__ import annotations

import re
from pathlib import Path

from making import environment
from making.names import DIST, NAME, ROOT, version
from making.process import BuildError, run, say


def make() -> None:
    """dist/*.tar.gz and dist/*.whl: the wheel is built from the archive, so that the archive is whole."""
    for path in paths():
        path.unlink(missing_ok=True)
    command: list[str | Path] = [environment.python(), "-m", "build", "--no-isolation", "--outdir", DIST, ROOT]
    run(command, env=environment.bare_environment())
    for path in paths():
        if not path.exists():
            raise BuildError(f"{path} was not made.")
        say(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


def paths() -> tuple[Path, Path]:
    return DIST / f"{NAME}-{version()}.tar.gz", DIST / f"{NAME}-{version()}-py3-none-any.whl"


def check() -> list[str]:
    """Lines on what was checked. Raises BuildError where twine complains."""
    said = run([environment.python(), "-m", "twine", "check", "--strict", *paths()])
    passed = re.findall(r"Checking (\S+): .*PASSED", said)
    if len(passed) != len(paths()):
        raise BuildError(said)
    return [f"twine check: {len(passed)} files passed"]
