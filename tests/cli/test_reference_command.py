"""`bpgui reference`: keys, names and words."""

from __future__ import annotations

import pytest

from bpgui.__main__ import main
from bpgui.project.reference import entries


@pytest.mark.parametrize("words", [["relu"], ["activation.relu"], ["ReLU"]])
def test_an_entry_is_printed(words, capsys):
    assert main(["reference", *words]) == 0
    said = capsys.readouterr().out
    assert said.startswith("ReLU  (activation.relu)\n")
    assert "a = max(0, z)" in said
    assert "](" not in said


def test_names_of_several_words(capsys):
    assert main(["reference", "learning", "rate"]) == 0
    assert "setting.learning_rate" in capsys.readouterr().out


def test_without_a_key_all_are_listed(capsys):
    assert main(["reference"]) == 0
    said = capsys.readouterr().out
    assert all(key in said for key in entries())


def test_words_that_entries_hold_are_looked_for(capsys):
    assert main(["reference", "Kingma"]) == 0
    said = capsys.readouterr()
    assert said.out.split()[0] == "optimizer.adam"
    assert "No entry is called" in said.err


def test_what_nothing_holds_is_a_mistake_of_usage(capsys):
    assert main(["reference", "flux capacitor"]) == 2
    assert "`bpgui reference` lists all keys" in capsys.readouterr().err
