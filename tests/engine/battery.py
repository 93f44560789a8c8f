"""A few cases of every check: quick enough to be run against each planted bug."""

from __future__ import annotations

import checks
import numpy as np
from checks import MIXED, Setup
from oracles import build, legal_cases, make_batch, make_weights

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES

DEEP = "dense:4 tanh batchnorm:0.1:0.1 dense:4 dropout:0.3 silu dense:3:nobias batchnorm elu dense:3 softmax"


def _gradient_of_activations():
    for name in ACTIVATIONS:
        x, y = make_batch("mse", 6, 3, 3)
        checks.gradient(build(f"dense:4 {name} dense:3 {name}", "mse"), x, y)


def _gradient_of_losses():
    for loss, output, reduction in legal_cases():
        if output in ("identity", "tanh", "sigmoid", "softmax"):
            x, y = make_batch(loss, 6, 3, 3)
            network = build(f"dense:4 tanh dense:3 {output}", loss, reduction, huber_delta=0.7)
            checks.gradient(network, x, y)
            checks.gradient(network, x, y, make_weights(6))


def _gradient_of_layers():
    for text in (DEEP, MIXED, "batchnorm dense:2", "dropout:0.4 dense:2 batchnorm"):
        network = build(text, "mse")
        x, y = make_batch("mse", 6, 3, network.layers[-1].units)
        checks.gradient(network, x, y)


def _gradient_with_penalties():
    x, y = make_batch("mse", 6, 3, 2)
    for l1, l2 in ((0.1, 0.0), (0.0, 0.3), (0.1, 0.3)):
        checks.gradient(build("dense:4 batchnorm relu dense:2", "mse"), x, y, None, l1, l2)


def _gradient_of_the_twin():
    network = build(DEEP, "cce")
    checks.twin(network, *make_batch("cce", 6, 3, 3), make_weights(6))


def _evaluation():
    for text, loss, outputs in ((DEEP, "cce", 3), (MIXED, "mse", 2)):
        x, y = make_batch(loss, 300, 3, outputs)
        checks.evaluation(build(text, loss), x, y, make_weights(300))
        checks.evaluation(build(text, loss, "sum"), x, y)


def _buffers():
    for text, loss, outputs in ((DEEP, "cce", 3), (MIXED, "mse", 2), ("dense:4 gelu dense:2 sigmoid", "bce", 2)):
        checks.buffers(build(text, loss), outputs)


def _clipping():
    network = build("dense:4:freeze_biases tanh dense:2", "mse")
    for kind in ("norm", "value"):
        for share in (0.3, 2.0):
            checks.clipped(network, *make_batch("mse", 6, 3, 2), kind, share)


def _optimizers():
    for name in OPTIMIZERS:
        checks.training(Setup(optimizer=name))


def _schedules():
    for name in SCHEDULES:
        checks.training(Setup(schedule=name), 6)


def _mixed_training():
    checks.training(
        Setup(
            MIXED, optimizer="adam", schedule="warmup", weighted=True, l1=1e-3, l2=1e-2, clip="norm", clip_at=0.3,
        )
    )  # fmt: skip
    checks.training(Setup(MIXED, rows=21, loss="huber", reduction="sum", rate=0.01, clip="value", clip_at=0.2))


def _frozen_training():
    checks.training(
        Setup("dense:4:freeze_biases tanh dense:3:freeze_weights relu dense:2", clip="norm", clip_at=0.2, l2=0.1)
    )


def _resumed_training():
    checks.resumes(Setup(MIXED, optimizer="adam", schedule="plateau", weighted=True, l2=0.01), 12, 20)
    checks.resumes(Setup(optimizer="momentum", shuffle=False), 3, 5)


def _best_and_sound():
    checks.goes_back(Setup(MIXED, optimizer="adam"))


def _masks():
    checks.masks(units=20)


def _far_out():
    for dtype in (np.float32, np.float64):
        for loss, output in (
            ("bce", "sigmoid"), ("cce", "softmax"), ("hinge", "tanh"), ("huber", "identity"), ("mse", "softmax"),
            ("mae", "sigmoid"),
        ):  # fmt: skip
            for logit in (1e4, -1e4):
                checks.far_out(loss, output, logit, dtype)


def _mazur():
    checks.mazur(frozen=True)
    checks.mazur(frozen=False)


CHECKS = {
    check.__name__.strip("_").replace("_", " "): check
    for check in (
        _gradient_of_activations, _gradient_of_losses, _gradient_of_layers, _gradient_with_penalties,
        _gradient_of_the_twin, _evaluation, _buffers, _clipping, _optimizers, _schedules, _mixed_training,
        _frozen_training, _resumed_training, _best_and_sound, _masks, _far_out, _mazur,
    )
}  # fmt: skip
