"""A worksheet as one HTML page: the task, and on a page of its own the key. Plain enough for Qt's text documents."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape

from bpgui.engine.activations import ACTIVATIONS
from bpgui.runs.worksheet.paper import LOSS_FORMULAS
from bpgui.runs.worksheet.picture import picture
from bpgui.runs.worksheet.problem import LOSSES
from bpgui.runs.worksheet.sheet import Line, Section, Worksheet, title_of

_ALONE = ("Backward pass", "Update")  # phases that begin a page, so that few rows are torn apart by its end
Columns = tuple[tuple[str, str], ...]  # name and width
_STYLE = """
body { font-family: sans-serif; font-size: 10pt; color: #1a1f26; background: #ffffff; margin: 1.5em auto; }
h1 { font-size: 16pt; } h2 { font-size: 12pt; margin-bottom: 2px; } p { margin-top: 2px; margin-bottom: 5px; }
table { border-collapse: collapse; } td, th { border: 1px solid #8a929c; padding: 3px 5px; }
td.what, td.result { white-space: nowrap; }
.task td { padding-top: 9px; padding-bottom: 9px; }
.key { page-break-before: always; }
@media screen { body { max-width: 46em; } }
@media print { body { margin: 0; } tr { page-break-inside: avoid; } }
"""


def as_html(sheet: Worksheet, *, key: bool = True, image: str | None = None) -> str:
    """The whole page. `image` is where the picture of the network is found; None: inside the page."""
    source = image or "data:image/svg+xml;base64," + base64.b64encode(picture(sheet.problem).encode()).decode()
    title = title_of(sheet.problem)
    parts = [
        "<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">', f"<title>{title}</title>",
        f"<style>{_STYLE}</style>", "</head>", "<body>",
        f"<h1>{title}</h1>", "<p>Name: ______________________ &nbsp; Date: ______________</p>", *_task(sheet, source),
    ]  # fmt: skip
    if key:
        parts += ['<div class="key">', f'<h1 style="page-break-before: always">Key to number {sheet.problem.seed}</h1>']
        parts += [_table(section, _KEY, _key_cells) for section in sheet.sections]
        parts.append(f"<p>{_rounding(sheet)}</p></div>")
    return "\n".join((*parts, "</body>", "</html>", ""))


def _task(sheet: Worksheet, source: str) -> list[str]:
    problem = sheet.problem
    hidden, output = ACTIVATIONS[problem.activation], ACTIVATIONS[problem.output]
    _, _, loss = LOSSES[problem.loss]
    told = (
        f"The hidden neurons (h) bend their sum with {_named(hidden.label, hidden.formula)}, "
        f"the output (o) with {_named(output.label, output.formula)}. "
        f"The loss is {loss}: L = {LOSS_FORMULAS[problem.loss][0]}. The learning rate is η = {problem.learning_rate:g}."
    )
    aid = "No calculator is needed." if problem.whole else f"Work with {problem.digits} decimals; a calculator helps."
    return [
        f"<p>{escape(told)}</p>", f'<p align="center"><img src="{source}" alt="{escape(_alternative(sheet))}"></p>',
        f"<p>Take one step of training by hand. {aid}</p>",
        *(_table(section, _TASK, _task_cells, "task") for section in sheet.sections),
    ]  # fmt: skip


def _named(label: str, formula: str) -> str:
    return label if formula in ("z", "") else f"{label}, {formula}"


def _alternative(sheet: Worksheet) -> str:
    p = sheet.problem
    return f"A network with {p.inputs} inputs, {p.hidden} hidden neurons and {p.outputs} outputs, with all its weights."


def _rounding(sheet: Worksheet) -> str:
    problem = sheet.problem
    size = f"--inputs {problem.inputs} --hidden {problem.hidden} --outputs {problem.outputs}"
    return escape(
        f"Results are rounded to {problem.digits} decimals, worked out from numbers that are not rounded: with rounded "
        f"ones the last place can differ by one. The same sheet: bpgui worksheet --seed {problem.seed} {size} "
        f"--activation {problem.activation} --loss {problem.loss} --digits {problem.digits}"
    )


_TASK = (("What", "22%"), ("How", "26%"), ("Your working", "36%"), ("Result", "16%"))
_KEY = (("What", "22%"), ("How", "26%"), ("With numbers", "36%"), ("Result", "16%"))


def _task_cells(line: Line) -> tuple[str, ...]:
    return _what(line), escape(line.formula), "&nbsp;", "&nbsp;"


def _key_cells(line: Line) -> tuple[str, ...]:
    return _what(line), escape(line.formula), escape(line.working), f"<b>{escape(line.text)}</b>"


def _what(line: Line) -> str:
    return f"<b>{escape(line.symbol)}</b> {escape(line.where)}"


def _row(cells: tuple[str, ...]) -> str:
    what, *between, result = cells
    middle = "".join(f"<td>{cell}</td>" for cell in between)
    return f'<td class="what">{what}</td>{middle}<td class="result">{result}</td>'


def _table(section: Section, columns: Columns, cells: Callable[[Line], tuple[str, ...]], kind: str = "") -> str:
    head = "".join(f'<th align="left" width="{width}">{name}</th>' for name, width in columns)
    rows = "\n".join(f"<tr>{_row(cells(line))}</tr>" for line in section.lines)
    breaks = ' style="page-break-before: always"' if section.title in (_ALONE if kind else _ALONE[1:]) else ""
    return (
        f"<h2{breaks}>{section.title}</h2>\n<p>{escape(section.told)}</p>\n"
        f'<table class="{kind}" border="1" cellspacing="0" cellpadding="4" width="100%">\n'
        f"<tr>{head}</tr>\n{rows}\n</table>"
    )
