"""`bpgui lesson` as it is typed, and `bpgui --lesson`."""

import pytest

from bpgui.__main__ import main
from bpgui.cli.window import parse
from bpgui.project.lessons import shelf
from bpgui.resources import resource

HEAD = "---\ntitle: A\nminutes: 3\nsummary: S.\n---\n"


def test_the_lessons_are_listed_in_their_order(capsys):
    assert main(["lesson", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(shelf.names())
    for line, lesson in zip(lines, shelf.all_shipped(), strict=True):
        assert f"{lesson.title}, {lesson.minutes} minutes. {lesson.summary}" in line


def test_every_shipped_lesson_is_all_right(capsys):
    files = [str(path) for path in sorted(resource("lessons").glob("[0-9]*.md"))]
    assert len(files) == len(shelf.names())
    assert main(["lesson", "check", *files]) == 0, capsys.readouterr().err


def test_all_that_is_wrong_in_all_files_is_said(tmp_path, capsys):
    good, bad, worse = (tmp_path / name for name in ("good.md", "bad.md", "worse.md"))
    good.write_text(HEAD + "# One\n", encoding="utf-8")
    bad.write_text(HEAD + "# One\n```until\nval_los < 1\n```\n```point\ntoolbar.trian\n```\n", encoding="utf-8")
    worse.write_text(HEAD + "# One\n```setup\nsample: xor\nrows: 9\n```\n", encoding="utf-8")
    assert main(["lesson", "check", str(bad), str(good), str(worse), str(tmp_path / "gone.md")]) == 1
    said = capsys.readouterr()
    assert said.out == "good.md: all right, 1 step.\n"
    assert said.err.splitlines() == [
        "bad.md, line 8: 'val_los' is not a fact or an event; did you mean val_loss?",
        "bad.md, line 11: 'toolbar.trian' is not a control; did you mean toolbar.train?",
        "worse.md, line 8: the sample xor has no rows",
        "gone.md, line 1: the file cannot be read: No such file or directory",
    ]


@pytest.mark.parametrize("words", [["lesson"], ["lesson", "check"], ["lesson", "play"]])
def test_what_is_no_use_of_it(words, capsys):
    assert main(words) == 2
    assert "bpgui lesson" in capsys.readouterr().err


def test_a_lesson_that_is_not_there_opens_no_window(tmp_path, capsys):
    assert parse(["--lesson", "digits"]).lesson == "digits"
    assert main(["--lesson", "digit"]) == 2
    assert "There is no lesson 'digit'; did you mean digits?" in capsys.readouterr().err
    assert main(["--lesson", str(tmp_path / "gone.md")]) == 2
    assert "gone.md" in capsys.readouterr().err
