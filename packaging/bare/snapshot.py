"""Every file of a machine, and what is different later."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

# Not on the disk, or of this moment.
PASSING = ("/proc", "/sys", "/dev", "/run", "/tmp")

# What apt, dpkg and ldconfig write down about their work, whatever was installed; the accounts are looked at by name.
BOOKKEEPING = re.compile(
    r"/var/(lib/(apt|dpkg|systemd)|cache/(apt|debconf|ldconfig|man)|log)(/|$)|/etc/(ld\.so\.cache|resolv\.conf|hosts)$"
    r"|/etc/(passwd|group|shadow|gshadow)-?$"
)

Files = Mapping[str, str]


@dataclass(frozen=True)
class Changes:
    """Paths that came, went, or are no longer what they were; in order."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def without(self, pattern: re.Pattern[str]) -> Changes:
        """Those whose path is not matched."""
        kept = [tuple(path for path in paths if not pattern.match(path)) for paths in self._all()]
        return Changes(*kept)

    def within(self, folder: str) -> Changes:
        """Those in a folder."""
        inside = [tuple(path for path in paths if path.startswith(f"{folder}/")) for paths in self._all()]
        return Changes(*inside)

    def lines(self, *, whole: bool = True) -> list[str]:
        """One line each; with `whole` a folder that came or went with all that is in it as one."""
        listed = [outermost(paths) if whole else list(paths) for paths in self._all()]
        return [f"{sign} {path}" for sign, paths in zip("+-~", listed, strict=True) for path in paths]

    def _all(self) -> tuple[tuple[str, ...], ...]:
        return self.added, self.removed, self.changed


def take(root: Path, passing: Collection[str] = PASSING) -> dict[str, str]:
    """For every path below a root what is there: kind, mode, owner, and a digest of content or the link's target.

    What is below `passing` is not looked at.
    """
    found: dict[str, str] = {}
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(f"{root}{folder}/") as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}"
                if path in passing:
                    continue
                found[path] = _described(entry)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
    return found


def _described(entry: os.DirEntry[str]) -> str:
    status = entry.stat(follow_symlinks=False)
    content = ""
    if stat.S_ISLNK(status.st_mode):
        content = os.readlink(entry.path)
    elif stat.S_ISREG(status.st_mode):
        with open(entry.path, "rb") as file:
            content = hashlib.file_digest(file, "blake2b").hexdigest()
    return f"{status.st_mode:o} {status.st_uid}:{status.st_gid} {content}"


def compare(before: Files, after: Files) -> Changes:
    return Changes(
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(before.keys() - after.keys())),
        tuple(sorted(path for path in before.keys() & after.keys() if before[path] != after[path])),
    )


def outermost(paths: tuple[str, ...]) -> list[str]:
    """Without those that lie in another of them."""
    kept: list[str] = []
    for path in sorted(paths, key=lambda path: path.split("/")):
        if not kept or not path.startswith(f"{kept[-1]}/"):
            kept.append(path)
    return kept
