"""Which arrays of an archive belong together, by their names and sizes: x and y, parts for training and testing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bpgui.data.readers.joining import part_of
from bpgui.data.readers.npy.npy_header import Header

TOGETHER = "*"  # as `sheet`: everything that belongs together, made into one table
_INPUTS = ("x", "data", "images", "image", "features", "inputs", "input", "imgs", "samples")
_TARGETS = ("y", "target", "targets", "labels", "label", "classes", "class", "outputs", "output")
_PART_WORD = re.compile(r"(?:^|[_\-. ]+)(train|training|tr|validation|valid|val|dev|test|testing|te)(?=$|[_\-. ]+)|"
                        r"^([xy])(train|val|valid|test)$", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """Inputs and targets, a pair of names (target None: there is none) for each part ("" where there are no parts).

    `columns`: instead, arrays of equal length that are columns beside each other.
    """

    pairs: tuple[tuple[str, str, str | None], ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """For a person."""
        if self.columns:
            return f"columns {', '.join(self.columns[:4])}{', …' if len(self.columns) > 4 else ''} beside each other"
        return " and ".join(f"{x} with {y}" if y else x for _, x, y in self.pairs)

    @property
    def names(self) -> tuple[str, ...]:
        return self.columns or tuple(name for _, x, y in self.pairs for name in (x, y) if name)


def find_layout(headers: Mapping[str, Header]) -> Layout | None:
    """How the arrays belong together; None where they do not, and one has to be chosen."""
    arrays = {name: header for name, header in headers.items() if header.shape}
    pairs = _pairs(arrays)
    if pairs:
        return Layout(pairs)
    lengths = {header.shape[0] for header in arrays.values()}
    flat = all(len(header.shape) <= 2 and header.dtype.kind not in "V" for header in arrays.values())
    if len(arrays) > 1 and len(lengths) == 1 and flat:
        return Layout(columns=tuple(arrays))
    return None


def _pairs(arrays: Mapping[str, Header]) -> tuple[tuple[str, str, str | None], ...]:
    """(part, inputs, targets) of each part that has inputs; () where no name says so, or their sizes do not fit."""
    inputs: dict[str, str] = {}
    targets: dict[str, str] = {}
    for name in arrays:
        part, word = _part_and_word(name)
        for known, words in ((inputs, _INPUTS), (targets, _TARGETS)):
            if word in words:
                if part in known:
                    return ()
                known[part] = name
    pairs = tuple((part, name, targets.get(part)) for part, name in inputs.items())
    fitting = all(y is None or arrays[y].shape[0] == arrays[x].shape[0] for _, x, y in pairs)
    shapes = {arrays[x].shape[1:] for _, x, _ in pairs}
    with_targets = sum(y is not None for _, _, y in pairs)
    if not pairs or not fitting or len(shapes) > 1 or with_targets not in (0, len(pairs)):
        return ()
    if len(pairs) > 1 and not all(part for part, _, _ in pairs):
        return ()
    return pairs if with_targets or len(pairs) > 1 else ()


def _part_and_word(name: str) -> tuple[str, str]:
    """x_train → train, x; test_images → test, images; target → "", target."""
    found = _PART_WORD.search(name)
    if found is None:
        return "", name.lower()
    part = part_of(found[1] or found[3]) or "test"
    word = found[2] or (name[: found.start()] + name[found.end() :])
    return part, word.strip("_-. ").lower()
