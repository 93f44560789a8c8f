"""WAV files: right samples, checked against soundfile and scipy, or a message that says what is wrong."""

from __future__ import annotations

import io
import struct
import time
import warnings

import numpy as np
import pytest
import scipy.io.wavfile
from hypothesis import given, settings
from hypothesis import strategies as st

from bpgui.data.errors import DataError
from bpgui.data.sounds.riff import is_wav, other_sound
from bpgui.data.sounds.wav import Sound, read_wav
from tests.data.sound_files import GUID, chunk, extensible, fmt, riff

RAMP = np.array([0, 1, -1, 100, -100, 32767, -32768, 12345], dtype="<i2")
PCM = chunk(b"fmt ", fmt())
SOUND = RAMP.tobytes()
DATA = chunk(b"data", SOUND)
EXPECTED = RAMP / 32768.0


def _noise(channels: int) -> np.ndarray:
    return np.clip(np.random.default_rng(5).normal(0, 0.3, (999, channels)), -1, 0.999)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW"])
@pytest.mark.parametrize(
    ("container", "endian"), [("WAV", "LITTLE"), ("WAVEX", "LITTLE"), ("RF64", "LITTLE"), ("WAV", "BIG")]
)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_format_as_soundfile_reads_it(subtype: str, container: str, endian: str, channels: int) -> None:
    soundfile = pytest.importorskip("soundfile", reason="soundfile, which the formats are checked against, is missing")
    file = io.BytesIO()
    soundfile.write(file, _noise(channels), 11025, subtype=subtype, format=container, endian=endian)
    data = file.getvalue()
    assert is_wav(data[:64])
    expected, rate = soundfile.read(io.BytesIO(data), always_2d=True, dtype="float64")
    sound = read_wav(data, "a.wav")
    assert (sound.rate, sound.notes) == (rate, ())
    np.testing.assert_array_equal(sound.samples, expected)
    assert sound.samples.dtype == np.float64


@pytest.mark.parametrize(
    ("dtype", "scale", "shift"),
    [("u1", 128.0, 128.0), ("i2", 2.0**15, 0.0), ("i4", 2.0**31, 0.0), ("f4", 1.0, 0.0), ("f8", 1.0, 0.0)],
)
@pytest.mark.parametrize("order", ["<", ">"])
def test_formats_as_scipy_reads_them(dtype: str, scale: float, shift: float, order: str) -> None:
    values = _noise(2) * scale * 0.9 + shift
    file = io.BytesIO()
    scipy.io.wavfile.write(file, 22050, values.astype(("" if dtype == "u1" else order) + dtype))
    rate, expected = scipy.io.wavfile.read(io.BytesIO(file.getvalue()))
    sound = read_wav(file.getvalue(), "a.wav")
    assert sound.rate == rate
    np.testing.assert_array_equal(sound.samples, (expected.astype(np.float64) - shift) / scale)


def test_the_two_laws_by_the_values_of_the_standard() -> None:
    mu = read_wav(riff(chunk(b"fmt ", fmt(7, bits=8)), chunk(b"data", bytes([0x00, 0x80, 0xFF, 0x7F, 0xEF]))), "m")
    np.testing.assert_array_equal(mu.samples[:, 0] * 32768, [-32124, 32124, 0, 0, 132])
    a = read_wav(riff(chunk(b"fmt ", fmt(6, bits=8)), chunk(b"data", bytes([0xD5, 0x55, 0xAA, 0x2A, 0x80]))), "a")
    np.testing.assert_array_equal(a.samples[:, 0] * 32768, [8, -8, 32256, -32256, 5504])


def _ds64(length: int) -> bytes:
    return chunk(b"ds64", struct.pack("<QQQI", length + 72, length, length // 2, 0))


# Unusual, but what they mean can be said: (name, bytes, what a note says or "").
AWKWARD: list[tuple[str, bytes, str]] = [
    ("chunks before", riff(chunk(b"JUNK", b"x" * 28), chunk(b"bext", b"y" * 602), PCM, DATA), ""),
    ("chunks between", riff(PCM, chunk(b"fact", b"\x08\0\0\0"), chunk(b"LIST", b"INFOISFT"), DATA), ""),
    ("chunks after", riff(PCM, DATA, chunk(b"LIST", b"INFO")), ""),
    ("odd chunk, padded", riff(chunk(b"LIST", b"INFOx"), PCM, DATA), ""),
    ("odd chunk, not padded", riff(chunk(b"LIST", b"INFOx", pad=False), PCM, DATA), ""),
    ("damaged chunk after the sound", riff(PCM, DATA, chunk(b"LIST", b"", 2**31)), ""),
    ("data before fmt", riff(DATA, PCM), ""),
    ("size of the file lies", b"RIFF\x01\0\0\0" + riff(PCM, DATA)[8:], ""),
    ("size of the file 0xFFFFFFFF", b"RIFF" + b"\xff" * 4 + riff(PCM, DATA)[8:], ""),
    ("data says 0", riff(PCM, chunk(b"data", SOUND, 0)), "never wrote"),
    ("data says 0xFFFFFFFF", riff(PCM, chunk(b"data", SOUND, 2**32 - 1)), "never wrote"),
    ("data says 0x7FFFF000", riff(PCM, chunk(b"data", SOUND, 0x7FFFF000)), "never wrote"),
    ("data says too much", riff(PCM, chunk(b"data", SOUND, 1000)), "1,000 bytes of sound were expected from byte 44"),
    ("data says one sample too much", riff(PCM, chunk(b"data", SOUND, 18)), "cut off"),
    ("half a sample at the end", riff(PCM, chunk(b"data", SOUND + b"\x01")), "last 1 bytes"),
    ("cut off within a sample", riff(PCM, chunk(b"data", SOUND + b"\x01", 200, pad=False)), "cut off"),
    ("RF64", riff(_ds64(16), PCM, chunk(b"data", SOUND, 2**32 - 1), chunk(b"LIST", b"1234"), magic=b"RF64"), ""),
    ("BW64", riff(_ds64(16), PCM, chunk(b"data", SOUND, 2**32 - 1), magic=b"BW64"), ""),
    ("RF64 says 16 exabytes", riff(_ds64(2**63), PCM, chunk(b"data", SOUND, 2**32 - 1), magic=b"RF64"), "cut off"),
    ("RF64 without ds64", riff(PCM, chunk(b"data", SOUND, 2**32 - 1), magic=b"RF64"), "never wrote"),
    ("extensible", riff(chunk(b"fmt ", extensible(1)), DATA), ""),
    ("extensible, 12 of 16 bits", riff(chunk(b"fmt ", extensible(1, valid=12)), DATA), ""),
    ("12 bits in 2 bytes", riff(chunk(b"fmt ", fmt(bits=12)), DATA), ""),
    ("format of 18 bytes", riff(chunk(b"fmt ", fmt() + b"\0\0"), DATA), ""),
    ("format of 14 bytes", riff(chunk(b"fmt ", fmt()[:14]), DATA), ""),
    ("bytes at a time lie", riff(chunk(b"fmt ", fmt(block=3, byte_rate=16000)), DATA), "3 bytes for 1 × 16 bits"),
    ("bytes at a time are 0", riff(chunk(b"fmt ", fmt(block=0, byte_rate=16000)), DATA), "which take 2"),
    ("bytes a second lie", riff(chunk(b"fmt ", fmt(byte_rate=7)), DATA), ""),
    ("second format", riff(PCM, chunk(b"fmt ", fmt(bits=8)), DATA), ""),
    ("bytes after the end", riff(PCM, DATA) + b"\0" * 11, ""),
]


@pytest.mark.parametrize(("name", "data", "note"), AWKWARD, ids=[case[0] for case in AWKWARD])
def test_awkward_files_give_their_samples(name: str, data: bytes, note: str) -> None:
    sound = read_wav(data, "a.wav")
    np.testing.assert_array_equal(sound.samples[:, 0], EXPECTED)
    assert sound.rate == 8000
    if note:
        assert len(sound.notes) == 1
        assert "a.wav" in sound.notes[0]
        assert note in sound.notes[0]
    else:
        assert sound.notes == ()


def _pcm(**fields: int) -> bytes:
    return riff(chunk(b"fmt ", fmt(**fields)), DATA)


MALFORMED: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "empty"),
    ("three bytes", b"RIF", "begins with"),
    ("only RIFF", b"RIFF", "ends after 4 bytes"),
    ("eleven bytes", b"RIFF\x24\0\0\0WAV", "no WAV"),
    ("only the head", b"RIFF\x24\0\0\0WAVE", "no chunk fmt"),
    ("an AVI", b"RIFF\x24\0\0\0AVI " + bytes(40), "not WAVE"),
    ("text", b"a,b,c\n1,2,3\n" * 10, "not with RIFF"),
    ("zeros", bytes(1000), "not with RIFF"),
    ("FLAC", b"fLaC" + bytes(40), "FLAC, not WAV"),
    ("Ogg", b"OggS" + bytes(40), "Ogg, not WAV"),
    ("MP3", b"ID3\x04" + bytes(40), "MP3, not WAV"),
    ("AIFF", b"FORM\0\0\0\x20AIFFCOMM", "AIFF, not WAV"),
    ("no fmt", riff(DATA), "no chunk fmt"),
    ("no data", riff(PCM), "no chunk data"),
    ("cut within the header of data", riff(PCM, DATA)[:42], "no chunk data"),
    ("cut before the first sample", riff(PCM, DATA)[:44], "holds no samples"),
    ("cut within the first sample", riff(PCM, DATA)[:45], "holds no samples"),
    ("cut within fmt", riff(PCM, DATA)[:30], "16 bytes, but only 10 follow"),
    ("no samples", riff(PCM, chunk(b"data", b"")), "holds no samples"),
    ("no samples, then a list", riff(PCM, chunk(b"data", b""), chunk(b"LIST", b"INFO")), "holds no samples"),
    ("fmt of 4 bytes", riff(chunk(b"fmt ", b"\1\0\1\0"), DATA), "4 bytes, at least 14"),
    ("fmt of 4 GB", riff(chunk(b"fmt ", fmt(), 2**32 - 1), DATA), "4,294,967,295 bytes, but only"),
    ("a list of 2 GB before", riff(chunk(b"LIST", b"", 2**31), PCM, DATA), "LIST says that it has 2,147,483,648"),
    ("a name of control bytes", riff(chunk(b"\0\1\2\xff", b"", 2**31), PCM, DATA), "follow"),
    ("0 channels", _pcm(channels=0, block=2), "0 channels"),
    ("65535 channels", _pcm(channels=65535), "65,535 channels"),
    ("rate 0", _pcm(rate=0), "0 samples a second"),
    ("rate 1", _pcm(rate=1), "1 samples a second"),
    ("rate of 4 GHz", _pcm(rate=2**32 - 1), "4,294,967,295 samples a second"),
    ("0 bits", _pcm(bits=0), "0 bits"),
    ("65535 bits", _pcm(bits=65535), "65535 bits"),
    ("64-bit whole numbers", _pcm(bits=64), "64 bits"),
    ("16-bit floats", _pcm(tag=3), "floats of 16 bits"),
    ("A-law of 16 bits", _pcm(tag=6), "A-law of 16 bits"),
    ("24 bits in 4 bytes", _pcm(bits=24, block=4), "cannot be said which is right"),
    ("bytes at a time lie", _pcm(block=7, byte_rate=1), "7 bytes for 1 × 16 bits at a time"),
    ("ADPCM", _pcm(tag=2, bits=4, block=256), "ADPCM"),
    ("GSM", _pcm(tag=0x31), "GSM"),
    ("MP3 within", _pcm(tag=0x55), "MP3"),
    ("unknown coding", _pcm(tag=0x1234), "0x1234"),
    ("extensible cut short", riff(chunk(b"fmt ", fmt(0xFFFE)), DATA), "16 bytes, 40"),
    ("extensible, unknown", riff(chunk(b"fmt ", extensible(0x77)), DATA), "0x0077"),
    ("extensible in itself", riff(chunk(b"fmt ", extensible(0xFFFE)), DATA), "0xfffe"),
    ("a million chunks", riff(*[b"JUNK\0\0\0\0"] * 1_000_000, PCM, DATA), "10,000 chunks"),
    ("a million empty chunks after nothing", riff(PCM, chunk(b"data", b""), *[b"JUNK\0\0\0\0"] * 9), "no samples"),
]


@pytest.mark.parametrize(("name", "data", "message"), MALFORMED, ids=[case[0] for case in MALFORMED])
def test_malformed_files_give_a_message(name: str, data: bytes, message: str) -> None:
    began = time.perf_counter()
    with pytest.raises(DataError) as caught:
        read_wav(data, "folder/a.wav")
    assert time.perf_counter() - began < 2.0
    assert message in str(caught.value)
    assert str(caught.value).startswith("folder/a.wav")
    assert str(caught.value).endswith(".")


def test_there_are_enough_malformed_files() -> None:
    assert len(MALFORMED) >= 32
    assert len(AWKWARD) >= 20


def test_samples_that_are_no_numbers_are_silence_and_said() -> None:
    values = np.array([0.5, np.nan, np.inf, -np.inf, -2.0], dtype="<f4")
    sound = read_wav(riff(chunk(b"fmt ", fmt(3, bits=32)), chunk(b"data", values.tobytes())), "a.wav")
    np.testing.assert_array_equal(sound.samples[:, 0], [0.5, 0, 0, 0, -2.0])
    assert "3 samples are no numbers" in sound.notes[0]


def test_of_a_long_sound_the_beginning_is_taken_and_said() -> None:
    data = riff(PCM, chunk(b"data", bytes(2 * 8000 * 5)))
    assert read_wav(data, "a.wav").samples.shape == (40_000, 1)
    sound = read_wav(data, "a.wav", seconds=1.5)
    assert sound.samples.shape == (12_000, 1)
    assert sound.notes == ("a.wav lasts 5.0 s; the first 1.5 s were taken.",)
    many = riff(chunk(b"fmt ", fmt(channels=256, bits=8)), chunk(b"data", bytes(256 * 100_000)))
    assert read_wav(many, "a.wav").samples.shape == (65_536, 256)


def test_other_sounds_are_known() -> None:
    assert [other_sound(head) for head in (b"fLaC", b"\0\0\0\x20ftypM4A ", b"\xff\xfb\x90\0", b"RIFF", b"")] == [
        "FLAC", "M4A", "MP3", None, None,
    ]  # fmt: skip
    assert is_wav(b"RIFF\0\0\0\0WAVEfmt ")
    assert not is_wav(b"RIFF\0\0\0\0WEBPVP8 ")


VALID = riff(chunk(b"LIST", b"INFOx"), chunk(b"fmt ", extensible(1, 2)), DATA, chunk(b"LIST", b"INFO"))


@settings(max_examples=400, deadline=2000)
@given(st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), max_size=6), st.integers(0, 120))
def test_whatever_the_bytes_there_are_samples_or_a_message(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(VALID)
    for position, value in changes:
        data[position] = value
    sound = _sound_or_message(bytes(data[: len(data) - cut]))
    if isinstance(sound, str):
        assert "a.wav" in sound
    else:
        assert np.isfinite(sound.samples).all()
        assert sound.samples.size
        assert 100 <= sound.rate <= 1_000_000


def _sound_or_message(data: bytes) -> Sound | str:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return read_wav(data, "a.wav")
        except DataError as error:
            return str(error)


def test_the_guid_of_the_formats_is_the_one_of_the_page() -> None:
    assert extensible(1)[24:] == b"\x01\x00" + GUID
    assert len(extensible(1)) == 40
