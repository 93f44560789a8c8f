"""The gradient check: every derivative that the backward pass gives, beside the slope of the loss itself."""

from bpgui.engine.gradcheck.bugs import BUGS, Bug, Planted
from bpgui.engine.gradcheck.checking import check_gradient, finished
from bpgui.engine.gradcheck.results import CENTRAL, COMPLEX, CheckedArray, CheckOptions, Finding, GradientCheck
from bpgui.engine.gradcheck.step_sizes import StepErrors, step_errors

__all__ = [
    "BUGS", "CENTRAL", "COMPLEX", "Bug", "CheckOptions", "CheckedArray", "Finding", "GradientCheck", "Planted",
    "StepErrors", "check_gradient", "finished", "step_errors",
]  # fmt: skip
