"""Where the area under a curve comes from: the scores from high to low, and what each adds to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.activations import Array
from bpgui.engine.explain.node import Node, Terms, function, leaf, product, term, total, wide
from bpgui.engine.explain.numbers import text
from bpgui.engine.explain.references import Measured
from bpgui.engine.metrics import METRICS, binary_pr_auc, binary_roc_auc, score_groups

_NAMED = 3  # rows of a score that are named
_TRAPEZOID = "ΔFP · (TP before + TP) / 2"
_STEP = "(Rₙ − Rₙ₋₁) Pₙ"


class _Ranking:
    """Rows by their scores (rows,), falling; those with the same score are one step of the curve."""

    def __init__(self, positive: NDArray[np.bool_], scores: Array, rows: Sequence[int]) -> None:
        self.positives, self.negatives = score_groups(positive, scores)
        self.found, self.alarms = np.cumsum(self.positives), np.cumsum(self.negatives)
        self.all = float(self.positives.sum()), float(self.negatives.sum())
        self._scores, self._each, self._rows = scores, np.unique(scores)[::-1], rows

    def step(self, place: int) -> tuple[str, str]:
        """Label and symbol: "score 0.4 of rows 13 and 14", "at score 0.4"."""
        score = self._each[place]
        places: list[int] = np.flatnonzero(self._scores == score).tolist()
        rows = [self._rows[row] if row < len(self._rows) else row + 1 for row in places]
        said = f"score {text(score)}"
        if len(rows) == 1:
            return f"{said} of row {rows[0]}", f"at {said}"
        named = [str(row) for row in rows[:_NAMED]]
        last = f"{len(rows) - _NAMED:,} more" if len(rows) > _NAMED else named.pop()
        return f"{said} of rows {', '.join(named)} and {last}", f"at {said}"


def _roc(ranking: _Ranking, label: str, value: float) -> Node:
    """Σ of trapezoids in pairs of a positive and a negative row, by how many such pairs there are."""
    before = ranking.found - ranking.positives

    def make(place: int) -> Node:
        above, down, width = before[place], ranking.found[place], ranking.negatives[place]
        written = f"{text(width)} · ({text(above)} + {text(down)}) / 2"
        parts = [
            term(leaf("negative rows with this score", "ΔFP", width)),
            term(leaf("positive rows with a higher one", "TP before", above)),
            term(leaf("positive rows with this or a higher one", "TP", down)),
        ]
        worked = float(width * (above + down) / 2.0)
        return function(*ranking.step(place), _TRAPEZOID, None, worked, written, parts)

    areas = wide(ranking.negatives * (before + ranking.found) / 2.0, make)
    pairs = total("pairs in the right order, ties half: the trapezoids under the curve", f"Σ {_TRAPEZOID}",
                  f"Σ {_TRAPEZOID}", None, areas)  # fmt: skip
    positives, negatives = ranking.all
    parts = [term(pairs), term(leaf("positive rows", "positives", positives)),
             term(leaf("negative rows", "negatives", negatives))]  # fmt: skip
    written = f"{text(pairs.value)} / ({text(positives)} · {text(negatives)})"
    return function(label, METRICS["roc_auc"].label, "Σ trapezoids / (positives · negatives)", value,
                    pairs.value / (positives * negatives), written, parts, Measured("roc_auc"))  # fmt: skip


def _pr(ranking: _Ranking, label: str, value: float) -> Node:
    """Σ of the recall that each score gains, times the precision down to it."""
    positives = ranking.all[0]
    gains, precisions = ranking.positives / positives, ranking.found / (ranking.found + ranking.alarms)

    def make(place: int) -> Node:
        right, wrong, gained = ranking.found[place], ranking.alarms[place], ranking.positives[place]
        gain = function(
            "recall gained", "Rₙ − Rₙ₋₁", "TP gained / positives", None, float(gains[place]),
            f"{text(gained)} / {text(positives)}",
            [term(leaf("positive rows with this score", "TP gained", gained)),
             term(leaf("positive rows", "positives", positives))],
        )  # fmt: skip
        precision = function(
            "precision down to this score", "Pₙ", "TP / (TP + FP)", None, float(precisions[place]),
            f"{text(right)} / ({text(right)} + {text(wrong)})",
            [term(leaf("positive rows with this or a higher score", "TP", right)),
             term(leaf("negative rows with this or a higher score", "FP", wrong))],
        )  # fmt: skip
        return product(*ranking.step(place), _STEP, None, [term(gain), term(precision)])

    steps: Terms = wide(gains * precisions, make)
    return total(label, METRICS["pr_auc"].label, f"Σ {_STEP}", value, steps, Measured("pr_auc"))


AREAS: dict[str, tuple[Callable[[NDArray[np.bool_], Array], float], Callable[[_Ranking, str, float], Node]]] = {
    "roc_auc": (binary_roc_auc, _roc),
    "pr_auc": (binary_pr_auc, _pr),
}


def explain_area(name: str, positive: NDArray[np.bool_], scores: Array, rows: Sequence[int], called: str, label: str
) -> Node:  # fmt: skip
    """An entry of AREAS for the rows that are of the class `called` or not, both (rows,); `label` is what it is."""
    measure, make = AREAS[name]
    value = measure(positive, scores)
    ranking = _Ranking(positive, scores, rows)
    if math.isnan(value) or not ranking.all[0]:
        note = f"There is no row of {called}, or none of another class: no curve can be drawn."
        return leaf(label, METRICS[name].label, value, Measured(name), note)
    return make(ranking, label, value)
