"""Makes sounds.json: mel filter banks and mel spectrograms by librosa in float64. Run it where librosa is installed:

    python tests/golden/make_sounds.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import librosa
import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent.parent)]

from tests.data.sound_files import chirp  # noqa: E402

LOWEST = 50.0
# rate in Hz, samples of a window, samples between windows, bands
SETTINGS = ((8000, 256, 64, 24), (16000, 512, 128, 32))


def signal(rate: int) -> np.ndarray:
    """A tone that rises to 3 kHz over a steady one that is 20 dB weaker."""
    rising = chirp(0.15, rate, 200.0, 3000.0)
    return rising + 0.05 * np.cos(2 * np.pi * 1234.5 * np.arange(rising.size) / rate)


def case(rate: int, size: int, step: int, bands: int) -> dict:
    """HTK's mel scale and triangles of height one; windows centred on multiples of `step`, zeros around."""
    settings = {"n_mels": bands, "fmin": LOWEST, "fmax": rate / 2, "htk": True, "norm": None, "dtype": np.float64}
    bank = librosa.filters.mel(sr=rate, n_fft=size, **settings)
    power = np.abs(
        librosa.stft(
            signal(rate), n_fft=size, hop_length=step, window="hann", center=True, pad_mode="constant",
            dtype=np.complex128,
        )
    ) ** 2  # fmt: skip
    filled = [[int(band), int(column), bank[band, column]] for band, column in np.argwhere(bank > 0)]
    return {
        "rate": rate, "size": size, "step": step, "bands": bands, "bank": filled,
        "power": (bank @ power).T[::3].tolist(),
    }  # fmt: skip


def main() -> None:
    """Write sounds.json: every third moment of the spectrograms."""
    text = json.dumps({"librosa": librosa.__version__, "cases": [case(*settings) for settings in SETTINGS]})
    (HERE / "sounds.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
