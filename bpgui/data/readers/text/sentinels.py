"""Numbers that stand for a missing value, such as 9999 or -999, and the words for one that a person has settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bpgui.data.readers.options import Choice, Question, ReadingOptions

_NINES = (*(float("9" * digits) for digits in range(2, 8)), 99.9, 99.99, 999.9, 999.99, 9999.9)
_SURVEY = (99.0, 999.0, 9999.0)  # beside one or two numbers before it, as for "refused" and "does not know"
LOW = (-1.0, -9.0, -200.0, *(-nines for nines in _NINES))
HIGH = (*_NINES, 9.96921e36, 1e20)
_SUSPECT = {*LOW, *HIGH, np.inf, -np.inf}
_LEAST_OTHERS = 2  # different values beside it, so that there is something to stand far outside of
_LEAST_POSITIVE = 5  # -1 beside so many different whole numbers from 1 on


@dataclass(frozen=True)
class Words:
    """For one column: `missing` words stand for a missing value, `kept` words do not although they look like it."""

    missing: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    numbers: tuple[float, ...] = field(default=())

    def settled(self, value: float) -> bool:
        """Whether a number was decided upon."""
        return value in self.numbers


def words_for(column: str, names: Sequence[str], options: ReadingOptions) -> Words:
    """`options.missing` for a column: `word` for all of them, `column=word` for one, `column!=word` for none."""
    missing: set[str] = set()
    kept: set[str] = set()
    for entry in options.missing:
        name, sign, word = entry.rpartition("=")
        keeps = name.endswith("!") and name[:-1] in names
        if sign and (keeps or name in names):
            if (name[:-1] if keeps else name) == column:
                (kept if keeps else missing).add(word.strip())
        else:
            missing.add(entry.strip())
    return Words(frozenset(missing), frozenset(kept), tuple(_numbers(missing | kept)))


def _numbers(words: set[str]) -> list[float]:
    numbers = []
    for word in words:
        try:
            numbers.append(float(word))
        except ValueError:
            continue
    return numbers


def without(values: NDArray[np.float64], words: Words) -> NDArray[np.float64]:
    """(rows,) with NaN in place of the numbers that a person said to be missing."""
    numbers = [number for number in _numbers(set(words.missing)) if str(number) not in words.kept]
    if not numbers:
        return values
    return np.where(np.isin(values, numbers), np.nan, values)


def find_sentinels(values: NDArray[np.float64]) -> list[float]:
    """The numbers of `values` (rows,) that look like a missing value: far outside all others."""
    found: list[float] = []
    if not values.size or not {float(np.fmin.reduce(values)), float(np.fmax.reduce(values))} & _SUSPECT:
        return found  # quick, as for nearly all columns
    finite = values[np.isfinite(values)]
    while finite.size:
        low, high = float(finite.min()), float(finite.max())
        end = next((value for value, ends in ((high, HIGH), (low, LOW)) if value in ends), None)
        if end is None:
            return found
        run = [value for value in (end - 2, end - 1, end) if end in _SURVEY and (finite == value).any()]
        if len(run) > 1 and _far(run[0], finite[~np.isin(finite, run)]):
            return [*found, *run]
        rest = finite[finite != end]
        if not _far(end, rest):  # both ends may be taken, the other one first
            other = low if end == high else high
            if other not in (*LOW, *HIGH) or not _far(other, finite[(finite != other) & (finite != end)]):
                return found
            end, rest = other, finite[finite != other]
        found.append(end)
        finite = rest
    return found


def _far(value: float, others: NDArray[np.float64]) -> bool:
    if not others.size:
        return False
    low, high = float(others.min()), float(others.max())
    some = np.unique(others[:10_000])
    if low == high or (some.size < _LEAST_OTHERS and high == low):
        return False
    if value == -1.0 and low >= 1 and some.size >= _LEAST_POSITIVE and not (some % 1).any():
        return True
    distance = low - value if value < low else value - high
    return distance > high - low and not (value == -1.0 and distance < 10)


def sentinel_question(name: str, found: dict[str, list[float]], options: ReadingOptions) -> Question | None:
    """Asks once for all columns; the table was made with the first choice: these values are missing."""
    if not found:
        return None
    pairs = [(column, f"{value:.15g}") for column, values in found.items() for value in values]
    shown = ", ".join(f"{word} in {column}" for column, word in pairs[:4])
    shown += f" and {len(pairs) - 4} more" if len(pairs) > 4 else ""

    def choice(label: str, missing: set[tuple[str, str]]) -> Choice:
        words = tuple(f"{column}{'=' if (column, word) in missing else '!='}{word}" for column, word in pairs)
        return Choice(label, replace(options, missing=options.missing + words))

    many = len(pairs) > 1
    choices = [choice("missing values", set(pairs)), choice("values like the others", set())]
    if 1 < len(pairs) <= 3:
        choices += [choice(f"only {word} in {column} is missing", {(column, word)}) for column, word in pairs]
    what = "What are they?" if many else "What is it?"
    text = f"{shown} of {name} {'stand' if many else 'stands'} far outside the other values. {what}"
    return Question(key="missing", text=text, choices=tuple(choices))


def na_question(name: str, columns: Sequence[str], options: ReadingOptions) -> Question | None:
    """Whether NA beside other codes of two letters is a missing value, as the table was made, or one of them."""
    if not columns:
        return None

    def choice(label: str, sign: str) -> Choice:
        words = tuple(f"{column}{sign}NA" for column in columns)
        return Choice(label, replace(options, missing=options.missing + words))

    text = f"NA stands among codes of two letters in {', '.join(columns[:4])} of {name}. Is it one of them?"
    choices = (choice("a missing value", "="), choice("a code like the others", "!="))
    return Question(key="words", text=text, choices=choices)
