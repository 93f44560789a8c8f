"""Makes torch_lesson.json: what the lines that the last lesson shows do, run by PyTorch in float64 from the first
weights of the lesson's own run. Run it where PyTorch is installed, after a change of the lesson:

    python tests/golden/make_torch_lesson.py
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent.parent)]

from bpgui.data.encoding import Dataset  # noqa: E402
from bpgui.engine.training import Training  # noqa: E402
from bpgui.project import build  # noqa: E402
from bpgui.project.lessons import set_up, shelf  # noqa: E402
from bpgui.project.samples import open_sample  # noqa: E402

LESSON = shelf.shipped("from-here-to-pytorch")


def lines() -> str:
    """The lines of PyTorch as they stand in the lesson."""
    [found] = re.findall(r"^```text\n(.*?)^```", LESSON.source, re.DOTALL | re.MULTILINE)
    return found


def first() -> tuple[Training, Dataset]:
    """The run that the lesson's first step sets up, at its first weights."""
    setup = LESSON.steps[0].setup
    assert setup is not None
    spec, table = set_up(setup, open_sample("xor"))
    data = build.dataset(spec, table)
    return build.training(spec, data), data


def by_torch(dtype: str = "float64") -> tuple[list[float], list[float]]:
    """The loss of every epoch, and the last weights in bpgui's order, of the lines as they stand."""
    import torch
    from torch import nn

    training, data = first()
    usual = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        losses: list[float] = []
        names = {"torch": torch, "nn": nn}
        names |= {name: torch.tensor(part[data.train], dtype=getattr(torch, dtype)) for name, part in named(data)}
        head, loop = lines().split("\n\n")
        exec(head, names)
        linears = [layer for layer in names["model"] if isinstance(layer, nn.Linear)]
        with torch.no_grad():
            for layer, dense in zip(linears, training.network.dense, strict=True):
                layer.weight.copy_(torch.tensor(dense.W.T))
                layer.bias.copy_(torch.tensor(dense.b))
        loss_of = names["loss_of"]

        def noted(z: object, y: object) -> object:
            loss = loss_of(z, y)
            losses.append(loss.item())
            return loss

        names["loss_of"] = noted
        exec(loop, names)
    finally:
        torch.set_default_dtype(usual)
    parts = [part.detach().numpy().T.ravel() for layer in linears for part in (layer.weight, layer.bias)]
    return losses, np.concatenate(parts).tolist()


def named(data: Dataset) -> tuple[tuple[str, np.ndarray], ...]:
    return ("x", data.x), ("y", data.y)


def main() -> None:
    losses, parameters = by_torch()
    record = {"lines": lines(), "losses": losses, "parameters": parameters}
    (HERE / "torch_lesson.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
