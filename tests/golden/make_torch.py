"""Makes torch.json: losses, gradients and trajectories by PyTorch in float64. Run it where PyTorch is installed:

    python tests/golden/make_torch.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE.parent / "engine")]

from oracles import legal_cases, make_batch, make_network  # noqa: E402

from bpgui.engine.activations import ACTIVATIONS  # noqa: E402

F = torch.nn.functional
FUNCTIONS = {
    "identity": lambda z: z, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": F.relu,
    "leaky_relu": F.leaky_relu, "elu": F.elu, "softplus": F.softplus, "gelu": lambda z: F.gelu(z, approximate="tanh"),
    "silu": F.silu, "softmax": lambda z: F.softmax(z, dim=1),
}  # fmt: skip
OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, lr=0.05),
}
SIZES = (3, 5, 4, 3)
STEPS = 50


def torch_loss(network, parameters, x, y):
    """The same network by PyTorch's own functions."""
    value, index = x, 0
    for position, layer in enumerate(network.layers):
        if layer.kind == "dense":
            value = value @ parameters[index] + parameters[index + 1]
            index += 2
        elif not (position == len(network.layers) - 1 and network.from_logits):
            value = FUNCTIONS[layer.name](value)
    name, reduction = network.loss.name, "mean" if network.reduction == "mean" else "sum"
    if name == "bce":
        return F.binary_cross_entropy_with_logits(value, y, reduction=reduction)
    if name == "cce":
        return F.cross_entropy(value, y.argmax(dim=1), reduction=reduction)
    if name == "mae":
        return F.l1_loss(value, y, reduction=reduction)
    half = 0.5 if network.reduction == "half_sum" else 1.0
    return half * F.mse_loss(value, y, reduction=reduction)


def tensors(network):
    return [
        torch.tensor(np.array(p), requires_grad=True)
        for layer in network.dense for p in (layer.W, layer.b)
    ]  # fmt: skip


def gradient_case(hidden, loss, output, reduction):
    network = make_network(SIZES, hidden, output, loss, reduction, seed=11)
    x, y = make_batch(loss, 7, 3, 3, seed=12)
    parameters = tensors(network)
    value = torch_loss(network, parameters, torch.tensor(x), torch.tensor(y))
    value.backward()
    gradient = np.concatenate([p.grad.numpy().ravel() for p in parameters])
    return {
        "hidden": hidden, "loss": loss, "output": output, "reduction": reduction,
        "value": value.item(), "gradient": gradient.tolist(),
    }  # fmt: skip


def trajectory(optimizer, loss, output):
    network = make_network(SIZES, "tanh", output, loss, seed=21)
    x, y = make_batch(loss, 7, 3, 3, seed=22)
    parameters = tensors(network)
    stepper = OPTIMIZERS[optimizer](parameters)
    losses = []
    for _ in range(STEPS):
        stepper.zero_grad()
        value = torch_loss(network, parameters, torch.tensor(x), torch.tensor(y))
        value.backward()
        stepper.step()
        losses.append(value.item())
    final = np.concatenate([p.detach().numpy().ravel() for p in parameters])
    return {"optimizer": optimizer, "loss": loss, "output": output, "losses": losses, "parameters": final.tolist()}


def main():
    # Huber and hinge are in torch_layers.json.
    legal = [case for case in legal_cases() if case[0] in ("bce", "cce", "mse", "mae")]
    cases = [gradient_case(hidden, *case) for case in legal for hidden in ACTIVATIONS if hidden != "softmax"]
    # Every output and loss once with each of three hidden activations keeps the file small.
    kept = [case for index, case in enumerate(cases) if index % 3 == 0]
    paths = [
        trajectory(optimizer, loss, output)
        for optimizer in OPTIMIZERS
        for loss, output in (("bce", "sigmoid"), ("cce", "softmax"), ("mse", "identity"), ("mae", "identity"))
    ]
    golden = {"torch": torch.__version__, "sizes": SIZES, "gradients": kept, "trajectories": paths}
    (HERE / "torch.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
