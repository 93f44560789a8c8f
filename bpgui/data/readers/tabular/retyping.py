"""A column as another type than the file gives it, because a person said so."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpgui.data.readers.options import ReadingOptions
from bpgui.data.readers.selecting import with_precision
from bpgui.data.readers.tabular.cells import DATE, NUMBER, shown
from bpgui.data.readers.text.dates import forms_of
from bpgui.data.readers.text.numbers import NumberFormat
from bpgui.data.readers.text.sentinels import without, words_for
from bpgui.data.reading_options import ColumnType
from bpgui.data.table import AnyColumn, NumberColumn, TextColumn


def types_of(column: AnyColumn) -> tuple[ColumnType, ...]:
    """Those that the column could be read as, its own first; none for pictures."""
    if isinstance(column, TextColumn):
        return ("text", "number", "date")
    if column.shape:
        return ()
    return ("date", "number", "text") if column.meaning == "date" else ("number", "text")


def settled(column: AnyColumn, options: ReadingOptions) -> tuple[AnyColumn, str]:
    """The column with the type and the missing values that the options say, and a sentence about what was lost."""
    if isinstance(column, NumberColumn) and column.shape:
        return column, ""
    column = _without_missing(column, options)
    wanted = dict(options.types).get(column.name)
    if isinstance(column, NumberColumn):
        return _from_numbers(column, wanted), ""
    if wanted is None or wanted == "text":
        return column, ""
    return _from_text(column, wanted, options)


def _without_missing(column: AnyColumn, options: ReadingOptions) -> AnyColumn:
    if not options.missing:
        return column
    words = words_for(column.name, [column.name], options)
    if isinstance(column, NumberColumn):
        if column.meaning != "number":
            return column
        cleared = without(column.values.astype(np.float64), words)
        return NumberColumn(column.name, with_precision(cleared, options))
    return _coded(column.name, column.codes, [None if text in words.missing else text for text in column.levels])


def _from_numbers(column: NumberColumn, wanted: ColumnType | None) -> AnyColumn:
    if wanted != "text":
        return NumberColumn(column.name, column.values, wanted) if wanted else column
    values = column.values.astype(np.float64)
    different, inverse = np.unique(values, return_inverse=True)
    sort = DATE if column.meaning == "date" else NUMBER
    texts = [None if value != value else shown(sort, value) for value in different.tolist()]
    return _coded(column.name, inverse.astype(np.int32), texts)


def _from_text(column: TextColumn, wanted: ColumnType, options: ReadingOptions) -> tuple[AnyColumn, str]:
    each = _numbers(column, options) if wanted == "number" else _days(column, options)
    values = np.append(each, np.nan)[column.codes]
    lost = int((np.isnan(values) & (column.codes >= 0)).sum())
    note = f"Column {column.name}: {lost:,} texts are no {wanted}s; they are missing." if lost else ""
    if wanted == "number":
        return NumberColumn(column.name, with_precision(values, options)), note
    return NumberColumn(column.name, values, "date"), note


def _numbers(column: TextColumn, options: ReadingOptions) -> NDArray[np.float64]:
    format = NumberFormat(options.decimal or ".", options.thousands or "")
    return np.array([format.value(t) if format.matches(t) else np.nan for t in column.levels], dtype=np.float64)


def _days(column: TextColumn, options: ReadingOptions) -> NDArray[np.float64]:
    forms = sorted(forms_of(column.levels), key=lambda form: form.order != options.dates)
    days = [forms[0].days(text) if forms else None for text in column.levels]
    return np.array([np.nan if day is None else day for day in days], dtype=np.float64)


def _coded(name: str, codes: NDArray[np.int32], texts: list[str | None]) -> TextColumn:
    """`codes` point into `texts`, which may hold one twice, or None for a missing value; levels come in their order."""
    order: dict[str, int] = {}
    for text in texts:
        if text is not None:
            order.setdefault(text, len(order))
    places = np.array([-1 if text is None else order[text] for text in texts] + [-1], dtype=np.int32)
    return TextColumn(name, places[codes], tuple(order))
