"""Words one after the other, and counts of things, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def listed(words: Sequence[str], most: int, between: str = ", ") -> str:
    """The first of them, and how many more there are: "a, b and 2 more"."""
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return between.join(words[:most]) + more


def some_of(count: int, of: int, things: str, one: str, many: str) -> str:
    """ "1 of 9 images was", "2 of 9 images were": `one` and `many` are verbs."""
    return f"{count:,} of {of:,} {things} {one if count == 1 else many}"


def other_files(paths: Sequence[Path], most: int) -> tuple[str, ...]:
    """A sentence about files that are no part of the data; none where there are no such."""
    if not paths:
        return ()
    what = "1 other file was" if len(paths) == 1 else f"{len(paths):,} other files were"
    return (f"{what} left out: {listed([path.name for path in paths], most)}.",)
