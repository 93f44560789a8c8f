#!/usr/bin/env python3
"""Make bpgui's packages and check them. One command on Debian 12 or newer, with Python 3.11 or newer:

    python3 packaging/build.py              bundle, .deb, .run, source archive and wheel, into dist/
    python3 packaging/build.py deb run      only these; a bundle is made where there is none
    python3 packaging/build.py --check      only check what is in dist/

On Windows the packages are bundle, setup and wheel, on macOS bundle, dmg and wheel; appimage is made where it is named.
What it needs it gets through pip, into build/, and through apt-get: as root by itself, else it says the line to run.
Nothing else outside build/ and dist/ is written. A second call takes the environment from the first.
"""

from __future__ import annotations  # a SyntaxError here means: Python 3.11 or newer is needed

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from making import bundle, checks, deb, elsewhere, environment, run_file, wheel
from making.names import BUILD, DIST, bundle_path, released
from making.process import BuildError, say

STEPS: dict[str, Callable[[], None]] = {
    "bundle": bundle.make, "deb": deb.make, "run": run_file.make, "appimage": elsewhere.make_appimage,
    "setup": elsewhere.make_setup, "dmg": elsewhere.make_dmg, "wheel": wheel.make,
}  # fmt: skip
FROM_BUNDLE = ("deb", "run", "appimage", "setup", "dmg")
USUAL = {
    "linux": ("bundle", "deb", "run", "wheel"),
    "win32": ("bundle", "setup", "wheel"),
    "darwin": ("bundle", "dmg", "wheel"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = f"of {' '.join(STEPS)}; the usual ones where none is named"
    parser.add_argument("wanted", nargs="*", metavar="STEP", help=steps)
    parser.add_argument("--check", action="store_true", help="make nothing, check what is there")
    options = parser.parse_args()
    unknown = [name for name in options.wanted if name not in STEPS]
    if unknown:
        parser.error(f"there is no {unknown[0]}, only {' '.join(STEPS)}")
    try:
        build(options.wanted or list(USUAL[sys.platform]), only_check=options.check)
    except BuildError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Interrupted. The same command goes on from here.")
        return 130
    return 0


def build(wanted: list[str], *, only_check: bool) -> None:
    os.environ["SOURCE_DATE_EPOCH"] = str(int(released().timestamp()))
    for folder in (BUILD, DIST):
        folder.mkdir(exist_ok=True)
    environment.prepare()
    if set(wanted) & set(FROM_BUNDLE) and "bundle" not in wanted and not bundle_path().exists():
        wanted = ["bundle", *wanted]
    for name, make in STEPS.items():
        if name in wanted and not only_check:
            timed(name, make)
    for name in STEPS:
        if name in wanted:
            timed(f"checks of {name}", checks.CHECKS[name])
    say("Done: " + ", ".join(sorted(path.name for path in DIST.iterdir())))


def timed(name: str, step: Callable[[], None]) -> None:
    say(f"---- {name}")
    start = time.monotonic()
    step()
    say(f"{name}: {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
