"""Single words of a command line as values; a word that does not fit raises with what was expected."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bpgui.data.typed import number as number

if TYPE_CHECKING:
    from bpgui.data.spec import Split
    from bpgui.engine.fields import Field


class Usage(Exception):
    """Words that do not fit together; exit code 2."""


def warn(sentences: Iterable[str]) -> None:
    """Say them beside the results, on standard error."""
    for sentence in sentences:
        print(f"bpgui: {sentence}", file=sys.stderr)


def positive(text: str) -> float:
    value = _number(text)
    if not value > 0.0:
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text}")
    return value


def not_negative(text: str) -> float:
    value = _number(text)
    if not value >= 0.0:
        raise argparse.ArgumentTypeError(f"expected 0 or more, got {text}")
    return value


def natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number, 0 or more, got {text!r}")
    return int(text)


def split(text: str) -> Split:
    from bpgui.data.spec import Split

    parts = [not_negative(part) for part in text.split("/")]
    if len(parts) != 3 or abs(sum(parts) - 1.0) > 1e-9:
        raise argparse.ArgumentTypeError(f"expected three fractions that add up to 1, as in 0.6/0.2/0.2, got {text!r}")
    return Split(train=parts[0], validation=parts[1], test=parts[2])


def in_range(field: Field) -> Callable[[str], float]:
    """A number of the field's kind between its limits."""
    low, high = field.minimum, field.maximum
    whole = isinstance(field.default, int)

    def parse(text: str) -> float:
        value = _number(text)
        if whole and not value.is_integer():
            raise argparse.ArgumentTypeError(f"expected a whole number, got {text!r}")
        if (low is not None and value < low) or (high is not None and value > high):
            raise argparse.ArgumentTypeError(f"expected {limits(field)}, got {text}")
        return int(value) if whole else value

    return parse


def or_none(parse: Callable[[str], float]) -> Callable[[str], float | None]:
    """The same, or the word "none"."""
    return lambda text: None if text.lower() == "none" else parse(text)


def limits(field: Field) -> str:
    """ "0.001 to 1000", "0 or more"."""
    low, high = field.minimum, field.maximum
    if low is None or high is None:
        return f"{low:g} or more" if low is not None else "a number"
    if high >= 1e9 and low == 0.0:
        return "0 or more"
    return f"{_plain(low)} to {_plain(high)}"


def _plain(value: float) -> str:
    return f"{int(value):d}" if float(value).is_integer() and abs(value) < 1e7 else f"{value:g}"


def _number(text: str) -> float:
    value = number(text)
    if value is None:
        raise argparse.ArgumentTypeError(f"expected a number, got {text!r}")
    return value
