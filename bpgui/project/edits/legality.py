"""What all edits share: values checked against the types, and the refusal in words."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from bpgui.project.spec import ProjectSpec
from bpgui.project.validation import Invalid, check_spec, convert

S = TypeVar("S", bound=msgspec.Struct)


class IllegalEdit(Exception):
    """An edit that is refused; the text is a sentence for a person. Nothing changed."""


def replaced(record: S, **changes: object) -> S:
    """`record` with `changes`, every value checked; raises IllegalEdit ("units: expected 1 to 100000, got -5")."""
    known = record.__struct_fields__
    for name in changes:
        if name not in known:
            raise IllegalEdit(f"{name}: there is no such setting here; there are {', '.join(known)}")
    data = msgspec.to_builtins(record) | changes
    try:
        return convert(data, type(record))
    except Invalid as error:
        raise IllegalEdit(str(error)) from None


def legal(spec: ProjectSpec) -> ProjectSpec:
    """`spec` itself where it keeps the rules that types cannot say; else IllegalEdit."""
    try:
        check_spec(spec)
    except Invalid as error:
        raise IllegalEdit(str(error)) from None
    return spec
