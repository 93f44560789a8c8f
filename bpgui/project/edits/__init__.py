"""Every change to a project: pure functions from one specification to the next, or IllegalEdit with a sentence."""

from __future__ import annotations

from bpgui.project.edits.data import add_target, set_column, set_target, use_table
from bpgui.project.edits.decision import set_costs, set_threshold
from bpgui.project.edits.legality import IllegalEdit
from bpgui.project.edits.network import (
    duplicate_layer,
    insert_layer,
    move_layer,
    remove_layer,
    set_activation,
    set_layer,
)
from bpgui.project.edits.points import EDITED, add_points, erase_points, paintable, use_points
from bpgui.project.edits.split import set_split, split_columns
from bpgui.project.edits.training import set_live, set_loss, set_seed, set_training

__all__ = [
    "EDITED",
    "IllegalEdit",
    "add_points",
    "add_target",
    "duplicate_layer",
    "erase_points",
    "insert_layer",
    "move_layer",
    "paintable",
    "remove_layer",
    "set_activation",
    "set_column",
    "set_costs",
    "set_layer",
    "set_live",
    "set_loss",
    "set_seed",
    "set_split",
    "set_target",
    "set_threshold",
    "set_training",
    "split_columns",
    "use_points",
    "use_table",
]
