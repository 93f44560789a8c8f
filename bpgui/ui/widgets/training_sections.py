"""Which settings of training stand where in the model panel, and what each group's title says: literal tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.fields import Field
from bpgui.engine.losses import LOSSES
from bpgui.engine.metrics import METRICS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES
from bpgui.project.fields import TRAINING_FIELDS
from bpgui.project.spec import TrainingSpec
from bpgui.ui.numbers import short_number
from bpgui.ui.texts import count_text, tr_label

_T = "tables"


def tr(text: str) -> str:
    return QCoreApplication.translate("Training", text)


@dataclass(frozen=True)
class TableEntry:
    """A setting whose value is a key of `table`; the entry chosen shows its own fields.

    `reference` begins the keys of its entries in the reference.
    """

    name: str
    label: str
    help: str
    table: Mapping[str, Any]
    reference: str


TABLES: dict[str, TableEntry] = {
    t.name: t
    for t in (
        TableEntry("loss", QT_TRANSLATE_NOOP(_T, "Loss"), QT_TRANSLATE_NOOP(_T, "What training makes small."), LOSSES,
                   "loss."),
        TableEntry(
            "optimizer", QT_TRANSLATE_NOOP(_T, "Optimizer"), QT_TRANSLATE_NOOP(_T, "How a gradient becomes a step."),
            OPTIMIZERS, "optimizer.",
        ),
        TableEntry(
            "schedule", QT_TRANSLATE_NOOP(_T, "Schedule"),
            QT_TRANSLATE_NOOP(_T, "How the learning rate changes while training goes on."), SCHEDULES,
            "schedule.",
        ),
        TableEntry(
            "clip", QT_TRANSLATE_NOOP(_T, "Clipping"),
            QT_TRANSLATE_NOOP(_T, "What is done to gradients that are too large."), CLIPPINGS, "regulariser.",
        ),
    )
}  # fmt: skip


def fields_of(table: str) -> dict[str, Field]:
    """All fields of the entries of that table, by name; each entry's own in their order."""
    found: dict[str, Field] = {}
    for entry in TABLES[table].table.values():
        for field in entry.fields:
            found.pop(field.name, None)
            found[field.name] = field
    return found


# Where a setting's name is that of its group, its row has another.
ROW_LABELS = {
    "schedule": QT_TRANSLATE_NOOP(_T, "Shape"),
    "class_weights": QT_TRANSLATE_NOOP(_T, "Classes count"),
}


@dataclass(frozen=True)
class Section:
    """`names` are settings in order; "loss.fields" stands for the fields of all losses. `summary` says what is set."""

    key: str
    title: str
    help: str
    names: tuple[str, ...]
    summary: Callable[[TrainingSpec], str]


def _nothing(training: TrainingSpec) -> str:
    return ""


def _optimizer(training: TrainingSpec) -> str:
    fields = OPTIMIZERS[training.optimizer].fields
    changed = [field for field in fields if getattr(training, field.name) != field.default]
    return ", ".join(f"{_symbol(f)} {short_number(getattr(training, f.name))}" for f in changed) or tr("as usual")


def _symbol(field: Field) -> str:
    """The letter of a setting where its label ends in one: "Weight decay λ" is "λ"."""
    last = tr_label(field.label).split()[-1]
    return last if len(last) <= 2 else tr_label(field.label).lower()


def _schedule(training: TrainingSpec) -> str:
    return tr_label(SCHEDULES[training.schedule].label).lower()


def _regularisation(training: TrainingSpec) -> str:
    parts = [f"{key.upper()} {short_number(value)}" for key in ("l1", "l2") if (value := getattr(training, key)) > 0]
    if CLIPPINGS[training.clip].fields:
        parts.append(tr("clip {0}").format(short_number(training.clip_at)))
    return " · ".join(parts) or tr("none")


def _classes(training: TrainingSpec) -> str:
    return {"equal": tr("all the same"), "balanced": tr("rare ones more"), "given": tr("typed in")}[
        training.class_weights
    ]


def _stopping(training: TrainingSpec) -> str:
    parts = []
    if training.target_loss is not None:
        parts.append(tr("loss ≤ {0}").format(short_number(training.target_loss)))
    if training.target_metric:
        metric = METRICS[training.target_metric]
        sign = "≥" if metric.higher_is_better else "≤"
        parts.append(f"{tr_label(metric.label)} {sign} {short_number(training.target_value)}")
    if training.patience:
        parts.append(tr("patience {0}").format(training.patience))
    if training.max_seconds is not None:
        parts.append(f"{short_number(training.max_seconds)} s")
    return " · ".join(parts) or tr("after {0}").format(count_text(training.epochs, tr("epoch"), tr("epochs")))


def _more(training: TrainingSpec) -> str:
    parts = []
    if training.reduction != "mean":
        parts.append(training.reduction.replace("_", " "))
    if not training.shuffle:
        parts.append(tr("not shuffled"))
    if training.precision != "float64":
        parts.append(tr("32 bits"))
    if training.threads > 1:
        parts.append(tr("{0} threads").format(training.threads))
    return " · ".join(parts) or tr("as usual")


SECTIONS: tuple[Section, ...] = (
    Section(
        "always", "", "",
        ("loss", "loss.fields", "optimizer", "learning_rate", "batch_size", "epochs", "seed"), _nothing,
    ),
    Section(
        "optimizer", QT_TRANSLATE_NOOP(_T, "Optimizer details"),
        QT_TRANSLATE_NOOP(_T, "Show or hide the optimizer's own numbers."), ("optimizer.fields",), _optimizer,
    ),
    Section(
        "schedule", QT_TRANSLATE_NOOP(_T, "Schedule"),
        QT_TRANSLATE_NOOP(_T, "Show or hide how the learning rate changes while training goes on."),
        ("schedule", "schedule.fields"), _schedule,
    ),
    Section(
        "regularisation", QT_TRANSLATE_NOOP(_T, "Regularisation"),
        QT_TRANSLATE_NOOP(_T, "Show or hide what keeps weights and gradients small."),
        ("l1", "l2", "clip", "clip.fields"), _regularisation,
    ),
    Section(
        "classes", QT_TRANSLATE_NOOP(_T, "Class weights"),
        QT_TRANSLATE_NOOP(_T, "Show or hide how much the rows of each class count."),
        ("class_weights", "class_weight_values"), _classes,
    ),
    Section(
        "stopping", QT_TRANSLATE_NOOP(_T, "Stopping"),
        QT_TRANSLATE_NOOP(_T, "Show or hide what ends training before the planned epochs are done."),
        ("target_loss", "target_metric", "target_value", "patience", "min_delta", "max_seconds"), _stopping,
    ),
    Section(
        "more", QT_TRANSLATE_NOOP(_T, "More"),
        QT_TRANSLATE_NOOP(_T, "Show or hide reduction, shuffling, precision and threads."),
        ("reduction", "shuffle", "precision", "threads"), _more,
    ),
)  # fmt: skip


def names_of(section: Section) -> list[str]:
    """Its settings, one control each."""
    found: list[str] = []
    for name in section.names:
        found += list(fields_of(name.removesuffix(".fields"))) if name.endswith(".fields") else [name]
    return found


def field_of(name: str) -> Field:
    """The record of a setting, of training or of a table's entry. Raises KeyError for a table itself."""
    if name in TRAINING_FIELDS:
        return TRAINING_FIELDS[name]
    return next(fields[name] for table in TABLES if name in (fields := fields_of(table)))


def hidden(training: TrainingSpec, *, classes: bool) -> set[str]:
    """Settings that mean nothing now: fields of entries not chosen, and what a switched-off rule would read."""
    found: set[str] = set()
    for name, entry in TABLES.items():
        own = {field.name for field in entry.table[getattr(training, name)].fields}
        found |= set(fields_of(name)) - own
    if not training.target_metric:
        found.add("target_value")
    if not training.patience:
        found.add("min_delta")
    if not classes or training.class_weights != "given":
        found.add("class_weight_values")
    if not classes and training.class_weights == "equal":
        found.add("class_weights")
    return found
