"""The options of training, made from the field records of the tables: names, ranges, help and who reads them."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Mapping
from typing import Any, NamedTuple

from bpgui.cli.words import Usage, in_range, number, or_none
from bpgui.engine.fields import Field
from bpgui.engine.initializers import AUTO, INITIALIZERS
from bpgui.engine.losses import LOSS_ALIASES, LOSSES, REDUCTIONS
from bpgui.engine.metrics import METRICS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES
from bpgui.project.fields import TRAINING_FIELDS
from bpgui.project.spec import TrainingSpec

# The tables of which one entry is chosen, under the setting that names it.
CHOSEN: dict[str, Mapping[str, Any]] = {"loss": LOSSES, "optimizer": OPTIMIZERS, "schedule": SCHEDULES}
# Where "none" takes back what a project has.
_NONE = ("target_loss", "max_seconds")
_METAVARS = {"learning_rate": "η", "huber_delta": "δ", "l1": "λ", "l2": "λ", "target_loss": "LOSS", "max_seconds": "S"}


class Owned(NamedTuple):
    """A setting that only some entries of a table read."""

    field: Field
    chooser: str
    entries: tuple[str, ...]


def owned() -> dict[str, Owned]:
    """Every such setting by name, in the order of the tables."""
    found: dict[str, Owned] = {}
    for chooser, table in CHOSEN.items():
        for name, entry in table.items():
            for field in entry.fields:
                before = found.get(field.name)
                entries = (*before.entries, name) if before else (name,)
                found[field.name] = Owned(before.field if before else field, chooser, entries)
    return found


OWNED = owned()


def flag(name: str) -> str:
    """The option of a setting: "--weight-decay"."""
    return "--" + name.replace("_", "-")


def add_loss(group: argparse._ArgumentGroup) -> None:
    _add_choice(group, "loss", [*LOSSES, *LOSS_ALIASES], LOSSES)
    group.add_argument(
        "--reduction", choices=list(REDUCTIONS), default=argparse.SUPPRESS, help="how the rows' losses become one",
    )  # fmt: skip
    _add_owned(group, "loss")
    _add(group, "l1")
    _add(group, "l2")
    group.add_argument(
        "--class-weights", metavar="W", default=argparse.SUPPRESS,
        help='equal, balanced (rare classes count more), or by name as in "no=1,yes=5", where the others count 1',
    )  # fmt: skip


def add_optimizer(group: argparse._ArgumentGroup) -> None:
    _add_choice(group, "optimizer", list(OPTIMIZERS), OPTIMIZERS)
    _add(group, "learning_rate")
    _add_owned(group, "optimizer")
    _add(group, "batch_size")
    group.add_argument(
        "--shuffle", action=argparse.BooleanOptionalAction, default=argparse.SUPPRESS,
        help="put the rows in a new order before each epoch, or keep their order",
    )  # fmt: skip
    clip = group.add_mutually_exclusive_group()
    at = in_range(Field("clip_at", "", 1.0, "", 1e-9, 1e9))
    clip.add_argument("--clip-norm", metavar="C", type=at, help="shorten a gradient that is longer than this")
    clip.add_argument("--clip-value", metavar="C", type=at, help="cut every number of a gradient off at ± this")
    clip.add_argument("--clip", choices=["none"], default=argparse.SUPPRESS, help="take a project's clipping back")


def add_schedule(group: argparse._ArgumentGroup) -> None:
    _add_choice(group, "schedule", list(SCHEDULES), SCHEDULES)
    _add_owned(group, "schedule")


def add_ends(group: argparse._ArgumentGroup) -> None:
    for name in ("epochs", "patience", "min_delta", "target_loss"):
        _add(group, name)
    group.add_argument(
        "--target-metric", metavar="GOAL", type=goal, default=argparse.SUPPRESS,
        help='end once a metric is reached, as in "accuracy>=0.95" or r2=0.9; none for never '
        f"({', '.join(METRICS)})",
    )  # fmt: skip
    _add(group, "max_seconds")


def goal(text: str) -> dict[str, Any]:
    """ "accuracy>=0.95" as target_metric and target_value; "none" takes them back."""
    if text.lower() == "none":
        return {"target_metric": ""}
    name, sign, value = _parted(text)
    found, at = METRICS.get(name), number(value)
    if found is None or at is None:
        raise argparse.ArgumentTypeError(
            f"expected a metric and its value, as in accuracy>=0.95, got {text!r}; there are {', '.join(METRICS)}"
        )
    better = ">=" if found.higher_is_better else "<="
    if sign not in ("=", better):
        direction = "higher" if found.higher_is_better else "lower"
        raise argparse.ArgumentTypeError(f"{name} is better the {direction} it is: expected {name}{better}{value}")
    return {"target_metric": name, "target_value": at}


def _parted(text: str) -> tuple[str, str, str]:
    for sign in (">=", "<=", "="):
        name, found, value = text.partition(sign)
        if found:
            return name.strip(), sign, value.strip()
    return text, "", ""


def changes(options: Namespace, now: TrainingSpec) -> dict[str, Any]:
    """The settings that were typed, by name. Raises Usage for one that the chosen entry does not read."""
    given = vars(options)
    found = {name: given[name] for name in TrainingSpec.__struct_fields__ if name in given and name not in _OWN_WAY}
    for name, setting in OWNED.items():
        if name in found:
            _refuse_unread(name, setting, found.get(setting.chooser, getattr(now, setting.chooser)))
    if "min_delta" in found and not found.get("patience", now.patience):
        raise Usage("--min-delta belongs to --patience, but this run has none. Leave it out, or add --patience N.")
    found |= given.get("target_metric", {})
    if "clip" in given:
        found["clip"] = given["clip"]
    for kind in ("norm", "value"):
        if given.get(f"clip_{kind}") is not None:
            found |= {"clip": kind, "clip_at": given[f"clip_{kind}"]}
    return found


# Settings whose option is not simply their value.
_OWN_WAY = ("loss", "target_metric", "target_value", "clip", "clip_at", "class_weights", "class_weight_values")


def _refuse_unread(name: str, setting: Owned, chosen: str) -> None:
    if chosen not in setting.entries:
        whose = " or ".join(setting.entries)
        raise Usage(
            f"{flag(name)} belongs to {flag(setting.chooser)} {whose}, but this run uses {chosen}. "
            f"Leave it out, or add {flag(setting.chooser)} {setting.entries[0]}."
        )


def add_initializer(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--initializer", choices=[AUTO, *INITIALIZERS], metavar="NAME",
        help="first weights of the hidden layers: auto (He for the ReLU family, else Xavier), "
        + ", ".join(INITIALIZERS),
    )  # fmt: skip
    field = next(field for entry in INITIALIZERS.values() for field in entry.fields)
    readers = [name for name, entry in INITIALIZERS.items() if entry.fields]
    group.add_argument("--scale", type=in_range(field), metavar="X", help=f"{phrase(field)} (with {_listed(readers)})")


def _add_choice(group: argparse._ArgumentGroup, name: str, keys: list[str], table: Mapping[str, Any]) -> None:
    words = ", ".join(_explained(key, entry.label) for key, entry in table.items())
    group.add_argument(flag(name), choices=keys, metavar="NAME", default=argparse.SUPPRESS, help=_escaped(words))


def _explained(key: str, label: str) -> str:
    """The key, and its label where that says more."""
    bare = label.lower().replace(" ", "").replace("-", "")
    return key if bare.startswith(key) else f"{key} ({label[0].lower() if label[1].islower() else label[0]}{label[1:]})"


def _add(group: argparse._ArgumentGroup, name: str) -> None:
    field = TRAINING_FIELDS[name]
    parse = or_none(in_range(field)) if name in _NONE else in_range(field)
    words = phrase(field).replace("empty for", "none for")
    _add_number(group, field, words, parse)


def _add_owned(group: argparse._ArgumentGroup, chooser: str) -> None:
    for setting in OWNED.values():
        if setting.chooser == chooser:
            read_by = f"with {_listed(setting.entries)}; default {setting.field.default:g}"
            _add_number(group, setting.field, f"{phrase(setting.field)} ({read_by})", in_range(setting.field))


def _add_number(group: argparse._ArgumentGroup, field: Field, words: str, parse: Any) -> None:
    metavar = _METAVARS.get(field.name, "N" if isinstance(field.default, int) else "X")
    group.add_argument(
        flag(field.name), type=parse, metavar=metavar, default=argparse.SUPPRESS, help=_escaped(words)
    )  # fmt: skip


def phrase(field: Field) -> str:
    """Its help as argparse's own: no capital, no full stop."""
    return (field.help[0].lower() + field.help[1:]).rstrip(".")


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
