"""Words that have an order: low, medium, high."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Each from the least to the most; words of the same step stand together.
ORDERS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("very low", "lowest"), ("low", "lo"), ("medium", "mid", "med", "moderate", "middle", "normal"), ("high", "hi"),
     ("very high", "highest")),
    (("tiny", "very small"), ("small",), ("medium", "mid", "med"), ("large", "big"), ("huge", "very large", "giant")),
    (("xxs",), ("xs",), ("s",), ("m",), ("l",), ("xl",), ("xxl", "2xl"), ("xxxl", "3xl")),
    (("never",), ("rarely", "seldom"), ("sometimes", "occasionally"), ("often", "frequently"), ("usually",),
     ("always",)),
    (("none",), ("mild", "slight"), ("moderate",), ("severe", "serious"), ("extreme", "critical")),
    (("very poor", "very bad", "terrible"), ("poor", "bad"), ("fair", "average", "ok", "okay"), ("good",),
     ("very good",), ("excellent",)),
    (("strongly disagree",), ("disagree",), ("neutral", "neither"), ("agree",), ("strongly agree",)),
    (("cold",), ("cool",), ("mild",), ("warm",), ("hot",)),
    (("slow",), ("medium",), ("fast",)),
    (("young",), ("middle", "middle-aged"), ("old",)),
    (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th")),
    (("junior",), ("mid", "intermediate"), ("senior",), ("lead", "principal")),
)  # fmt: skip
# These come round again, so that the first is no further from the last than from the second: better as categories.
ROUNDS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("mon", "monday", "mo"), ("tue", "tues", "tuesday", "tu"), ("wed", "wednesday", "we"),
     ("thu", "thur", "thurs", "thursday", "th"), ("fri", "friday", "fr"), ("sat", "saturday", "sa"),
     ("sun", "sunday", "su")),
    (("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may",), ("jun", "june"),
     ("jul", "july"), ("aug", "august"), ("sep", "sept", "september"), ("oct", "october"), ("nov", "november"),
     ("dec", "december")),
    (("spring",), ("summer",), ("autumn", "fall"), ("winter",)),
    (("morning",), ("noon", "midday"), ("afternoon",), ("evening",), ("night",)),
)  # fmt: skip
LEAST = 3  # two words in order say no more than two categories


def _places(levels: tuple[str, ...], order: tuple[tuple[str, ...], ...]) -> list[int] | None:
    """The step of each level; None where one is not in that order, or two are of the same step."""
    steps = {word: step for step, words in enumerate(order) for word in words}
    places = [steps.get(re.sub(r"[\s_-]+", " ", level.strip().lower()), -1) for level in levels]
    return places if min(places, default=-1) >= 0 and len(set(places)) == len(places) else None


def known_order(levels: Iterable[str], orders: tuple[tuple[tuple[str, ...], ...], ...] = ORDERS) -> tuple[str, ...]:
    """The levels in the order that such words have, or () where they are no such words or fewer than three."""
    listed = tuple(levels)
    if len(listed) < LEAST:
        return ()
    for order in orders:
        places = _places(listed, order)
        if places is not None:
            return tuple(level for _, level in sorted(zip(places, listed, strict=True)))
    return ()


def proposed_order(levels: Iterable[str]) -> tuple[str, ...]:
    """The levels in the order of such words, else by the numbers in front of them, else as they stand."""
    listed = tuple(levels)
    found = known_order(listed, ORDERS + ROUNDS)
    if found:
        return found
    numbers = [re.match(r"\s*[<>≤≥]?\s*(-?\d+(?:\.\d+)?)", level) for level in listed]
    if all(numbers):
        keyed = [(float(match[1]), place) for place, match in enumerate(numbers) if match]
        return tuple(listed[place] for _, place in sorted(keyed))
    return listed
