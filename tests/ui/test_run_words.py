"""Runs in words."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from bpgui.project import edits
from bpgui.project.samples import open_sample
from bpgui.runs import stopping
from bpgui.runs.run import Run
from bpgui.ui import run_words


def test_a_run_s_line_names_layers_of_every_kind(qapp: QApplication) -> None:
    spec, _ = open_sample("moons")
    for kind in ("dropout", "batchnorm", "activation"):
        spec = edits.insert_layer(spec, 1, kind)
    spec = replace(spec, training=replace(spec.training, optimizer="sgd", learning_rate=0.5))
    line = run_words.run_line(Run(spec, 3))
    assert line == (
        "Run 3 · moons · 8 tanh · relu · batch norm · dropout 0.2 · sgd 0.5 · loss no epoch yet after 0 epochs"
    )


@pytest.mark.parametrize("reason", [*stopping.RESUMABLE, stopping.DIVERGED, stopping.FAILED])
def test_every_end_has_words_of_its_own(qapp: QApplication, reason: str) -> None:
    text = run_words.reason(reason)
    assert 0 < len(text) <= len("stopped by hand.")
    word, tone, sentence = run_words.pill("ended", reason)
    assert word.isupper()
    assert tone in ("done", "bad", "idle")
    assert sentence.endswith(".")
    others = {run_words.pill("ended", r)[2] for r in (*stopping.RESUMABLE, stopping.DIVERGED, stopping.FAILED)}
    assert len(others) == len(stopping.RESUMABLE) + 2
