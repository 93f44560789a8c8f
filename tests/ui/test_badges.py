"""Where the trouble is there is a sign; it says why, and offers the ways out to mouse and keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from badge_hand import links_of, open_popover, shown_popover, wait_for_popover
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot
from window_driver import dialogs, says

from bpgui.data.spec import FileOrigin
from bpgui.data.table import NumberColumn, Table
from bpgui.project import edits
from bpgui.project.proposal import propose
from bpgui.session.document import Document
from bpgui.ui.diagram.columns import LOSS
from bpgui.ui.dialogs.findings import FindingsDialog
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.data import DataPanel
from bpgui.ui.panels.model import ModelPanel
from bpgui.ui.panels.network import NetworkPanel
from bpgui.ui.widgets.badge import Badge
from bpgui.ui.widgets.column_row import ColumnRow


@pytest.fixture
def document(window: MainWindow) -> Document:
    return window.session.document


@pytest.fixture
def network(window: MainWindow) -> NetworkPanel:
    panel = window.panels["network"]
    assert isinstance(panel, NetworkPanel)
    return panel


@pytest.fixture
def data(window: MainWindow) -> DataPanel:
    panel = window.panels["data"]
    assert isinstance(panel, DataPanel)
    return panel


@pytest.fixture
def model(window: MainWindow) -> ModelPanel:
    panel = window.panels["model"]
    assert isinstance(panel, ModelPanel)
    return panel


def zero_first_layer(document: Document) -> None:
    document.edit("Zeros", edits.set_layer, "d1", initializer="zeros")


def shown_badges(window: MainWindow) -> list[Badge]:
    return [badge for badge in window.findChildren(Badge) if badge.isVisible()]


def test_nothing_is_marked_where_nothing_is_wrong(window: MainWindow) -> None:
    assert shown_badges(window) == []
    assert window.status.findings.text() == "All checks pass"


def test_a_block_is_marked_explained_and_mended_by_one_click(
    qtbot: QtBot, window: MainWindow, document: Document, network: NetworkPanel
) -> None:
    before = document.spec
    zero_first_layer(document)
    [finding] = document.findings
    badge = network.badges.badges["d1"]
    assert badge.isVisible()
    assert finding.why in badge.toolTip()
    assert finding.text in badge.accessibleName()
    assert window.status.findings.text() == "1 check"
    popover = open_popover(qtbot, badge)
    [card] = popover.cards
    assert card.finding == finding
    [link] = card.findChildren(QPushButton)
    steps = document.undo_stack.count()
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not document.findings)
    assert document.spec == before
    assert document.undo_stack.count() == steps + 1
    assert shown_badges(window) == []
    assert shown_popover() is None
    document.undo_stack.undo()
    assert badge.isVisible()


def test_the_sign_lies_on_its_block_wherever_that_goes(
    qtbot: QtBot, window: MainWindow, document: Document, network: NetworkPanel
) -> None:
    zero_first_layer(document)
    badge, view = network.badges.badges["d1"], network.view

    def touches() -> bool:
        return view.rect_of("d1").intersects(badge.geometry()) and not view.rect_of("d1").contains(badge.geometry())

    assert touches()
    document.edit("x", edits.insert_layer, 0, "dense")
    assert touches()
    qtbot.keyClick(view, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert view.zoomed
    assert touches()
    view.pan_by(QPoint(31, 17))
    assert touches()
    window.resize(1280, 720)
    qtbot.waitUntil(touches)
    document.edit("x", edits.remove_layer, "d1")
    assert "d1" not in network.badges.badges


def test_the_sign_of_the_loss_stands_on_its_block_and_beside_its_setting(
    qtbot: QtBot, document: Document, network: NetworkPanel, model: ModelPanel
) -> None:
    document.edit("x", edits.set_loss, "cce")
    for badge in (network.badges.badges[LOSS], model.rows["loss"].badge, model.badge):
        assert badge is not None
        assert badge.property("severity") == "error"
    labels = [fix.label for fix in document.findings[0].fixes]
    links = links_of(qtbot, model.rows["loss"].badge)
    assert [link.accessibleName() for link in links] == labels
    qtbot.mouseClick(links[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not document.blocked)


def test_by_keyboard_alone(qtbot: QtBot, window: MainWindow, document: Document, network: NetworkPanel) -> None:
    zero_first_layer(document)
    badge = network.badges.badges["d1"]
    network.view.setFocus()
    qtbot.waitUntil(network.view.hasFocus)
    qtbot.keyClick(network.view, Qt.Key.Key_Tab)
    assert window.focusWidget() is badge
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        qtbot.keyClick(badge, key)
        popover = wait_for_popover(qtbot)
        qtbot.keyClick(popover, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: shown_popover() is None)
        assert window.focusWidget() is badge
    assert not window.session.trainer.progress.step, "Space opened the sign and trained nothing"
    qtbot.keyClick(badge, Qt.Key.Key_Return)
    popover = wait_for_popover(qtbot)
    link = popover.focusWidget()
    assert isinstance(link, QPushButton)
    assert link.accessibleName() == document.findings[0].fixes[0].label
    qtbot.keyClick(link, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not document.findings)


def test_a_click_beside_it_closes_it_and_changes_nothing(
    qtbot: QtBot, document: Document, network: NetworkPanel
) -> None:
    zero_first_layer(document)
    popover = open_popover(qtbot, network.badges.badges["d1"])
    qtbot.mouseClick(popover, Qt.MouseButton.LeftButton, pos=QPoint(-9, -50))
    qtbot.waitUntil(lambda: shown_popover() is None)
    assert len(document.findings) == 1


def test_what_it_says_stays_on_the_screen(
    qtbot: QtBot, window: MainWindow, document: Document, model: ModelPanel
) -> None:
    room = window.screen().availableGeometry()
    window.move(room.right() - 200, room.bottom() - 300)
    document.edit("x", edits.set_training, learning_rate=5000.0)
    popover = open_popover(qtbot, model.rows["learning_rate"].badge)
    frame = 4  # that the offscreen platform puts around any window
    assert room.adjusted(0, 0, frame, frame).contains(popover.frameGeometry())


def test_the_list_of_layers_says_it_too(document: Document, network: NetworkPanel) -> None:
    zero_first_layer(document)
    rows = network.layers.rows
    said = rows.data(rows.index(rows.row_of("d1")), Qt.ItemDataRole.AccessibleDescriptionRole)
    assert document.findings[0].text in said


@pytest.fixture
def wide(document: Document) -> Document:
    """Nine columns, of which the first and the last are not scaled though they should be."""
    rng = np.random.default_rng(0)
    sizes = [1e5, *[1.0] * 7, 1e5]
    columns = [NumberColumn(f"c{i}", size * rng.normal(size=60)) for i, size in enumerate(sizes)]
    table = Table((*columns, NumberColumn("y", rng.normal(size=60))))
    spec = propose(table, FileOrigin(name="wide.csv", path="wide.csv"))
    for column in columns:
        spec = edits.set_column(spec, table, column.name, role="feature", scaling="none")
    document.store.put(table)
    document.apply("Open wide.csv", spec)
    assert [f.places for f in document.findings] == [("column:c0", "column:c8")]
    return document


def row_of(data: DataPanel, name: str) -> ColumnRow | None:
    return next((row for row in data.columns.rows if row.column.name == name), None)


def test_every_column_that_a_check_is_about_is_marked(qtbot: QtBot, wide: Document, data: DataPanel) -> None:
    first, other = row_of(data, "c0"), row_of(data, "c1")
    assert first is not None
    assert first.badge is not None
    assert other is not None
    assert other.badge is None
    assert data.badge.isVisible(), "the last column is not in sight, but its panel is marked"
    qtbot.mouseClick(data.columns.more, Qt.MouseButton.LeftButton)
    last = row_of(data, "c8")
    assert last is not None
    [link] = links_of(qtbot, last.badge)
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not wide.findings)
    assert not first.badge.isVisible()
    assert not data.badge.isVisible()
    scaling = {c.name: c.scaling for c in wide.spec.data.columns}
    assert scaling["c0"] == scaling["c8"] == "standard"


def test_several_findings_are_counted_and_the_worst_colours_the_sign(
    qtbot: QtBot, document: Document, network: NetworkPanel
) -> None:
    zero_first_layer(document)
    badge = network.badges.badges["d1"]
    assert (badge.text(), badge.property("severity")) == ("", "warning")
    icon = badge.icon().cacheKey()
    document.edit("x", edits.set_layer, "d1", units=1, activation="softmax")
    assert (badge.text(), badge.property("severity")) == ("2", "warning")
    output = document.spec.network.output.id
    document.edit("x", edits.set_layer, output, units=3)
    assert network.badges.badges[output].property("severity") == "error"
    assert network.badges.badges[output].icon().cacheKey() != icon, "not by its colour alone"
    assert len(open_popover(qtbot, badge).cards) == 2


def test_signs_take_the_colours_of_another_theme(window: MainWindow, document: Document, network: NetworkPanel) -> None:
    zero_first_layer(document)
    badge = network.badges.badges["d1"]
    dark = badge.icon().cacheKey()
    window.theme.choose("light", keep=False)
    assert badge.icon().cacheKey() != dark


def list_of(qtbot: QtBot, window: MainWindow) -> FindingsDialog:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F8)
    [dialog] = dialogs(window)
    assert isinstance(dialog, FindingsDialog)
    return dialog


def go_to(qtbot: QtBot, window: MainWindow, number: int) -> None:
    """Ask the list for the place of that finding."""
    dialog = list_of(qtbot, window)
    link = next(b for b in dialog.cards[number].findChildren(QPushButton) if b.text() == "Show where")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialogs(window))


def test_the_list_says_all_and_leads_to_each_place(
    qtbot: QtBot, window: MainWindow, wide: Document, data: DataPanel, model: ModelPanel, network: NetworkPanel
) -> None:
    wide.edit("x", edits.set_training, l2=1e-3, target_metric="accuracy", target_value=0.9)
    zero_first_layer(wide)
    wide.edit("x", edits.set_layer, wide.spec.network.output.id, units=3)
    dialog = list_of(qtbot, window)
    assert [card.finding for card in dialog.cards] == list(wide.findings)
    assert dialog.cards[0].finding.severity == "error"
    assert dialog.summary.text().startswith("1 mistake to mend before training can start. 3 warnings to think about.")
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert all(finding.text in said and finding.why in said for finding in wide.findings)
    assert all(says(link) for card in dialog.cards for link in card.findChildren(QPushButton))
    dialog.close()

    keys = [finding.key for finding in wide.findings]
    model.folds["stopping"].set_open(False)
    go_to(qtbot, window, keys.index("target_metric"))
    qtbot.waitUntil(lambda: window.focusWidget() is model.rows["target_metric"].badge)
    assert model.folds["stopping"].open
    assert not model.rows["target_metric"].badge.visibleRegion().isEmpty()

    window.commands.explore()
    go_to(qtbot, window, keys.index("zero_weights"))
    qtbot.waitUntil(lambda: window.focusWidget() is network.badges.badges["d1"])
    assert window.session.selection.layer == "d1"

    window.docks["data"].fold()
    go_to(qtbot, window, keys.index("unscaled"))
    qtbot.waitUntil(lambda: isinstance(window.focusWidget(), Badge) and data.isAncestorOf(window.focusWidget()))
    assert not window.docks["data"].folded


def test_a_click_on_a_card_of_the_list_leads_there_too(
    qtbot: QtBot, window: MainWindow, document: Document, network: NetworkPanel
) -> None:
    zero_first_layer(document)
    [card] = list_of(qtbot, window).cards
    qtbot.mouseClick(card.findChildren(QLabel)[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialogs(window))
    qtbot.waitUntil(lambda: window.focusWidget() is network.badges.badges["d1"])


def test_a_column_out_of_sight_is_listed_when_it_is_asked_for(
    qtbot: QtBot, window: MainWindow, wide: Document, data: DataPanel
) -> None:
    wide.edit("x", edits.set_column, wide.table, "c0", scaling="standard")
    assert row_of(data, "c8") is None
    go_to(qtbot, window, 0)
    qtbot.waitUntil(lambda: row_of(data, "c8") is not None and window.focusWidget() is row_of(data, "c8").badge)


def test_an_empty_list_says_so(qtbot: QtBot, window: MainWindow, document: Document) -> None:
    dialog = list_of(qtbot, window)
    assert dialog.cards == []
    assert dialog.summary.text().startswith("Nothing to mend")
    dialog.close()
    zero_first_layer(document)
    dialog = list_of(qtbot, window)
    qtbot.mouseClick(dialog.cards[0].findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    assert dialog.summary.text().startswith("Nothing to mend")
    assert document.undo_stack.undoText() == "Choose first weights automatically"
