"""The learning-rate finder: a range test, on a copy.

The rate grows step by step by the same factor, and the loss is noted (Smith 2017, Cyclical learning rates for training
neural networks, section 3.3); it ends once the smoothed loss has risen to four times its lowest, as in fastai's
`lr_find`. The run stays as it is, to the bit: parameters, moments, running statistics, random streams, order of rows.

Batches differ more than a rate does, so each loss is set against that of the same rows, with the same dropout masks, at
the weights it began with; the curve is the ratio of the two sums over neighbouring steps. Where nothing has moved yet
it is flat without any noise.

The suggestion is the rate at which nine tenths of the fall are done, and at most a third of the one at which the loss
is lowest. Where the loss has not risen again by the end, its minimum says nothing of the edge beyond which it runs
away: a tiny table taken whole is learnt within the test, and then hardly any gradient is left to do harm. A third of
the first it is then.

That was measured: for the 17 samples, 7 optimizers and 3 seeds, some 1 500 steps at that rate left 1.8 % of the fall to
the loss of the best rate undone, on average, and 29 % at worst. At the steepest point of the same curve it was 5 % and
98 %; at a tenth of its minimum's rate 28 %, and some runs ran away.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.network import Network
from bpgui.engine.regularizers import Penalty
from bpgui.engine.schedules import Schedule
from bpgui.engine.training import Training

WHOLE, ROSE, DIVERGED = "whole", "rose", "diverged"
_TIMES = 4.0  # of the lowest loss, at which it ends
_FORGETS = 0.8  # how slowly the running mean that ends it forgets
_WIDTH = 0.25  # decades: the standard deviation of the smoothing
_FALL, _HALF, _THIRD = 0.9, 0.5, 3.0
_FEWEST = 5  # points that are a curve
# A fall by less is none: runs that had nothing left to learn fell by up to 0.27 %, new ones by 0.5 % or more.
_LEAST = 0.003
_NOTHING: Array = np.empty(0)


@dataclass(frozen=True)
class RateOptions:
    """Rates from `lowest` to `highest`, `steps` of them, each by the same factor above the one before."""

    lowest: float = 1e-6
    highest: float = 100.0
    steps: int = 160

    def __post_init__(self) -> None:
        if not 0.0 < self.lowest < self.highest < math.inf or self.steps < 2 * _FEWEST:
            raise ValueError("rates above 0, the highest above the lowest, and at least 10 steps are needed")

    @property
    def rates(self) -> Array:
        """(steps,)"""
        return np.geomspace(self.lowest, self.highest, self.steps)

    @property
    def per_decade(self) -> float:
        """Steps in which the rate grows tenfold."""
        return (self.steps - 1) / math.log10(self.highest / self.lowest)


@dataclass(frozen=True)
class RateSearch:
    """`losses` (n,) with penalties, of the batch after the step at each of `rates` (n,); `before` (n,) those of the
    same rows at the weights it began with; `smooth` (n,) is the curve and `start` where it begins.

    `suggestion` is None where nothing speaks for a rate, and `problem` says why. From `low`, where half of the fall is
    done, to `high`, where the loss is lowest, rates are sensible. `ended`: WHOLE, ROSE or DIVERGED. `step` is the run's
    next step.
    """

    step: int
    options: RateOptions
    rates: Array
    losses: Array
    before: Array
    smooth: Array
    ended: str
    start: float = math.nan
    suggestion: float | None = None
    low: float = math.nan
    high: float = math.nan
    problem: str = ""

    @property
    def lowest_loss(self) -> float:
        """Of the smoothed curve; NaN without one."""
        return float(self.smooth.min()) if len(self.smooth) else math.nan

    def loss_at(self, rate: float) -> float | None:
        """The smoothed loss at a rate, between two of those tried; None outside of them."""
        if not len(self.rates) or not self.rates[0] <= rate <= self.rates[-1]:
            return None
        return float(np.interp(math.log10(rate), np.log10(self.rates), self.smooth))

    def times_off(self, rate: float, steps: float) -> float:
        """How many times too low (below 1) or too high (above 1) a rate is for so many steps; 1 for one that will do.

        Networks learn at very different rates, so it has to lie well outside of the sensible ones. A low one will do
        where its steps together go as far as the test went until its suggestion.
        """
        if self.suggestion is None:
            return 1.0
        went = float(self.rates[self.rates <= self.suggestion].sum())
        too_low = rate < self.low / 10.0 and rate * steps < went
        return rate / self.suggestion if too_low or rate > self.high * 3.0 else 1.0


def find_rate(training: Training, options: RateOptions | None = None) -> Generator[float, None, RateSearch]:
    """The range test of the training as it stands, with its optimizer, penalties and clipping, its schedule left out.

    A generator: what it needs is copied at its first `next`, the training may go on while it works. It yields the share
    done after each step, and returns a RateSearch.
    """
    asked = options or RateOptions()
    rates, step = asked.rates, training.step_count + 1
    if not training.network.trained:
        return RateSearch(step, asked, _NOTHING, _NOTHING, _NOTHING, _NOTHING, WHOLE, problem=FROZEN)
    pair, ended, rise = _Pair(training), WHOLE, _Rise()
    losses, before = [], []
    for place in range(len(rates) + 1):  # the loss after a step is that of the next one's forward pass
        loss, first = pair.step(float(rates[min(place, len(rates) - 1)]))
        if not math.isfinite(loss):
            ended = DIVERGED
            break
        if place:
            losses.append(loss)
            before.append(first)
            if rise.notes(loss, first) and place > _FEWEST:
                ended = ROSE
                break
        yield place / len(rates)
    return judged(step, asked, np.array(losses), np.array(before), ended)


class _Pair:
    """A twin that trains, and the network as it was beside it."""

    def __init__(self, training: Training) -> None:
        self.twin = training.twin(Schedule({}))
        self.still: Network = training.network.twin()
        penalty = Penalty(self.still.dense)
        with np.errstate(all="ignore"):
            self.penalty = float(penalty.value(training.l1, training.l2).real) if training.l1 or training.l2 else 0.0

    def step(self, rate: float) -> tuple[float, float]:
        """(loss, loss at the first weights) of the next batch, with penalties, before a step at that rate.

        NaN or infinite where no step could be made.
        """
        twin, still = self.twin, self.still
        twin.diverged, twin.learning_rate = False, rate
        x, y, weights = twin.feed.take()
        with np.errstate(all="ignore"):
            twin.lend_masks(still, len(x))
            first = float(still.loss_of(still.forward(x), y, weights)) + self.penalty
            loss = twin.step() + twin.penalty
        return (math.nan if twin.diverged else loss), first


class _Rise:
    """Whether the loss, by running means, has risen to some times its lowest and above where it began."""

    def __init__(self) -> None:
        self._loss = self._before = 0.0
        self._lowest = math.inf

    def notes(self, loss: float, before: float) -> bool:
        self._loss = _FORGETS * self._loss + (1.0 - _FORGETS) * loss
        self._before = _FORGETS * self._before + (1.0 - _FORGETS) * before
        share = self._loss / self._before if self._before > 0.0 else 1.0
        self._lowest = min(self._lowest, share)
        return share > max(1.0, _TIMES * self._lowest)


def finished(search: Generator[float, None, RateSearch]) -> RateSearch:
    """Run it to its end."""
    while True:
        try:
            next(search)
        except StopIteration as end:
            found: RateSearch = end.value
            return found


FROZEN = "Every weight is frozen: no rate moves anything."
RUNS_AWAY = (
    "The loss runs away at the lowest rate already. After a divergence go back first; else scale inputs and target, or "
    "begin with smaller weights."
)
NO_FALL = (
    "The loss falls at no rate: from here there is little left to learn, or this network cannot learn it. "
    "At the first weights there is more to see."
)


def judged(step: int, options: RateOptions, losses: Array, before: Array, ended: str) -> RateSearch:
    """What the losses after each of the first rates say, beside those of the same rows at the first weights."""
    rates = options.rates[: len(losses)]
    if len(losses) < _FEWEST:
        return RateSearch(step, options, rates, losses, before, losses, ended, problem=RUNS_AWAY)
    smooth = smoothed_curve(losses, before, _WIDTH * options.per_decade)
    quiet, least = max(2, round(options.per_decade / 2.0)), int(smooth.argmin())
    start = float(smooth[:quiet].mean())
    fall = start - float(smooth[least])
    if least < quiet or not fall > _LEAST * start:
        return RateSearch(step, options, rates, losses, before, smooth, ended, start, problem=NO_FALL)
    nine_tenths, half = (float(rates[_reached(smooth, start - share * fall)]) for share in (_FALL, _HALF))
    high = float(rates[least])
    unrisen = ended == WHOLE and smooth[-1] <= start - _FALL * fall
    suggestion = rounded_rate(nine_tenths / _THIRD if unrisen else min(nine_tenths, high / _THIRD))
    low = min(half, suggestion)
    return RateSearch(step, options, rates, losses, before, smooth, ended, start, suggestion, low, high)


def smoothed_curve(losses: Array, before: Array, width: float) -> Array:
    """The mean loss before, times how neighbouring losses (n,) compare with those before: (n,), without a lag.

    Neighbours weigh by a bell curve with a standard deviation of `width` places.
    """
    places = np.arange(len(losses))
    weights = np.exp(-0.5 * ((places[:, None] - places[None, :]) / width) ** 2)
    there = weights @ before
    found: Array = before.mean() * (weights @ losses) / np.where(there > 0.0, there, 1.0)
    return found


def _reached(smooth: Array, level: float) -> int:
    """The first place at or below a level, which some place is."""
    return int(np.argmax(smooth <= level))


def rounded_rate(rate: float) -> float:
    """The nearest of 1, 2, 3, 5 times a power of ten."""
    power = math.floor(math.log10(rate))
    near = (float(f"{digit}e{power + more}") for digit, more in ((1, 0), (2, 0), (3, 0), (5, 0), (1, 1)))
    return min(near, key=lambda value: abs(math.log(value / rate)))
