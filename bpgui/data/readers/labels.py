"""The class of each file in a folder: its sub-folder, the start of its name, or a table that names the files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np
from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers.joining import part_of
from bpgui.data.readers.options import Choice, Question, Setting
from bpgui.data.reading_options import ReadingOptions
from bpgui.data.table import TextColumn

CLASS = "class"
PART = "part"
FILE = "file"
CLASS_LIMIT = 1000
_PARTS = ("train", "validation", "test")
_ASKED = 50  # with more classes in the names, they are not asked about
_LOOSE = 0.1  # a smaller share of the files may lie outside the folders of the parts
_WORD = re.compile(r"[^\s_\-.()\[\]{}#+,~]+")
_LETTERS_NUMBER = re.compile(r"([^\W\d_]+)\d+")
_DIGITS = re.compile(r"(\d+)")
SOURCES = {
    "table": "a table among the files",
    "folder": "the sub-folder",
    "name": "the start of the file name",
    "none": "nowhere",
}


@dataclass(frozen=True)
class Labels:
    """What the files of a folder say about themselves; `classes` and `parts` have an entry for each file, or none."""

    source: str
    classes: tuple[str | None, ...] = ()
    parts: tuple[str | None, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    possible: tuple[str, ...] = ()

    def columns(self, kept: Sequence[int]) -> list[TextColumn]:
        """`class` and `part`, where there are any, of the files with these places."""
        found = [text_column(CLASS, [self.classes[index] for index in kept])] if self.classes else []
        if self.parts:
            found.append(part_column([self.parts[index] for index in kept]))
        return found

    @property
    def setting(self) -> Setting:
        """Where the class is taken from, to be shown and changed."""
        choices = tuple((key, label) for key, label in SOURCES.items() if key in (*self.possible, "none"))
        help = "Where the class of a file is taken from: put each class in a folder of its own, or name files after it."
        return Setting(key="labels", label="Class from", value=self.source, choices=choices, help=help)


def natural_text(text: str) -> tuple[tuple[int, int | str], ...]:
    """2 before 10, whatever stands around them."""
    parts = _DIGITS.split(text.lower())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts if part)


def text_column(name: str, texts: Sequence[str | None]) -> TextColumn:
    """Its levels are those that occur, 2 before 10."""
    levels = sorted({text for text in texts if text is not None}, key=lambda text: (natural_text(text), text))
    return _coded(name, texts, levels)


def part_column(parts: Sequence[str | None]) -> TextColumn:
    """`part`, with levels in the order train, validation, test."""
    return _coded(PART, parts, [part for part in _PARTS if part in set(parts)])


def _coded(name: str, texts: Iterable[str | None], levels: Sequence[str]) -> TextColumn:
    index: dict[str | None, int] = {text: code for code, text in enumerate(levels)}
    return TextColumn(name, np.array([index.get(text, -1) for text in texts], dtype=np.int32), tuple(levels))


def relative(path: Path, root: Path) -> PurePath:
    """The path below `root`, the name alone where it lies elsewhere."""
    try:
        return path.relative_to(root)
    except ValueError:
        return PurePath(path.name)


def find_labels(
    paths: Sequence[Path],
    root: Path,
    options: ReadingOptions,
    table: Sequence[str | None] | None = None,
) -> Labels:
    """Classes and parts of the files. `table`: the classes that a table gives for them, None where there is none.

    Taken are `options.labels`, else the table, else sub-folders, else names, and asked is where two of them differ.
    Raises DataError where `options.labels` is a source that there is not.
    """
    files = [relative(path, root) for path in paths]
    parts, folders = _parts_and_folders(files)
    stems = [_stem(file) for file in files]
    found: dict[str, tuple[str | None, ...]] = {}
    if table is not None:
        found["table"] = tuple(table)
    if len({folder for folder in folders if folder is not None}) > 1:
        found["folder"] = tuple(folders)
    named = name_classes(stems, folders)
    if named is not None:
        found["name"] = tuple(named)
    source: str = options.labels or next(iter([*found, "none"]))
    if source == "name" and named is None:
        found["name"] = tuple(first_words(stems))
    if source not in found and source != "none":
        raise DataError(_NOT_THERE[source].format(name=root.name or root))
    classes = found.get(source, ())
    questions = _question(found, options) if options.labels is None else ()
    notes = _missing_note(classes, source)
    return Labels(source, classes, parts, notes, questions, (*found, *(() if "name" in found else ("name",))))


_NOT_THERE = {
    "folder": "{name}: the files do not lie in two or more sub-folders, so that no folder says their class. "
    "Put each class in a folder of its own, or take the class from the start of the file names.",
    "table": "{name}: no table with the names of the files lies among them. A CSV file with a column of file names and "
    "a column of classes was expected.",
}


def _missing_note(classes: Sequence[str | None], source: str) -> tuple[str, ...]:
    lacking = sum(label is None for label in classes)
    if not lacking:
        return ()
    why = {"folder": "lie in no sub-folder", "table": "are not named in the table"}.get(source, "have no class")
    return (f"{lacking:,} of {len(classes):,} files {why}; their class is missing.",)


def _question(found: dict[str, tuple[str | None, ...]], options: ReadingOptions) -> tuple[Question, ...]:
    """Asked where two sources sort the files differently."""
    best = next(iter(found), None)
    others = [key for key in found if key != best and not _same_classes(found[key], found[best or key])]
    others = [key for key in others if key != "name" or len(set(found[key])) <= _ASKED]
    if best is None or not others:
        return ()
    choices = tuple(
        Choice(f"{SOURCES[key]} ({_examples(found[key])})", replace(options, labels=key)) for key in (best, *others)
    )
    text = "The class of a file could be taken from more than one place. Where is it to be taken from?"
    return (Question(key="labels", text=text, choices=choices),)


def _examples(classes: Sequence[str | None]) -> str:
    levels = text_column(CLASS, classes).levels
    return f"{len(levels):,} classes: {', '.join(levels[:3])}" + (", …" if len(levels) > 3 else "")


def _same_classes(first: Sequence[str | None], second: Sequence[str | None]) -> bool:
    """Whether both sort the files into the same groups, whatever these are called."""
    pairs = set(zip(first, second, strict=True))
    return len(pairs) == len(set(first)) == len(set(second))


def _stem(file: PurePath) -> str:
    """The name without the end that says the sort of file."""
    return file.stem if file.suffix and not file.suffix[1:].isdecimal() else file.name


def _parts_and_folders(files: Sequence[PurePath]) -> tuple[tuple[str | None, ...], list[str | None]]:
    """Of each file its part, and the first folder that is not one of a part and not one around everything."""
    folders = [list(file.parts[:-1]) for file in files]
    _strip(folders)
    parts: tuple[str | None, ...] = ()
    for level in range(max((len(folder) for folder in folders), default=0)):
        said = [part_of(folder[level]) if len(folder) > level else None for folder in folders]
        deep = sum(len(folder) > level for folder in folders)
        if deep == sum(part is not None for part in said) > len(files) * (1 - _LOOSE) and len(set(said) - {None}) > 1:
            parts = tuple(said)
            folders = [folder[:level] + folder[level + 1 :] for folder in folders]
            break
    _strip(folders)
    return parts, [folder[0] if folder else None for folder in folders]


def _strip(folders: list[list[str]]) -> None:
    """Leave out folders that hold all the others."""
    while True:
        deep = [folder for folder in folders if folder]
        if not deep or len({folder[0] for folder in deep}) > 1 or min(len(folder) for folder in deep) < 2:
            return
        for folder in deep:
            del folder[0]


def words_of(stem: str) -> list[str]:
    """7_jackson_3 → 7, jackson, 3."""
    return _WORD.findall(stem)


def _without_common(stems: Sequence[str]) -> list[str]:
    """The names from the first word on that is not the same in all of them; numbers are never left out."""
    found = [list(_WORD.finditer(stem)) for stem in stems]
    start = 0
    while all(len(words) > start + 1 for words in found):
        word = found[0][start].group()
        if word.isdecimal() or any(words[start].group() != word for words in found):
            break
        start += 1
    return [stem[words[start].start() :] if words else stem for stem, words in zip(stems, found, strict=True)]


def first_words(stems: Sequence[str]) -> list[str]:
    """The first word of each name, its letters where a number follows them at once (cat12)."""
    found = [words_of(stem)[:1] or [stem] for stem in stems]
    return [match[1] if (match := _LETTERS_NUMBER.fullmatch(word)) else word for [word] in found]


def name_classes(stems: Sequence[str], folders: Sequence[str | None]) -> list[str] | None:
    """Classes from the starts of file names, None where the names do not look as if they held any.

    They are the first word (7_0001, 7_jackson_3, cat.12, "cat (3)"), or all words before the first number where these
    belong together (great_dane_7), or the letters before the number (cat12). Words that all names begin with are left
    out. Classes that number the files, the days of photographs, and the like are none: a class has at least two files
    in its folder on average.
    """
    shorter = _without_common(stems)
    firsts, longs = [], []
    for stem in shorter:
        words = list(_WORD.finditer(stem))
        last = 1
        while last < len(words) and not re.search(r"\d", words[last].group()):
            last += 1
        firsts.append(words[0].group() if words else stem)
        longs.append(stem[: words[last - 1].end()] if words else stem)
    candidates = [firsts, longs] if _rests_shared(firsts, longs) else [longs, firsts]
    letters = [match[1] if (match := _LETTERS_NUMBER.fullmatch(stem)) else "" for stem in shorter]
    if letters.count("") == 0:
        candidates.append(letters)
    return next((found for found in candidates if _sensible(found, shorter, folders)), None)


def _rests_shared(firsts: Sequence[str], longs: Sequence[str]) -> bool:
    """Whether the words after the first go with several first words (7_jackson, 8_jackson), unlike great_dane."""
    pairs = {(first, long[len(first) :]) for first, long in zip(firsts, longs, strict=True)}
    rests = Counter(rest for _, rest in pairs if rest)
    return not rests or sum(count > 1 for count in rests.values()) * 2 >= len(rests)


def _sensible(classes: Sequence[str], stems: Sequence[str], folders: Sequence[str | None]) -> bool:
    counts = Counter(classes)
    if not 2 <= len(counts) <= min(CLASS_LIMIT, len(classes) // 2):
        return False
    if sum(label == stem for label, stem in zip(classes, stems, strict=True)) * 2 > len(classes):
        return False  # the whole name: nothing tells two files of a class apart
    if len(set(zip(classes, folders, strict=True))) * 2 > len(classes):
        return False  # they number the files of each folder
    if sum(count == 1 for count in counts.values()) * 5 > len(counts):
        return False
    return not all(label.isdecimal() and len(label) > 3 for label in counts)  # days, years, numbers of photographs
