"""The columns of the table of predictions, as a list: first what the network says, then what the file holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication

from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn
from bpgui.data.targets import Decoded, TargetEncoding
from bpgui.runs.applied_facts import Outcome
from bpgui.ui.explore.cells import cell_text
from bpgui.ui.explore.ordering import sort_keys
from bpgui.ui.live.class_shares import class_shares, each_class
from bpgui.ui.live.predictions_model import output_text
from bpgui.ui.numbers import MINUS

NO_ANSWER = "–"
FILE = "file"  # what readers of many files call the column of their names


def tr(text: str) -> str:
    return QCoreApplication.translate("Predict", text)


@dataclass(frozen=True, eq=False)
class Section:
    """A column: `text(row)` of a cell, `keys()` (rows,) to sort by; NaN or -1 come last.

    `mark(row)` is the class whose shape and hue stands before the text, -1 for none; `share(row)` the part of the cell
    that a bar fills; `verdict(row)` 1 right, 0 wrong. `picture` is drawn instead of the text.
    """

    title: str
    about: str
    text: Callable[[int], str]
    keys: Callable[[], Any]
    number: bool = False
    answer: bool = False
    mark: Callable[[int], int] | None = None
    share: Callable[[int], float] | None = None
    verdict: Callable[[int], int] | None = None
    picture: NumberColumn | None = None


def sections_of(outcome: Outcome) -> tuple[Section, ...]:
    """Prediction, what is right, outputs of each class, then the columns of the file."""
    applied = outcome.applied
    places = applied.places
    found: list[Section] = []
    at = 0
    for target, decoded in zip(applied.encoder.target.each, applied.decoded.each, strict=True):
        found.append(_prediction(target, decoded, places))
        if target.name in applied.seen.names:
            found.append(_data(applied.seen.column(target.name), tr("{0} in the file").format(target.name)))
        if decoded.labels is not None:
            outputs = applied.outputs[:, at : at + target.width]
            outputs = each_class(outputs, target.negative) if applied.probable or target.one_hot else outputs
            names = target.classes if outputs.shape[1] > 1 else target.classes[1:]
            found += [_output(target, name, outputs[:, k], places, applied.probable) for k, name in enumerate(names)]
        at += target.width
    if outcome.right is not None:
        found.insert(2, _verdict(outcome.right))
    targets = set(applied.encoder.target.names)
    shown = [(c, o.name) for c, o in zip(applied.seen.columns, applied.table.columns, strict=True)]
    found += [_data(column, name) for column, name in shown if column.name not in targets and _tells(column, shown)]
    return tuple(found)


def _tells(column: AnyColumn, shown: list[tuple[AnyColumn, str]]) -> bool:
    """A spectrogram a few pixels high says nothing beside the name of its file."""
    sound = isinstance(column, NumberColumn) and column.meaning == "sound"
    return not (sound and any(name == FILE for _, name in shown))


def _prediction(target: TargetEncoding, decoded: Decoded, places: Any) -> Section:
    about = tr("What the network predicts for {0}.").format(target.name)
    codes, values = decoded.codes, decoded.values
    if codes is None:
        assert values is not None
        numbers = values

        def number(row: int) -> str:
            return NO_ANSWER if places[row] < 0 else f"{numbers[places[row]]:.6g}".replace("-", MINUS)

        return Section(target.name, about, number, lambda: _by_row(numbers, places), True, True)

    def code(row: int) -> int:
        return -1 if places[row] < 0 else int(codes[places[row]])

    def label(row: int) -> str:
        found = code(row)
        return NO_ANSWER if found < 0 else target.classes[found]

    return Section(target.name, about, label, lambda: _by_row(codes, places), False, True, code)


def _output(target: TargetEncoding, name: str, outputs: Any, places: Any, probable: bool) -> Section:
    word = tr("probability") if probable else tr("output")
    about = tr("The network's {0} of {1}.").format(word, name)

    def text(row: int) -> str:
        return NO_ANSWER if places[row] < 0 else output_text(float(outputs[places[row]]))

    def share(row: int) -> float:
        if places[row] < 0:
            return 0.0
        found = float(class_shares(np.float64(outputs[places[row]]), target.negative))
        return found if found == found else 0.0

    title = tr("P({0})").format(name) if probable else name
    return Section(title, about, text, lambda: _by_row(outputs, places), True, True, None, share)


def _verdict(right: Any) -> Section:
    words = (tr("✗ wrong"), tr("✓ right"), NO_ANSWER)
    about = tr("Whether the prediction is what the file says.")
    return Section(
        tr("right?"), about, lambda row: words[int(right[row])], lambda: right.astype(np.int64), answer=True,
        verdict=lambda row: int(right[row]),
    )  # fmt: skip


def _data(column: AnyColumn, title: str) -> Section:
    picture = column if isinstance(column, NumberColumn) and len(column.shape) == 3 else None
    about = tr("The column {0} of the file.").format(column.name)
    number = not isinstance(column, TextColumn) and picture is None
    return Section(
        title, about, lambda row: cell_text(column, row), lambda: sort_keys(column), number, picture=picture
    )  # fmt: skip


def _by_row(values: Any, places: Any) -> Any:
    """(rows,) the value of each row of the file, missing where it has no prediction."""
    kept = np.asarray(values, np.float64) if values.dtype.kind == "f" else values
    gone = np.nan if kept.dtype.kind == "f" else -1
    return np.where(places < 0, gone, kept[places]) if len(kept) else np.full(len(places), gone)


def has_pictures(table: Table) -> bool:
    """Whether rows are worth being higher."""
    return any(isinstance(c, NumberColumn) and c.meaning == "image" for c in table.columns)
