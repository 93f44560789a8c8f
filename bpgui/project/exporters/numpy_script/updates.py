"""How optimizers, schedules and clipping are written in a script. Keys are the engine's, and so are the bits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OptimizerCode:
    """`moments` are the names of its arrays; `before` lines ahead of the loop over parameters, `update` lines in it.

    There p is a parameter, g its gradient, and each moment has its name, as the settings of the training have;
    `rate` is the learning rate, `t` counts the updates from 1. `constants` stand before all training.
    """

    name: str
    title: str
    update: tuple[str, ...]
    moments: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    counts: bool = False


_ADAM = (
    "m[...] = beta_1 * m + g",
    "v[...] = beta_2 * v + g * g",
    "p -= step * (m / (np.sqrt(v) + epsilon * spread))",
)
_ADAM_BEFORE = (
    "# m and v are kept without their factors 1 - β: these and the bias corrections go into the step and into ε",
    "spread = math.sqrt((1.0 - beta_2**t) / (1.0 - beta_2))",
    "step = rate * (1.0 - beta_1) / (1.0 - beta_1**t) * spread",
)

OPTIMIZER_CODE: dict[str, OptimizerCode] = {
    o.name: o
    for o in (
        OptimizerCode("sgd", "a step downhill, against the gradient", ("p -= rate * g",)),
        OptimizerCode(
            "momentum", "gradient descent with momentum",
            ("v[...] = momentum * v + g", "p -= rate * v"), ("v",),
        ),
        OptimizerCode(
            "nesterov", "gradient descent with Nesterov's momentum",
            ("v[...] = momentum * v + g", "p -= rate * (momentum * v + g)"), ("v",),
        ),
        OptimizerCode(
            "rmsprop", "RMSProp",
            ("v[...] = alpha * v + g * g", "p -= rate * spread * (g / (np.sqrt(v) + epsilon * spread))"), ("v",),
            constants=("spread = 1.0 / math.sqrt(1.0 - alpha)  # v is kept without its factor 1 - α",),
        ),
        OptimizerCode(
            "adagrad", "Adagrad", ("v += g * g", "p -= rate * (g / (np.sqrt(v) + epsilon))"), ("v",),
        ),
        OptimizerCode("adam", "Adam", _ADAM, ("m", "v"), _ADAM_BEFORE, counts=True),
        OptimizerCode(
            "adamw", "AdamW: Adam after a decay of every number",
            ("p *= 1.0 - rate * weight_decay", *_ADAM), ("m", "v"), _ADAM_BEFORE, counts=True,
        ),
    )
}  # fmt: skip

FLUSH_EVERY = 256
FLUSH = "{moment}[np.abs({moment}) < 1e-36] = 0.0"


@dataclass(frozen=True)
class ScheduleCode:
    """`factor` is what the base rate is multiplied by: an expression of `steps`, those finished, and `epoch`, from 1.

    `start` lines stand before all training; `observe` lines at an epoch's end, where {watched} is the loss looked at.
    {length} is how many epochs a cosine lasts. `counts`: it asks for `steps`.
    """

    name: str
    factor: str = ""
    start: tuple[str, ...] = ()
    observe: tuple[str, ...] = ()
    counts: bool = False


SCHEDULE_CODE: dict[str, ScheduleCode] = {
    s.name: s
    for s in (
        ScheduleCode("constant"),
        ScheduleCode("step", "step_factor ** ((epoch - 1) // step_epochs)"),
        ScheduleCode("exponential", "decay ** (epoch - 1)"),
        ScheduleCode(
            "cosine",
            "(floor + (1.0 - floor) * (1.0 + math.cos(math.pi * min(epoch - 1, {length}) / {length})) / 2.0)",
        ),
        ScheduleCode(
            "warmup", "(warmup_start + (1.0 - warmup_start) * min(steps, warmup_steps) / warmup_steps)", counts=True
        ),
        ScheduleCode(
            "plateau",
            "factor",
            ("factor, lowest, waited = 1.0, math.inf, 0  # the schedule: less rate on a plateau",),
            (
                "if {watched} < lowest * (1.0 - plateau_threshold):",
                "    lowest, waited = {watched}, 0",
                "else:",
                "    waited += 1",
                "if waited > plateau_patience:",
                "    factor, waited = factor * plateau_factor, 0",
            ),
        ),
    )
}

# {at} is the limit.
CLIP_CODE: dict[str, tuple[str, ...]] = {
    "none": (),
    "norm": (
        "shorter = {at} / (norm_of(gradients) + 1e-6)  # clipping: a gradient that is too long is shortened",
        "if shorter < 1.0:",
        "    gradients = [g * shorter for g in gradients]",
    ),
    "value": (
        "gradients = [np.minimum(np.maximum(g, -{at}), {at}) for g in gradients]  # clipping: each number is cut off",
    ),
}

NORM_OF = (
    "def norm_of(gradients):",
    '    """The length of all gradients together."""',
    "    squares = 0.0",
    "    for g in gradients:",
    "        squares += float(g.ravel() @ g.ravel())",
    "    if math.isfinite(squares):",
    "        return math.sqrt(squares)",
    "    largest = max(float(np.abs(g).max()) for g in gradients)  # the squares overflow: scale first",
    "    squares = 0.0",
    "    for g in gradients:",
    "        squares += float((g / largest).ravel() @ (g / largest).ravel())",
    "    return largest * math.sqrt(squares)",
)
