"""Numbers as texts: short, with the signs of print."""

from __future__ import annotations

import math

MINUS, TIMES, PLUS = "−", " · ", " + "
DIGITS = 6
_UP = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def text(value: float, digits: int = DIGITS) -> str:
    """So many significant digits, powers of ten as such: "−1.2·10⁻⁵"."""
    value = float(value) + 0.0  # no −0
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    written = mantissa.replace("-", MINUS)
    return f"{written}·10{str(int(exponent)).translate(_UP)}" if exponent else written


def factor(value: float) -> str:
    """The same, in brackets where it is negative or a power of ten: to be multiplied with."""
    written = text(value)
    return f"({written})" if written.startswith(MINUS) or "·" in written else written


def added(values: list[float]) -> str:
    """ "1 + 2 − 3": the sign of each is the sign between."""
    if not values:
        return "0"
    parts = [text(values[0])]
    for value in values[1:]:
        parts.append(f" {MINUS} {text(-value)}" if value < 0.0 else PLUS + text(value))
    return "".join(parts)
