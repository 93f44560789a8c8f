"""The diagram in words: titles on blocks, lines for the list twin, read-outs under the cursor."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.layers import LAYERS
from bpgui.engine.losses import LOSSES
from bpgui.project.names import name
from bpgui.ui.diagram.columns import Column
from bpgui.ui.diagram.hits import Hit
from bpgui.ui.numbers import format_number
from bpgui.ui.texts import count_text, tr_label


def tr(text: str) -> str:
    return QCoreApplication.translate("Diagram", text)


def title(column: Column) -> str:
    """ "Dense 1": what stands at the top of the block."""
    if column.kind == "input":
        return tr("Input")
    if column.kind == "loss":
        return tr("Loss")
    return name(column.kind, column.number, tr_label)


def titles(column: Column) -> tuple[str, ...]:
    """The title and shorter ones, for narrow blocks."""
    number = column.number
    shorter = {
        "dense": (tr("D{number}").format(number=number),),
        "activation": (tr("Activation"), tr("Act. {number}").format(number=number), tr("Act.")),
        "dropout": (tr("Dropout"), tr("Drop. {number}").format(number=number), tr("Drop")),
        "batchnorm": (
            tr("Batch norm"), tr("Norm {number}").format(number=number), tr("BN {number}").format(number=number),
        ),
    }  # fmt: skip
    return title(column), *shorter.get(column.kind, ())


def choice(column: Column) -> str:
    """The activation or the loss as written on the block."""
    return column.choice.upper() if column.kind == "loss" else column.choice.replace("_", " ")


def units(column: Column) -> str:
    if not column.units:
        return "?"
    return tr("{units} · auto").format(units=column.units) if column.auto else str(column.units)


def rate(column: Column) -> str:
    """Dropout's rate as written on the block."""
    return f"{column.rate:.3g}"


def features(column: Column) -> str:
    return count_text(column.units, tr("feature"), tr("features"))


def describe(column: Column) -> str:
    """One line that says everything: "Dense 1, 8 units, Tanh, bias, 24 parameters"."""
    parts = [title(column)]
    if column.kind == "input":
        parts.append(features(column))
        parts += [", ".join(column.names[:6])] if column.names else []
    elif column.kind == "loss":
        parts.append(tr_label(LOSSES[column.choice].label) if column.choice in LOSSES else column.choice)
    else:
        parts += _layer_parts(column)
    return ", ".join(parts)


def _layer_parts(column: Column) -> list[str]:
    parts = [tr("output")] if column.output else []
    parts.append(count_text(column.units, tr("unit"), tr("units")))
    if column.auto:
        parts.append(tr("set by the target"))
    if column.has_choice:
        parts.append(tr_label(ACTIVATIONS[column.choice].label) if column.choice in ACTIVATIONS else column.choice)
    if column.kind == "dropout":
        parts.append(tr("rate {rate}").format(rate=rate(column)))
    if column.kind == "dense":
        parts.append(tr("bias") if column.bias else tr("no bias"))
    if column.parameters or column.kind == "dense":
        parts.append(count_text(column.parameters, tr("parameter"), tr("parameters")))
    return [*parts, frozen(column)] if column.frozen else parts


def frozen(column: Column) -> str:
    """What training leaves as it starts: "weights and biases frozen"; empty for nothing."""
    return {
        (): "",
        ("weights",): tr("weights frozen"),
        ("biases",): tr("biases frozen"),
        ("weights", "biases"): tr("weights and biases frozen"),
    }[column.frozen]


def edge(column: Column, source: int, target: int, weight: float | None, *, largest_here: bool = False) -> str:
    """ "w(2→3) = −0.294 in Dense 2"; units are counted from 1."""
    name = f"w({source + 1}→{target + 1})"
    text = name if weight is None else f"{name} = {format_number(weight)}"
    text = tr("{weight} in {layer}").format(weight=text, layer=title(column))
    return tr("{text}, the largest here").format(text=text) if largest_here else text


@dataclass(frozen=True)
class Scaling:
    """What batch norm has learnt for one neuron."""

    gamma: float
    beta: float


def neuron(
    column: Column, unit: int, bias: float | None, activation: float | None, scaling: Scaling | None = None
) -> str:
    """ "Dense 1, neuron 3 · b[3] = 0.12 · a[3] = 0.84"; an input is called by its feature's name."""
    if column.kind == "input":
        name = column.names[unit] if unit < len(column.names) else f"x[{unit + 1}]"
        if activation is None:
            return name
        text = f"{name} = {format_number(activation)}"
        return tr("{text}, standardised").format(text=text) if name in column.standardised else text
    parts = [tr("{layer}, neuron {number}").format(layer=title(column), number=unit + 1)]
    if unit < len(column.names):
        parts[0] += f" ({column.names[unit]})"
    numbers = {"b": bias, "γ": scaling and scaling.gamma, "β": scaling and scaling.beta, "a": activation}
    parts += [f"{name}[{unit + 1}] = {format_number(value)}" for name, value in numbers.items() if value is not None]
    return " · ".join(parts)


def tooltip(column: Column | None, hit: Hit) -> str:
    """What a block is, what it costs, and what a click there does."""
    sentence = hint(hit, column)
    if column is None or hit.part != "block":
        return sentence
    lines = [describe(column)]
    if column.layer:
        lines[0] += tr(", {count} a row").format(
            count=count_text(column.multiply_adds, tr("multiply-add"), tr("multiply-adds"))
        )
        lines.append(tr_label(LAYERS[column.kind].help))
    return "\n".join([*lines, sentence])


def hint(hit: Hit, column: Column | None = None) -> str:
    """One sentence on what a click there does."""
    if column is not None and column.kind == "dropout" and hit.part in ("minus", "plus", "number"):
        return {
            "minus": tr("Switch fewer numbers off."),
            "plus": tr("Switch more numbers off."),
            "number": tr("The share of numbers that is switched off in each step; double-click to type it."),
        }[hit.part]
    return {
        "minus": tr("One neuron less."),
        "plus": tr("One neuron more."),
        "number": tr("How many neurons the layer has; double-click to type the number."),
        "choice": tr("Choose another one from the list."),
        "close": tr("Remove this layer."),
        "pin": tr("The output's units follow the target; pin them to choose the number yourself."),
        "place": tr("Add a layer here, or drop one from the palette."),
        "block": tr("Drag to move it, right-click for all that can be done."),
    }.get(hit.part, "")
