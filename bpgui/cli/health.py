"""What `bpgui train` says of the layers at the end: the warnings, each in a line, and as JSON."""

from __future__ import annotations

from typing import Any

from bpgui.cli.findings import lines_of
from bpgui.runs.driver import Driver
from bpgui.runs.health.probes import verdict
from bpgui.runs.post_mortem import PostMortem
from bpgui.runs.summary import finite


def health(driver: Driver) -> dict[str, Any]:
    """`health`: the warnings, as `bpgui check` has its findings; `post_mortem` of a divergence."""
    found = verdict(driver)
    warnings = [finding for finding in found.findings if finding.key != "diverged"]
    line: dict[str, Any] = {"health": lines_of(warnings)}
    if found.post_mortem is not None:
        line["post_mortem"] = _examined(found.post_mortem)
    return line


def _examined(found: PostMortem) -> dict[str, Any]:
    culprit = found.culprit
    return {
        "step": found.step,
        "epoch": found.epoch,
        "learning_rate": found.rate,
        "layer": found.layer,
        "growths": {growth.layer: finite(growth.factor) for growth in found.growths},
        "row": culprit.number if culprit is not None else None,
        "feature": culprit.feature if culprit is not None else "",
        "advice": found.advice(),
    }


def lines(found: list[dict[str, Any]]) -> list[str]:
    """A line for each warning with its first remedy, under a blank one; none for none."""
    if not found:
        return []
    said = []
    for warning in found:
        text, remedy = warning["text"], next(iter(warning["fixes"]), "")
        said.append(f"! {text} Remedy: {remedy[:1].lower()}{remedy[1:]}." if remedy else f"! {text}")
    return ["", *said]
