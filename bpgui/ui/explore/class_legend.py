"""Which shape and hue stands for which class."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.live.drawing import symbol_path
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.live.value_colors import class_color, class_symbol
from bpgui.ui.theme import theme

GAP = 14.0
WIDEST = 110.0


class ClassLegend(QWidget):
    """One line: as many classes as there is room for, and how many more there are. `solid`: squares of the hue."""

    def __init__(self, parent: QWidget, *, solid: bool = False) -> None:
        super().__init__(parent)
        self._solid = solid
        self.classes: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Classes"))
        self.hide()

    def show_classes(self, classes: tuple[str, ...]) -> None:
        """Hidden where there are none."""
        self.classes = classes
        self.setVisible(bool(classes))
        self.setToolTip(", ".join(classes[:40]))
        self.setAccessibleDescription(", ".join(classes))
        self.update()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        colors, metrics = theme(), small_metrics()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(small_font())
            left, middle = 0.0, self.height() / 2
            for index, name in enumerate(self.classes):
                text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, WIDEST)
                wide = metrics.horizontalAdvance(text) + 14
                rest = len(self.classes) - index
                if left + wide + (50 if rest > 1 else 0) > self.width():
                    painter.setPen(colors.muted)
                    painter.drawText(QPointF(left, middle + metrics.capHeight() / 2), self.tr("{0} more").format(rest))
                    return
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(class_color(colors, index))
                symbol = "s" if self._solid else class_symbol(colors, index)
                painter.drawPath(symbol_path(symbol, 8.0).translated(left + 5, middle))
                painter.setPen(colors.text)
                painter.drawText(QPointF(left + 13, middle + metrics.capHeight() / 2), text)
                left += wide + GAP

    @guarded(default=QSize(200, 18))
    def sizeHint(self) -> QSize:
        return QSize(200, 18)
