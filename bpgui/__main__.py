"""The way in: reading child, command line, window. Qt is imported only for the window."""

from __future__ import annotations

import sys
from typing import Literal


def main(arguments: list[str] | None = None) -> int:
    """Run bpgui with those arguments; the exit code: 0 done, 1 failed, 2 usage."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["--read-child"]:
        from bpgui.data.readers.child import main as read

        return read(ahead=given[1:] == ["--ahead"])
    if given[:1] == ["--run-script"] and len(given) > 1:
        return _run_script(given[1:])
    if given[:1] and given[0] in _READING:
        _get_ready(given[1:])
    from bpgui.cli.window import parse
    from bpgui.cli.words import Usage

    try:
        options = parse(given)
    except Usage as error:
        print(f"bpgui: {error}", file=sys.stderr)
        return 2
    if options.command == "self-test":
        from bpgui.selftest import self_test

        return self_test(options.source, options.seconds, options.screenshot)
    if options.command == "window":
        return _open_window(options.files, options.action, options.lesson, options.new_instance, options.projector)
    from bpgui.cli.commands import run_command

    try:
        return run_command(options)
    except KeyboardInterrupt:
        print("bpgui: interrupted", file=sys.stderr)
        return 1


_READING = ("train", "predict", "check", "export")


def _get_ready(words: list[str]) -> None:
    """Where one of the words is a file of data: the process that will read it starts beside what is imported here."""
    import os

    if any(not word.endswith(".bpgui") and os.path.exists(word) for word in words):
        from bpgui.data.reading_process import SPARE

        SPARE.prepare()


def _open_window(
    files: list[str], action: Literal["", "new", "samples"], lesson: str, alone: bool, projector: bool
) -> int:
    """The window, or a word to the one that is open; where there can be none, what to do about it."""
    import gc

    from bpgui.display import tell, why_no_window

    if lesson and (said := _why_no_lesson(lesson)):
        print(f"bpgui: {said}", file=sys.stderr)
        return 2
    gc.disable()  # until the window is there: nothing that its imports make is to be collected
    reason = why_no_window()
    if reason is not None:
        tell(reason)
        return 1
    from bpgui.ui.launch import end_startup_notification, hand_over, launch

    request = launch(files, action, lesson, projector=projector)
    if not alone and hand_over(request):
        end_startup_notification()
        return 0
    _get_ready(files)
    from bpgui.app import run

    return run(request, alone=alone)


def _why_no_lesson(word: str) -> str:
    """Why --lesson cannot be done, "" where it can."""
    from bpgui.project.lessons.shelf import NoLesson, refuse_unknown

    try:
        refuse_unknown(word)
    except NoLesson as error:
        return str(error)
    return ""


def _run_script(given: list[str]) -> int:
    """Run a Python file: in a frozen bundle there is no other interpreter for an exported script."""
    import runpy

    sys.argv = given
    runpy.run_path(given[0], run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
