"""What can be typed after a command, and nothing that it does."""

from __future__ import annotations

import argparse

from bpgui.cli import data, decision, layers, settings
from bpgui.cli.check import add_check
from bpgui.cli.lesson import add_lesson
from bpgui.cli.reference import add_reference
from bpgui.cli.window import SOURCE_HELP, Parser
from bpgui.cli.words import natural
from bpgui.cli.worksheet import add_worksheet
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.losses import LOSSES
from bpgui.project.exporters import EXPORTERS

_EXAMPLES = """examples:
  bpgui train sample:moons
  bpgui train houses.csv --target price --layers 32:relu,16:relu --patience 20 --save houses.bpgui
  bpgui train mail.csv --layers "64:relu,dropout:0.3,batchnorm,16:tanh" --class-weights spam=5 --l2 1e-4
  bpgui train train.csv test.csv --column "zip:role=ignore" --scaling robust --split 0.8/0.2/0 --test
  bpgui train recordings/ --split-by grouped:speaker --layers 64:relu
  bpgui train houses.bpgui --optimizer adamw --schedule cosine --epochs 100 --json > losses.jsonl
  bpgui train houses.bpgui --resume --epochs 900 --learning-rate 0.001 --save houses.bpgui

Options say only what is to be different from the project, the sample or the proposal for the file. An option of
another optimizer, schedule or loss than the one in use is refused. With --resume these can be given, and are written
down as changes of the run: --epochs, --patience, --min-delta, --target-loss, --target-metric, --max-seconds (of the
whole run), --learning-rate, --l1, --l2, --clip-norm, --clip-value, --clip. Exit code: 0 done, 1 failed or diverged,
2 usage.
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28)


def commands() -> argparse.ArgumentParser:
    parser = Parser(prog="bpgui")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    commands.add_parser("samples", help="list the samples", description="List the samples that can be trained.")
    add_reference(commands.add_parser("reference", help="print what an activation, a loss, a setting, a term is"))
    _add_predict(commands.add_parser("predict", help="apply a trained project to new rows"))
    _add_export(commands.add_parser("export", help="write a run as code that repeats it"))
    add_check(commands.add_parser("check", help="list what the checks find, and check the gradient"), SOURCE_HELP)
    add_worksheet(commands.add_parser("worksheet", help="make a step of training to do by hand, with its key"))
    _add_train(commands.add_parser("train", help="train without a window", formatter_class=_Help))
    add_lesson(commands.add_parser("lesson", help="list lessons, check your own"), Parser)
    return parser


def _add_predict(parser: argparse.ArgumentParser) -> None:
    parser.description = "Apply the weights of a trained project to the rows of a file; columns are found by name."
    parser.add_argument("project", metavar="PROJECT", help="a trained project (.bpgui)")
    parser.add_argument("data", metavar="DATA", nargs="+", help="files with the same columns, or sample:NAME")
    parser.add_argument("-o", "--output", metavar="OUT.csv", help="where to write; standard output without it")
    parser.add_argument("--with-data", action="store_true", help="write the columns of DATA beside the predictions")
    data.add_read(parser)


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Write the trained run of a project as a file for another program; what is not trained yet is trained first. "
        + " ".join(f"{exporter.name}: {exporter.help}" for exporter in EXPORTERS.values())
    )
    parser.add_argument("source", metavar="SOURCE", help=SOURCE_HELP)
    parser.add_argument("out", metavar="OUT", help="the file to write; - for standard output")
    parser.add_argument("--to", choices=list(EXPORTERS), default="numpy", help="what to write (default numpy)")


def _add_train(parser: argparse.ArgumentParser) -> None:
    parser.description = "Train on a source, print what came of it, and save it with --save."
    parser.usage = "bpgui train SOURCE [FILE...] [options]"
    parser.epilog = _EXAMPLES
    parser.add_argument("source", metavar="SOURCE", help=SOURCE_HELP)
    parser.add_argument("more", metavar="FILE", nargs="*", help="further files that become one table with it")
    _add_results(parser.add_argument_group("results"))
    data.add_columns(parser.add_argument_group("data"))
    _add_network(parser.add_argument_group("network", layers.HELP))
    settings.add_loss(parser.add_argument_group("loss and penalties"))
    decision.add_decision(parser.add_argument_group("what is made of two classes"))
    settings.add_optimizer(parser.add_argument_group("steps"))
    settings.add_schedule(parser.add_argument_group("schedule of the learning rate"))
    settings.add_ends(parser.add_argument_group("when it ends"))
    _add_machine(parser.add_argument_group("numbers and machine"))


def _add_results(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--resume", action="store_true", help="go on with the project's run where it stands, instead of beginning anew"
    )
    group.add_argument(
        "--find-rate", action="store_true",
        help="find a learning rate instead of training: the loss at rates from tiny to huge, and a suggestion",
    )  # fmt: skip
    group.add_argument("--save", metavar="OUT.bpgui", help="save the project with the trained weights")
    group.add_argument("--json", action="store_true", help="one JSON line an epoch on standard output, one at the end")
    group.add_argument("--test", action="store_true", help="also evaluate on the sealed test part")


def _add_network(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--layers", metavar="LIST", help='the hidden layers, as in "16:relu,dropout:0.2,batchnorm,8:tanh"'
    )
    group.add_argument(
        "--output-activation", choices=list(ACTIVATIONS), metavar="NAME",
        help="the activation of the output layer, one that the loss can be used with "
        f"({'; '.join(f'{loss}: {_outputs(loss)}' for loss in LOSSES)})",
    )  # fmt: skip
    settings.add_initializer(group)


def _outputs(loss: str) -> str:
    return " or ".join(LOSSES[loss].outputs) or "any"


def _add_machine(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--seed", type=natural, metavar="N", help="where first weights, split and order of the rows start")
    add("--precision", choices=["float64", "float32"], default=argparse.SUPPRESS, help="how every number is kept")
    add(
        "--threads", type=natural, metavar="N", default=argparse.SUPPRESS,
        help="BLAS threads; they move the last bits (1 unless the project says otherwise)",
    )  # fmt: skip
