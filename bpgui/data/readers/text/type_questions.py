"""Questions about what cells mean: which mark is the decimal one, which number the month, whether 00123 is a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from bpgui.data.readers.options import Choice, Question
from bpgui.data.readers.text.dates import ORDERS, DateForm, Order, shown_day
from bpgui.data.readers.text.numbers import FormatGuess
from bpgui.data.reading_options import ColumnType, ReadingOptions

Cells = Sequence[str]
_NAMED = 3


@dataclass(frozen=True)
class Resolved:
    """One form a column (None: no dates), and the columns in which another is possible, with all of theirs."""

    forms: tuple[DateForm | None, ...]
    open: dict[int, tuple[DateForm, ...]]


def resolve(found: Sequence[tuple[DateForm, ...]], options: ReadingOptions) -> Resolved:
    """By what a person has settled, by a column of the same file that proves an order, or the likelier one."""
    proven = {f[0].order for f in found if len(f) == 1 and f[0].kind == "parts" and not f[0].short} - {"ymd"}
    chosen: list[DateForm | None] = []
    open: dict[int, tuple[DateForm, ...]] = {}
    for index, forms in enumerate(found):
        if len(forms) < 2 and not (forms and forms[0].short and forms[0].kind == "parts"):
            chosen.append(forms[0] if forms else None)
            continue
        settled = [form for form in forms if form.order == options.dates]
        if not settled and options.dates is None and not forms[0].short and len(proven) == 1:
            settled = [form for form in forms if form.order in proven]
        chosen.append((settled or list(forms))[0])
        if not settled:
            open[index] = forms
    return Resolved(tuple(chosen), open)


def about_numbers(name: str, guess: FormatGuess, options: ReadingOptions) -> Question | None:
    """Which way of writing numbers is meant."""
    if not guess.others:
        return None
    choices = []
    for format in (guess.best, *guess.others):
        value = f"is {format.value(guess.example):.10g}" if format.matches(guess.example) else "is text"
        changed = replace(options, decimal=format.decimal, thousands=format.thousands)
        choices.append(Choice(f"{format.label}: {guess.example} {value}", changed))
    text = f"Numbers in {name} such as {guess.example} can be read in {len(choices)} ways. Which one is right?"
    return Question(key="numbers", text=text, choices=tuple(choices))


def about_dates(
    name: str, names: Cells, columns: Sequence[Cells], resolved: Resolved, options: ReadingOptions
) -> Question | None:
    """Which number is the day; and whether what looks like years of two digits are dates at all."""
    if not resolved.open:
        return None
    first = next(iter(resolved.open))
    best = resolved.forms[first]
    orders: list[Order] = [best.order] if best else []
    orders += [form.order for forms in resolved.open.values() for form in forms if form.order not in orders]
    orders = list(dict.fromkeys(orders))
    example = next((cell for cell in columns[first] if _telling(cell)), columns[first][0])
    choices = []
    for order in orders:
        form = next((form for form in resolved.open[first] if form.order == order), None)
        day = form.days(example) if form else None
        shown = f": {example} is {shown_day(day)}" if day is not None else ""
        choices.append(Choice(ORDERS[order] + shown, replace(options, dates=order)))
    if best and best.short:
        choices.append(Choice("text, no dates", _typed(options, names, list(resolved.open), "text")))
    where = _columns(names, list(resolved.open))
    text = f"Dates such as {example} in {where} of {name} can be read in {len(choices)} ways. Which one is right?"
    return Question(key="dates", text=text, choices=tuple(choices))


def _telling(cell: str) -> bool:
    """Whether the parts of a date differ, so that an example shows the difference."""
    parts = re.findall(r"\d+", cell)
    return len(parts) >= 3 and int(parts[0]) != int(parts[1])


def about_compact_dates(
    name: str, names: Cells, columns: Sequence[Cells], which: Sequence[int], options: ReadingOptions
) -> Question | None:
    """Whether 20241231 or 12.2024 is a date or a number."""
    asked = [index for index in which if names[index] not in dict(options.types)]
    if not asked:
        return None
    example = columns[asked[0]][0]
    text = f"{example} in {_columns(names, asked)} of {name} may be a date or a number. Which is it?"
    choices = (
        Choice("a date", _typed(options, names, asked, "date")),
        Choice("a number", _typed(options, names, asked, "number")),
    )
    return Question(key="types", text=text, choices=choices)


def like_code(cell: str) -> bool:
    """Whether a whole number would not be the same one, or not look so, once it is read: 007, or beyond 2^53."""
    return len(cell) > 1 and (cell[0] in "0+" or (len(cell) >= 16 and int(float(cell)) != int(cell)))


def about_codes(
    name: str, names: Cells, columns: Sequence[Cells], which: Sequence[int], options: ReadingOptions
) -> Question | None:
    """Whether 00123 is a code or a number."""
    if not which:
        return None
    cells = columns[which[0]]
    example = next((cell for cell in cells if like_code(cell)), cells[0])
    why = {"0": "begin with a zero", "+": "begin with a plus"}.get(example[0], "have more digits than a number keeps")
    text = f"Values such as {example} in {_columns(names, which)} of {name} {why}. What are they?"
    choices = (
        Choice(f"codes: {example} stays as it is, as text", _typed(options, names, which, "text")),
        Choice(f"numbers: {example} is {float(example):.0f}", _typed(options, names, which, "number")),
    )
    return Question(key="codes", text=text, choices=choices)


def _typed(options: ReadingOptions, names: Cells, which: Sequence[int], kind: ColumnType) -> ReadingOptions:
    return replace(options, types=options.types + tuple((names[index], kind) for index in which))


def _columns(names: Cells, which: Sequence[int]) -> str:
    shown = ", ".join(names[index] for index in which[:_NAMED])
    more = f" and {len(which) - _NAMED} more" if len(which) > _NAMED else ""
    return f"column{'s' if len(which) > 1 else ''} {shown}{more}"
