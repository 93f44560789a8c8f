"""Entries: tables and texts put together, read when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.fields import Field
from bpgui.engine.initializers import INITIALIZERS
from bpgui.engine.layers import LAYERS
from bpgui.engine.losses import LOSSES
from bpgui.engine.metrics import METRICS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES
from bpgui.project.fields import LAYER_FIELDS, SEED, TRAINING_FIELDS
from bpgui.project.reference.reading import Text, bare, read
from bpgui.resources import resource

PENALTIES = {name: TRAINING_FIELDS[name] for name in ("l1", "l2")}
_PENALTY_FORMULAS = {"l1": "L + λ Σ |W|", "l2": "L + λ/2 Σ W²"}
_REDUCTION = Field("reduction", "Reduction", "mean", "How the losses of a batch become one number.")
_INITIALIZER = Field("initializer", "First weights", "auto", "How the weights start; biases start at 0.")
# Settings with an entry of their own. Those of one optimizer, schedule, ... stand in its entry.
SETTINGS: dict[str, Field] = {
    name: field
    for name, field in {
        **TRAINING_FIELDS, "reduction": _REDUCTION, "seed": SEED, **LAYER_FIELDS, "initializer": _INITIALIZER,
        **{field.name: field for field in LAYERS["dense"].fields},
    }.items()
    if name not in PENALTIES
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of entry: `key` begins the keys of its entries, `file` holds their texts, `table` is what they are of."""

    key: str
    title: str
    file: str
    table: Mapping[str, Any]


# In the order in which a bare name is looked for; terms have no table, their file is it.
KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("activation", "Activations", "activations.md", ACTIVATIONS),
        Kind("loss", "Losses", "losses.md", LOSSES),
        Kind("optimizer", "Optimizers", "optimizers.md", OPTIMIZERS),
        Kind("schedule", "Schedules", "schedules.md", SCHEDULES),
        Kind("initializer", "First weights", "initializers.md", INITIALIZERS),
        Kind("layer", "Layers", "layers.md", LAYERS),
        Kind("regulariser", "Penalties and clipping", "regularisers.md", {**PENALTIES, **CLIPPINGS}),
        Kind("metric", "Metrics", "metrics.md", METRICS),
        Kind("setting", "Settings", "settings.md", SETTINGS),
        Kind("term", "Terms", "glossary.md", {}),
    )
}


@dataclass(frozen=True)
class Entry:
    """One entry. `formulas` are (caption, formula) in the order to be shown; `see` are keys; `code` is plain numpy.

    `does`, `use`, `helps`, `care` and `source` are prose in which [words](key) are links.
    """

    key: str
    label: str
    help: str
    formulas: tuple[tuple[str, str], ...] = ()
    does: str = ""
    use: str = ""
    helps: str = ""
    care: str = ""
    source: str = ""
    see: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    code: str = ""

    @property
    def kind(self) -> str:
        return self.key.split(".", 1)[0]

    @property
    def name(self) -> str:
        return self.key.split(".", 1)[1]


@cache
def entries() -> dict[str, Entry]:
    """All entries by their keys, kind after kind. Raises ValueError for a file that does not fit."""
    found = {}
    for kind in KINDS.values():
        texts = read(resource("reference", kind.file))
        if not kind.table:
            texts.sort(key=lambda text: text.heading.lower())
        for text in texts:
            made = _entry(kind, text)
            if made.key in found:
                raise ValueError(f"{text.place}: there is another entry of that name.")
            found[made.key] = made
    return found


def entry(key: str) -> Entry:
    """The entry of that key. Raises KeyError."""
    return entries()[key]


def find(name: str) -> str | None:
    """The key that a key, a name, a label or a lesson's word means, None where there is none.

    "activation.relu", "relu", "ReLU", "delta" and "learning rate" are all understood.
    """
    wanted = name.strip().lower()
    if wanted in entries():
        return wanted
    under = wanted.replace(" ", "_").replace("-", "_")
    for kind in KINDS:
        if f"{kind}.{under}" in entries():
            return f"{kind}.{under}"
    return next((made.key for made in entries().values() if made.label.lower() == wanted), None)


def key_of_field(name: str) -> str | None:
    """The entry that tells of a setting: its own, or that of the first entry that has it among its fields."""
    for kind in ("setting", "regulariser"):
        if f"{kind}.{name}" in entries():
            return f"{kind}.{name}"
    owners = (made.key for made in entries().values() if any(field.name == name for field in made.fields))
    return next(owners, None)


def search(words: str) -> list[str]:
    """Keys of the entries that hold all the words; those whose label does come first, its beginning before the rest."""
    wanted = words.lower().split()
    ranked = []
    for order, made in enumerate(entries().values()):
        label = f"{made.label} {made.name}".lower()
        text = f"{label} {_all_of(made)}"
        if all(word in text for word in wanted):
            rank = 0 if label.startswith(words.lower().strip()) else 1 if all(w in label for w in wanted) else 2
            ranked.append((rank, order, made.key))
    return [key for _, _, key in sorted(ranked)]


def _all_of(made: Entry) -> str:
    parts = (made.help, made.does, made.use, made.helps, made.care, made.source, *(f for _, f in made.formulas))
    return bare(" ".join(parts)).lower()


def _entry(kind: Kind, text: Text) -> Entry:
    parts = text.parts
    prose = {name: parts.get(name, "") for name in ("does", "use", "helps", "care", "source")}
    see = tuple(key.strip() for key in parts.get("see", "").split(",") if key.strip())
    if not kind.table:
        name = text.heading.lower().replace(" ", "_").replace("-", "_")
        made = Entry(f"{kind.key}.{name}", text.heading[0].upper() + text.heading[1:], "", _formulas("", parts))
    else:
        if text.heading not in kind.table:
            raise ValueError(f"{text.place}: there is no “{text.heading}” among {kind.title.lower()}.")
        made = _of_table(kind, text.heading, parts)
    return replace(made, see=see, code=text.code, **prose)  # type: ignore[arg-type]


def _of_table(kind: Kind, name: str, parts: dict[str, str]) -> Entry:
    record = kind.table[name]
    formula = getattr(record, "formula", "") or _PENALTY_FORMULAS.get(name, "")
    own = (record,) if isinstance(record, Field) else record.fields if hasattr(record, "fields") else ()
    label = f"Clipping: {record.label.lower()}" if record in CLIPPINGS.values() else record.label
    captions = _formulas(formula, parts, getattr(record, "derivative", ""))
    return Entry(f"{kind.key}.{name}", label, record.help, captions, fields=own)


def _formulas(formula: str, parts: dict[str, str], derivative: str = "") -> tuple[tuple[str, str], ...]:
    lines = (
        ("Formula", formula or parts.get("formula", "")),
        ("Derivative", derivative),
        ("Gradient", parts.get("gradient", "")),
        ("With", parts.get("where", "")),
    )
    return tuple((caption, line) for caption, line in lines if line)
