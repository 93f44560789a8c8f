"""The numbers of a page as a tree whose branches are made when they are opened; wide sums in steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from bpgui.engine.explain import Node
from bpgui.engine.explain.node import SUM
from bpgui.engine.explain.numbers import text
from bpgui.session.guard import guarded

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
NODE = ROLE.UserRole  # the Node of a row, None of a row that stands for more
LOOKED_INTO = 64  # numbers of a page that are all made to see whether they have terms
FIRST, STEP = 8, 25  # terms of a wide sum that are shown at once, and how many more a time
DIGITS = 8
FORMULA, NUMBERS, VALUE, LABEL = range(4)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class Item:
    """One row: a number that `make` gives when it is first looked at."""

    def __init__(self, make: Callable[[], Node], parent: Item | None, place: int) -> None:
        self._make = make
        self.parent, self.place = parent, place
        self.children: list[Item] | None = None
        self._node: Node | None = None

    @property
    def node(self) -> Node | None:
        if self._node is None:
            self._node = self._make()
        return self._node

    @property
    def made(self) -> bool:
        """Whether its number was looked at."""
        return self._node is not None

    def open(self) -> list[Item]:
        """Its terms, of a wide sum the largest."""
        if self.children is None:
            self.children = []
            self._fill()
        return self.children

    def _fill(self) -> None:
        node = self.node
        assert node is not None
        assert self.children is not None
        if node.kind != SUM or node.count <= FIRST + 1:
            self.children += [Item(_maker(node, k), self, k) for k in range(node.count)]
            return
        short = node.shortened(FIRST)
        self.children += [Item(_maker(node, k), self, row) for row, k in enumerate(short.places)]
        left = np.ones(node.count, bool)
        left[list(short.places)] = False
        self.children.append(Rest(self, len(self.children), node, np.flatnonzero(left)))


class Rest(Item):
    """The terms of a wide sum that are not shown yet: "+ 61 more terms = …"."""

    def __init__(self, parent: Item, place: int, node: Node, left: Any) -> None:
        super().__init__(lambda: node, parent, place)
        self.sum, self.left = node, left
        self.children = []

    @property
    def node(self) -> Node | None:
        return None

    @property
    def rest(self) -> float:
        assert self.sum.branches is not None
        return float(self.sum.branches.values[self.left].sum())

    def words(self) -> str:
        """ "+ 61 more terms = 0.0125"."""
        more = "term" if len(self.left) == 1 else "terms"
        return f"+ {len(self.left):,} more {more} = {text(self.rest)}"


def _maker(node: Node, place: int) -> Callable[[], Node]:
    return lambda: node.term(place)


class TermsModel(QAbstractItemModel):
    """Columns: symbol and formula, the formula with numbers, the value, and what it is in words."""

    def __init__(self, name: Callable[[Node], str], parent: QObject | None = None) -> None:
        """`name` says whose number it is where formulas do not tell one from the next."""
        super().__init__(parent)
        self._name = name
        self._tops: list[Item] = []
        self._kept: list[Item] = []  # indices hold bare pointers: rows that a reset drops live a little longer

    def show(self, makers: list[Callable[[], Node]]) -> None:
        """Other numbers at the top."""
        self.beginResetModel()
        self._kept = self._tops
        self._tops = [Item(make, None, place) for place, make in enumerate(makers)]
        self.endResetModel()

    def item(self, index: Index) -> Item | None:
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, Item) else None

    def open_more(self, index: Index) -> bool:
        """Show the next terms of a wide sum, where the row is what is left of one."""
        rest = self.item(index)
        if not isinstance(rest, Rest) or rest.parent is None or rest.parent.children is None:
            return False
        siblings, parent = rest.parent.children, self.parent(index)
        taken, rest.left = rest.left[:STEP], rest.left[STEP:]
        self.beginInsertRows(parent, rest.place, rest.place + len(taken) - 1)
        new = [Item(_maker(rest.sum, int(k)), rest.parent, rest.place + row) for row, k in enumerate(taken)]
        siblings[rest.place : rest.place] = new
        rest.place += len(taken)
        self.endInsertRows()
        where = self.index(rest.place, 0, parent)
        if len(rest.left):
            self.dataChanged.emit(where, self.index(rest.place, LABEL, parent))
        else:
            self.beginRemoveRows(parent, rest.place, rest.place)
            self._kept.append(siblings.pop())
            self.endRemoveRows()
        return True

    # Qt's questions

    @guarded(default=QModelIndex())
    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        above = self.item(parent)
        rows = self._tops if above is None else above.children or []
        return self.createIndex(row, column, rows[row]) if 0 <= row < len(rows) else QModelIndex()

    @guarded(default=QModelIndex())
    def parent(self, index: Index | None = None) -> Any:
        if index is None:
            return super().parent()
        item = self.item(index)
        above = item.parent if item is not None else None
        return QModelIndex() if above is None else self.createIndex(above.place, 0, above)

    @guarded(default=0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self._tops)
        item = self.item(parent)
        return len(item.children or ()) if item is not None and parent.column() == 0 else 0

    @guarded(default=0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return LABEL + 1

    @guarded(default=False)
    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        item = self.item(parent)
        if item is None:
            return bool(self._tops) and not parent.isValid()
        if item.parent is None and not item.made and len(self._tops) > LOOKED_INTO:
            item = self._tops[0]  # the view asks all of them at once: those of a long page are alike
        return item.node is not None and item.node.count > 0

    @guarded(default=False)
    def canFetchMore(self, parent: Index) -> bool:
        item = self.item(parent)
        return item is not None and item.children is None and item.node is not None and item.node.count > 0

    @guarded
    def fetchMore(self, parent: Index) -> None:
        item = self.item(parent)
        if item is None or item.children is not None:
            return
        found = item.open()
        item.children = []
        self.beginInsertRows(parent, 0, len(found) - 1)
        item.children = found
        self.endInsertRows()

    @guarded
    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        item = self.item(index)
        if item is None:
            return None
        if role == NODE:
            return item.node
        if isinstance(item, Rest):
            return self._of_rest(item, index.column(), role)
        node = item.node
        return None if node is None else self._of_node(node, index.column(), role)

    def _of_rest(self, rest: Rest, column: int, role: int) -> Any:
        if role in (ROLE.DisplayRole, ROLE.AccessibleTextRole) and column == FORMULA:
            return rest.words()
        if role == ROLE.ToolTipRole:
            return self.tr("Click to see more of the terms.")
        return None

    def _of_node(self, node: Node, column: int, role: int) -> Any:
        if role == ROLE.DisplayRole:
            return (self._formula(node), node.numbers, value_of(node), node.label)[column]
        if role == ROLE.AccessibleTextRole:
            return f"{node.label}: {node.line}" if column == FORMULA else self._of_node(node, column, ROLE.DisplayRole)
        if role == ROLE.ToolTipRole:
            parts = [node.label, node.line, f"{node.value!r}", node.note]
            return "\n".join(part for part in parts if part)
        if role == ROLE.TextAlignmentRole and column == VALUE:
            return _RIGHT
        return None

    def _formula(self, node: Node) -> str:
        name = self._name(node)
        return f"{name}: {formula_of(node)}" if name else formula_of(node)

    @guarded
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != ROLE.DisplayRole:
            return None
        return (self.tr("formula"), self.tr("with the numbers"), self.tr("value"), self.tr("what it is"))[section]


def formula_of(node: Node) -> str:
    """ "δ(1) = ∂L/∂a · a′(z)": the symbol alone where nothing is worked out."""
    return node.symbol if node.formula in ("", node.symbol) else f"{node.symbol} = {node.formula}"


def value_of(node: Node) -> str:
    return text(node.value, DIGITS)
