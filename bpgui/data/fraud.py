"""Card payments made from a seed, few of them fraud: what rare classes, time and drift do to a network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpgui.data.table import NumberColumn, Table, TextColumn

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

SHARE = 0.002  # of the payments are fraud
DAYS = 60.0
FIRST_DAY = 19_723.0  # 2024-01-01, a Monday, in days since 1970-01-01
ROWS_A_CARD = 40
# Kind of merchant: share of the payments, median amount, share paid online.
MERCHANTS: dict[str, tuple[float, float, float]] = {
    "books": (0.05, 22.0, 0.7),
    "charity": (0.02, 25.0, 0.8),
    "clothes": (0.09, 55.0, 0.5),
    "electronics": (0.05, 160.0, 0.6),
    "fuel": (0.11, 48.0, 0.0),
    "games": (0.05, 15.0, 1.0),
    "groceries": (0.27, 32.0, 0.1),
    "jewellery": (0.02, 240.0, 0.2),
    "pharmacy": (0.07, 18.0, 0.15),
    "restaurant": (0.16, 28.0, 0.05),
    "subscriptions": (0.06, 11.0, 1.0),
    "travel": (0.05, 310.0, 0.8),
}
CHANNELS = ("chip", "contactless", "online", "magnetic stripe")
_ONLINE, _STRIPE = CHANNELS.index("online"), CHANNELS.index("magnetic stripe")
# Payments by the hour of the day: few at night, most around noon and in the evening.
_HOURS = np.array([2, 1, 1, 1, 1, 2, 4, 8, 12, 14, 16, 20, 24, 20, 16, 16, 20, 26, 28, 24, 18, 12, 7, 4], np.float64)


def fraud(rng: np.random.Generator, rows: int, noise: float) -> Table:
    """`rows` payments over 60 days, in the order of time; 0.2 % of them are `fraud` on average.

    Columns: `time` (a date), `hour` of the day 0..24, `amount` (log-normal by kind of merchant, with slow inflation),
    `distance` from home in km, `gap` since the card's last payment in hours, `merchant` (12 texts), `channel` (4),
    `card` (a text for about 40 payments) and `fraud`, "no" or "yes". The ways of fraud are combinations (see `_risk`),
    and their mixture drifts. `noise` is added to the logarithm of the amounts.
    """
    way = np.sort(rng.uniform(0.0, 1.0, rows))
    day = np.floor(way * DAYS)
    hour = np.minimum(rng.choice(24, rows, p=_HOURS / _HOURS.sum()) + rng.uniform(0.0, 1.0, rows), 23.999)
    order = np.argsort(day + hour / 24.0, kind="stable")
    day, hour = day[order], hour[order]
    way = (day + hour / 24.0) / DAYS

    shares, medians, online = (np.array(column) for column in zip(*MERCHANTS.values(), strict=True))
    merchant = rng.choice(len(MERCHANTS), rows, p=shares / shares.sum())
    channel = _channels(rng, online[merchant], way)
    unusual = rng.standard_normal(rows)
    amount = np.exp(np.log(medians[merchant]) + 0.1 * way + (0.7 + noise) * unusual)
    distance = np.exp(1.2 + 1.3 * rng.standard_normal(rows))
    cards = max(1, rows // ROWS_A_CARD)
    card = rng.integers(0, cards, rows)
    gap = _gaps(rng, day * 24.0 + hour, card)

    risk = _risk(way, hour, amount, channel, distance, gap)
    found = rng.uniform(0.0, 1.0, rows) < _with_share(risk, SHARE)
    width = len(str(cards))
    names = tuple(f"card {number:0{width}d}" for number in range(cards))
    return Table(
        (
            NumberColumn("time", FIRST_DAY + day + np.floor(hour * 3600.0) / 86_400.0, "date"),
            NumberColumn("hour", np.round(hour, 2)),
            NumberColumn("amount", np.round(np.maximum(amount, 0.5), 2)),
            NumberColumn("distance", np.round(distance, 1)),
            NumberColumn("gap", np.round(gap, 2)),
            TextColumn("merchant", merchant.astype(np.int32), tuple(MERCHANTS)),
            TextColumn("channel", channel.astype(np.int32), CHANNELS),
            TextColumn("card", card.astype(np.int32), names),
            TextColumn("fraud", found.astype(np.int32), ("no", "yes")),
        )
    )


def _channels(rng: np.random.Generator, online: Floats, way: Floats) -> Codes:
    """Online as the merchant is, a little more each day; else chip, contactless, or rarely the magnetic stripe."""
    drawn = rng.uniform(0.0, 1.0, len(way))
    present = np.searchsorted([0.35, 0.985], rng.uniform(0.0, 1.0, len(way)))
    return np.where(drawn < online * (0.9 + 0.1 * way), _ONLINE, np.array([0, 1, _STRIPE])[present])


def _gaps(rng: np.random.Generator, hours: Floats, card: Codes) -> Floats:
    """Hours since the payment before with the same card; for its first one, a time drawn."""
    order = np.argsort(card, kind="stable")  # the rows are in the order of time already
    times, cards = hours[order], card[order]
    gap = np.diff(times, prepend=0.0)
    first = np.diff(cards, prepend=-1) != 0
    gap[first] = rng.exponential(DAYS * 24.0 / ROWS_A_CARD, int(first.sum()))
    result = np.empty_like(gap)
    result[order] = gap
    return result


def _risk(way: Floats, hour: Floats, amount: Floats, channel: Codes, distance: Floats, gap: Floats) -> Floats:
    """(rows,) how likely fraud is, up to a common offset in the logit: the best of three ways, and their drift.

    Each is a combination that no sum of single effects makes: a dear purchase at night; a tiny payment online soon
    after the last one, to try out a card; a payment far from home with a copied magnetic stripe.
    """
    online = channel == _ONLINE
    night = _between(hour, 0.0, 6.0, 0.5)
    dear, tiny = _above(amount, 200.0), 1.0 - _above(amount, 7.0)
    far, soon = _above(distance, 20.0), 1.0 - _above(gap + 0.01, 1.5)
    at_night = night * dear * (0.85 + 0.15 * online) * (1.0 - 0.1 * way)
    trying = online * tiny * soon * (0.9 + 0.1 * way)
    copied = (channel == _STRIPE) * far
    result: Floats = 14.0 * np.maximum(np.maximum(at_night, trying), copied)
    return result


def _above(values: Floats, border: float) -> Floats:
    """Near 0 below the border and near 1 above it, half way at it; by the logarithm."""
    return _sigmoid((np.log(values) - np.log(border)) / 0.15)


def _between(values: Floats, low: float, high: float, width: float) -> Floats:
    return _sigmoid((values - low + width) / (width / 4)) * _sigmoid((high - values) / width)


def _sigmoid(values: Floats) -> Floats:
    result: Floats = 0.5 * (1.0 + np.tanh(0.5 * values))
    return result


def _with_share(risk: Floats, share: float) -> Floats:
    """Probabilities with those logits, moved together until their mean is `share`."""
    low, high = -40.0, 20.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _sigmoid(risk + middle).mean() < share else (low, middle)
    return _sigmoid(risk + 0.5 * (low + high))
