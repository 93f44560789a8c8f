"""The names of roles, kinds, scalings, fillings and parts, as everything about the data writes them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtGui import QColor

from bpgui.data.spec import Column
from bpgui.data.table import AnyColumn
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import Theme

_T = "tables"
ROLE_WORDS: dict[str, Any] = {
    "feature": QT_TRANSLATE_NOOP(_T, "feature"),
    "target": QT_TRANSLATE_NOOP(_T, "target"),
    "ignore": QT_TRANSLATE_NOOP(_T, "ignored"),
    "weight": QT_TRANSLATE_NOOP(_T, "weight"),
    "split": QT_TRANSLATE_NOOP(_T, "split"),
}
KIND_WORDS: dict[str, Any] = {
    "number": QT_TRANSLATE_NOOP(_T, "number"),
    "category": QT_TRANSLATE_NOOP(_T, "category"),
    "ordinal": QT_TRANSLATE_NOOP(_T, "ordinal"),
    "date": QT_TRANSLATE_NOOP(_T, "date"),
    "text": QT_TRANSLATE_NOOP(_T, "text"),
}
_MEANING_WORDS: dict[str, Any] = {
    "image": QT_TRANSLATE_NOOP(_T, "image"),
    "sound": QT_TRANSLATE_NOOP(_T, "sound"),
}
# word, sentence
SCALING_WORDS: dict[str, Any] = {
    "none": (QT_TRANSLATE_NOOP(_T, "not scaled"), QT_TRANSLATE_NOOP(_T, "The numbers as they are.")),
    "standard": (
        QT_TRANSLATE_NOOP(_T, "standardised"),
        QT_TRANSLATE_NOOP(_T, "Less the mean, divided by the standard deviation of the training rows."),
    ),
    "minmax": (
        QT_TRANSLATE_NOOP(_T, "0 to 1"),
        QT_TRANSLATE_NOOP(_T, "From the smallest to the largest value of the training rows."),
    ),
    "robust": (
        QT_TRANSLATE_NOOP(_T, "robust"),
        QT_TRANSLATE_NOOP(_T, "Less the median, divided by the distance of the quartiles: outliers move nothing."),
    ),
    "log": (
        QT_TRANSLATE_NOOP(_T, "logarithm"),
        QT_TRANSLATE_NOOP(_T, "sign(x) log(1 + |x|), then standardised: for values over many sizes."),
    ),
}
MISSING_WORDS: dict[str, Any] = {
    "drop": (
        QT_TRANSLATE_NOOP(_T, "row left out"),
        QT_TRANSLATE_NOOP(_T, "A row in which the value is missing is not used."),
    ),
    "mean": (QT_TRANSLATE_NOOP(_T, "mean"), QT_TRANSLATE_NOOP(_T, "The mean of the training rows stands there.")),
    "median": (QT_TRANSLATE_NOOP(_T, "median"), QT_TRANSLATE_NOOP(_T, "The median of the training rows stands there.")),
    "frequent": (
        QT_TRANSLATE_NOOP(_T, "most frequent"),
        QT_TRANSLATE_NOOP(_T, "The most frequent value of the training rows stands there."),
    ),
    "category": (
        QT_TRANSLATE_NOOP(_T, "own category"),
        QT_TRANSLATE_NOOP(_T, "That it is missing is told to the network: a category, or an input, of its own."),
    ),
}
METHOD_WORDS: dict[str, Any] = {
    "random": (QT_TRANSLATE_NOOP(_T, "at random"), QT_TRANSLATE_NOOP(_T, "Rows are drawn by the seed.")),
    "stratified": (
        QT_TRANSLATE_NOOP(_T, "by class shares"),
        QT_TRANSLATE_NOOP(_T, "Stratified: every part has the classes in the same shares."),
    ),
    "alike": (
        QT_TRANSLATE_NOOP(_T, "equal rows together"),
        QT_TRANSLATE_NOOP(_T, "Rows that are the same in every feature stay together: none is judged by its twin."),
    ),
    "grouped": (
        QT_TRANSLATE_NOOP(_T, "in groups"),
        QT_TRANSLATE_NOOP(_T, "Rows with the same value in a column stay together, such as all of one patient."),
    ),
    "time": (
        QT_TRANSLATE_NOOP(_T, "by time"),
        QT_TRANSLATE_NOOP(_T, "The earliest rows are learnt from, the latest are the test."),
    ),
    "column": (
        QT_TRANSLATE_NOOP(_T, "by a column"),
        QT_TRANSLATE_NOOP(_T, "A column says of each row whether it is for training, validation or test."),
    ),
}
PART_WORDS: tuple[Any, ...] = (
    QT_TRANSLATE_NOOP(_T, "train"),
    QT_TRANSLATE_NOOP(_T, "validation"),
    QT_TRANSLATE_NOOP(_T, "test"),
    QT_TRANSLATE_NOOP(_T, "left out"),
)


def role_word(column: Column) -> str:
    return tr_label(ROLE_WORDS[column.role])


def kind_word(column: Column) -> str:
    return tr_label(KIND_WORDS[column.kind])


def meaning_word(values: AnyColumn) -> str:
    """What many numbers in one value are: in the shape of an image they are one, unless they are a sound's."""
    if len(values.shape) not in (2, 3):
        return ""
    meaning = getattr(values, "meaning", "")
    return tr_label(_MEANING_WORDS["sound" if meaning == "sound" else "image"])


def part_word(code: int) -> str:
    """The name of a part by its code in `Source.parts`."""
    return tr_label(PART_WORDS[code])


def part_color(colors: Theme, code: int) -> QColor:
    return (colors.split_train, colors.split_validation, colors.split_test, colors.field_border)[code]
