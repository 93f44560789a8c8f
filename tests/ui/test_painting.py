"""Points are painted and erased in the plane of the two inputs, stroke by stroke."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from bpgui.data.spec import FileOrigin
from bpgui.data.table import NumberColumn, TextColumn
from bpgui.project import edits
from bpgui.session.session import Session
from bpgui.ui.live.output_views import BoundaryOutput
from bpgui.ui.live.paint_bar import ERASE, MOVE
from bpgui.ui.panels.output import OutputPanel


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[OutputPanel]:
    session.document.open_sample("moons", rows=200)
    made = OutputPanel(session)
    made.resize(420, 380)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()


def boundary(panel: OutputPanel) -> BoundaryOutput:
    view = panel.view
    assert isinstance(view, BoundaryOutput)
    return view


def use(qtbot: QtBot, panel: OutputPanel, tool: int) -> None:
    qtbot.mouseClick(boundary(panel).bar.button(tool), Qt.MouseButton.LeftButton)


def stroke(qtbot: QtBot, panel: OutputPanel, *places: QPoint) -> None:
    view = boundary(panel).view
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(view, place)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=places[-1])


def middle(panel: OutputPanel) -> QPoint:
    return boundary(panel).view.area().center().toPoint()


def test_a_stroke_adds_points_of_the_class_as_one_edit(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    document = session.document
    count, before = document.undo_stack.count(), document.table
    use(qtbot, panel, 1)
    start = middle(panel)
    stroke(qtbot, panel, start, start + QPoint(60, 0), start + QPoint(60, 40))
    table = document.table
    added = table.rows - before.rows
    assert 8 <= added <= 12
    assert document.undo_stack.count() == count + 1
    target = table.columns[-1]
    assert isinstance(target, TextColumn)
    classes = document.dataset.classes
    assert {target.levels[code] for code in target.codes[-added:].tolist()} == {classes[1]}
    x = table.columns[0]
    assert isinstance(x, NumberColumn)
    view = boundary(panel).view
    across = view.x.value((start.x() - view.area().left()) / view.area().width())
    assert abs(float(x.values[before.rows]) - across) < 1e-6, "the first point is where the click was"
    assert document.spec.data.origin == FileOrigin(name="moons", reading=(edits.EDITED,))
    assert boundary(panel).bar.tool == 1, "the brush stays in the hand"
    document.undo_stack.undo()
    assert document.table is before
    assert document.spec.data.origin.name == "moons"


def test_the_ranges_stand_still_under_a_brush(qtbot: QtBot, panel: OutputPanel) -> None:
    use(qtbot, panel, 0)
    view = boundary(panel).view
    ranges = (view.x, view.y)
    corner = view.area().topLeft().toPoint() + QPoint(2, 2)
    stroke(qtbot, panel, corner)
    assert (view.x, view.y) == ranges
    use(qtbot, panel, MOVE)
    assert not view.zoomed


def test_the_eraser_takes_out_what_lies_under_it(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    document, view = session.document, boundary(panel).view
    before = document.table
    x, y = before.columns[0], before.columns[1]
    place = QPoint(round(float(view.px(x.values[:1])[0])), round(float(view.py(y.values[:1])[0])))
    use(qtbot, panel, ERASE)
    distances = np.hypot(view.px(x.values) - place.x(), view.py(y.values) - place.y())
    stroke(qtbot, panel, place)
    assert document.table.rows == before.rows - int((distances <= 14.0).sum())
    assert document.undo_stack.undoText() == "Erase points"


def test_erasing_nothing_is_no_edit(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    count = session.document.undo_stack.count()
    use(qtbot, panel, ERASE)
    view = boundary(panel).view
    stroke(qtbot, panel, view.area().bottomRight().toPoint() - QPoint(2, 2))
    assert session.document.undo_stack.count() == count


def test_the_last_points_of_a_class_stay(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    refused: list[str] = []
    session.document.refused.connect(refused.append)
    use(qtbot, panel, ERASE)
    area, before = boundary(panel).view.area(), session.document.table
    rows = range(int(area.top()) + 2, int(area.bottom()), 8)
    zigzag = [QPoint(int(area.left() + 2 if i % 2 else area.right() - 2), y) for i, y in enumerate(rows)]
    stroke(qtbot, panel, *zigzag)
    assert len(refused) == 1
    assert "No point of class" in refused[0]
    assert session.document.table is before
    assert boundary(panel).view.points is not None
    assert len(boundary(panel).view.points.x) == len(session.document.dataset.train) + len(
        session.document.dataset.validation
    ), "all points are back in the picture"


def test_points_are_painted_by_key(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    rows = session.document.table.rows
    use(qtbot, panel, 0)
    view = boundary(panel).view
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert session.document.table.rows == rows + 1


def test_dragging_moves_the_plane_while_no_brush_is_chosen(
    qtbot: QtBot, panel: OutputPanel, session: Session
) -> None:
    before = session.document.table
    start = middle(panel)
    stroke(qtbot, panel, start, start + QPoint(30, 10))
    assert session.document.table is before
    assert boundary(panel).view.zoomed


def test_rows_in_groups_are_not_painted_and_it_is_said(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    document = session.document
    refused: list[str] = []
    document.refused.connect(refused.append)
    assert document.edit("x", edits.set_split, table=document.table, method="time", column="x1")
    use(qtbot, panel, 0)
    stroke(qtbot, panel, middle(panel))
    assert len(refused) == 1
    assert "split is at random or by class" in refused[0]


def test_numbers_have_no_brushes(panel: OutputPanel, session: Session) -> None:
    session.document.open_sample("plane")
    panel.show_view("boundary")
    assert boundary(panel).bar.button(ERASE) is None
