"""What the colours of the edges mean: the symmetric scale that holds the largest weight drawn as a line."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.numbers import format_number
from bpgui.ui.theme import mono_font, theme

BAR_WIDTH, BAR_HEIGHT = 64, 8
SMALL = 8.0  # points


class ScaleBar(QWidget):
    """−2.9, blue over neutral to orange, +2.9; empty while no weights are known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setFont(mono_font(SMALL))
        self._label = QFontMetrics(self.font()).horizontalAdvance("−0.0000") + 4
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Scale of the weights"))
        self.setToolTip(
            self.tr("Edges: orange is a positive weight, blue a negative one, and the widest is the largest in size.")
        )

    def show_largest(self, largest: float) -> None:
        """Take another end of the scale; repaints only when the number changes as it is written."""
        text = format_number(largest, 2) if largest > 0 else ""
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(self.tr("−{value} to +{value}").format(value=text) if text else "")
            self.update()

    @property
    def text(self) -> str:
        """The number at the positive end, "" while there is none."""
        return self._text

    @guarded(default=QSize(160, 20))
    def sizeHint(self) -> QSize:
        return QSize(BAR_WIDTH + 2 * self._label, 20)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._text:
            return
        colors = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        bar = QRectF(self._label, middle - BAR_HEIGHT / 2, BAR_WIDTH, BAR_HEIGHT)
        gradient = QLinearGradient(QPointF(bar.left(), 0), QPointF(bar.right(), 0))
        for at, color in ((0.0, colors.negative), (0.5, colors.neutral), (1.0, colors.positive)):
            gradient.setColorAt(at, color)
        painter.setPen(colors.field_border)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(colors.muted)
        left = QRectF(0, 0, self._label - 5, self.height())
        right = QRectF(bar.right() + 5, 0, self._label - 5, self.height())
        painter.drawText(left, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"−{self._text}")
        painter.drawText(right, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"+{self._text}")
        painter.end()
