"""Words in a header where there is room for all of them, and where there is not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.ui.live.text_switch import TextSwitch
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.explore import ExplorePanel

WORDS = ("boundary", "confusion", "metrics", "threshold", "predictions", "try")


@pytest.fixture
def switch(qtbot: QtBot) -> TextSwitch:
    switch = TextSwitch("Way to look")
    qtbot.addWidget(switch)
    switch.set_choices([(word, word, f"Shows {word}.") for word in WORDS])
    switch.choose("boundary")
    switch.show()
    return switch


def seen(switch: TextSwitch) -> list[str]:
    return [key for key in switch.keys if switch.button(key).isVisible()]


def in_menu(switch: TextSwitch) -> list[str]:
    return [action.text() for action in switch.more.menu().actions()] if switch.more.isVisible() else []


def narrow(switch: TextSwitch, width: int) -> None:
    switch.resize(width, 24)
    QApplication.processEvents()
    assert switch.width() == width


def test_all_words_where_there_is_room(switch: TextSwitch) -> None:
    narrow(switch, switch.sizeHint().width())
    assert seen(switch) == list(WORDS)
    assert in_menu(switch) == []


def test_what_has_no_room_is_in_the_menu(switch: TextSwitch) -> None:
    for width in range(switch.sizeHint().width(), switch.minimumSizeHint().width() - 1, -1):
        narrow(switch, width)
        assert sorted(seen(switch) + in_menu(switch)) == sorted(WORDS)
        assert sum(switch.button(key).width() for key in seen(switch)) <= width
    assert seen(switch) == ["boundary"]


def test_a_word_from_the_menu_is_chosen_and_shows(qtbot: QtBot, switch: TextSwitch) -> None:
    narrow(switch, 200)
    assert in_menu(switch)[-1] == "try"
    action = switch.more.menu().actions()[-1]
    with qtbot.waitSignal(switch.chosen) as caught:
        action.trigger()
    assert caught.args == ["try"]
    assert switch.key == "try"
    assert "try" in seen(switch)
    assert "try" not in in_menu(switch)


def test_the_keyboard_reaches_the_menu(qtbot: QtBot, switch: TextSwitch) -> None:
    narrow(switch, switch.minimumSizeHint().width())
    assert switch.more.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert switch.more.accessibleName() == "Way to look: more"


def test_a_choice_made_before_it_has_its_place_hides_no_word(qtbot: QtBot, window: MainWindow) -> None:
    """The window lays itself out in the middle of it."""
    window.show()
    qtbot.waitExposed(window)
    window.session.document.open_sample("iris")
    window.commands.explore()
    panel = window.panels["explore"]
    assert isinstance(panel, ExplorePanel)
    panel.show_view("scatter")
    QApplication.processEvents()
    assert seen(panel.switch) == list(panel.switch.keys)


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)])
def test_the_words_of_the_weights_all_have_room(qtbot: QtBot, window: MainWindow, size: tuple[int, int]) -> None:
    window.resize(*size)
    window.show_panel("weights")
    kinds = window.panels["weights"].kinds
    qtbot.waitUntil(kinds.isVisible)
    QApplication.processEvents()
    assert seen(kinds) == list(kinds.keys)
