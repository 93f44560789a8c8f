"""What the columns of a text file hold, decided from cells: numbers, dates or text; asked where two are possible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bpgui.data.readers.options import Question
from bpgui.data.readers.text import type_questions
from bpgui.data.readers.text.dates import DateForm, forms_of, has_zone
from bpgui.data.readers.text.dress import Dress, find_dress
from bpgui.data.readers.text.numbers import NumberFormat, guess_format, whole
from bpgui.data.reading_options import ColumnType, ReadingOptions

_CODE = re.compile(r"^0\d|^\d{16}", re.ASCII | re.MULTILINE)
_PHONE = re.compile(r"\+\d{7,15}", re.ASCII)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)
_DATE_OR_NUMBER = re.compile(r"\d{8}|\d{12}|\d{14}|\d{2}\.\d{4}", re.ASCII)
_NO_FORM = DateForm("parts", "ymd", "-")
Cells = Sequence[str]


@dataclass(frozen=True)
class Plan:
    """How a column is read. `types` are those it could be read as; `forced` by a person.

    `mostly` is the type of most cells where others make it text; `code`: whole numbers with leading zeros.
    """

    type: ColumnType
    types: tuple[ColumnType, ...] = ("text",)
    dress: Dress | None = None
    form: DateForm | None = None
    forced: bool = False
    mostly: ColumnType | None = None
    code: bool = False
    note: str = ""

    @property
    def typed(self) -> bool:
        """Whether it holds more than any text."""
        return self.type != "text" or self.mostly is not None or self.code


@dataclass(frozen=True)
class Decision:
    """The plans of all columns, the way numbers are written, and what is asked.

    `proven`: cells hold a mark that tells the ways of writing numbers apart.
    """

    plans: tuple[Plan, ...]
    format: NumberFormat
    proven: bool
    questions: tuple[Question, ...]

    def fits(self, index: int, cell: str) -> bool:
        """Whether a cell could stand in the column as far as its type goes; text takes anything."""
        plan = self.plans[index]
        kind = plan.mostly or plan.type
        if kind == "number":
            bare = plan.dress.bare(cell) if plan.dress else cell
            return bare is not None and self.format.matches(bare)
        if kind == "date":
            return plan.form is not None and plan.form.days(cell) is not None
        return not plan.code or cell.removeprefix("+").isdecimal()


def decide(
    name: str, names: Cells, columns: Sequence[Cells], formats: Sequence[NumberFormat], options: ReadingOptions
) -> Decision:
    """From the present cells of each column that were seen so far. `name` is the file's, for the questions."""
    forced = dict(options.types)
    kinds = [forced.get(column) for column in names]
    dresses = [
        find_dress(cells) if kind in (None, "number") else None for cells, kind in zip(columns, kinds, strict=True)
    ]
    bare = [
        _bare(cells, dress) if kind in (None, "number") else []
        for cells, dress, kind in zip(columns, dresses, kinds, strict=True)
    ]
    guess = guess_format(bare, formats)
    found = [
        _plan(cells, raw, kind, dress, guess.best)
        for cells, raw, kind, dress in zip(columns, bare, kinds, dresses, strict=True)
    ]
    resolved = type_questions.resolve([forms for _, forms in found], options)
    plans = [
        replace(plan, form=resolved.forms[index] or plan.form) if plan.form else plan
        for index, (plan, _) in enumerate(found)
    ]
    questions = [
        type_questions.about_numbers(name, guess, options),
        type_questions.about_dates(name, names, columns, resolved, options),
        type_questions.about_compact_dates(
            name, names, columns, [i for i, p in enumerate(plans) if "number" in p.types and p.type == "date"], options
        ),
        type_questions.about_codes(
            name, names, columns, [i for i, plan in enumerate(plans) if plan.code and not plan.forced], options
        ),
    ]
    noted = tuple(
        replace(plan, note=_note(plan, column, cells, guess.best))
        for plan, column, cells in zip(plans, names, columns, strict=True)
    )
    return Decision(noted, guess.best, guess.proven, tuple(question for question in questions if question))


def _bare(cells: Cells, dress: Dress | None) -> Cells:
    """The cells as plain numbers; addresses such as 192.168.100.200 are none."""
    if dress is None:
        return [] if cells and all(_ADDRESS.fullmatch(cell) for cell in cells) else cells
    return [text if (text := dress.bare(cell)) is not None else f"{cell}?" for cell in cells]


def _plan(
    cells: Cells, bare: Cells, kind: ColumnType | None, dress: Dress | None, format: NumberFormat
) -> tuple[Plan, tuple[DateForm, ...]]:
    """The plan of one column, and the forms its dates could have."""
    if kind is not None:
        return _forced(cells, kind, dress, format)
    if not cells:
        return Plan("number", ("number", "text")), ()
    fitting = len(bare) if whole(bare) else format.count(bare)
    numeric = fitting == len(cells)
    forms = forms_of(cells) if 2 * fitting <= len(cells) or _perhaps_dates(cells) else ()
    if forms:
        pure = all(forms[0].days(cell) is not None for cell in cells)
        if pure or not numeric:
            types: tuple[ColumnType, ...] = ("date", "number", "text") if numeric else ("date", "text")
            plan = Plan("date", types, form=forms[0]) if pure else Plan("text", types, form=forms[0], mostly="date")
            return plan, forms if pure else ()
    if _is_code(cells):
        return Plan("text", ("text", "number"), code=True), ()
    if numeric:
        return Plan("number", ("number", "text"), dress), ()
    if 2 * fitting > len(cells):
        return Plan("text", ("text", "number"), dress, mostly="number"), ()
    return Plan("text"), ()


def _forced(
    cells: Cells, kind: ColumnType, dress: Dress | None, format: NumberFormat
) -> tuple[Plan, tuple[DateForm, ...]]:
    """The plan of a column whose type a person has settled."""
    forms = forms_of(cells)
    dated: tuple[ColumnType, ...] = ("date",) if forms else ()
    if kind == "number":
        return Plan("number", ("number", "text", *dated), dress, forced=True), ()
    plain = find_dress(cells)
    fitting = sum(bare is not None and format.matches(bare) for bare in (plain.bare(c) if plain else c for c in cells))
    numbers: tuple[ColumnType, ...] = ("number",) if 2 * fitting > len(cells) else ()
    if kind == "date":
        return Plan("date", ("date", "text", *numbers), form=forms[0] if forms else _NO_FORM, forced=True), forms
    return Plan("text", ("text", *numbers, *dated), forced=True, code=_is_code(cells)), ()


def _is_code(cells: Cells) -> bool:
    """Whole numbers, some of which begin with a needless zero or have more digits than a number keeps; telephones."""
    if whole(cells):
        return _CODE.search("\n".join(cells)) is not None and any(map(type_questions.like_code, cells))
    return bool(cells) and all(_PHONE.fullmatch(cell) for cell in cells)


def _perhaps_dates(cells: Cells) -> bool:
    """20241231 and 12.2024: numbers that are likelier dates."""
    return len(set(cells)) > 1 and all(_DATE_OR_NUMBER.fullmatch(cell) for cell in cells)


def _note(plan: Plan, column: str, cells: Cells, format: NumberFormat) -> str:
    """The sentence that says how the cells of a column were understood, "" where there is nothing to say."""
    if plan.type == "number" and plan.dress:
        odd = (cell for cell in cells if not (cell[-1:].isdigit() and cell[:1].isdigit()))
        example = next(odd, cells[0])
        bare = plan.dress.bare(example)
        if bare is not None and format.matches(bare):
            value = format.value(bare) / (100 if plan.dress.percent else 1)
            return f"Column {column}: {example} is read as {value:.10g}."
    if plan.type == "date" and plan.form and cells:
        if plan.form.short:
            return f"Column {column}: years of two digits are those from 1969 to 2068."
        if plan.form.kind == "month":
            return f"Column {column}: a month stands for its first day."
        zones = sum(map(has_zone, cells))
        if zones:
            none = " Times without a time zone are taken as UTC." if zones < len(cells) else ""
            return f"Column {column}: times are converted to UTC.{none}"
    return ""
