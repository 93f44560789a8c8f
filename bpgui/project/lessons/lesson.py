"""What a lesson is made of: frozen records, each with the line of the file that it stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bpgui.project.lessons.live_text import LiveText
from bpgui.project.lessons.predicates import Expression


@dataclass(frozen=True, order=True)
class Problem:
    """Something in a lesson's file that cannot be understood, and where."""

    line: int
    text: str

    def say(self, name: str) -> str:
        return f"{name}, line {self.line}: {self.text}"


class LessonError(Exception):
    """A file that is no lesson, with all that is wrong in it; its text has a line a problem."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(problem.say(name) for problem in sorted(problems)))
        self.name, self.problems = name, tuple(sorted(problems))


@dataclass(frozen=True)
class Setup:
    """The state that a step begins in: changes of the project, and wishes to the window; both by the keys of a file.

    `lines` says where each key stands.
    """

    project: Mapping[str, object] = field(default_factory=dict)
    window: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """An answer to choose, and when it is the right one."""

    right: Expression
    text: LiveText


@dataclass(frozen=True)
class Prediction:
    """A question whose answer the live numbers give, once `when` holds (None: as soon as it is answered)."""

    line: int
    question: LiveText
    options: tuple[Option, ...]
    when: Expression | None
    reveal: LiveText


@dataclass(frozen=True)
class Step:
    """One page. `remember` are numbers that are written down under a name when the step is over."""

    line: int
    title: str
    text: LiveText
    setup: Setup | None = None
    point: str = ""
    until: Expression | None = None
    predict: Prediction | None = None
    remember: tuple[tuple[str, Expression], ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The facts and events that it looks at while it is shown, but for those of its text."""
        asked = [expression for _, expression in self.remember]
        asked += [self.until] if self.until is not None else []
        if self.predict is not None:
            asked += [option.right for option in self.predict.options]
            asked += [self.predict.when] if self.predict.when is not None else []
        return frozenset().union(*(expression.names for expression in asked))

    @property
    def text_names(self) -> frozenset[str]:
        """The facts and events in what is shown of it."""
        texts = [self.text]
        if self.predict is not None:
            texts += [self.predict.question, self.predict.reveal, *(option.text for option in self.predict.options)]
        return frozenset().union(*(text.names for text in texts))


@dataclass(frozen=True)
class Lesson:
    """`name` is what it is asked for by; `lock` and `hide` are names of CONTROLS. `source` is the file's text."""

    name: str
    title: str
    minutes: int
    summary: str
    steps: tuple[Step, ...]
    teaches: str = ""
    lock: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    source: str = ""
