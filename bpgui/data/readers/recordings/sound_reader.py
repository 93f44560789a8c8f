"""Sounds as spectrograms: a folder of WAV files or several of them, with the class and the speaker of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from pathlib import Path, PurePath

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.listing import other_files, some_of
from bpgui.data.readers.choosing import chosen_rows, only_columns, rows_setting, spread
from bpgui.data.readers.labels import CLASS, FILE, Labels, find_labels, relative, text_column
from bpgui.data.readers.labels_table import NamesTable, find_table
from bpgui.data.readers.large import bytes_question
from bpgui.data.readers.options import ColumnFound, Parsed, Setting
from bpgui.data.readers.recordings.speakers import SPEAKER, find_speakers
from bpgui.data.readers.task import Task
from bpgui.data.reading_options import ReadingOptions
from bpgui.data.sounds.resample import mono, resample
from bpgui.data.sounds.riff import is_wav, other_sound
from bpgui.data.sounds.spectrogram import log_mel, trimmed
from bpgui.data.sounds.wav import read_header, read_wav
from bpgui.data.table import AnyColumn, NumberColumn, Table
from bpgui.data.table_folder import Space

SOUND = "sound"
BANDS, FRAMES = 24, 32
RATES = (8000, 16000)  # Hz: the higher one where every file reaches it
SECONDS = 60.0  # of a longer sound the beginning is taken
_LOOKED_AT = 500  # files whose rates decide
_SHOWN = 4
_TABLE_LIMIT = 1 << 20  # numbers of one spectrogram
_NAMED_SO = (".wav", ".wave")
_ELSEWHERE = (b"PK\3\4", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PAR1", b"\x93NUM", b"\x1f\x8b", b"BM", b"II*\0", b"MM")


def recognise(head: bytes, path: Path) -> bool:
    """WAV, another sound (which a message will name), or something binary that is called WAV."""
    if is_wav(head) or other_sound(head) is not None:
        return True
    return path.suffix.lower() in _NAMED_SO and b"\0" in head and not head.startswith(_ELSEWHERE)


def read(task: Task) -> tuple[Table, Parsed]:
    """`sound`, `class`, `speaker`, the columns of a table of names, `file`, `part`, as far as there are such.

    Files that cannot be read are left out and named. Raises DataError where none can be read, and for a single sound
    unless `options.labels` says that its class is known.
    """
    paths = tuple(path for path in task.paths if _is_sound(path))
    taken = set(paths)
    others = [path for path in task.paths if path not in taken]
    _refuse_too_few(task, paths)
    options = settled(task.options, paths)
    shape = (options.bands or BANDS, options.frames or FRAMES)
    what = f"spectrograms of {shape[0]} × {shape[1]} numbers"
    task, asked = bytes_question(what, len(paths), prod(shape), task, ", or fewer bands or frames")
    names = find_table(paths, others, task, SOUND) if options.labels in (None, "table") else None
    labels = find_labels(paths, task.root, task.options, names.classes if names else None)
    rows = spread(chosen_rows(len(paths), task), task.preview).tolist()
    files = [relative(path, task.root) for path in paths]
    sounds = _read_all(task, [paths[row] for row in rows], [str(files[row]) for row in rows], options)
    kept = [rows[place] for place in sounds.kept]
    columns = _columns(task, sounds, files, labels, names, kept)
    table = only_columns(Table(columns), task)
    unused = [path for path in others if names is None or path != names.path]
    about = _about(labels, names) if task.options.labels != "none" else ()  # wanted so
    return table, Parsed(
        details=_details(options, labels, names),
        notes=(*sounds.remarks(len(rows)), *labels.notes, *about, *other_files(unused, _SHOWN)),
        questions=(*asked, *labels.questions),
        settings=_settings(task, options, labels),
        columns=tuple(_column_found(column, sounds) for column in table.columns),
        rows=min(len(paths), options.rows or len(paths)) if task.preview is not None else len(kept),
    )


def _refuse_too_few(task: Task, paths: Sequence[Path]) -> None:
    if not paths:
        raise DataError(f"{task.name} holds no sounds. Files in WAV were expected.")
    if len(paths) == 1 and task.options.labels is None:
        raise DataError(
            f"{paths[0].name} is one sound; a data set needs several. Open a folder of sounds, with those of each "
            "class in a folder of its own, or several sounds whose names begin with their class."
        )


def _columns(
    task: Task,
    sounds: _Sounds,
    files: Sequence[PurePath],
    labels: Labels,
    names: NamesTable | None,
    kept: Sequence[int],
) -> list[AnyColumn]:
    columns: list[AnyColumn] = [task.keep(NumberColumn(SOUND, sounds.space.done(), "sound"))]
    own: dict[str, AnyColumn] = {column.name: column for column in labels.columns(kept)}
    if CLASS in own:
        columns.append(own.pop(CLASS))
    named = names.columns_of(kept) if names is not None else []
    speakers = find_speakers(files, labels.classes)
    if speakers is not None and all(column.name != SPEAKER for column in named):
        columns.append(text_column(SPEAKER, [speakers[row] for row in kept]))
    return [*columns, *named, text_column(FILE, [files[row].as_posix() for row in kept]), *own.values()]


def sound_values(path: Path, options: ReadingOptions) -> NDArray[np.uint8]:
    """(bands, frames, 1): one file as `read` has it with these options. Raises DataError."""
    values, _, _ = _values(path, path.name, settled(options, (path,)))
    return values


def settled(options: ReadingOptions, paths: Sequence[Path]) -> ReadingOptions:
    """With rate, bands and frames, where they are left open, as these files are read. Raises DataError.

    A file of the lower rate holds nothing above its range: at the higher rate that would tell which file it is from.
    """
    made = replace(
        options,
        rate=options.rate or _rate(paths),
        bands=options.bands or BANDS,
        frames=options.frames or FRAMES,
    )
    bands, frames = made.bands or BANDS, made.frames or FRAMES
    if bands * frames > _TABLE_LIMIT:
        raise DataError(f"A spectrogram of {bands} × {frames} is too large; {_TABLE_LIMIT:,} numbers are the most.")
    return made


def options_of(reading: Sequence[tuple[str, str]], options: ReadingOptions) -> ReadingOptions:
    """What sounds of a table were read with, from the details in its origin: a new sound is to be read alike."""
    numbers = {key: int(text.split()[0]) for key, text in reading if key in ("rate", "bands", "frames")}
    return replace(options, **numbers)


def _details(options: ReadingOptions, labels: Labels, names: NamesTable | None) -> tuple[tuple[str, str], ...]:
    source = labels.setting
    label = dict(source.choices).get(source.value, source.value)
    return (
        ("rate", f"{options.rate} Hz"),
        ("bands", str(options.bands)),
        ("frames", str(options.frames)),
        ("class from", names.path.name if names is not None and source.value == "table" else label),
    )


def _about(labels: Labels, names: NamesTable | None) -> tuple[str, ...]:
    if names is not None:
        return (names.note,)
    if labels.classes:
        return ()
    return (
        "The sounds have no class: none is in the names of their folders or files. Put those of each class in a folder "
        "of its own, begin the names of the files with it, or add a CSV file with their names and classes.",
    )


def _rate(paths: Sequence[Path]) -> int:
    places = spread(np.arange(len(paths), dtype=np.int64), _LOOKED_AT)
    found = [rate for place in places.tolist() if (rate := _rate_of(paths[place])) is not None]
    return RATES[1] if found and min(found) >= RATES[1] else RATES[0]


def _rate_of(path: Path) -> int | None:
    """None for a file that cannot be read, which is said when it is read."""
    try:
        with path.open("rb") as file:
            return read_header(file, path.name).rate
    except (OSError, DataError):
        return None


def _is_sound(path: Path) -> bool:
    """Whether it is a sound and no table that lies among them; what cannot be opened is said later."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
            return is_wav(head) or recognise(head + file.read(1 << 16), path)
    except OSError:
        return True


def _values(path: Path, name: str, options: ReadingOptions) -> tuple[NDArray[np.uint8], tuple[str, ...], float]:
    """The spectrogram, remarks, and the length in seconds without the silence around. Raises DataError."""
    assert options.rate
    assert options.bands
    assert options.frames
    try:
        with path.open("rb") as file:
            sound = read_wav(file, name, seconds=SECONDS)
    except OSError as error:
        raise DataError(f"{name} cannot be opened: {error.strerror or error}.") from error
    samples = mono(sound.samples)
    peak = float(np.abs(samples).max())
    notes = sound.notes
    if peak == 0.0:
        notes += (f"{name} is silent.",)
    else:
        samples = samples / peak  # floats of any strength; squares of them stay finite
    heard = trimmed(resample(samples, sound.rate, options.rate), options.rate)
    return log_mel(heard, options.rate, options.bands, options.frames), notes, heard.size / options.rate


@dataclass
class _Sounds:
    """What became of the files: `kept` are the places of those that could be read, in the order of `space`."""

    space: Space
    kept: list[int] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lengths: list[float] = field(default_factory=list)

    def remarks(self, files: int) -> list[str]:
        """Sentences on files left out, and on those that were read though something is wrong with them."""
        found = []
        if self.bad:
            what = some_of(len(self.bad), files, "sounds could not be read and", "was", "were")
            found.append(f"{what} left out. {_some(self.bad)}")
        if self.notes:
            found.append(_some(self.notes))
        return found


def _some(sentences: Sequence[str]) -> str:
    more = f" And {len(sentences) - _SHOWN:,} more." if len(sentences) > _SHOWN else ""
    return " ".join(sentences[:_SHOWN]) + more


def _read_all(task: Task, paths: Sequence[Path], names: Sequence[str], options: ReadingOptions) -> _Sounds:
    shape = (options.bands or BANDS, options.frames or FRAMES, 1)
    sounds = _Sounds(task.space((len(paths), *shape), "uint8"))
    for place, (path, name) in enumerate(zip(paths, names, strict=True)):
        try:
            values, notes, seconds = _values(path, name, options)
        except DataError as error:
            sounds.bad.append(str(error))
            continue
        sounds.space.add(values[np.newaxis])
        sounds.kept.append(place)
        sounds.notes += notes
        sounds.lengths.append(seconds)
        task.progress((place + 1) / len(paths))
    if not sounds.kept:
        first = sounds.bad[0]
        raise DataError(
            first if len(paths) == 1 else f"None of the {len(paths):,} sounds in {task.name} can be read. {first}"
        )
    return sounds


def _settings(task: Task, options: ReadingOptions, labels: Labels) -> tuple[Setting, ...]:
    rates = sorted({*RATES, options.rate or RATES[0]})
    return (
        labels.setting,
        Setting(
            key="rate",
            label="Rate",
            value=str(options.rate),
            choices=tuple((str(rate), f"{rate:,} Hz") for rate in rates),
            help="All sounds are brought to this rate; what is above half of it is not heard.",
        ),
        Setting(
            key="bands",
            label="Bands",
            value=str(options.bands),
            help="Bands of pitch, evenly apart in mel, as the ear has them.",
        ),
        Setting(
            key="frames",
            label="Frames",
            value=str(options.frames),
            help="Equal stretches of time that every sound is cut into, however long it is.",
        ),
        rows_setting(task),
    )


def _column_found(column: AnyColumn, sounds: _Sounds) -> ColumnFound:
    missing = int(column.missing.sum())
    if isinstance(column, NumberColumn):
        shortest, longest = min(sounds.lengths), max(sounds.lengths)
        note = f"{shortest:.2f} to {longest:.2f} s long, without the silence around."
        return ColumnFound(
            name=column.name, type=column.meaning, missing=missing, note=note if column.meaning == "sound" else ""
        )
    count = f"{len(column.levels):,} different." if column.name != FILE else ""
    return ColumnFound(name=column.name, type="text", types=("text",), missing=missing, note=count)
