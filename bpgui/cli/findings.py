"""What the checks found, on paper and as JSON: the same sentences and ways out as in the window."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from bpgui.project.checks import Finding
from bpgui.project.names import layer_name
from bpgui.project.spec import ProjectSpec

_WIDTH = 100
_INDENT = " " * 9


def print_findings(findings: Sequence[Finding], spec: ProjectSpec) -> None:
    """A line on how many there are, and each with its place, why it matters and what would mend it."""
    print(in_short(findings))
    for finding in findings:
        print()
        _print_wrapped(f"{finding.severity:<9}{finding.text}")
        _print_wrapped(f"{_INDENT}{finding.why}")
        _print_wrapped(f"{_INDENT}where: {', '.join(place_words(place, spec) for place in finding.places)}")
        for fix in finding.fixes:
            _print_wrapped(f"{_INDENT}to mend it: {fix.label[0].lower()}{fix.label[1:]}")


def _print_wrapped(text: str) -> None:
    print(textwrap.fill(text, _WIDTH, subsequent_indent=_INDENT, break_long_words=False, break_on_hyphens=False))


def in_short(findings: Sequence[Finding]) -> str:
    """ "The checks found 1 error and 2 warnings."."""
    errors = sum(finding.severity == "error" for finding in findings)
    counts = [_count(errors, "error"), _count(len(findings) - errors, "warning")]
    return f"The checks found {' and '.join(filter(None, counts)) or 'nothing to mend'}."


def _count(count: int, word: str) -> str:
    return f"{count} {word}{'s' if count > 1 else ''}" if count else ""


def place_words(place: str, spec: ProjectSpec) -> str:
    """ "layer:d1" as "Dense 1", "column:x1" as "column x1", "training:batch_size" as "batch size"."""
    kind, _, name = place.partition(":")
    if kind == "layer":
        return layer_name(spec, name)
    if kind == "column":
        return f"column {name}"
    return name.replace("_", " ") if kind == "training" else kind


def lines_of(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """For JSON; `where` and `also` are places such as "layer:d1"."""
    return [
        {
            "key": finding.key, "severity": finding.severity, "where": finding.where, "also": list(finding.also),
            "text": finding.text, "why": finding.why, "fixes": [fix.label for fix in finding.fixes],
        }
        for finding in findings
    ]  # fmt: skip
