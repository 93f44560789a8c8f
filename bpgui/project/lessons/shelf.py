"""The lessons that come with the program, and files of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bpgui.project.lessons.lesson import Lesson, LessonError, Problem
from bpgui.project.lessons.predicates import did_you_mean
from bpgui.project.lessons.reading import LARGEST, is_lesson, read_lesson
from bpgui.project.lessons.setting_up import try_setups
from bpgui.project.reference import find
from bpgui.resources import resource

SUFFIX = ".md"
_SHIPPED = re.compile(r"\d\d-(.+)\.md\Z")
_LINK = re.compile(r"\]\(reference:([^)\s]*)\)")
_HEAD = 4096  # bytes that tell what a file is


class NoLesson(Exception):
    """There is no lesson of that name; the text says which there are."""


def names(folder: Path | None = None) -> tuple[str, ...]:
    """The names of the shipped lessons, in their order: `07-mini-batches.md` is `mini-batches`."""
    return tuple(_places(folder))


def shipped(name: str, folder: Path | None = None) -> Lesson:
    """A shipped lesson. Raises NoLesson, LessonError."""
    places = _places(folder)
    if name not in places:
        raise NoLesson(f"There is no lesson {name!r}{did_you_mean(name, places) or '.'}")
    return read_file(places[name], name)


def all_shipped(folder: Path | None = None) -> tuple[Lesson, ...]:
    """All of them, in their order. Raises LessonError."""
    return tuple(read_file(place, name) for name, place in _places(folder).items())


def _places(folder: Path | None) -> dict[str, Path]:
    try:
        folder = folder or resource("lessons")
    except FileNotFoundError:
        return {}
    found = ((_SHIPPED.match(path.name), path) for path in sorted(folder.iterdir()))
    return {match[1]: path for match, path in found if match is not None}


def read_file(path: Path, name: str = "") -> Lesson:
    """The lesson in a file. Raises LessonError, also where it cannot be read at all."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise LessonError(path.name, [Problem(1, f"the file cannot be read: {error.strerror or error}")]) from None
    if len(data) > LARGEST:
        raise LessonError(path.name, [Problem(1, f"the file has more than {LARGEST} bytes, no lesson has")])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LessonError(path.name, [Problem(line, "a byte here is no UTF-8; save the file as UTF-8")]) from None
    return read_lesson(text, name or path.stem, path.name)


def check_file(path: Path) -> Lesson:
    """The lesson in a file, its setups tried in turn and its links followed. Raises LessonError with all faults."""
    lesson = read_file(path)
    problems = [*try_setups(lesson), *_broken_links(lesson)]
    if problems:
        raise LessonError(path.name, problems)
    return lesson


def _broken_links(lesson: Lesson) -> Iterator[Problem]:
    """Links to pages of the reference that there are not."""
    for line, text in enumerate(lesson.source.splitlines(), 1):
        for key in _LINK.findall(text):
            if find(key) is None:
                yield Problem(line, f"the reference has no page {key!r}; see: bpgui reference")


def is_lesson_file(path: Path) -> bool:
    """By what is in it: a text that begins as a lesson does."""
    try:
        with path.open("rb") as file:
            return is_lesson(file.read(_HEAD).decode("utf-8", errors="replace"))
    except OSError:
        return False


def is_file_name(word: str) -> bool:
    """Whether a word means a file, not a shipped lesson."""
    return word.endswith(SUFFIX) or "/" in word or "\\" in word


def refuse_unknown(word: str) -> None:
    """Raises NoLesson where a word is neither the name of a lesson nor a file that is there."""
    if is_file_name(word):
        if not Path(word).is_file():
            raise NoLesson(f"There is no file {word}.")
    elif word not in names():
        raise NoLesson(f"There is no lesson {word!r}{did_you_mean(word, names()) or '.'} See: bpgui lesson list")
