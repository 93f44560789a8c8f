"""What can be typed, and nothing that it does."""

from __future__ import annotations

import argparse
from typing import NoReturn

import bpgui
from bpgui.data.spec import Split
from bpgui.engine.losses import LOSS_ALIASES, LOSSES
from bpgui.engine.optimizers import OPTIMIZERS

COMMANDS = ("train", "predict", "samples")
SOURCE_HELP = "a project (.bpgui), a dataset file (CSV, TSV), or sample:NAME (see `bpgui samples`)"


class Usage(Exception):
    """Words that do not fit together; exit code 2."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Usage(f"{message}\nSee: {self.prog} --help")


def parse(arguments: list[str]) -> argparse.Namespace:
    """The arguments as a namespace whose `command` is train, predict, samples, self-test or window. Raises Usage."""
    if arguments[:1] and arguments[0] in COMMANDS:
        return _commands().parse_args(arguments)
    options = _window().parse_args(arguments)
    options.command = "self-test" if options.self_test else "window"
    return options


def _window() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="bpgui", description="The backpropagation workbench. Without a command it opens the window.",
        epilog="Commands without a window: bpgui train, bpgui predict, bpgui samples; each has --help.",
    )  # fmt: skip
    parser.add_argument("files", nargs="?", metavar="FILE", help="a project or a dataset to open")
    parser.add_argument("--version", action="version", version=f"bpgui {bpgui.__version__}")
    group = parser.add_argument_group("self-test")
    group.add_argument("--self-test", action="store_true", help="open the window, train flat out, print measurements")
    group.add_argument("--seconds", type=_positive, default=5.0, help="how long it trains (default 5)")
    group.add_argument("--screenshot", metavar="FILE", help="save a picture of the window at the end")
    group.add_argument("--train", metavar="SOURCE", default="sample:xor", dest="source", help=SOURCE_HELP)
    return parser


def _commands() -> argparse.ArgumentParser:
    parser = _Parser(prog="bpgui")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    commands.add_parser("samples", help="list the samples", description="List the samples that can be trained.")
    _add_predict(commands.add_parser("predict", help="apply a trained project to new rows"))
    _add_train(commands.add_parser("train", help="train without a window"))
    return parser


def _add_predict(parser: argparse.ArgumentParser) -> None:
    parser.description = "Apply the weights of a trained project to the rows of a file; columns are found by name."
    parser.add_argument("project", metavar="PROJECT", help="a trained project (.bpgui)")
    parser.add_argument("data", metavar="DATA", help="a dataset file with the same columns, or sample:NAME")
    parser.add_argument("-o", "--output", metavar="OUT.csv", help="where to write; standard output without it")


def _add_train(parser: argparse.ArgumentParser) -> None:
    parser.description = "Train on a source. Options change what the project, sample or proposal says."
    add = parser.add_argument
    add("source", metavar="SOURCE", help=SOURCE_HELP)
    add("--target", metavar="COL", help="the column to predict")
    add("--layers", metavar="LIST", help='hidden layers, as in "16:relu,4:tanh"; the output is added from the target')
    add("--loss", choices=[*LOSSES, *LOSS_ALIASES])
    add("--optimizer", choices=list(OPTIMIZERS))
    add("--learning-rate", type=_positive, metavar="η")
    add("--batch-size", type=_natural, metavar="N", help="rows a step; 0 for all at once")
    add("--epochs", type=_natural, metavar="N")
    add("--seed", type=_natural, metavar="N")
    add("--precision", choices=["float64", "float32"])
    add("--threads", type=_natural, metavar="N", help="BLAS threads; they move the last bits (default 1)")
    add("--split", type=_split, metavar="A/B/C", help="training, validation and test part, as in 0.6/0.2/0.2")
    add("--rows", type=_natural, metavar="N", help="points of a sample that is made")
    add("--noise", type=_not_negative, metavar="σ", help="noise of a sample that is made")
    add("--test", action="store_true", help="also evaluate on the sealed test part")
    add("--save", metavar="OUT.bpgui", help="save the project with the trained weights")
    add("--json", action="store_true", help="one JSON line an epoch on standard output")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a number, got {text!r}") from None


def _positive(text: str) -> float:
    value = _number(text)
    if not 0.0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text}")
    return value


def _not_negative(text: str) -> float:
    value = _number(text)
    if not 0.0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected 0 or more, got {text}")
    return value


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number, 0 or more, got {text!r}")
    return int(text)


def _split(text: str) -> Split:
    parts = [_not_negative(part) for part in text.split("/")]
    if len(parts) != 3 or abs(sum(parts) - 1.0) > 1e-9:
        raise argparse.ArgumentTypeError(f"expected three fractions that add up to 1, as in 0.6/0.2/0.2, got {text!r}")
    return Split(train=parts[0], validation=parts[1], test=parts[2])
