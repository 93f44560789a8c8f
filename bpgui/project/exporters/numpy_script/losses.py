"""How each loss is written in a script. Keys are those of the engine's LOSSES, and so are the bits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LossCode:
    """{p} is what the loss looks at: the logits of the output layer, or its outputs; {y} the targets.

    `terms` are lines that end with `terms`, (rows, outputs), before the reduction; `evaluation` the same where no
    gradient follows. `gradient` is ∂ terms / ∂p, made of what `terms` left. {huber_delta} is the setting.
    """

    name: str
    title: str
    terms: tuple[str, ...]
    gradient: str
    evaluation: tuple[str, ...] = ()
    before_gradient: tuple[str, ...] = ()

    @property
    def evaluated(self) -> tuple[str, ...]:
        return self.evaluation or self.terms


LOSS_CODE: dict[str, LossCode] = {
    loss.name: loss
    for loss in (
        LossCode(
            "bce",
            "binary cross-entropy, -[y ln a + (1 - y) ln(1 - a)] with a = sigmoid(z), which is ln(1 + e^z) - y z",
            ("log1pe = np.logaddexp({p}, 0.0)", "terms = log1pe - {y} * {p}"),
            "{a} - {y}",
            ("terms = np.logaddexp({p}, 0.0) - {y} * {p}",),
            ("{a} = np.exp({p} - log1pe)  # the sigmoid: e^z / (1 + e^z)",),
        ),
        LossCode(
            "cce",
            "categorical cross-entropy, -Σ y ln a with a = softmax(z); less the row's largest z, against overflow",
            (
                "shifted = {p} - {p}.max(axis=1, keepdims=True)",
                "e = np.exp(shifted)",
                "sums = e.sum(axis=1, keepdims=True)",
                "terms = {y} * (np.log(sums) - shifted)",
            ),
            "{a} - {y}",
            (
                "shifted = {p} - {p}.max(axis=1, keepdims=True)",
                "terms = {y} * (np.log(np.exp(shifted).sum(axis=1, keepdims=True)) - shifted)",
            ),
            ("{a} = e / sums  # the softmax",),
        ),
        LossCode(
            "mse",
            "squared error, (a - y)²",
            ("error = {p} - {y}", "terms = error * error"),
            "2.0 * error",
            ("terms = ({p} - {y}) * ({p} - {y})",),
        ),
        LossCode(
            "mae",
            "absolute error, |a - y|",
            ("error = {p} - {y}", "terms = np.abs(error)"),
            "np.sign(error)",
            ("terms = np.abs({p} - {y})",),
        ),
        LossCode(
            "huber",
            "Huber's, ½ (a - y)² where |a - y| ≤ δ, else δ (|a - y| - ½ δ)",
            (
                "error = {p} - {y}",
                "held = np.maximum(np.minimum(error, {huber_delta}), -{huber_delta})",
                "terms = (error - 0.5 * held) * held",
            ),
            "held",
        ),
        LossCode(
            "hinge",
            "hinge, max(0, 1 - y a) for y = ±1",
            ("terms = np.maximum(1.0 - {y} * {p}, 0.0)",),
            "-{y} * (terms > 0.0)",
        ),
    )
}
