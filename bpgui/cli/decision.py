"""From which output on it is the second class: a number, or the best one by a rule once it is trained."""

from __future__ import annotations

import argparse
import math
from argparse import Namespace

from msgspec.structs import replace

from bpgui.cli.words import Usage, number, warn
from bpgui.data.table import Table
from bpgui.project import edits
from bpgui.project.spec import Costs, Decision, ProjectSpec
from bpgui.runs.choosing import RULES, chosen
from bpgui.runs.driver import Driver
from bpgui.runs.measures import ranking
from bpgui.runs.scores import judged_part


def add_decision(group: argparse._ArgumentGroup) -> None:
    rules = ", ".join(RULES)
    group.add_argument(
        "--threshold", metavar="NUMBER|RULE",
        help=f"from which output on it is the second class; by a rule on validation: {rules}, as in recall=0.9",
    )  # fmt: skip
    help = 'of errors, for the rule cheapest, as in "miss=100,alarm=1,hit=0"'
    group.add_argument("--costs", metavar="LIST", help=help)


def with_decision(spec: ProjectSpec, table: Table, options: Namespace) -> ProjectSpec:
    """The project with the costs and a threshold that is a number. Raises Usage, IllegalEdit."""
    if options.costs is not None:
        spec = edits.set_costs(spec, table, **_costs(options.costs))
    threshold = None if options.threshold is None else number(options.threshold)
    if threshold is not None:
        return edits.set_threshold(spec, table, threshold)
    if options.threshold is not None:
        _rule(options.threshold)
        edits.set_threshold(spec, table, None)  # says why where nothing is decided by one
    return spec


def decide(driver: Driver, decision: Decision, options: Namespace) -> Decision:
    """The decision, with the best threshold where one by a rule was asked for; the driver follows. Raises Usage."""
    if options.threshold is None or number(options.threshold) is not None:
        return decision
    rule, value = _rule(options.threshold)
    part = judged_part(driver.data)
    found = ranking(driver.training.network, driver.data, part)
    limits = (-math.inf, math.inf) if driver.data.encoder.target.negative else (0.0, 1.0)
    best = None if found is None else chosen(found, rule, limits, decision.costs, value)
    if best is None:
        warn((f"no threshold does {options.threshold} on the {part} rows; it stays in the middle",))
        return decision
    warn((f"threshold {best:g}: {RULES[rule].label.lower()} on the {part} rows",))
    decision = replace(decision, threshold=best)
    driver.decide(decision)
    return decision


def _rule(text: str) -> tuple[str, float | None]:
    name, equals, value = text.partition("=")
    limit = number(value) if equals else None
    if name not in RULES or (equals and (limit is None or RULES[name].default is None)):
        raise Usage(f"--threshold: expected a number or one of {', '.join(RULES)} as in recall=0.9, got {text!r}")
    return name, limit


def _costs(text: str) -> dict[str, object]:
    costs: dict[str, object] = {}
    for word in text.split(","):
        name, _, value = (part.strip() for part in word.partition("="))
        amount = number(value)
        if name not in Costs.__struct_fields__ or amount is None or amount < 0.0:
            names = ", ".join(Costs.__struct_fields__)
            raise Usage(f'--costs: expected {names} as in "miss=100,alarm=1", got {word!r}')
        costs[name] = amount
    return costs
