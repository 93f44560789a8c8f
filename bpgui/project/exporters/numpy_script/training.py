"""`train()` in a script: epochs, batches, and in each step forward pass, loss, backward pass, update."""

from __future__ import annotations

from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.layers import Dense, Dropout
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES
from bpgui.engine.streams import DROPOUT, SHUFFLE
from bpgui.project.exporters.numpy_script import ending, layers, reduction
from bpgui.project.exporters.numpy_script.literals import listed, number, text
from bpgui.project.exporters.numpy_script.losses import LOSS_CODE
from bpgui.project.exporters.numpy_script.plan import Plan
from bpgui.project.exporters.numpy_script.updates import (
    CLIP_CODE,
    FLUSH,
    FLUSH_EVERY,
    OPTIMIZER_CODE,
    SCHEDULE_CODE,
)
from bpgui.project.exporters.recorded import Value

Lines = list[str]
# Live settings that move a number in a step.
_LIVE = ("learning_rate", "l1", "l2", "clip", "clip_at")


def indented(lines: Lines, by: int = 1) -> Lines:
    return [" " * 4 * by + line if line else "" for line in lines]


def code_of(value: Value) -> str:
    """Python text of a setting."""
    if value is None:
        return "None"
    return text(value) if isinstance(value, str) else number(value)


def train(plan: Plan) -> Lines:
    """The whole function."""
    yields = ", ".join(["epoch", "train_loss", *(["val_loss"] if plan.validates else []),
                        *(["train_penalty"] if plan.penalised else [])])  # fmt: skip
    whole = not plan.batches.size
    step = _step(plan)
    body = [
        *_settings(plan), *_streams(plan), *_moments(plan), *ending.start(plan),
        *_counters(plan),
        f"for epoch in range({ending.epochs(plan)}):{ending.comment(plan)}",
        *indented([*_epoch_start(plan), *(step if whole else _loop(plan, step))]),
        *indented(_epoch_end(plan)),
        f"    yield {yields}",
        *indented(ending.after_epoch(plan)),
        *ending.after_all(plan),
    ]  # fmt: skip
    says = "The run, step by step; after each epoch its number and its losses."
    return ["def train():", f'    """{says}"""', *indented(body)]


# ---- what stands before the loop


def _settings(plan: Plan) -> Lines:
    spec = plan.spec.training
    lines, changing = [], []
    for name in _shown(plan):
        values = plan.values(name)
        lines.append(f"{name} = {code_of(values[0])}")
        if len(values) > 1:
            shown = [f"{step}: {code_of(value)}" for step, value in values.items() if step]
            changing += listed(shown, f"{name}_from = {{", "}")
    for fields in (OPTIMIZERS[spec.optimizer].fields, SCHEDULES[spec.schedule].fields):
        named = [field.name for field in fields if field.name != "cosine_epochs"]
        if named:
            values_of = ", ".join(code_of(getattr(spec, name)) for name in named)
            lines.append(f"{', '.join(named)} = {values_of}")
    lines += OPTIMIZER_CODE[spec.optimizer].constants
    if changing:
        lines += ["# changed while it trained, from the step after so many on", *changing]
    return lines


def _shown(plan: Plan) -> list[str]:
    """Names of the live settings that the script has as variables."""
    clips = plan.values("clip")
    wanted = {
        "learning_rate": bool(plan.trained), "l1": any(plan.values("l1").values()),
        "l2": any(plan.values("l2").values()), "clip": len(clips) > 1,
        "clip_at": any(CLIPPINGS[str(clip)].fields for clip in clips.values()) and bool(plan.trained),
    }  # fmt: skip
    return [name for name in _LIVE if wanted[name]] + ending.shown(plan)


def _streams(plan: Plan) -> Lines:
    lines = []
    seed = plan.spec.seed
    if plan.batches.shuffled:
        lines.append(f"shuffling = {_stream(seed, SHUFFLE, 0)}")
    drops = [node for node in plan.nodes if isinstance(node.layer, Dropout)]
    return [*lines, *(f"drop{node.n} = {_stream(seed, DROPOUT, i)}" for i, node in enumerate(drops))]


def _stream(seed: int, purpose: int, index: int) -> str:
    return f"np.random.Generator(np.random.PCG64(np.random.SeedSequence([{seed}, {purpose}, {index}])))"


def flushes(plan: Plan) -> bool:
    """Whether the run is so long that tiny moments were set to zero."""
    return bool(OPTIMIZER_CODE[plan.spec.training.optimizer].moments) and plan.recorded.steps >= FLUSH_EVERY


def counts_updates(plan: Plan) -> bool:
    """Whether the script counts updates in `t`."""
    return bool(plan.trained) and (OPTIMIZER_CODE[plan.spec.training.optimizer].counts or flushes(plan))


def trained(plan: Plan) -> str:
    """The name of the list of what the optimizer changes."""
    return "parameters" if plan.trained == plan.parameters else "trained"


def _moments(plan: Plan) -> Lines:
    if not plan.trained:
        return []
    lines = []
    for moment in OPTIMIZER_CODE[plan.spec.training.optimizer].moments:
        lines.append(f"all_{moment} = [np.zeros_like(p) for p in {trained(plan)}]")
    return [*lines, "t = 0"] if counts_updates(plan) else lines


def counts_steps(plan: Plan) -> bool:
    """Whether the script counts finished steps in `steps`."""
    return (
        any(len(plan.values(name)) > 1 for name in _shown(plan))
        or SCHEDULE_CODE[plan.spec.training.schedule].counts
        or ending.counts_steps(plan)
    )


def _counters(plan: Plan) -> Lines:
    lines = list(SCHEDULE_CODE[plan.spec.training.schedule].start) if plan.trained else []
    if counts_steps(plan):
        lines.append("steps = 0")
    if not plan.batches.size:
        whole = "x, y, w = x_train, y_train, w_train" if plan.weighted else "x, y = x_train, y_train"
        return [*lines, whole, *_ones(plan)]
    if plan.batches.joins:
        starts = f"range(0, len(x_train) - 1, {plan.batches.size})"
        lines.append(f"edges = [*{starts}, len(x_train)]  # a last row alone joins the batch before")
    return lines


def _ones(plan: Plan) -> Lines:
    return [f"ones = np.ones(len(x){plan.kind})  # ones @ values adds rows up; np.sum adds in another order"]


# ---- an epoch


def _epoch_start(plan: Plan) -> Lines:
    if not plan.batches.size:
        return []
    lines = ["order = shuffling.permutation(len(x_train))"] if plan.batches.shuffled else []
    sums = ["loss_sum", *(["penalty_sum"] if plan.penalised else [])]
    if reduction.counts_by_weight(plan):
        sums.append("weight_sum")
    return [*lines, " = ".join([*sums, "0.0"])]


def _loop(plan: Plan, step: Lines) -> Lines:
    size = plan.batches.size
    if plan.batches.joins:
        head, stop = "for start, stop in zip(edges, edges[1:]):", "stop"
    else:
        head, stop = f"for start in range(0, len(x_train), {size}):", f"start + {size}"
    colon = ":" if stop == "stop" else " : "
    rows = f"order[start{colon}{stop}]" if plan.batches.shuffled else f"slice(start, {stop})"
    names = ("x", "y", "w") if plan.weighted else ("x", "y")
    taken = f"{', '.join(names)} = {', '.join(f'{name}_train[rows]' for name in names)}"
    return [head, *indented([f"rows = {rows}", taken, *_ones(plan), "", *step])]


def _epoch_end(plan: Plan) -> Lines:
    unit = "weight" if reduction.counts_by_weight(plan) else "len(x)"
    whole = not plan.batches.size
    lines: Lines = []
    for name, value in (("train_loss", "loss"), ("train_penalty", "penalty")):
        if name == "train_penalty" and not plan.penalised:
            continue
        rows = len(plan.data.train)
        if not whole:
            made = f"{value}_sum / {'weight_sum' if reduction.counts_by_weight(plan) else 'len(x_train)'}"
        elif not reduction.counts_by_weight(plan) and rows & (rows - 1) == 0:
            made = value  # times and divided by a power of two it stays what it is
        else:
            made = f"{value} * {unit} / {unit}"
            if not lines:
                made += "  # a mean over batches, of which there is one"
        lines.append(f"{name} = {made}")
    if plan.validates:
        lines.append(f"val_loss = evaluate(x_val, y_val{', w_val' if plan.weighted else ''})")
    return lines


# ---- a step


def _step(plan: Plan) -> Lines:
    loss = LOSS_CODE[plan.spec.training.loss]
    lines = [*_changes(plan), *ending.before_step(plan)]
    lines += ["# Forward pass", *layers.forward(plan), "", f"# Loss: {loss.title}", *reduction.loss(plan), ""]
    if plan.trained:
        lines += ["# Backward pass: delta is the gradient of the loss with respect to z", *reduction.gradient(plan)]
        lines += [*layers.backward(plan), ""]
    lines += _penalty(plan)
    if plan.trained:
        lines += _update(plan)
    lines += layers.follow(plan)
    lines += _sums(plan)
    return [*lines, *ending.after_step(plan, counts_steps(plan)), ""]


def _changes(plan: Plan) -> Lines:
    return [f"{name} = {name}_from.get(steps, {name})" for name in _shown(plan) if len(plan.values(name)) > 1]


def _penalty(plan: Plan) -> Lines:
    if not plan.penalised:
        return []
    names = ", ".join(f"W{node.n}" for node in plan.dense) + ("," if len(plan.dense) == 1 else "")
    parts, value, gradient = [], [], []
    for name, formula, made, added in (
        ("l2", "l2 / 2 Σ W²", "l2 / 2.0 * float(W.ravel() @ W.ravel())", "l2 * {W}"),
        ("l1", "l1 Σ |W|", "l1 * float(np.abs(W.ravel()).sum())", "l1 * np.sign({W})"),
    ):
        values = plan.values(name).values()
        if not any(values):
            continue
        parts.append(formula)
        guarded = not all(values)
        value += [f"if {name}:", f"    penalty += {made}"] if guarded else [f"penalty += {made}"]
        steps = [f"dW{node.n} += {added.format(W=f'W{node.n}')}" for node in plan.dense
                 if isinstance(node.layer, Dense) and not node.layer.freeze_weights]  # fmt: skip
        if steps:
            gradient += [f"if {name}:", *indented(steps)] if guarded else steps
    return [
        f"# Penalty on the weights, apart from the loss: {' + '.join(parts)}", "penalty = 0.0",
        f"for W in ({names}):", *indented(value), *gradient, "",
    ]  # fmt: skip


def _update(plan: Plan) -> Lines:
    spec = plan.spec.training
    code, schedule = OPTIMIZER_CODE[spec.optimizer], SCHEDULE_CODE[spec.schedule]
    gradients = [name for node in plan.nodes for name in node.gradients]
    lines: Lines = [f"# Update: {code.title}", *listed(gradients, "gradients = [", "]", shift=12), *_clip(plan)]
    factor = schedule.factor.format(length=_cosine_length(plan))
    if factor:
        lines.append(f"rate = learning_rate * {factor}")
    if counts_updates(plan):
        lines.append("t += 1")
    rate = "rate * " if factor else "learning_rate * "
    lines += [line.replace("rate * ", rate) for line in code.before]
    lists = [trained(plan), "gradients", *(f"all_{moment}" for moment in code.moments)]
    lines.append(f"for {', '.join(['p', 'g', *code.moments])} in zip({', '.join(lists)}):")
    lines += indented([line.replace("rate * ", rate) for line in code.update])
    if flushes(plan):
        lines.append(f"    if t % {FLUSH_EVERY} == 0:  # subnormal numbers would be slow")
        lines += indented([FLUSH.format(moment=moment) for moment in code.moments], 2)
    return lines


def _cosine_length(plan: Plan) -> str:
    spec = plan.spec.training
    if spec.cosine_epochs:
        return str(spec.cosine_epochs)
    planned = plan.values("epochs")
    return "epochs" if len(planned) > 1 else str(planned[0])


def _clip(plan: Plan) -> Lines:
    values = [str(value) for value in plan.values("clip").values()]
    kinds = [name for name in CLIP_CODE if name in values and name != "none"]
    if "norm" in kinds:
        plan.helpers.add("norm_of")
    coded = {kind: [line.format(at="clip_at") for line in CLIP_CODE[kind]] for kind in kinds}
    if len(set(values)) == 1:
        return [line for lines in coded.values() for line in lines]
    return [line for kind, lines in coded.items() for line in (f'if clip == "{kind}":', *indented(lines))]


def _sums(plan: Plan) -> Lines:
    if not plan.batches.size:
        return []
    unit = "weight" if reduction.counts_by_weight(plan) else "len(x)"
    lines = [f"loss_sum += loss * {unit}"]
    if plan.penalised:
        lines.append(f"penalty_sum += penalty * {unit}")
    return [*lines, "weight_sum += weight"] if reduction.counts_by_weight(plan) else lines
