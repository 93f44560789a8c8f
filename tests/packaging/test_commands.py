"""How the build tries the commands of the packed program; here of the one in the source."""

from __future__ import annotations

import contextlib
import io
from functools import partial
from pathlib import Path

import pytest
from making import commands, process

from bpgui.__main__ import main
from bpgui.cli import window


def run(home: Path, *words: str) -> str:
    """In this process: a start of the program for each takes ten times as long."""
    said = io.StringIO()
    with contextlib.chdir(home), contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()) as wrong:
        try:
            code = main(list(words))
        except SystemExit as end:
            code = end.code
    assert not code, wrong.getvalue()
    return said.getvalue()


def test_every_command_has_its_call():
    assert set(window.COMMANDS) <= set(commands.CALLS)


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_the_commands_are_those_that_the_help_names(columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", columns)
    with pytest.raises(SystemExit):
        window.parse(["--help"])
    assert tuple(commands.commands(capsys.readouterr().out)) == window.COMMANDS


@pytest.mark.usefixtures("qapp")
def test_all_are_called(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["bpgui"])  # which --run-script sets
    lines = list(commands.called(partial(run, tmp_path), tmp_path))
    assert [line.split()[1].rstrip(":") for line in lines] == [*window.COMMANDS, "--run-script"]
    assert lines[-1].endswith("to the bit.")


def test_what_is_lacking_ends_the_build(tmp_path):
    with pytest.raises(process.BuildError, match="does not say how `bpgui juggle`"):
        list(commands.called(lambda *words: "Commands without a window: bpgui juggle; each has --help.", tmp_path))
    said = {("--help",): "Commands without a window: bpgui samples; each has --help.", ("samples",): "xor\nmoons\n"}
    with pytest.raises(process.BuildError, match=r"bpgui samples: .* \['spirals'\]"):
        list(commands.called(lambda *words: said[words], tmp_path))
