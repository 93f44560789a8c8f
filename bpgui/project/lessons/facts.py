"""FACTS and EVENTS: the names that a lesson's predicates and texts may use, each with a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bpgui.engine.metrics import METRICS

Kind = Literal["number", "text", "yes or no"]
# Panels by their keys in PANELS, which this floor cannot see (a test holds the two together).
PANEL_KEYS = (
    "learn", "data", "model", "network", "explore", "reference", "explain", "loss", "health", "weights", "output",
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """What a name stands for at this moment; unknown until there is such a number."""

    name: str
    kind: Kind
    help: str


@dataclass(frozen=True)
class Event:
    """Something that a person does; its name counts how often since the step of the lesson began."""

    name: str
    help: str


def _panel(key: str) -> Fact:
    return Fact(f"panel_{key}", "yes or no", f"Whether the panel `{key}` can be seen.")


def _metrics() -> tuple[Fact, ...]:
    made = []
    for metric in METRICS.values():
        name = metric.label[:1].upper() + metric.label[1:]
        made.append(Fact(metric.name, "number", f"{name} of the training rows."))
        made.append(Fact(f"val_{metric.name}", "number", f"{name} of the validation rows."))
    return tuple(made)


_FACTS = (
    Fact("state", "text", '"ready", "training", "paused", "ended" or "blocked".'),
    Fact("ended_by", "text", 'Why the run ended: "epochs", "diverged", "patience", "by hand", …; "" while it has not.'),
    Fact("step", "number", "Steps of training that the run has made."),
    Fact("epoch", "number", "Epochs that are finished."),
    Fact("epochs", "number", "Epochs that are planned."),
    Fact("loss", "number", "Training loss of the last finished epoch; before that, of the last batch."),
    Fact("batch_loss", "number", "Loss of the last batch alone."),
    Fact("val_loss", "number", "Validation loss after the last finished epoch."),
    Fact("first_loss", "number", "Training loss of the first epoch."),
    Fact("best_val_loss", "number", "The smallest validation loss of all finished epochs."),
    Fact("best_epoch", "number", "The epoch of that validation loss; without validation rows, of the training loss."),
    Fact("penalty", "number", "What L1 and L2 added to the training loss of the last epoch."),
    *_metrics(),
    *(Fact(f"output_{k}", "number", f"The network's first output for training row {k}.") for k in range(1, 5)),
    Fact("gradient_norm", "number", "Length of the whole gradient of the last step."),
    Fact("first_gradient", "number", "Length of the gradient of the first layer's weights."),
    Fact("last_gradient", "number", "Length of the gradient of the output layer's weights."),
    Fact("weight_norm", "number", "Length of all weights together, √ΣW²; biases left out."),
    Fact("largest_weight", "number", "The largest |w| of all weights."),
    Fact("learning_rate", "number", "The learning rate as it is set."),
    Fact("rate", "number", "The learning rate as the schedule has it now."),
    Fact("batch_size", "number", "The batch size as it is set; 0 is all rows."),
    Fact("batches", "number", "Batches of one epoch."),
    Fact("loss_name", "text", 'The loss by its key: "bce", "cce", "mse", "mae", …'),
    Fact("optimizer", "text", 'The optimizer by its key: "sgd", "adam", …'),
    Fact("schedule", "text", 'The schedule of the learning rate by its key: "constant", "cosine", …'),
    Fact("l1", "number", "The factor of the L1 penalty."),
    Fact("l2", "number", "The factor of the L2 penalty."),
    Fact("dropout", "number", "The largest dropout rate in the network; 0 without dropout."),
    Fact("layers", "number", "Hidden Dense layers: the output layer does not count."),
    Fact("units", "number", "Neurons of the hidden Dense layers together."),
    Fact("first_units", "number", "Neurons of the first hidden layer; 0 without one."),
    Fact("activation", "text", 'Activation of the first hidden layer: "tanh", "relu", …; "" without one.'),
    Fact("output_activation", "text", 'Activation of the output layer: "sigmoid", "softmax", "identity", …'),
    Fact("initializer", "text", 'How the first hidden layer\'s weights begin: "auto", "zeros", …; "" without one.'),
    Fact("parameters", "number", "Weights and biases of the whole network."),
    Fact("sample", "text", 'The sample by its name, as in `bpgui samples`; "" for a file of one\'s own.'),
    Fact("rows", "number", "Rows of the data that are used."),
    Fact("train_rows", "number", "Rows of the training part."),
    Fact("val_rows", "number", "Rows of the validation part."),
    Fact("split_by", "text", 'How rows are parted: "random", "stratified", "alike", "grouped", "time" or "column".'),
    Fact("features", "number", "Numbers that go into the network for each row."),
    Fact("classes", "number", "Classes of the target; 0 for a number."),
    Fact("noise", "number", "The noise of a made sample."),
    Fact("seed", "number", "The seed."),
    Fact("threshold", "number", "From which output on the second of two classes is predicted."),
    Fact("findings", "number", "What the checks found."),
    Fact("errors", "number", "Findings that keep training from starting."),
    Fact("run", "number", "The number of the run that is shown."),
    Fact("runs", "number", "Trained runs that are kept."),
    Fact("selected", "text", 'The selected layer by its id, as in "d1"; "" for none.'),
    Fact("phase", "text", 'Of the step taken apart: "forward", "loss", "backward" or "update"; "" while none is.'),
    Fact("station", "text", 'Where the walk is: a layer by its id, "output", "input" or "loss"; "" while none is.'),
    Fact("check_error", "number", "The largest error that the last gradient check found."),
    Fact("check_method", "text", 'How the last gradient check found the slope: "complex" or "central".'),
    Fact("check_wrong", "number", "How many derivatives the last gradient check found wrong."),
    Fact("check_right", "yes or no", "Whether the last gradient check found every derivative right."),
    Fact("looks", "number", "How many times the test part of this data was looked at."),
    Fact("test_accuracy", "number", "Accuracy of the test part at the last look at it."),
    Fact("verify_same", "yes or no", "Whether the last Verify of the numpy code found all the same, to the bit."),
    Fact("flat_out", "yes or no", "Whether the pace is flat out."),
    Fact("output_view", "text", 'The view of the Output panel by its key: "boundary", "confusion", "metrics", …'),
    Fact("weights_kind", "text", 'What the Weights panel shows: "weights", "gradient", "update", "change", "check".'),
    Fact("weights_form", "text", 'How it shows it: "cells", "pictures", "course".'),
    *map(_panel, PANEL_KEYS),
)

_EVENTS = (
    Event("layer_added", "A layer was put into the network."),
    Event("layer_removed", "A layer was taken out."),
    Event("layer_moved", "The layers stand in another order."),
    Event("layer_selected", "Another layer was selected."),
    Event("units_changed", "A layer has more or fewer neurons."),
    Event("activation_changed", "A layer has another activation."),
    Event("initializer_changed", "First weights begin in another way."),
    Event("loss_changed", "Another loss was chosen."),
    Event("optimizer_changed", "Another optimizer was chosen."),
    Event("learning_rate_changed", "The learning rate was changed."),
    Event("schedule_changed", "Another schedule of the learning rate was chosen."),
    Event("batch_size_changed", "The batch size was changed."),
    Event("epochs_changed", "The planned epochs were changed."),
    Event("penalty_changed", "L1 or L2 was changed."),
    Event("dropout_changed", "A dropout rate was changed, or dropout put in or taken out."),
    Event("patience_changed", "The patience was changed."),
    Event("class_weights_changed", "The weights of the classes were changed."),
    Event("threshold_changed", "The threshold was changed."),
    Event("split_changed", "The split was changed."),
    Event("columns_changed", "A column has another role, kind, scaling or way with missing values."),
    Event("data_changed", "Other data: a sample, a file, points painted or made anew."),
    Event("sample_opened", "Another sample was opened."),
    Event("file_opened", "Data of a file was opened."),
    Event("seed_changed", "Another seed: New seed, or typed in."),
    Event("undone", "An edit was taken back or made again."),
    Event("run_started", "Training was started, or went on: Train or Finish."),
    Event("run_finished_flat_out", "Finish was pressed."),
    Event("run_paused", "Training was paused by hand."),
    Event("run_stopped", "The run was ended by hand."),
    Event("run_ended", "A run came to its end."),
    Event("run_reset", "Reset: the same first weights again."),
    Event("new_run", "Another run is shown: by an edit, Reset, New seed or Earlier runs."),
    Event("single_steps", "One batch was trained by itself."),
    Event("epoch_steps", "One epoch was trained by itself."),
    Event("went_back", "After a divergence: back to the last sound weights."),
    Event("pace_changed", "The speed was set by hand."),
    Event("edge_clicked", "A weight was clicked: an edge of the diagram or a cell of the heat map."),
    Event("neuron_clicked", "A neuron or a bias was clicked for an explanation."),
    Event("loss_clicked", "The loss block was clicked for an explanation."),
    Event("curve_clicked", "A point of the loss curve was clicked."),
    Event("metric_clicked", "A number in the table of metrics was clicked."),
    Event("row_clicked", "A row of the data was clicked to see its step."),
    Event("number_clicked", "A number of an explanation was clicked, to see where it comes from."),
    Event("step_explained", "A step was taken apart, or something of one was asked for."),
    Event("forward_shown", "The walk came to the forward pass."),
    Event("loss_shown", "The walk came to the loss."),
    Event("backward_shown", "The walk came to the backward pass."),
    Event("update_shown", "The walk came to the update."),
    Event("step_taken", "The step that was explained was taken."),
    Event("step_left", "The step that was explained was left untaken."),
    Event("check_made", "The gradient was checked."),
    Event("step_sizes_shown", "The errors of the check were shown for all step sizes."),
    Event("input_tried", "An input of one's own was tried: typed, drawn or dropped."),
    Event("drawn", "Something was drawn on the pad of the Output panel."),
    Event("test_looked", "The sealed test part was looked at."),
    Event("code_shown", "The run was shown as numpy code."),
    Event("code_verified", "Verify ran the numpy code and compared its losses with the run's."),
    Event("predicted", "New data was predicted."),
    Event("saved", "The project was saved."),
    Event("reference_opened", "A page of the reference was opened."),
)

FACTS: dict[str, Fact] = {fact.name: fact for fact in _FACTS}
EVENTS: dict[str, Event] = {event.name: event for event in _EVENTS}
