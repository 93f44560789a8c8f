"""CONTROLS: the names of what a lesson can point at, lock or hide, each with a sentence.

How each is found in the window stands in `bpgui.ui.learn.places`. A name that ends in `*` stands for many: with
`network.block.*`, a lesson writes `network.block.d1`.
"""

from __future__ import annotations

import msgspec

from bpgui.project.fields import TRAINING_FIELDS
from bpgui.project.lessons.facts import PANEL_KEYS
from bpgui.project.spec import TrainingSpec

MENU_KEYS = ("file", "edit", "view", "train", "explain", "learn", "help")
OUTPUT_VIEWS = ("boundary", "curve", "fit", "confusion", "metrics", "predictions", "batch", "try", "threshold")
WEIGHT_KINDS = ("weights", "gradient", "update", "change", "check")
WEIGHT_FORMS = ("cells", "pictures", "course")
LAYER_SETTINGS = {
    "units": "how many neurons the selected layer has", "activation": "its activation", "bias": "its biases",
    "rate": "its dropout rate", "initializer": "its first weights",
}  # fmt: skip
_TOOLBAR = {
    "train": "Train and Pause.", "step": "The menu of single steps: one batch, one epoch.",
    "finish": "Train to the end, flat out.", "stop": "End the run here.",
    "reset": "The very same first weights again.", "new_seed": "Other first weights.",
    "speed": "How fast training is shown.", "progress": "Epoch and losses, and how much is done.",
    "state": "The word for what the run is doing.",
}  # fmt: skip
_PLACES = {
    "data.sample": "The list of samples.",
    "data.open": "The button that opens a file.",
    "data.fields": "Points and noise of a made sample.",
    "data.split": "The bar that parts the rows, with its percentages.",
    "data.seal": "The lock of the test part.",
    "data.columns": "The list of columns with their roles.",
    "data.look": "The link that shows the data itself.",
    "network.diagram": "The picture of the network.",
    "network.block.*": "One block by its layer's id, as in `network.block.d1`.",
    "network.input": "The block of the inputs.",
    "network.output": "The block of the output layer.",
    "network.loss": "The block of the loss.",
    "network.palette": "The strip of layers to drag in.",
    "network.add_layer": "The chip that adds a Dense layer.",
    "network.add.*": "The chip of one kind of layer, as in `network.add.dropout`.",
    "network.maps": "The switch of the pictures in the neurons.",
    "network.layers": "The switch of the list of layers.",
    "explain.begin": "The link that takes one step apart.",
    "explain.phases": "The four phases: forward, loss, backward, update.",
    "explain.phase.*": "One phase, as in `explain.phase.backward`.",
    "explain.back": "One station back.",
    "explain.on": "One station on.",
    "explain.play": "Walk through the step by itself.",
    "explain.terms": "The numbers of the explanation.",
    "explain.take": "Take the step that is explained (at its end).",
    "explain.leave": "Leave it untaken (at its end).",
    "loss.curve": "The curves of the losses.",
    "loss.log": "The switch of the logarithmic axis.",
    "weights.numbers": "The picture of the weights.",
    "weights.kinds": "The words that choose which numbers are shown.",
    "weights.kind.*": "One of them, as in `weights.kind.gradient` or `weights.kind.check`.",
    "weights.layer": "The menu of the layer whose weights are shown.",
    "output.views": "The words that choose how the output is looked at.",
    "output.view.*": "One of them, as in `output.view.confusion`.",
    "output.picture": "What is shown of the output.",
    "output.parts": "Training or validation rows.",
    "status.findings": "How many things the checks found.",
}  # fmt: skip


def _model() -> dict[str, str]:
    """Every setting of training by the name of its field, the seed, and those of the selected layer."""
    special = {"loss": "Loss", "optimizer": "Optimizer", "schedule": "Schedule", "clip": "Clipping"}
    found = {}
    for name in (*msgspec.structs.asdict(TrainingSpec()), "seed"):
        label = TRAINING_FIELDS[name].label if name in TRAINING_FIELDS else special.get(name, name.replace("_", " "))
        found[f"model.{name}"] = f"{label[:1].upper()}{label[1:]} in the Model panel."
    found["model.layer"] = "The settings of the selected layer."
    return found | {f"model.layer.{name}": f"Of the selected layer: {help}." for name, help in LAYER_SETTINGS.items()}


CONTROLS: dict[str, str] = (
    {f"toolbar.{key}": help for key, help in _TOOLBAR.items()}
    | {f"menu.{key}": f"The menu {key.capitalize()}." for key in MENU_KEYS}
    | {f"panel.{key}": f"The panel `{key}` as a whole." for key in PANEL_KEYS}
    | _model()
    | _PLACES
)

# What may stand in place of a star; layer ids are free.
WORDS: dict[str, tuple[str, ...]] = {
    "network.add.*": ("dense", "activation", "dropout", "batchnorm"),
    "explain.phase.*": ("forward", "loss", "backward", "update"),
    "weights.kind.*": WEIGHT_KINDS,
    "output.view.*": OUTPUT_VIEWS,
}


def entry_of(name: str) -> str | None:
    """The key of CONTROLS that a name belongs to; None where there is no such control."""
    if name in CONTROLS:
        return name if not name.endswith("*") else None
    stem, _, word = name.rpartition(".")
    key = f"{stem}.*"
    if key not in CONTROLS or not word.isidentifier():
        return None
    return key if word in WORDS.get(key, (word,)) else None
