"""From the text of a lesson's file to its records, or to all that is wrong in it with line numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeVar

from bpgui.project.lessons import live_text
from bpgui.project.lessons.controls import CONTROLS, PAINTED, entry_of
from bpgui.project.lessons.facts import EVENTS, FACTS
from bpgui.project.lessons.lesson import Lesson, LessonError, Option, Prediction, Problem, Setup, Step
from bpgui.project.lessons.live_text import LiveText
from bpgui.project.lessons.predicates import BadExpression, Expression, did_you_mean, parse
from bpgui.project.lessons.setting_up import PROJECT_KEYS, WINDOW_KEYS, typed, wrong_wish

LARGEST = 1 << 20  # bytes of a lesson
BLOCKS = ("setup", "point", "until", "predict", "remember")
HEAD = ("title", "minutes", "summary", "teaches", "lock", "hide")
NEEDED = ("title", "minutes", "summary")
_FENCE = re.compile(r"(`{3,}|~{3,})\s*([^`]*)\Z")
_PAIR = re.compile(r"([A-Za-z_]\w*)\s*:(?:\s+(.*))?\Z")
_OPTION = re.compile(r"[-*]\s+\[(.*?)\]\s*(.*)\Z")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)\s*(.*)\Z")

Line = tuple[int, str]
T = TypeVar("T")


def is_lesson(head: str) -> bool:
    """Whether a text begins as a lesson does: three dashes, then settings with a title among them."""
    lines = head.lstrip("\ufeff").splitlines()
    if not lines or lines[0].rstrip() != "---":
        return False
    for line in lines[1:40]:
        if line.rstrip() == "---":
            return False
        if line.startswith("title:"):
            return True
    return False


def read_lesson(text: str, name: str, file: str = "") -> Lesson:
    """The lesson; `file` is what messages call it. Raises LessonError with all that is wrong, by line."""
    reader = _Reader(text)
    lesson = reader.lesson(name)
    if reader.problems:
        raise LessonError(file or f"{name}.md", reader.problems)
    assert lesson is not None
    return lesson


@dataclass
class _Draft:
    """A step as it is found: its text and its blocks."""

    line: int
    title: str
    text: list[Line] = field(default_factory=list)
    blocks: dict[str, tuple[int, list[Line]]] = field(default_factory=dict)


class _Reader:
    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self._source = text
        lines = text.lstrip("\ufeff").splitlines()
        self._lines: list[Line] = [(number, line.rstrip()) for number, line in enumerate(lines, 1)]
        self._last = max(len(lines), 1)
        self._names: set[str] = {*FACTS, *EVENTS}

    def lesson(self, name: str) -> Lesson | None:
        if len(self._source) > LARGEST:
            self._say(1, f"the file has {len(self._source)} characters, a lesson at most {LARGEST}")
            return None
        head = self._head()
        drafts = self._drafts()
        steps = tuple(self._step(draft) for draft in drafts)
        if not drafts and not self.problems:
            self._say(self._last, "a lesson needs at least one step: a line that begins with '# '")
        if self.problems:
            return None
        return Lesson(
            name=name, title=head["title"][1], minutes=self._minutes, summary=head["summary"][1], steps=steps,
            teaches=head.get("teaches", (0, ""))[1], lock=self._controls(head, "lock"),
            hide=self._controls(head, "hide"), source=self._source,
        )  # fmt: skip

    def _say(self, line: int, text: str) -> None:
        self.problems.append(Problem(line, text))

    # ---- the head

    def _head(self) -> dict[str, Line]:
        found: dict[str, Line] = {}
        self._minutes = 0
        if not self._lines or self._lines[0][1] != "---":
            self._say(1, "a lesson begins with a line of three dashes, its title and more; then three dashes again")
            return found
        end = next((place for place, (_, line) in enumerate(self._lines[1:], 1) if line == "---"), None)
        if end is None:
            self._say(1, "the line of three dashes that ends the head is missing")
            return found
        self._pairs(self._lines[1:end], found, HEAD)
        self._lines = self._lines[end + 1 :]
        for key in NEEDED:
            if not found.get(key, (0, ""))[1]:
                self._say(found.get(key, (end + 1, ""))[0], f"{key}: is missing from the head")
        if "minutes" in found:
            line, text = found["minutes"]
            if text.isdecimal() and 1 <= int(text) <= 120:
                self._minutes = int(text)
            else:
                self._say(line, f"minutes: expected a whole number from 1 to 120, got {text!r}")
        for key in ("lock", "hide"):
            self._controls(found, key, say=True)
        return found

    def _pairs(self, lines: list[Line], found: dict[str, Line], known: Collection[str], what: str = "") -> None:
        """`key: value` lines into `found`, each with where it stands."""
        for number, line in lines:
            line = re.sub(r"(^|\s)#.*\Z", "", line).strip()
            if not line:
                continue
            pair = _PAIR.match(line)
            if pair is None:
                self._say(number, f"expected 'key: value', got {line!r}")
            elif pair[1] not in known:
                self._say(number, f"{pair[1]!r} is no key {what or 'of the head'}{did_you_mean(pair[1], known)}")
            elif pair[1] in found:
                self._say(number, f"{pair[1]} stands twice")
            else:
                found[pair[1]] = (number, (pair[2] or "").strip())

    def _controls(self, head: dict[str, Line], key: str, *, say: bool = False) -> tuple[str, ...]:
        line, text = head.get(key, (0, ""))
        names = tuple(name.strip() for name in text.split(",") if name.strip())
        for name in names if say else ():
            self._check_control(line, name)
            entry = entry_of(name)
            if entry is not None and (entry[0] in PAINTED or entry[0].startswith("menu.")):
                self._say(line, f"{name} can only be pointed at; {key} takes panels and controls, and network.diagram")
        return names

    def _check_control(self, line: int, name: str) -> None:
        if entry_of(name) is None:
            self._say(line, f"{name!r} is not a control{did_you_mean(name, CONTROLS)}")

    # ---- steps and their blocks

    def _drafts(self) -> list[_Draft]:
        drafts: list[_Draft] = []
        fence, block = "", None  # the fence that is open, and the lines of a block of ours
        opened = 0
        for number, line in self._lines:
            stripped = line.strip()
            if fence:
                if stripped.startswith(fence) and not stripped.strip(fence[0]):
                    fence = ""
                    if block is None and drafts:
                        drafts[-1].text.append((number, line))
                    block = None
                elif block is not None:
                    block.append((number, line))
                elif drafts:
                    drafts[-1].text.append((number, line))
                continue
            found = _FENCE.match(stripped)
            if found is not None:
                fence, opened = found[1], number
                block = self._open_block(found[2].strip(), number, drafts)
                if block is None and drafts:
                    drafts[-1].text.append((number, line))
            elif line.startswith("# ") or line == "#":
                drafts.append(_Draft(number, line[2:].strip()))
            elif drafts:
                drafts[-1].text.append((number, line))
            elif stripped:
                self._say(number, "a text stands before the first step; a step begins with a line '# Title'")
        if fence:
            self._say(opened, "this block is not closed: a line of three backquotes is missing")
        return drafts

    def _open_block(self, word: str, number: int, drafts: list[_Draft]) -> list[Line] | None:
        """The lines of a block of ours; None for a block of the text."""
        if word not in BLOCKS:
            close = did_you_mean(word, BLOCKS) if word else ""
            if close:
                self._say(number, f"{word!r} is no block of a lesson{close}")
            return None
        lines: list[Line] = []
        if not drafts:
            self._say(number, f"{word} stands before the first step")
        elif word in drafts[-1].blocks:
            self._say(number, f"{word} stands twice in the step {drafts[-1].title!r}")
        else:
            drafts[-1].blocks[word] = (number, lines)
        return lines

    def _step(self, draft: _Draft) -> Step:
        if not draft.title:
            self._say(draft.line, "a step needs a title")
        text = self._text(_trimmed(draft.text), draft.line)
        predict = self._block(draft, "predict", self._prediction)
        until = self._block(draft, "until", self._whole_expression)
        remember = self._block(draft, "remember", self._remembered) or ()
        return Step(
            line=draft.line, title=draft.title, text=text, until=until, predict=predict, remember=remember,
            setup=self._block(draft, "setup", self._setup), point=self._block(draft, "point", self._point) or "",
        )  # fmt: skip

    def _block(self, draft: _Draft, word: str, read: Callable[[int, list[Line]], T]) -> T | None:
        if word not in draft.blocks:
            return None
        line, lines = draft.blocks[word]
        if not any(text.strip() for _, text in lines):
            self._say(line, f"{word} is empty")
            return None
        return read(line, lines)

    def _expression(self, line: int, text: str) -> Expression | None:
        try:
            return parse(text, self._names)
        except BadExpression as error:
            self._say(line, str(error.args[0]))
            return None

    def _text(self, lines: list[Line], line: int) -> LiveText:
        try:
            return live_text.read("\n".join(text for _, text in lines), self._names)
        except BadExpression as error:
            offset = int(error.args[1])
            self._say(lines[offset][0] if offset < len(lines) else line, str(error.args[0]))
            return LiveText()

    def _whole_expression(self, line: int, lines: list[Line]) -> Expression | None:
        lines = [(number, re.sub(r"(^|\s)#.*\Z", "", text)) for number, text in lines]
        first = next((number for number, text in lines if text.strip()), line)
        return self._expression(first, " ".join(text for _, text in lines))

    def _point(self, line: int, lines: list[Line]) -> str:
        words = [(number, re.sub(r"\s+#.*\Z", "", text).strip()) for number, text in lines if text.strip()]
        if len(words) > 1:
            self._say(words[1][0], "point takes one control")
        self._check_control(*words[0])
        return words[0][1]

    def _remembered(self, line: int, lines: list[Line]) -> tuple[tuple[str, Expression], ...]:
        found = []
        for number, text in lines:
            text = re.sub(r"(^|\s)#.*\Z", "", text).strip()
            pair = _ASSIGNED.match(text)
            if not text:
                continue
            if pair is None:
                self._say(number, f"expected 'name = expression', got {text!r}")
            elif pair[1] in FACTS or pair[1] in EVENTS:
                self._say(number, f"{pair[1]} is a fact already; remember it under another name")
            else:
                expression = self._expression(number, pair[2])
                self._names.add(pair[1])  # from the next block on
                if expression is not None:
                    found.append((pair[1], expression))
        return tuple(found)

    def _setup(self, line: int, lines: list[Line]) -> Setup:
        found: dict[str, Line] = {}
        self._pairs(lines, found, {**PROJECT_KEYS, **WINDOW_KEYS}, "of a setup")
        project: dict[str, object] = {}
        window: dict[str, tuple[str, ...]] = {}
        for key, (number, text) in found.items():
            if not text:
                self._say(number, f"{key}: a value is missing")
            elif key in PROJECT_KEYS:
                project[key] = text if key in ("layers", "split", "split_by") and text != "none" else typed(text)
            else:
                words = tuple(word.strip() for word in text.split(",") if word.strip()) or ("",)
                window[key] = words
                if wrong := wrong_wish(key, words):
                    self._say(number, wrong)
        return Setup(project, window, {key: number for key, (number, _) in found.items()})

    # ---- questions

    def _prediction(self, line: int, lines: list[Line]) -> Prediction | None:
        question: list[Line] = []
        options: list[Option] = []
        reveal: list[Line] = []
        when: Expression | None = None
        for number, text in lines:
            stripped = text.strip()
            option = _OPTION.match(stripped)
            if reveal:
                reveal.append((number, text.removeprefix("  ")))
            elif stripped.startswith("when:"):
                when = self._expression(number, stripped.removeprefix("when:"))
            elif stripped.startswith("reveal:"):
                reveal.append((number, stripped.removeprefix("reveal:").strip()))
            elif option is not None:
                right = self._expression(number, option[1])
                if not option[2]:
                    self._say(number, "an answer needs its words after the condition")
                if right is not None:
                    options.append(Option(right, self._text([(number, option[2])], number)))
            elif options:
                if stripped:
                    self._say(number, f"expected '- [condition] answer', 'when:' or 'reveal:', got {stripped!r}")
            else:
                question.append((number, text))
        asked = _trimmed(question)
        answers = sum(_OPTION.match(text.strip()) is not None for _, text in lines)
        if not asked:
            self._say(line, "predict: the question is missing")
        if answers < 2:
            self._say(line, "predict: expected two answers or more, as in '- [loss < 0.1] Yes'")
        if not reveal:
            self._say(line, "predict: 'reveal:' is missing, the sentence that tells what came of it")
        return Prediction(line, self._text(asked, line), tuple(options), when, self._text(_trimmed(reveal), line))


def _trimmed(lines: list[Line]) -> list[Line]:
    """Without empty lines before and after."""
    while lines and not lines[0][1].strip():
        lines = lines[1:]
    while lines and not lines[-1][1].strip():
        lines = lines[:-1]
    return lines
