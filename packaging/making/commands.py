"""Every command of the packed program, called once as a person would type it: what it needs of the bundle is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from making.names import NAME, ROOT
from making.process import BuildError

LESSONS = sorted((ROOT / "resources" / "lessons").glob("[0-9]*.md"))
TABLE, PROJECT = "Häuser am See.csv", "trained.bpgui"


@dataclass(frozen=True)
class Call:
    """Words after a command, and what stands in the file that it writes, or else in what it prints."""

    words: tuple[str, ...]
    holds: tuple[str, ...]
    file: str = ""


# A later one may use what an earlier one wrote.
CALLS = {
    "train": Call((TABLE, "--target", "sold", "--epochs", "3", "--save", PROJECT), ("project.json",), PROJECT),
    "predict": Call((PROJECT, TABLE, "-o", "predicted.csv"), ("sold",), "predicted.csv"),
    "export": Call((PROJECT, "script.py"), ("import numpy", "--verify"), "script.py"),
    "check": Call((PROJECT,), ("gradient",)),
    "worksheet": Call(("sheet.pdf", "--seed", "7"), ("%PDF-", "/FontFile", "%%EOF"), "sheet.pdf"),
    "samples": Call((), ("xor", "moons", "spirals")),
    "reference": Call((), ("activation.relu", "optimizer.adam", "term.epoch")),
    "lesson": Call(("list",), tuple(path.stem.partition("-")[2] for path in LESSONS)),
}


def called(run: Callable[..., str], home: Path) -> Iterator[str]:
    """Lines on what was called, in the folder `home`, by `run(word, ...)`, which gives what was printed."""
    rows = "\n".join(f"{n},{n * n % 7},{n % 2}" for n in range(40))
    (home / TABLE).write_text(f"area,rooms,sold\n{rows}\n", encoding="utf-8")
    for command in commands(run("--help")):
        if command not in CALLS:
            raise BuildError(f"making/commands.py does not say how `{NAME} {command}` is tried.")
        call = CALLS[command]
        said = run(command, *call.words)
        text = (home / call.file).read_bytes().decode("latin-1") if call.file else said
        lacking = [word for word in call.holds if word not in text]
        if lacking:
            raise BuildError(f"{NAME} {command}: {call.file or 'its words'} should hold {lacking}: {text[:500]!r}")
        yield f"packed {command}: {f'writes {call.file}' if call.file else f'{len(said.splitlines())} lines'}"
    script = CALLS["export"].file
    yield f"packed --run-script {script} --verify: {run('--run-script', script, '--verify').splitlines()[-1]}"


def commands(said: str) -> list[str]:
    """The commands that --help names, in its order."""
    return re.findall(rf"{NAME}\s+([a-z]+)[,;]", said.partition("without a window:")[2])
