"""`bpgui lesson`: list the lessons, and check those that one writes. Other commands do not load them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_lesson(parser: argparse.ArgumentParser, kind: type[argparse.ArgumentParser]) -> None:
    """The words after `bpgui lesson`."""
    parser.description = "List the lessons, or check lessons of your own. bpgui --lesson NAME opens one."
    words = parser.add_subparsers(dest="word", required=True, parser_class=kind)
    words.add_parser("list", help="list the lessons", description="List the lessons that come with bpgui.")
    check = words.add_parser("check", help="check files")
    check.description = "Read lessons and try their setups; say all that is wrong, with line numbers. Exit code 1 then."
    check.add_argument("files", metavar="FILE", nargs="+", help="a lesson, as `resources/lessons/WRITING.md` has it")


def lesson(options: argparse.Namespace) -> int:
    """0 where all is well, 1 where a file has faults."""
    if options.word == "list":
        return _list()
    return max([_check(Path(name)) for name in options.files])


def _list() -> int:
    from bpgui.project.lessons import LessonError
    from bpgui.project.lessons.shelf import all_shipped

    try:
        lessons = all_shipped()
    except LessonError as error:
        print(error, file=sys.stderr)
        return 1
    width = max((len(each.name) for each in lessons), default=0)
    for each in lessons:
        print(f"{each.name:<{width}}  {each.title}, {each.minutes} minutes. {each.summary}")
    return 0


def _check(path: Path) -> int:
    from bpgui.project.lessons import LessonError
    from bpgui.project.lessons.shelf import check_file

    try:
        found = check_file(path)
    except LessonError as error:
        print(error, file=sys.stderr)
        return 1
    count = len(found.steps)
    print(f"{path.name}: all right, {count} {'step' if count == 1 else 'steps'}.")
    return 0
