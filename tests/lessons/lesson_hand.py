"""A hand for the lessons: it clicks what is really under the cursor, types, and does what a step asks for."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QPushButton, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from bpgui.project.lessons import Step
from bpgui.ui.learn.places import place_of
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.learn import LearnPanel

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Key = Qt.Key
LONG = 20_000  # milliseconds: nothing here takes so long, on a slow machine neither


class LessonHand:
    """`clicks` counts presses of a mouse button; a double click is two."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        panel = window.panels["learn"]
        assert isinstance(panel, LearnPanel)
        self.panel, self.player, self.trainer = panel, window.session.player, window.session.trainer
        self.clicks = 0
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)

    # ---- the mouse

    def click(self, widget: QWidget, at: QPoint | None = None, *, double: bool = False) -> None:
        """Press where `at` of a widget is on the screen, in its middle by default."""
        self.press_at(lambda: (widget, at if at is not None else widget.rect().center()), double=double)

    def press_at(self, spot: Callable[[], tuple[QWidget, QPoint]], *, double: bool = False) -> None:
        """Press on whatever is where `spot` is by now: it has to be that widget, or in it."""

        def reached() -> bool:
            widget, at = spot()
            return self._bring_in_sight(widget) and self._under(widget, at) in _parts_of(widget)

        try:
            self.qtbot.waitUntil(reached, timeout=LONG)
        except self.qtbot.TimeoutError:
            found, wanted = self._under(*spot()), spot()[0]
            raise AssertionError(f"{name_of(found)} lies over {name_of(wanted)}; {self.where()}") from None
        widget, at = spot()
        found = self._under(widget, at)
        assert found.isEnabled(), f"{name_of(found)} cannot be used now"
        inside = found.mapFrom(widget.window(), widget.mapTo(widget.window(), at))
        QTest.mouseMove(found, inside)
        QTest.mouseClick(found, LEFT, NONE, inside)
        self.clicks += 1
        if double:
            QTest.mouseDClick(found, LEFT, NONE, inside)
            self.clicks += 1
        QApplication.processEvents()

    def _under(self, widget: QWidget, at: QPoint) -> QWidget:
        """What a press there reaches."""
        home = widget.window()
        return home.childAt(widget.mapTo(home, at)) or home

    def _bring_in_sight(self, widget: QWidget) -> bool:
        """Scroll there, as the wheel does; whether it is shown."""
        outer = widget.parentWidget()
        while outer is not None:
            if isinstance(outer, QScrollArea):
                outer.ensureWidgetVisible(widget, 20, 20)
            outer = outer.parentWidget()
        return widget.isVisible()

    def click_place(self, name: str, *, double: bool = False) -> None:
        """A control by its name in a lesson."""

        def spot() -> tuple[QWidget, QPoint]:
            place = place_of(self.window, name)
            assert place is not None, f"{name} is not in the window"
            return place.widget, place.inside.center()

        self.press_at(spot, double=double)

    def click_ring(self) -> None:
        """What the ring stands around."""
        ring = self.window.lessons.ring
        self.wait(ring.isVisible, "no ring is to be seen")

        def spot() -> tuple[QWidget, QPoint]:
            target = ring.target()
            assert target is not None
            return target[0], target[1].center()

        button = spot()[0]
        if isinstance(button, QToolButton) and button.menu() is not None:
            assert self.player.step is not None
            self._click_behind(button, self.player.step.point.rpartition(".")[2])
        else:
            self.press_at(spot)

    def _click_behind(self, more: QToolButton, word: str) -> None:
        """A word that has no room stands in the menu behind "…", which keeps the program until it is closed."""
        timer = QTimer(self.window)

        def pick() -> None:
            popup = QApplication.activePopupWidget()
            if popup is None:
                return
            timer.stop()
            try:
                self.choose(word)
            finally:
                popup.close()

        timer.timeout.connect(pick)
        timer.start(5)
        self.click(more)
        timer.deleteLater()

    def choose(self, text: str) -> None:
        """An entry of the menu that is open."""
        self.qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        words = [action.text().replace("&", "").split("\t")[0] for action in menu.actions()]
        assert text in words, f"{text} is not among {words}"
        at = menu.actionGeometry(menu.actions()[words.index(text)]).center()
        QTest.mouseMove(menu, at)
        QTest.mouseClick(menu, LEFT, NONE, at)
        self.clicks += 1
        QApplication.processEvents()

    def press(self, dialog: QWidget, text: str) -> None:
        """A button of a dialog."""
        buttons = [b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == text]
        assert buttons, f"no button says {text}"
        self.click(buttons[0])

    # ---- the keyboard

    def type_into(self, box: QWidget, text: str) -> None:
        """Over what stands there, and Enter."""
        self.click(box, QPoint(12, box.height() // 2))
        QTest.keySequence(box.focusWidget() or box, "Ctrl+A")
        self.qtbot.keyClicks(box, text)
        self.qtbot.keyClick(box, Key.Key_Return)
        QApplication.processEvents()

    def pick(self, box: QComboBox, key: str) -> None:
        """An entry of a drop-down list, by the arrow keys."""
        self._bring_in_sight(box)
        box.setFocus()
        start, target = box.currentIndex(), box.findData(key)
        assert target >= 0, f"{key} is not in the list"
        for _ in range(abs(target - start)):
            self.qtbot.keyClick(box, Key.Key_Down if target > start else Key.Key_Up)
        QApplication.processEvents()

    # ---- training

    def train(self) -> None:
        """Train, and where that would take a while, Finish."""
        self.click_place("toolbar.train")
        self.wait(lambda: self.trainer.state in ("training", "ended"), "training has not begun")
        if self.trainer.state == "training":
            self.finish()
        self.wait(lambda: self.trainer.state == "ended", "training does not end")

    def finish(self) -> None:
        """Press it at once: the run may have come to its end by itself, and then it does nothing."""
        QTest.mouseClick(self.window.toolbar.buttons["finish"], LEFT)
        self.clicks += 1

    def step(self, times: int = 1) -> None:
        """So many single steps, each when the one before is done."""
        for _ in range(times):
            before = self.trainer.progress.step
            self.click_place("toolbar.step")
            self.choose("One batch")
            self.wait(lambda n=before: self.trainer.progress.step == n + 1, "no step was made")  # type: ignore[misc]

    def wait(self, holds: Callable[[], bool], otherwise: str) -> None:
        try:
            self.qtbot.waitUntil(holds, timeout=LONG)
        except self.qtbot.TimeoutError:
            raise AssertionError(f"{otherwise}; {self.where()}") from None

    def where(self) -> str:
        """The step, the state, and what is awaited with the numbers that it depends on."""
        step = self.player.step
        if step is None:
            return f"no lesson runs, the run is {self.trainer.state}"
        asked = {name: self.player.facts.get(name) for name in sorted(step.names)}
        return f"in {step.title!r}, the run is {self.trainer.state}, known: {asked}"

    # ---- the learn panel

    def begin(self, name: str) -> None:
        """The lesson of that name, from the list."""
        self.window.actions_by_key["learn"].trigger()
        self.click(self.panel.list.cards[name])
        assert self.player.lesson is not None
        assert self.player.lesson.name == name

    def answer(self, option: int) -> None:
        """The option of that number, from 1 on."""
        self.click(self.panel.step.question.options[option - 1])
        assert self.player.answer == option - 1

    def next(self) -> None:
        """On, where the step has not gone on by itself."""
        place = self.player.place
        self.wait(lambda: self.player.done or self.player.place != place, "the step is not done")
        if self.player.place == place:
            QTest.mouseClick(self.panel.step.next, LEFT)  # at once: a moment later it goes on by itself
            self.clicks += 1


def _parts_of(widget: QWidget) -> list[QWidget]:
    return [widget, *widget.findChildren(QWidget)]


def name_of(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    said = widget.objectName() or (text() if callable(text) else "") or widget.accessibleName()
    return f"{type(widget).__name__} {said!r}"


def steps_wanted(step: Step) -> int:
    """How many single steps a step asks for: the number in its condition on `step`."""
    conditions = [step.until, step.predict.when if step.predict is not None else None]
    found = [int(n) for c in conditions if c is not None for n in re.findall(r"\bstep >= (\d+)", c.text)]
    return max(found, default=1)


FirstStart = Callable[[Callable[[LessonHand], None]], None]  # it walks a path in the program as a newcomer starts it
