"""What the colours mean: the symmetric scale of the weights drawn as lines, and whose colours they are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.numbers import format_number
from bpgui.ui.sizes import px, size, sized
from bpgui.ui.theme import mono_font, theme

BAR_WIDTH, BAR_HEIGHT = 64, 8
HEIGHT, LINE = 30, 14
SMALL = 8.0  # points


class ScaleBar(QWidget):
    """−2.9, blue over neutral to orange, +2.9; empty while no weights are known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = self._legend = ""
        sized(self, ScaleBar._measure)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Scale of the weights"))
        self.setToolTip(
            self.tr(
                "Orange is positive and blue negative: an edge is a weight, the widest the largest in size; a neuron is"
                " its bias, or its activation while an input is tried. A picture in a neuron has a scale of its own."
            )
        )

    def _measure(self) -> None:
        self._words = QFont(QApplication.font())
        self._words.setFamilies(self._words.families())  # said, or the painter takes those of the numbers
        self._words.setPixelSize(px(10))
        self.setFont(mono_font(SMALL))
        self._label = QFontMetrics(self.font()).horizontalAdvance("−0.0000") + 4
        self._metrics = QFontMetrics(self._words)
        legends = self._legend_of(tried=True), self._legend_of(tried=False)
        self._widest = max(map(self._metrics.horizontalAdvance, legends)) + 4

    def show_largest(self, largest: float) -> None:
        """Take another end of the scale; repaints only when the number changes as it is written."""
        text = format_number(largest, 2) if largest > 0 else ""
        if text != self._text:
            self._text = text
            self._describe()

    def show_legend(self, *, known: bool, tried: bool, pictured: str = "") -> None:
        """Say what is coloured: nothing while no weights are known, activations while an input is tried.

        `pictured` is what the neurons have pictures of.
        """
        legend = self._legend_of(tried=tried, pictured=pictured) if known else ""
        if legend != self._legend:
            self._legend = legend
            self._describe()

    def _legend_of(self, *, tried: bool, pictured: str = "") -> str:
        if tried:
            return self.tr("neurons: activation · edges: weight")
        if pictured:
            return self.tr("neurons: {0} · edges: weight").format(pictured)
        return self.tr("neurons: bias · edges: weight")

    def _describe(self) -> None:
        span = self.tr("−{value} to +{value}").format(value=self._text) if self._text else ""
        self.setAccessibleDescription("; ".join(part for part in (span, self._legend) if part))
        self.update()

    @property
    def legend(self) -> str:
        """What the colours stand for, "" while there are none."""
        return self._legend

    def shown_legend(self) -> str:
        """The legend as far as it fits: all of it or nothing."""
        return self._legend if self._metrics.horizontalAdvance(self._legend) <= self.width() else ""

    @property
    def text(self) -> str:
        """The number at the positive end, "" while there is none."""
        return self._text

    @guarded(default=QSize(160, HEIGHT))
    def sizeHint(self) -> QSize:
        return QSize(max(BAR_WIDTH + 2 * self._label, self._widest), px(HEIGHT))

    @guarded(default=QSize(0, HEIGHT))
    def minimumSizeHint(self) -> QSize:
        return size(0, HEIGHT)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        legend = self.shown_legend()
        room = QRectF(self.rect())
        bar_fits = bool(self._text) and self.width() >= BAR_WIDTH + 2 * self._label
        if legend and bar_fits:
            room, below = room.adjusted(0, 0, 0, -px(LINE)), room.adjusted(0, room.height() - px(LINE), 0, 0)
        else:
            below = room
        if bar_fits:
            self._paint_bar(painter, room)
        if legend:
            painter.setFont(self._words)
            painter.setPen(theme().muted)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, legend)
        painter.end()

    def _paint_bar(self, painter: QPainter, room: QRectF) -> None:
        colors = theme()
        left, middle = room.center().x() - BAR_WIDTH / 2, room.center().y()
        bar = QRectF(left, middle - BAR_HEIGHT / 2, BAR_WIDTH, BAR_HEIGHT)
        gradient = QLinearGradient(QPointF(bar.left(), 0), QPointF(bar.right(), 0))
        for at, color in ((0.0, colors.negative), (0.5, colors.neutral), (1.0, colors.positive)):
            gradient.setColorAt(at, color)
        painter.setPen(colors.field_border)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(colors.muted)
        wide = self._label - 5
        before = QRectF(bar.left() - 5 - wide, room.top(), wide, room.height())
        after = QRectF(bar.right() + 5, room.top(), wide, room.height())
        painter.drawText(before, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"−{self._text}")
        painter.drawText(after, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"+{self._text}")
