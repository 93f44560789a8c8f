"""What people write around a number: a currency, a percent sign, parentheses for a loss, a long minus, odd spaces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bpgui.data.readers.text.cell_pattern import CellPattern
from bpgui.data.readers.text.numbers import quoted, whole

CURRENCIES = (
    "US$", "HK$", "NZ$", "A$", "C$", "R$", "S$", "$", "€", "£", "¥", "￥", "₹", "₽", "₩", "₺", "₴", "₫", "₪", "฿",
    "CHF", "EUR", "USD", "GBP", "JPY", "CNY", "INR", "RUB", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "BRL", "AUD",
    "CAD", "kr.", "kr", "zł", "Kč", "Ft", "Fr.", "руб.", "Rs.", "Rs", "円", "元", "원",
)  # fmt: skip
_SPACE = "[ \u00a0\u202f\u2009\u2007]"
_SIGN = "[-+\u2212]"
_APOSTROPHE = "\u2019"
_END = "[-\u2013\u2014]{0,2}"  # 5,10- of an accounting system; CHF 12.– and 12,-
_POWER = r"(?:[eE][-+]?\d+)?"
_CORE = rf"\d(?:[\d.,'{_APOSTROPHE}]|{_SPACE}\d)*{_POWER}|[.,]\d+{_POWER}"  # of any way of writing numbers
_PLAIN = CellPattern(rf"[-+]?(?:{_CORE}|inf(?:inity)?)", re.IGNORECASE)
_MONEY = "|".join(map(re.escape, CURRENCIES))
_ANY = re.compile(
    rf"(\(?){_SPACE}?{_SIGN}?{_SPACE}?(?P<before>{_MONEY})?{_SPACE}?{_SIGN}?(?:{_CORE}){_END}"
    rf"{_SPACE}?(?P<after>{_MONEY}|%)?{_SPACE}?(\)?)",
    re.ASCII,
)


@dataclass(frozen=True)
class Dress:
    """How the numbers of a column are dressed; a cell may lack the currency, never the percent sign."""

    currency: str = ""
    percent: bool = False
    parentheses: bool = False

    @property
    def pattern(self) -> str:
        """A regular expression (Python's and RE2's) for a whole cell; group 1 is the number without a sign."""
        money = rf"(?:{re.escape(self.currency)})?{_SPACE}?" if self.currency else ""
        after = "%" if self.percent else money
        before, behind = (rf"\(?{_SPACE}?", rf"{_SPACE}?\)?") if self.parentheses else ("", "")
        return rf"{_SPACE}*{before}{_SIGN}?{_SPACE}?{money}{_SIGN}?({_CORE}){_END}{_SPACE}?{after}{behind}{_SPACE}*"

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.ASCII)

    def bare(self, cell: str) -> str | None:
        """The plain text of the number, None where the cell is dressed otherwise."""
        found = self._compiled.fullmatch(cell)
        if found is None:
            return None
        before, behind = cell[: found.start(1)], cell[found.end(1) :]
        end = _minus_behind(found[1], behind)
        if end is None:
            return None
        if ("(" in before) != (")" in behind) or len(re.findall(_SIGN, before)) + ("(" in before) + end > 1:
            return None
        return ("-" if end or re.search("[-(\u2212]", before) else "") + found[1]

    def sql(self, cell: str) -> str:
        """A DuckDB expression for `bare`."""
        pattern = quoted(self.pattern)
        plain = f"replace({cell}, {quoted(self.currency)}, '')" if self.currency else cell  # kr. has a point of its own
        before = f"regexp_extract({plain}, '^[^0-9.,]*')"
        number = f"regexp_extract({cell}, {pattern}, 1)"
        end = f"regexp_matches({cell}, '[0-9]-')"  # 1e-5 is none: the minus follows the e
        fits = (
            f"regexp_full_match({cell}, {pattern}) AND contains({before}, '(') = contains({cell}, ')') "
            f"AND length(regexp_replace({before}, '[^-+(\u2212]', '', 'g')) + {end}::INTEGER <= 1 "
            f"AND NOT regexp_matches({cell}, '[0-9](?:-[-\u2013\u2014]|[\u2013\u2014])') "
            f"AND (NOT {end} OR regexp_matches({number}, '[0-9][.,][0-9]'))"
        )
        minus = f"CASE WHEN {end} OR regexp_matches({before}, '[-(\u2212]') THEN '-' ELSE '' END"
        return f"(CASE WHEN {fits} THEN {minus} || {number} END)"


def _minus_behind(number: str, behind: str) -> bool | None:
    """Whether a minus stands after the number, as in 5,10-; None for what is none, such as 12- or 12–.

    After a mark without a fraction a dash only says that there is none: 12.–
    """
    dash = re.match("[-\u2013\u2014]*", behind)
    if dash is None or not dash[0] or number[-1] in ".,":
        return False
    return True if dash[0] == "-" and re.search(r"\d[.,]\d", number) else None


def number_like(cell: str) -> bool:
    """Whether a cell is a number in any way of writing one."""
    return bool(_PLAIN.matches(cell) or _ANY.fullmatch(cell))


def find_dress(cells: Sequence[str]) -> Dress | None:
    """How most of the cells of a column are dressed; None for plain numbers and for what is no number.

    Two currencies in a column make no column of numbers; neither do numbers that all stand in parentheses.
    """
    if whole(cells) or _PLAIN.count(cells) == len(cells):
        return None
    found = [match for match in map(_ANY.fullmatch, cells) if match]
    if 2 * len(found) <= len(cells):
        return None
    signs = Counter(sign for match in found for sign in (match["before"], match["after"]) if sign)
    percent = 2 * signs.pop("%", 0) > len(found)
    currency = max(signs, key=lambda sign: signs[sign], default="")
    inside = sum(bool(match[1]) for match in found)
    if inside == len(found) and not currency and not percent:
        return None
    return Dress(currency, percent, inside > 0)
