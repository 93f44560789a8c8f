"""What a person has settled about reading files: answers to questions, settings, types of columns. No widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from bpgui.data.readers import Question, Reading, ReadingOptions, with_setting
from bpgui.data.reading_options import ColumnType

# What is found out first decides what is asked later: another delimiter gives other columns, and other numbers in them.
_RANKS = {
    "encoding": 0,
    "sheet": 0,
    "delimiter": 1,
    "skip": 1,
    "header": 2,
    "header_lines": 2,
    "types": 4,
    "columns": 4,
}
_USUAL = 3
_NAMES_CHANGE = 2  # up to this rank the columns are others, so what was said of them by name is gone
_DEFAULT = ReadingOptions()


@dataclass
class Asked:
    """A question and the choice taken, None while it is the reader's own guess; `changes` are those of each choice."""

    question: Question
    changes: tuple[ReadingOptions, ...]
    chosen: int | None = None

    @property
    def index(self) -> int:
        """The choice that counts."""
        return self.question.best if self.chosen is None else self.chosen

    @property
    def fields(self) -> set[str]:
        """The fields that it settles."""
        return {name for change in self.changes for name in _set_fields(change)}

    @property
    def rank(self) -> int:
        return min((_RANKS.get(name, _USUAL) for name in self.fields), default=_USUAL)


@dataclass
class Choices:
    """`base` is what the reading began with; `asked` stay until something that comes before them changes."""

    base: ReadingOptions = _DEFAULT
    asked: list[Asked] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    types: dict[str, ColumnType] = field(default_factory=dict)
    columns: tuple[str, ...] | None = None

    @property
    def touched(self) -> bool:
        """Whether anything differs from what is found when nobody says anything."""
        answered = any(asked.chosen not in (None, asked.question.best) for asked in self.asked)
        return bool(answered or self.texts or self.types or self.columns is not None or self.base != _DEFAULT)

    def options(self, *, settled: bool) -> ReadingOptions:
        """What to read with; `settled`: guesses that stand unchanged count as answers too. Raises DataError."""
        options = self.base
        for asked in self.asked:
            if settled or asked.chosen is not None:
                options = _with_changes(options, asked.changes[asked.index])
        for key, text in self.texts.items():
            options = with_setting(options, key, text)
        if self.types:
            options = replace(options, types=tuple({**dict(options.types), **self.types}.items()))
        return options if self.columns is None else replace(options, columns=self.columns)

    def take(self, reading: Reading) -> tuple[Question, ...]:
        """Heed what a reading asks; returns the questions that are new."""
        known = {asked.question.key: asked for asked in self.asked}
        now = {question.key for question in reading.questions}
        self.asked = [asked for asked in self.asked if asked.chosen is not None or asked.question.key in now]
        new = [question for question in reading.questions if question.key not in known]
        for question in reading.questions:
            old = known.get(question.key)
            if old is None:
                self.asked.append(_asked(question, reading.origin.options))
            elif old.chosen is None:  # the same once more, perhaps with another example
                self.asked[self.asked.index(old)] = _asked(question, reading.origin.options)
        return tuple(new)

    def take_whole(self, reading: Reading) -> tuple[Question, ...]:
        """As `take`, for the whole data, read with every answer: what it does not ask again was answered."""
        known = {asked.question.key for asked in self.asked}
        new = tuple(question for question in reading.questions if question.key not in known)
        self.asked += [_asked(question, reading.origin.options) for question in new]
        return new

    def answer(self, key: str, index: int) -> None:
        """Take a choice of a question; what depends on it is found out anew."""
        asked = next(asked for asked in self.asked if asked.question.key == key)
        asked.chosen = index
        for name in asked.fields:
            self.texts.pop(name, None)
        self._forget_after(asked.rank)

    def set_text(self, key: str, text: str) -> None:
        """Set a field; a question about it is answered by that. Raises DataError for a text that it cannot take."""
        with_setting(_DEFAULT, key, text)
        self.texts.pop(key, None)
        self.texts[key] = text
        self.asked = [asked for asked in self.asked if key not in asked.fields]
        self._forget_after(_RANKS.get(key, _USUAL))

    def set_type(self, name: str, kind: ColumnType) -> None:
        """Take a column as numbers, text or dates."""
        self.types[name] = kind

    def set_columns(self, names: Sequence[str] | None) -> None:
        """Read only these; None: all."""
        self.columns = None if names is None else tuple(names)
        if names is None and self.base.columns is not None:
            self.base = replace(self.base, columns=None)

    def forget(self) -> None:
        """Find everything out again."""
        self.base, self.asked, self.texts, self.types, self.columns = _DEFAULT, [], {}, {}, None

    def _forget_after(self, rank: int) -> None:
        self.asked = [asked for asked in self.asked if asked.rank <= rank]
        if rank <= _NAMES_CHANGE:
            self.types, self.columns = {}, None
            self.base = replace(self.base, types=(), columns=None)


def _asked(question: Question, given: ReadingOptions) -> Asked:
    return Asked(question, tuple(_changes(choice.options, given) for choice in question.choices))


def _changes(chosen: ReadingOptions, given: ReadingOptions) -> ReadingOptions:
    """What a choice settles beyond what had been settled before it was asked."""
    news = {name: value for name in _set_fields(chosen) if (value := getattr(chosen, name)) != getattr(given, name)}
    if "types" in news:
        news["types"] = tuple(pair for pair in chosen.types if pair not in given.types)
    return replace(_DEFAULT, **news)


def _with_changes(options: ReadingOptions, changes: ReadingOptions) -> ReadingOptions:
    news = {name: getattr(changes, name) for name in _set_fields(changes)}
    if "types" in news:
        news["types"] = tuple({**dict(options.types), **dict(changes.types)}.items())
    return replace(options, **news)


def _set_fields(options: ReadingOptions) -> list[str]:
    return [n for n in options.__struct_fields__ if getattr(options, n) != getattr(_DEFAULT, n)]
