"""What training is doing, in words: pure texts for the toolbar."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from bpgui.project.spec import Activation, Dense, Dropout, Layer
from bpgui.runs.answers import Progress
from bpgui.runs.run import Run
from bpgui.runs.stopping import BY_HAND, DIVERGED, EPOCHS, FAILED, METRIC, PATIENCE, TARGET, TIME
from bpgui.session.pace import FRAMES, Pace
from bpgui.ui.numbers import format_number, short_number
from bpgui.ui.texts import group

# A little to either side of one epoch a frame reads as that.
_NEAR = 1.15
LONGEST = "epoch 88888 / 88888  loss 8.88e−88  val 8.88e−88"


def tr(text: str) -> str:
    return QCoreApplication.translate("Run", text)


def speed(pace: Pace, batches: int) -> str:
    """ "one epoch a frame", "62 epochs a second", "12 steps a second", "flat out"."""
    if pace.rate is None:
        return tr("flat out")
    epochs = pace.rate / max(batches, 1)
    if FRAMES / _NEAR <= epochs <= FRAMES * _NEAR:
        return tr("one epoch a frame")
    if epochs >= 1.95:
        return tr("{0} epochs a second").format(_round(epochs))
    if epochs >= 0.95:
        return tr("one epoch a second")
    if pace.rate >= 1.5:
        return tr("{0} steps a second").format(_round(pace.rate))
    return tr("one step a second")


def _round(value: float) -> str:
    if value < 100:
        return short_number(round(value))
    digits = len(str(int(value))) - 2
    return group(int(round(value, -digits)))


def readout(progress: Progress) -> str:
    """ "epoch 340 / 500  loss 0.0213  val 0.0258", in places that do not move."""
    width = len(str(progress.epochs))
    parts = [tr("epoch {0} / {1}").format(str(progress.epoch).rjust(width), progress.epochs)]
    loss = progress.train_loss if progress.train_loss is not None else progress.loss
    parts.append(tr("loss {0}").format(format_number(loss).ljust(6)))
    if progress.val_loss is not None:
        parts.append(tr("val {0}").format(format_number(progress.val_loss)))
    return "  ".join(parts)


def steps(progress: Progress) -> str:
    """ "60 steps/s", "22 k steps/s"; empty where nothing runs."""
    rate = progress.steps_per_second
    if rate <= 0:
        return ""
    if rate >= 10_000:
        return tr("{0} k steps/s").format(round(rate / 1000))
    return tr("{0} steps/s").format(_round(rate))


def share(progress: Progress) -> float:
    """How much of the plan is done, 0 … 1."""
    done = progress.epoch + progress.batch / max(progress.batches, 1)
    return min(max(done / max(progress.epochs, 1), 0.0), 1.0)


def reason(stop_reason: str | None) -> str:
    """Why a run ended."""
    words = {
        EPOCHS: tr("all epochs done"),
        TARGET: tr("loss reached"),
        METRIC: tr("metric reached"),
        PATIENCE: tr("patience ended"),
        TIME: tr("time is up"),
        DIVERGED: tr("diverged"),
        BY_HAND: tr("stopped by hand"),
        FAILED: tr("failed"),
    }
    return words.get(stop_reason or "", stop_reason or "")


def pill(state: str, stop_reason: str | None) -> tuple[str, str, str]:
    """(word, tone, sentence) of the state pill."""
    if state == "ended":
        if stop_reason == DIVERGED:
            return tr("DIVERGED"), "bad", tr("The loss was no longer a number; the last finite weights are kept.")
        if stop_reason == FAILED:
            return tr("FAILED"), "bad", tr("The program failed in a step; what was learnt before is kept.")
        if stop_reason == BY_HAND:
            return tr("STOPPED"), "idle", tr("Stopped by hand; Train goes on from here.")
        sentences = {
            TARGET: tr("The target loss is reached; Train goes on past it."),
            METRIC: tr("The target metric is reached; Train goes on past it."),
            PATIENCE: tr("The loss had stopped falling and the best weights are back; Train goes on from them."),
            TIME: tr("The longest time is over; Train adds as much again."),
        }
        planned = tr("All planned epochs are done; Train adds as many again.")
        return tr("DONE"), "done", sentences.get(stop_reason or "", planned)
    return {
        "blocked": (tr("BLOCKED"), "bad", tr("Something has to be put right before training can start.")),
        "ready": (tr("READY"), "idle", tr("The first weights are set; press Train.")),
        "training": (tr("● LIVE"), "live", tr("Training; everything you see is of this moment.")),
        "paused": (tr("PAUSED"), "warn", tr("Training waits; Train goes on from here.")),
    }[state]


def _layer(layer: Layer) -> str:
    match layer:
        case Dense():
            return f"{layer.units} {layer.activation}"
        case Activation():
            return layer.activation
        case Dropout():
            return tr("dropout {0:g}").format(layer.rate)
        case _:
            return tr("batch norm")


def run_line(run: Run) -> str:
    """A kept run in one line: "Run 2 · moons · 8 tanh · adam 0.05 · loss 0.0083 after 100 epochs"."""
    training = run.spec.training
    hidden = [_layer(layer) for layer in run.spec.network.layers[:-1]]
    loss = tr("no epoch yet") if run.progress.train_loss is None else format_number(run.progress.train_loss)
    parts = (
        tr("Run {0}").format(run.number),
        run.spec.data.origin.name,
        *hidden,
        f"{training.optimizer} {training.learning_rate:g}",
        tr("loss {0} after {1} epochs").format(loss, run.progress.epoch),
    )
    return " · ".join(parts)
