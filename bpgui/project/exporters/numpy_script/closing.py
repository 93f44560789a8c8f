"""The end of a script: answers for new rows, the comparison with what was recorded, and what the words start."""

from __future__ import annotations

import textwrap
from itertools import groupby

import numpy as np

from bpgui.data.encoder import TargetEncoding
from bpgui.engine.activations import Array
from bpgui.engine.layers import Activation
from bpgui.project.exporters.numpy_script import layers, reduction
from bpgui.project.exporters.numpy_script.activations import ACTIVATION_CODE
from bpgui.project.exporters.numpy_script.literals import WIDTH, Packed, listed, number, text
from bpgui.project.exporters.numpy_script.plan import Plan
from bpgui.project.exporters.numpy_script.preprocessing import by_words, escaped, shown_name

Lines = list[str]
# What a script calls its losses, and their columns in `Recorded.losses`.
LOSS_COLUMNS = {"training loss": 1, "validation loss": 2, "penalty": 3}
_FEW_LOSSES = 16  # so many epochs are recorded as numbers that can be read


def evaluation(plan: Plan) -> Lines:
    """`logits(x)` or `outputs(x)`, and `evaluate` where there are validation rows."""
    from_logits = plan.network.from_logits
    name, what = ("logits", "The sums z of the output layer") if from_logits else ("outputs", "The network's answers")
    mode = (
        ": nothing is dropped, batch norm takes its running statistics"
        if plan.network.couples_rows
        else (": nothing is dropped" if plan.network.dropouts else "")
    )
    lines = [
        f"def {name}(x):", f'    """{what} in evaluation{mode}."""',
        *(f"    {line}" for line in layers.evaluate(plan)), f"    return {reduction.judged(plan)}",
    ]  # fmt: skip
    if plan.validates:
        weights = ", w" if plan.weighted else ""
        lines += ["", "", f"def evaluate(x, y{weights}):", '    """The loss of rows that are not learnt from."""',
                  *(f"    {line}" for line in reduction.evaluation(plan))]  # fmt: skip
    return lines


def predict(plan: Plan) -> Lines:
    """`predict(rows)`."""
    target = plan.data.encoder.target
    call = _answers(plan)
    if target.numeric:
        return ["def predict(rows):", f'    """{escaped(target.name)} for rows in the file\'s units; train first."""',
                *_numbers(plan, call)]  # fmt: skip
    says = "Classes, and the outputs they come from, for rows in the file's units; train first."
    lines = ["def predict(rows):", f'    """{says}"""', f"    a = {call}"]
    if target.parts:
        found = "[CLASSES[i][int(yes)] for i, yes in enumerate(row)]"
        return [*lines, f"    return [{found} for row in a >= {number(target.threshold)}], a"]
    if target.one_hot:
        return [*lines, "    return [CLASSES[i] for i in a.argmax(axis=1)], a"]
    return [*lines, f"    return [CLASSES[int(yes)] for yes in a[:, 0] >= {number(target.threshold)}], a"]


def _numbers(plan: Plan, call: str) -> Lines:
    """The rest of `predict` where numbers are predicted, one or several."""
    target = plan.data.encoder.target
    cast = "" if plan.dtype == "float64" else ".astype(float)"
    if not target.parts:
        return [f"    return {_back(plan, f'{call}[:, 0]{cast}', target)}"]
    columns = [_back(plan, f"a[:, {place}]", part) for place, part in enumerate(target.parts)]
    return [f"    a = {call}{cast}", *listed(columns, "return np.column_stack([", "])", "    ")]


def _back(plan: Plan, taken: str, target: TargetEncoding) -> str:
    """Code for a number in the file's units."""
    if target.center or target.scale != 1.0:
        taken = f"{taken} * {number(target.scale)} + {number(target.center)}"
    if target.log:
        plan.helpers.add("unlog")
    return f"unlog({taken})" if target.log else taken


def _answers(plan: Plan) -> str:
    if not plan.network.from_logits:
        return "outputs(features(rows))"
    last = plan.network.layers[-1]
    assert isinstance(last, Activation)
    plan.helpers.update(ACTIVATION_CODE[last.name].helpers)
    return f"{last.name}(logits(features(rows)))"


# ---- what was recorded


def columns(plan: Plan) -> list[int]:
    """Columns of the recorded losses that the script has too."""
    return [1, *([2] if plan.validates else []), *([3] if plan.penalised else [])]


def recorded(plan: Plan, packed: Packed) -> Lines:
    """`RECORDED`: the losses of each recorded epoch, and the sum of the last weights."""
    if plan.planned:
        return []
    kept = columns(plan)
    losses: Array = plan.recorded.losses
    numbers = losses[:, kept] if len(losses) else np.empty((0, len(kept)))
    epochs = [int(epoch) for epoch in losses[:, 0]] if len(losses) else []
    whole = epochs == list(range(1, len(epochs) + 1))
    if len(epochs) <= _FEW_LOSSES:
        shown = [f"{e}: ({', '.join(map(number, row))}{',' if len(row) == 1 else ''})"
                 for e, row in zip(epochs, numbers.tolist(), strict=True)]  # fmt: skip
        lines = listed(shown, "RECORDED = {", "}")
    else:
        lines = packed.assign("losses", numbers, "float64")
        if whole:
            lines.append("RECORDED = dict(enumerate(losses.tolist(), 1))")
        else:
            lines += packed.assign("epochs", np.array(epochs, float), "int64")
            lines.append("RECORDED = dict(zip(epochs.tolist(), losses.tolist()))")
    made_with = textwrap.wrap(plan.recorded.made_with, WIDTH - 4) or ["an unknown program"]
    if len(made_with) > 1:
        made_with = [f"{part} " for part in made_with[:-1]] + made_with[-1:]
    shown = ["MADE_WITH = (", *(f"    {text(part)}" for part in made_with), ")"]
    if len(made_with) == 1 and len(made_with[0]) < WIDTH - 12:
        shown = [f"MADE_WITH = {text(made_with[0])}"]
    return [*lines, f"WEIGHTS = {text(plan.recorded.weights)}", *shown]


def _loss_names(plan: Plan) -> str:
    names = {column: name for name, column in LOSS_COLUMNS.items()}
    return f"({', '.join(text(names[c]) for c in columns(plan))}{',' if len(columns(plan)) == 1 else ''})"


def verify(plan: Plan) -> Lines:
    """`sha256()` and `verify()`; without anything recorded, only the first."""
    digest = [
        f"NAMES = {_loss_names(plan)}",
        "",
        "",
        "def sha256():",
        '    """Of the weights, as they are now."""',
        '    return hashlib.sha256(b"".join(p.tobytes() for p in parameters)).hexdigest()',
    ]
    if plan.planned:
        return digest
    return [
        *digest,
        "",
        "",
        "def verify():",
        '    """Train and compare with what bpgui recorded; ends with exit code 1 at the first difference."""',
        "    compared = 0",
        "    for epoch, *losses in train():",
        "        for name, expected, found in zip(NAMES, RECORDED.get(epoch, ()), losses):",
        "            compared += 1",
        "            if found.hex() != expected.hex():",
        '                differ(f"Epoch {epoch}, {name}", *(f"{loss!r} = {loss.hex()}" for loss in (expected, found)))',
        "    if compared != len(RECORDED) * len(NAMES):",
        '        differ("number of losses", len(RECORDED) * len(NAMES), compared)',
        "    if sha256() != WEIGHTS:",
        '        differ("SHA-256 of the last weights", WEIGHTS, sha256())',
        '    print(f"{compared} losses and the last weights are the same to the bit.")',
        "",
        "",
        "def differ(what, expected, found):",
        '    sys.exit(f"{what}: expected {expected}, found {found}. "',
        '             f"Recorded with {MADE_WITH}; here numpy {np.__version__}.")',
    ]


def main(plan: Plan) -> Lines:
    """What the words on the command line start."""
    compare = ['    if sys.argv[1:] == ["--verify"]:', "        verify()"]
    shown = '            print(f"epoch {epoch}:", ", ".join(f"{name} {loss!r}" for name, loss in zip(NAMES, losses)))'
    return [
        'if __name__ == "__main__":',
        *([] if plan.planned else compare),
        f'    {"if" if plan.planned else "elif"} sys.argv[1:2] == ["--predict"] and len(sys.argv) == 3:',
        "        list(train())",
        f"        print(predict([{_parsed(plan)}]))",
        "    elif len(sys.argv) > 1:",
        "        sys.exit(__doc__)",
        "    else:",
        "        for epoch, *losses in train():",
        *([shown] if plan.planned else ["            if epoch in RECORDED:", f"    {shown}"]),
        '        print("weights", sha256())',
    ]


def _parsed(plan: Plan) -> str:
    """A row from `--predict`'s word; what is missing is left empty there."""
    values = 'sys.argv[2].split(",")'
    kinds: list[str] = []
    for column in plan.data.encoder.inputs:
        words = by_words(column) and hasattr(plan.table.column(column.name), "levels")
        kind = "str" if words else "float"
        if column.fills:
            kind = f"maybe_{kind}"
            plan.helpers.add(kind)
        kinds += [kind] * column.entries
    if set(kinds) == {"float"}:
        return f"[float(value) for value in {values}]"
    if set(kinds) == {"str"}:
        return values
    runs = [f"*[{kind}] * {len(group)}" if len(group := list(same)) > 3 else ", ".join(group)
            for kind, same in groupby(kinds)]  # fmt: skip
    return f"[kind(value) for kind, value in zip([{', '.join(runs)}], {values})]"


def usage(plan: Plan) -> list[str]:
    """Names of the values of a row, for the first lines."""
    return [shown_name(column) for column in plan.data.encoder.inputs]
