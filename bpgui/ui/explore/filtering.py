"""The filter line: `amount > 100`, `species = Adelie`, `part = test`, `age is missing`, or any text.

Conditions are joined by `and`; `or` joins groups of them. Names stand as in the header, in quotes where they hold a
word that the grammar uses. A text alone is looked for in every column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

Mask = NDArray[np.bool_]
Test = Callable[[], Mask]
PART_NAMES = ("train", "validation", "test", "left out")
ROW, PART = "row", "part"
_OPERATORS: dict[str, Callable[[NDArray[np.float64], float], Mask]] = {
    ">=": lambda values, number: values >= number,
    "<=": lambda values, number: values <= number,
    "!=": lambda values, number: values != number,
    "==": lambda values, number: values == number,
    "=": lambda values, number: values == number,
    ">": lambda values, number: values > number,
    "<": lambda values, number: values < number,
}
_ALIASES = {"≥": ">=", "≤": "<=", "≠": "!=", "<>": "!="}
_CONDITION = re.compile(r"^(?P<name>.+?)\s*(?P<op>>=|<=|<>|!=|==|[=<>≥≤≠~])\s*(?P<value>.*)$", re.DOTALL)
_MISSING = re.compile(r"^(?P<name>.+?)\s+is\s+(?P<no>not\s+)?missing$", re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_TWO_WAYS = re.compile(r"[-+−]?\d{1,3},\d{3}$")
_NUMBER = re.compile(r"[-+−]?(\d[\d_ \u202f]*([.,]\d*)?|[.,]\d+)(e[-+−]?\d+)?$", re.IGNORECASE)


class FilterError(ValueError):
    """The line is not understood; the sentence says what is."""


@dataclass(frozen=True, eq=False)
class Filter:
    """A line that was understood: `mask()` works out (rows,) True for the rows to be listed."""

    text: str
    groups: tuple[tuple[Test, ...], ...]

    def mask(self) -> Mask:
        found: Mask | None = None
        for group in self.groups:
            both: Mask | None = None
            for test in group:
                made = test()
                both = made if both is None else both & made
            assert both is not None
            found = both if found is None else found | both
        assert found is not None
        return found


def parse_filter(text: str, table: Table, parts: NDArray[np.int8]) -> Filter | None:
    """The filter of a line, None for an empty one. Raises FilterError with a sentence."""
    line = text.strip()
    if not line:
        return None
    groups = [_pieces(group, "and") for group in _pieces(line, "or")]
    reader = _Reader(table, parts)
    return Filter(line, tuple(tuple(reader.test(clause) for clause in group) for group in groups))


def _pieces(text: str, word: str) -> list[str]:
    """`text` cut at a word that stands outside quotes. Raises FilterError where a side of it is empty."""
    quotes = [match.span() for match in _QUOTED.finditer(text)]
    cuts = [
        match.span()
        for match in re.finditer(rf"(?:^|\s+){word}(?:\s+|$)", text, re.IGNORECASE)
        if not any(start < match.end() and match.start() < stop for start, stop in quotes)
    ]
    pieces, at = [], 0
    for start, stop in cuts:
        pieces.append(text[at:start].strip())
        at = stop
    pieces.append(text[at:].strip())
    if len(pieces) > 1 and not all(pieces):
        raise FilterError(f"A condition is wanted on both sides of {word!r}.")
    return pieces


class _Reader:
    """Turns one condition into a test of all rows."""

    def __init__(self, table: Table, parts: NDArray[np.int8]) -> None:
        self._table = table
        self._parts = parts
        self._names = {name.casefold(): name for name in reversed(table.names)}

    def test(self, clause: str) -> Test:
        missing = _MISSING.match(clause)
        if missing is not None and self._known(missing["name"]):
            column = self._column(missing["name"])
            return (lambda: ~column.missing) if missing["no"] else (lambda: column.missing)
        match = None if _QUOTED.fullmatch(clause) else _CONDITION.match(clause)
        if match is None:
            return self._anywhere(_unquoted(clause))
        operator = _ALIASES.get(match["op"], match["op"])
        value = _unquoted(match["value"])
        if not value:
            raise FilterError(f"A value is wanted after {operator}, as in {_unquoted(match['name'])} {operator} 1.")
        return self._condition(match["name"], operator, value)

    def _condition(self, name: str, operator: str, value: str) -> Test:
        key = _unquoted(name).casefold()
        if key == ROW and not self._known(name):
            numbers = np.arange(1, self._table.rows + 1, dtype=np.float64)
            return _numeric(numbers, ROW, operator, value)
        if key == PART and not self._known(name):
            return self._of_part(operator, value)
        column = self._column(name)
        if isinstance(column, TextColumn):
            return _textual(column, operator, value)
        if column.shape:
            raise FilterError(f"{column.name} holds pictures or sounds; they cannot be compared.")
        if column.meaning == "date":
            return _dated(column, operator, value)
        return _numeric(np.asarray(column.values, dtype=np.float64), column.name, operator, value)

    def _known(self, name: str) -> bool:
        return _unquoted(name).casefold() in self._names

    def _column(self, name: str) -> AnyColumn:
        wanted = _unquoted(name)
        if wanted in self._table.names:
            return self._table.column(wanted)
        found = self._names.get(wanted.casefold())
        if found is None:
            listed = ", ".join(self._table.names[:6]) + (", …" if len(self._table.names) > 6 else "")
            raise FilterError(f"No column is called {wanted!r}. There are: {listed}.")
        return self._table.column(found)

    def _of_part(self, operator: str, value: str) -> Test:
        fitting = [code for code, name in enumerate(PART_NAMES) if name.startswith(value.casefold())]
        if len(fitting) != 1 or operator not in ("=", "==", "!="):
            raise FilterError("A part is train, validation, test or left out, as in part = test.")
        [code] = fitting
        return (lambda: self._parts != code) if operator == "!=" else (lambda: self._parts == code)

    def _anywhere(self, text: str) -> Test:
        """Texts that hold it, and numbers that equal it."""
        wanted = text.casefold()
        number = _number(text)

        def mask() -> Mask:
            found = np.zeros(self._table.rows, dtype=np.bool_)
            for column in self._table.columns:
                if isinstance(column, TextColumn):
                    found |= _levels(column, lambda level: wanted in level.casefold())
                elif number is not None and not column.shape and column.meaning == "number":
                    found |= column.values == number
            return found

        return mask


def _levels(column: TextColumn, holds: Callable[[str], bool]) -> Mask:
    """(rows,) whether the row's text is one that `holds`; a missing one is not."""
    chosen = np.array([*(holds(level) for level in column.levels), False], dtype=np.bool_)
    return np.asarray(chosen[column.codes])


def _textual(column: TextColumn, operator: str, value: str) -> Test:
    wanted = value.casefold()
    if operator in ("=", "=="):
        if not any(level.casefold() == wanted for level in column.levels):
            near = [level for level in column.levels if wanted in level.casefold()][:3] or list(column.levels[:3])
            raise FilterError(f"{column.name} is never {value!r}. It is for example {_either(near)}.")
        return lambda: _levels(column, lambda level: level.casefold() == wanted)
    if operator == "!=":
        return lambda: ~_levels(column, lambda level: level.casefold() == wanted)
    if operator == "~":
        return lambda: _levels(column, lambda level: wanted in level.casefold())
    raise FilterError(f"{column.name} holds text: compare it by = or !=, or by ~ for a part of it.")


def _numeric(values: NDArray[np.float64], name: str, operator: str, value: str) -> Test:
    if _TWO_WAYS.match(value):
        plain = value.replace(",", "")
        raise FilterError(f"{value} can be read in two ways: write {plain} or {value.replace(',', '.')}.")
    number = _number(value)
    if number is None or operator == "~":
        raise FilterError(f"{name} holds numbers: write one after >, <, =, >=, <= or !=, as in {name} > 1.")
    return lambda: _OPERATORS[operator](values, number)


def _dated(column: NumberColumn, operator: str, value: str) -> Test:
    try:
        stamp = np.datetime64(value.strip().replace(" ", "T"))
        days = float(stamp.astype("datetime64[s]").astype(np.int64)) / 86_400.0
    except ValueError:
        example = f"{column.name} > 2024-03-01"
        raise FilterError(f"{column.name} holds dates: write one as 2024-03-01, as in {example}.") from None
    whole = "T" not in str(stamp)
    # A day alone means any time on it.
    values = np.floor(column.values) if whole else np.asarray(column.values, dtype=np.float64)
    if operator == "~":
        raise FilterError(f"{column.name} holds dates: compare them by >, <, =, >=, <= or !=.")
    return lambda: _OPERATORS[operator](values, days)


def _number(text: str) -> float | None:
    """The number that a text is, with a decimal point or comma; None where it is none."""
    if _NUMBER.match(text.strip()) is None:
        return None
    plain = text.strip().replace("−", "-").replace(",", ".")
    return float(re.sub(r"[_ \u202f]", "", plain))


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'" else text


def _either(words: Sequence[str]) -> str:
    return " or ".join(repr(word) for word in words) if words else "empty"
