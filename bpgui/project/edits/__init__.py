"""Every change to a project: pure functions from one specification to the next, or IllegalEdit with a sentence."""

from __future__ import annotations

from bpgui.project.edits.data import set_column, set_split, set_target, use_table
from bpgui.project.edits.legality import IllegalEdit
from bpgui.project.edits.network import duplicate_layer, insert_layer, move_layer, remove_layer, set_layer
from bpgui.project.edits.training import set_live, set_loss, set_seed, set_training

__all__ = [
    "IllegalEdit",
    "duplicate_layer",
    "insert_layer",
    "move_layer",
    "remove_layer",
    "set_column",
    "set_layer",
    "set_live",
    "set_loss",
    "set_seed",
    "set_split",
    "set_target",
    "set_training",
    "use_table",
]
