"""`bpgui train --find-rate`: the learning-rate finder instead of a training."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any

import msgspec
import numpy as np

from bpgui.cli.words import Usage
from bpgui.engine.rate_finder import WHOLE, RateSearch, find_rate, finished
from bpgui.runs.driver import Driver
from bpgui.runs.summary import finite

_LINES = 3  # of the table for each power of ten


def check_alone(options: Namespace) -> None:
    """Raises Usage for options that speak of a training."""
    foreign = [f"--{name}" for name in ("save", "test") if getattr(options, name)]
    if foreign:
        raise Usage(f"--find-rate trains nothing: it takes no {' and no '.join(foreign)}")


def print_rate(driver: Driver, *, json: bool) -> int:
    """Find a rate for the run as it stands and print it; 1 where none can be suggested."""
    found = finished(find_rate(driver.training))
    present = driver.training.learning_rate
    if json:
        sys.stdout.write(msgspec.json.encode(_line(found, present)).decode() + "\n")
    else:
        _print(found, present)
    return 0 if found.suggestion is not None else 1


def _print(found: RateSearch, present: float) -> None:
    marked: dict[int, str] = {}
    for rate, word in ((found.suggestion, "suggested"), (present, "in use")):
        place = _nearest(found, rate)
        if place is not None:
            marked[place] = ", ".join(filter(None, (marked.get(place), word)))
    shown = set(range(0, len(found.rates), round(found.options.per_decade / _LINES))) | set(marked)
    if len(found.rates):
        print(f"{'rate':>10}  {'loss':>12}")
    for place in sorted(shown):
        sensible = found.low <= found.rates[place] <= found.high
        line = f"{found.rates[place]:>10.3g}  {found.smooth[place]:>12.6g}  {'|' if sensible else ' '} "
        print((line + marked.get(place, "")).rstrip())
    if found.suggestion is None:
        print(found.problem)
        return
    last = f"{found.rates[-1]:.2g}"
    end = f"up to {last} it did not run away" if found.ended == WHOLE else f"from {last} on it runs away"
    print(f"\nThe loss falls well at rates from {found.low:.2g} to {found.high:.2g} (|); {end}.")
    print(f"Suggested: --learning-rate {found.suggestion:g}; in use: {present:g}.")


def _nearest(found: RateSearch, rate: float | None) -> int | None:
    """The place of the line nearest to a rate; None outside of those tried."""
    if rate is None or found.loss_at(rate) is None:
        return None
    return int(np.abs(np.log(found.rates / rate)).argmin())


def _line(found: RateSearch, present: float) -> dict[str, Any]:
    return {
        "suggestion": found.suggestion, "low": finite(found.low), "high": finite(found.high), "learning_rate": present,
        "ended": found.ended, "problem": found.problem or None, "step": found.step, "start": finite(found.start),
        "rates": found.rates.tolist(), "smooth": found.smooth.tolist(), "losses": found.losses.tolist(),
        "before": found.before.tolist(),
    }  # fmt: skip
