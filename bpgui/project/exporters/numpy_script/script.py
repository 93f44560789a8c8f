"""The whole text: what can be read at the top, the large blocks below."""

from __future__ import annotations

from itertools import groupby

from bpgui.data.table import Table
from bpgui.engine.activations import Array
from bpgui.engine.initializers import GIVEN, INITIALIZERS
from bpgui.engine.layers import BatchNorm, Dense
from bpgui.project import build
from bpgui.project.exporters.numpy_script import (
    activations,
    closing,
    data,
    literals,
    preprocessing,
    reduction,
    training,
)
from bpgui.project.exporters.numpy_script.ending import FINITE
from bpgui.project.exporters.numpy_script.literals import LESSON_LINES, UNPACK, Packed
from bpgui.project.exporters.numpy_script.plan import Node, Plan
from bpgui.project.exporters.numpy_script.updates import NORM_OF
from bpgui.project.exporters.recorded import Exported, Recorded
from bpgui.project.names import layer_name
from bpgui.project.spec import Dense as SpecDense
from bpgui.project.spec import ProjectSpec

Lines = list[str]
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_RULE = 78


def write(spec: ProjectSpec, table: Table, recorded: Recorded, name: str = "network.py") -> Exported:
    """A script of that file name which repeats the run. Raises DataError where the data cannot be learnt from."""
    plan = Plan.of(spec, table, recorded)
    packed = Packed(f"{name.removesuffix('.py')}.npz")
    rows = [*_title("Data, as it stands in the file"), *data.block(plan, packed)]
    weights = [*_title("First weights"), *_weights(plan, packed)]
    features = [*_title("Preprocessing"), *preprocessing.features(plan)]
    train, answers = training.train(plan), [*closing.evaluation(plan), "", "", *closing.predict(plan)]
    recording, main = closing.recorded(plan, packed), closing.main(plan)
    early = [block for block in (rows, weights) if _readable(block)]
    late = [block for block in (rows, weights) if not _readable(block)]
    below = " and ".join(what for block, what in ((rows, "the data"), (weights, "the first weights")) if block in late)
    comparison = [*([] if plan.planned else _title("Comparison with the run in bpgui")), *closing.verify(plan)]
    where = [f"# ({below} stand at the end of this file)"] if late else []
    lesson = [
        features, *_helpers(plan), *early, [*_title("Training"), *where, *train],
        [*_title("Answers"), *answers], comparison,
        list(UNPACK) if packed.used else [], *late, recording, main,
    ]  # fmt: skip
    body = _joined(lesson)
    return Exported(_joined([_opening(plan, name, body, packed)]) + "\n\n" + body, packed.files())


def _readable(block: Lines) -> bool:
    """Whether it may stand above the lesson: short, and nothing in it packed."""
    return len(block) <= LESSON_LINES and not any("unpack(" in line or "beside[" in line for line in block)


def _joined(blocks: list[Lines]) -> str:
    """Two empty lines between blocks and around functions, one nowhere more."""
    lines = [line for block in blocks if block for line in (*literals.fitted(block), "", "")]
    text: Lines = []
    for empty, group in groupby(lines, key=lambda line: not line.strip()):
        found = list(group)
        text += found[:2] if empty else found
    return "\n".join(text).rstrip() + "\n"


def _title(words: str) -> Lines:
    return [f"# ---- {words} ".ljust(_RULE, "-")]


def _opening(plan: Plan, name: str, body: str, packed: Packed) -> Lines:
    widths = "-".join(map(str, [plan.data.features, *(node.layer.units for node in plan.dense)]))
    origin = preprocessing.escaped(plan.spec.data.origin.name)
    columns = preprocessing.escaped(", ".join(closing.usage(plan)))
    usage = (
        ("", "prints the losses of every epoch"),
        (" --verify", "compares each of them with the recorded one, to the bit"),
        (" --predict v1,v2,...", f"trains, then answers for one row: {columns}"),
    )
    run = "as bpgui would train it" if plan.planned else "a run of bpgui, repeated to the bit"
    head = [f'"""A {widths} network learns "{origin}", in plain numpy: {run}.', ""]
    for words, what in usage:
        if plan.planned and "--verify" in words:
            continue
        line = f"{f'python {preprocessing.escaped(name)}{words}':<{len(name) + 28}}  {what}"
        head.append(line if len(line) <= literals.WIDTH else line.partition(": ")[0])
    modules = [m for m in ("base64", "hashlib", "math", "os", "sys", "zlib") if m == "os" or f"{m}." in body]
    variables = " = ".join(f'os.environ["{variable}"]' for variable in _THREADS)
    return [
        *head, '"""', "", *(f"import {module}" for module in modules), "",
        "# BLAS threads: another number of them moves the last bits",
        f'{variables} = "{plan.spec.training.threads}"', "",
        "import numpy as np", "", 'np.seterr(all="ignore")', *packed.opening(),
    ]  # fmt: skip


def _helpers(plan: Plan) -> list[Lines]:
    """The functions that some line calls."""
    known = {
        **preprocessing.HELPERS, "total": reduction.TOTAL, "norm_of": NORM_OF, "finite": FINITE,
        **{name: activations.helper(name, plan.dtype) for name in ("sigmoid", "softmax")},
    }  # fmt: skip
    return [list(lines) for name, lines in known.items() if name in plan.helpers]


# ---- first weights


def _weights(plan: Plan, packed: Packed) -> Lines:
    lines: Lines = []
    large = plan.network.parameters.size > literals.LITERAL_NUMBERS
    for node in plan.nodes:
        values = [*node.layer.parameters(), *(_running(node))]
        if isinstance(node.layer, Dense):
            lines.append(f"# {layer_name(plan.spec, node.layer.id)}: {_initializer(plan, node)}")
        for name, array in zip((*node.parameters, *node.running), values, strict=True):
            if large and array.size > 64 and array.any():
                lines += packed.assign(name, array, plan.dtype)
            else:
                lines += literals.array(name, array, plan.dtype)
    lines += literals.listed(plan.parameters, "parameters = [", "]")
    if plan.trained in (plan.parameters, ()):
        return lines
    return [*lines, *literals.listed(plan.trained, "trained = [", "]  # the others are frozen")]


def _running(node: Node) -> tuple[Array, ...]:
    layer = node.layer
    return (layer.running_mean, layer.running_variance) if isinstance(layer, BatchNorm) else ()


def _initializer(plan: Plan, node: Node) -> str:
    layer = plan.spec.network.layer(node.layer.id)
    assert isinstance(layer, SpecDense)
    name = build.initializer_of(plan.spec, layer)
    if name == GIVEN:
        return "as given"
    entry = INITIALIZERS[name]
    return f"{entry.label}, {entry.formula}"
