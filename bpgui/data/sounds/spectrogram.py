"""How loud a sound is in each band of pitch at each moment: what the network is given of it.

The mel scale is HTK's, 2595 log10(1 + f / 700) (S. Young et al., *The HTK Book*, 5.4), with triangles of height one,
which is what torchaudio's MelSpectrogram makes and librosa's with `htk=True, norm=None`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WINDOW = 0.032  # s: long enough to part the harmonics of a low voice
STEP = 0.008  # s between windows
LOWEST = 50.0  # Hz: below lies hum
RANGE = 60.0  # dB below the loudest that still count
SILENCE = 40.0  # dB below the loudest: quieter ends are cut off
_TINY = 1e-10


def mel(hertz: Floats) -> Floats:
    """The pitch in mel by HTK's formula."""
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(hertz) / 700.0))


def hertz(mels: Floats) -> Floats:
    """The inverse of `mel`."""
    return np.asarray(700.0 * (10.0 ** (np.asarray(mels) / 2595.0) - 1.0))


def window_size(rate: int) -> int:
    """Samples of one window: even, at least 16."""
    return max(16, 2 * round(rate * WINDOW / 2))


@lru_cache(maxsize=16)
def mel_bank(rate: int, size: int, bands: int) -> Floats:
    """(bands, size // 2 + 1): triangles over the frequencies of a spectrum of `size` samples, lowest band first.

    Their corners are evenly apart in mel from `LOWEST`, or a tenth of the range, to rate / 2. A triangle too narrow for
    any frequency takes the one nearest to its middle.
    """
    lowest = min(LOWEST, rate / 20)
    frequencies = np.arange(size // 2 + 1) * (rate / size)
    corners = hertz(np.linspace(float(mel(np.array(lowest))), float(mel(np.array(rate / 2))), bands + 2))
    low, middle, high = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    bank = np.maximum(0.0, np.minimum((frequencies - low) / (middle - low), (high - frequencies) / (high - middle)))
    for band in np.flatnonzero(~bank.any(axis=1)):
        bank[band, np.argmin(np.abs(frequencies - middle[band]))] = 1.0
    bank.flags.writeable = False
    return bank


@lru_cache(maxsize=16)
def hann(size: int) -> Floats:
    """(size,) the periodic Hann window."""
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / size)
    window.flags.writeable = False
    return np.asarray(window)


def power_spectrogram(samples: Floats, rate: int) -> Floats:
    """(moments, size // 2 + 1): |DFT|² of windows `STEP` apart; the first and the last reach beyond the ends."""
    size, step = window_size(rate), max(1, round(rate * STEP))
    count = -(-samples.size // step)
    padded = np.concatenate((np.zeros(size // 2), samples, np.zeros(size)))
    windows = sliding_window_view(padded, size)[::step][:count]
    spectrum = np.fft.rfft(windows * hann(size), axis=1)
    return np.asarray(spectrum.real**2 + spectrum.imag**2)


def mel_power(samples: Floats, rate: int, bands: int) -> Floats:
    """(moments, bands): the power of each band, lowest first. Summed in one order: the same bits with any threads."""
    bank = mel_bank(rate, window_size(rate), bands)
    return np.asarray(np.einsum("mf,bf->mb", power_spectrogram(samples, rate), bank))


def trimmed(samples: Floats, rate: int) -> Floats:
    """Without the silence at both ends: what is `SILENCE` dB quieter than the loudest hundredth of a second."""
    step = max(1, rate // 100)
    count = -(-samples.size // step)
    padded = np.concatenate((samples, np.zeros(count * step - samples.size)))
    energy = np.square(padded).reshape(count, step).mean(axis=1)
    loud = np.flatnonzero(energy > energy.max(initial=0.0) * 10.0 ** (-SILENCE / 10.0))
    if not loud.size:
        return samples
    return samples[loud[0] * step : (loud[-1] + 1) * step]


def log_mel(samples: Floats, rate: int, bands: int, frames: int) -> NDArray[np.uint8]:
    """(bands, frames, 1): loudness 0..255 of each band, lowest first, in `frames` equal stretches of the sound.

    255 is the loudest of this sound, 0 is `RANGE` dB below or less, evenly in dB. `samples` (n,) are trimmed and may
    have any strength.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    if not samples.size or peak == 0.0:
        return np.zeros((bands, frames, 1), dtype=np.uint8)
    level = 10.0 * np.log10(np.maximum(stretches(mel_power(samples / peak, rate, bands), frames), _TINY))
    scaled = np.clip((level - level.max()) / RANGE + 1.0, 0.0, 1.0)
    return np.asarray(np.rint(scaled.T * 255.0)[:, :, None], dtype=np.uint8)


def stretches(power: Floats, frames: int) -> Floats:
    """(frames, bands): the mean of `power` (moments, bands) over equal stretches of time, parts of moments included."""
    moments = power.shape[0]
    sums = np.concatenate((np.zeros((1, power.shape[1])), np.cumsum(power, axis=0)))
    edges = np.arange(frames + 1) * (moments / frames)
    whole = np.minimum(edges.astype(np.int64), moments - 1)
    at_edges = sums[whole] + (edges - whole)[:, None] * power[whole]
    return np.asarray(np.maximum(0.0, np.diff(at_edges, axis=0)) * (frames / moments))
