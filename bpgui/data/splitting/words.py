"""By a column that says of each row which part it belongs to."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.spec import Split
from bpgui.data.splitting.sizes import Parts, fractions_of, gathered, stream
from bpgui.data.table import AnyColumn, TextColumn

TRAIN, VALIDATION, TEST = 0, 1, 2
WORDS: dict[str, int] = {
    **dict.fromkeys(("train", "training", "trn", "tr", "learn", "fit"), TRAIN),
    **dict.fromkeys(("validation", "validate", "valid", "val", "dev", "development", "eval", "evaluation"), VALIDATION),
    **dict.fromkeys(("test", "testing", "tst", "te", "holdout", "hold-out", "hold_out", "held-out", "heldout"), TEST),
}
_YES = {"1": True, "true": True, "yes": True, "y": True, "0": False, "false": False, "no": False, "n": False}
_TRAINING_NAME = re.compile(r"(is|in)?[_\s-]*(train|training|learn)", re.IGNORECASE)
_VALIDATION_NAME = re.compile(r"(is|in)?[_\s-]*(val|valid|validation|dev|eval)", re.IGNORECASE)
_TEST_NAME = re.compile(r"(is|in)?[_\s-]*(test|testing|holdout)", re.IGNORECASE)


def by_column(column: AnyColumn, split: Split, seed: int) -> Parts:
    """Each row's part as the column says; where no row says validation, that part is drawn from the training rows.

    It then gets validation / (train + validation) of them; the test fraction plays no part. Raises DataError for words
    that name no part, rows that say nothing, and where no row is for training.
    """
    part = parts_said(column)
    if part.size and not (part == TRAIN).any():
        raise DataError(
            f"Column {column.name!r} says of no row that it is for training. Choose another column that says the parts."
        )
    if not (part == VALIDATION).any():
        _draw_validation(part, split, seed)
    return gathered(part)


def _draw_validation(part: NDArray[np.int64], split: Split, seed: int) -> None:
    train, validation, _ = fractions_of(split)
    rows = np.flatnonzero(part == TRAIN)
    if validation <= 0 or rows.size < 2:
        return
    count = min(max(1, round(rows.size * validation / (train + validation))), rows.size - 1)
    part[stream(seed).permutation(rows)[:count]] = VALIDATION


def parts_said(column: AnyColumn) -> NDArray[np.int64]:
    """(rows,) 0, 1 or 2 for training, validation or test. Raises DataError."""
    if column.shape:
        raise DataError(f"Column {column.name!r} holds images; they do not say which part a row belongs to.")
    missing = np.flatnonzero(column.missing)
    if missing.size:
        raise DataError(
            f"Row {int(missing[0]) + 1:,}, {column.name}: the part is missing"
            f"{f' (and in {missing.size - 1:,} further rows)' if missing.size > 1 else ''}. "
            "Write train, validation or test there, or choose another way to split."
        )
    if isinstance(column, TextColumn):
        values, inverse = np.unique(column.codes, return_inverse=True)
        texts = [column.levels[code].strip().lower() for code in values]
    else:
        values, inverse = np.unique(column.values, return_inverse=True)
        texts = [f"{value:.12g}" for value in values.tolist()]
    meaning = _meaning(column.name.strip(), texts)
    unknown = [text for text in texts if text not in meaning]
    if unknown:
        listed = ", ".join(repr(text[:40]) for text in unknown[:4]) + (", …" if len(unknown) > 4 else "")
        raise DataError(
            f"Column {column.name!r} says {listed}, which is the name of no part. Known are train, validation and test "
            "(also val, dev, eval, holdout), and 0, 1, 2 in their place. Choose another column or way to split."
        )
    return np.array([meaning[text] for text in texts], dtype=np.int64)[inverse]


def _meaning(name: str, texts: list[str]) -> dict[str, int]:
    """The part that each word stands for. Numbers 0, 1, 2 are the parts in order; of 0 and 1 alone, 1 is what the
    column is called after ("is_train"), else test."""
    if "2" in texts:
        return {**WORDS, "0": TRAIN, "1": VALIDATION, "2": TEST}
    said, otherwise = TEST, TRAIN
    named = True
    if _TRAINING_NAME.fullmatch(name):
        said, otherwise = TRAIN, TEST
    elif _VALIDATION_NAME.fullmatch(name):
        said, otherwise = VALIDATION, TRAIN
    else:
        named = _TEST_NAME.fullmatch(name) is not None
    answers = _YES if named else {"0": False, "1": True}
    return {**WORDS, **{word: said if yes else otherwise for word, yes in answers.items()}}
