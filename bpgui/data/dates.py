"""Dates as numbers: days since 1970-01-01 with the time of day as a fraction, and where they lie in the year."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from bpgui.data.table import Floats

_FIRST = datetime(1970, 1, 1)
# Days after which it is the same time again; a year of the Gregorian calendar has 365.2425 days on average.
PERIODS: dict[str, float] = {"year": 365.2425, "week": 7.0, "day": 1.0}
_LEAST, _MOST = -719_162.0, 2_932_896.999  # from 0001-01-01 to 9999-12-31


def periods_of(clock: bool) -> tuple[str, ...]:
    """The names of the periods that a date is placed in; that of the day only where there are times of day."""
    return tuple(PERIODS) if clock else ("year", "week")


def cycles(days: Floats, clock: bool) -> Floats:
    """(n, 4 or 6): sin and cos of the place in each period, so that its end lies beside its beginning."""
    turns = [2.0 * np.pi * (days / PERIODS[name]) for name in periods_of(clock)]
    return np.stack([part(turn) for turn in turns for part in (np.sin, np.cos)], axis=1)


def has_clock(days: Floats) -> bool:
    """Whether a date has a time of day."""
    return bool((days % 1.0 != 0.0).any())


def date_text(days: float) -> str:
    """2024-03-05, with the time to the second where there is one; the number itself where it is no date."""
    if not _LEAST <= days <= _MOST:
        return repr(float(days))
    moment = _FIRST + timedelta(seconds=round(days * 86_400))
    whole = not (moment.hour or moment.minute or moment.second)
    return moment.date().isoformat() if whole else moment.isoformat(sep=" ")


def days_of(text: str) -> float | None:
    """The inverse of `date_text`, for anything that ISO 8601 says without a time zone; None for other text."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return None
    return (moment - _FIRST) / timedelta(days=1)
