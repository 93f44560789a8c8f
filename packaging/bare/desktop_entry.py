"""A launcher as a desktop reads it: the command behind its name, behind an entry of its menu, behind a double-click."""

from __future__ import annotations

import configparser
import shlex
from collections.abc import Sequence

MAIN = "Desktop Entry"


def read(text: str) -> configparser.RawConfigParser:
    """A .desktop file's groups and keys, in their own case."""
    entry = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",), strict=False)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read_string(text)
    return entry


def command(text: str, files: Sequence[str] = (), action: str = "") -> list[str]:
    """The words of the Exec line with the files put in. KeyError for an action that the launcher has not."""
    group = read(text)[f"Desktop Action {action}" if action else MAIN]
    words: list[str] = []
    for word in shlex.split(group["Exec"]):
        if word in ("%F", "%U"):
            words += files
        elif word in ("%f", "%u"):
            words += files[:1]
        elif not (len(word) == 2 and word.startswith("%") and word != "%%"):
            words.append(word.replace("%%", "%"))
    return words
