"""Pages of the explanation: a station of the walk, what was clicked, or one number of another page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bpgui.engine.explain import Gradient, Node, Reference, Update, Words, explain, numbers_at, symbol
from bpgui.engine.explain.node import Term, leaf, product, term, total
from bpgui.engine.trace import INPUT, LOSS, UPDATE, Station, StepTrace
from bpgui.runs.driver import Driver
from bpgui.session.explaining.spots import Bias, CurvePoint, Edge, Neuron, Spot, references_of, spot_of

MOST = 2000  # numbers of a station that are listed
IN_FULL, COPIED = 24, 200  # numbers of a page that are copied with two levels of terms, and at all


@dataclass(frozen=True)
class Page:
    """`references` are explained when they are looked at; a page made of one number has its `nodes` instead.

    `title` stands in the breadcrumb, `subject` lights up in the picture.
    """

    title: str
    references: tuple[Reference, ...] = ()
    nodes: tuple[Node, ...] = ()
    subject: Spot | None = None
    spot: Spot | None = None

    def __len__(self) -> int:
        return len(self.nodes) or len(self.references)


def station_page(trace: StepTrace, words: Words, station: Station, row: int | None) -> Page:
    if station.phase == LOSS:
        title = "Loss"
    elif station.layer is None:
        title = "What the step does"
    else:
        title = words.layer(trace, station.layer)
        title = title[0].upper() + title[1:]
    return Page(title, numbers_at(trace, station, row if station.phase != UPDATE else None, MOST))


def spot_page(trace: StepTrace, words: Words, spot: Spot, row: int | None) -> Page:
    """Raises KeyError, IndexError or StopIteration where the network has no such thing."""
    references = references_of(trace, spot, row)
    explain(trace, references[0], words)  # raises where there is no such place
    return Page(_title(trace, words, spot, references), references, subject=spot_of(trace, references[0]), spot=spot)


def _title(trace: StepTrace, words: Words, spot: Spot, references: Sequence[Reference]) -> str:
    """ "w(2→3) in Dense 2", "Neuron 3 of Dense 2"."""
    if isinstance(spot, Edge | Bias):
        parameter = next(asked.parameter for asked in references if isinstance(asked, Gradient))
        return f"{symbol(parameter)} in {words.layer(trace, parameter.layer)}"
    if isinstance(spot, Neuron):
        name = words.neuron(trace, trace.positions(spot.layer)[0] if spot.layer else INPUT, spot.unit)
        return name[0].upper() + name[1:]
    return "Loss"


def number_page(trace: StepTrace, words: Words, node: Node) -> Page:
    """One number and its terms; it is asked for again where another row is chosen, if it has a name of its own."""
    again: tuple[Reference, ...] = ()
    if node.reference is not None:
        found = explain(trace, node.reference, words)
        again = (node.reference,) if (found.label, found.value) == (node.label, node.value) else ()
    return Page(node.symbol, again, (node,), subject=spot_of(trace, node.reference))


def with_row(trace: StepTrace, words: Words, page: Page, row: int | None) -> Page | None:
    """The same number of another row; None where it has none."""
    if not page.references:
        return None
    asked = page.references[0]
    if hasattr(asked, "row"):
        if row is None:
            return None
        asked = replace(asked, row=row)  # type: ignore[arg-type]
    return number_page(trace, words, explain(trace, asked, words))


def epoch_page(driver: Driver, epoch: float) -> Page | None:
    """What the curve shows at a finished epoch; None where nothing is known of it."""
    rows = driver.history.epochs.view()
    found = rows[rows[:, 0] == epoch]
    if not len(found):
        return None
    train, validation, penalty = (float(value) for value in found[0, 1:])
    number = f"{epoch:g}"
    nodes = [_of_batches(driver, epoch, train)]
    if np.isfinite(validation):
        count = len(driver.data.validation)
        note = "After the epoch, in evaluation mode: nothing is dropped, batch norm uses its running statistics."
        label = f"loss of the {count:,} validation rows after epoch {number}"
        nodes.append(replace(leaf(label, "validation", validation, note=note), formula="mean over its rows"))
    if penalty:
        nodes.append(leaf(f"mean of what L1 and L2 added in epoch {number}", "penalty", penalty))
    return Page(f"Epoch {number}", nodes=tuple(nodes), spot=CurvePoint(epoch))


def _of_batches(driver: Driver, epoch: float, train: float) -> Node:
    """The epoch's loss from its batches', where those are still kept and count by their rows."""
    training, label = driver.training, f"training loss of epoch {epoch:g}"
    note = "Of its batches' losses as they were, each with the weights of its moment, dropout on."
    formula = "mean over its batches, each by its rows"
    kept = driver.history.batches.view()
    kept = kept[(kept[:, 0] > epoch - 1 + 1e-9) & (kept[:, 0] < epoch - 1e-9)]
    ends = [0.0, *(kept[:, 0] - (epoch - 1)).tolist(), 1.0]
    shares = np.diff(ends)
    if len(kept) != training.batches - 1 or training.feed.weights is not None or training.batches == 1:
        return replace(leaf(label, "train", train, note=note), formula=formula)
    # The last batch of an epoch is not kept: its loss is what the others leave.
    before = float((shares[:-1] * kept[:, 1]).sum())
    losses = [*kept[:, 1].tolist(), (train - before) / shares[-1]]
    parts = [_batch(k, share, loss, k == len(kept)) for k, (share, loss) in enumerate(zip(shares, losses, strict=True))]
    return total(label, "train", formula, train, parts, note=note)


def _batch(k: int, share: float, loss: float, last: bool) -> Term:
    note = "Not kept: it is what the others leave of the epoch's loss." if last else ""
    parts = [term(leaf("share of the rows", "share", share)), term(leaf("its loss", "loss", loss, note=note))]
    return term(product(f"batch {k + 1} of the epoch", f"batch {k + 1}", "rows / all rows · loss", None, parts))


def node_of(trace: StepTrace, words: Words, page: Page, number: int) -> Node:
    """One of the numbers of a page, explained. Raises IndexError."""
    if page.nodes:
        return page.nodes[number]
    asked = page.references[number]
    node = explain(trace, asked, words)
    if isinstance(asked, Update) and asked.plain:
        return replace(node, symbol=f"plain SGD: {node.symbol}")
    return node


def lines_of(trace: StepTrace, words: Words, page: Page) -> list[str]:
    """The numbers of a page as text, each with its terms and, of few numbers, theirs."""
    count = len(page)
    depth = 2 if count <= IN_FULL else 1
    lines = [node_of(trace, words, page, number).as_text(depth) for number in range(min(count, COPIED))]
    return lines if count <= COPIED else [*lines, f"+ {count - COPIED:,} more numbers"]
