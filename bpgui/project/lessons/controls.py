"""CONTROLS: the names of what a lesson can point at, lock or hide, each with a sentence.

How each is found in the window stands in `bpgui.ui.learn.places`. A `*` stands for one word: for `network.block.*`, a
lesson writes `network.block.d1`.
"""

from __future__ import annotations

import re

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
    "pace": "How fast training is shown.", "progress": "Epoch and losses, and how much is done.",
    "state": "The word for what the run is doing.",
}  # fmt: skip
_PLACES = {
    "data.sample": "The list of samples.",
    "data.open": "The button that opens a file.",
    "data.fields": "Points and noise of a made sample.",
    "data.split": "The bar that parts the rows, with its percentages.",
    "data.test_lock": "The lock of the test part.",
    "data.columns": "The list of columns with their roles.",
    "data.look": "The link that shows the data itself.",
    "network.diagram": "The picture of the network.",
    "network.block.*": "One block by its layer's id, as in `network.block.d1`; also `input` and `output`.",
    "network.block.*.activation": "The activation on that block (▾).",
    "network.block.*.units": "The number of neurons on that block.",
    "network.block.*.more": "The + on that block: one neuron more.",
    "network.block.*.fewer": "The − on that block.",
    "network.loss": "The block of the loss.",
    "network.edge": "An edge: the first one into the output.",
    "network.edge.*": "The first edge into a layer, as in `network.edge.d1`.",
    "network.neuron": "A neuron: the first one of the first hidden layer, or of the output.",
    "network.neuron.*": "The first neuron of a layer, as in `network.neuron.d2`.",
    "network.add_layer": "The first + between two blocks.",
    "network.palette": "The strip of layers to drag in.",
    "network.palette.*": "One of its chips, as in `network.palette.dense`.",
    "network.maps": "The switch of the pictures in the neurons.",
    "network.layers": "The switch of the list of layers.",
    "explain.begin": "The link that takes one step apart.",
    "explain.phases": "The four phases: forward, loss, backward, update.",
    "explain.forward": "The phase Forward pass.",
    "explain.loss": "The phase Loss.",
    "explain.backward": "The phase Backward pass.",
    "explain.update": "The phase Update.",
    "explain.back": "One station back.",
    "explain.next": "One station on.",
    "explain.play": "Walk through the step by itself.",
    "explain.terms": "The numbers of the explanation.",
    "explain.take_step": "Take the step that is explained (at its end).",
    "explain.leave_step": "Leave it untaken (at its end).",
    "loss.curve": "The curves of the losses.",
    "loss.log": "The switch of the logarithmic axis.",
    "weights.picture": "The picture of the weights.",
    "weights.kinds": "The words that choose which numbers are shown.",
    "weights.*": "One of the words, as in `weights.gradient`, `weights.check`, `weights.course`.",
    "weights.forms": "The words that choose how they are shown.",
    "weights.check.methods": "How the gradient check finds the slope.",
    "weights.check.step": "The size of its step.",
    "weights.layer": "The menu of the layer whose weights are shown.",
    "output.views": "The words that choose how the output is looked at.",
    "output.*": "One of the words, as in `output.confusion`.",
    "output.picture": "What is shown of the output.",
    "output.parts": "Training or validation rows.",
    "code.verify": "The button Verify of the numpy code.",
    "status.findings": "How many things the checks found.",
}  # fmt: skip


MODEL_SETTINGS = (*TrainingSpec.__struct_fields__, "seed")


def _model() -> dict[str, str]:
    """Every setting of training by the name of its field, the seed, and those of the selected layer."""
    special = {"loss": "Loss", "optimizer": "Optimizer", "schedule": "Schedule", "clip": "Clipping"}
    found = {}
    for name in MODEL_SETTINGS:
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

# Parts of the picture of the network, which can be pointed at; to lock or to hide there is `network.diagram`.
PAINTED = frozenset(
    name for name in CONTROLS if name.startswith(("network.block", "network.edge", "network.neuron"))
) | {"network.loss", "network.add_layer"}  # fmt: skip

# What may stand for a star; layer ids are free.
WORDS: dict[str, tuple[str, ...]] = {
    "network.palette.*": ("dense", "activation", "dropout", "batchnorm"),
    "weights.*": (*WEIGHT_KINDS, *WEIGHT_FORMS),
    "output.*": OUTPUT_VIEWS,
}
_STARS = {key: re.compile(re.escape(key).replace(r"\*", r"(\w+)") + r"\Z") for key in CONTROLS if "*" in key}


def entry_of(name: str) -> tuple[str, str] | None:
    """The key of CONTROLS that a name belongs to, and what stands for its star; None where there is no such control."""
    if name in CONTROLS and "*" not in name:
        return name, ""
    for key, pattern in _STARS.items():
        found = pattern.match(name)
        if found is not None and found[1] in WORDS.get(key, (found[1],)):
            return key, found[1]
    return None
