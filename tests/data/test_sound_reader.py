"""Folders of WAV files: classes, speakers, parts, settings; bad files are named, the rest is read."""

from __future__ import annotations

import struct
import time
from pathlib import Path, PurePath

import numpy as np
import pytest

from bpgui.data.errors import DataError
from bpgui.data.readers.gathering import natural
from bpgui.data.readers.options import Parsed
from bpgui.data.readers.recordings.sound_reader import options_of, read, recognise, settled, sound_values
from bpgui.data.readers.recordings.speakers import find_speakers
from bpgui.data.readers.task import Task
from bpgui.data.reading_options import ReadingOptions
from bpgui.data.sounds.spectrogram import log_mel, trimmed
from bpgui.data.table import NumberColumn, Table, TextColumn
from tests.data.sound_files import chirp, chunk, fmt, riff, spoken, wav

DIGITS = [f"{digit}_{speaker}_{take}.wav" for digit in (2, 7) for speaker in ("ann", "bob") for take in (1, 2, 10)]


OPEN = ReadingOptions()


def _read(root: Path, options: ReadingOptions = OPEN, preview: int | None = None) -> tuple[Table, Parsed]:
    paths = sorted((path for path in root.rglob("*") if path.is_file()), key=natural)
    return read(Task(tuple(paths), root, options, root, preview=preview))


def _texts(table: Table, name: str) -> list[str | None]:
    column = table.column(name)
    assert isinstance(column, TextColumn)
    return column.texts()


def _values(table: Table) -> np.ndarray:
    column = table.column("sound")
    assert isinstance(column, NumberColumn)
    assert column.meaning == "sound"
    return column.values


def test_names_give_class_and_speaker(tmp_path: Path) -> None:
    spoken(tmp_path, DIGITS)
    table, parsed = _read(tmp_path)
    assert table.names == ("sound", "class", "speaker", "file")
    assert _texts(table, "file") == DIGITS
    assert _texts(table, "class") == ["2"] * 6 + ["7"] * 6
    assert _texts(table, "speaker") == (["ann"] * 3 + ["bob"] * 3) * 2
    assert _values(table).shape == (12, 24, 32, 1)
    assert _values(table).dtype == np.uint8
    assert parsed.notes == ()
    assert parsed.rows == 12
    assert dict(parsed.details)["rate"] == "8000 Hz"
    assert [(found.name, found.type) for found in parsed.columns] == [
        ("sound", "sound"), ("class", "text"), ("speaker", "text"), ("file", "text"),
    ]  # fmt: skip


def test_folders_give_class_and_part(tmp_path: Path) -> None:
    names = [f"{part}/{word}/{take}.wav" for part in ("train", "test") for word in ("no", "yes") for take in range(3)]
    spoken(tmp_path, names)
    table, _ = _read(tmp_path)
    assert table.names == ("sound", "class", "file", "part")
    assert _texts(table, "class") == ["no"] * 3 + ["yes"] * 3 + ["no"] * 3 + ["yes"] * 3
    assert _texts(table, "part") == ["test"] * 6 + ["train"] * 6
    part = table.column("part")
    assert isinstance(part, TextColumn)
    assert part.levels == ("train", "test")


@pytest.mark.parametrize(
    ("names", "classes", "speakers"),
    [
        (["yes/0a7c_nohash_0.wav", "yes/0a7c_nohash_1.wav", "no/0a7c_nohash_0.wav", "yes/33ff_nohash_0.wav",
          "no/33ff_nohash_0.wav"], ["yes", "yes", "no", "yes", "no"], ["0a7c", "0a7c", "0a7c", "33ff", "33ff"]),
        (["ann/7_1.wav", "ann/8_1.wav", "bob/7_1.wav", "bob/8_1.wav"], ["7", "8", "7", "8"],
         ["ann", "ann", "bob", "bob"]),
        (["7_01_0.wav", "7_01_1.wav", "8_01_0.wav", "8_01_1.wav", "7_02_0.wav", "7_02_1.wav", "8_02_0.wav"],
         ["7", "7", "8", "8", "7", "7", "8"], ["01", "01", "01", "01", "02", "02", "02"]),
        (["7_001.wav", "7_002.wav", "8_001.wav", "8_002.wav"], ["7", "7", "8", "8"], None),
        (["7_a.wav", "7_b.wav", "8_c.wav", "8_d.wav"], ["7", "7", "8", "8"], None),
        (["train/7_a.wav", "train/8_b.wav", "test/7_c.wav", "test/8_d.wav"], ["7", "8", "7", "8"], None),
        (["cat/1.wav", "cat/2.wav", "dog/1.wav", "dog/2.wav"], ["cat", "cat", "dog", "dog"], None),
        (["7_ann_0.wav", "8_ann_0.wav"], ["7", "8"], None),
        (["7_ann_0.wav", "8_bob_0.wav"], [], None),
    ],
)  # fmt: skip
def test_speakers_go_across_classes_and_are_no_count(
    names: list[str], classes: list[str | None], speakers: list[str] | None
) -> None:
    assert find_speakers([PurePath(name) for name in names], classes) == speakers


def test_one_sound_goes_the_way_that_all_went(tmp_path: Path) -> None:
    paths = spoken(tmp_path, DIGITS)
    stereo = np.stack((chirp(0.4, 44100), chirp(0.4, 44100)), axis=1)
    (tmp_path / "7_cat_1.wav").write_bytes(wav(np.concatenate((np.zeros((4410, 2)), stereo)), 44100))
    wanted = ReadingOptions(rate=11025, bands=20, frames=16)
    table, parsed = _read(tmp_path, wanted)
    assert _values(table).shape == (13, 20, 16, 1)
    again = options_of(parsed.details, ReadingOptions(labels="none"))
    assert (again.rate, again.bands, again.frames) == (11025, 20, 16)
    for path in (paths[4], tmp_path / "7_cat_1.wav"):
        expected = _values(table)[_texts(table, "file").index(path.name)]
        np.testing.assert_array_equal(sound_values(path, again), expected)
        alone, parsed = read(Task((path,), tmp_path, again, tmp_path))
        assert options_of(parsed.details, ReadingOptions(labels="none")) == again
        assert alone.names == ("sound", "file")
        np.testing.assert_array_equal(_values(alone)[0], expected)


def test_a_spectrogram_is_that_of_the_trimmed_sound(tmp_path: Path) -> None:
    samples = np.concatenate((np.zeros(800), chirp(0.3), np.zeros(1600)))
    path = tmp_path / "a.wav"
    path.write_bytes(wav(samples))
    stored = np.rint(samples * 32768) / 32768
    expected = log_mel(trimmed(stored, 8000), 8000, 24, 32)
    np.testing.assert_array_equal(sound_values(path, ReadingOptions()), expected)
    assert expected[:, 0].any()
    assert expected[:, -1].any()


def test_the_same_sound_at_any_rate_depth_and_number_of_channels_looks_alike(tmp_path: Path) -> None:
    def values(data: bytes) -> np.ndarray:
        path = tmp_path / "a.wav"
        path.write_bytes(data)
        return sound_values(path, ReadingOptions(rate=8000)).astype(float)

    expected = values(wav(chirp(0.3, 8000)))
    strong = expected > 60
    for rate in (11025, 16000, 22050, 44100, 48000, 96000):
        found = values(wav(np.stack([chirp(0.3, rate)] * 2, axis=1), rate))
        assert np.abs(found - expected)[strong].mean() < 4
    floats = (chirp(0.3) * 1e30).astype("<f4").tobytes()
    found = values(riff(chunk(b"fmt ", fmt(3, bits=32)), chunk(b"data", floats)))
    assert np.abs(found - expected)[strong].max() <= 1


def test_the_rate_follows_the_files_and_can_be_set(tmp_path: Path) -> None:
    paths = spoken(tmp_path, ["a.wav", "b.wav"], 44100)
    assert settled(ReadingOptions(), paths).rate == 16000
    low = spoken(tmp_path, ["c.wav"], 8000)
    assert settled(ReadingOptions(), [*paths, *low]).rate == 8000
    assert settled(ReadingOptions(rate=22050), [*paths, *low]).rate == 22050
    table, parsed = _read(tmp_path, ReadingOptions(bands=5, frames=7))
    assert _values(table).shape == (3, 5, 7, 1)
    settings = {setting.key: setting.value for setting in parsed.settings}
    assert settings == {"labels": "none", "rate": "8000", "bands": "5", "frames": "7", "rows": ""}


def test_labels_can_be_left_out(tmp_path: Path) -> None:
    spoken(tmp_path, DIGITS)
    table, _ = _read(tmp_path, ReadingOptions(labels="none"))
    assert table.names == ("sound", "file")


def test_bad_files_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    spoken(tmp_path, DIGITS)
    good = wav(chirp())
    (tmp_path / "2_ann_3.wav").write_bytes(good[:40])
    (tmp_path / "2_ann_4.wav").write_bytes(b"fLaC" + bytes(50))
    (tmp_path / "7_bob_5.wav").write_bytes(good[:2000])
    (tmp_path / "7_bob_6.wav").write_bytes(wav(np.zeros(1000)))
    table, parsed = _read(tmp_path)
    assert table.rows == len(DIGITS) + 2
    assert "2_ann_3.wav" not in _texts(table, "file")
    first, second = parsed.notes
    assert first.startswith("2 of 16 sounds could not be read and were left out. 2_ann_3.wav")
    assert "2_ann_4.wav is FLAC" in first
    assert "7_bob_5.wav is cut off" in second
    assert "7_bob_6.wav is silent." in second
    assert not _values(table)[_texts(table, "file").index("7_bob_6.wav")].any()


def test_many_bad_files_make_a_short_note(tmp_path: Path) -> None:
    spoken(tmp_path, DIGITS)
    for index in range(9):
        (tmp_path / f"2_eve_{index}.wav").write_bytes(b"RIFF")
    _, parsed = _read(tmp_path)
    assert "And 5 more." in parsed.notes[0]


def test_only_bad_files_are_an_error(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).write_bytes(b"RIFF\x24\0\0\0WAVE")
    with pytest.raises(DataError, match=r"None of the 2 sounds in .* can be read. a.wav has no chunk fmt"):
        _read(tmp_path)
    with pytest.raises(DataError, match=r"^a.wav has no chunk"):
        sound_values(tmp_path / "a.wav", ReadingOptions())
    with pytest.raises(DataError, match=r"gone.wav cannot be opened: No such file"):
        sound_values(tmp_path / "gone.wav", ReadingOptions())


def test_what_is_no_sound_is_left_out_and_said(tmp_path: Path) -> None:
    spoken(tmp_path, DIGITS)
    (tmp_path / "readme.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    table, parsed = _read(tmp_path)
    assert table.rows == len(DIGITS)
    assert parsed.notes == ("1 other file was left out: readme.csv.",)
    with pytest.raises(DataError, match="holds no sounds"):
        read(Task((tmp_path / "readme.csv",), tmp_path, ReadingOptions(), tmp_path))


def test_a_table_among_the_sounds_gives_class_and_speaker(tmp_path: Path) -> None:
    spoken(tmp_path / "clips", ["a1.wav", "b1.wav", "c1.wav", "d1.wav", "e1.wav"])
    lines = ["path,word,speaker,age", "a1.wav,no,ann,30", "b1.wav,yes,ann,30", "c1.wav,no,bob,", "d1.wav,yes,bob,41"]
    (tmp_path / "names.csv").write_text("\n".join(lines), encoding="utf-8")
    table, parsed = _read(tmp_path)
    assert table.names == ("sound", "class", "speaker", "age", "file")
    assert _texts(table, "class") == ["no", "yes", "no", "yes", None]
    assert _texts(table, "speaker") == ["ann", "ann", "bob", "bob", None]
    assert "names.csv names 4 of 5 files" in parsed.notes[1]
    assert dict(parsed.details)["class from"] == "names.csv"
    assert [found.missing for found in parsed.columns] == [0, 1, 1, 2, 0]


def test_one_sound_is_no_data_set(tmp_path: Path) -> None:
    paths = spoken(tmp_path, ["a.wav"])
    with pytest.raises(DataError, match=r"a.wav is one sound; a data set needs several"):
        _read(tmp_path)
    table, parsed = read(Task(tuple(paths), tmp_path, ReadingOptions(labels="none"), tmp_path))
    assert table.rows == 1
    assert parsed.notes == (), "that it has no class was wanted"


def test_a_sample_of_rows_and_a_preview(tmp_path: Path) -> None:
    spoken(tmp_path, DIGITS)
    whole, _ = _read(tmp_path)
    part, parsed = _read(tmp_path, ReadingOptions(rows=5))
    assert part.rows == parsed.rows == 5
    places = [_texts(whole, "file").index(name) for name in _texts(part, "file")]
    assert places == sorted(places)
    np.testing.assert_array_equal(_values(part), _values(whole)[places])
    assert _texts(part, "class") == [_texts(whole, "class")[place] for place in places]
    assert _read(tmp_path, ReadingOptions(rows=5))[0] == part
    look, parsed = _read(tmp_path, preview=4)
    assert (look.rows, parsed.rows) == (4, 12)
    assert set(_texts(look, "class")) == {"2", "7"}


def test_too_large_is_said_before_anything_is_made(tmp_path: Path) -> None:
    paths = spoken(tmp_path, ["a.wav", "b.wav"])
    with pytest.raises(DataError, match="1024 × 4096 is too large"):
        sound_values(paths[0], ReadingOptions(bands=1024, frames=4096))
    task = Task(tuple(paths), tmp_path, ReadingOptions(bands=1000, frames=1000), tmp_path, memory=1_000_000)
    table, parsed = read(task)
    assert table.rows == 2
    assert "2 spectrograms of 1000 × 1000 numbers: 2 MB, and 1 MB of memory may be used" in parsed.questions[0].text


def test_a_long_recording_gives_its_beginning_at_once(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.write(wav(chirp(1.0))[:40] + struct.pack("<I", 1 << 28))
        file.write((np.tile(chirp(1.0), 10) * 32767).astype("<i2").tobytes())
        file.truncate(1 << 28)
    began = time.perf_counter()
    table, parsed = _read(tmp_path, ReadingOptions(labels="none"))
    assert time.perf_counter() - began < 5
    assert table.rows == 1
    assert "the first 60.0 s were taken" in parsed.notes[0]


def test_by_content_and_not_by_name() -> None:
    good = wav(chirp())[:64]
    assert recognise(good, Path("a.txt"))
    assert recognise(b"OggS\0\2", Path("a.wav"))
    assert recognise(b"\1\0\2\0\3", Path("a.WAV"))
    assert not recognise(b"a,b\n1,2\n", Path("a.wav"))
    assert not recognise(b"PK\3\4\0\0", Path("a.wav"))
    assert not recognise(b"\1\0\2\0\3", Path("a.bin"))
    assert not recognise(b"", Path("a.wav"))
    assert not recognise(b"ID3,ID4\n1,2\n", Path("a.csv"))
    assert not recognise("ясно;да\n1;2\n".encode("cp1251"), Path("a.csv"))
    assert recognise(b"\xff\xf1\x50\x80\0\1", Path("a.aac"))
    assert not recognise(b"RIFF\0\0\0\0WEBPVP8 ", Path("a.webp"))


def test_more_than_300_short_sounds_a_second(tmp_path: Path) -> None:
    spoken(tmp_path, [f"{digit}_{speaker}_{take}.wav" for digit in range(5) for speaker in "ab" for take in range(30)])
    best = 0.0
    for _ in range(3):
        began = time.process_time()  # of the processor: other programs do not slow it down
        table, _ = _read(tmp_path)
        best = max(best, table.rows / (time.process_time() - began))
    assert best > 300


def test_the_same_files_give_the_same_bits_whatever_the_threads(tmp_path: Path) -> None:
    threadpoolctl = pytest.importorskip("threadpoolctl")
    spoken(tmp_path, DIGITS, 22050)
    with threadpoolctl.threadpool_limits(1):
        first, _ = _read(tmp_path)
    with threadpoolctl.threadpool_limits(2):
        second, _ = _read(tmp_path)
    assert first.sha == second.sha


def test_names_with_anything_in_them(tmp_path: Path) -> None:
    names = ["ä [1]/ü 1.wav", "ä [1]/ü 2.wav", "b c/1.wav", "b c/2.wav"]
    spoken(tmp_path, names)
    table, _ = _read(tmp_path)
    assert set(_texts(table, "class")) == {"ä [1]", "b c"}
