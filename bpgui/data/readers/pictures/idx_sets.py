"""Which IDX files belong together: images with their labels, training with test files, by their names and sizes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bpgui.data.errors import DataError
from bpgui.data.readers.joining import part_of
from bpgui.data.readers.labels import natural_text, relative
from bpgui.data.readers.pictures.idx_file import Header, row_words, sizes

_PARTS = ("train", "validation", "test", None)
_NO_NAME = re.compile(
    r"(images?|img|imgs|labels?|targets?|classes|data|values|features|idx\d?|u?byte|u?int|short|float|double|gz|x|y|\(\d+\)|\d)"
)
_LABELS = re.compile(r"label|target|class|(^|[-_. ])y([-_. ]|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Pair:
    """The values of one part, one row for each of the first dimension, and the labels of these rows."""

    part: str | None
    values: Header | None = None
    labels: Header | None = None

    @property
    def any(self) -> Header:
        """The header of one of the two; they have as many rows."""
        found = self.values or self.labels
        assert found is not None
        return found


@dataclass(frozen=True)
class IdxSet:
    """Files that make one table."""

    name: str
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return sum(pair.any.rows for pair in self.pairs)


def sets_of(headers: Sequence[Header], root: Path) -> dict[str, list[Header]]:
    """Files by the name of their set: what their names say beside train, test, images and labels."""
    found: dict[str, list[Header]] = {}
    for header in headers:
        found.setdefault(_set_name(header.path, root), []).append(header)
    values = [header for header in headers if not is_labels(header)]
    if len(headers) == 2 and len(values) == 1 and headers[0].rows == headers[1].rows:
        return {"": list(headers)}  # whatever they are called
    return dict(sorted(found.items(), key=lambda item: natural_text(item[0])))


def is_labels(header: Header) -> bool:
    """One value a row, or few of them under a name that says so."""
    return len(header.dims) == 1 or (len(header.dims) == 2 and bool(_LABELS.search(header.path.name)))


def _set_name(path: Path, root: Path) -> str:
    folders = [part for part in relative(path, root).parts[:-1] if part_of(part) is None and _words(part)]
    return " ".join([*folders, *_words(path.name)])


def _words(name: str) -> list[str]:
    words = [word for word in re.split(r"[-_. ]+", name) if word]
    return [word for word in words if not _NO_NAME.fullmatch(word.lower()) and part_of(word) is None]


def paired(name: str, headers: Sequence[Header], root: Path) -> IdxSet:
    """The files of one set as pairs, training first. Raises DataError saying which file is missing or does not fit."""
    notes: list[str] = []
    slots: dict[tuple[str | None, bool], Header] = {}
    for header in headers:
        part = part_of(header.path.name) or part_of(relative(header.path, root).parent.name)
        slot = (part, is_labels(header))
        if slot in slots:
            notes.append(_one_of_two(slots[slot], header))
            if slots[slot].packed and not header.packed:
                slots[slot] = header
        else:
            slots[slot] = header
    parts = [part for part in _PARTS if (part, False) in slots or (part, True) in slots]
    pairs = [Pair(part, slots.get((part, False)), slots.get((part, True))) for part in parts]
    pairs = _unnamed_is_training(pairs, notes)
    _check_complete(pairs)
    for pair in pairs:
        _check_counts(pair)
    _check_alike(pairs)
    if pairs[0].values is not None and pairs[0].labels is None:
        notes.append(
            f"{_names(pairs)}: no labels were found, so that there is no class to be learnt. Their file, such as "
            f"{_partner(pairs[0].values.path.name, True)}, has to be opened together with the images."
        )
    return IdxSet(name, tuple(pairs), tuple(notes))


def _names(pairs: Sequence[Pair]) -> str:
    return ", ".join(pair.values.path.name for pair in pairs if pair.values is not None)


def _one_of_two(first: Header, second: Header) -> str:
    """A sentence about the same file found twice, as where it lies packed and unpacked. Raises DataError for others."""
    if (first.dims, first.dtype) != (second.dims, second.dtype):
        raise DataError(
            f"{first.path.name} ({sizes(first.dims)}) and {second.path.name} ({sizes(second.dims)}) would be the same "
            "part of the data. Open only one of them, with the files that belong to it."
        )
    taken, other = (second, first) if first.packed and not second.packed else (first, second)
    where = f" in {other.path.parent.name}" if other.path.parent != taken.path.parent else ""
    return f"{other.path.name}{where} holds as many values as {taken.path.name}, seems to be a copy, and was left out."


def _unnamed_is_training(pairs: list[Pair], notes: list[str]) -> list[Pair]:
    """Where one file says that it is the test part, the one that says nothing is the training part."""
    if len(pairs) == 2 and pairs[1].part is None and pairs[0].part == "test":
        notes.append(f"{pairs[1].any.path.name} does not say its part; it was taken for training.")
        return [replace(pairs[1], part="train"), pairs[0]]
    return pairs


def _check_complete(pairs: Sequence[Pair]) -> None:
    values = [pair for pair in pairs if pair.values is not None]
    labelled = [pair for pair in pairs if pair.labels is not None]
    for pair in pairs:
        if pair.values is None and pair.labels is not None and (values or _LABELS.search(pair.labels.path.name)):
            raise DataError(
                f"{pair.labels.path.name} holds {pair.labels.rows:,} labels, but the file of what they are labels of "
                f"is missing. Open {_partner(pair.labels.path.name, False)} together with it."
            )
        if pair.labels is None and pair.values is not None and labelled:
            raise DataError(
                f"{pair.values.path.name} holds {pair.values.rows:,} images, but the file of their labels is missing. "
                f"Open {_partner(pair.values.path.name, True)} together with it, or leave these images out."
            )


def _partner(name: str, labels: bool) -> str:
    """What the other file of a pair is called."""
    old, new, dims = ("images", "labels", "idx1") if labels else ("labels", "images", "idx3")
    found = re.sub(r"idx\d", dims, name.replace(old, new))
    return found if found != name else f"a file of {new} ({dims}-ubyte)"


def _check_counts(pair: Pair) -> None:
    if pair.values is not None and pair.labels is not None and pair.values.rows != pair.labels.rows:
        raise DataError(
            f"{pair.values.path.name} holds {pair.values.rows:,} images, but {pair.labels.path.name} "
            f"{pair.labels.rows:,} labels. The two do not belong together; open the two files of the same part."
        )


def _check_alike(pairs: Sequence[Pair]) -> None:
    for kind in ("values", "labels"):
        found: list[Header] = [header for pair in pairs if (header := getattr(pair, kind)) is not None]
        for other in found[1:]:
            if (other.dims[1:], other.dtype) != (found[0].dims[1:], found[0].dtype):
                raise DataError(
                    f"{found[0].path.name} holds rows of {row_words(found[0])}, {other.path.name} rows of "
                    f"{row_words(other)}. Parts of the same data need the same sizes; open them one by one."
                )
