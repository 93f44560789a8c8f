"""The tree of a page: each number a line of formula, numbers and value; a click opens its own page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from bpgui.engine.explain import Node
from bpgui.session.guard import guarded
from bpgui.ui.explain.terms_model import FORMULA, LABEL, NODE, NUMBERS, VALUE, TermsModel
from bpgui.ui.sizes import px, size, sized
from bpgui.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
ROW = 27
WIDEST_VALUE = "−0.00044444444"
INDENT, DOT = 18, 7
LOOKED_AT = 24  # formulas that the width of their column is made for
NARROW = 760  # without the words beside each number
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TermsDelegate(QStyledItemDelegate):
    """Numbers of the page itself in larger letters; a dot in the colour of the sign before each value."""

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colors = theme()
        top = not index.parent().isValid()
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colors.selection)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colors.field_hover)
        painter.setFont(_font(option.font, top=top, bold=index.column() == VALUE))  # type: ignore[attr-defined]
        room = rect.adjusted(4, 0, -6, 0)
        node = index.data(NODE)
        text = str(index.data() or "")
        column = index.column()
        if node is None:
            painter.setPen(colors.accent)
        elif column == VALUE and isinstance(node, Node):
            self._dot(painter, room, node.value)
            painter.setPen(colors.text)
        elif column == NUMBERS and not text:  # nothing is worked out: the place is free for what the number is
            text = str(index.siblingAtColumn(LABEL).data() or "") if self._words_are_hidden() else ""
            painter.setPen(colors.muted)
        else:
            painter.setPen(colors.muted if column == LABEL else colors.text)
            text = f"= {text}" if column == NUMBERS else text
        align = _RIGHT if column == VALUE else _LEFT
        painter.drawText(room, align, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width()))
        painter.restore()

    def _words_are_hidden(self) -> bool:
        view = self.parent()
        return isinstance(view, QTreeView) and view.isColumnHidden(LABEL)

    def _dot(self, painter: QPainter, room: QRect, value: float) -> None:
        color = theme().positive if value > 0 else theme().negative if value < 0 else QColor(theme().field_border)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QRectF(room.left() + 2, room.center().y() - DOT / 2 + 0.5, DOT, DOT))

    @guarded(default=QSize(80, ROW))
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return size(80, ROW)


def _font(base: QFont, *, top: bool, bold: bool) -> QFont:
    font = QFont(base)
    font.setPointSizeF(base.pointSizeF() * (1.06 if top else 1.0))
    font.setBold(bold)
    return font


class TermsView(QTreeView):
    """`chosen(node)`: a number was clicked, or Return pressed on it. `pointed(node)`: under the cursor or the keys."""

    chosen = Signal(object)
    pointed = Signal(object)

    def __init__(self, name: Callable[[Node], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("terms")
        self.terms = TermsModel(name, self)
        self.setModel(self.terms)
        self.setItemDelegate(TermsDelegate(self))
        self.setAccessibleName(self.tr("Numbers and where they come from"))
        sentence = self.tr("Each line is a number: click it for its own page, or its arrow for its terms.")
        self.setToolTip(sentence)
        self.setAccessibleDescription(sentence)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIndentation(INDENT)
        self.setExpandsOnDoubleClick(False)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to panel and window
        self.setMinimumHeight(96)
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionsMovable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        sized(head, lambda w: w.setMinimumSectionSize(px(20)))
        head.hide()
        self.clicked.connect(self._on_clicked)
        self.entered.connect(self._on_entered)
        self.expanded.connect(self._on_expanded)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(index)

    def _choose(self, index: QModelIndex) -> None:
        first = index.siblingAtColumn(0)
        if self.terms.open_more(first):
            return
        node = first.data(NODE)
        if isinstance(node, Node):
            self.chosen.emit(node)

    @Slot(QModelIndex)
    def _on_expanded(self, index: QModelIndex) -> None:
        self._share_width()

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        self.pointed.emit(index.data(NODE))

    @guarded
    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.pointed.emit(current.data(NODE) if current.isValid() else None)

    @guarded
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)

    @guarded(default=False)
    def event(self, event: QEvent) -> bool:
        # Arrows are the tree's own while it has the keyboard; elsewhere in the panel they walk.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _ARROWS:
            event.accept()
            return True
        return bool(super().event(event))

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPEN and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        elif event.text() and event.text().isprintable():
            event.ignore()  # no search by letters: keys of panel and window go on meaning what they do
        else:
            super().keyPressEvent(event)

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """The value has its room; of the rest the formula has what it needs, over half where the numbers leave it.

        Words come where it is wide. The scroll bar's room is kept free, so that nothing jumps when it comes.
        """
        width = self.contentsRect().width() - self.verticalScrollBar().sizeHint().width()
        wide = width >= NARROW
        self.setColumnHidden(LABEL, not wide)
        value = QFontMetrics(_font(self.font(), top=True, bold=True)).horizontalAdvance(WIDEST_VALUE) + DOT + 16
        words = round(width * 0.24) if wide else 0
        left = max(width - value - words, 2)
        formulas, numbers = self._needs()
        formula = round(min(formulas, max(left * 0.52, left - numbers)))
        for section, width in ((FORMULA, formula), (NUMBERS, left - formula), (VALUE, value), (LABEL, words)):
            self.header().resizeSection(section, width)

    def _needs(self) -> tuple[int, int]:
        """How wide the formulas, with their indentation, and the numbers are of the lines that are seen first."""
        found = [80, 80]
        index = self.terms.index(0, 0)
        for _ in range(LOOKED_AT):
            if not index.isValid():
                break
            depth, above = 1, index.parent()
            while above.isValid():
                depth, above = depth + 1, above.parent()
            metrics = QFontMetrics(_font(self.font(), top=depth == 1, bold=False))
            for place, (column, room) in enumerate(((FORMULA, depth * INDENT + 24), (NUMBERS, 28))):
                text = str(index.siblingAtColumn(column).data() or "")
                if " more = " in text:
                    continue  # a wide sum is shortened in any case
                found[place] = max(found[place], metrics.horizontalAdvance(text) + room)
            index = self.indexBelow(index)
        return found[0], found[1]

    def show_numbers(self, makers: list[Callable[[], Node]], *, opened: bool) -> None:
        """Other numbers, from the top; `opened`: the first with its terms."""
        self.terms.show(makers)
        if opened:
            self.expand(self.terms.index(0, 0))
        self.scrollToTop()
        self._share_width()
