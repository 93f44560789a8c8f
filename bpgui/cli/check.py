"""`bpgui check`: the gradient check of a project's weights, as in the window."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

import msgspec

from bpgui.cli.predict import driver_of, load_trained
from bpgui.cli.source import PROJECT_SUFFIX, open_project, open_source, prepare
from bpgui.cli.words import natural, positive, warn
from bpgui.engine.explain import symbol
from bpgui.engine.explain.words import PARAMETERS
from bpgui.engine.gradcheck import CENTRAL, COMPLEX, CheckOptions, Finding, GradientCheck, check_gradient, finished
from bpgui.engine.gradcheck.results import BOUNDS, LIMIT, STEPS
from bpgui.project import build
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.explaining import layer_words, place_between
from bpgui.runs.summary import finite

_WORST = 5
_NAMES = {COMPLEX: "complex step", CENTRAL: "central differences"}
_HELP = f"""The gradient that the backward pass gives for the next batch, of the loss with its penalties, is compared
with the slope of the loss itself, one parameter after the other.

The error is |gradient - slope| by the larger of both; of derivatives that are tiny beside the others of their array, by
a share of the largest. At a kink (ReLU, absolute error, hinge, L1) there is no slope: what lies there is marked, and is
no error. Runs with 32 bits are checked on a copy with 64.

Exit code: 0 no error above {BOUNDS[COMPLEX]:g} (complex step) or {BOUNDS[CENTRAL]:g} (central differences),
1 there is one, 2 usage.
"""


def add_check(parser: ArgumentParser, source_help: str) -> None:
    """Its options."""
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.description = _HELP
    add = parser.add_argument
    add("source", metavar="SOURCE", help=f"{source_help}; of a trained project the shown run, else first weights")
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
    """Check and print; 1 where a derivative is wrong. Raises Usage, DataError, StorageError."""
    driver = _driver(options.source)
    asked = CheckOptions(options.step, options.epsilon, max(1, options.limit))
    with quiet_numerics():
        found = finished(check_gradient(driver.training, asked))
    layers = layer_words(driver)
    if options.json:
        sys.stdout.write(msgspec.json.encode(_line(found, layers)).decode() + "\n")
    else:
        warn(found.notes)
        _print(found, layers)
    return 0 if found.passed else 1


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
