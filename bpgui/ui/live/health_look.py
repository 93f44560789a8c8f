"""What the health of a run looks like at one moment, in numbers and words: the picture and its text form share it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from bpgui.engine.vitals import RECTIFYING, SIGNS, SQUASHING
from bpgui.runs.health.bands import HEALTHY, HIGH, LOW, VITAL_SIGNS, VitalSign
from bpgui.runs.health.conditions import EXPLODING, GROWN, LASTING, VANISHING
from bpgui.ui.numbers import format_number
from bpgui.ui.texts import group, tr_label

Floats = NDArray[np.float64]
GRADIENT, UPDATE, UNITS = COLUMNS = ("gradient", "update", "units")
MARKS = {HEALTHY: "✓", LOW: "▼", HIGH: "▲", "": ""}


def tr(text: str) -> str:
    return QCoreApplication.translate("health", text)


@dataclass(frozen=True, eq=False)
class HealthLook:
    """`steps` (n,) and `values` (n, layers, SIGNS) of the course up to this moment; the Dense by id and by name."""

    layers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    activations: tuple[str, ...] = ()
    steps: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    values: Floats = field(default_factory=lambda: np.empty((0, 0, len(SIGNS))))

    def sign(self, row: int, column: str) -> VitalSign | None:
        """What is shown of a layer in a column of COLUMNS: its units die or saturate, or can do neither."""
        if column != UNITS:
            return VITAL_SIGNS[column]
        name = self.activations[row]
        if name in SQUASHING:
            return VITAL_SIGNS["saturated"] if row < len(self.layers) - 1 else None
        return VITAL_SIGNS["dead"] if name in RECTIFYING else None

    def course(self, row: int, column: str) -> Floats:
        """(n,) of a layer; empty where there is nothing to show."""
        sign = self.sign(row, column)
        return self.values[:, row, SIGNS.index(sign.key)] if sign is not None and len(self.values) else np.empty(0)

    def value(self, row: int, column: str, at: int | None = None) -> float:
        """At a place of the course; the last one known without it. NaN where there is none."""
        sign = self.sign(row, column)
        if sign is None:
            return math.nan
        return self.last(row, sign.key) if at is None else float(self.course(row, column)[at])

    def verdict(self, row: int, column: str, at: int | None = None) -> str:
        """HEALTHY, LOW, HIGH or "": a gradient is low beside the last layer's, and high beside the layer's weights."""
        return self._verdicts[row, column] if at is None else self._judge(row, column, at)

    @cached_property
    def _verdicts(self) -> dict[tuple[int, str], str]:
        """Those of this moment: a picture asks for each of them again and again."""
        return {(row, column): self._judge(row, column) for row in range(len(self.layers)) for column in COLUMNS}

    def _judge(self, row: int, column: str, at: int | None = None) -> str:
        sign, value = self.sign(row, column), self.value(row, column, at)
        if sign is None or math.isnan(value):
            return ""
        if column != GRADIENT:
            return sign.judge(value)
        known = ~np.isnan(self.course(row, GRADIENT))
        moment = int(np.flatnonzero(known)[-1]) if at is None else at
        last = self.value(len(self.layers) - 1, GRADIENT, moment)
        weights = float(self.values[moment, row, SIGNS.index("weights")])
        first = float(np.nan_to_num(self.values[0, :, SIGNS.index(GRADIENT)]).max())
        if value > EXPLODING * weights or value > GROWN * first > 0.0:
            return HIGH
        return LOW if value < VANISHING * last else HEALTHY

    def word(self, row: int, column: str, at: int | None = None) -> str:
        """The verdict in a word."""
        verdict = self.verdict(row, column, at)
        words = {
            HEALTHY: tr("healthy"),
            LOW: tr("vanishing") if column == GRADIENT else tr("low"),
            HIGH: tr("exploding") if column == GRADIENT else tr("high"),
        }
        return words.get(verdict, "")

    def ill(self, row: int, column: str) -> bool:
        return self.verdict(row, column) in (LOW, HIGH)

    @property
    def unhealthy(self) -> tuple[int, ...]:
        """The rows of layers with anything low or high."""
        return tuple(row for row in range(len(self.layers)) if any(self.ill(row, column) for column in COLUMNS))

    @property
    def early(self) -> bool:
        """Before anything can have lasted, so that no warning speaks of it yet."""
        return len(self.steps) == 0 or int(self.steps[-1]) < LASTING

    def last(self, row: int, sign: str) -> float:
        """The last known value of one of SIGNS."""
        course = self.values[:, row, SIGNS.index(sign)] if len(self.values) else np.empty(0)
        known = course[~np.isnan(course)]
        return float(known[-1]) if len(known) else math.nan

    def spread(self) -> tuple[float, float] | None:
        """Smallest and largest gradient norm of the course that is above 0."""
        found = self.values[:, :, SIGNS.index("gradient")]
        found = found[np.isfinite(found) & (found > 0.0)]
        return (float(found.min()), float(found.max())) if found.size else None


def value_text(sign: VitalSign | None, value: float) -> str:
    """ "38 %", "0.0021"; a dash for what there is not."""
    if sign is None or math.isnan(value):
        return "–"
    return f"{value:.0%}".replace("%", "\u202f%") if sign.share else format_number(value, 2)


def band_text(sign: VitalSign) -> str:
    """ "healthy from 0.0001 to 0.01"."""
    if sign.high is None:
        return ""
    high = value_text(sign, sign.high)
    if sign.low is None:
        return tr("healthy up to {0}").format(high)
    return tr("healthy from {0} to {1}").format(format_number(sign.low, 1), format_number(sign.high, 1))


def moment_lines(look: HealthLook, row: int, column: str, at: int) -> list[str]:
    """One number at one moment in words, a part of it a line."""
    sign = look.sign(row, column)
    step = tr("{0}, step {1}").format(look.names[row], group(int(look.steps[at])))
    if sign is None:
        last = row == len(look.layers) - 1
        return [step, tr("its outputs are the answer") if last else tr("its units neither die nor saturate")]
    word = look.word(row, column, at)
    value = value_text(sign, look.value(row, column, at))
    lines = [step, f"{tr_label(sign.label)}: {value}" + (f", {word}" if word else "")]
    return [*lines, band_text(sign)] if band_text(sign) else lines


def in_words(look: HealthLook) -> str:
    """Every layer in a sentence."""
    if not len(look.steps):
        return tr("nothing measured yet")
    said = []
    for row, name in enumerate(look.names):
        parts = []
        for column in COLUMNS:
            sign = look.sign(row, column)
            if sign is None or math.isnan(look.value(row, column)):
                continue
            word = look.word(row, column)
            text = f"{tr_label(sign.label)} {value_text(sign, look.value(row, column))}"
            parts.append(f"{text} ({word})" if word else text)
        said.append(f"{name}: {', '.join(parts)}" if parts else name)
    return "; ".join(said)
