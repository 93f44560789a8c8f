"""Which words are commands, and what can be typed to open the window: light, for every start of it comes by here."""

from __future__ import annotations

import argparse
from typing import NoReturn

import bpgui
from bpgui.cli.words import Usage, positive

COMMANDS = ("train", "predict", "export", "check", "worksheet", "lesson", "samples", "reference")
SOURCE_HELP = "a project (.bpgui), a file or folder with data, or sample:NAME (see `bpgui samples`)"


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Usage(f"{message}\nSee: {self.prog} --help")


def parse(arguments: list[str]) -> argparse.Namespace:
    """The arguments as a namespace whose `command` is one of COMMANDS, self-test or window. Raises Usage."""
    if arguments[:1] and arguments[0] in COMMANDS:
        from bpgui.cli.parser import commands

        return commands().parse_args(arguments)
    options = _window().parse_args(arguments)
    options.command = "self-test" if options.self_test else "window"
    return options


def _window() -> argparse.ArgumentParser:
    parser = Parser(
        prog="bpgui", description="The backpropagation workbench. Without a command it opens the window.",
        epilog=f"Commands without a window: {', '.join(f'bpgui {name}' for name in COMMANDS)}; each has --help.",
    )  # fmt: skip
    parser.add_argument(
        "files", nargs="*", metavar="FILE",
        help="a project, or files or folders with data that belong together; or sample:NAME",
    )  # fmt: skip
    add = parser.add_argument
    add("--new", dest="action", action="store_const", const="new", default="", help="begin a new project")
    add("--lesson", metavar="NAME", default="", help="begin a lesson (see `bpgui lesson list`), or one in a file")
    add("--samples", dest="action", action="store_const", const="samples", help="choose a sample to open")
    add("--projector", action="store_true", help="large type, thick lines and strong contrast, for a class to read")
    add(
        "--new-instance", action="store_true",
        help="open a window of its own; otherwise files go to the window that is open already",
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"bpgui {bpgui.__version__}")
    group = parser.add_argument_group("self-test")
    group.add_argument("--self-test", action="store_true", help="open the window, train flat out, print measurements")
    group.add_argument("--seconds", type=positive, default=5.0, help="how long it trains (default 5)")
    group.add_argument("--screenshot", metavar="FILE", help="save a picture of the window at the end")
    group.add_argument("--train", metavar="SOURCE", default="sample:xor", dest="source", help=SOURCE_HELP)
    return parser
