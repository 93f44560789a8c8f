"""The network of a worksheet as an SVG picture: circles, edges with their weights, biases below the neurons."""

from __future__ import annotations

from html import escape

from bpgui.engine.activations import Array
from bpgui.runs.worksheet.problem import Problem, draw

NAME = "network.svg"  # what pages call it
WIDTH, ROW, RADIUS = 640, 92, 24
_COLUMNS = (70, 320, 570)
_INK, _PALE, _PAPER = "#1a1f26", "#8a929c", "#ffffff"
# A weight's number stands on its edge, where the edges of one neuron have parted: the further down the more so.
_FIRST, _APART = 0.24, 0.13


def picture(problem: Problem) -> str:
    """Black on white, for paper."""
    numbers = draw(problem)
    sizes = (problem.inputs, problem.hidden, problem.outputs)
    height = ROW * max(sizes) + 40
    places = [_column(x, size, height) for x, size in zip(_COLUMNS, sizes, strict=True)]
    parts = [*_edges(places[0], places[1], numbers.weights[0]), *_edges(places[1], places[2], numbers.weights[1])]
    parts += _neurons(places[0], [f"x{i + 1} = {_short(v)}" for i, v in enumerate(numbers.x)], "x")
    parts += _neurons(places[1], [f"b = {_short(v)}" for v in numbers.biases[0]], "h")
    parts += _neurons(places[2], [f"b = {_short(v)}" for v in numbers.biases[1]], "o")
    words = [f"target {_short(v)}" for v in numbers.y]
    parts += [_text(x, y - RADIUS - 8, word, 13) for (x, y), word in zip(places[2], words, strict=True)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">'
    return "\n".join((head, f'<rect width="{WIDTH}" height="{height}" fill="{_PAPER}"/>', *parts, "</svg>"))


def _column(x: int, size: int, height: int) -> list[tuple[float, float]]:
    first = height / 2 - ROW * (size - 1) / 2
    return [(float(x), first + ROW * k) for k in range(size)]


def _edges(left: list[tuple[float, float]], right: list[tuple[float, float]], W: Array) -> list[str]:
    lines, labels = [], []
    for i, (x1, y1) in enumerate(left):
        for j, (x2, y2) in enumerate(right):
            lines.append(
                f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{_PALE}" stroke-width="1.2"/>'
            )
            t = _FIRST + _APART * j
            x, y, word = x1 + (x2 - x1) * t, y1 + (y2 - y1) * t, _short(float(W[i, j]))
            half = 4.2 * len(word) + 2
            labels.append(
                f'<rect x="{x - half:.1f}" y="{y - 9:.1f}" width="{2 * half:.1f}" height="18" fill="{_PAPER}"/>'
            )
            labels.append(_text(x, y + 5, word, 14))
    return lines + labels


def _neurons(places: list[tuple[float, float]], below: list[str], name: str) -> list[str]:
    parts = []
    for k, ((x, y), word) in enumerate(zip(places, below, strict=True), start=1):
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}" fill="{_PAPER}" stroke="{_INK}" stroke-width="1.6"/>'
        )
        parts.append(_text(x, y + 5, f"{name}{k}", 15))
        parts.append(_text(x, y + RADIUS + 17, word, 13))
    return parts


def _text(x: float, y: float, text: str, size: int) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="sans-serif" font-size="{size}" text-anchor="middle" '
        f'fill="{_INK}">{escape(text)}</text>'
    )


def _short(value: float) -> str:
    return f"{value:g}".replace("-", "−")
