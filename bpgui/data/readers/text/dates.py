"""Dates and times in text: which way of writing them a column follows, and the days since 1970 they stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Order = Literal["ymd", "dmy", "mdy"]
Kind = Literal["parts", "compact", "named", "month"]
ORDERS: dict[Order, str] = {
    "dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day",
}  # fmt: skip
DAY = 86_400_000_000  # microseconds
_EPOCH = date(1970, 1, 1).toordinal()
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january januar jän janvier enero gennaio janeiro januari января",
         "feb february februar févr fev février febrero febbraio fevereiro februari февраля",
         "mar march mär märz mrz mars marzo março maart марта",
         "apr april avr avril abr abril aprile апреля",
         "may mai mayo mag maggio maio mei мая",
         "jun june juni juin junio giugno junho июня",
         "jul july juli juil juillet julio luglio julho июля",
         "aug august août ago agosto augustus августа",
         "sep sept september septembre septiembre settembre setembro сентября",
         "oct october okt oktober octobre octubre ottobre outubro октября",
         "nov november novembre noviembre novembro ноября",
         "dec december dez dezember déc décembre dic diciembre dicembre dezembro декабря"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-z]*[.,]?\s+)?"
_TIME = (
    r"(?:(?:T|:|,?\s+)(?P<H>\d{1,2}):(?P<M>\d\d)(?::(?P<S>\d\d)(?:[.,](?P<f>\d{1,9}))?)?"
    r"(?:\s?(?P<p>[ap])\.?m\.?)?\s?(?P<z>Z|UTC|GMT|[-+]\d\d(?::?\d\d)?)?(?:\sUhr)?)?"
)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_WEEKDAY + pattern + _TIME, re.IGNORECASE)


_PARTS = _compiled(r"(?P<one>\d{1,4})(?P<sep>[-/.])(?P<two>\d{1,2})(?P=sep)(?P<three>\d{1,4})")
_COMPACT = re.compile(r"(?P<one>\d{4})(?P<two>\d\d)(?P<three>\d\d)(?:T?(?P<H>\d\d):?(?P<M>\d\d):?(?P<S>\d\d)?)?"
                      r"(?P<f>)(?P<p>)(?P<z>Z?)")  # fmt: skip
_NAMED = (
    _compiled(
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[-./\s]{0,2}(?:de\s)?(?P<month>[^\W\d_]{3,10})\.?"
        r"[-,/\s]{0,2}(?:del?\s)?(?P<year>\d{4}|\d\d)"
    ),
    _compiled(r"(?P<month>[^\W\d_]{3,10})\.?[-\s](?P<day>\d{1,2})(?:st|nd|rd|th)?[-,\s]{1,2}(?P<year>\d{4})"),
    _compiled(r"(?P<year>\d{4})[-\s](?P<month>[^\W\d_]{3,10})[-\s](?P<day>\d{1,2})"),
    _compiled(r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]"),
    _compiled(r"(?P<year>\d{4})\.\s?(?P<month>\d{1,2})\.\s?(?P<day>\d{1,2})\."),  # Hungarian, Korean
    re.compile(  # of C and Unix: Thu Jan 25 13:05:00 2024
        _WEEKDAY + r"(?P<month>[a-z]{3})\s{1,2}(?P<day>\d{1,2})\s(?P<H>\d\d):(?P<M>\d\d):(?P<S>\d\d)"
        r"(?P<f>)(?P<p>)\s(?:(?P<z>UTC|GMT)\s)?(?P<year>\d{4})", re.IGNORECASE
    ),
)  # fmt: skip
_NAMED_MONTH = re.compile(r"(?P<month>[^\W\d_]{3,10})\.?[-/\s](?P<year>\d{4})")
_MONTH = re.compile(r"(?P<y1>\d{4})(?P<s1>[-/.])(?P<m1>\d\d)|(?P<m2>\d\d)(?P<s2>[-/.])(?P<y2>\d{4})")
_FOUR, _TWO = r"((?!0000)\d{4})", r"(\d\d)"
_YEAR = r"(?:[1-9]\d{3}|0[1-9]\d\d|00[1-9]\d|000[1-9])"  # RE2 knows no (?!0000)
_PADDED_TIME = r"([T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?(?:Z|\+00:00)?$"


@dataclass(frozen=True)
class DateForm:
    """A way of writing dates. `sep` stands between the parts; `short`: years of two digits."""

    kind: Kind
    order: Order = "ymd"
    sep: str = ""
    short: bool = False

    def days(self, cell: str) -> float | None:
        """Days since 1970-01-01 (UTC where there is a time zone), None for what is no date in this form."""
        moment = _MOMENTS[self.kind](self, cell.strip())
        return None if moment is None else moment / DAY

    def sql(self, cell: str) -> str:
        """A DuckDB expression for the days of the text expression `cell`; NULL where `days` has to look itself."""
        if self.kind != "parts" or self.short:
            return "NULL::DOUBLE"
        two, sep = r"\d\d", re.escape(self.sep)
        parts = sep.join((_YEAR, two, two) if self.order == "ymd" else (two, two, _YEAR))
        clock = r"[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|\+00:00)?"
        form = self.sep.join({"d": "%d", "m": "%m", "y": "%Y"}[part] for part in self.order)
        day = "epoch_us(try_strptime({0}, '{1}'))"
        time = f"epoch_us(TRY_CAST(replace(replace(substr({cell}, 12), '+00:00', ''), 'Z', '') AS TIME))"
        return (
            f"CASE WHEN regexp_full_match({cell}, '{parts}') THEN {day.format(cell, form)}::DOUBLE / {DAY}::DOUBLE "
            f"WHEN regexp_full_match({cell}, '{parts}{clock}') "
            f"THEN ({day.format(f'substr({cell}, 1, 10)', form)} + {time})::DOUBLE / {DAY}::DOUBLE END"
        )


def _parts(form: DateForm, cell: str) -> int | None:
    found = _PARTS.fullmatch(cell)
    if found is None or found["sep"] != form.sep:
        return None
    one, two, three = found["one"], found["two"], found["three"]
    year, month, day = {"ymd": (one, two, three), "dmy": (three, two, one), "mdy": (three, one, two)}[form.order]
    if len(day) > 2 or len(month) > 2 or len(year) != (2 if form.short else 4):
        return None
    return _moment(_year(year), int(month), int(day), found)


def _compact(form: DateForm, cell: str) -> int | None:
    found = _COMPACT.fullmatch(cell)
    if found is None or not 1800 <= int(found["one"]) <= 2200:
        return None
    return _moment(int(found["one"]), int(found["two"]), int(found["three"]), found)


def _named(form: DateForm, cell: str) -> int | None:
    for pattern in _NAMED:
        found = pattern.fullmatch(cell)
        month = _number_of_month(found["month"]) if found else None
        if found and month and (len(found["year"]) == 2) == form.short:
            return _moment(_year(found["year"]), month, int(found["day"]), found)
    return None


def _number_of_month(word: str) -> int | None:
    return int(word) if word.isdecimal() else _MONTHS.get(word.lower())


def _month(form: DateForm, cell: str) -> int | None:
    named = _NAMED_MONTH.fullmatch(cell)
    if named is not None:
        month = _number_of_month(named["month"])
        return _moment(int(named["year"]), month, 1, None) if month and not form.sep else None
    found = _MONTH.fullmatch(cell)
    if found is None or (found["s1"] or found["s2"]) != form.sep or (found["y1"] is None) == (form.order == "ymd"):
        return None
    year = int(found["y1"] or found["y2"])
    return _moment(year, int(found["m1"] or found["m2"]), 1, None) if 1800 <= year <= 2200 else None


_MOMENTS = {"parts": _parts, "compact": _compact, "named": _named, "month": _month}


def _year(text: str) -> int:
    """Of two digits: 69 to 99 are of the last century, as POSIX has it."""
    return int(text) if len(text) == 4 else int(text) + (1900 if int(text) >= 69 else 2000)


def _moment(year: int, month: int, day: int, time: re.Match[str] | None) -> int | None:
    """Microseconds since 1970, None for what no calendar or clock shows."""
    try:
        moment = (date(year, month, day).toordinal() - _EPOCH) * DAY
    except ValueError:
        return None
    if time is None or not time["H"]:
        return moment
    hour, minute, second = int(time["H"]), int(time["M"]), int(time["S"] or 0)
    if time["p"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if time["p"].lower() == "p" else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    zone = re.fullmatch(r"([-+])(\d\d):?(\d\d)?", time["z"] or "")
    if zone:
        away = int(zone[2]) * 60 + int(zone[3] or 0)
        minute -= away if zone[1] == "+" else -away
    return moment + (hour * 3600 + minute * 60 + second) * 1_000_000 + int((time["f"] or "").ljust(6, "0")[:6])


def has_zone(cell: str) -> bool:
    """Whether a date says its time zone."""
    return bool(re.search(r":\d\d(?:[.,]\d+)?\s?(?:Z|UTC|GMT|[-+]\d\d(?::?\d\d)?)$", cell, re.IGNORECASE))


def shown_day(days: float) -> str:
    """Days since 1970 as a date, year first."""
    return date.fromordinal(_EPOCH + int(days // 1)).isoformat()


def forms_of(cells: Sequence[str]) -> tuple[DateForm, ...]:
    """The forms that most of the (present) cells follow, all as well, the likelier first; () for no dates."""
    counted = Counter(cells)
    seen = list(counted)
    first = [form for cell in (*seen[:3], *seen[-2:]) for form in _candidates(cell.strip())]
    best: list[DateForm] = []
    most = len(cells) // 2
    for form in dict.fromkeys(first):
        count = sum(times for cell, times in counted.items() if form.days(cell) is not None)
        if count > most:
            best, most = [form], count
        elif count == most and best:
            best.append(form)
    return tuple(best)


def _candidates(cell: str) -> list[DateForm]:
    if not cell[:1].isalnum() or len(cell) < 6:
        return []
    found = _PARTS.fullmatch(cell)
    if found:
        sep, short = found["sep"], len(found["one"]) <= 2 and len(found["three"]) <= 2
        orders: tuple[Order, ...] = ("ymd",) if len(found["one"]) == 4 else ("dmy", "mdy")
        if short:
            orders = ("dmy",) if sep == "." else ("dmy", "mdy", "ymd") if sep == "/" else ("ymd", "dmy", "mdy")
        return [DateForm("parts", order, sep, short) for order in orders]
    if _COMPACT.fullmatch(cell):
        return [DateForm("compact")]
    month = _MONTH.fullmatch(cell)
    if month:
        return [DateForm("month", "ymd" if month["y1"] else "dmy", month["s1"] or month["s2"])]
    named = (DateForm("named"), DateForm("named", short=True), DateForm("month"))
    return [form for form in named if form.days(cell) is not None]


def days_of(cells: Sequence[str | None], form: DateForm, known: dict[str, float]) -> NDArray[np.float64]:
    """(rows,) days since 1970-01-01, NaN where a cell is missing or no date. `known` remembers what was worked out."""
    days = _padded(cells, form)
    if days is not None:
        return days
    result = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        if cell is not None:
            value = known.get(cell)
            if value is None:
                found = form.days(cell)
                value = np.nan if found is None else found
                if len(known) < 1_000_000:
                    known[cell] = value
            result[row] = value
    return result


def _padded(cells: Sequence[str | None], form: DateForm) -> NDArray[np.float64] | None:
    """The same through numpy, twenty times as fast; None where a cell is not written with all its zeros."""
    if form.kind != "parts" or form.short:
        return None
    places = {"ymd": (_FOUR, _TWO, _TWO), "dmy": (_TWO, _TWO, _FOUR)}
    pattern = "^" + re.escape(form.sep).join(places["ymd" if form.order == "ymd" else "dmy"]) + _PADDED_TIME
    iso = {"ymd": r"\1-\2-\3\4", "dmy": r"\3-\2-\1\4", "mdy": r"\3-\1-\2\4"}[form.order]
    joined, count = re.subn(pattern, iso, "\n".join(cell or "NaT" for cell in cells), flags=re.ASCII | re.MULTILINE)
    if count != len(cells) - sum(cell is None for cell in cells):
        return None
    try:
        moments = np.array(joined.split("\n"), dtype="datetime64[us]")
    except ValueError:
        return None
    return np.asarray(np.where(np.isnat(moments), np.nan, moments.astype(np.int64) / DAY), dtype=np.float64)
