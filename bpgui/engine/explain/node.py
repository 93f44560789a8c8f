"""A number and where it comes from: the node of a tree whose branches are made when they are asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.activations import Array
from bpgui.engine.explain import numbers
from bpgui.engine.explain.references import Reference

SHOWN = 3  # terms of a wide sum that are written out in `Node.numbers`
_EXACT = 4096  # so many terms are added without any rounding between; beyond it takes too long
LEAF, SUM, PRODUCT, FUNCTION = "leaf", "sum", "product", "function"


@dataclass(frozen=True)
class Term:
    """A branch before it is made: its value, its size (see `Node.scale`), and how to make it."""

    value: float
    make: Callable[[], Node]
    size: float


@dataclass(frozen=True)
class Terms:
    """The branches of a node: `values` and `sizes` (n,) in float64, `make(k)` the k-th."""

    values: Array
    sizes: Array
    make: Callable[[int], Node]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Shortened:
    """Some terms of a node, and the rest in one: `places` says which of its terms `nodes` are."""

    nodes: tuple[Node, ...]
    places: tuple[int, ...]
    left: int
    rest: float

    @property
    def text(self) -> str:
        """ "+ 61 more terms = 0.0125"; empty where none are left."""
        more = "term" if self.left == 1 else "terms"
        return f"+ {self.left:,} more {more} = {numbers.text(self.rest)}" if self.left else ""


@dataclass(frozen=True)
class Node:
    """`value` is the engine's own number where it has one (`recorded`), `worked` what the terms give, in float64.

    `kind` says how: SUM and PRODUCT of the terms, FUNCTION of them by the formula, LEAF: there is nothing below.
    `scale` is the sum of the terms' absolute values: the two agree to 1e-12 of it, in a float32 run to 1e-5.
    `label` is in words, `symbol` what stands left of the =, `formula` right of it, `note` a sentence where one is due.
    """

    label: str
    symbol: str
    value: float
    worked: float
    scale: float
    kind: str = LEAF
    formula: str = ""
    branches: Terms | None = None
    reference: Reference | None = None
    note: str = ""
    recorded: bool = True
    written: Callable[[], str] | None = None

    @property
    def count(self) -> int:
        """How many terms it has."""
        return len(self.branches) if self.branches is not None else 0

    def term(self, place: int) -> Node:
        """Raises IndexError."""
        if self.branches is None or not 0 <= place < len(self.branches):
            raise IndexError(place)
        return self.branches.make(place)

    def terms(self) -> tuple[Node, ...]:
        """All of them; of a wide sum rather `shortened`."""
        return tuple(self.term(place) for place in range(self.count))

    def shortened(self, most: int = 8, *, largest: bool = True) -> Shortened:
        """At most so many terms, the largest by size or the first, in their order; with one left over that one too."""
        if self.branches is None:
            return Shortened((), (), 0, 0.0)
        sizes = np.abs(self.branches.values)
        chosen = np.arange(len(sizes))
        if self.kind == SUM and len(sizes) > most + 1:
            order = np.argpartition(-np.nan_to_num(sizes, nan=np.inf), most) if largest else chosen
            chosen = np.sort(order[:most])
        left = np.ones(len(sizes), bool)
        left[chosen] = False
        rest = _sum(self.branches.values[left])
        places = tuple(int(place) for place in chosen)
        return Shortened(tuple(map(self.term, places)), places, len(sizes) - len(places), rest)

    @property
    def numbers(self) -> str:
        """The formula with the numbers of this run in it; a wide sum's first terms, a lone product's factors."""
        if self.written is not None:
            return self.written()
        if self.branches is None:
            return ""
        values = self.branches.values
        if self.kind == PRODUCT:
            return numbers.TIMES.join(map(numbers.factor, values))
        if self.kind != SUM:
            return ""
        if len(values) == 1 and (only := self.term(0)).kind == PRODUCT and not only.recorded:
            return only.numbers
        if len(values) <= SHOWN + 1:
            return numbers.added([float(v) for v in values])
        shown = _telling(values)
        first = numbers.added([float(v) for v in values[shown]])
        return f"{first} + ({len(values) - SHOWN:,} more = {numbers.text(_sum(values[~shown]))})"

    @property
    def line(self) -> str:
        """ "∂L/∂w = Σ aᵢ δⱼ = 0.2 · 0.5 + … = 0.1", without what would stand there twice."""
        parts = [self.symbol]
        for part in (self.formula, self.numbers, numbers.text(self.value)):
            if part and part != parts[-1]:
                parts.append(part)
        return " = ".join(parts)

    @property
    def magnitude(self) -> float:
        """What it counts in the scale of the node above."""
        return abs(self.value) if self.recorded else self.scale

    def agrees(self, tolerance: float = 1e-12) -> bool:
        """Whether the engine's number is what the terms give, to that share of their absolute sum."""
        if not math.isfinite(self.worked) or not math.isfinite(self.value):
            return str(self.worked) == str(self.value) or not math.isfinite(self.worked + self.value)
        return abs(self.value - self.worked) <= tolerance * self.scale

    def as_text(self, depth: int = 2, most: int = 8) -> str:
        """The tree down to that depth, indented lines: for copying, and for a screen reader."""
        return "\n".join(self._lines(depth, most, 0))

    def _lines(self, depth: int, most: int, indent: int) -> Iterable[str]:
        space = "  " * indent
        yield f"{space}{self.label}: {self.line}"
        if self.note:
            yield f"{space}  ({self.note})"
        if depth > 0 and self.branches is not None:
            short = self.shortened(most)
            for node in short.nodes:
                yield from node._lines(depth - 1, most, indent + 1)
            if short.left:
                yield f"{space}  {short.text}"


def _telling(values: Array) -> NDArray[np.bool_]:
    """Which terms of a wide sum are written out: the first that are not 0, and the first of all where those are few."""
    shown = np.zeros(len(values), bool)
    shown[np.argsort(values == 0.0, kind="stable")[:SHOWN]] = True
    return shown


def _sum(values: Array) -> float:
    if len(values) > _EXACT or not np.isfinite(values).all():
        return float(values.sum())
    return math.fsum(values)


def term(node: Node) -> Term:
    """A branch that is made already."""
    return Term(node.value, lambda: node, node.magnitude)


def later(value: float, make: Callable[[], Node]) -> Term:
    """A branch whose number the engine has, made when it is asked for."""
    return Term(float(value), make, abs(float(value)))


def leaf(label: str, symbol: str, value: float, reference: Reference | None = None, note: str = "") -> Node:
    value = float(value)
    return Node(label, symbol, value, value, abs(value), reference=reference, note=note)


def gathered(terms: Sequence[Term]) -> Terms:
    values = np.array([part.value for part in terms], np.float64)
    sizes = np.array([part.size for part in terms], np.float64)
    return Terms(values, sizes, lambda place: terms[place].make())


def wide(values: Array, make: Callable[[int], Node]) -> Terms:
    """Branches whose values lie in an array."""
    values = np.asarray(values, np.float64)
    return Terms(values, np.abs(values), make)


def total(
    label: str, symbol: str, formula: str, value: float | None, terms: Terms | Sequence[Term],
    reference: Reference | None = None, note: str = "",
) -> Node:  # fmt: skip
    """The sum of terms; `value` None: the engine has no number for it."""
    found = terms if isinstance(terms, Terms) else gathered(terms)
    worked = _sum(found.values)
    return _node(label, symbol, formula, value, worked, float(found.sizes.sum()), SUM, found, reference, note)


def product(
    label: str, symbol: str, formula: str, value: float | None, terms: Sequence[Term],
    reference: Reference | None = None, note: str = "",
) -> Node:  # fmt: skip
    """The product of its factors."""
    found = gathered(terms)
    worked, scale = float(np.prod(found.values)), float(np.prod(found.sizes))
    return _node(label, symbol, formula, value, worked, scale, PRODUCT, found, reference, note)


def function(
    label: str, symbol: str, formula: str, value: float | None, worked: float, written: str,
    terms: Terms | Sequence[Term], reference: Reference | None = None, note: str = "", *, scale: float | None = None,
) -> Node:  # fmt: skip
    """Of its terms, by a formula of its own; `scale` what rounding is a share of, if not the result itself."""
    found = terms if isinstance(terms, Terms) else gathered(terms)
    size = abs(worked) if scale is None else scale
    return _node(label, symbol, formula, value, worked, size, FUNCTION, found, reference, note, lambda: written)


def _node(
    label: str, symbol: str, formula: str, value: float | None, worked: float, scale: float, kind: str, terms: Terms,
    reference: Reference | None, note: str, written: Callable[[], str] | None = None,
) -> Node:  # fmt: skip
    number = worked if value is None else float(value)
    return Node(
        label, symbol, number, worked, scale, kind, formula, terms, reference, note, value is not None, written
    )
