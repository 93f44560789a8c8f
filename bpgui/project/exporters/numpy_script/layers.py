"""How each kind of layer is written in a script. Keys are those of the engine's LAYERS, and so are the bits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bpgui.engine.layers import Activation, BatchNorm, Dense, Dropout
from bpgui.project.exporters.numpy_script.activations import ACTIVATION_CODE
from bpgui.project.exporters.numpy_script.literals import number
from bpgui.project.exporters.numpy_script.plan import Node, Plan, gradient_of

Lines = list[str]


@dataclass(frozen=True)
class LayerCode:
    """`forward(plan, node)` and `evaluate(plan, node)` give the lines that make the output from the input.

    `backward(plan, node, down)` those that make the gradients of its parameters and, with `down`, that of its input.
    `follow(node)` come after the update.
    """

    name: str
    forward: Callable[[Plan, Node], Lines]
    evaluate: Callable[[Plan, Node], Lines]
    backward: Callable[[Plan, Node, bool], Lines]
    follow: Callable[[Plan, Node], Lines] = lambda plan, node: []


def _dense(plan: Plan, node: Node) -> Lines:
    assert isinstance(node.layer, Dense)
    bias = f" + b{node.n}" if node.layer.bias else ""
    return [f"{node.out} = {node.x} @ W{node.n}{bias}"]


def _dense_back(plan: Plan, node: Node, down: bool) -> Lines:
    delta, lines = gradient_of(node.out), []
    if f"W{node.n}" in node.trained:
        lines.append(f"dW{node.n} = {node.x}.T @ {delta}")
    if f"b{node.n}" in node.trained:
        lines.append(f"db{node.n} = ones @ {delta}")
    return [*lines, f"{gradient_of(node.x)} = {delta} @ W{node.n}.T"] if down else lines


def _names(node: Node) -> dict[str, str]:
    return {
        "z": node.x, "a": node.out, "da": gradient_of(node.out), "dz": gradient_of(node.x), "n": node.n,
    }  # fmt: skip


def _activation(plan: Plan, node: Node) -> Lines:
    assert isinstance(node.layer, Activation)
    code = ACTIVATION_CODE[node.layer.name]
    plan.helpers.update(code.helpers)
    return [line.format_map(_names(node)) for line in code.forward]


def _activation_evaluated(plan: Plan, node: Node) -> Lines:
    assert isinstance(node.layer, Activation)
    code = ACTIVATION_CODE[node.layer.name]
    plan.helpers.update(code.helpers)
    return [line.format_map(_names(node)) for line in code.evaluation]


def _activation_back(plan: Plan, node: Node, down: bool) -> Lines:
    assert isinstance(node.layer, Activation)
    return [line.format_map(_names(node)) for line in ACTIVATION_CODE[node.layer.name].backward] if down else []


def drawn(plan: Plan, node: Node) -> str:
    """The uniform numbers that a dropout layer asks for in a step."""
    return f"drop{node.n}.random({node.x}.shape)"


def _dropout(plan: Plan, node: Node) -> Lines:
    assert isinstance(node.layer, Dropout)
    rate = node.layer.rate
    cast = "" if plan.dtype == "float64" else f".astype(np.{plan.dtype})"
    return [
        f"mask{node.n} = ({drawn(plan, node)} >= {number(rate)}){cast} / {number(1.0 - rate)}",
        f"{node.out} = {node.x} * mask{node.n}",
    ]


def _dropout_back(plan: Plan, node: Node, down: bool) -> Lines:
    return [f"{gradient_of(node.x)} = {gradient_of(node.out)} * mask{node.n}"] if down else []


def _norm(plan: Plan, node: Node) -> Lines:
    assert isinstance(node.layer, BatchNorm)
    n, x = node.n, node.x
    return [
        f"mu{n} = ones @ {x} / len(x)  # batch norm: mean and variance of the batch",
        f"normal{n} = {x} - mu{n}",
        f"var{n} = ones @ (normal{n} * normal{n}) / len(x)",
        f"scale{n} = 1.0 / np.sqrt(var{n} + {number(node.layer.epsilon)})",
        f"normal{n} = normal{n} * scale{n}",
        f"{node.out} = normal{n} * gamma{n} + beta{n}",
    ]


def _norm_evaluated(plan: Plan, node: Node) -> Lines:
    assert isinstance(node.layer, BatchNorm)
    n = node.n
    return [
        f"scale = 1.0 / np.sqrt(variance{n} + {number(node.layer.epsilon)})",
        f"{node.out} = ({node.x} - mean{n}) * scale * gamma{n} + beta{n}",
    ]


def _norm_back(plan: Plan, node: Node, down: bool) -> Lines:
    n, d_out = node.n, gradient_of(node.out)
    lines = [f"dgamma{n} = ones @ ({d_out} * normal{n})", f"dbeta{n} = ones @ {d_out}"]
    if down:
        lines.append(
            f"{gradient_of(node.x)} = ({d_out} - (normal{n} * dgamma{n} + dbeta{n}) / len(x)) * (scale{n} * gamma{n})"
        )
    return lines


def _norm_follow(plan: Plan, node: Node) -> Lines:
    assert isinstance(node.layer, BatchNorm)
    n, share, kept = node.n, number(node.layer.momentum), number(1.0 - node.layer.momentum)
    return [
        f"mean{n}[...] = mean{n} * {kept} + mu{n} * {share}",
        f"variance{n}[...] = variance{n} * {kept} + var{n} * (len(x) / (len(x) - 1)) * {share}",
    ]


LAYER_CODE: dict[str, LayerCode] = {
    code.name: code
    for code in (
        LayerCode("dense", _dense, _dense, _dense_back),
        LayerCode("activation", _activation, _activation_evaluated, _activation_back),
        LayerCode("dropout", _dropout, lambda plan, node: [f"{node.out} = {node.x}"], _dropout_back),
        LayerCode("batchnorm", _norm, _norm_evaluated, _norm_back, _norm_follow),
    )
}


def forward(plan: Plan) -> Lines:
    """The forward pass in training, up to what the loss looks at."""
    return [line for node in plan.judged for line in LAYER_CODE[node.layer.kind].forward(plan, node)]


def evaluate(plan: Plan) -> Lines:
    """The forward pass in evaluation, up to what the loss looks at."""
    return [line for node in plan.judged for line in LAYER_CODE[node.layer.kind].evaluate(plan, node)]


def backward(plan: Plan) -> Lines:
    """From the gradient of the loss down to the first layer with something to train."""
    lines: Lines = []
    below = [any(node.trained for node in plan.judged[:i]) for i in range(len(plan.judged))]
    for node, down in zip(reversed(plan.judged), reversed(below), strict=True):
        lines += LAYER_CODE[node.layer.kind].backward(plan, node, down)
    return lines


def follow(plan: Plan) -> Lines:
    """What comes after the update."""
    return [line for node in plan.nodes for line in LAYER_CODE[node.layer.kind].follow(plan, node)]
