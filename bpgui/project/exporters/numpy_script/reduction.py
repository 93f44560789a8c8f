"""The loss in a script: terms, their sum, what it is divided by, and the gradient that goes into the network."""

from __future__ import annotations

from bpgui.project.exporters.numpy_script.literals import number
from bpgui.project.exporters.numpy_script.losses import LOSS_CODE
from bpgui.project.exporters.numpy_script.plan import Plan, gradient_of

Lines = list[str]


def _names(plan: Plan, judged: str, targets: str = "y") -> dict[str, str]:
    answer = plan.nodes[-1].out if plan.nodes else "x"
    return {"p": judged, "a": answer, "y": targets, "huber_delta": number(plan.spec.training.huber_delta)}


def judged(plan: Plan) -> str:
    """The name of what the loss looks at."""
    return plan.judged[-1].out


def _total(plan: Plan, terms: str) -> str:
    """Σ terms, each row's times its weight."""
    if plan.weighted:
        return (
            f"float(w @ {terms}.ravel())"
            if plan.data.outputs == 1
            else (f"float(np.repeat(w, {plan.data.outputs}) @ {terms}.ravel())")
        )
    if plan.data.outputs == 1:
        return f"float(ones @ {terms}.ravel())"
    plan.helpers.add("total")
    return f"total({terms})"


def _divisor(plan: Plan, rows: str = "len(x)", weight: str = "weight") -> str:
    """What the sum is divided by; "" for 1."""
    training, outputs = plan.spec.training, plan.data.outputs
    if training.reduction != "mean":
        return "2" if training.reduction == "half_sum" else ""
    per_row = plan.network.loss.per_row or outputs == 1
    unit = weight if plan.weighted else rows
    return unit if per_row else f"({unit} * {outputs})"


def counts_by_weight(plan: Plan) -> bool:
    """Whether a batch counts in its epoch by the weights of its rows, not by their number."""
    return plan.weighted and plan.network.reduction == "mean"


def _over(divisor: str) -> str:
    return f" / {divisor}" if divisor else ""


def loss(plan: Plan) -> Lines:
    """Terms and `loss` of a batch."""
    code = LOSS_CODE[plan.spec.training.loss]
    lines = [line.format_map(_names(plan, judged(plan))) for line in code.terms]
    if counts_by_weight(plan):
        lines.append("weight = float(w.sum())")
    return [*lines, f"loss = {_total(plan, 'terms')}{_over(_divisor(plan))}"]


def gradient(plan: Plan) -> Lines:
    """The gradient of the loss with respect to what it looks at."""
    code = LOSS_CODE[plan.spec.training.loss]
    names = _names(plan, judged(plan))
    lines = [line.format_map(names) for line in code.before_gradient]
    made, divisor = code.gradient.format_map(names), _divisor(plan)
    if plan.weighted:
        made = f"{_grouped(made)} * w[:, None]"
    elif divisor == "2" and made.startswith("2.0 * "):
        made, divisor = made.removeprefix("2.0 * "), ""
    elif divisor:
        made = _grouped(made)
    return [*lines, f"{gradient_of(judged(plan))} = {made}{_over(divisor)}"]


def _grouped(made: str) -> str:
    return f"({made})" if " - " in made else made


def evaluation(plan: Plan) -> Lines:
    """The body of `evaluate(x, y)`, with `w` where rows have weights."""
    code = LOSS_CODE[plan.spec.training.loss]
    training = plan.spec.training
    mean = training.reduction == "mean"
    function = "logits" if plan.network.from_logits else "outputs"
    p = judged(plan)
    names = _names(plan, p, "y[part]")
    body = [f"part = slice(start, start + {ROWS})", f"{p} = {function}(x[part])"]
    body += [line.format_map(names) for line in code.evaluated]
    total = _total(plan, "terms").replace("ones @", f"np.ones(len(terms){plan.kind}) @")
    if plan.weighted:
        total = total.replace("w @", "w[part] @").replace("(w,", "(w[part],")
    if mean:
        count = _divisor(plan, "len(terms)", "float(w[part].sum())")
        body += [f"count = {count.strip('()') if count.startswith('(') else count}"]
        body += [f"summed += {total} / count * count"]
    else:
        body += [f"summed += {total}"]
    end = _over(_divisor(plan, "len(x)", "float(w.sum())"))
    return [
        "summed = 0.0",
        f"for start in range(0, len(x), {ROWS}):  # in parts of the size that bpgui takes: it moves the last bit",
        *(f"    {line}" for line in body),
        f"return summed{end}",
    ]


ROWS = 256

TOTAL = (
    "def total(values):",
    '    """The sum of all numbers, by BLAS as a product with ones: np.sum adds in another order."""',
    "    return float(np.ones(values.size, values.dtype) @ values.ravel())",
)
