"""What a gradient check has found, in words."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication

from bpgui.engine.explain import symbol
from bpgui.engine.gradcheck import CENTRAL, Finding, GradientCheck
from bpgui.runs.explaining import CheckAnswer, place_between
from bpgui.ui.live.check_cells import KINK
from bpgui.ui.live.error_colors import power_text
from bpgui.ui.live.list_model import Value
from bpgui.ui.texts import group

WORST, KINKS = 40, 20  # listed


def tr(text: str) -> str:
    return QCoreApplication.translate("GradientCheck", text)


def verdict(answer: CheckAnswer) -> str:
    """Right or wrong, and where; without the notes."""
    check = answer.check
    bound, count = power_text(check.options.bound), group(check.checked)
    if check.passed:
        text = tr("✓ Right at step {0}: {1} derivatives, largest error {2} (allowed {3}).")
        return text.format(group(check.step), count, power_text(check.worst_error), bound)
    if any(not np.isfinite(part.analytic[~np.isnan(part.error)]).all() for part in check.arrays):
        text = tr("The gradient at step {0} is no finite number: there is nothing to compare.")
        return text.format(group(check.step))
    wrong = group(check.failures)
    if check.options.method == CENTRAL:
        text = tr("{0} of {1} slopes are off by more than {2}: where the complex step finds nothing, this step is {3}.")
        size = tr("too long") if check.options.step > 1e-4 else tr("too short") if check.options.step < 1e-6 else ""
        return text.format(wrong, count, bound, size or tr("too long or too short"))
    text = tr("✗ Wrong: {0} of {1} derivatives are off by more than {2}. The mistake lies {3}.")
    return text.format(wrong, count, bound, place_between(check, answer.layers))


def notes(check: GradientCheck) -> str:
    """What was not as in the run itself, and the kinks with their sign."""
    found = list(check.notes)
    if check.kinks:
        found[-1] = f"{KINK} {found[-1]}"
    return " ".join(found)


def parameter_name(one: Finding, layers: dict[str, str]) -> str:
    """ "w(2→3) in Dense 2" """
    return f"{symbol(one.parameter)} in {layers.get(one.id, one.id)}"


def worst_of(answer: CheckAnswer) -> list[tuple[Finding, tuple[Value, ...]]]:
    """The largest errors, and of kinks the largest, each with its line of the table."""
    check = answer.check
    kinks = [one for one in check.worst(WORST + KINKS) if one.kink][:KINKS]
    return [
        (
            one,
            (parameter_name(one, answer.layers), one.error, KINK if one.kink else "", one.analytic, one.numeric),
        )
        for one in (*check.worst(WORST, kinks=False), *kinks)
    ]
