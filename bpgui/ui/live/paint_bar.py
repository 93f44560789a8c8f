"""What the pointer does in the plane of points: move it, add points of a class, take points out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QWidget

from bpgui.ui.live.drawing import symbol_path
from bpgui.ui.live.text_switch import WordButton
from bpgui.ui.live.value_colors import class_color, class_symbol
from bpgui.ui.sizes import px, size, sized
from bpgui.ui.theme import theme
from bpgui.ui.widgets.elided import ElidedLabel

MOVE, ERASE = -1, -2
MOST = 6  # classes with a chip of their own
ICON = 14


class PaintBar(QWidget):
    """`chosen(tool)`: the position of a class to add points of, MOVE or ERASE."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Paint points"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._on_clicked)
        self._classes: tuple[str, ...] = ()
        self.hint = ElidedLabel("", self)
        self.hint.mode = Qt.TextElideMode.ElideRight
        self.hint.setProperty("small", True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.hint, 1)
        self.tool = MOVE

    def show_classes(self, classes: tuple[str, ...]) -> None:
        """A chip for each class; the tool stays where its class does. Without classes there is nothing to paint."""
        if classes == self._classes:
            return
        self._classes = classes
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        if not classes:
            self.tool = MOVE
            self.hint.set_text("")
            return
        self._add(MOVE, self.tr("move"), self.tr("Drag the plane and zoom it; points stay as they are."))
        for index, name in enumerate(classes[:MOST]):
            self._add(index, name, self.tr("Click or drag to add points of class {0}.").format(name))
        self._add(ERASE, self.tr("erase"), self.tr("Click or drag to take points out."))
        if self.tool >= len(classes[:MOST]):
            self.tool = MOVE
        self.button(self.tool).setChecked(True)
        self.refresh_theme()
        self._show_hint()

    def _add(self, tool: int, word: str, sentence: str) -> None:
        shown = self.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, 70)
        name = self.tr("Add points of {0}").format(word) if tool >= 0 else word
        button = WordButton(shown, sentence, name, parent=self)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        sized(button, lambda w: w.setIconSize(size(ICON, ICON)))
        if tool >= 0:
            sized(button, lambda w: w.setMinimumWidth(w.sizeHint().width() + px(ICON) + px(6)))
        self._group.addButton(button, tool - ERASE)  # a group's own numbers begin at 0
        self._row.insertWidget(self._row.count() - 1, button)

    def button(self, tool: int) -> QAbstractButton:
        """The button of a tool."""
        return self._group.button(tool - ERASE)

    def refresh_theme(self) -> None:
        """Markers in the colours of the theme."""
        for index in range(len(self._classes[:MOST])):
            self.button(index).setIcon(_marker(index))

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self.tool = tool = number + ERASE
        self._show_hint()
        self.chosen.emit(tool)

    def _show_hint(self) -> None:
        texts = {MOVE: "", ERASE: self.tr("drag to erase")}
        self.hint.set_text(texts.get(self.tool, self.tr("drag to paint")))


def _marker(index: int) -> QIcon:
    side = px(ICON)
    pixmap = QPixmap(side * 2, side * 2)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(class_color(theme(), index))
        box = QRectF(0, 0, side, side)
        painter.drawPath(symbol_path(class_symbol(theme(), index), 9.0).translated(box.center()))
    return QIcon(pixmap)
