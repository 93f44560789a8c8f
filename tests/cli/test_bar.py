"""What is said on standard error while something takes its time."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpgui.cli.bar import Bar, ReadingLine
from bpgui.runs.answers import Progress


def terminal(monkeypatch: pytest.MonkeyPatch, is_one: bool) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_one)


def test_before_the_first_epoch_has_ended_the_batch_s_loss_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal(monkeypatch, False)
    bar = Bar()
    bar.show(Progress(step=1, epochs=2, batch=1, batches=5, loss=0.75))
    assert "epoch 0 / 2  batch loss 0.75" in capsys.readouterr().err
    bar.show(Progress(step=10, epoch=2, epochs=2, batches=5, loss=0.5, train_loss=0.6, val_loss=0.7), last=True)
    assert "epoch 2 / 2  loss 0.6  val 0.7" in capsys.readouterr().err


def test_reading_is_redrawn_on_a_terminal_and_taken_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    terminal(monkeypatch, True)
    line = ReadingLine(tmp_path / "a.csv")
    for fraction in (None, 0.25, 0.25, 0.5):
        line.show(fraction)
    line.end()
    assert capsys.readouterr().err.split("\r") == [
        "", "reading a.csv\x1b[K", "reading a.csv  25%\x1b[K", "reading a.csv  50%\x1b[K", "\x1b[K",
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "said"), [(10, ""), (30_000_000, "bpgui: reading a.csv, 30 MB\n")])
def test_elsewhere_only_a_large_file_is_announced(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, size: int, said: str
) -> None:
    terminal(monkeypatch, False)
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(size)
    line = ReadingLine(tmp_path / "a.csv")
    line.show(0.5)
    line.end()
    assert capsys.readouterr().err == said
