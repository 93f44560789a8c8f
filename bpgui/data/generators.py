"""Points made from a seed: truth tables, clouds of two classes, curves. The networks that go with them are samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.table import NumberColumn, Table, TextColumn

Floats = NDArray[np.float64]
_DATA_STREAM = 4  # the purpose "data" of the seed's streams
_CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
SPIRAL_RADIUS = 5.0
SPIRAL_TURNS = 1.25


@dataclass(frozen=True)
class Generator:
    """`make(generator, rows, noise)`; `rows` is the only number of rows it can make, or None for any."""

    name: str
    make: Callable[[np.random.Generator, int, float], Table]
    rows: int | None = None


def _two_classes(points: Floats, label: NDArray[np.int64]) -> Table:
    """Columns x1, x2 and `class` with the texts "0" and "1"."""
    codes = label.astype(np.int32)
    columns = (NumberColumn("x1", points[:, 0]), NumberColumn("x2", points[:, 1]))
    return Table((*columns, TextColumn("class", codes, ("0", "1"))))


def _truth_table(rng: np.random.Generator, noise: float, y: Floats) -> Table:
    """Columns x1, x2, y in the order 00, 01, 10, 11; the noise is added to the inputs."""
    points = _CORNERS + noise * rng.standard_normal((4, 2))
    return Table((NumberColumn("x1", points[:, 0]), NumberColumn("x2", points[:, 1]), NumberColumn("y", y)))


def _xor(rng: np.random.Generator, rows: int, noise: float) -> Table:
    return _truth_table(rng, noise, np.array([0.0, 1.0, 1.0, 0.0]))


def _and(rng: np.random.Generator, rows: int, noise: float) -> Table:
    return _truth_table(rng, noise, np.array([0.0, 0.0, 0.0, 1.0]))


def _alternating(rows: int) -> NDArray[np.int64]:
    return np.arange(rows) % 2


def _circles(rng: np.random.Generator, rows: int, noise: float) -> Table:
    """Two circles around 0: class 0 with radius 1, class 1 with radius 0.5."""
    label = _alternating(rows)
    angle = rng.uniform(0.0, 2.0 * np.pi, rows)
    radius = np.where(label == 0, 1.0, 0.5)
    points = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
    return _two_classes(points + noise * rng.standard_normal((rows, 2)), label)


def _moons(rng: np.random.Generator, rows: int, noise: float) -> Table:
    """Two interleaved half circles of radius 1, as scikit-learn's make_moons, moved so that their middle is 0."""
    label = _alternating(rows)
    angle = rng.uniform(0.0, np.pi, rows)
    upper = np.stack((np.cos(angle), np.sin(angle)), axis=1)
    lower = np.stack((1.0 - np.cos(angle), 0.5 - np.sin(angle)), axis=1)
    points = np.where(label[:, None] == 0, upper, lower) - (0.5, 0.25)
    return _two_classes(points + noise * rng.standard_normal((rows, 2)), label)


def _spirals(rng: np.random.Generator, rows: int, noise: float) -> Table:
    """Two arms of an Archimedean spiral, half a turn apart, out to `SPIRAL_RADIUS`; evenly dense along the arm."""
    label = _alternating(rows)
    way = np.sqrt(rng.uniform(0.01, 1.0, rows))
    angle = 2.0 * np.pi * SPIRAL_TURNS * way + np.pi * label
    points = SPIRAL_RADIUS * way[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    return _two_classes(points + noise * rng.standard_normal((rows, 2)), label)


def _two_gaussians(rng: np.random.Generator, rows: int, noise: float) -> Table:
    """Clouds around (-1, -1) and (1, 1) with the standard deviation `noise`."""
    label = _alternating(rows)
    centres = np.where(label[:, None] == 0, -1.0, 1.0)
    return _two_classes(centres + noise * rng.standard_normal((rows, 2)), label)


def _sine(rng: np.random.Generator, rows: int, noise: float) -> Table:
    """y = sin(pi x) + noise, x in -1..1: one period."""
    x = rng.uniform(-1.0, 1.0, rows)
    y = np.sin(np.pi * x) + noise * rng.standard_normal(rows)
    return Table((NumberColumn("x", x), NumberColumn("y", y)))


def _plane(rng: np.random.Generator, rows: int, noise: float) -> Table:
    """y = 0.6 x1 - 0.4 x2 + 0.2 + noise, x1 and x2 in -1..1."""
    x = rng.uniform(-1.0, 1.0, (rows, 2))
    y = 0.6 * x[:, 0] - 0.4 * x[:, 1] + 0.2 + noise * rng.standard_normal(rows)
    return Table((NumberColumn("x1", x[:, 0]), NumberColumn("x2", x[:, 1]), NumberColumn("y", y)))


def _fraud(rng: np.random.Generator, rows: int, noise: float) -> Table:
    from bpgui.data.fraud import fraud

    return fraud(rng, rows, noise)


GENERATORS: dict[str, Generator] = {
    generator.name: generator
    for generator in (
        Generator("xor", _xor, rows=4),
        Generator("and", _and, rows=4),
        Generator("circles", _circles),
        Generator("moons", _moons),
        Generator("spirals", _spirals),
        Generator("two_gaussians", _two_gaussians),
        Generator("sine", _sine),
        Generator("plane", _plane),
        Generator("fraud", _fraud),
    )
}


def generate(name: str, rows: int, noise: float, seed: int) -> Table:
    """The table of that name: the same numbers for the same arguments.

    Two-class clouds have the columns x1, x2, `class` ("0", "1", alternating, so equally many); the truth tables x1,
    x2, y and always 4 rows; `sine` x, y; `plane` x1, x2, y; `fraud` as it says there.
    `noise` is a standard deviation in the points' units. Raises DataError for an unknown name, no rows or a noise that
    is no length.
    """
    generator = GENERATORS.get(name)
    if generator is None:
        raise DataError(f"There are no points called {name!r}. There are: {', '.join(GENERATORS)}.")
    if rows < 1:
        raise DataError(f"{name}: {rows} rows were asked for; at least 1 is needed.")
    if not (np.isfinite(noise) and noise >= 0):
        raise DataError(f"{name}: a noise of {noise} was asked for; it must be 0 or more.")
    stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, _DATA_STREAM, 0])))
    return generator.make(stream, generator.rows or rows, float(noise))
