"""How files are read, and what their columns are used for: the options, and what they make of a project."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from bpgui.cli.bar import ReadingLine
from bpgui.cli.words import Usage, natural, not_negative, split, warn
from bpgui.data.errors import DataError
from bpgui.data.readers import Choice, Question, Reading, read_files
from bpgui.data.readers.options import ReadingOptions, setting_text, with_setting
from bpgui.data.spec import Kind, Missing, Role, Scaling, SplitMethod
from bpgui.data.table import Table
from bpgui.project import edits
from bpgui.project.spec import ProjectSpec

_WORDS: dict[str, tuple[str, ...]] = {
    "role": get_args(Role), "kind": get_args(Kind), "scaling": get_args(Scaling), "missing": get_args(Missing),
}  # fmt: skip
READ_HELP = (
    "how files are read where that is not to be found out: encoding, delimiter, decimal, thousands, header, skip, "
    "missing, dates, types, sheet, columns, rows, precision; size, colour, labels of images; rate, bands, frames of "
    'sounds. As in --read delimiter=tab, --read "types=zip=text" (again for each)'
)
_CHOICES = "; ".join(f"{key} " + "|".join(words) for key, words in _WORDS.items())
COLUMN_HELP = (
    'what a column is used for, as in --column "zip:role=ignore" or "age:scaling=robust,missing=median" (again for '
    f"each): {_CHOICES}; levels low<middle<high"
)


def add_read(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--read", metavar="KEY=VALUE", action="append", default=[], help=READ_HELP)


def add_columns(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--target", metavar="COL", action="append", help="the column to predict (again for several)")
    add("--column", metavar="COL:WORDS", action="append", default=[], help=COLUMN_HELP)
    add("--scaling", choices=_WORDS["scaling"], help="of every number among the features")
    add("--weight", metavar="COL", help="the column that says how much each row counts in the loss")
    add("--split", type=split, metavar="A/B/C", help="training, validation and test part, as in 0.6/0.2/0.2")
    add(
        "--split-by", metavar="WAY[:COL]",
        help="random; stratified, the classes in equal shares; alike, equal rows stay together; grouped:COL, rows of "
        "one group do; time:COL, the latest are for the test; column:COL, it names the part of each row",
    )  # fmt: skip
    add_read(group)
    add("--rows", type=natural, metavar="N", help="points of a sample that is made")
    add("--noise", type=not_negative, metavar="σ", help="noise of a sample that is made")


def with_settings(options: ReadingOptions, given: Sequence[str]) -> ReadingOptions:
    """`options` with every KEY=VALUE. Raises Usage."""
    for word in given:
        key, equals, value = word.partition("=")
        if not equals:
            raise Usage(f"--read: expected KEY=VALUE as in delimiter=;, got {word!r}")
        try:
            options = with_setting(options, key.strip(), value)
        except DataError as error:
            raise Usage(f"--read: {error}") from error
    return options


def read_source(paths: Sequence[str], options: ReadingOptions) -> Reading:
    """Files as one table; what was found, and which other readings are possible, is said. Raises DataError."""
    line = ReadingLine(Path(paths[0]))
    try:
        reading = read_files(paths, progress=line.show, options=options)
    finally:
        line.end()
    warn(reading.notes)
    warn(tuple(_said(question, options) for question in reading.questions))
    return reading


def _said(question: Question, options: ReadingOptions) -> str:
    """The question, how it was answered, and what to type for the other answers."""
    best = question.choices[question.best]
    others = "; ".join(
        f"{choice.label}: {_typed(choice, options)}" for choice in question.choices if choice is not best
    )
    return f"{question.text} Taken as: {best.label}. Otherwise: {others}."


def _typed(choice: Choice, options: ReadingOptions) -> str:
    """The options that make that choice."""
    default = ReadingOptions()
    words = []
    for key in ReadingOptions.__struct_fields__:
        value = getattr(choice.options, key)
        if value not in (getattr(options, key), getattr(default, key)):
            words.append(f'--read "{key}={setting_text(key, value)}"')
    return " ".join(words)


def with_data(spec: ProjectSpec, table: Table, options: Namespace) -> ProjectSpec:
    """The project with the columns and the split as typed. Raises Usage, IllegalEdit."""
    for place, name in enumerate(options.target or ()):
        _known(table, name, "--target")
        spec = (edits.add_target if place else edits.set_target)(spec, table, name)
    if options.weight is not None:
        _known(table, options.weight, "--weight")
        spec = edits.set_column(spec, table, options.weight, role="weight")
    if options.scaling is not None:
        for column in spec.data.features:
            if column.kind not in ("category", "text"):
                spec = edits.set_column(spec, table, column.name, scaling=options.scaling)
    for word in options.column:
        name, changes = _column_words(word, table)
        spec = edits.set_column(spec, table, name, **changes)
    return _with_split(spec, table, options)


def _with_split(spec: ProjectSpec, table: Table, options: Namespace) -> ProjectSpec:
    parts = () if options.split is None else (options.split.train, options.split.validation, options.split.test)
    if options.split_by is None:
        return edits.set_split(spec, *parts) if parts else spec
    way, _, column = options.split_by.partition(":")
    if way not in get_args(SplitMethod):
        raise Usage(f"--split-by: expected {', '.join(get_args(SplitMethod))}, got {way!r}")
    if column:
        _known(table, column, "--split-by")
    return edits.set_split(spec, *parts, table=table, method=way, column=column or None)


def _known(table: Table, name: str, option: str) -> None:
    if name not in table.names:
        raise Usage(f"{option}: there is no column {name!r}; there are {', '.join(table.names)}")


def _column_words(text: str, table: Table) -> tuple[str, dict[str, Any]]:
    """ "age:scaling=robust,missing=median": the name, which may hold a colon, and its changes. Raises Usage."""
    name, colon, words = text.rpartition(":")
    if not colon:
        raise Usage(f"--column: expected COL:WORDS as in age:scaling=robust,missing=median, got {text!r}")
    _known(table, name, "--column")
    changes: dict[str, Any] = {}
    for word in words.split(","):
        key, _, value = (part.strip() for part in word.partition("="))
        if key == "levels":
            changes[key] = tuple(level.strip() for level in value.split("<"))
        elif key not in _WORDS or value not in _WORDS[key]:
            allowed = f"{key}: {', '.join(_WORDS[key])}" if key in _WORDS else ", ".join((*_WORDS, "levels"))
            raise Usage(f"--column {name}: expected {allowed}; got {word.strip()!r}")
        else:
            changes[key] = value
    return name, changes
