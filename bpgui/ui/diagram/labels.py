"""Names of features made short enough to stand beside their neurons, and still to be told apart. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

Fits = Callable[[str], bool]
_PLACE = re.compile(r".+?(\[\d+(?:,\d+)*\])")
_WORDS = re.compile(r"([\W_]+)")


def without_stem(names: Sequence[str]) -> list[str]:
    """ "image[0,3]" as "[0,3]", unless two names would be the same then."""
    return list(_without_stem(tuple(names)))


@lru_cache(maxsize=4)  # asked again for every size of the window, with thousands of names for large images
def _without_stem(names: tuple[str, ...]) -> tuple[str, ...]:
    places = [_PLACE.fullmatch(name) for name in names]
    short = tuple(place[1] if place else name for name, place in zip(names, places, strict=True))
    return short if len(set(short)) == len(set(names)) else names


def short_names(names: Sequence[str], fits: Fits) -> list[str]:
    """The names as they are if all fit; else cut in the first of several ways that leaves no two the same.

    Cut at the end; each word cut; what all have in common left out first; cut at the beginning. Where nothing keeps
    them apart, the way that leaves the most different ones. "" where not one letter fits.
    """
    if all(map(fits, names)):
        return list(names)
    inner = _inner(names)
    ways: list[Callable[[], list[str]]] = [
        lambda: [_cut(name, fits) for name in names],
        lambda: _cut_words(names, fits),
        lambda: [_cut(name, fits) for name in inner],
        lambda: _cut_words(inner, fits),
        lambda: [_cut_start(name, fits) for name in names],
    ]
    best: list[str] = []
    for way in ways:
        short = way()
        if len(set(short)) == len(set(names)):
            return short
        if len(set(short)) > len(set(best)) or not best:
            best = short
    return best


def _cut(name: str, fits: Fits) -> str:
    if fits(name):
        return name
    return next((text for n in range(len(name) - 1, 0, -1) if fits(text := name[:n].rstrip() + "…")), "")


def _cut_start(name: str, fits: Fits) -> str:
    if fits(name):
        return name
    return next((text for n in range(1, len(name)) if fits(text := "…" + name[n:])), "")


def _cut_words(names: Sequence[str], fits: Fits) -> list[str]:
    """Names that have room stay; of the others the longest word is shortened until they fit: "sep_len", "sep_wid"."""
    return [name if fits(name) else _shortened(name, fits) or _cut(name, fits) for name in names]


def _shortened(name: str, fits: Fits) -> str:
    """The name with a letter or more of every word and numbers whole; "" where even that has no room."""
    parts = _WORDS.split(name)
    lengths = [len(part) for part in parts]
    words = [i for i in range(0, len(parts), 2) if not parts[i].isdigit()]
    while words:
        text = "".join(part[:length] for part, length in zip(parts, lengths, strict=True))
        if fits(text):
            return text
        longest = max(words, key=lambda i: (lengths[i], -i))
        if lengths[longest] <= 1:
            break
        lengths[longest] -= 1
    return ""


def _inner(names: Sequence[str]) -> list[str]:
    """Without the words that all begin and end with; "…" stands for the first ones."""
    if len(names) < 2:
        return list(names)
    start = _whole_words(_common_start(names))
    rest = [name[start:] for name in names]
    end = _whole_words(_common_start([name[::-1] for name in rest]))
    return [("…" if start else "") + name[: len(name) - end] for name in rest]


def _common_start(names: Sequence[str]) -> str:
    first, last = min(names), max(names)  # all others lie between them
    return next((first[:n] for n, letter in enumerate(first) if letter != last[n]), first)


def _whole_words(common: str) -> int:
    """How many letters of what is common are whole words with what separates them."""
    separators = [match.end() for match in _WORDS.finditer(common)]
    return separators[-1] if separators else 0
