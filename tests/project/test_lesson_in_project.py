"""A lesson in a project's file: there and back, and the form that each version can read."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pytest

from bpgui.project.samples import open_sample
from bpgui.project.storage import Project, from_bytes, to_bytes

LESSON = "---\ntitle: Über XOR\nminutes: 3\nsummary: S.\n---\n# Eins\n"


@pytest.fixture
def project() -> Project:
    spec, table = open_sample("xor")
    return Project(spec, {table.sha: table})


def head(data: bytes) -> tuple[int, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        document = json.loads(archive.read("project.json"))
    return document["format"], document["needs"]


def rewritten(data: bytes, **members: bytes) -> bytes:
    """The same archive with other bytes in some members."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for info in before.infolist():
            after.writestr(info, members.get(info.filename.replace(".", "_"), before.read(info)))
    return out.getvalue()


def test_there_and_back(project: Project) -> None:
    data = to_bytes(replace(project, lesson=LESSON))
    found = from_bytes(data, "a.bpgui")
    assert found.lesson == LESSON
    assert found.notes == ()
    assert to_bytes(found) == data


def test_only_a_project_with_a_lesson_needs_a_newer_program(project: Project) -> None:
    assert head(to_bytes(project)) == (2, "0.2.0")
    assert head(to_bytes(replace(project, lesson=LESSON))) == (3, "0.2.0")
    assert from_bytes(to_bytes(project), "a.bpgui").lesson == ""


def test_a_damaged_lesson_is_left_out_and_said(project: Project) -> None:
    data = rewritten(to_bytes(replace(project, lesson=LESSON)), lesson_md=b"other")
    found = from_bytes(data, "a.bpgui")
    assert found.lesson == ""
    assert "The lesson was left out" in found.notes[0]
    assert found.spec == project.spec


def test_a_lesson_that_nobody_signed_is_left_out(project: Project) -> None:
    out = io.BytesIO(to_bytes(project))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("lesson.md", LESSON)
    found = from_bytes(out.getvalue(), "a.bpgui")
    assert found.lesson == ""
    assert "The lesson was left out" in found.notes[0]
