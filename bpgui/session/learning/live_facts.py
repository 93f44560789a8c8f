"""FACTS at this moment: a mapping that works a value out when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from bpgui.data.spec import SampleOrigin
from bpgui.engine.metrics import METRICS
from bpgui.engine.trace import INPUT, PHASES
from bpgui.project.lessons import Value
from bpgui.project.spec import Dense, Dropout
from bpgui.runs.lesson_numbers import NAMES as PROBED
from bpgui.runs.lesson_numbers import LessonNumbers
from bpgui.runs.measures import Metrics
from bpgui.session.shown_run import TRAINING

if TYPE_CHECKING:
    from bpgui.engine.gradcheck import GradientCheck
    from bpgui.runs.answers import Frame, TestAnswer
    from bpgui.runs.probes import Probe
    from bpgui.session.session import Session

METRIC_NAMES = frozenset(METRICS) | {f"val_{name}" for name in METRICS}
_PHASES = dict(zip(PHASES, ("forward", "loss", "backward", "update"), strict=True))


class LiveFacts(Mapping[str, Value]):
    """`extra` are those that only the window knows, `kept` what the lesson remembered, `seen` the counted events.

    What a frame brings is there when it came: `take` it. `check` is the last gradient check.
    """

    def __init__(self, session: Session, extra: Mapping[str, Callable[[], Value]] = MappingProxyType({})) -> None:
        self._session, self.extra = session, extra
        self.kept: dict[str, Value] = {}
        self.seen: dict[str, int] = {}
        self.check: GradientCheck | None = None
        self._frame: dict[str, float] = {}

    # ---- what comes with frames

    def probes(self, names: frozenset[str]) -> tuple[Probe, ...]:
        """What has to be asked of the run for those names."""
        asked: list[Probe] = []
        if names & METRIC_NAMES:
            asked.append(Metrics())
        if names & PROBED:
            asked.append(LessonNumbers(names & PROBED))
        return tuple(asked)

    def take(self, frame: Frame) -> None:
        """The answers of a frame."""
        for probe, answer in frame.answers.items():
            if isinstance(probe, LessonNumbers):
                self._frame = {name: value for name, value in self._frame.items() if name not in probe.wanted} | answer
            elif isinstance(probe, Metrics):
                self._frame |= dict(answer.train) | {f"val_{name}": value for name, value in answer.validation}

    def forget(self) -> None:
        """The numbers of a run that is no longer shown."""
        self._frame, self.check = {}, None

    @property
    def settled(self) -> bool:
        """Whether what frames brought is of the run as it stands, or of one that goes on."""
        trainer = self._session.trainer
        driver = trainer.driver
        return trainer.state == TRAINING or driver is None or trainer.progress.step == driver.step_count

    # ---- the mapping

    def __getitem__(self, name: str) -> Value:
        if name in self.seen:
            return float(self.seen[name])
        if name in self.kept:
            return self.kept[name]
        if name in PROBED or name in METRIC_NAMES:
            return self._frame.get(name)
        if name in CHECKED:
            return CHECKED[name](self.check) if self.check is not None else None
        give = self.extra.get(name)
        found = give() if give is not None else KNOWN[name](self._session)
        return float(found) if isinstance(found, int) and not isinstance(found, bool) else found

    def __iter__(self) -> Iterator[str]:
        return iter({*self.seen, *self.kept, *PROBED, *METRIC_NAMES, *CHECKED, *self.extra, *KNOWN})

    def __len__(self) -> int:
        return sum(1 for _ in self)


CHECKED: dict[str, Callable[[GradientCheck], Value]] = {
    "check_error": lambda check: check.worst_error,
    "check_wrong": lambda check: float(check.failures),
    "check_right": lambda check: check.passed,
    "check_method": lambda check: check.options.method,
}


def _ended_by(session: Session) -> Value:
    driver = session.trainer.driver if session.trainer.state == "ended" else None
    return (driver.stop_reason or "") if driver is not None else ""


def _loss(session: Session) -> Value:
    progress = session.trainer.progress
    return progress.train_loss if progress.train_loss is not None else progress.loss


def _hidden(session: Session) -> list[Dense]:
    return [layer for layer in session.document.spec.network.layers[:-1] if isinstance(layer, Dense)]


def _first(session: Session) -> Dense | None:
    return next(iter(_hidden(session)), None)


def _first_units(session: Session) -> Value:
    first = _first(session)
    return first.units if first is not None and isinstance(first.units, int) else 0


def _units(session: Session) -> Value:
    return sum(layer.units for layer in _hidden(session) if isinstance(layer.units, int))


def _activation(session: Session) -> Value:
    first = _first(session)
    return first.activation if first is not None else ""


def _initializer(session: Session) -> Value:
    first = _first(session)
    return first.initializer if first is not None else ""


def _dropout(session: Session) -> Value:
    return max((one.rate for one in session.document.spec.network.layers if isinstance(one, Dropout)), default=0.0)


def _parameters(session: Session) -> Value:
    driver = session.trainer.driver
    return driver.parameters.size if driver is not None else None


def _rows(part: str) -> Callable[[Session], Value]:
    def count(session: Session) -> Value:
        data = session.document.dataset
        return len(data.part(part)) if data is not None else None

    return count


def _all_rows(session: Session) -> Value:
    data = session.document.dataset
    return len(data.x) if data is not None else None


def _features(session: Session) -> Value:
    data = session.document.dataset
    return data.features if data is not None else None


def _classes(session: Session) -> Value:
    data = session.document.dataset
    return len(data.classes) if data is not None else None


def _sample(session: Session) -> Value:
    origin = session.document.spec.data.origin
    return origin.name if isinstance(origin, SampleOrigin) else ""


def _noise(session: Session) -> Value:
    origin = session.document.spec.data.origin
    return origin.noise if isinstance(origin, SampleOrigin) else None


def _threshold(session: Session) -> Value:
    data, chosen = session.document.dataset, session.document.spec.decision.threshold
    return chosen if chosen is not None or data is None else data.encoder.target.middle


def _errors(session: Session) -> Value:
    return sum(finding.severity == "error" for finding in session.document.findings)


def _runs(session: Session) -> Value:
    return sum(1 for _ in session.trainer.runs)


def _run(session: Session) -> Value:
    return session.trainer.run.number if session.trainer.run is not None else None


def _phase(session: Session) -> Value:
    station = session.walk.station
    return _PHASES[station.phase] if station is not None else ""


def _station(session: Session) -> Value:
    walk = session.walk
    station, trace = walk.station, walk.trace
    if station is None or trace is None:
        return ""
    if station.layer is None:
        return "loss"
    if station.layer == INPUT:
        return "input"
    id = trace.layers[station.layer].id
    return "output" if id == session.document.spec.network.output.id else id


def _test_accuracy(session: Session) -> Value:
    last: TestAnswer | None = session.last_test
    return dict(last.metrics).get("accuracy") if last is not None else None


def _training(name: str) -> Callable[[Session], Value]:
    return lambda session: getattr(session.document.spec.training, name)


def _progress(name: str) -> Callable[[Session], Value]:
    return lambda session: getattr(session.trainer.progress, name)


KNOWN: dict[str, Callable[[Session], Value]] = {
    "state": lambda session: session.trainer.state,
    "ended_by": _ended_by,
    "step": _progress("step"),
    "epoch": _progress("epoch"),
    "loss": _loss,
    "batch_loss": _progress("loss"),
    "val_loss": _progress("val_loss"),
    "penalty": _progress("penalty"),
    "rate": _progress("rate"),
    "batches": _progress("batches"),
    "epochs": _training("epochs"),
    "learning_rate": _training("learning_rate"),
    "batch_size": _training("batch_size"),
    "loss_name": _training("loss"),
    "optimizer": _training("optimizer"),
    "schedule": _training("schedule"),
    "l1": _training("l1"),
    "l2": _training("l2"),
    "dropout": _dropout,
    "layers": lambda session: len(_hidden(session)),
    "units": _units,
    "first_units": _first_units,
    "activation": _activation,
    "output_activation": lambda session: session.document.spec.network.output.activation,
    "initializer": _initializer,
    "parameters": _parameters,
    "sample": _sample,
    "rows": _all_rows,
    "train_rows": _rows("train"),
    "val_rows": _rows("validation"),
    "split_by": lambda session: session.document.spec.data.split.method,
    "features": _features,
    "classes": _classes,
    "noise": _noise,
    "seed": lambda session: session.document.spec.seed,
    "threshold": _threshold,
    "findings": lambda session: len(session.document.findings),
    "errors": _errors,
    "run": _run,
    "runs": _runs,
    "selected": lambda session: session.selection.layer or "",
    "phase": _phase,
    "station": _station,
    "looks": lambda session: session.document.looks,
    "test_accuracy": _test_accuracy,
    "flat_out": lambda session: session.trainer.pace.rate is None,
}
