"""Resampling against scipy, spectrograms against librosa's numbers and against plain sums by definition."""

from __future__ import annotations

import json
from math import cos, log10, pi, sin
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import get_window, resample_poly

from bpgui.data.sounds import spectrogram
from bpgui.data.sounds.resample import mono, resample
from bpgui.data.sounds.spectrogram import (
    LOWEST,
    RANGE,
    STEP,
    hann,
    hertz,
    log_mel,
    mel,
    mel_bank,
    mel_power,
    stretches,
    trimmed,
    window_size,
)  # fmt: skip
from tests.data.sound_files import chirp

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "sounds.json").read_text(encoding="utf-8"))["cases"]
RATES = [
    (44100, 8000), (48000, 8000), (22050, 8000), (11025, 8000), (16000, 8000), (44100, 16000), (96000, 16000),
    (8000, 16000), (7350, 16000), (44101, 8000), (1_000_000, 8000), (8000, 44100),
]  # fmt: skip


def _tone(frequency: float, rate: int, seconds: float = 0.4) -> np.ndarray:
    return np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)


def _middle(values: np.ndarray) -> np.ndarray:
    return values[values.size // 5 : -values.size // 5]


@pytest.mark.parametrize(("rate", "target"), RATES)
@pytest.mark.parametrize("share", [0.05, 0.4, 0.75])
def test_a_tone_stays_the_tone_it_is(rate: int, target: int, share: float) -> None:
    frequency = share * min(rate, target) / 2
    result = resample(_tone(frequency, rate), rate, target)
    assert result.size == -(-round(0.4 * rate) * target // rate)
    expected = np.sin(2 * np.pi * frequency * np.arange(result.size) / target)
    np.testing.assert_allclose(_middle(result), _middle(expected), atol=1e-4)


@pytest.mark.parametrize(("rate", "target"), [pair for pair in RATES if pair[0] > pair[1]])
@pytest.mark.parametrize("share", [1.05, 1.2, 1.3])
def test_a_tone_beyond_the_new_range_is_gone(rate: int, target: int, share: float) -> None:
    frequency = share * target / 2
    if frequency > 0.97 * rate / 2:
        pytest.skip("the tone is beyond the range of the old rate, too")
    loudest = np.abs(_middle(resample(_tone(frequency, rate), rate, target))).max()
    assert 20 * log10(loudest) < -75


@pytest.mark.parametrize(("rate", "target"), [(44100, 8000), (22050, 16000), (8000, 16000), (48000, 8000)])
def test_as_scipy_resamples(rate: int, target: int) -> None:
    generator = np.random.default_rng(3)
    frequencies = generator.uniform(100, 0.75 * min(rate, target) / 2, 30)
    samples = sum(_tone(f, rate) * generator.uniform(0.2, 1) for f in frequencies)
    divisor = np.gcd(rate, target)
    expected = resample_poly(samples, target // divisor, rate // divisor, window=("kaiser", 12.0))
    result = resample(samples, rate, target)
    assert result.shape == expected.shape
    # scipy's filter is shorter: it lets a little more through at the edge.
    assert np.abs(_middle(result - expected)).max() < 0.02 * np.abs(samples).max()
    slow = sum(_tone(f, rate) for f in (200.0, 500.0, 900.0))
    expected = resample_poly(slow, target // divisor, rate // divisor, window=("kaiser", 9.0))
    np.testing.assert_allclose(_middle(resample(slow, rate, target)), _middle(expected), atol=2e-4)


def test_resampling_keeps_bits_constants_and_what_needs_none() -> None:
    samples = np.random.default_rng(1).normal(size=3000)
    first = resample(samples, 44100, 8000)
    np.testing.assert_array_equal(first, resample(samples.copy(), 44100, 8000))
    assert resample(samples, 8000, 8000) is samples
    assert resample(samples[:0], 44100, 8000).size == 0
    assert resample(samples[:1], 1_000_000, 8000).size == 1
    np.testing.assert_allclose(_middle(resample(np.ones(3000), 44100, 8000)), 1.0, atol=1e-12)
    np.testing.assert_array_equal(mono(np.array([[1.0, 3.0], [-1.0, 1.0]])), [2.0, 0.0])


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: str(case["rate"]))
def test_bands_and_power_as_librosa_has_them(case: dict) -> None:
    rate, size, bands = case["rate"], case["size"], case["bands"]
    assert (window_size(rate), round(rate * STEP)) == (size, case["step"])
    bank = np.zeros((bands, size // 2 + 1))
    for band, column, value in case["bank"]:
        bank[band, column] = value
    np.testing.assert_allclose(mel_bank(rate, size, bands), bank, rtol=1e-9, atol=1e-12)
    rising = chirp(0.15, rate, 200.0, 3000.0)
    samples = rising + 0.05 * np.cos(2 * np.pi * 1234.5 * np.arange(rising.size) / rate)
    power, expected = mel_power(samples, rate, bands)[::3], np.array(case["power"])
    np.testing.assert_allclose(power, expected[: len(power)], rtol=1e-7, atol=1e-12 * expected.max())


def _plain(samples: list[float], rate: int, bands: int, frames: int) -> list[list[float]]:
    """Decibels below the loudest, [band][frame], by definition: sums over sines and cosines, one number at a time."""
    size, step = window_size(rate), round(rate * STEP)

    def triangle(f: float, band: int) -> float:
        top = 2595 * log10(1 + rate / 2 / 700)
        bottom = 2595 * log10(1 + LOWEST / 700)
        low, middle, high = (
            700 * (10 ** ((bottom + (top - bottom) * (band + i) / (bands + 1)) / 2595) - 1) for i in range(3)
        )
        return max(0.0, min((f - low) / (middle - low), (high - f) / (high - middle)))

    moments = -(-len(samples) // step)
    power = []
    for moment in range(moments):
        window = []
        for k in range(size):
            at = moment * step - size // 2 + k
            window.append((samples[at] if 0 <= at < len(samples) else 0.0) * sin(pi * k / size) ** 2)
        spectrum = []
        for n in range(size // 2 + 1):
            real = sum(value * cos(2 * pi * n * k / size) for k, value in enumerate(window))
            imaginary = sum(value * sin(2 * pi * n * k / size) for k, value in enumerate(window))
            spectrum.append(real * real + imaginary * imaginary)
        power.append([sum(p * triangle(n * rate / size, b) for n, p in enumerate(spectrum)) for b in range(bands)])
    cells = [
        [
            # Each moment counts with the share of the stretch that lies in it.
            sum(
                power[m][b] * max(0.0, min((f + 1) * moments / frames, m + 1) - max(f * moments / frames, m))
                for m in range(moments)
            ) * frames / moments
            for f in range(frames)
        ]
        for b in range(bands)
    ]  # fmt: skip
    loudest = max(max(row) for row in cells)
    return [[10 * log10(max(value, 1e-10) / loudest) for value in row] for row in cells]


@pytest.mark.parametrize(("frames", "bands"), [(7, 9), (20, 5)])
def test_the_whole_way_by_plain_sums(frames: int, bands: int) -> None:
    rate = 2000
    samples = chirp(0.1, rate, 100.0, 900.0)
    samples /= np.abs(samples).max()
    expected = np.array(_plain(samples.tolist(), rate, bands, frames))
    found = log_mel(samples * 3.7, rate, bands, frames)
    assert (found.shape, found.dtype) == ((bands, frames, 1), np.dtype(np.uint8))
    wanted = np.rint(np.clip(expected / RANGE + 1, 0, 1) * 255)
    np.testing.assert_allclose(found[:, :, 0].astype(float), wanted, atol=1e-9)


def test_a_rising_tone_rises_through_the_bands() -> None:
    found = log_mel(chirp(0.5, 8000, 300.0, 3000.0), 8000, 24, 16)[:, :, 0]
    loudest = found.argmax(axis=0)
    assert (np.diff(loudest) >= 0).all()
    assert loudest[-1] - loudest[0] > 12
    assert found.max() == 255


def test_strength_does_not_matter_and_nothing_overflows() -> None:
    samples = chirp(0.2)
    expected = log_mel(samples, 8000, 24, 32)
    for factor in (1e-200, 2.0**-20, 2.0**20, 1e200, -1.0):
        np.testing.assert_array_equal(log_mel(samples * factor, 8000, 24, 32), expected)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(1), np.zeros(5000)])
def test_silence_is_dark(samples: np.ndarray) -> None:
    assert trimmed(samples, 8000).size == samples.size
    assert not log_mel(samples, 8000, 24, 32).any()


@pytest.mark.parametrize("rate", [100, 8000, 192_000])
@pytest.mark.parametrize("size", [1, 2, 33, 1000])
def test_any_length_and_rate_has_its_frames(rate: int, size: int) -> None:
    found = log_mel(np.ones(size), rate, 32, 40)
    assert found.shape == (32, 40, 1)
    assert found.max() == 255


def test_silence_at_the_ends_is_cut_off() -> None:
    tone = chirp(0.25)
    quiet = np.full(1600, 1e-4)
    padded = np.concatenate((quiet, tone, quiet, tone, np.zeros(2400)))
    cut = trimmed(padded, 8000)
    assert abs(cut.size - (2 * tone.size + quiet.size)) <= 160
    np.testing.assert_array_equal(cut, padded[1600 : 1600 + cut.size])
    np.testing.assert_array_equal(trimmed(tone * 1e-150, 8000), trimmed(tone, 8000) * 1e-150)


def test_stretches_keep_the_mean() -> None:
    power = np.random.default_rng(0).uniform(size=(37, 5))
    for frames in (1, 7, 37, 64):
        np.testing.assert_allclose(stretches(power, frames).mean(axis=0), power.mean(axis=0))
    np.testing.assert_allclose(stretches(power, 37), power)


def test_narrow_bands_still_hear_something() -> None:
    bank = mel_bank(8000, 256, 128)
    assert bank.any(axis=1).all()
    np.testing.assert_allclose(hertz(mel(np.array([0.0, 440.0, 8000.0]))), [0, 440, 8000], atol=1e-9)
    np.testing.assert_allclose(hann(256), get_window("hann", 256))
    assert spectrogram.mel(np.array(1000.0)) == pytest.approx(1000, abs=0.1)
