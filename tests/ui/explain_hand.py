"""A hand for the tests of the explained step: clicks and keys, and what the widgets say."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from bpgui.data.spec import Column, DataSpec, FileOrigin, Split
from bpgui.data.table import NumberColumn, Table
from bpgui.project.spec import Dense, NetworkSpec, ProjectSpec, TrainingSpec
from bpgui.session.session import Session
from bpgui.ui.explain.terms_model import FORMULA, NUMBERS, VALUE
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.explain import ExplainPanel
from bpgui.ui.panels.network import NetworkPanel

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Key = Qt.Key


def open_mazur(session: Session, *, frozen: bool) -> None:
    """Matt Mazur's 2-2-2 example: one row, two targets, half the sum of squares, rate 0.5."""
    table = Table([NumberColumn(n, [v]) for n, v in (("i1", 0.05), ("i2", 0.10), ("o1", 0.01), ("o2", 0.99))])

    def dense(id: str, weights: tuple[tuple[float, ...], ...], bias: float) -> Dense:
        return Dense(id=id, units=2, activation="sigmoid", initializer="given", weights=weights, biases=(bias, bias),
                     freeze_biases=frozen)  # fmt: skip

    layers = (dense("h", ((0.15, 0.25), (0.20, 0.30)), 0.35), dense("o", ((0.40, 0.50), (0.45, 0.55)), 0.60))
    columns = [Column(name=n, role="feature", kind="number", scaling="none") for n in ("i1", "i2")]
    columns += [Column(name=n, role="target", kind="number", scaling="none") for n in ("o1", "o2")]
    spec = ProjectSpec(
        network=NetworkSpec(layers=layers),
        training=TrainingSpec(loss="mse", reduction="half_sum", optimizer="sgd", learning_rate=0.5, batch_size=0,
                              shuffle=False, epochs=10),
        data=DataSpec(table=table.sha, origin=FileOrigin(name="m.csv", path="m.csv"), columns=tuple(columns),
                      split=Split(train=1.0)),
        seed=0,
    )  # fmt: skip
    session.document.store.put(table)
    session.document.apply("Mazur", replace(spec))


class ExplainHand:
    """What a person does with the explained step, and what is to be read."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        panel, network = window.panels["explain"], window.panels["network"]
        assert isinstance(panel, ExplainPanel)
        assert isinstance(network, NetworkPanel)
        self.panel, self.network, self.walk = panel, network, window.session.walk
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)

    # ---- doing

    def click(self, button: QAbstractButton) -> None:
        assert button.isVisible()
        assert button.isEnabled()
        self.qtbot.mouseClick(button, LEFT)
        QApplication.processEvents()

    def settle(self) -> None:
        """Until what was asked is there."""
        self.qtbot.waitUntil(lambda: self.walk.trace is not None and not self.walk.waiting)
        QApplication.processEvents()

    def begin(self) -> None:
        self.click(self.panel.begin)
        self.settle()

    def key(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.panel, key)
        QApplication.processEvents()

    def click_at(self, at: QPoint) -> None:
        QTest.mouseMove(self.network.view.viewport(), at)
        self.qtbot.mouseClick(self.network.view.viewport(), LEFT, NONE, at)
        self.settle()

    def click_edge(self, layer: str, source: int, unit: int) -> None:
        QTest.qWait(50)  # docks that opened have come to rest
        view = self.network.view
        item = view.diagram.pairs[layer]
        for x, y in item._points.reshape(-1, 2):  # type: ignore[attr-defined]
            at = view.mapFromScene(QPointF(x, y))
            point = view.mapToScene(at)
            found = view.diagram.edge_at(point.x(), point.y())
            if found is not None and found[1:] == (source, unit) and not view.hit_at(at).part:
                self.click_at(at)
                return
        raise AssertionError("there is no place where that edge is the nearest")

    def click_neuron(self, layer: str, unit: int) -> None:
        QTest.qWait(50)
        placed = self.network.view.diagram.layout.of(layer)
        assert placed is not None
        rect = dict(placed.neurons)[unit]
        self.click_at(self.network.view.mapFromScene(QPointF(rect.cx, rect.cy)))

    def index(self, *rows: int) -> QModelIndex:
        """The number at a place of the tree, its ancestors opened."""
        view, index = self.panel.terms, QModelIndex()
        for row in rows:
            if index.isValid():
                view.expand(index)
            index = view.terms.index(row, 0, index)
        assert index.isValid()
        return index

    def click_number(self, *rows: int) -> None:
        view, index = self.panel.terms, self.index(*rows)
        view.scrollTo(index)
        QApplication.processEvents()
        rect = view.visualRect(index)
        self.qtbot.mouseClick(view.viewport(), LEFT, NONE, rect.center())
        QApplication.processEvents()

    def point_at(self, *rows: int) -> None:
        view, index = self.panel.terms, self.index(*rows)
        view.scrollTo(index)
        QApplication.processEvents()
        QTest.mouseMove(view.viewport(), view.visualRect(index).center() + QPoint(6, 0))
        QTest.mouseMove(view.viewport(), view.visualRect(index).center())
        QTest.qWait(10)

    # ---- reading

    def line(self, *rows: int) -> tuple[str, str, str]:
        """(formula, numbers, value) as painted."""
        index = self.index(*rows)
        return tuple(str(index.siblingAtColumn(c).data() or "") for c in (FORMULA, NUMBERS, VALUE))  # type: ignore

    def lines(self, *under: int) -> list[tuple[str, str, str]]:
        model = self.panel.terms.terms
        parent = self.index(*under) if under else QModelIndex()
        if parent.isValid():
            self.panel.terms.expand(parent)
        return [self.line(*under, row) for row in range(model.rowCount(parent))]

    def values(self, *under: int) -> dict[str, str]:
        """Value by symbol."""
        return {formula.split(" = ")[0]: value for formula, _, value in self.lines(*under)}

    @property
    def here(self) -> str:
        return self.panel.trail.here.text()

    @property
    def phase(self) -> str:
        return next(button.text() for button in self.panel.phases.phases.values() if button.isChecked())
