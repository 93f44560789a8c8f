"""Starting other programs, and saying what is done."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

LAST_LINES = 25
MOST_WORDS = 20


class BuildError(Exception):
    """The build cannot go on; the text says what to do."""


def say(text: str) -> None:
    print(f"build: {text}", file=sys.stderr, flush=True)


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 1800.0,
    text: str | None = None,
    errors: bool = False,
) -> str:
    """What a command prints on standard output, with `errors` on both. BuildError, with its last lines: it failed."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, cwd=cwd, env=env, timeout=timeout, check=False, capture_output=True, encoding="utf-8",
            errors="replace", input=text, stdin=subprocess.DEVNULL if text is None else None,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise BuildError(f"{words[0]} is not there: {error}") from error
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"{shown(words)} took longer than {timeout:.0f} s.") from error
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-LAST_LINES:])
        raise BuildError(f"{shown(words)} failed with exit code {done.returncode}:\n{tail}")
    return done.stdout + done.stderr if errors else done.stdout


def shown(words: Sequence[str]) -> str:
    """A command for a message: with hundreds of files it would hide what went wrong."""
    return " ".join(words) if len(words) <= MOST_WORDS else f"{' '.join(words[:MOST_WORDS])} ..."
