"""Lines of a name and bars with numbers, in columns: counts of classes by part, missing values by column."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.live.drawing import cosmetic, symbol_path
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.live.value_colors import class_color, class_symbol
from bpgui.ui.sizes import px
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe

LINE = 24
HEADING = 26
NAMES = 0.26  # share of the width that names get
LONGEST_BAR = 0.62  # share of a column's width; the number stands after it


@dataclass(frozen=True)
class BarLine:
    """`shares` 0..1 of the longest bar and `texts`, one for each column; `code` is a class's position, -1: none.

    `color` where the line has one of its own and no class.
    """

    name: str
    shares: tuple[float, ...]
    texts: tuple[str, ...]
    code: int = -1
    color: QColor | None = None


class BarList(QAbstractScrollArea):
    """A heading over the columns, then the lines; scrolls where there are many."""

    def __init__(self, name: str, help: str, parent: QWidget) -> None:
        super().__init__(parent)
        describe(self, name, help)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.headings: tuple[str, ...] = ()
        self.lines: tuple[BarLine, ...] = ()
        self._colors: tuple[QColor, ...] = ()

    def show_lines(self, headings: tuple[str, ...], lines: tuple[BarLine, ...], colors: tuple[QColor, ...]) -> None:
        """`headings` and `colors` of the columns; a line of a class has the class's hue instead."""
        self.headings, self.lines, self._colors = headings, lines, colors
        said = "; ".join(
            f"{line.name}: " + ", ".join(f"{h} {t}" for h, t in zip(headings, line.texts, strict=True))
            for line in lines[:40]
        )
        self.setAccessibleDescription(said)
        self._lay_out()
        self.viewport().update()

    def _lay_out(self) -> None:
        bar = self.verticalScrollBar()
        bar.setRange(0, max(px(HEADING) + px(LINE) * len(self.lines) - self.viewport().height(), 0))
        bar.setPageStep(max(self.viewport().height(), 1))
        bar.setSingleStep(px(LINE))

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        colors, metrics = theme(), small_metrics()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), colors.panel)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font())
        offset = self.verticalScrollBar().value()
        first = max((offset - px(HEADING)) // px(LINE), 0)
        last = (offset + self.viewport().height()) // px(LINE) + 1
        for index, line in enumerate(self.lines[first:last], start=first):
            self._paint_line(painter, line, px(HEADING) + index * px(LINE) - offset)
        # The headings stand still over the lines.
        painter.fillRect(QRectF(0, 0, self.viewport().width(), px(HEADING) - 3), colors.panel)
        painter.setPen(colors.muted)
        for place, heading in enumerate(self.headings):
            left, wide = self._column(place)
            text = metrics.elidedText(heading, Qt.TextElideMode.ElideRight, wide - 8)
            painter.drawText(QPointF(left, metrics.ascent() + 4), text)
        painter.setPen(cosmetic(colors.panel_border))
        painter.drawLine(QPointF(0, px(HEADING) - 3), QPointF(self.viewport().width(), px(HEADING) - 3))
        painter.end()

    def _column(self, place: int) -> tuple[float, float]:
        """Left edge and width of a column."""
        names = self.viewport().width() * NAMES
        wide = (self.viewport().width() - names) / max(len(self.headings), 1)
        return names + place * wide, wide

    def _paint_line(self, painter: QPainter, line: BarLine, top: float) -> None:
        colors, metrics = theme(), small_metrics()
        middle = top + px(LINE) / 2
        base = middle + metrics.capHeight() / 2
        left = 0.0
        if line.code >= 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(class_color(colors, line.code))
            painter.drawPath(symbol_path(class_symbol(colors, line.code), 8.0).translated(6, middle))
            left = 16.0
        painter.setPen(colors.text)
        room = self._column(0)[0] - left - 10
        painter.drawText(QPointF(left, base), metrics.elidedText(line.name, Qt.TextElideMode.ElideRight, room))
        for place, (share, text) in enumerate(zip(line.shares, line.texts, strict=True)):
            start, wide = self._column(place)
            # Room for the number comes first.
            longest = max(min(wide * LONGEST_BAR, wide - metrics.horizontalAdvance(text) - 16), 8.0)
            long = max(longest * share, 1.0 if share else 0.0)
            color = class_color(colors, line.code) if line.code >= 0 else line.color or self._colors[place]
            painter.fillRect(QRectF(start, middle - 6, long, 12), color)
            painter.setPen(colors.text if share else colors.muted)
            room = start + wide - (start + long + 6) - 4
            short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QPointF(start + long + 6, base), short)

    @guarded(default=QSize(420, 200))
    def sizeHint(self) -> QSize:
        return QSize(420, 200)
