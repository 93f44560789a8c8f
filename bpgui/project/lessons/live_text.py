"""Live numbers in a lesson's text: `{loss:.4g}` stands for what the name, or an expression, is at this moment."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bpgui.project.lessons.predicates import BadExpression, Expression, Value, parse

UNKNOWN = "–"
_FORMAT = re.compile(r"(?:,?(?:\.\d{1,2})?[efgd%]?)\Z")
_PART = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
USUAL = ".4g"


@dataclass(frozen=True)
class LiveText:
    """Plain parts and, between them, (expression, format)."""

    parts: tuple[str | tuple[Expression, str], ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """What has to be known to write it."""
        found = (part[0].names for part in self.parts if not isinstance(part, str))
        return frozenset().union(*found)

    def write(self, facts: Mapping[str, Value]) -> str:
        """The text with the numbers as they are."""
        return "".join(part if isinstance(part, str) else _shown(part[0].value(facts), part[1]) for part in self.parts)


def read(text: str, known: Collection[str] | None = None) -> LiveText:
    """Raises BadExpression; its `args[1]` is how many lines into the text it stands."""
    parts: list[str | tuple[Expression, str]] = []
    place = 0
    for found in _PART.finditer(text):
        parts.append(text[place : found.start()])
        place = found.end()
        if found[0] in ("{{", "}}"):
            parts.append(found[0][0])
            continue
        line = text.count("\n", 0, found.start())
        if found[1] is None:
            sign = found[0]
            raise BadExpression(f"a single {sign} stands in the text; write {sign * 2} for the sign itself", line)
        try:
            parts.append(_live(found[1], known))
        except BadExpression as error:
            raise BadExpression(str(error.args[0]), line) from None
    parts.append(text[place:])
    return LiveText(tuple(part for part in parts if part))


def _live(inside: str, known: Collection[str] | None) -> tuple[Expression, str]:
    expression, colon, form = inside.rpartition(":")
    if not colon:
        expression, form = inside, USUAL
    form = form.strip()
    if not _FORMAT.match(form):
        raise BadExpression(f"{form!r} is no way to write a number; there are .4g, .2f, .1%, .1e and ,d")
    return parse(expression, known), form or USUAL


def _shown(value: Value, form: str) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    try:
        text = format(round(value) if form.endswith("d") else value, form)
    except (ValueError, OverflowError):  # what is not finite
        return UNKNOWN if value != value else "∞" if value > 0 else "−∞"
    return text.replace("-", "−") if "e" not in text else text
