"""Field records of what is not an entry of a table: the settings of training, of a layer, of the project.

Names are those of `TrainingSpec`, `Dense` and `ProjectSpec`; loss and optimizer have tables of their own.
"""

from __future__ import annotations

from bpgui.engine.fields import Field
from bpgui.engine.metrics import METRICS

TRAINING_FIELDS: dict[str, Field] = {
    f.name: f
    for f in (
        Field(
            "learning_rate",
            "Learning rate",
            0.03,
            "How far a step goes along the gradient; it may be changed while training.",
            1e-12,
            1e12,
            log=True,
        ),
        Field(
            "batch_size",
            "Batch size",
            32,
            "Rows that one step looks at; 0 takes all of them at once.",
            0,
            10_000_000,
            log=True,
        ),
        Field("shuffle", "Shuffle each epoch", True, "Put the rows in a new order before each epoch."),
        Field(
            "epochs",
            "Epochs",
            500,
            "Passes over the training rows before training ends by itself.",
            1,
            100_000_000,
        ),
        Field(
            "target_loss",
            "Target loss",
            0.01,
            "Training ends once the training loss of an epoch is at most this; empty for never.",
            0.0,
            1e9,
            log=True,
        ),
        Field(
            "class_weights",
            "Class weights",
            "equal",
            "How much the rows of each class count in the loss.",
            choices=("equal", "balanced", "given"),
            labels=("All the same", "Rare ones more", "As given"),
        ),
        Field(
            "l1", "L1 penalty λ", 0.0, "Pulls every weight towards 0 by the same force; many end there.", 0.0, 1e6,
            log=True,
        ),
        Field("l2", "L2 penalty λ", 0.0, "Pulls every weight towards 0, large ones the more.", 0.0, 1e6, log=True),
        Field(
            "target_metric",
            "Target metric",
            "",
            "Training ends once this metric reaches the value beside it; empty for never.",
            choices=("", *METRICS),
            labels=("None", *(metric.label for metric in METRICS.values())),
        ),
        Field("target_value", "Target value", 0.95, "The value of the metric at which training ends."),
        Field(
            "patience",
            "Patience",
            0,
            "Epochs without a better loss after which training ends and the best weights come back; 0 for never.",
            0,
            100_000_000,
        ),
        Field(
            "min_delta",
            "Least gain",
            0.0,
            "By how much the loss must fall for patience to count it as better.",
            0.0,
            1e9,
            log=True,
        ),
        Field(
            "max_seconds",
            "Longest time",
            60.0,
            "Training ends after this long; empty for no limit.",
            0.001,
            1e9,
            unit="s",
            log=True,
        ),
        Field(
            "precision",
            "Precision",
            "float64",
            "How many digits every number has: 64 bits for exact comparisons, 32 for speed.",
            choices=("float64", "float32"),
            labels=("64 bits", "32 bits"),
        ),
        Field(
            "threads",
            "BLAS threads",
            1,
            "Processor threads of one matrix product; part of the run, because it changes the last digit.",
            1,
            1024,
        ),
    )
}

LAYER_FIELDS: dict[str, Field] = {
    f.name: f
    for f in (
        Field("units", "Units", 4, "How many neurons stand side by side in this layer.", 1, 100_000),
        Field("bias", "Bias", True, "Give every neuron a number of its own that is added to its sum."),
    )
}

SEED = Field(
    "seed", "Seed", 0, "Where all random numbers start: first weights, split and order of the rows.", 0, 2**63 - 1
)
