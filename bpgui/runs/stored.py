"""A run in a project file: its record as text, its arrays beside it."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta

from bpgui.engine.activations import Array
from bpgui.engine.streams import GeneratorState
from bpgui.engine.training import TrainingState
from bpgui.project.edits import IllegalEdit, set_training
from bpgui.project.spec import LIVE_FIELDS, ProjectSpec
from bpgui.project.storage import StoredRun
from bpgui.project.upgrades import upgraded_spec
from bpgui.project.validation import Invalid, check_spec
from bpgui.runs.answers import Progress
from bpgui.runs.history import History
from bpgui.runs.interventions import FIELDS, Intervention
from bpgui.runs.receipt import Receipt, receipt
from bpgui.runs.run import Run
from bpgui.runs.stopping import DIVERGED
from bpgui.runs.stored_post_mortem import from_record, to_record

Count = Annotated[int, Meta(ge=0)]


class RunRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The part of a run that is saved as text; its arrays are saved beside it."""

    number: int
    spec: ProjectSpec
    interventions: tuple[Intervention, ...]
    receipt: Receipt
    step: Count
    epoch: Count
    position: Count
    updates: Count
    loss_sum: float
    generator: GeneratorState
    weight_sum: float = 0.0
    penalty_sum: float = 0.0
    sound_loss: float | None = None
    best_loss: float | None = None
    bad_epochs: Count = 0
    masks: tuple[GeneratorState, ...] = ()
    schedule: dict[str, float | None] = {}
    seconds: Annotated[float, Meta(ge=0.0)] = 0.0
    stop_reason: str | None = None
    stop_detail: str = ""
    post_mortem: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET  # only where it ended by a divergence


# What a TrainingState holds beside its arrays, under the same names.
_STATE = tuple(f.name for f in fields(TrainingState) if f.name != "arrays")


def to_stored(run: Run) -> StoredRun:
    """For the project file; only a trained run is worth it."""
    assert run.state is not None
    numbers = {name: getattr(run.state, name) for name in _STATE}
    record = RunRecord(
        number=run.number, spec=run.spec, interventions=run.interventions,
        receipt=run.receipt or receipt(run.spec), seconds=run.seconds,
        stop_reason=run.stop_reason, stop_detail=run.stop_detail, post_mortem=_examined(run), **numbers,
    )  # fmt: skip
    return StoredRun(run.id, msgspec.to_builtins(record), {**run.state.arrays, **run.history.to_arrays()})


def _examined(run: Run) -> dict[str, Any] | msgspec.UnsetType:
    """Once it has gone on, what is known of the divergence is of no use."""
    return msgspec.UNSET if run.post_mortem is None or run.stop_reason != DIVERGED else to_record(run.post_mortem)


def from_stored(stored: StoredRun) -> Run:
    """The reverse. Raises ValueError, with the place, where the record is not one."""
    try:
        r = msgspec.convert({**stored.meta, "spec": upgraded_spec(stored.meta.get("spec"))}, RunRecord)
    except msgspec.ValidationError as error:
        raise ValueError(f"Run {stored.id} was left out: {error}.") from error
    try:
        check_spec(r.spec)
        _check_interventions(r)
        post_mortem = None if r.post_mortem is msgspec.UNSET else from_record(r.post_mortem, r.spec)
    except (Invalid, IllegalEdit) as error:
        raise ValueError(f"Run {r.number} was left out: {error}.") from error
    arrays: dict[str, Array] = {k: v for k, v in stored.arrays.items() if not k.startswith("history.")}
    if "parameters" not in arrays or "order" not in arrays:
        raise ValueError(f"Run {r.number} was left out: its weights are missing.")
    if "sound.parameters" not in arrays:
        _convert_moments(arrays, r.spec)
    state = TrainingState(arrays, **{name: getattr(r, name) for name in _STATE})
    history = History.from_arrays({k: np.asarray(v) for k, v in stored.arrays.items()})
    return Run(
        r.spec, r.number, stored.id, r.interventions, history, state, _progress(r, history), r.receipt,
        r.stop_reason, r.stop_detail, r.seconds, post_mortem,
    )  # fmt: skip


def _check_interventions(record: RunRecord) -> None:
    """Raises Invalid or IllegalEdit for a field that no run takes, or a value that its field does not."""
    for intervention in record.interventions:
        if intervention.field not in FIELDS:
            raise Invalid(f"interventions: there is no {intervention.field!r} that could be changed in a run")
        if intervention.field in LIVE_FIELDS:
            set_training(record.spec, **{intervention.field: intervention.value})


def _convert_moments(arrays: dict[str, Array], spec: ProjectSpec) -> None:
    """Files from before sound weights were kept hold Adam's moments as the paper has them, with (1 − β) in them."""
    training = spec.training
    for name, beta in (("moment.m", training.beta_1), ("moment.v", training.beta_2)):
        if name in arrays:
            arrays[name] = (arrays[name] / (1.0 - beta)).astype(arrays[name].dtype)


def _progress(record: RunRecord, history: History) -> Progress:
    rows = history.epochs.view()
    last: list[Any] = [None if np.isnan(v) else float(v) for v in rows[-1, 1:]] if len(rows) else [None] * 3
    return Progress(
        step=record.step, epoch=record.epoch, epochs=record.spec.training.epochs,
        train_loss=last[0], val_loss=last[1], penalty=last[2], stop_reason=record.stop_reason,
    )  # fmt: skip
