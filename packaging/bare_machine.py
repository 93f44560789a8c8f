#!/usr/bin/env python3
"""Prove the packages on a bare Debian 12: from the file that people download to the first training, and away again.

    python3 packaging/bare_machine.py                     .deb, .run and source, one after the other
    python3 packaging/bare_machine.py --parts deb,run     some of them
    python3 packaging/bare_machine.py --tests whole       from source with every test, not a part of them
    python3 packaging/bare_machine.py --ci                README's two commands alone, in ten minutes

Run as root, on Debian or where debootstrap is. The machines are made by debootstrap and kept in build/bare; each part
works on a fresh copy in namespaces of its own, the program without a network. Screen, window manager, mouse, keyboard
and what reads the screen (Xvfb, openbox, xdotool, tesseract) are on a machine of their own that shares the X server's
socket alone: the bare ones stay bare. The transcript and the pictures are in build/bare/report. Exit code 1 on a
failure. Standard library only, Python 3.11 or newer.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bare import continuous, deb, machine, run, source
from bare.bench import Bench
from bare.layers import Layers, alone
from bare.report import Failed, Report
from making.names import BUILD, DIST

FOLDER = BUILD / "bare"
PARTS = ("deb", "run", "source")


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    reason = machine.why_not()
    if reason and options.ci:
        print(f"The bare machine is left out here: {reason}.")
        return 0
    if reason:
        print(f"A bare machine cannot be made here: {reason}.", file=sys.stderr)
        return 1
    try:
        with alone(FOLDER):
            return prove(options)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130


def prove(options: argparse.Namespace) -> int:
    """The parts that were asked for; the exit code."""
    report = Report(options.report)
    bench = Bench(Layers(FOLDER, report, fresh=options.fresh), report, options.packages, options.keep)
    try:
        if options.ci:
            return continuous.prove(bench)
        for part in options.parts:
            if part == "deb":
                deb.prove(bench)
            elif part == "run":
                run.prove(bench)
            else:
                source.prove(bench, () if options.tests == "whole" else source.SUBSET)
        return report.summary()
    finally:
        bench.close()


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=parts, default=PARTS, help=f"some of {','.join(PARTS)} (all)")
    parser.add_argument(
        "--tests", choices=("subset", "whole"), default="subset",
        help=f"what the test command runs from source; subset: {' '.join(source.SUBSET)}",
    )  # fmt: skip
    parser.add_argument("--ci", action="store_true", help="README's two commands in ten minutes; says what is left out")
    parser.add_argument("--fresh", action="store_true", help="make the kept machines anew")
    parser.add_argument("--keep", action="store_true", help="leave the files of the machines in build/bare/machines")
    parser.add_argument("--packages", type=Path, default=DIST, help="where .deb and .run are (dist)")
    parser.add_argument("--report", type=Path, default=FOLDER / "report", help="where transcript and pictures go")
    return parser.parse_args(arguments)


def parts(text: str) -> tuple[str, ...]:
    """Names of parts with commas between them."""
    names = tuple(text.split(","))
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(PARTS)}")
    return names


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
