"""Formulas as one writes them for a single row on paper, where the tree's are those of a weighted batch."""

from __future__ import annotations

from bpgui.engine.explain import Delta, Loss, LossTerm, NewParameter, Reference
from bpgui.engine.explain.numbers import factor, text
from bpgui.engine.trace import StepTrace
from bpgui.runs.worksheet.problem import Problem

# loss: (the loss, its derivative by the output that it looks at)
LOSS_FORMULAS = {
    "half": ("½ Σ (a − y)²", "a − y"),
    "mse": ("mean of (a − y)²", "2 (a − y) / outputs"),
    "bce": ("−y ln a − (1 − y) ln(1 − a)", "a − y"),
}


def on_paper(problem: Problem, trace: StepTrace, reference: Reference) -> tuple[str, str] | None:
    """(formula, the same with numbers); None where the tree's own will do."""
    if isinstance(reference, Loss):
        return ("forward pass again", "") if reference.after else _loss(problem, trace)
    if isinstance(reference, LossTerm):
        return "(a − y)²", f"({_error(trace, reference.unit)})²"
    if isinstance(reference, Delta) and reference.layer == _judged(trace):
        return LOSS_FORMULAS[problem.loss][1], _slope(problem, trace, reference.unit)
    if isinstance(reference, NewParameter):
        return _new(problem, trace, reference)
    return None


def _judged(trace: StepTrace) -> int:
    """The position of what the loss is taken of: the last one, or the logits before it."""
    return len(trace.layers) - 1 - trace.from_logits


def _error(trace: StepTrace, unit: int) -> str:
    """ "0.4775 − 1": output less target."""
    a, y = float(trace.layers[-1].out[0, unit]), float(trace.targets[0, unit])
    return f"{text(a)} − {factor(y)}"


def _loss(problem: Problem, trace: StepTrace) -> tuple[str, str]:
    formula = LOSS_FORMULAS[problem.loss][0]
    if problem.loss == "bce":
        a, y = float(trace.layers[-1].out[0, 0]), float(trace.targets[0, 0])
        return formula, f"−ln {text(a)}" if y else f"−ln(1 − {text(a)})"
    squares = [f"({_error(trace, unit)})²" for unit in range(trace.targets.shape[1])]
    if problem.loss == "half":
        return formula, f"½ · {squares[0]}" if len(squares) == 1 else f"½ · [{' + '.join(squares)}]"
    return formula, squares[0] if len(squares) == 1 else f"[{' + '.join(squares)}] / {len(squares)}"


def _slope(problem: Problem, trace: StepTrace, unit: int) -> str:
    error = _error(trace, unit)
    if problem.loss != "mse":
        return error
    outputs = trace.targets.shape[1]
    return f"2 · ({error})" if outputs == 1 else f"2 · ({error}) / {outputs}"


def _new(problem: Problem, trace: StepTrace, reference: NewParameter) -> tuple[str, str]:
    parameter = reference.parameter
    slot = next(s for s in trace.slots if s.layer == parameter.layer and s.name == parameter.name)
    before = float(trace.before[slot.part].reshape(slot.shape)[parameter.index])
    gradient = float(trace.data_gradient[slot.part].reshape(slot.shape)[parameter.index])
    name = parameter.name.lower()
    return f"{name} − η ∂L/∂{name}", f"{text(before)} − {text(problem.learning_rate)} · {factor(gradient)}"
