"""The command line: train, predict, export, check, list samples, without a window and without importing Qt."""

from bpgui.cli.commands import run_command
from bpgui.cli.parser import parse

__all__ = ["parse", "run_command"]
