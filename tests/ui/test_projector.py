"""Drawn for a class: larger by one factor, in strong contrast, with nothing cut off, and back again."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from itertools import chain

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot
from window_driver import dialogs, dispose, place

from bpgui.app import build_window
from bpgui.cli.window import parse
from bpgui.project.lessons import shelf
from bpgui.ui import settings
from bpgui.ui import theme as themes
from bpgui.ui.launch import Launch, Launches
from bpgui.ui.layouts import LAYOUTS
from bpgui.ui.live.drawing import cosmetic
from bpgui.ui.live.small_font import small_font
from bpgui.ui.main_window import MainWindow
from bpgui.ui.sizes import px, sized
from bpgui.ui.stylesheet import stylesheet
from bpgui.ui.theme import DARK, LIGHT, PROJECTED, Theme, contrast, mono_font
from bpgui.ui.widgets.elided import ElidedLabel

SCALE = PROJECTED[True].scale
BOTH = pytest.mark.parametrize("colors", list(PROJECTED.values()), ids=["dark", "light"])


@pytest.fixture
def small(qtbot: QtBot) -> Iterator[MainWindow]:
    """A window of the size of a small projector. It goes before the theme does: to be drawn anew takes a second."""
    yield from _small(qtbot, projector=False)


@pytest.fixture
def projected(qtbot: QtBot) -> Iterator[MainWindow]:
    """The same, for a class from the start."""
    yield from _small(qtbot, projector=True)


def _small(qtbot: QtBot, *, projector: bool) -> Iterator[MainWindow]:
    made = build_window(projector=projector)
    made.resize(1280, 720)
    made.show()
    qtbot.waitExposed(made)
    QApplication.processEvents()
    yield made
    dispose(made)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    themes.apply(application, True)


def f9(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F9)
    for _ in range(4):
        QApplication.processEvents()


# ---- the theme


@BOTH
def test_everything_is_easier_to_read_than_on_a_desk(colors: Theme) -> None:
    desk = DARK if colors.dark else LIGHT
    assert colors.scale >= 1.3
    assert colors.stroke > desk.stroke
    for surface in ("window", "panel", "field", "plot"):
        ground = getattr(colors, surface)
        assert contrast(colors.text, ground) >= 12.0
        assert contrast(colors.muted, ground) >= 7.0  # WCAG AAA
    for line in ("curve_train", "curve_validation", "positive", "negative"):
        assert contrast(getattr(colors, line), colors.plot) >= 4.5
    assert contrast(colors.field_border, colors.panel) >= 3.0
    for name in ("accent", "good", "bad", "warn"):
        assert contrast(getattr(colors, name), colors.panel) >= 4.5


@BOTH
def test_the_sheet_is_the_same_but_larger(colors: Theme) -> None:
    desk = stylesheet(DARK if colors.dark else LIGHT)
    sheet = stylesheet(colors)
    assert sheet.count("px") == desk.count("px")
    assert "font-size: 8pt" in desk
    assert f"font-size: {8 * SCALE:g}pt" in sheet
    assert "border: 2px solid" in sheet
    assert "$" not in sheet


def test_a_size_follows_the_scale_and_keeps_nothing_alive(qapp: QApplication) -> None:
    themes.apply(qapp, True)
    label = QLabel()
    sized(label, lambda w: w.setFixedWidth(px(100)))
    assert label.width() == 100
    themes.apply(qapp, True, projector=True)
    assert label.width() == round(100 * SCALE)
    themes.apply(qapp, True)
    assert label.width() == 100
    gone = weakref.ref(label)
    del label
    gc.collect()
    assert gone() is None
    themes.apply(qapp, True, projector=True)
    themes.apply(qapp, True)


def test_type_and_pens_follow_the_theme(qapp: QApplication) -> None:
    themes.apply(qapp, True)
    usual, small, mono = QApplication.font().pointSizeF(), small_font().pointSizeF(), mono_font(8.0).pointSizeF()
    assert cosmetic(DARK.text).widthF() == 1.0
    themes.apply(qapp, True, projector=True)
    assert QApplication.font().pointSizeF() == pytest.approx(usual * SCALE)
    assert small_font().pointSizeF() == pytest.approx(small * SCALE)
    assert mono_font(8.0).pointSizeF() == pytest.approx(mono * SCALE)
    assert cosmetic(DARK.text).widthF() == PROJECTED[True].stroke
    themes.apply(qapp, False, projector=True)
    assert QApplication.font().pointSizeF() == pytest.approx(usual * SCALE)
    themes.apply(qapp, True)
    assert QApplication.font().pointSizeF() == usual


# ---- the window


def cut_off(root: QWidget) -> list[str]:
    """Words for which their widget is too small."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, (ElidedLabel, QComboBox)):
            continue
        if isinstance(widget, QAbstractButton) and widget.text():
            words = widget.text().replace("&", "").split("\n")
            needed = max(map(widget.fontMetrics().horizontalAdvance, words))
        elif isinstance(widget, QLabel) and widget.text() and not widget.wordWrap():
            needed = widget.minimumSizeHint().width()
        else:
            continue
        high = widget.fontMetrics().ascent()
        if widget.width() < needed - 1 or widget.height() < high:
            words = f"{widget.text()!r} {widget.width()}x{widget.height()} of {needed}x{high}"
            found.append(f"{words} in {place(widget)}")
    return found


@pytest.mark.parametrize(("sample", "theme"), [("xor", "dark"), ("iris", "light"), ("digits8x8", "dark")])
def test_it_fits_a_small_projector(small: MainWindow, qtbot: QtBot, sample: str, theme: str) -> None:
    small.theme.choose(theme, keep=False)
    small.session.document.open_sample(sample)
    f9(qtbot, small)
    assert themes.theme() is PROJECTED[theme == "dark"]
    assert (small.width(), small.height()) == (1280, 720)
    assert not cut_off(small)
    for key in chain.from_iterable(LAYOUTS["projector"].groups(low=True)):
        small.docks[key].raise_()
        QApplication.processEvents()
        assert not cut_off(small.docks[key])


@pytest.mark.parametrize("page", ["network", "explore", "reference"])
def test_every_page_fits_with_the_explained_step_beside_it(projected: MainWindow, page: str) -> None:
    projected.commands.explain_step()
    projected.centre.show_panel(page)
    for _ in range(4):
        QApplication.processEvents()
    assert (projected.width(), projected.height()) == (1280, 720)
    assert not cut_off(projected)


def test_an_explained_step_leaves_the_diagram_its_size_and_the_panels_come_back(
    projected: MainWindow, qtbot: QtBot
) -> None:
    view, walk = projected.panels["network"].view, projected.session.walk
    key = projected.session.document.spec.network.layers[0].id

    def places() -> dict[str, object]:
        docks = projected.docks.items()
        return {key: (projected.dockWidgetArea(dock), dock.isHidden(), dock.folded) for key, dock in docks}

    before, block = places(), view.rect_of(key).height()
    projected.commands.explain_step()
    qtbot.waitUntil(lambda: walk.trace is not None and projected.panels["explain"].isVisible())
    qtbot.waitUntil(lambda: view.rect_of(key).height() >= block * 0.95)
    assert projected.width() == 1280
    walk.leave()
    assert places() == before
    projected.commands.explain_step()
    qtbot.waitUntil(lambda: walk.trace is not None)
    f9(qtbot, projected)
    assert not projected.docks["data"].isHidden()
    assert projected.dockWidgetArea(projected.docks["explain"]) == Qt.DockWidgetArea.BottomDockWidgetArea
    walk.leave()  # on the desk it changes nothing
    assert not projected.docks["data"].isHidden()


def test_the_phases_stand_in_two_lines_where_one_has_no_room(projected: MainWindow, qtbot: QtBot) -> None:
    projected.commands.explain_step()
    bar = projected.panels["explain"].phases
    qtbot.waitUntil(bar.isVisible)
    last = bar.phases["Update"]
    qtbot.waitUntil(lambda: bar.play.y() >= last.geometry().bottom())
    assert not cut_off(bar)
    projected.session.walk.leave()
    projected.resize(1920, 1080)
    QApplication.processEvents()
    projected.commands.explain_step()
    qtbot.waitUntil(lambda: bar.play.y() < last.geometry().center().y() and bar.play.x() > last.geometry().right())


def test_the_diagram_is_larger(small: MainWindow, qtbot: QtBot) -> None:
    view = small.panels["network"].view
    key = small.session.document.spec.network.layers[0].id
    before = view.rect_of(key)
    f9(qtbot, small)
    assert view.rect_of(key).height() == pytest.approx(before.height() * SCALE, abs=2)
    at = view.rect_of(key, "plus").center()
    assert view.hit_at(at).part == "plus"
    units = small.session.document.spec.network.layers[0].units
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert small.session.document.spec.network.layers[0].units == units + 1


def test_back_on_the_desk_all_is_as_it_was(small: MainWindow, qtbot: QtBot) -> None:
    small.docks["loss"].fold()
    QApplication.processEvents()

    def places() -> dict[str, object]:
        return {key: (small.dockWidgetArea(dock), dock.isVisible(), dock.folded) for key, dock in small.docks.items()}

    before, width, font = places(), small.toolbar.train.width(), small.panels["loss"].font()
    f9(qtbot, small)
    assert small.toolbar.train.width() > width
    assert small.toolbar.buttons["reset"].text() == ""
    f9(qtbot, small)
    assert places() == before
    assert small.toolbar.train.width() == width
    assert small.toolbar.buttons["reset"].text() == "Reset"
    assert small.panels["loss"].font() == font
    assert (small.width(), small.height()) == (1280, 720)


def test_another_theme_keeps_the_size(projected: MainWindow) -> None:
    words = projected.panels["output"].switch
    before = words.sizeHint()
    projected.theme.choose("light", keep=False)
    assert themes.theme() is PROJECTED[False]
    assert words.sizeHint() == before
    assert not cut_off(projected)


def test_layouts_asked_for_stay_in_one_column(projected: MainWindow) -> None:
    projected.actions_by_key["layout_explain"].trigger()
    QApplication.processEvents()
    assert not projected.docks["explain"].folded
    assert projected.dockWidgetArea(projected.docks["data"]) == Qt.DockWidgetArea.RightDockWidgetArea
    assert projected.width() == 1280


def test_a_lesson_has_its_place_and_goes_again(small: MainWindow, qtbot: QtBot) -> None:
    f9(qtbot, small)
    small.lessons.open(shelf.names()[1])
    QApplication.processEvents()
    assert small.arrangement.key == "projector_learn"
    assert small.docks["learn"].isVisible()
    assert (small.width(), small.height()) == (1280, 720)
    assert small.dockWidgetArea(small.docks["learn"]) == Qt.DockWidgetArea.RightDockWidgetArea
    assert not cut_off(small)
    f9(qtbot, small)
    small.lessons.player.leave()
    QApplication.processEvents()
    assert small.arrangement.key == "watch"
    assert small.dockWidgetArea(small.docks["data"]) == Qt.DockWidgetArea.LeftDockWidgetArea


def test_dialogs_fit(projected: MainWindow) -> None:
    for action in ("shortcuts", "about", "findings"):
        projected.actions_by_key[action].trigger()
        (dialog,) = dialogs(projected)
        assert dialog.width() <= 1280
        assert dialog.height() <= 720
        assert not cut_off(dialog)
        dialog.close()
        QApplication.processEvents()


# ---- how it is asked for


def test_it_is_remembered_and_the_desk_too(qtbot: QtBot, window: MainWindow) -> None:
    f9(qtbot, window)
    assert settings.is_for_projector()
    window.close()
    again = build_window()
    try:
        assert again.projector.on
        assert again.actions_by_key["projector"].isChecked()
        assert themes.theme().scale == SCALE
        again.actions_by_key["projector"].trigger()
        assert not settings.is_for_projector()
        assert again.dockWidgetArea(again.docks["data"]) == Qt.DockWidgetArea.LeftDockWidgetArea
    finally:
        dispose(again)


def test_it_is_asked_for_on_the_command_line(qapp: QApplication) -> None:
    assert parse(["--projector"]).projector
    assert not parse([]).projector
    made = build_window(remember=False, projector=True)
    try:
        assert themes.theme() is PROJECTED[True]
        assert made.minimumSizeHint().width() <= 1280
        assert made.dockWidgetArea(made.docks["model"]) == Qt.DockWidgetArea.RightDockWidgetArea
    finally:
        made.projector.choose(False, keep=False)
        dispose(made)


def test_a_later_start_asks_the_open_window(window: MainWindow) -> None:
    launches = Launches(window)
    launches.serve(Launch(("sample:moons",), projector=True))
    assert window.projector.on
    assert not settings.is_for_projector()  # for this time only
    launches.stop()
    window.projector.choose(False, keep=False)
