"""The project file: a ZIP of project.json, the tables and the runs. No pickle; read strictly; saved atomically."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
import numpy as np
import safetensors
import safetensors.numpy

import bpgui
from bpgui.data.errors import DataError
from bpgui.data.table import Table, TextColumn
from bpgui.project.archive import (
    LESSON_MEMBER,
    MAX_TOTAL,
    MIME_MEMBER,
    MIME_TYPE,
    PROJECT_MEMBER,
    RUN_ID,
    Archive,
    pack,
)
from bpgui.project.atomic import StorageError, printable, readable_size, write_atomically
from bpgui.project.outside import Outside, TableElsewhere, found, outside
from bpgui.project.spec import ProjectSpec
from bpgui.project.strict_json import BadJson, dump, parse
from bpgui.project.upgrades import upgraded_spec
from bpgui.project.validation import Invalid, check_spec, convert

__all__ = [
    "FORMAT", "Project", "StorageError", "StoredRun", "TableElsewhere", "from_bytes", "load_project", "save_project",
    "to_bytes",
]  # fmt: skip

FORMAT = 4
# What a file is written in, and the first version of the program that can open it: by the newest that it holds.
_WITH_POST_MORTEM, _WITH_LESSON, _WITHOUT = (4, "0.2.0"), (3, "0.2.0"), (2, "0.2.0")
_UPGRADED = 2  # formats before it are in other words

Arrays = Mapping[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class StoredRun:
    """A run as it is saved: `meta` goes through JSON (NaN becomes null), `arrays` are saved bit by bit.

    `id` is made of letters, digits, "-" and "_", at most 64.
    """

    id: str
    meta: dict[str, Any]
    arrays: Arrays


@dataclass(frozen=True)
class Project:
    """Everything in a project file. `tables` by SHA-256; `current` is the id of the run that was shown.

    `test_looks`: how many times the test part of a table was looked at, by the table's SHA-256. `notes` are sentences
    about what could not be read; they are not saved. `lesson` is the text of the lesson that the project begins with.
    """

    spec: ProjectSpec
    tables: Mapping[str, Table]
    runs: tuple[StoredRun, ...] = ()
    current: str | None = None
    notes: tuple[str, ...] = field(default=(), compare=False)
    test_looks: Mapping[str, int] = field(default_factory=dict)
    lesson: str = ""


class _Sum(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Checksum of a member."""

    bytes: int
    sha256: str


class _Head(msgspec.Struct, frozen=True):
    """What every format, also a later one, begins with."""

    format: int
    needs: str


class _Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """project.json."""

    format: int
    needs: str
    program: str
    project: ProjectSpec
    current: str | None
    runs: tuple[str, ...]
    outside: tuple[Outside, ...]
    members: dict[str, _Sum]
    test_looks: dict[str, Annotated[int, msgspec.Meta(ge=1)]] = {}


def save_project(path: str | os.PathLike[str], project: Project) -> None:
    """Write the file, atomically. Raises StorageError; the old file is then untouched.

    The table of the project's data stays in the files it was read from where it has more than 64 MiB.
    """
    write_atomically(path, to_bytes(project, printable(path)))


def load_project(path: str | os.PathLike[str], tables: Mapping[str, Table] = MappingProxyType({})) -> Project:
    """Open a file. Damaged runs are left out with a note; everything else that is wrong raises StorageError.

    `tables` are large ones at hand, by their hash; TableElsewhere says which one is missing.
    """
    return from_bytes(_read(path), printable(path), tables)


def to_bytes(project: Project, name: str = "The project") -> bytes:
    """The file's bytes: equal projects give equal bytes. Raises StorageError for what could not be opened again."""
    if project.spec.data.table not in project.tables:
        raise StorageError(f"{name} was not saved: the table of its data is missing.")
    members: dict[str, bytes] = {}
    elsewhere = []
    for sha, table in sorted(project.tables.items()):
        entry = outside(project.spec.data, table)
        if entry is None:
            members[f"data/{sha}"] = table.to_bytes()
        else:
            elsewhere.append(entry)
    if project.lesson:
        members[LESSON_MEMBER] = project.lesson.encode("utf-8")
    format, needs = _written_in(project)
    try:
        for run in project.runs:
            members.update(_run_members(run, members))
        document = _Document(
            format=format,
            needs=needs,
            program=bpgui.__version__,
            project=project.spec,
            current=project.current,
            runs=tuple(run.id for run in project.runs),
            outside=tuple(elsewhere),
            members={key: _sum(members[key]) for key in sorted(members)},
            test_looks={sha: project.test_looks[sha] for sha in sorted(project.test_looks)},
        )
        members[PROJECT_MEMBER] = dump(document)
        _check(_document(parse(members[PROJECT_MEMBER])))
    except (BadJson, Invalid, ValueError, TypeError, safetensors.SafetensorError) as error:
        raise StorageError(f"{name} was not saved: {error}") from error
    return pack(members, name)


def _written_in(project: Project) -> tuple[int, str]:
    if any("post_mortem" in run.meta for run in project.runs):
        return _WITH_POST_MORTEM
    return _WITH_LESSON if project.lesson else _WITHOUT


def from_bytes(data: bytes, name: str, at_hand: Mapping[str, Table] = MappingProxyType({})) -> Project:
    """The project in a file's bytes; `name` is the file's in messages. Raises StorageError."""
    archive = Archive(data, name)
    if archive.read(MIME_MEMBER) != MIME_TYPE:
        raise StorageError(f"{name} is damaged at {MIME_MEMBER}. Open another copy of the file.")
    document = _read_document(archive)
    tables, notes = _read_tables(archive, document, at_hand)
    runs: list[StoredRun] = []
    for number, id in enumerate(document.runs, start=1):
        try:
            runs.append(_read_run(archive, document, id))
        except (StorageError, BadJson, safetensors.SafetensorError, ValueError, KeyError, TypeError) as error:
            notes.append(f"Run {number} was left out, its part of the file is damaged ({error}).")
    current = document.current if any(run.id == document.current for run in runs) else None
    lesson = _read_lesson(archive, document, notes)
    return Project(
        spec=document.project, tables=tables, runs=tuple(runs), current=current, notes=tuple(notes),
        test_looks=document.test_looks, lesson=lesson,
    )  # fmt: skip


def _read_lesson(archive: Archive, document: _Document, notes: list[str]) -> str:
    """Its text, "" for none; one that is damaged is left out with a note."""
    if LESSON_MEMBER not in archive.names:
        return ""
    try:
        return _checked(archive, document, LESSON_MEMBER).decode("utf-8")
    except (StorageError, UnicodeDecodeError) as error:
        notes.append(f"The lesson was left out, its part of the file is damaged ({error}).")
        return ""


def _read(path: str | os.PathLike[str]) -> bytes:
    shown = printable(path)
    try:
        place = Path(path)
        if not place.exists():
            raise StorageError(
                f"{shown} is not there. It was moved, renamed or deleted; look for it and open it there."
            )
        if not place.is_file():
            raise StorageError(f"{shown} is not an ordinary file. Open a file that bpgui saved.")
        size = place.stat().st_size
        if size > MAX_TOTAL:
            raise StorageError(
                f"{shown} has {readable_size(size)}; a project has at most {readable_size(MAX_TOTAL)}. "
                "If it holds data, give it the ending of its kind, such as .csv, and open it again."
            )
        with place.open("rb") as stream:
            return stream.read(MAX_TOTAL)
    except PermissionError as error:
        raise StorageError(f"{shown} must not be read by this account. Ask its owner, or copy it.") from error
    except OSError as error:
        raise StorageError(f"{shown} could not be read: {error.strerror or error}. Try again, or copy it.") from error
    except ValueError as error:
        raise StorageError(f"{shown} is not a name of a file ({error}).") from error


def _sum(data: bytes) -> _Sum:
    return _Sum(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def _run_members(run: StoredRun, taken: Mapping[str, bytes]) -> dict[str, bytes]:
    place = f"runs/{run.id}"
    if not re.fullmatch(RUN_ID, run.id) or f"{place}/run.json" in taken:
        raise ValueError(f"a run cannot have the id {run.id!r}")
    arrays = {key: np.asarray(run.arrays[key], order="C") for key in sorted(run.arrays)}
    return {f"{place}/run.json": dump(run.meta), f"{place}/state.safetensors": safetensors.numpy.save(arrays)}


def _read_document(archive: Archive) -> _Document:
    place = f"{archive.name}: {PROJECT_MEMBER}"
    try:
        data = parse(archive.read(PROJECT_MEMBER))
        head = convert(data, _Head)
        _refuse_newer(head, archive.name)
        document = _document(_upgraded(data) if head.format < _UPGRADED else data)
        _check(document)
    except (BadJson, Invalid) as error:
        raise StorageError(f"{place}: {error}. Open another copy of the file.") from error
    return document


def _document(data: object) -> _Document:
    """Raises Invalid; places in the specification are named without the document around them."""
    try:
        return convert(data, _Document)
    except Invalid as error:
        raise Invalid(str(error).removeprefix("project.")) from None


def _upgraded(data: Any) -> Any:
    """A document of an earlier format in the words of this one."""
    return {**data, "project": upgraded_spec(data.get("project"))}


def _refuse_newer(head: _Head, name: str) -> None:
    if 1 <= head.format <= FORMAT:
        return
    if head.format < 1:
        raise Invalid(f"format: expected 1 to {FORMAT}, got {head.format}")
    raise StorageError(
        f"{name} was saved by a newer bpgui and needs version {head.needs[:40]} or later; this is {bpgui.__version__}. "
        "Install the newer version to open it; the file was not changed."
    )


def _check(document: _Document) -> None:
    check_spec(document.project)
    if len(set(document.runs)) != len(document.runs):
        raise Invalid("runs: an id stands twice")
    if document.current is not None and document.current not in document.runs:
        raise Invalid(f"current: expected one of the runs, got {document.current!r}")


def _checked(archive: Archive, document: _Document, member: str) -> bytes:
    """A member whose checksum is right. Raises StorageError."""
    data = archive.read(member)
    expected = document.members.get(member)
    if expected is None or expected != _sum(data):
        raise StorageError(
            f"{archive.name} is damaged at {member}: its checksum is not the one noted when it was saved. "
            "Open another copy of the file."
        )
    return data


def _read_run(archive: Archive, document: _Document, id: str) -> StoredRun:
    meta = parse(_checked(archive, document, f"runs/{id}/run.json"))
    if not isinstance(meta, dict):
        raise BadJson("expected a record")
    arrays = safetensors.numpy.load(_checked(archive, document, f"runs/{id}/state.safetensors"))
    return StoredRun(id=id, meta=meta, arrays=arrays)


def _read_tables(
    archive: Archive, document: _Document, at_hand: Mapping[str, Table]
) -> tuple[dict[str, Table], list[str]]:
    """Every table that can be read; the present one must be among them. Raises StorageError."""
    tables: dict[str, Table] = {}
    notes: list[str] = []
    wanted = document.project.data.table
    for member in archive.names:
        if not member.startswith("data/"):
            continue
        sha = member.removeprefix("data/")
        try:
            tables[sha] = Table.from_bytes(_checked(archive, document, member))
            if tables[sha].sha != sha:
                raise DataError("it is another table than its name says")
        except (StorageError, DataError) as error:
            tables.pop(sha, None)
            if sha == wanted and isinstance(error, StorageError):
                raise
            if sha == wanted:
                raise StorageError(f"{archive.name} is damaged at {member}: {error}") from error
            notes.append(f"The data of an earlier run is damaged and was left out ({error}).")
    for entry in document.outside:
        tables[entry.table] = found(entry, document.project.data, at_hand, archive.name)
    if wanted not in tables:
        raise StorageError(f"{archive.name} is damaged: it does not hold its data (data/{wanted}).")
    _fit(document, tables[wanted], archive.name)
    return tables, notes


def _fit(document: _Document, table: Table, name: str) -> None:
    """The columns of the specification must be the table's. Raises StorageError."""
    for index, column in enumerate(document.project.data.columns):
        place = f"{name}: {PROJECT_MEMBER}: data.columns[{index}]"
        if column.name not in table.names:
            raise StorageError(f"{place}: the table has no column {column.name!r}. Open another copy of the file.")
        if column.kind in ("number", "date") and isinstance(table.column(column.name), TextColumn):
            raise StorageError(f"{place}: {column.name!r} holds text, not numbers. Open another copy of the file.")
