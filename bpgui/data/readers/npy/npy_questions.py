"""What is asked about arrays: which of an archive is the table, and whether rows of bytes are pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers.npy.npy_header import Header
from bpgui.data.readers.npy.npz_layout import TOGETHER, Layout
from bpgui.data.readers.options import Choice, Question, ReadingOptions, Setting

_LEAST_PICTURE = 64  # values in a row that may be the pixels of a square picture


class ArrayChoice:
    """Which array of the file `name` is the table; `layout` says which of them belong together."""

    def __init__(
        self, name: str, headers: Mapping[str, Header], layout: Layout | None, options: ReadingOptions
    ) -> None:  # fmt: skip
        self._name, self._headers, self._layout, self._options = name, headers, layout, options

    def chosen(self) -> tuple[str, Question | None]:
        """The array that is read, or TOGETHER, and the question where several are possible. Raises DataError."""
        names = list(self._headers)
        if len(names) == 1:
            return names[0], None
        wanted = self._options.sheet
        if wanted is not None and (wanted in names or (wanted == TOGETHER and self._layout is not None)):
            return wanted, None
        if wanted is not None:
            raise DataError(f"{self._name} has no array {wanted!r}. It has {', '.join(names[:20])}.")
        largest = max(names, key=lambda name: self._headers[name].count)
        best = TOGETHER if self._layout is not None else largest
        if self._layout is not None and not self._layout.columns:
            return best, None
        order = [best, *(name for name in names if name != best)]
        choices = tuple(Choice(self.words(name), replace(self._options, sheet=name)) for name in order)
        text = f"{self._name} holds {len(names)} arrays. Which of them is the table?"
        return best, Question(key="sheet", text=text, choices=choices)

    def words(self, name: str) -> str:
        """ "x_train: 60,000 × 28 × 28 uint8"."""
        if name == TOGETHER and self._layout is not None:
            return self._layout.words
        header = self._headers[name]
        shape = " × ".join(f"{size:,}" for size in header.shape)
        words = f"{shape} {'rows of fields' if header.dtype.names else header.dtype.name}"
        return f"{name}: {words}" if name else words

    def settings(self, sheet: str) -> tuple[Setting, ...]:
        """The setting that chooses another array; none where there is one alone."""
        if len(self._headers) < 2:
            return ()
        names = ([TOGETHER] if self._layout is not None else []) + list(self._headers)
        return (
            Setting(
                key="sheet",
                label="Array",
                value=sheet,
                choices=tuple((name, self.words(name)) for name in names),
                help="Which array of the archive the table is made of.",
            ),
        )


def pictures_question(place: str, header: Header, options: ReadingOptions) -> Question | None:
    """Rows of bytes may be the pixels of square pictures; None where they cannot. `place` begins the sentence."""
    if header.dtype != np.uint8 or len(header.shape) != 2:
        return None
    width = header.shape[1]
    side = math.isqrt(width)
    if side * side != width or width < _LEAST_PICTURE:
        return None
    columns = Choice(f"{width:,} columns of numbers", replace(options, size=None))
    pictures = Choice(f"pictures of {side} × {side} pixels", replace(options, size=(side, side)))
    text = f"{place}: each row has {width:,} bytes. Are they the pixels of a picture?"
    best = 1 if options.size == (side, side) else 0
    return Question(key="size", text=text, choices=(columns, pictures), best=best)
