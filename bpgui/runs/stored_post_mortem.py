"""What is known of a divergence, in a project file: every number comes back to the bit, also one that is not finite."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from bpgui.project.spec import ProjectSpec
from bpgui.project.validation import Invalid
from bpgui.runs.post_mortem import PostMortem


def to_record(found: PostMortem) -> dict[str, Any]:
    """Plain values; numbers that JSON does not know are texts."""
    record: dict[str, Any] = _written(msgspec.to_builtins(found))
    return record


def from_record(record: dict[str, Any], spec: ProjectSpec) -> PostMortem:
    """The reverse, of a run of `spec`. Raises Invalid, with the place, where it is no such record."""
    try:
        found = msgspec.convert(record, PostMortem, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(f"post_mortem: {error}") from error
    ids = {"", *(layer.id for layer in spec.network.layers)}
    for id in (found.layer, *(growth.layer for growth in found.growths)):
        if id not in ids:
            raise Invalid(f"post_mortem: there is no layer {id!r}")
    return found


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_written(item) for item in value]
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else value
