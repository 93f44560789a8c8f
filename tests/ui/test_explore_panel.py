"""Looking at the data, by clicks and keys."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from bpgui.data.encoding import encode
from bpgui.data.readers import read_file
from bpgui.data.spec import Column, DataSpec, FileOrigin, Split
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.project import edits
from bpgui.session.session import Session
from bpgui.ui.explore.balance_view import BalanceView
from bpgui.ui.explore.histograms_view import HistogramsView
from bpgui.ui.explore.missing_view import MissingView
from bpgui.ui.explore.parts_view import PartsView
from bpgui.ui.explore.pictures import picture
from bpgui.ui.explore.pictures_view import PicturesView
from bpgui.ui.explore.scatter_view import ScatterView
from bpgui.ui.explore.source import Source
from bpgui.ui.explore.statistics_view import StatisticsView
from bpgui.ui.explore.table_view import TableView
from bpgui.ui.explore.views import EXPLORE_VIEWS
from bpgui.ui.live.value_colors import class_color
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.explore import ExplorePanel
from bpgui.ui.theme import DARK, LIGHT, apply, theme


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[ExplorePanel]:
    session.document.open_sample("iris")
    made = ExplorePanel(session)
    made.resize(760, 640)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()


def look(qtbot: QtBot, panel: ExplorePanel, key: str) -> object:
    """Choose a view by its word."""
    qtbot.mouseClick(panel.switch.button(key), Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    return panel.view


def table_of(panel: ExplorePanel) -> TableView:
    view = panel.view
    assert isinstance(view, TableView)
    return view


def shown(view: TableView, section: int, lines: int = 5) -> list[str]:
    return [view.model.text(line, section) for line in range(lines)]


def click_header(qtbot: QtBot, view: TableView, section: int) -> None:
    head = view.table.head
    place = QPoint(head.sectionViewportPosition(section) + 20, 10)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_rows_columns_and_roles(panel: ExplorePanel) -> None:
    view = table_of(panel)
    assert view.model.rowCount() == 150
    assert view.model.heading(1) == ("sepal_length", "feature · number")
    assert view.model.heading(5) == ("species", "target · category")
    assert view.counted.text() == "150 rows"
    assert shown(view, 1, 3) == ["5.1", "4.9", "4.7"]
    assert set(shown(view, 0, 150)) == {"train", "validation"}


def test_a_click_sorts_another_turns_it_a_third_ends_it(qtbot: QtBot, panel: ExplorePanel) -> None:
    view = table_of(panel)
    click_header(qtbot, view, 1)
    assert shown(view, 1) == ["4.3", "4.4", "4.4", "4.4", "4.5"]
    click_header(qtbot, view, 1)
    assert shown(view, 1, 3) == ["7.9", "7.7", "7.7"]
    click_header(qtbot, view, 1)
    assert shown(view, 1, 3) == ["5.1", "4.9", "4.7"]


def test_a_line_filters_and_is_explained_where_it_cannot(qtbot: QtBot, panel: ExplorePanel) -> None:
    view = table_of(panel)
    qtbot.keyClicks(view.line, "species = virginica and petal_width > 2.2")
    qtbot.keyClick(view.line, Qt.Key.Key_Return)
    values = panel.session.document.table.column("petal_width").values[100:]
    assert view.counted.text() == f"{int((values > 2.2).sum())} of 150 rows"
    view.line.setText("petal > 3")
    qtbot.keyClick(view.line, Qt.Key.Key_Return)
    assert view.message.isVisible()
    assert "No column is called 'petal'" in view.message.text()
    assert view.counted.text().endswith("of 150 rows"), "the rows stay as they were"
    view.line.clear()
    assert not view.message.isVisible()
    assert view.counted.text() == "150 rows"


def test_the_button_that_empties_the_line_lies_in_it(qtbot: QtBot, qapp: QApplication, panel: ExplorePanel) -> None:
    apply(qapp, True)
    line = table_of(panel).line
    qtbot.keyClicks(line, "part = test")
    [button] = line.findChildren(QToolButton)
    assert line.rect().contains(button.geometry())
    assert abs(button.geometry().center().y() - line.rect().center().y()) <= 1
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert line.text() == ""


def test_edits_of_the_split_show_in_the_parts(panel: ExplorePanel, session: Session) -> None:
    view = table_of(panel)
    assert session.document.edit("x", edits.set_split, 1.0, 0.0, 0.0)
    assert set(shown(view, 0, 150)) == {"train"}


def test_nothing_is_done_while_it_is_hidden(qtbot: QtBot, session: Session) -> None:
    session.document.open_sample("iris")
    hidden = ExplorePanel(session)
    session.document.open_sample("digits8x8")
    assert hidden._source is None
    assert not hidden._views
    hidden.deleteLater()


@pytest.mark.parametrize("sample", ["xor", "moons", "sine", "iris", "digits8x8"])
def test_every_view_that_is_offered_draws_in_both_themes(qtbot: QtBot, panel: ExplorePanel, sample: str) -> None:
    panel.session.document.open_sample(sample)
    assert {"table", "histograms", "missing", "parts", "statistics"} <= set(panel.switch.keys)
    assert ("images" in panel.switch.keys) == (sample == "digits8x8")
    assert ("balance" in panel.switch.keys) == (sample != "sine")
    for key in panel.switch.keys:
        view = look(qtbot, panel, key)
        assert panel.switch.key == key
        for colors in (LIGHT, DARK):
            view.refresh_theme(colors)
            assert not view.grab().isNull()
    assert set(panel.switch.keys) <= set(EXPLORE_VIEWS)


def test_histograms_count_the_classes_and_grow_at_a_click(qtbot: QtBot, panel: ExplorePanel) -> None:
    view = look(qtbot, panel, "histograms")
    assert isinstance(view, HistogramsView)
    tiles = view.tiles
    assert tiles.names == ("species", "sepal_length", "sepal_width", "petal_length", "petal_width")
    assert tiles.found["species"].totals.tolist() == [50, 50, 50]
    assert int(tiles.found["petal_length"].totals.sum()) == 150
    place = tiles.box(3).center().toPoint()
    qtbot.mouseClick(tiles.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert view.large == "petal_length"
    assert view.stack.currentWidget() is view.plot
    first = tiles.found["petal_length"].histogram
    view.plot.cursor_at = (float(first.edges[0]) + 0.01, 1.0)
    assert f"{int(first.counts[0].sum())} rows (setosa" in view.plot.readout()
    qtbot.mouseClick(view.log, Qt.MouseButton.LeftButton)
    assert view.plot.shown is not None
    assert view.plot.shown.log
    assert abs(view.plot.shown.value(float(view.plot.shown.histogram.edges[-1])) - 6.9) < 1e-9
    qtbot.mouseClick(view.back, Qt.MouseButton.LeftButton)
    assert view.stack.currentWidget() is tiles
    qtbot.keyClick(tiles, Qt.Key.Key_Right)
    qtbot.keyClick(tiles, Qt.Key.Key_Return)
    assert view.large == "species"


def test_a_rare_class_can_be_drawn_as_large_as_the_others(qtbot: QtBot) -> None:
    source, view = rare(2_000), HistogramsView()
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    view.show_source(source)
    qtbot.waitUntil(lambda: "a" in view.tiles.found)
    before = view.tiles.found["fraud"]
    assert before.heights.sum(axis=1).tolist() == [1998.0, 2.0]
    qtbot.mouseClick(view.alike, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: {"fraud", "card"} <= set(view.tiles.found))
    assert view.tiles.found["fraud"].heights.sum(axis=1).tolist() == [1.0, 1.0]
    cards = view.tiles.found["card"]
    listed = cards.histogram.counts.sum(axis=0)
    assert listed[0] < 1998
    np.testing.assert_allclose(cards.heights.sum(axis=0), listed / [1998, 2], err_msg="not shares of what is listed")
    assert view.tiles.found["fraud"].totals.tolist() == [1998, 2], "what is read out stays rows"
    view.show_large("fraud")
    assert view.plot.y_label == "shares of each class"
    assert view.plot.y.high == pytest.approx(1.04, rel=0.1)


def test_two_columns_as_a_scatter_say_the_row_under_the_pointer(qtbot: QtBot, panel: ExplorePanel) -> None:
    view = look(qtbot, panel, "scatter")
    assert isinstance(view, ScatterView)
    view.up.setFocus()
    qtbot.keyClick(view.up, Qt.Key.Key_End)
    assert view.up.value() == "petal_width"
    plot = view.plot
    x, y = plot.x_values[0], plot.y_values[0]
    assert (x, y) == (5.1, 0.2)
    plot.cursor_at = (float(x), float(y))
    assert plot.readout() == "row 1: sepal_length 5.10, petal_width 0.200, setosa"
    assert view.legend.classes == ("setosa", "versicolor", "virginica")


def test_pictures_stand_class_by_class(qtbot: QtBot, panel: ExplorePanel) -> None:
    panel.session.document.open_sample("digits8x8")
    view = look(qtbot, panel, "images")
    assert isinstance(view, PicturesView)
    grid, table = view.grid, panel.session.document.table
    target = table.column("digit")
    assert isinstance(target, TextColumn)
    row = grid.row_at(QPointF(5, 30))
    assert target.texts()[row] == "0"
    qtbot.mouseMove(grid.viewport(), QPoint(5, 30))
    assert f"row {row + 1}" in view.readout.text()
    view.classes.setFocus()
    qtbot.keyClick(view.classes, Qt.Key.Key_End)
    row = grid.row_at(QPointF(5, 30))
    assert target.texts()[row] == "9"
    few, wide = grid.across(), grid.cell()[0]
    right = few * wide + (few - 1) * 4
    assert grid.viewport().width() - 10 <= right <= grid.viewport().width(), "a line fills the width"
    qtbot.mouseClick(view.sizes.button("small"), Qt.MouseButton.LeftButton)
    assert grid.across() > few


def test_spectrograms_have_low_bands_at_the_bottom() -> None:
    values = np.zeros((1, 3, 4, 1))
    values[0, 0] = 1.0  # the lowest band is loud
    column = NumberColumn("sound", values, "sound")
    image = picture(column, 0, (0.0, 1.0))
    assert (image.width(), image.height()) == (4, 3)
    assert image.pixelColor(0, 2).lightness() > image.pixelColor(0, 0).lightness()
    grey = picture(NumberColumn("image", np.array([[[[0], [255]]]], dtype=np.uint8), "image"), 0, (0.0, 255.0))
    assert (grey.pixelColor(0, 0).value(), grey.pixelColor(1, 0).value()) == (0, 255)


@pytest.fixture
def gaps(panel: ExplorePanel, tmp_path: Path) -> ExplorePanel:
    path = tmp_path / "gaps.csv"
    lines = [f"{'' if i % 4 == 0 else i % 17},{i * 7 % 13}.5,{'x' if i % 3 else 'y'}" for i in range(120)]
    path.write_text("\n".join(["a,b,label", *lines, *lines[:10]]))
    panel.session.document.use_reading(read_file(path))
    return panel


def test_missing_values_are_counted_and_mapped(qtbot: QtBot, gaps: ExplorePanel) -> None:
    view = look(qtbot, gaps, "missing")
    assert isinstance(view, MissingView)
    assert view.said.text() == "33 values are missing, in 1 of 3 columns."
    [line] = view.bars.lines
    assert line.name == "a"
    assert line.texts[0].startswith("33 · 25.4 %")
    box = view.plot._box(0, 0).center().toPoint()
    qtbot.mouseMove(view.plot, box)
    assert view.plot.readout() == "a, row 1: 100 % missing"
    gaps.session.document.open_sample("iris")
    assert view.said.text() == "No value is missing."


def test_parts_say_what_speaks_against_them(qtbot: QtBot, gaps: ExplorePanel) -> None:
    view = look(qtbot, gaps, "parts")
    assert isinstance(view, PartsView)
    data = gaps.session.document.dataset
    assert data is not None
    counts = [line.texts[0].split(" ")[0] for line in view.bars.lines]
    assert counts[:3] == [str(len(part)) for part in (data.train, data.validation, data.test)]
    first = ", ".join(str(int(row) + 1) for row in data.rows[data.train][:8])
    assert view.bars.lines[0].texts[1].startswith(first)
    qtbot.waitUntil(lambda: "repeat the features" in view.paragraphs["duplicates"].text())
    assert "seed" in view.how.text()


def test_statistics_are_those_of_the_training_rows(qtbot: QtBot, panel: ExplorePanel) -> None:
    document = panel.session.document
    document.edit("x", edits.set_column, document.table, "sepal_length", scaling="standard")
    view = look(qtbot, panel, "statistics")
    assert isinstance(view, StatisticsView)
    data = document.dataset
    assert data is not None
    values = document.table.column("sepal_length").values[data.rows[data.train]]
    texts = [view.table.item(0, place).text() for place in range(8)]
    assert texts[:5] == ["sepal_length", "number", "standardised", f"{values.mean():.4f}", f"{values.std():.5f}"]
    assert f"the {len(data.train)} training rows alone" in view.said.text()


def test_balance_says_counts_and_shares(qtbot: QtBot, panel: ExplorePanel) -> None:
    view = look(qtbot, panel, "balance")
    assert isinstance(view, BalanceView)
    data = panel.session.document.dataset
    assert data is not None
    setosa = int((data.y[data.train].argmax(axis=1) == 0).sum())
    assert view.bars.lines[0].texts[0].startswith(f"{setosa} · ")
    assert view.bars.headings[0] == f"train {len(data.train)}"
    assert "about equally many" in view.said.text()


def rare(rows: int = 60_000) -> Source:
    """A number, a group, and a class that one row of a thousand has."""
    label = TextColumn.of("fraud", ["yes" if i % 1000 == 7 else "no" for i in range(rows)])
    group = TextColumn.of("card", [f"c{i // 10}" for i in range(rows)])
    table = Table([NumberColumn("a", np.arange(float(rows))), NumberColumn("b", np.ones(rows)), group, label])
    uses = (("a", "feature", "number"), ("b", "feature", "number"), ("card", "split", "text"))
    specs = tuple(Column(name=name, role=role, kind=kind) for name, role, kind in uses)
    specs += (Column(name="fraud", role="target", kind="category"),)
    split = Split(method="grouped", column="card")
    data = DataSpec(table=table.sha, origin=FileOrigin(name="x"), columns=specs, split=split)
    return Source(table, data, encode(table, data, one_hot=False, seed=0), 0)


def test_every_row_of_a_rare_class_is_in_the_scatter(qtbot: QtBot) -> None:
    source, view = rare(), ScatterView()
    qtbot.addWidget(view)
    view.resize(600, 500)
    view.show()
    view.show_source(source)
    qtbot.waitUntil(lambda: len(view.plot.rows) > 0)
    codes = source.codes
    assert codes is not None
    assert (codes[view.plot.rows] == source.classes.index("yes")).sum() == 60
    assert len(view.plot.rows) <= 5_100
    assert (np.diff(view.plot.rows) > 0).all()
    assert "more of rare classes" in view.shown.text()
    assert view.plot._few() == [source.classes.index("yes")]
    image = view.plot.grab().toImage()
    wanted = class_color(theme(), source.classes.index("yes")).rgb()
    seen = sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))
    assert seen > 60 * 9, "each has its shape in the full colour, on top"


def test_shares_that_are_not_all_are_not_called_so(qtbot: QtBot) -> None:
    view = BalanceView()
    qtbot.addWidget(view)
    view.show_source(rare())
    qtbot.waitUntil(lambda: len(view.bars.lines) > 0)
    assert view.bars.lines[0].texts[0].endswith("99.9 %")
    assert view.bars.lines[1].texts[0].endswith(" 0.1 %")


def test_parts_name_the_column_of_a_split(qtbot: QtBot) -> None:
    view = PartsView()
    qtbot.addWidget(view)
    view.show_source(rare(1_000))
    assert view.how.text().startswith("The rows are split in groups of card, seed 0.")


def test_all_statistics_of_a_table_are_in_sight(qtbot: QtBot, qapp: QApplication, session: Session) -> None:
    session.document.open_sample("penguins")
    apply(qapp, True)
    made = ExplorePanel(session)
    qtbot.addWidget(made)
    made.resize(660, 640)
    made.show()
    view = look(qtbot, made, "statistics")
    assert isinstance(view, StatisticsView)
    qtbot.waitUntil(lambda: view.table.rowCount() > 0)
    table = view.table
    assert not table.horizontalScrollBar().isVisible()
    wide = [table.sizeHintForColumn(place) for place in range(table.columnCount())]
    assert all(table.columnWidth(place) >= hint for place, hint in enumerate(wide)), "nothing is cut"


def test_the_middle_of_the_window_changes_between_network_and_data(qtbot: QtBot, window: MainWindow) -> None:
    panel = window.panels["explore"]
    assert not panel.isVisible()
    qtbot.mouseClick(window.panels["data"].look, Qt.MouseButton.LeftButton)
    assert panel.isVisible()
    assert not window.panels["network"].isVisible()
    qtbot.mouseClick(window.centre.tabs["explore"]["network"], Qt.MouseButton.LeftButton)
    assert window.panels["network"].isVisible()
    window.actions_by_key["explore"].trigger()
    assert panel.isVisible()


def test_a_large_table_is_sorted_beside_the_window(qtbot: QtBot) -> None:
    rows, random = 400_000, np.random.default_rng(3)
    table = Table([NumberColumn("a", random.normal(size=rows)), NumberColumn("b", random.normal(size=rows))])
    specs = tuple(Column(name=name, role="feature", kind="number") for name in table.names)
    source = Source(table, DataSpec(table="0" * 64, origin=FileOrigin(name="x"), columns=specs), None, 0)
    view = TableView()
    view.resize(600, 400)
    view.show()
    view.show_source(source)
    begun = time.process_time()
    view._on_header_clicked(1)
    assert view._work.busy, "the click comes back before the rows are sorted"
    assert time.process_time() - begun < 0.5
    assert view.counted.text() == "looking …"
    qtbot.waitUntil(lambda: not view._work.busy)
    assert view.rows is not None
    np.testing.assert_array_equal(table.column("a").values[view.rows], np.sort(table.column("a").values))
    view.close()
    view.deleteLater()
