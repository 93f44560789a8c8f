"""Whose voice it is, where the names of recordings say so: 7_jackson_3.wav, 0a7c2a8d_nohash_0.wav, jackson/7_3.wav."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import PurePath

from bpgui.data.readers.joining import part_of
from bpgui.data.readers.labels import words_of

SPEAKER = "speaker"


def find_speakers(files: Sequence[PurePath], classes: Sequence[str | None]) -> list[str] | None:
    """The speaker of each file, None where the names do not tell.

    It is the sub-folder, the second or the first word of the name: the first of them that goes across classes. Numbers
    that merely count the recordings of a class are no speakers.
    """
    if len(classes) != len(files):
        return None
    words = [words_of(file.stem) for file in files]
    folders = [file.parent.name for file in files]
    candidates = [folders] if all(folders) and not any(part_of(folder) for folder in set(folders)) else []
    candidates += [[found[place] for found in words] for place in (1, 0) if all(len(w) > place + 1 for w in words)]
    return next((found for found in candidates if _are_speakers(found, classes)), None)


def _are_speakers(found: Sequence[str], classes: Sequence[str | None]) -> bool:
    """Two or more, each with several files, most of them in several classes, and more than a count of takes."""
    files = Counter(found)
    if len(files) < 2 or len(files) * 2 > len(found):
        return False
    seen: dict[str, set[str | None]] = defaultdict(set)
    for speaker, label in zip(found, classes, strict=True):
        seen[speaker].add(label)
    if sum(len(labels) > 1 for labels in seen.values()) * 2 <= len(seen):
        return False
    pairs = sum(len(labels) for labels in seen.values())
    return not all(speaker.isdecimal() for speaker in files) or len(found) >= 1.5 * pairs
