"""Write the spoken digits that ship with the program: `python packaging/make_spoken_digits.py`.

eSpeak NG says the ten digits in many voices, each with an accent, a speed and a pitch of its own, twice; kept are only
the spectrograms, made as the program makes those of any WAV file. Needs espeak-ng 1.51 (Debian 12: `apt install
espeak-ng`), which the program itself does not; the same version gives the same bytes.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from bpgui.data.readers.recordings.sound_reader import sound_values  # noqa: E402
from bpgui.data.shipped import LOUDNESS_STEP, SPOKEN_DIGITS  # noqa: E402

FILE = ROOT / "resources" / "samples" / "spoken_digits.npz"
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ACCENTS = ("en", "en-us", "en-029", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-rp", "en-gb-x-gbcwmd")
# One variant of each of eSpeak's families: klatt2 is klatt at another setting, m1 and m2 are different people.
_NAMES = """
Alex Alicia Andrea Andy Annie AnxiousAndy Demonic Denis Diogo Gene Henrique Hugo Jacky Lee Marco Mario Michael Mike
Nguyen RicishayMax Storm Tweaky UniRobot adam anika announcer antonio aunty belinda benjamin boris caleb croak david ed
edward f1 f2 f3 f4 f5 grandma grandpa gustave iven john kaukovalta klatt linda m1 m2 m3 m4 m5 m6 m7 m8 marcelo max
michel miguel norbert pablo paul pedro quincy rob robert robosoft sandro shelby steph travis victor whisper whisperf zac
"""
VOICES = tuple(_NAMES.split())
TAKES = 2


@dataclass(frozen=True)
class Take:
    """One word said once."""

    digit: int
    voice: str
    accent: str
    speed: int
    pitch: int

    def command(self, path: Path) -> list[str]:
        voice = f"{self.accent}+{self.voice}"
        return ["espeak-ng", "-v", voice, "-s", str(self.speed), "-p", str(self.pitch), "-w", str(path),
                WORDS[self.digit]]  # fmt: skip


def takes() -> list[Take]:
    """Voices one after the other; accents, speeds (words a minute) and pitches (0..99) go round."""
    return [
        Take(digit, voice, ACCENTS[(number + 3 * take) % len(ACCENTS)], 130 + (37 * number + 53 * take) % 80,
             30 + (23 * number + 31 * take) % 45)
        for number, voice in enumerate(VOICES)
        for take in range(TAKES)
        for digit in range(10)
    ]  # fmt: skip


def spectrogram(take: Take, folder: Path) -> np.ndarray:
    """(bands, frames, 1) uint8 of the word as eSpeak says it."""
    path = folder / f"{take.digit}_{take.voice}_{take.speed}.wav"
    subprocess.run(take.command(path), check=True)
    return sound_values(path, SPOKEN_DIGITS)


def main() -> None:
    """Write spoken_digits.npz."""
    listed = takes()
    with TemporaryDirectory() as folder, ThreadPoolExecutor(4) as pool:
        sounds = list(pool.map(lambda take: spectrogram(take, Path(folder)), listed))
    FILE.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        FILE,
        sound=np.rint(np.stack(sounds) / LOUDNESS_STEP).astype(np.uint8),
        digit=np.array([take.digit for take in listed], dtype=np.uint8),
        speaker=np.array([VOICES.index(take.voice) for take in listed], dtype=np.uint8),
        names=np.array([name.lower() for name in VOICES], dtype="S16"),
    )
    print(f"{len(listed)} words, {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
