"""BUGS: mistakes that people make when they write a backward pass, to be planted in a copy of it and looked for.

A bug is planted at a position in `network.layers`, or in the network as a whole (WHOLE: in the loss's gradient or the
penalty's). What is planted changes how gradients are worked out, never the forward pass: a gradient check finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bpgui.engine.gradcheck import mistakes
from bpgui.engine.gradcheck.mistakes import WHOLE, Site, Wrap
from bpgui.engine.layers import BatchNorm, Dropout
from bpgui.engine.network import Network


@dataclass(frozen=True)
class Bug:
    """One entry of BUGS. `label` is the mistake in words, `right` and `wrong` the line as it should be and as it is.

    `sign` says by what a gradient check gives it away. `fits(network, position, rows)`: whether it can be made there,
    `wrap(site)` gives the wrong backward pass of the layer. Bugs of the WHOLE take the last layer gone back through,
    before its own backward pass; `penalty` leaves the penalty's gradient out.
    """

    name: str
    label: str
    right: str
    wrong: str
    sign: str
    fits: Callable[[Network, int, int], bool]
    wrap: Wrap | None = None
    penalty: bool = False


@dataclass(frozen=True)
class Planted:
    """A bug in its place."""

    bug: str
    position: int

    def plant(self, network: Network, rows: int) -> None:
        """Into the backward pass of a network (a copy!) for batches of so many rows."""
        bug, space = BUGS[self.bug], network.workspace(rows)
        if bug.wrap is None:
            return
        plan = space.backwards()
        last = len(network.layers) - 1 - network.from_logits
        place = 0 if self.position == WHOLE else last - self.position
        position = last - place
        z = space.outs[position - 2] if position > 1 else None
        call = plan[place]
        plan[place] = (bug.wrap(Site(network.layers[position], call[0], z)), *call[1:])

    @property
    def without_penalty(self) -> bool:
        """Whether the gradients of L1 and L2 are left out."""
        return BUGS[self.bug].penalty


def possible(network: Network, rows: int, *, penalised: bool) -> Iterator[Planted]:
    """Every bug in every place where it can be made, whether or not it changes a number."""
    judged = len(network.layers) - network.from_logits
    for bug in BUGS.values():
        if bug.penalty and not penalised:
            continue
        places = (WHOLE, *range(judged))
        yield from (Planted(bug.name, place) for place in places if bug.fits(network, place, rows))


BUGS: dict[str, Bug] = {
    bug.name: bug
    for bug in (
        Bug(
            "slope_forgotten", "The slope of the activation is left out", "delta = da * f'(z)", "delta = da",
            "All gradients below this activation are wrong, by a factor that differs from neuron to neuron and row to "
            "row; all behind it are right.",
            mistakes.activation, mistakes.instead(mistakes.passed_on),
        ),
        Bug(
            "slope_at_a", "The slope of the activation is taken at a instead of z", "delta = da * f'(z)",
            "delta = da * f'(a)",
            "All gradients below this activation are a little wrong, all behind it are right.",
            mistakes.bent, mistakes.slope_at_a,
        ),
        Bug(
            "turned", "What goes back through the weights has the wrong sign", "da = delta @ W.T", "da = -delta @ W.T",
            "This layer's own gradients are right; all below are the right ones with the sign turned.",
            mistakes.dense_below, mistakes.instead(mistakes.turned),
        ),
        Bug(
            "not_transposed", "What goes back is multiplied with W instead of its transpose", "da = delta @ W.T",
            "da = delta @ W",
            "This layer's own gradients are right; below, each neuron is sent another one's share.",
            mistakes.square, mistakes.instead(mistakes.not_transposed),
        ),
        Bug(
            "z_for_a", "The gradient of the weights is made with z instead of a of the layer before",
            "dW = a.T @ delta", "dW = z.T @ delta",
            "Only this layer's weights are wrong: biases and all other layers are right.",
            mistakes.after_activation, mistakes.after(mistakes.z_for_a),
        ),
        Bug(
            "last_row_alone", "The rows' shares are not added up: the last row's alone stays", "dW += share of the row",
            "dW = share of the row",
            "Only this layer's weights are wrong, and a batch of one row has no error at all.",
            mistakes.dense_of_rows, mistakes.after(mistakes.last_row_alone),
        ),
        Bug(
            "mean_twice", "The gradient of the weights is divided by the number of rows once too often",
            "dW = a.T @ delta", "dW = a.T @ delta / n",
            "Only this layer's weights are wrong, each by the same factor: the number of rows.",
            mistakes.dense_of_rows, mistakes.after(mistakes.mean_twice),
        ),
        Bug(
            "bias_forgotten", "The bias gets no gradient", "db = delta.sum(axis=0)", "db = 0",
            "Only this layer's biases are wrong: their gradient is 0.",
            mistakes.biased, mistakes.after(mistakes.bias_forgotten),
        ),
        Bug(
            "bias_of_one_row", "The bias gets the first row's delta instead of the sum", "db = delta.sum(axis=0)",
            "db = delta[0]",
            "Only this layer's biases are wrong, and a batch of one row has no error at all.",
            mistakes.biased_rows, mistakes.after(mistakes.bias_of_one_row),
        ),
        Bug(
            "mask_forgotten", "Dropout's mask is left out on the way back", "da = delta * mask", "da = delta",
            "All gradients below the dropout are wrong, all behind it are right.",
            mistakes.kind(Dropout), mistakes.instead(mistakes.passed_on),
        ),
        Bug(
            "statistics_fixed", "Batch norm's mean and spread are taken for constants", "dx needs dμ and dσ too",
            "dx = dy * γ / σ",
            "γ and β and all behind them are right, all below is wrong.",
            mistakes.kind(BatchNorm), mistakes.instead(mistakes.statistics_fixed),
        ),
        Bug(
            "opposite", "The derivative of the loss has the wrong sign", "delta = a - y", "delta = y - a",
            "Every gradient of the network is the right one with the sign turned: training climbs.",
            mistakes.whole, mistakes.before(mistakes.opposite),
        ),
        Bug(
            "halved", "The 2 of the squared error's derivative is left out", "delta = 2 (a - y)", "delta = a - y",
            "Every gradient is half of what it should be.",
            mistakes.squared, mistakes.before(mistakes.halved),
        ),
        Bug(
            "summed", "The loss is a mean over the rows, its derivative is not divided by them", "delta / n", "delta",
            "Every gradient is too large by the same factor: the number of rows.",
            mistakes.meant, mistakes.before(mistakes.summed),
        ),
        Bug(
            "slope_again", "The slope of the sigmoid is multiplied in twice", "delta = a - y",
            "delta = (a - y) * a * (1 - a)",
            "Every gradient is too small, by at least a factor of 4: with this loss the slope has cancelled already.",
            mistakes.sigmoid_twice, mistakes.before(mistakes.slope_again),
        ),
        Bug(
            "penalty_forgotten", "The penalty on the weights has no gradient", "dW += λ W", "dW",
            "All weights are wrong, by a share of the weight itself; all biases are right.",
            mistakes.whole, penalty=True,
        ),
    )
}  # fmt: skip
