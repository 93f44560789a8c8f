"""Makes torch_training.json: trajectories by every optimizer and schedule, clipped gradients and the widths of
initializers, by PyTorch in float64. Run it where PyTorch is installed:

    python tests/golden/make_torch_training.py
"""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path

import numpy as np
import torch

SIZES, ROWS, BATCH, EPOCHS, RATE = (3, 4, 2), 12, 3, 25, 0.05
OPTIONS = {
    "momentum": 0.8, "alpha": 0.93, "beta_1": 0.85, "beta_2": 0.97, "epsilon": 1e-7, "weight_decay": 0.05,
    "step_epochs": 4, "step_factor": 0.5, "decay": 0.9, "cosine_epochs": 20, "floor": 0.05,
    "warmup_steps": 30, "warmup_start": 0.1,
    "plateau_factor": 0.5, "plateau_patience": 1, "plateau_threshold": 0.04,
}  # fmt: skip
optim, schedulers = torch.optim, torch.optim.lr_scheduler
ADAM = {"betas": (OPTIONS["beta_1"], OPTIONS["beta_2"]), "eps": OPTIONS["epsilon"]}
OPTIMIZERS = {
    "sgd": lambda p: optim.SGD(p, lr=RATE),
    "momentum": lambda p: optim.SGD(p, lr=RATE, momentum=OPTIONS["momentum"]),
    "nesterov": lambda p: optim.SGD(p, lr=RATE, momentum=OPTIONS["momentum"], nesterov=True),
    "rmsprop": lambda p: optim.RMSprop(p, lr=RATE, alpha=OPTIONS["alpha"], eps=OPTIONS["epsilon"]),
    "adagrad": lambda p: optim.Adagrad(p, lr=RATE, eps=OPTIONS["epsilon"]),
    "adam": lambda p: optim.Adam(p, lr=RATE, **ADAM),
    "adamw": lambda p: optim.AdamW(p, lr=RATE, weight_decay=OPTIONS["weight_decay"], **ADAM),
}
SCHEDULES = {
    "constant": lambda o: schedulers.LambdaLR(o, lambda epoch: 1.0),
    "step": lambda o: schedulers.StepLR(o, OPTIONS["step_epochs"], OPTIONS["step_factor"]),
    "exponential": lambda o: schedulers.ExponentialLR(o, OPTIONS["decay"]),
    "cosine": lambda o: schedulers.CosineAnnealingLR(o, OPTIONS["cosine_epochs"], eta_min=OPTIONS["floor"] * RATE),
    "warmup": lambda o: schedulers.LinearLR(o, OPTIONS["warmup_start"], 1.0, OPTIONS["warmup_steps"]),
    "plateau": lambda o: schedulers.ReduceLROnPlateau(
        o, "min", OPTIONS["plateau_factor"], OPTIONS["plateau_patience"], OPTIONS["plateau_threshold"], "rel"
    ),
}


def advance(name, schedule, loss):
    """At an epoch's end. PyTorch's cosine would rise again: here it stays down."""
    if name == "plateau":
        schedule.step(loss)
    elif (name == "cosine" and schedule.last_epoch < OPTIONS["cosine_epochs"]) or name not in ("warmup", "cosine"):
        schedule.step()


def first_parameters():
    """W1, b1, W2, b2, cut from one vector."""
    generator = np.random.default_rng(31)
    features, hidden, outputs = SIZES
    shapes = [(features, hidden), (hidden,), (hidden, outputs), (outputs,)]
    flat = generator.normal(0.0, 0.7, sum(math.prod(shape) for shape in shapes))
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    parts = np.split(flat, ends[:-1])
    return [torch.tensor(p.reshape(shape), requires_grad=True) for p, shape in zip(parts, shapes, strict=True)]


def trajectory(optimizer, schedule):
    generator = np.random.default_rng(32)
    data = [torch.tensor(generator.normal(0.0, 1.0, (ROWS, width))) for width in (SIZES[0], SIZES[-1])]
    parameters = first_parameters()
    stepper = OPTIMIZERS[optimizer](parameters)
    scheduler = SCHEDULES[schedule](stepper)
    W1, b1, W2, b2 = parameters
    losses, rates = [], []
    for _ in range(EPOCHS):
        total = 0.0
        for start in range(0, ROWS, BATCH):
            x, y = (part[start : start + BATCH] for part in data)
            rates.append(stepper.param_groups[0]["lr"])
            stepper.zero_grad()
            loss = torch.nn.functional.mse_loss(torch.tanh(x @ W1 + b1) @ W2 + b2, y)
            loss.backward()
            stepper.step()
            losses.append(loss.item())
            total += loss.item() * BATCH
            if schedule == "warmup":
                scheduler.step()
        advance(schedule, scheduler, total / ROWS)
    final = np.concatenate([p.detach().numpy().ravel() for p in parameters])
    return {
        "optimizer": optimizer, "schedule": schedule, "rates": rates[::4] if schedule != "warmup" else rates,
        "losses": losses[4::5], "parameters": final.tolist(),
    }  # fmt: skip


def clipped(kind, size, scale, at):
    """A gradient of random numbers after PyTorch's clipping, and the norm it saw."""
    tensor = torch.zeros(size, dtype=torch.float64, requires_grad=True)
    tensor.grad = torch.tensor(np.random.default_rng(41).normal(0.0, scale, size))
    norm = torch.linalg.vector_norm(tensor.grad).item()
    if kind == "norm":
        torch.nn.utils.clip_grad_norm_([tensor], at)
    else:
        torch.nn.utils.clip_grad_value_([tensor], at)
    return {"kind": kind, "scale": scale, "at": at, "norm": norm, "gradient": tensor.grad.tolist()}


def initializers(inputs, units):
    """The bounds and deviations that torch.nn.init draws with; LeCun's is Kaiming's with no gain."""
    init, seen = torch.nn.init, []
    torch.Tensor.uniform_ = lambda self, low, high, generator=None: seen.append([low, high])
    torch.Tensor.normal_ = lambda self, mean, std, generator=None: seen.append([mean, std])
    weight = torch.empty(units, inputs)
    init.xavier_uniform_(weight)
    init.xavier_normal_(weight)
    for nonlinearity in ("relu", "linear"):
        init.kaiming_uniform_(weight, nonlinearity=nonlinearity)
        init.kaiming_normal_(weight, nonlinearity=nonlinearity)
    del torch.Tensor.uniform_, torch.Tensor.normal_
    names = [f"{who}_{how}" for who in ("xavier", "he", "lecun") for how in ("uniform", "normal")]
    return {"inputs": inputs, "units": units, "draws": dict(zip(names, seen, strict=True))}


def main():
    warnings.simplefilter("ignore", UserWarning)
    golden = {
        "torch": torch.__version__, "sizes": SIZES, "rows": ROWS, "batch": BATCH, "epochs": EPOCHS, "rate": RATE,
        "options": OPTIONS,
        "trajectories": [trajectory(optimizer, schedule) for optimizer in OPTIMIZERS for schedule in SCHEDULES],
        "initializers": [initializers(3, 5), initializers(784, 10)],
        "clipped": [
            clipped(kind, 17, scale, at)
            for kind in ("norm", "value") for scale in (1e-3, 1.0, 1e6) for at in (0.01, 1.0, 50.0)
        ],
    }  # fmt: skip
    (Path(__file__).parent / "torch_training.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
