"""The guide to writing lessons says what the program goes by, and its example is a lesson."""

from __future__ import annotations

import re
import textwrap

import pytest

from bpgui.project.lessons.facts import EVENTS, FACTS
from bpgui.project.lessons.reading import BLOCKS, HEAD, read_lesson
from bpgui.project.lessons.setting_up import PROJECT_KEYS, WINDOW_KEYS, try_setups
from bpgui.project.lessons.tables import guide_tables, table
from bpgui.resources import resource

GUIDE = resource("lessons", "WRITING.md").read_text(encoding="utf-8")


def chapter(heading: str) -> str:
    return GUIDE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]


@pytest.mark.parametrize("heading", guide_tables())
def test_its_tables_are_the_code_s(heading: str) -> None:
    assert guide_tables()[heading] in chapter(heading)


def test_every_name_is_in_a_table() -> None:
    for heading, names in (("Facts", FACTS), ("Events", EVENTS), ("Keys of a setup", {**PROJECT_KEYS, **WINDOW_KEYS})):
        assert re.findall(r"^\| `(\w+)` \|", chapter(heading), re.MULTILINE) == list(names)


def test_blocks_and_head_are_explained() -> None:
    assert re.findall(r"^\| `(\w+)` \|", chapter("The file"), re.MULTILINE) == list(BLOCKS)
    head = chapter("The file").split("---", 2)[1]
    assert re.findall(r"^\s+(\w+):", head, re.MULTILINE) == list(HEAD)


def test_its_example_is_a_lesson() -> None:
    blocks = re.findall(r"(?:^    .*\n|^\n)+", chapter("The file"), re.MULTILINE)
    lesson = read_lesson("\n".join(textwrap.dedent(block).strip() for block in blocks if block.strip()), "example")
    assert [step.title for step in lesson.steps] == ["One neuron", "More neurons"]
    assert try_setups(lesson) == []


def test_a_table_keeps_its_bars() -> None:
    assert table(("a", "b"), [("|w|", "c")]).splitlines()[-1] == "| \\|w\\| | c |"
