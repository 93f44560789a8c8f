"""What has to be written: the network with a name for every array, the batches, what was changed on the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from bpgui.data.encoding import Dataset
from bpgui.data.table import Table
from bpgui.engine.layers import Activation, BatchNorm, Dense, Dropout, Layer
from bpgui.engine.network import Network
from bpgui.project import build
from bpgui.project.exporters.recorded import Recorded, Value
from bpgui.project.spec import ProjectSpec

_PREFIX = {Dense: "z", Activation: "a", Dropout: "d", BatchNorm: "n"}


@dataclass(frozen=True)
class Node:
    """One layer of the engine: `n` counts the Dense layers up to it, `x` and `out` name its input and output."""

    layer: Layer
    n: str
    x: str
    out: str

    @property
    def gradients(self) -> tuple[str, ...]:
        """Names of the gradients of its trained parameters, in the order of the parameters."""
        return tuple(f"d{name}" for name in self.trained)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of its parameters in the order of the flat vector."""
        if isinstance(self.layer, Dense):
            return (f"W{self.n}", f"b{self.n}") if self.layer.bias else (f"W{self.n}",)
        return (f"gamma{self.n}", f"beta{self.n}") if isinstance(self.layer, BatchNorm) else ()

    @property
    def trained(self) -> tuple[str, ...]:
        """Those that training changes."""
        if not isinstance(self.layer, Dense):
            return self.parameters
        kept = {"W": not self.layer.freeze_weights, "b": not self.layer.freeze_biases}
        return tuple(name for name in self.parameters if kept[name[0]])

    @property
    def running(self) -> tuple[str, ...]:
        """Names of the statistics that follow the batches."""
        return (f"mean{self.n}", f"variance{self.n}") if isinstance(self.layer, BatchNorm) else ()


def gradient_of(name: str) -> str:
    """The name of ∂L/∂ an array: delta for the sums z, d and its name for any other."""
    return f"delta{name[1:]}" if name[0] == "z" else f"d{name}"


def nodes_of(layers: tuple[Layer, ...]) -> tuple[Node, ...]:
    """A node for each layer but identities, which have no line."""
    nodes: list[Node] = []
    seen: dict[str, int] = {}
    value, count = "x", 0
    for layer in layers:
        if isinstance(layer, Activation) and layer.name == "identity":
            continue
        if isinstance(layer, Dense):
            count += 1
        base = f"{_PREFIX[type(layer)]}{count}"
        seen[base] = seen.get(base, 0) + 1
        extra = "" if seen[base] == 1 else f"_{seen[base]}"
        nodes.append(Node(layer, f"{count}{extra}", value, base + extra))
        value = base + extra
    return tuple(nodes)


@dataclass(frozen=True)
class Batches:
    """How a step's rows are chosen: all of them at once (`size` 0), or `size` in order or shuffled.

    `joins`: a last row alone belongs to the batch before.
    """

    size: int
    shuffled: bool
    joins: bool

    @staticmethod
    def of(spec: ProjectSpec, rows: int, couples: bool) -> Batches:
        wanted = spec.training.batch_size
        size = min(wanted, rows) if wanted else rows
        most = size + 1 if couples and size < rows else size
        if most >= rows:
            return Batches(0, False, False)
        return Batches(size, spec.training.shuffle, couples and rows % size == 1)


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything that the parts of the text ask for."""

    spec: ProjectSpec
    table: Table
    recorded: Recorded
    data: Dataset
    network: Network
    nodes: tuple[Node, ...]
    batches: Batches
    planned: bool = False  # nothing has happened yet: `recorded` says what is to come
    helpers: set[str] = field(default_factory=set)  # names of functions that some line calls

    @staticmethod
    def of(spec: ProjectSpec, table: Table, recorded: Recorded) -> Plan:
        """Raises DataError where the data cannot be learnt from."""
        data = build.dataset(spec, table)
        network = build.network(spec, data.features, data.outputs)
        batches = Batches.of(spec, len(data.train), network.couples_rows)
        planned = recorded.steps < 0
        plan = Plan(spec, table, recorded, data, network, nodes_of(network.layers), batches, planned)
        if not planned:
            return plan
        epochs = spec.training.epochs
        return replace(plan, recorded=Recorded(epochs * plan.batch_count, epochs))

    @property
    def dtype(self) -> str:
        return self.network.dtype.name

    @property
    def kind(self) -> str:
        """What numpy's makers are told besides the shape: nothing for float64."""
        return "" if self.dtype == "float64" else f", np.{self.dtype}"

    @cached_property
    def judged(self) -> tuple[Node, ...]:
        """The nodes up to what the loss looks at."""
        return self.nodes[:-1] if self.network.from_logits else self.nodes

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        return tuple(name for node in self.nodes for name in node.parameters)

    @cached_property
    def trained(self) -> tuple[str, ...]:
        return tuple(name for node in self.nodes for name in node.trained)

    @cached_property
    def running(self) -> tuple[str, ...]:
        return tuple(name for node in self.nodes for name in node.running)

    @cached_property
    def dense(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if isinstance(node.layer, Dense))

    @cached_property
    def weighted(self) -> bool:
        """Whether rows count differently."""
        return self.data.weights is not None or (
            self.spec.training.class_weights != "equal" and bool(self.data.classes)
        )

    @property
    def validates(self) -> bool:
        return len(self.data.validation) > 0

    @property
    def watched(self) -> str:
        """The loss that schedules and patience look at."""
        return "val_loss" if self.validates else "train_loss"

    @property
    def batch_count(self) -> int:
        """Steps in an epoch."""
        size, rows = self.batches.size, len(self.data.train)
        return -(-rows // size) - self.batches.joins if size else 1

    def values(self, name: str) -> dict[int, Value]:
        """A live setting through the run: {0: its first value, finished steps: the next, ...}, as far as it counts."""
        found: dict[int, Value] = {0: getattr(self.spec.training, name)}
        for change in self.recorded.changes:
            if change.field == name and change.step < self.recorded.steps:
                found[change.step] = change.value
        steps = sorted(found)
        return {s: found[s] for i, s in enumerate(steps) if not i or found[s] != found[steps[i - 1]]}

    def steps_of(self, name: str) -> list[int]:
        """The finished steps at which something was done, for what has no value: going back, resuming."""
        return [change.step for change in self.recorded.changes if change.field == name]

    @property
    def penalised(self) -> bool:
        return any(self.values("l1").values()) or any(self.values("l2").values())

    @property
    def sound(self) -> bool:
        """Whether the weights were ever put back after a divergence."""
        return self.recorded.ending == "diverged" or bool(self.steps_of("go_back"))
