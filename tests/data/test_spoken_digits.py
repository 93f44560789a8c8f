"""The spoken digits that ship: whole, small, and what eSpeak NG says today where it is at hand."""

from __future__ import annotations

import runpy
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from bpgui.data.errors import DataError
from bpgui.data.shipped import LOUDNESS_STEP, SPOKEN_DIGITS, shipped
from bpgui.data.table import NumberColumn, TextColumn

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "samples"
FILE = FOLDER / "spoken_digits.npz"


def test_every_voice_says_every_digit_twice() -> None:
    table = shipped("spoken_digits", FOLDER)
    assert table.names == ("sound", "speaker", "class")
    sound, speaker, digit = table.columns
    assert isinstance(sound, NumberColumn)
    assert isinstance(speaker, TextColumn)
    assert isinstance(digit, TextColumn)
    assert (sound.meaning, sound.shape, sound.values.dtype.name) == ("sound", (24, 32, 1), "uint8")
    assert sound.shape == (SPOKEN_DIGITS.bands, SPOKEN_DIGITS.frames, 1)
    assert digit.levels == tuple("0123456789")
    pairs, counts = np.unique(np.stack((speaker.codes, digit.codes)), axis=1, return_counts=True)
    assert pairs.shape[1] == 10 * len(speaker.levels)
    assert len(speaker.levels) >= 60
    assert set(counts) == {2}
    assert FILE.stat().st_size < 700_000


def test_no_two_are_the_same_and_each_has_its_loudest() -> None:
    values = shipped("spoken_digits", FOLDER).column("sound").values
    assert (values.reshape(len(values), -1).max(axis=1) == 255).all()
    assert len({row.tobytes() for row in values}) == len(values)


def test_the_digits_of_a_voice_differ_more_than_its_takes() -> None:
    """What the network is to hear is there: the nearest other word of all other voices is mostly the same digit."""
    table = shipped("spoken_digits", FOLDER)
    _, speaker, digit = table.columns
    assert isinstance(speaker, TextColumn)
    assert isinstance(digit, TextColumn)
    values = table.column("sound").values.reshape(table.rows, -1).astype(np.float64)
    squares = np.square(values).sum(axis=1)
    distance = squares[:, None] + squares - 2 * values @ values.T
    distance[speaker.codes[:, None] == speaker.codes] = np.inf
    assert (digit.codes[distance.argmin(axis=1)] == digit.codes).mean() > 0.9


def _damage(change: str, path: Path) -> None:
    with np.load(FILE) as file:
        arrays = dict(file)
    if change == "lacking":
        del arrays["speaker"]
    elif change == "short":
        arrays["digit"] = arrays["digit"][:-1]
    elif change == "names":
        arrays["names"] = arrays["names"][:5]
    elif change == "loud":
        arrays["sound"] = np.full_like(arrays["sound"], 52)
    elif change == "shape":
        arrays["sound"] = arrays["sound"][:, :20]
    np.savez_compressed(path, **arrays)


@pytest.mark.parametrize("change", ["lacking", "short", "names", "loud", "shape"])
def test_a_damaged_file_is_said(change: str, tmp_path: Path) -> None:
    path = tmp_path / "spoken_digits.npz"
    _damage(change, path)
    with pytest.raises(DataError, match="missing or damaged"):
        shipped("spoken_digits", tmp_path)


def test_a_file_cut_off_or_changed_anywhere_is_said(tmp_path: Path) -> None:
    data, path = FILE.read_bytes(), tmp_path / "spoken_digits.npz"
    for cut in (10, 1000, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:cut])
        with pytest.raises(DataError, match="missing or damaged"):
            shipped("spoken_digits", tmp_path)
    path.write_bytes(data[:5000] + bytes(100) + data[5100:])
    with pytest.raises(DataError, match="missing or damaged"):
        shipped("spoken_digits", tmp_path)


def _espeak() -> str:
    program = shutil.which("espeak-ng")
    if program is None:
        return ""
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout


def test_the_recipe_makes_what_is_committed(tmp_path: Path) -> None:
    if " 1.51 " not in _espeak():
        pytest.skip("espeak-ng 1.51, which the spoken digits were made with, is not installed")
    script = runpy.run_path(str(ROOT / "packaging" / "make_spoken_digits.py"))
    takes = script["takes"]()
    table = shipped("spoken_digits", FOLDER)
    sound, speaker, digit = table.columns
    assert isinstance(speaker, TextColumn)
    assert isinstance(digit, TextColumn)
    assert [take.voice.lower() for take in takes] == speaker.texts()
    assert [str(take.digit) for take in takes] == digit.texts()
    for row in range(3, table.rows, 311):
        made = script["spectrogram"](takes[row], tmp_path).astype(int)
        kept = sound.values[row].astype(int)
        # The nearest step, or one beside it where another machine's last bit differs.
        assert np.abs(made - kept).max() <= LOUDNESS_STEP // 2 + 1
