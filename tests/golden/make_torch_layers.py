"""Makes torch_layers.json: loss, gradient, running statistics and evaluated outputs of networks with every kind of
layer, every loss, weights of rows and penalties, by PyTorch in float64. Run it where PyTorch is installed:

    python tests/golden/make_torch_layers.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

F = torch.nn.functional
ROWS, FEATURES, OUTPUTS, DELTA = 7, 3, 3, 0.7
FUNCTIONS = {
    "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "leaky_relu": F.leaky_relu, "elu": F.elu,
    "softplus": F.softplus, "gelu": lambda z: F.gelu(z, approximate="tanh"), "silu": F.silu,
    "softmax": lambda z: F.softmax(z, dim=1),
}  # fmt: skip
HIDDEN = (
    "dense:5 dropout:0.3 tanh dense:4 silu",
    "dense:5 batchnorm:0.1:1e-5 gelu dense:4 batchnorm:0.3:1e-2 relu",
    "dropout:0.2 dense:6 batchnorm:0.1:1e-5 leaky_relu dropout:0.5 dense:4:nobias elu",
    "batchnorm:0.1:1e-5 dense:4 softmax dense:4 softplus",
)
OUTPUT_OF = (
    ("bce", "sigmoid"), ("cce", "softmax"), ("mse", ""), ("mse", "softmax"), ("mae", "tanh"), ("huber", ""),
    ("huber", "sigmoid"), ("hinge", ""), ("hinge", "tanh"),
)  # fmt: skip
DEEP = " ".join(["dense:4 batchnorm:0.1:1e-5 tanh"] * 15)


def data(loss):
    """x, y, weights of the rows."""
    generator = np.random.default_rng(52)
    x, y = generator.normal(size=(ROWS, FEATURES)), generator.normal(size=(ROWS, OUTPUTS))
    classes, bits = generator.integers(0, OUTPUTS, ROWS), generator.integers(0, 2, (ROWS, OUTPUTS)).astype(float)
    chosen = {"cce": np.eye(OUTPUTS)[classes], "bce": bits, "hinge": 2 * bits - 1}.get(loss, y)
    return x, chosen, generator.uniform(0.2, 3.0, ROWS)


class Net:
    """Layers from words over one flat vector, in the order of the engine's."""

    def __init__(self, text):
        self.words = [word.split(":") for word in text.split()]
        shapes, width = [], FEATURES
        for kind, *values in self.words:
            if kind == "dense":
                shapes += [(width, int(values[0]))] + [(int(values[0]),)] * ("nobias" not in values)
                width = int(values[0])
            elif kind == "batchnorm":
                shapes += [(width,), (width,)]
        generator = np.random.default_rng(51)
        self.parameters = [
            torch.tensor(generator.normal(0.0, 0.7, int(np.prod(shape))).reshape(shape), requires_grad=True)
            for shape in shapes
        ]
        self.running = []

    def __call__(self, value, training):
        parameters, running = iter(self.parameters), iter(list(self.running))
        for position, (kind, *values) in enumerate(self.words):
            if kind == "dense":
                value = value @ next(parameters)
                value = value if "nobias" in values else value + next(parameters)
            elif kind == "batchnorm":
                if training:
                    width = value.shape[1]
                    mean, variance = torch.zeros(width, dtype=value.dtype), torch.ones(width, dtype=value.dtype)
                    self.running += [mean, variance]
                else:
                    mean, variance = next(running), next(running)
                momentum, epsilon = map(float, values)
                gamma, beta = next(parameters), next(parameters)
                value = F.batch_norm(value, mean, variance, gamma, beta, training, momentum, epsilon)
            elif kind == "dropout" and training:
                rate = float(values[0])
                uniform = np.random.default_rng([53, position]).random(tuple(value.shape))
                value = value * torch.tensor(uniform >= rate) / (1.0 - rate)
            elif kind != "dropout":
                value = FUNCTIONS[kind](value)
        return value


def terms(loss, z, y):
    """(rows, outputs), or (rows, 1) for cce; bce and cce from the logits."""
    if loss == "bce":
        return F.binary_cross_entropy_with_logits(z, y, reduction="none")
    if loss == "cce":
        return F.cross_entropy(z, y.argmax(dim=1), reduction="none")[:, None]
    if loss == "hinge":
        return torch.relu(1.0 - y * z)
    if loss == "huber":
        return F.huber_loss(z, y, reduction="none", delta=DELTA)
    return (F.mse_loss if loss == "mse" else F.l1_loss)(z, y, reduction="none")


def case(hidden, loss, output, reduction, weighted, l1, l2):
    judged = f"{hidden} dense:{OUTPUTS}" + ("" if loss in ("bce", "cce") else f" {output}")
    x, y, weights = data(loss)
    x, y, w = torch.tensor(x), torch.tensor(y), torch.tensor(weights if weighted else np.ones(ROWS))
    network = Net(judged)
    parts = terms(loss, network(x, True), y) * w[:, None]
    value = parts.sum() / (w.sum() * parts.shape[1]) if reduction == "mean" else parts.sum()
    matrices = [p for p in network.parameters if p.dim() == 2]
    penalty = sum(l1 * p.abs().sum() + l2 / 2 * (p * p).sum() for p in matrices)
    (value + penalty).backward()
    gradient = np.concatenate([p.grad.numpy().ravel() for p in network.parameters])
    with torch.no_grad():
        outputs = network(x, False)
        outputs = FUNCTIONS[output](outputs) if loss in ("bce", "cce") else outputs
    return {
        "layers": f"{hidden} dense:{OUTPUTS} {output}".strip(), "loss": loss, "reduction": reduction,
        "weighted": weighted, "l1": l1, "l2": l2, "value": value.item(), "penalty": penalty.item() if l1 or l2 else 0.0,
        "gradient": gradient.tolist(), "running": np.concatenate([np.zeros(0), *network.running]).tolist(),
        "outputs": outputs.tolist(),
    }  # fmt: skip


def main():
    cases = []
    for index, (loss, output) in enumerate(OUTPUT_OF):
        for which, hidden in enumerate(HIDDEN):
            odd = (index + which) % 2 == 1
            reduction = "sum" if which == 3 else "mean"
            cases.append(case(hidden, loss, output, reduction, odd, 0.02 * (which == 1), 0.05 * (which == 2)))
    cases.append(case(DEEP, "cce", "softmax", "mean", True, 0.01, 0.03))
    golden = {"torch": torch.__version__, "rows": ROWS, "features": FEATURES, "outputs": OUTPUTS, "delta": DELTA}
    path = Path(__file__).parent / "torch_layers.json"
    path.write_text(json.dumps({**golden, "cases": cases}, separators=(",", ":")) + "\n")


main()
