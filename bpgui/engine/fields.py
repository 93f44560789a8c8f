"""Field records: the literal description of one setting, from which controls and checks are made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One setting of a table entry (an optimizer's momentum, a sample's noise).

    `default` decides the kind: bool, int, float or str. `minimum` and `maximum` are inclusive.
    `log` asks for a control that steps by factors. `choices` are keys, with `labels` beside them.
    """

    name: str
    label: str
    default: bool | int | float | str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    log: bool = False
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
