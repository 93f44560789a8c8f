"""Plays a lesson: which step it is, whether it is done, what was predicted, what is remembered for the next time.

What that takes is loaded with the first lesson.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from bpgui.project.edits import IllegalEdit
from bpgui.session.pace import SLOWEST, Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    from bpgui.engine.gradcheck import GradientCheck
    from bpgui.project.lessons import Lesson, Setup, Step, Value
    from bpgui.runs.answers import Frame
    from bpgui.runs.probes import Probe
    from bpgui.session.learning.aside import Aside
    from bpgui.session.learning.counting import Counting
    from bpgui.session.learning.live_facts import LiveFacts
    from bpgui.session.session import Session

GOES_ON_MS = 1200  # so long at least a step that is done says so before the next one comes
WORDS_A_SECOND = 4  # that can be read
NO_ANSWER = -1


@dataclass(frozen=True)
class Remembered:
    """How far a lesson was played: the step one was at, whether it was finished once, and the numbers written down."""

    place: int = 0
    finished: bool = False
    kept: dict[str, float | str | bool | None] = field(default_factory=dict)


class Player(QObject):
    """`lesson` is None while none runs, which costs nothing.

    `started` and `left` enclose a lesson; `step_started` is the time to grant a step's wishes; `changed`: anything that
    is shown of it; `facts_changed`: live numbers may have changed. `refused` says why a setup could not be made.
    """

    started = Signal()
    left = Signal()
    step_started = Signal()
    changed = Signal()
    facts_changed = Signal()
    remembered_changed = Signal(str)
    refused = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.lesson: Lesson | None = None
        self.place = 0
        self.done = False
        self.finished = False  # the last step is over
        self.answer = NO_ANSWER
        self.right = NO_ANSWER  # the option that the live numbers make right, once revealed
        self.revealed = False
        self.remembered: dict[str, Remembered] = {}
        self.extra: dict[str, Callable[[], Value]] = {}  # facts that only the window knows
        self.aside: Aside | None = None
        self._held_at_once: bool | None = False  # what the step waits for was so when it began; None: not known yet
        self._entered = 0.0  # when the step came, by the clock that only goes on
        self._pace = session.trainer.pace
        self._probes: tuple[Probe, ...] = ()
        self._soon, self._on = QTimer(self), QTimer(self)
        for timer, slot in ((self._soon, self._look), (self._on, self._go_on)):
            timer.setSingleShot(True)
            timer.timeout.connect(slot)

    @cached_property
    def facts(self) -> LiveFacts:
        """What is so at this moment, by name."""
        from bpgui.session.learning.live_facts import LiveFacts

        return LiveFacts(self._session, self.extra)

    @cached_property
    def _counting(self) -> Counting:
        from bpgui.session.learning.counting import Counting

        return Counting(self._session, self._look_soon, self._on_checked)

    @property
    def step(self) -> Step | None:
        return self.lesson.steps[self.place] if self.lesson is not None else None

    @property
    def is_last(self) -> bool:
        return self.lesson is not None and self.place == len(self.lesson.steps) - 1

    @property
    def waits_for_answer(self) -> bool:
        """Whether a question is asked and not answered yet."""
        return self.step is not None and self.step.predict is not None and self.answer == NO_ANSWER

    # ---- beginning and leaving

    def start(self, lesson: Lesson, *, again: bool = False, own: bool = False) -> None:
        """Begin a lesson, where it was left unless `again`. `own`: it came with the project and is about it."""
        from bpgui.project.lessons.locked import guard_of
        from bpgui.session.learning.aside import Aside

        self.leave()
        found = Remembered() if again else self.remembered.get(lesson.name, Remembered())
        self.lesson, self.finished = lesson, False
        self.aside = Aside(self._session) if any(map(_changes, lesson.steps)) and not own else None
        self._pace = self._session.trainer.pace
        self.facts.kept = dict(found.kept)
        self.facts.seen = self._counting.seen
        self._counting.begin()
        self._session.document.guard = guard_of(lesson.lock, lesson.title) if lesson.lock else None
        trainer, document = self._session.trainer, self._session.document
        trainer.framed.connect(self._on_framed)
        trainer.state_changed.connect(self._on_something)
        trainer.run_changed.connect(self._on_run_changed)
        document.changed.connect(self._on_something)
        document.findings_changed.connect(self._on_something)
        self.started.emit()
        place = self._where_to_go_on(min(found.place, len(lesson.steps) - 1))
        self._enter(place, range(place + 1))

    def _where_to_go_on(self, place: int) -> int:
        """The last step up to `place` that begins with a run of its own: what was trained after it is not there."""
        assert self.lesson is not None
        steps = self.lesson.steps[: place + 1]
        made = [k for k, step in enumerate(steps) if _changes(step) and not _goes_on_with_run(step)]
        return made[-1] if made else place

    def leave(self, *, keep: bool = False) -> None:
        """End it; what was open before comes back, unless what the lesson made is to be kept."""
        if self.lesson is None:
            return
        aside, self.aside = self.aside, None
        self.stop()
        if aside is not None:
            aside.forget() if keep else aside.bring_back()
        self.left.emit()
        self.changed.emit()

    def stop(self) -> None:
        """Listen no more; the project stays as it is."""
        if self.lesson is None:
            return
        self._soon.stop()
        self._on.stop()
        self._counting.end()
        trainer, document = self._session.trainer, self._session.document
        document.guard = None
        trainer.watch(self, ())
        trainer.set_pace(self._pace)
        trainer.framed.disconnect(self._on_framed)
        trainer.state_changed.disconnect(self._on_something)
        trainer.run_changed.disconnect(self._on_run_changed)
        document.changed.disconnect(self._on_something)
        document.findings_changed.disconnect(self._on_something)
        self.facts.forget()
        self.lesson, self.place = None, 0

    # ---- from step to step

    @Slot()
    def next(self) -> None:
        """On to the next step, where this one is over; after the last one the lesson is finished."""
        if self.step is None or not self.done or self.finished:
            return
        self._write_down()
        if self.is_last:
            self.finished = True
            self._remember(place=0, finished=True)
            self.changed.emit()
            return
        self._enter(self.place + 1, [self.place + 1])

    @Slot()
    def back(self) -> None:
        """To the step before, in the state that it speaks of."""
        if self.lesson is None or (self.place == 0 and not self.finished):
            return
        if self.finished:
            self.finished = False
            self.changed.emit()
            return
        changed = _changes(self.lesson.steps[self.place])
        self._enter(self.place - 1, range(self.place) if changed else ())

    @Slot()
    def restart(self) -> None:
        """From its first step."""
        if self.lesson is not None:
            self.facts.kept, self.finished = {}, False
            self._enter(0, [0])

    @Slot()
    def skip(self) -> None:
        """On without having done what the step asks."""
        if self.step is not None and not self.done:
            self.done = True
            self.next()

    @Slot(int)
    def choose(self, option: int) -> None:
        """Answer the question; the first answer counts."""
        if self.waits_for_answer:
            self.answer = option
            self.changed.emit()
            self._look_soon()

    def _enter(self, place: int, setups: Iterable[int]) -> None:
        """Show a step; the setups of those steps are made before, as one edit."""
        self._on.stop()
        self._soon.stop()
        self.place = place
        self._entered = monotonic()
        assert self.lesson is not None
        step = self.lesson.steps[place]
        self.done = self.revealed = False
        self.answer = self.right = NO_ANSWER
        self._counting.quiet = True
        try:
            self._make([one.setup for one in map(self.lesson.steps.__getitem__, setups) if one.setup is not None])
            self._probes = self.facts.probes(step.names | step.text_names)
            self._session.trainer.watch(self, self._probes)
            self.step_started.emit()
        finally:
            self._counting.quiet = False
        self._counting.clear()
        self._held_at_once = None
        self._remember(place=place)
        if not self._probes:
            self._look_first()
        self.changed.emit()
        self._look_soon()

    def _make(self, setups: list[Setup]) -> None:
        """One undoable edit of all of them, and a run of its own."""
        if not any(setup.project for setup in setups):
            self._wish(setups)
            return
        from bpgui.project.lessons import set_up

        document, trainer = self._session.document, self._session.trainer
        before, state = document.spec, (document.spec, document.table)
        try:
            for setup in setups:
                state = set_up(setup, state)
        except IllegalEdit as error:
            self.refused.emit(str(error.args[0]))
        path = None if self.aside is not None else document.path
        keep = all(setup.window.get("run") == ("keep",) for setup in setups)
        trainer.runs.afresh = not keep
        try:
            document.become(self.tr("Set up the lesson"), *state, path)
        finally:
            trainer.runs.afresh = False
        if self.aside is not None:
            self.aside.note_first_step()
        run = trainer.run
        if not keep and before == document.spec and run is not None and (run.trained or trainer.state != "ready"):
            trainer.reset()
        self._wish(setups)

    def _wish(self, setups: list[Setup]) -> None:
        """Those of the wishes that need no window: the last of each counts."""
        trainer, network = self._session.trainer, self._session.document.spec.network
        for setup in setups:
            if "pace" in setup.window:
                steps = self._session.document.spec.training.epochs * trainer.progress.batches
                trainer.set_pace(pace_of(setup.window["pace"][0], steps))
            for id in setup.window.get("select", ()):
                self._session.selection.select_layer(network.output.id if id == "output" else id)

    # ---- looking

    @Slot(object)
    def _on_framed(self, frame: Frame) -> None:
        self.facts.take(frame)
        if self._held_at_once is None and (frame.settled or all(probe in frame.answers for probe in self._probes)):
            self._look_first()
        self.facts_changed.emit()
        self._look_soon()

    @Slot()
    def _on_run_changed(self) -> None:
        self.facts.forget()
        self._on_something()

    def _on_checked(self, check: GradientCheck) -> None:
        self.facts.check = check

    @Slot()
    def _on_something(self) -> None:
        self.facts_changed.emit()
        self._look_soon()

    @Slot()
    def look_again(self) -> None:
        """Something that only the window knows is otherwise now."""
        if self.lesson is not None:
            self._on_something()

    def _look_soon(self) -> None:
        """After what goes on now is through: an edit must not be made within another."""
        if self.lesson is not None and not self._soon.isActive():
            self._soon.start()

    def _look_first(self) -> None:
        """Whether what the step waits for is so from the beginning: then it does not run away."""
        step = self.step
        self._held_at_once = step is not None and step.until is not None and step.until.holds(self.facts)

    @Slot()
    def _look(self) -> None:
        step = self.step
        if step is None or self.done or self._held_at_once is None or not self.facts.settled:
            return
        self._reveal(step)
        met = step.until is None or step.until.holds(self.facts)
        if self._held_at_once and not met:
            self._held_at_once = False  # it has ceased to be so: from now on it can come true
        if met and (step.predict is None or self.revealed):
            self.done = True
            if step.until is not None and step.predict is None and not self._held_at_once and self._leads_on():
                self._on.start(self._until_read(step))
            self.changed.emit()

    def _leads_on(self) -> bool:
        """Whether what was just brought about is still to be seen in the next step: a new run would wipe it out."""
        assert self.lesson is not None
        following = self.lesson.steps[self.place + 1 : self.place + 2]
        return not any(_changes(step) and not _goes_on_with_run(step) for step in following)

    def _until_read(self, step: Step) -> int:
        """Milliseconds until the step may go on by itself: who acts at once still wants to read on."""
        needed = len(step.text.write(self.facts).split()) / WORDS_A_SECOND - (monotonic() - self._entered)
        return max(GOES_ON_MS, round(1000 * needed))

    def _reveal(self, step: Step) -> None:
        question = step.predict
        if question is None or self.revealed or self.answer == NO_ANSWER:
            return
        if question.when is not None and not question.when.holds(self.facts):
            return
        right = next((k for k, option in enumerate(question.options) if option.right.holds(self.facts)), NO_ANSWER)
        self.right, self.revealed = right, True
        self.changed.emit()

    @Slot()
    def _go_on(self) -> None:
        self.next()

    # ---- remembering

    def _write_down(self) -> None:
        step = self.step
        for name, expression in step.remember if step is not None else ():
            self.facts.kept[name] = expression.value(self.facts)

    def _remember(self, **changes: object) -> None:
        assert self.lesson is not None
        name = self.lesson.name
        before = self.remembered.get(name, Remembered())
        self.remembered[name] = replace(before, kept=dict(self.facts.kept), **changes)  # type: ignore[arg-type]
        self.remembered_changed.emit(name)


def pace_of(word: str, steps: int) -> Pace:
    """ "step" (one step a second), "flat out", or the seconds that a plan of so many steps lasts."""
    if word == "flat out":
        return Pace(None)
    return Pace(SLOWEST if word == "step" else max(SLOWEST, steps / float(word)))


def _changes(step: Step) -> bool:
    """Whether the step begins by changing the project."""
    return step.setup is not None and bool(step.setup.project)


def _goes_on_with_run(step: Step) -> bool:
    return step.setup is not None and step.setup.window.get("run") == ("keep",)
