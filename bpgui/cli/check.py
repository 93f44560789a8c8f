"""`bpgui check`: what the checks find in a project, and the gradient check of its weights, as in the window."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

import msgspec

from bpgui.cli.findings import lines_of, print_findings
from bpgui.cli.predict import driver_of, load_trained
from bpgui.cli.source import PROJECT_SUFFIX, open_project, open_source, prepare
from bpgui.cli.words import natural, positive, warn
from bpgui.data.table import Table
from bpgui.engine.explain import symbol
from bpgui.engine.explain.words import PARAMETERS
from bpgui.engine.gradcheck import CENTRAL, COMPLEX, CheckOptions, Finding, GradientCheck, check_gradient, finished
from bpgui.engine.gradcheck.results import BOUNDS, LIMIT, STEPS
from bpgui.project import build
from bpgui.project.checks import check as findings_of
from bpgui.project.spec import ProjectSpec
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.explaining import layer_words, place_between
from bpgui.runs.summary import finite

_WORST = 5
_NAMES = {COMPLEX: "complex step", CENTRAL: "central differences"}
FINDINGS, GRADIENT = "findings", "gradient"
_HELP = f"""What the checks find comes first, as in the window: what is wrong, why it matters and what would mend it.
Errors, which keep training from starting, stand before warnings.

Then the gradient is checked: what the backward pass gives for the next batch, of the loss with its penalties, is
compared with the slope of the loss itself, one parameter after the other.

The error is |gradient - slope| by the larger of both; of derivatives that are tiny beside the others of their array, by
a share of the largest. At a kink (ReLU, absolute error, hinge, L1) there is no slope: what lies there is marked, and is
no error. Runs with 32 bits are checked on a copy with 64.

Exit code: 0 the checks found no error, and no derivative is off by more than {BOUNDS[COMPLEX]:g} (complex step) or
{BOUNDS[CENTRAL]:g} (central differences); 1 otherwise; 2 usage. Warnings leave it at 0.
"""


def add_check(parser: ArgumentParser, source_help: str) -> None:
    """Its options."""
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.description = _HELP
    add = parser.add_argument
    add("source", metavar="SOURCE", help=f"{source_help}; of a trained project the shown run, else first weights")
    add("--only", choices=[FINDINGS, GRADIENT], help="only what the checks find, or only the gradient check")
    add(
        "--step", choices=[COMPLEX, CENTRAL], default=COMPLEX,
        help="how the slope is found: by a complex step, which cancels nothing, or by central differences (default "
        f"{COMPLEX})",
    )  # fmt: skip
    add(
        "--epsilon", type=positive, metavar="SIZE",
        help=f"the size of the step (default {STEPS[COMPLEX]:g} for {COMPLEX}, {STEPS[CENTRAL]:g} for {CENTRAL})",
    )  # fmt: skip
    add(
        "--limit", type=natural, default=LIMIT, metavar="N",
        help=f"check about so many parameters, drawn by lot where there are more (default {LIMIT})",
    )  # fmt: skip
    add("--json", action="store_true", help="one line of JSON on standard output")


def check(options: Namespace) -> int:
    """Print the findings, then the gradient check; 1 where either is bad. Raises Usage, DataError, StorageError."""
    if options.only == GRADIENT:
        return _gradient(options, _driver(options.source), {})
    spec, table, has_run = _opened(options.source)
    found = findings_of(spec, table)
    forbidden = any(finding.severity == "error" for finding in found)
    line: dict[str, Any] = {"findings": lines_of(found)}
    if not options.json:
        print_findings(found, spec)
    if options.only == FINDINGS:
        if options.json:
            _write(line)
        return int(forbidden)
    if forbidden and not has_run:
        warn(("the gradient can be checked once the errors are mended",))
        if options.json:
            _write(line | {"passed": None})
        return 1
    if not options.json:
        print()
    driver = _driver(options.source) if has_run else _fresh(spec, table)
    return max(int(forbidden), _gradient(options, driver, line))


def _fresh(spec: ProjectSpec, table: Table) -> Driver:
    data = build.dataset(spec, table)
    warn(data.notes)
    return Driver(spec, data)


def _opened(source: str) -> tuple[ProjectSpec, Table, bool]:
    """What the checks look at, and whether there is a run, whose own project may be an older one."""
    if Path(source).suffix != PROJECT_SUFFIX:
        return *open_source(source), False
    project = open_project(Path(source))
    return project.spec, project.tables[project.spec.data.table], bool(project.runs)


def _gradient(options: Namespace, driver: Driver, line: dict[str, Any]) -> int:
    """Check and print, in JSON together with what is in `line`; 1 where a derivative is wrong."""
    asked = CheckOptions(options.step, options.epsilon, max(1, options.limit))
    with quiet_numerics():
        found = finished(check_gradient(driver.training, asked))
    layers = layer_words(driver)
    if options.json:
        _write(_line(found, layers) | line)
    else:
        warn(found.notes)
        _print(found, layers)
    return 0 if found.passed else 1


def _write(line: dict[str, Any]) -> None:
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")


def _driver(source: str) -> Driver:
    path = Path(source)
    if path.suffix == PROJECT_SUFFIX and open_project(path).runs:
        run, table = load_trained(path)
        warn((f"run {run.number}, as it stands after {run.progress.epoch:,} epochs",))
        return driver_of(path, run, build.dataset(run.spec, table))
    spec, table = open_source(source)
    return Driver(spec, prepare(spec, table))


def _print(found: GradientCheck, layers: dict[str, str]) -> None:
    method = _NAMES[found.options.method]
    how = f"by {method} of {found.options.step:g}"
    print(f"{found.checked:,} of {found.total:,} parameters on {found.rows:,} rows {how}\n")
    names = {part.layer: layers.get(part.id, part.id) for part in found.arrays}
    table = [["layer", "parameters", "checked", "largest error", "kinks"]]
    for part in found.arrays:
        errors = part.error[~part.kink & (part.error == part.error)]
        worst = f"{errors.max():.2g}" if errors.size else "-"
        what = {"W": "weights", "b": "biases"}.get(part.name, PARAMETERS[part.name])
        table.append([names[part.layer], what, f"{part.checked:,}", worst, str(int(part.kink.sum()))])
    _print_table(table, left=2)
    table = [["", "gradient", "slope", "error", ""]]
    for one in found.worst(_WORST):
        sign = f"{names[one.parameter.layer]} {symbol(one.parameter)}"
        kink = "kink" if one.kink else ""
        table.append([sign, f"{one.analytic:.9g}", f"{one.numeric:.9g}", f"{one.error:.2g}", kink])
    print("\nThe largest errors:")
    _print_table(table, left=1)
    print(f"\n{_verdict(found, layers)}")


def _verdict(found: GradientCheck, layers: dict[str, str]) -> str:
    if found.passed:
        return f"Right: no error is above {found.options.bound:g}."
    if found.options.method == CENTRAL:
        return (
            f"{found.failures:,} of them are off by more than {found.options.bound:g}. "
            f"Where --step {COMPLEX} finds nothing, the step was too long or too short."
        )
    count = "1 derivative is" if found.failures == 1 else f"{found.failures:,} derivatives are"
    return f"Wrong: {count} off by more than {found.options.bound:g}. The mistake lies {place_between(found, layers)}."


def _print_table(rows: list[list[str]], *, left: int) -> None:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        words = [*map(str.ljust, row[:left], widths), *map(str.rjust, row[left:], widths[left:])]
        print("  ".join(words).rstrip())


def _line(found: GradientCheck, layers: dict[str, str]) -> dict[str, Any]:
    return {
        "passed": found.passed, "method": found.options.method, "epsilon": found.options.step,
        "bound": found.options.bound, "step": found.step, "rows": found.rows, "batch_rows": found.batch_rows,
        "parameters": found.total, "checked": found.checked, "kinks": found.kinks, "failures": found.failures,
        "largest_error": finite(found.worst_error), "located": place_between(found, layers) or None,
        "worst": [_one(one, layers) for one in found.worst(_WORST)], "notes": list(found.notes),
    }  # fmt: skip


def _one(one: Finding, layers: dict[str, str]) -> dict[str, Any]:
    return {
        "layer": layers.get(one.id, one.id), "name": one.parameter.name, "index": list(one.parameter.index),
        "gradient": finite(one.analytic), "slope": finite(one.numeric), "error": finite(one.error), "kink": one.kink,
    }  # fmt: skip
