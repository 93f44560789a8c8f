"""`bpgui worksheet`: one step of training to do by hand, with its key, as an HTML or a PDF file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import fields
from pathlib import Path

from bpgui.cli.train import check_place
from bpgui.cli.words import Usage
from bpgui.project.atomic import write_atomically
from bpgui.project.storage import Project, save_project
from bpgui.runs.worksheet.page import as_html
from bpgui.runs.worksheet.picture import NAME, picture
from bpgui.runs.worksheet.problem import FIELDS, Problem
from bpgui.runs.worksheet.sheet import Worksheet, make_worksheet, title_of

HTML, PDF = ".html", ".pdf"


def add_worksheet(parser: ArgumentParser) -> None:
    """Its options, made from FIELDS."""
    parser.description = (
        "A small network with friendly numbers, one step of training to do by hand, and the key. The same options give "
        "the same sheet; --activation relu needs no calculator."
    )
    add = parser.add_argument
    add("out", metavar="OUT", help=f"the file to write, {HTML} or {PDF}")
    for field in FIELDS.values():
        choices = {"choices": field.choices} if field.choices else {"type": int, "metavar": "N"}
        add(f"--{field.name}", default=field.default, help=f"{_lower(field.help)} (default {field.default})", **choices)
    add("--no-key", action="store_true", help="leave the key out")
    add("--project", metavar="OUT.bpgui", help="save the same network as a project too, to be stepped through")


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].rstrip(".")


def worksheet(options: Namespace) -> int:
    """Make the sheet and write it. Raises Usage, StorageError."""
    path = Path(options.out)
    if path.suffix.lower() not in (HTML, PDF):
        raise Usage(f"{path}: expected a name that ends in {HTML} or {PDF}")
    check_place(path)
    try:
        problem = Problem(**{field.name: getattr(options, field.name) for field in fields(Problem)})
    except ValueError as error:
        raise Usage(str(error)) from error
    sheet = make_worksheet(problem)
    if path.suffix.lower() == PDF:
        _write_pdf(path, sheet, key=not options.no_key)
    else:
        write_atomically(path, as_html(sheet, key=not options.no_key).encode("utf-8"))
    if options.project:
        save_project(Path(options.project), Project(sheet.spec, {sheet.table.sha: sheet.table}, (), None))
    print(f"bpgui: {path} written", file=sys.stderr)
    return 0


def _write_pdf(path: Path, sheet: Worksheet, *, key: bool) -> None:
    """Qt lays the pages out; it is imported for that alone."""
    from bpgui.ui.printing import without_window, write_pdf

    with without_window():
        html = as_html(sheet, key=key, image=NAME)
        write_pdf(path, html, {NAME: picture(sheet.problem)}, title_of(sheet.problem))
