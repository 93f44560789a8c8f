"""`bpgui reference`: an entry of the reference as text."""

from __future__ import annotations

import shutil
import sys
from argparse import ArgumentParser, Namespace

from bpgui.cli.words import Usage
from bpgui.project.reference import entry, find, plain_text, search
from bpgui.project.reference.plain import index_text

WIDEST = 100
LISTED = 12


def add_reference(parser: ArgumentParser) -> None:
    """Its options."""
    parser.description = (
        "Print what the reference says about an activation, a loss, an optimizer, a schedule, an initializer, a layer, "
        "a metric, a setting or a term. Without a key: all keys. Exit code: 0 printed, 2 no such entry."
    )
    parser.add_argument(
        "key", nargs="*", metavar="KEY", help="as in relu, loss.mae, learning rate; words that no entry is called by "
        "list the entries that hold them",
    )  # fmt: skip


def reference(options: Namespace) -> int:
    """Print the entry, or the keys. Raises Usage where nothing is found."""
    words = " ".join(options.key)
    if not words:
        print(index_text())
        return 0
    key = find(words)
    if key is not None:
        print(plain_text(entry(key), min(shutil.get_terminal_size().columns, WIDEST)))
        return 0
    found = search(words)
    if not found:
        raise Usage(f"the reference has no entry “{words}”; `bpgui reference` lists all keys")
    print(f"No entry is called “{words}”; these hold it:", file=sys.stderr)
    for key in found[:LISTED]:
        print(f"{key:<34} {entry(key).label}")
    return 0
