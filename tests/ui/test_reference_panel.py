"""The reference in the window, and help on controls: by keys and mouse, as a person asks for it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWhatsThis, QWidget
from pytestqt.qtbot import QtBot
from window_driver import click, controls, dialogs, place

from bpgui.project.reference import entries, entry
from bpgui.ui.help import reference_of, text_of
from bpgui.ui.live.plot import PlotArea
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.reference import ReferencePanel
from bpgui.ui.reference.page import page, spelled
from bpgui.ui.theme import DARK, LIGHT

KEY = Qt.Key


def reference(window: MainWindow) -> ReferencePanel:
    panel = window.panels["reference"]
    assert isinstance(panel, ReferencePanel)
    return panel


def opened(window: MainWindow, key: str) -> ReferencePanel:
    window.commands.show_reference(key)
    QApplication.processEvents()
    panel = reference(window)
    assert panel.isVisible()
    assert panel.article is not None
    return panel


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(QApplication.focusWidget(), key, modifier)
    QApplication.processEvents()


def note() -> QWidget | None:
    """The note of a What's This that is shown."""
    notes = [w for w in QApplication.topLevelWidgets() if w.metaObject().className() == "QWhatsThat" and w.isVisible()]
    return notes[0] if notes else None


# ---- the page


def test_it_is_made_when_first_looked_at(window: MainWindow, qtbot: QtBot) -> None:
    panel = reference(window)
    assert panel.article is None
    qtbot.keyClick(window, KEY.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert panel.isVisible()
    assert panel.article is not None
    assert panel.article.title.text() == "Forward pass"


@pytest.mark.parametrize("key", list(entries()))
@pytest.mark.parametrize("colors", [DARK, LIGHT], ids=["dark", "light"])
def test_every_page_holds_its_texts(key: str, colors: object) -> None:
    html = page(entry(key), colors)
    for other in entry(key).see:
        assert f"reference:{other}" in html
    assert all(f"]({other})" not in html for other in entries())
    assert "\u0302" not in html


def test_marks_over_letters_are_spelled() -> None:
    assert spelled("m\u0302 / (√v\u0302 + ε)") == "m_hat / (√v_hat + ε)"


def test_every_entry_can_be_opened(window: MainWindow) -> None:
    panel = opened(window, "relu")
    for key in entries():
        panel.show_entry(key)
        assert panel.article.key == key
        assert panel.article.browser.toPlainText().strip()
        assert panel.contents.tree.currentItem().text(0) == entry(key).label
        panel.article.plot.grab()


def test_the_curve_is_read_by_mouse_and_keys(window: MainWindow, qtbot: QtBot) -> None:
    plot = opened(window, "relu").article.plot
    area = plot.area()
    qtbot.mouseMove(plot, QPoint(round(area.left() + area.width() * 0.9), round(area.center().y())))
    found = plot.readout()
    assert found is not None
    x, (value, slope) = found
    assert x == pytest.approx(4.0, abs=0.1)
    assert (value, slope) == (x, 1.0)
    plot.setFocus()
    for _ in range(60):
        press(qtbot, KEY.Key_Left)
    assert plot.readout() == (pytest.approx(-5.0), (0.0, 0.0))
    assert "Kink at 0" in plot.accessibleDescription()
    assert "f(z) = 0" in plot.accessibleDescription()


def test_a_link_leads_on_and_the_keys_back(window: MainWindow, qtbot: QtBot) -> None:
    panel = opened(window, "activation.relu")
    article = panel.article
    assert not article.back.isEnabled()
    article.browser.setFocus()
    press(qtbot, KEY.Key_Tab)  # the first link
    press(qtbot, KEY.Key_Return)
    assert article.key == "term.dead_relu"
    assert article.back.isEnabled()
    press(qtbot, KEY.Key_Backspace)
    assert article.key == "activation.relu"
    press(qtbot, KEY.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert article.key == "term.dead_relu"
    assert not article.on.isEnabled()
    qtbot.mouseClick(article.back, Qt.MouseButton.LeftButton)
    assert article.key == "activation.relu"
    assert panel.contents.tree.currentItem().text(0) == "ReLU"


def test_words_are_looked_for(window: MainWindow, qtbot: QtBot) -> None:
    panel = opened(window, "delta")
    panel.contents.tree.setFocus()
    press(qtbot, KEY.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert panel.contents.line.hasFocus()
    qtbot.keyClicks(panel.contents.line, "nesterov")
    listed = [key for key, item in panel.contents._items.items() if not item.isHidden()]
    assert "optimizer.nesterov" in listed
    assert "activation.relu" not in listed
    press(qtbot, KEY.Key_Return)
    assert panel.article.key == "optimizer.nesterov"
    press(qtbot, KEY.Key_Escape)
    assert panel.contents.line.text() == ""
    assert not any(item.isHidden() for item in panel.contents._items.values())
    press(qtbot, KEY.Key_Escape)
    assert window.panels["network"].isVisible()


def test_all_lines_of_the_contents_are_equally_high(window: MainWindow) -> None:
    tree = opened(window, "gelu").contents.tree
    heights, item = set(), tree.topLevelItem(0)
    while item is not None:
        heights.add(tree.visualItemRect(item).height())
        item = tree.itemBelow(item)
    assert len(heights) == 1


def test_arrow_keys_walk_through_the_entries(window: MainWindow, qtbot: QtBot) -> None:
    panel = opened(window, "activation.relu")
    panel.contents.tree.setFocus()
    press(qtbot, KEY.Key_Down)
    assert panel.article.key == "activation.leaky_relu"


def test_an_unknown_key_says_so(window: MainWindow) -> None:
    opened(window, "relu6")
    assert "relu6" in window.status.currentMessage()


def test_whoever_opens_it_a_lesson_hears_of_it(window: MainWindow, qtbot: QtBot) -> None:
    heard: list[str] = []
    window.session.happened.connect(heard.append)
    window.panels["model"].controls["optimizer"].setFocus()  # type: ignore[attr-defined]
    press(qtbot, KEY.Key_F1)
    assert reference(window).isVisible()
    assert heard == ["reference_opened"]


def test_it_takes_the_colours_of_the_theme(window: MainWindow) -> None:
    panel = opened(window, "relu")
    window.theme.choose("light", keep=False)
    light = panel.article.browser.document().toHtml()
    window.theme.choose("dark", keep=False)
    assert panel.article.browser.document().toHtml() != light


# ---- help on a control


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("loss", "loss.bce"), ("optimizer", "optimizer.adam"), ("learning_rate", "setting.learning_rate"),
        ("batch_size", "setting.batch_size"), ("epochs", "setting.epochs"), ("beta_1", "optimizer.adam"),
        ("schedule", "schedule.constant"), ("l2", "regulariser.l2"), ("clip", "regulariser.none"),
        ("patience", "setting.patience"), ("reduction", "setting.reduction"), ("seed", "setting.seed"),
        ("target_metric", "setting.target_metric"),
    ],
)  # fmt: skip
def test_every_setting_knows_its_entry(window: MainWindow, name: str, key: str) -> None:
    assert reference_of(window.panels["model"].controls[name]) == key


def test_every_setting_has_an_entry_whatever_is_chosen(window: MainWindow) -> None:
    model = window.panels["model"]
    for name, control in {**model.controls, **model.layer.controls}.items():
        if name != "class_weight_values":
            assert reference_of(control) in entries(), name


def test_f1_tells_of_the_control_with_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    box = window.panels["model"].controls["optimizer"]
    box.setFocus()
    press(qtbot, KEY.Key_F1)
    panel = reference(window)
    assert panel.isVisible()
    assert panel.article.key == "optimizer.adam"
    assert "How a gradient becomes a step." in panel.article.asked.text()
    press(qtbot, KEY.Key_Escape)
    assert window.panels["network"].isVisible()
    assert box.hasFocus()


def test_f1_inside_a_number_field(window: MainWindow, qtbot: QtBot) -> None:
    window.panels["model"].controls["learning_rate"].setFocus()
    press(qtbot, KEY.Key_F1)
    assert reference(window).article.key == "setting.learning_rate"


def test_f1_tells_of_what_is_under_the_mouse(window: MainWindow, qtbot: QtBot) -> None:
    box = window.panels["model"].controls["loss"]
    window.panels["network"].setFocus()
    QCursor.setPos(box.mapToGlobal(box.rect().center()))
    press(qtbot, KEY.Key_F1)
    assert reference(window).article.key == "loss.bce"


def test_f1_on_a_picture_tells_of_its_panel(window: MainWindow, qtbot: QtBot) -> None:
    QCursor.setPos(window.mapToGlobal(QPoint(5, window.height() - 2)))
    window.panels["loss"].curve.setFocus()
    press(qtbot, KEY.Key_F1)
    assert reference(window).article.key == "term.loss"


def test_what_has_no_entry_is_explained_on_the_spot(window: MainWindow, qtbot: QtBot) -> None:
    button = window.panels["data"].open_button
    button.setFocus()
    press(qtbot, KEY.Key_F1)
    assert not reference(window).isVisible()
    assert note() is not None
    QWhatsThis.hideText()


def test_f1_in_a_dialog_shows_a_note_there(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_by_key["about"].trigger()
    (dialog,) = dialogs(window)
    QApplication.processEvents()
    qtbot.waitUntil(lambda: dialog.focusWidget() is not None and QApplication.focusWidget() is not None)
    press(qtbot, KEY.Key_F1)
    assert note() is not None
    assert dialog.isVisible()
    QWhatsThis.hideText()
    click(qtbot, dialog, "Close")


def test_whats_this_explains_what_is_clicked(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, KEY.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    assert QWhatsThis.inWhatsThisMode()
    epoch = window.session.trainer.progress.step
    qtbot.mouseClick(window.toolbar.train, Qt.MouseButton.LeftButton)
    assert note() is not None
    assert window.session.trainer.progress.step == epoch
    QWhatsThis.hideText()
    QWhatsThis.leaveWhatsThisMode()


# ---- nothing without a text


def mute(root: QWidget) -> list[str]:
    """Controls, and pictures that can have the keyboard, of which nothing says what they are."""
    found = [w for w in controls(root) if w.metaObject().className() != "QTableCornerButton" and not text_of(w)]
    found += [w for w in root.findChildren(PlotArea) if not text_of(w)]
    return [f"{type(w).__name__} “{w.accessibleName()}” in {place(w)}" for w in found]


@pytest.mark.parametrize("sample", ["xor", "iris", "sine", "digits8x8"])
def test_every_control_of_the_window_has_a_whats_this(window: MainWindow, qtbot: QtBot, sample: str) -> None:
    window.session.document.open_sample(sample)
    opened(window, "relu")
    window.commands.explore()
    window.commands.explain_step()
    qtbot.waitUntil(lambda: window.session.walk.trace is not None, timeout=20_000)
    for dock in window.docks.values():
        dock.fold(False)
    output = window.panels["output"]
    for view in output.switch.keys:
        output.show_view(view)
    explore = window.panels["explore"]
    for view in explore.switch.keys:
        explore.show_view(view)
    assert not mute(window)
    qtbot.keyClick(window, KEY.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    QWhatsThis.leaveWhatsThisMode()
    assert not [place(w) for w in controls(window) if text_of(w) and not w.whatsThis()]


def test_every_action_has_a_whats_this(window: MainWindow) -> None:
    assert all(action.whatsThis() for action in window.actions_by_key.values())


DIALOGS = ("findings", "shortcuts", "about", "predict", "numpy_code", "find_rate", "bug_hunt", "worksheet")


@pytest.mark.parametrize("action", DIALOGS)
def test_every_control_of_a_dialog_has_a_whats_this(window: MainWindow, qtbot: QtBot, action: str) -> None:
    if action == "predict":
        window.session.trainer.step_epoch()
        qtbot.waitUntil(lambda: window.actions_by_key["predict"].isEnabled())
    window.actions_by_key[action].trigger()
    (dialog,) = dialogs(window)
    assert isinstance(dialog, QDialog)
    assert not mute(dialog)
    dialog.close()


def test_the_help_menu_is_in_order(window: MainWindow) -> None:
    menu = next(m for m in window.menuBar().findChildren(QMenu) if m.accessibleName() == "Help")
    keys = {a.text().replace("&", ""): a.shortcut().toString() for a in menu.actions() if not a.isSeparator()}
    assert keys["Help on this"] == "F1"
    assert keys["What's This?"] == "Shift+F1"
    assert list(keys)[-1] == "About bpgui"
