"""The bug hunt: a mistake is planted in a copy of the backward pass, and found by the gradient check.

Pure; asked between two steps as the questions of `explaining` are. The run itself trains with the right gradients.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.gradcheck import BUGS, CheckOptions, Planted
from bpgui.engine.gradcheck.bugs import possible
from bpgui.engine.gradcheck.checking import Look
from bpgui.engine.gradcheck.mistakes import WHOLE
from bpgui.engine.layers import Activation
from bpgui.engine.network import Network
from bpgui.runs.driver import Driver
from bpgui.runs.explaining import layer_words

_SEEN = 1e-4  # a planted mistake must change the gradient by so much of its norm, and differ so much from all others
_ROWS = 64  # of the batch that mistakes are compared on


@dataclass(frozen=True)
class Hunt:
    """Number `number` of a network: what is `planted`, and the `choices` that can be told apart.

    `places` are their positions in the network (WHOLE for the loss and the penalty), each with its name.
    """

    number: int
    planted: Planted
    choices: tuple[Planted, ...]
    places: tuple[tuple[int, str], ...]

    def place(self, position: int) -> str:
        """ "Dense 1, tanh" """
        return dict(self.places)[position]

    def mistakes(self, position: int) -> tuple[str, ...]:
        """Keys of BUGS: what can be wrong there."""
        return tuple(choice.bug for choice in self.choices if choice.position == position)


@dataclass(frozen=True)
class Verdict:
    """Whether the guess is right, and a sentence or two why."""

    right: bool
    text: str


@dataclass(frozen=True)
class BeginHunt:
    """Plant the mistake that `number` draws, the same for the same network, data and number; a job.

    Only such as can be told apart by their gradients take part. Raises ValueError where there is none.
    """

    number: int

    def __call__(self, driver: Driver) -> Generator[float, None, Hunt]:
        found = yield from tellable(driver)
        if not found:
            raise ValueError("in this network no mistake could be told from another")
        generator = np.random.default_rng(self.number)
        kinds = sorted({planted.bug for planted in found})
        kind = kinds[int(generator.integers(len(kinds)))]
        places = [planted for planted in found if planted.bug == kind]
        planted = places[int(generator.integers(len(places)))]
        network = driver.training.network
        names = place_words(network, layer_words(driver))
        where = sorted({one.position for one in found})
        return Hunt(self.number, planted, found, tuple((at, names[at]) for at in where))


def tellable(driver: Driver) -> Generator[float, None, tuple[Planted, ...]]:
    """The mistakes that can be told from the right gradient, and from each other, by the next batch; a job."""
    training = driver.training
    rows = min(_ROWS, len(training.batch_rows()))
    asked = CheckOptions(limit=1, rows=rows if rows > 1 else None)
    candidates = list(possible(training.network, rows, penalised=bool(training.l1 or training.l2)))
    found: list[tuple[Planted, Array]] = []
    right = _gradient(driver, asked, None)
    for done, planted in enumerate(candidates, start=1):
        gradient = _gradient(driver, asked, planted)
        if np.isfinite(gradient).all() and _differ(gradient, right):
            found.append((planted, gradient))
        yield done / len(candidates)
    alone = [
        planted
        for planted, gradient in found
        if all(other is gradient or _differ(gradient, other) for _, other in found)
    ]
    return tuple(alone)


def _gradient(driver: Driver, asked: CheckOptions, planted: Planted | None) -> Array:
    options = CheckOptions(limit=asked.limit, rows=asked.rows, planted=planted)
    with np.errstate(all="ignore"):
        return Look(driver.training, options).analytic.copy()


def _differ(one: Array, other: Array) -> bool:
    return bool(np.linalg.norm(one - other) > _SEEN * max(np.linalg.norm(one), np.linalg.norm(other)))


def place_words(network: Network, layers: dict[str, str]) -> dict[int, str]:
    """By position: "Dense 1", its activation "Dense 1, tanh"; WHOLE is "the loss"."""
    found = {WHOLE: "the loss"}
    for position, layer in enumerate(network.layers):
        name = layers.get(layer.id, layer.id)
        found[position] = f"{name}, {layer.name}" if isinstance(layer, Activation) else name
    return found


def judge(hunt: Hunt, place: int, mistake: str) -> Verdict:
    """What is to be said of a guess."""
    planted, bug, guessed = hunt.planted, BUGS[hunt.planted.bug], BUGS[mistake]
    if place == planted.position and mistake == bug.name:
        where = hunt.place(place)
        return Verdict(True, f"Found: {where}. It says {bug.wrong}; it should say {bug.right}. {bug.sign}")
    if mistake == bug.name:
        return Verdict(False, f"The mistake is the right one, its place another. {guessed.sign}")
    told = f"With “{_lower(guessed.label)}” this is what you would see: {guessed.sign[0].lower()}{guessed.sign[1:]}"
    if place == planted.position:
        return Verdict(False, f"The place is right, the mistake another. {told}")
    return Verdict(False, f"No. {told}")


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]


def answer(hunt: Hunt) -> str:
    """For who gives up."""
    bug = BUGS[hunt.planted.bug]
    where = hunt.place(hunt.planted.position)
    return f"{bug.label}: {where}. It says {bug.wrong}; it should say {bug.right}. {bug.sign}"


