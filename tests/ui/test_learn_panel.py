"""The Learn panel by clicks: list, steps, questions, the end; and what the window does for a lesson."""

from __future__ import annotations

import pytest
from learn_hand import begin, demonstration, go_to, made, press
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from window_driver import controls, dispose, place, says

from bpgui.app import build_window
from bpgui.project.lessons import shelf
from bpgui.ui.learn.lesson_list import LessonCard
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.learn import LearnPanel


@pytest.fixture
def panel(window: MainWindow) -> LearnPanel:
    found = window.panels["learn"]
    assert isinstance(found, LearnPanel)
    return found


def text_of(panel: LearnPanel, name: str) -> str:
    label = panel.findChild(QLabel, name)
    assert label is not None
    return label.text()


# ---- the list


def test_lessons_are_read_when_they_are_first_shown(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    assert panel.lessons is None
    window.actions_by_key["learn"].trigger()
    assert window.docks["learn"].isVisible()
    assert [card.objectName() for card in panel.list.cards.values()] == [f"lesson-{name}" for name in shelf.names()]
    card = next(iter(panel.list.cards.values()))
    words = " ".join(label.text() for label in card.findChildren(QLabel))
    assert card.lesson.title in words
    assert card.lesson.summary in words
    assert f"{card.lesson.minutes} min" in words


def test_a_click_on_a_lesson_begins_it_and_leave_ends_it(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    window.actions_by_key["learn"].trigger()
    qtbot.waitUntil(lambda: bool(panel.list.cards))
    card = next(iter(panel.list.cards.values()))
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert panel.player.lesson is card.lesson
    assert panel.stack.currentWidget() is panel.step
    assert panel.header.note.text() == f"1 of {len(card.lesson.steps)}"
    press(qtbot, window, "lesson-leave")
    assert panel.player.lesson is None
    assert panel.stack.currentWidget() is panel.list


def test_a_lesson_begins_with_the_network_in_sight(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    window.commands.show_reference("relu")
    assert not window.panels["network"].isVisible()
    window.lessons.open(shelf.names()[0])
    assert window.panels["network"].isVisible()


def test_the_menu_has_the_lessons(window: MainWindow, panel: LearnPanel) -> None:
    menu = window.submenus["lessons"]
    menu.aboutToShow.emit()
    assert len(menu.actions()) == len(shelf.names())
    menu.actions()[1].trigger()
    assert panel.player.lesson is not None
    assert panel.player.lesson.name == shelf.names()[1]


def test_progress_is_there_at_the_next_start(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    window.lessons.open(shelf.names()[0])
    press(qtbot, window, "lesson-skip" if not panel.player.done else "lesson-next")
    place_now = panel.player.place
    assert place_now == 1
    second = build_window()
    try:
        assert second.session.player.remembered[shelf.names()[0]].place == place_now
        second.show()
        second.actions_by_key["learn"].trigger()
        other = second.panels["learn"]
        assert isinstance(other, LearnPanel)
        count = len(panel.shipped()[0].steps)
        assert f"step 2 of {count}" in other.list.cards[shelf.names()[0]].accessibleName()
    finally:
        dispose(second)


# ---- a step


def test_a_lesson_is_played_by_clicks(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    player = panel.player
    begin(qtbot, window, demonstration())
    assert panel.step.title.text() == "Read"
    qtbot.waitUntil(lambda: "3 hidden neurons and loss –" in text_of(panel, "lesson-text"))
    assert "{1, 2}" in text_of(panel, "lesson-text")
    press(qtbot, window, "lesson-next")

    # a question, an answer, the act, the reveal
    assert not panel.step.next.isEnabled()
    assert text_of(panel, "lesson-done") == "Choose an answer above."
    press(qtbot, window, "lesson-option-2")
    option = panel.step.question.options[1]
    assert "your answer" in option.accessibleDescription()
    assert not option.isEnabled()
    qtbot.mouseClick(window.toolbar.train, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: player.done)
    loss = window.session.trainer.progress.train_loss
    assert loss is not None
    right = 0 if loss < 0.4 else 1
    assert panel.step.question.options[right].property("tone") == "good"
    assert "✓" in panel.step.question.options[right].accessibleDescription()
    verdict = text_of(panel, "lesson-verdict")
    assert verdict == ("✓ As you expected." if right == 1 else "✗ It came otherwise.")
    assert f"It ended at {loss:.3f}" in panel.step.question.reveal.text()
    press(qtbot, window, "lesson-next")
    assert f"The loss was {loss:.3f}." in text_of(panel, "lesson-text")

    chip = next(c for c in window.panels["network"].palette_strip.chips if c.kind == "dense")  # type: ignore[attr-defined]
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: text_of(panel, "lesson-done") == "✓ Done")
    press(qtbot, window, "lesson-next")  # the next step begins a new run
    assert panel.step.title.text() == "Rate"
    assert panel.step.next.text() == "Finish"

    # it goes on by itself
    window.panels["model"].controls["learning_rate"].edited.emit(0.3)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: player.finished)
    assert panel.stack.currentWidget() is panel.finish
    assert "what a lesson can do" in panel.finish.text.text()
    press(qtbot, window, "lesson-again")
    assert (player.place, panel.step.title.text()) == (0, "Read")


def test_keys_answer_while_the_panel_has_the_focus(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    begin(qtbot, window, demonstration())
    go_to(qtbot, window, 1)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    panel.step.back.setFocus()
    qtbot.waitUntil(panel.step.back.hasFocus)
    qtbot.keyClick(panel.step.back, Qt.Key.Key_2)
    assert panel.player.answer == 1


def test_space_still_trains_after_a_click_in_the_panel(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    begin(qtbot, window, demonstration())
    qtbot.waitUntil(lambda: panel.player.done)
    press(qtbot, window, "lesson-next")
    press(qtbot, window, "lesson-option-1")
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.trainer.progress.step > 0)


def test_back_skip_and_restart(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    begin(qtbot, window, demonstration())
    assert not panel.step.back.isEnabled()
    go_to(qtbot, window, 2)
    press(qtbot, window, "lesson-back")
    assert panel.player.place == 1
    press(qtbot, window, "lesson-restart")
    assert panel.player.place == 0


def test_numbers_in_the_text_are_live(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    begin(qtbot, window, made("# One\nEpoch {epoch:d}, {accuracy:.2f}.\n```setup\nsample: xor\npace: 300\n```\n"))
    qtbot.waitUntil(lambda: "Epoch 0, " in text_of(panel, "lesson-text") and "–" not in text_of(panel, "lesson-text"))
    window.actions_by_key["step_epoch"].trigger()
    qtbot.waitUntil(lambda: "Epoch 1, " in text_of(panel, "lesson-text"))


def test_events_that_only_the_window_sees(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    begin(qtbot, window, made("# One\n```until\nstep > 9999\n```\n"))
    facts = panel.player.facts
    window.actions_by_key["step_batch"].trigger()
    qtbot.waitUntil(lambda: window.session.trainer.state == "paused")
    assert (facts["single_steps"], facts["run_started"]) == (1, 0)
    qtbot.mouseClick(window.toolbar.train, Qt.MouseButton.LeftButton)
    assert facts["run_started"] == 1
    qtbot.mouseClick(window.toolbar.train, Qt.MouseButton.LeftButton)
    if window.session.trainer.state == "paused":
        assert facts["run_paused"] == 1
    window.toolbar.speed.setValue(300)
    assert facts["pace_changed"] == 1
    window.actions_by_key["new_seed"].trigger()
    assert (facts["seed_changed"], facts["new_run"]) == (1, 1)
    window.actions_by_key["undo"].trigger()
    assert facts["undone"] == 1
    assert facts["panel_weights"] is True
    window.docks["weights"].close()
    assert facts["panel_weights"] is False
    assert facts["output_view"] == "boundary"
    window.panels["output"].show_view("metrics")  # type: ignore[attr-defined]
    assert facts["output_view"] == "metrics"


def test_the_code_window_is_seen(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    begin(qtbot, window, made("# One\n```until\ncode_verified and verify_same\n```\n# Two\n"))
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: window.session.trainer.state == "ended")
    window.actions_by_key["numpy_code"].trigger()
    assert panel.player.facts["code_shown"] == 1
    dialog = window.commands.numpy_code
    assert dialog is not None
    qtbot.waitUntil(dialog.verify_button.isEnabled, timeout=20_000)
    qtbot.mouseClick(dialog.verify_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.player.done, timeout=20_000)
    dialog.close()


def test_every_control_of_the_panel_says_what_it_is(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    window.actions_by_key["learn"].trigger()
    begin(qtbot, window, demonstration())
    go_to(qtbot, window, 1)
    QApplication.processEvents()
    missing = [f"{type(w).__name__} {w.objectName()!r} in {place(w)}" for w in controls(panel) if not says(w)]
    assert missing == []


# ---- the window around it


def test_wishes_are_granted(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    begin(qtbot, window, made(
        "# One\n```setup\nsample: moons\nlayout: explain\nshow: output.confusion, weights.gradient, weights.course\n"
        "select: output\npace: step\n```\n# Two\n```setup\nlayout: watch\nshow: explore, weights.check\n```\n"
    ))  # fmt: skip
    output, weights = window.panels["output"], window.panels["weights"]
    assert not window.docks["explain"].folded
    assert output.switch.key == "confusion"  # type: ignore[attr-defined]
    assert (weights.kinds.key, weights.ways.key) == ("gradient", "course")  # type: ignore[attr-defined]
    assert window.session.selection.layer == window.session.document.spec.network.output.id
    assert window.session.trainer.pace.rate == 1.0
    go_to(qtbot, window, 1)
    assert window.docks["explain"].folded
    assert window.centre.currentWidget() is window.panels["explore"]
    qtbot.waitUntil(lambda: panel.player.facts["weights_kind"] == "check")


def test_the_layout_comes_back(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    window.docks["weights"].close()
    before = {key: (dock.isHidden(), dock.folded) for key, dock in window.docks.items()}
    begin(qtbot, window, demonstration())
    assert window.docks["learn"].isVisible()
    assert window.arrangement.key == "learn"
    press(qtbot, window, "lesson-leave")
    assert {key: (dock.isHidden(), dock.folded) for key, dock in window.docks.items()} == before
    assert window.arrangement.key == "watch"


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_every_panel_has_its_height_again(
    qtbot: QtBot, window: MainWindow, panel: LearnPanel, size: tuple[int, int]
) -> None:
    window.resize(*size)
    qtbot.waitUntil(lambda: window.size().toTuple() == size)
    QApplication.processEvents()
    seen = (key for key, dock in window.docks.items() if not dock.visibleRegion().isEmpty() and not dock.folded)
    shown = {key: window.docks[key].height() for key in seen}
    assert {"data", "model"} <= set(shown)
    begin(qtbot, window, shelf.shipped(shelf.names()[0]))
    assert window.docks["model"].folded
    press(qtbot, window, "lesson-leave")
    qtbot.waitUntil(lambda: {key: window.docks[key].height() for key in shown} == shown)


def test_no_control_that_nobody_chose_has_the_focus(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    explain = window.docks["explain"]
    next(w for w in window.docks["loss"].findChildren(QPushButton) if w.isVisible()).setFocus()
    begin(qtbot, window, made("# One\n```setup\nlayout: explain\n```\n# Two\n```setup\nlayout: watch\n```\n"))
    qtbot.waitUntil(lambda: window.focusWidget() is panel.step)
    inside = next(w for w in explain.widget().findChildren(QWidget) if w.focusPolicy() and w.isVisible())
    inside.setFocus()
    press(qtbot, window, "lesson-next")
    qtbot.waitUntil(lambda: explain.folded and window.focusWidget() is panel.step)
    kept = window.toolbar.train
    kept.setFocus()
    press(qtbot, window, "lesson-back")
    QApplication.processEvents()
    assert window.focusWidget() is kept


def test_closing_in_a_lesson_asks_for_nothing_where_nothing_is_lost(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window, demonstration())
    window.actions_by_key["train"].trigger()
    qtbot.waitUntil(lambda: window.session.trainer.state == "ended")
    assert window.session.unsaved
    window.close()
    assert not window.isVisible()


def test_a_lesson_that_was_left_leaves_nothing_to_be_saved(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window, demonstration())
    window.actions_by_key["train"].trigger()
    qtbot.waitUntil(lambda: window.session.trainer.state == "ended")
    press(qtbot, window, "lesson-leave")
    assert not window.session.unsaved
    assert not window.isWindowModified()


def test_the_next_lesson_is_one_click_away(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    first, second = shelf.names()[:2]
    window.lessons.open(first)
    while not panel.player.finished:
        press(qtbot, window, "lesson-next" if panel.player.done else "lesson-skip")
    press(qtbot, window, "lesson-following")
    assert panel.player.lesson is not None
    assert panel.player.lesson.name == second
    press(qtbot, window, "lesson-leave")
    window.actions_by_key["learn"].trigger()
    card = panel.findChild(LessonCard, f"lesson-{first}")
    assert card is not None
    assert "✓ done" in card.accessibleName()


def test_panels_and_words_are_seen_to_change(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    begin(qtbot, window, made(
        "# One\n```until\npanel_explore\n```\n# Two\n```until\npanel_health\n```\n"
        '# Three\n```until\noutput_view == "metrics"\n```\n# Four\n'
    ))  # fmt: skip
    qtbot.mouseClick(window.centre.tabs["network"]["explore"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.player.place == 1)
    window.docks["health"].raise_()
    qtbot.waitUntil(lambda: panel.player.place == 2)
    word = window.panels["output"].switch.button("metrics")  # type: ignore[attr-defined]
    qtbot.mouseClick(word, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.player.place == 3)


def test_what_is_revealed_comes_in_sight(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    window.resize(1280, 720)
    long = "A long text. " * 120
    asked = "```predict\nWhy?\n- [step > 0] a\n- [1] b\nwhen: step > 0\nreveal: c\n```\n"
    begin(qtbot, window, made(f"# One\n{long}\n{asked}"))
    assert panel.step.area.verticalScrollBar().maximum() > 0
    panel.player.choose(0)
    window.actions_by_key["step_batch"].trigger()
    reveal = panel.step.question.reveal
    qtbot.waitUntil(lambda: panel.player.revealed and not reveal.visibleRegion().isEmpty())


def test_a_closed_panel_comes_back_with_its_lesson(qtbot: QtBot, window: MainWindow, panel: LearnPanel) -> None:
    begin(qtbot, window, demonstration())
    window.docks["learn"].close()
    qtbot.waitUntil(lambda: "F4 shows it again" in window.status.currentMessage())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F4)
    assert window.docks["learn"].isVisible()
    assert panel.step.title.text() == "Read"


def test_an_explanation_opens_below_and_the_lesson_keeps_its_place(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window, demonstration())
    window.actions_by_key["explain_step"].trigger()
    qtbot.waitUntil(lambda: not window.docks["explain"].folded)
    window.actions_by_key["reset_layout"].trigger()
    assert window.docks["learn"].isVisible()


def test_links_lead_to_the_reference_and_to_the_web_alone(
    qtbot: QtBot, window: MainWindow, panel: LearnPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("bpgui.ui.learn.lessons.QDesktopServices.openUrl", lambda url: opened.append(url.toString()))
    begin(qtbot, window, made("# One\n[ReLU](reference:relu)\n```until\nreference_opened\n```\n# Two\n"))
    panel.step.text.linkActivated.emit("https://example.org/a")
    panel.step.text.linkActivated.emit("file:///etc/passwd")
    assert opened == ["https://example.org/a"]
    assert "not opened: file:///etc/passwd" in window.status.currentMessage()
    panel.step.text.linkActivated.emit("reference:relu")
    assert window.centre.currentWidget() is window.panels["reference"]
    qtbot.waitUntil(lambda: panel.player.done)
