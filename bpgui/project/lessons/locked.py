"""What a lesson's locks forbid, whichever way an edit is made: by its control, in the diagram, by a remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bpgui.project.lessons.controls import MODEL_SETTINGS
from bpgui.project.spec import ProjectSpec

Part = Callable[[ProjectSpec], object]


def _training(name: str) -> Part:
    return lambda spec: spec.seed if name == "seed" else getattr(spec.training, name)


# The part of a project that a control is for.
PARTS: dict[str, Part] = {f"model.{name}": _training(name) for name in MODEL_SETTINGS} | {
    "panel.model": lambda spec: (spec.training, spec.seed),
    "toolbar.new_seed": lambda spec: spec.seed,
    "panel.data": lambda spec: spec.data,
    "data.sample": lambda spec: spec.data.table,
    "data.open": lambda spec: spec.data.table,
    "data.fields": lambda spec: spec.data.origin,
    "data.split": lambda spec: spec.data.split,
    "data.columns": lambda spec: spec.data.columns,
    "panel.network": lambda spec: spec.network,
    "network.diagram": lambda spec: spec.network,
    "network.palette": lambda spec: len(spec.network.layers),
}


def guard_of(lock: Iterable[str], title: str) -> Callable[[ProjectSpec, ProjectSpec], str]:
    """A guard that says why an edit of a locked part is refused, "" for any other edit."""
    held = [(name, PARTS[name]) for name in lock if name in PARTS]

    def guard(before: ProjectSpec, after: ProjectSpec) -> str:
        for name, part in held:
            if part(before) != part(after):
                what = name.rpartition(".")[2].replace("_", " ")
                return f"The lesson “{title}” keeps this as it is: {what}."
        return ""

    return guard
