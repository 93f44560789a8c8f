"""Where a script's training ends, and what is put back: patience, divergence, going back, resuming."""

from __future__ import annotations

from bpgui.engine.layers import Dropout
from bpgui.project.exporters.numpy_script.literals import listed, number
from bpgui.project.exporters.numpy_script.plan import Plan
from bpgui.project.exporters.numpy_script.updates import OPTIMIZER_CODE, SCHEDULE_CODE
from bpgui.project.exporters.recorded import Change

Lines = list[str]
STRIDE = 16  # steps between two looks back, for epochs that are shorter
_RULES = ("epochs", "target_loss", "target_metric", "patience", "min_delta", "resume", "go_back")
_WORDS = {
    "by hand": "stopped by hand", "time": "its time was over", "target metric": "the target metric was reached",
    "diverged": "it diverged", "failed": "it failed", "target loss": "the target loss was reached",
    "patience": "the loss had not fallen for long enough",
}  # fmt: skip


def _plain(plan: Plan) -> bool:
    """Whether the rules at the start were those at the end, so that the script can end by them itself."""
    return not any(change.field in _RULES for change in plan.recorded.changes)


def _rules(plan: Plan) -> set[str]:
    """The rules by which the script ends itself: the one that ended the run, or those that may end one to come."""
    spec = plan.spec.training
    if plan.planned:
        return {*(["target loss"] if spec.target_loss is not None else []), *(["patience"] if spec.patience else [])}
    return {plan.recorded.ending} & {"target loss", "patience"} if _plain(plan) else set()


def _left(plan: Plan) -> int:
    """Steps taken of an epoch that has not ended."""
    return plan.recorded.steps - plan.recorded.epochs * plan.batch_count


def epochs(plan: Plan) -> str:
    """The arguments of the range of epochs."""
    if _rules(plan):
        return f"1, {plan.spec.training.epochs} + 1"
    last = plan.recorded.epochs + (1 if _left(plan) else 0)
    return f"1, {last} + 1"


def comment(plan: Plan) -> str:
    """Why it ends there, where the plan was another."""
    if _rules(plan) or plan.recorded.ending in ("", "epochs") or _left(plan):
        return ""
    return f"  # then {_WORDS.get(plan.recorded.ending, plan.recorded.ending)}"


# ---- patience


def _patient(plan: Plan) -> bool:
    """Whether patience ever ran out, as far as is known."""
    if not any(plan.values("patience").values()):
        return False
    thinned = len(plan.recorded.losses) < plan.recorded.epochs
    return plan.planned or thinned or plan.recorded.ending == "patience" or not _plain(plan)


def shown(plan: Plan) -> list[str]:
    """Names of the live settings that are variables for the sake of the end."""
    names = []
    if _patient(plan):
        names += ["patience", "min_delta", *(["target_loss"] if _targets_matter(plan) else [])]
    if _plans_matter(plan) and len(plan.values("epochs")) > 1:
        names.append("epochs")
    return names


def _plans_matter(plan: Plan) -> bool:
    """Whether the number of planned epochs moves the learning rate."""
    spec = plan.spec.training
    return spec.schedule == "cosine" and not spec.cosine_epochs


def _targets_matter(plan: Plan) -> bool:
    """Whether a target may have ended the run where patience would have: then nothing was put back."""
    return not _rules(plan) and any(value is not None for value in plan.values("target_loss").values())


def _ended_by_metric(plan: Plan) -> list[int]:
    """Epochs after which a metric ended the run: the last, and those after which the metric was lifted."""
    ends = {plan.recorded.epochs} if plan.recorded.ending == "target metric" else set()
    resumed = plan.steps_of("resume")
    for step in plan.steps_of("target_metric"):
        epoch, left = divmod(step, plan.batch_count)
        if not left and step not in resumed:
            ends.add(epoch)
    return sorted(ends)


def start(plan: Plan) -> Lines:
    """Variables that stand before all training."""
    lines = []
    if plan.sound or _patient(plan):
        state = ["*parameters", *plan.running]
        lines += listed(state, "state = [", "]", shift=4) if plan.running else ["state = parameters"]
    if _patient(plan):
        lines += ["lowest_loss, bad_epochs, best = math.inf, 0, []  # patience"]
    if plan.sound:
        lines += [
            "sane, sound_loss = True, math.inf  # weights to go back to: put aside, later found sound",
            "aside = sound = [s.copy() for s in state]",
        ]
    return lines


def counts_steps(plan: Plan) -> bool:
    return bool(_left(plan)) or bool(_earlier(plan, "go_back")) or (_patient(plan) and bool(_earlier(plan, "resume")))


def _earlier(plan: Plan, name: str) -> list[int]:
    return [step for step in plan.steps_of(name) if step < plan.recorded.steps]


def _put_back(kept: str) -> Lines:
    return [f"for s, kept in zip(state, {kept}):", "    s[...] = kept"]


def before_step(plan: Plan) -> Lines:
    """Going back and resuming, at the top of a step."""
    lines: Lines = []
    if _patient(plan) and (steps := _earlier(plan, "resume")):
        lines += [f"if steps in {_tuple(steps)}:  # it had been stopped, and went on", "    bad_epochs = 0"]
    backs = _earlier(plan, "go_back")
    if not backs:
        return lines
    spec = plan.spec.training
    inner = [*_put_back("sound"), "sane, aside = True, [s.copy() for s in state]"]
    if OPTIMIZER_CODE[spec.optimizer].moments and plan.trained:
        inner += [f"for moment in {_tuple([f'*all_{name}' for name in OPTIMIZER_CODE[spec.optimizer].moments])}:",
                  "    moment[...] = 0.0"]  # fmt: skip
    if plan.trained and (OPTIMIZER_CODE[spec.optimizer].counts or OPTIMIZER_CODE[spec.optimizer].moments):
        inner.append("t = 0")
    lines += [f"if steps in {_tuple(sorted(set(backs)))}:  # it had diverged: back, with a fresh optimizer"]
    lines += [f"    {line}" for line in inner]
    return [*lines, *_redrawn(plan)]


def _redrawn(plan: Plan) -> Lines:
    """A step that was tried and not taken had drawn its masks."""
    backs: dict[int, list[Change]] = {}
    for change in plan.recorded.changes:
        if change.field == "go_back" and change.step < plan.recorded.steps:
            backs.setdefault(change.step, []).append(change)
    drops = [node for node in plan.nodes if isinstance(node.layer, Dropout)]
    tries = {step: sum(not _at_epoch_end(plan, change) for change in changes) for step, changes in backs.items()}
    shown = ", ".join(f"{step}: {count}" for step, count in tries.items() if count)
    if not drops or not shown:
        return []
    return [
        f"for _ in range({{{shown}}}.get(steps, 0)):  # a step that was not taken had drawn its masks",
        *(f"    drop{node.n}.random((len(x), {node.layer.units}))" for node in drops),
    ]


def _at_epoch_end(plan: Plan, back: Change) -> bool:
    """Whether it was the end of an epoch that diverged, not a step, by its weights or its validation loss.

    Where that was not written down, a validation loss tells.
    """
    if back.value is not None:
        return back.value == "epoch"
    epoch, left = divmod(back.step, plan.batch_count)
    if left or not plan.validates:
        return False
    found = plan.recorded.losses[plan.recorded.losses[:, 0] == epoch]
    return len(found) > 0 and not abs(found[0, 2]) < float("inf")


def after_step(plan: Plan, counts: bool) -> Lines:
    """The count, and the end within an epoch."""
    lines = ["steps += 1"] if counts else []
    if plan.sound:
        lines += ["if sound_loss == math.inf:", "    sound_loss = loss  # the very first one"]
    if _left(plan):
        why = _WORDS.get(plan.recorded.ending, "it stands here")
        inner = [*after_all(plan), "return"]
        lines += [f"if steps == {plan.recorded.steps}:  # {why}", *(f"    {line}" for line in inner)]
    return lines


def after_epoch(plan: Plan) -> Lines:
    """Rules that look at the losses of an epoch."""
    spec = plan.spec.training
    lines: Lines = []
    if plan.planned and spec.target_metric:
        lines.append(f"# bpgui would end here once {spec.target_metric} had reached {number(spec.target_value)}")
    if "target loss" in _rules(plan):
        lines += [f"if train_loss <= {number(spec.target_loss or 0.0)}:  # the target is reached", "    return"]
    watching = [line.format(watched=plan.watched) for line in SCHEDULE_CODE[spec.schedule].observe if plan.trained]
    watching += _best(plan)
    if plan.sound:
        lines += _look_back(plan)
        if watching:
            watching = [f"if sane and math.isfinite({plan.watched}):", *(f"    {line}" for line in watching)]
    return lines + watching


def _look_back(plan: Plan) -> Lines:
    """Were the weights that were put aside sound? Put the present ones aside. At ends of epochs, 16 steps apart."""
    plan.helpers.add("finite")
    steps = plan.batch_count
    lines = [
        "if train_loss <= 2.0 * sound_loss:",
        "    sound_loss, aside, sound = min(sound_loss, train_loss), sound, aside",
        "sane = finite(parameters)",
        "if sane:",
        "    aside = [s.copy() for s in state]",
    ]
    if steps >= STRIDE:
        return lines
    return [f"if epoch * {steps} % {STRIDE} < {steps}:", *(f"    {line}" for line in lines)]


def _best(plan: Plan) -> Lines:
    if not _patient(plan):
        return []
    always = all(plan.values("patience").values())
    lines = [
        f"if {plan.watched} < lowest_loss - min_delta:  # the best so far: remember it",
        f"    lowest_loss, bad_epochs, best = {plan.watched}, 0, [s.copy() for s in state]",
        "else:",
        "    bad_epochs += 1",
        f"if bad_epochs >= patience{_unless(plan)}:  # no better for so many epochs: put the best weights back",
        *(f"    {line}" for line in _put_back("best")),
        "    return" if "patience" in _rules(plan) else "    bad_epochs = 0",
    ]
    return lines if always else ["if patience:", *(f"    {line}" for line in lines)]


def _unless(plan: Plan) -> str:
    """What else must hold where patience runs out: no target was reached just then, which comes first."""
    text = ""
    if _targets_matter(plan):
        always = all(value is not None for value in plan.values("target_loss").values())
        reached = "train_loss > target_loss" if always else "(target_loss is None or train_loss > target_loss)"
        text += f" and {reached}"
    ends = _ended_by_metric(plan)
    return f"{text} and epoch not in {_tuple(ends)}" if ends and not _rules(plan) else text


def after_all(plan: Plan) -> Lines:
    """What is put back at the very end."""
    if any(step >= plan.recorded.steps for step in plan.steps_of("go_back")):
        return _put_back("sound")
    if plan.recorded.ending == "diverged":
        plan.helpers.add("finite")
        return ["if not finite(parameters):  # it diverged: back to finite weights",
                *(f"    {line}" for line in _put_back("aside"))]  # fmt: skip
    return []


def _tuple(parts: list[int] | list[str]) -> str:
    return f"({', '.join(map(str, parts))}{',' if len(parts) == 1 else ''})"


FINITE = (
    "def finite(arrays):",
    "    return all(np.isfinite(array).all() for array in arrays)",
)
