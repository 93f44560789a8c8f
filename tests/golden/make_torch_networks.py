"""Makes torch_networks.json: whole trainings of networks with batch norm, dropout, row weights, penalties and clipping,
by PyTorch's own layers, losses and optimizers in float64. Run it where PyTorch is installed:

    python tests/golden/make_torch_networks.py

Weights, rows and masks are drawn from seeded generators; the test draws the same ones.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

F = torch.nn.functional
ROWS, FEATURES, OUTPUTS, STEPS, SEED = 12, 3, 3, 50, 63
DROPOUT = 3  # the purpose of the masks' streams, as the conventions number them
FUNCTIONS = {
    "tanh": torch.nn.Tanh(), "relu": torch.nn.ReLU(), "silu": torch.nn.SiLU(), "elu": torch.nn.ELU(),
    "gelu": torch.nn.GELU(approximate="tanh"), "sigmoid": torch.nn.Sigmoid(), "softplus": torch.nn.Softplus(),
}  # fmt: skip
DEEP = " ".join(["dense:6 tanh dense:6 silu dense:6:nobias batchnorm elu"] * 5)
TEXTS = {
    "plain": "dense:5 tanh dense:4 silu dense:3",
    "norm": "dense:5:nobias batchnorm tanh dense:4:nobias batchnorm:0.3 gelu dense:3",
    "mixed": "batchnorm dense:6 dropout:0.3 elu dense:5:nobias batchnorm softplus dropout:0.5 dense:3",
    "frozen": "dense:5:freeze_biases tanh dense:4:freeze_weights silu dense:3",
    "deep": f"{DEEP} dense:3",
}  # fmt: skip
# text, loss, optimizer, weighted, l1, l2, clip
CASES = (
    ("plain", "cce", "adam", True, 0.0, 0.0, "norm"), ("plain", "huber", "momentum", False, 1e-3, 1e-2, "value"),
    ("norm", "cce", "adam", False, 0.0, 0.0, "none"), ("norm", "bce", "adam", True, 0.0, 0.01, "norm"),
    ("norm", "mse", "nesterov", False, 0.0, 0.0, "norm"), ("mixed", "cce", "adam", True, 1e-3, 0.0, "none"),
    ("mixed", "mse", "rmsprop", False, 0.0, 0.0, "none"), ("mixed", "hinge", "sgd", True, 0.0, 0.02, "value"),
    ("mixed", "bce", "adamw", False, 0.0, 0.0, "norm"), ("frozen", "mse", "adam", True, 1e-3, 1e-2, "norm"),
    ("deep", "cce", "adam", True, 0.0, 0.0, "none"), ("deep", "mse", "sgd", False, 0.0, 1e-3, "norm"),
)  # fmt: skip
OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.02), "momentum": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.02), "adam": lambda p: torch.optim.Adam(p, lr=0.02),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.02),
}  # fmt: skip
AT = {"norm": 0.3, "value": 0.05}


class Dropped(torch.nn.Module):
    """Dropout by a mask that is put there."""

    mask = None

    def forward(self, x):
        return x * self.mask if self.training else x


def network(text):
    """(the model, its drops with widths and rates); Linear keeps its matrix transposed."""
    generator, width, modules, drops = np.random.default_rng(61), FEATURES, [], []
    for word in text.split():
        kind, *values = word.split(":")
        if kind == "dense":
            made = torch.nn.Linear(width, int(values[0]), "nobias" not in values, dtype=torch.float64)
            W = generator.normal(0.0, 1.0 / np.sqrt(width), (width, int(values[0])))
            made.weight.data = torch.tensor(W.T.copy())
            made.weight.requires_grad = "freeze_weights" not in values
            width = int(values[0])
            if "nobias" not in values:
                made.bias.data = torch.tensor(generator.normal(0.0, 0.3, width))
                made.bias.requires_grad = "freeze_biases" not in values
        elif kind == "batchnorm":
            made = torch.nn.BatchNorm1d(width, momentum=float(values[0]) if values else 0.1, dtype=torch.float64)
            made.weight.data = torch.tensor(generator.uniform(0.6, 1.4, width))
            made.bias.data = torch.tensor(generator.normal(0.0, 0.3, width))
        elif kind == "dropout":
            made = Dropped()
            drops.append((made, width, float(values[0])))
        else:
            made = FUNCTIONS[kind]
        modules.append(made)
    return torch.nn.Sequential(*modules), drops


def data(loss):
    """x, y, weights of the rows."""
    generator = np.random.default_rng(62)
    x, y = generator.normal(size=(ROWS, FEATURES)), generator.normal(size=(ROWS, OUTPUTS))
    classes, bits = generator.integers(0, OUTPUTS, ROWS), generator.integers(0, 2, (ROWS, OUTPUTS)).astype(float)
    chosen = {"cce": np.eye(OUTPUTS)[classes], "bce": bits, "hinge": 2 * bits - 1}.get(loss, y)
    return x, chosen, generator.uniform(0.2, 3.0, ROWS)


def loss_of(loss, z, y, w):
    """From the logits; weighted means, as `weight=` takes them."""
    if loss == "cce":
        parts = F.cross_entropy(z, y.argmax(dim=1), reduction="none")
        return (parts * w).sum() / w.sum()
    if loss == "bce":
        total = F.binary_cross_entropy_with_logits(z, y, weight=w[:, None].expand_as(z), reduction="sum")
        return total / (w.sum() * z.shape[1])
    if loss == "hinge":
        parts = torch.clamp(1.0 - y * z, min=0.0)
    else:
        parts = (F.huber_loss if loss == "huber" else F.mse_loss)(z, y, reduction="none")
    return (parts * w[:, None]).sum() / (w.sum() * z.shape[1])


def flat(model):
    """All parameters in the engine's order and shape."""
    found = [np.zeros(0)]
    for module in model:
        for p in module.parameters():
            found.append(p.detach().numpy().T.ravel())
    return np.concatenate(found)


def statistics(model):
    norms = [module for module in model if isinstance(module, torch.nn.BatchNorm1d)]
    return [v for norm in norms for v in (*norm.running_mean.tolist(), *norm.running_var.tolist())]


def trajectory(name, loss, optimizer, weighted, l1, l2, clip):
    model, drops = network(TEXTS[name])
    x, y, w = data(loss)
    x, y, w = torch.tensor(x), torch.tensor(y), torch.tensor(w if weighted else np.ones(ROWS))
    masks = [np.random.default_rng([SEED, DROPOUT, index]) for index in range(len(drops))]
    trained = [p for p in model.parameters() if p.requires_grad]
    stepper = OPTIMIZERS[optimizer](trained)
    matrices = [module.weight for module in model if isinstance(module, torch.nn.Linear)]
    losses, early = [], None
    for step in range(STEPS):
        model.train()
        for (module, width, rate), generator in zip(drops, masks, strict=True):
            module.mask = torch.tensor((generator.random((ROWS, width)) >= rate) / (1.0 - rate))
        stepper.zero_grad()
        value = loss_of(loss, model(x), y, w)
        (value + sum(l1 * p.abs().sum() + l2 / 2 * (p * p).sum() for p in matrices)).backward()
        if clip == "norm":
            torch.nn.utils.clip_grad_norm_(trained, AT["norm"])
        elif clip == "value":
            torch.nn.utils.clip_grad_value_(trained, AT["value"])
        stepper.step()
        losses.append(value.item())
        if step == 4:
            early = statistics(model)
    model.eval()
    with torch.no_grad():
        outputs = model(x).tolist()
    return {
        "text": TEXTS[name], "loss": loss, "optimizer": optimizer, "weighted": weighted, "l1": l1, "l2": l2,
        "clip": clip, "losses": losses, "early": early, "running": statistics(model), "outputs": outputs,
        "parameters": flat(model).tolist() if name != "deep" else flat(model)[::7].tolist(),
    }  # fmt: skip


def main():
    golden = {
        "torch": torch.__version__, "rows": ROWS, "features": FEATURES, "outputs": OUTPUTS, "steps": STEPS, "at": AT,
        "seed": SEED,
        "trajectories": [trajectory(*case) for case in CASES],
    }  # fmt: skip
    path = Path(__file__).parent / "torch_networks.json"
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
