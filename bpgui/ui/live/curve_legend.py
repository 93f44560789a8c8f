"""The legend of a loss curve: which line is which, and the numbers at the cursor's epoch or the last one."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from bpgui.ui.live.drawing import cosmetic
from bpgui.ui.live.kept import Kept
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.theme import mix, theme

_LINE = 18.0
_BACKING = 215


@dataclass(frozen=True)
class Row:
    """A name and its number; `color` and `style` of its line, None for a row without one."""

    name: str
    value: str
    color: QColor | None = None
    style: Qt.PenStyle = Qt.PenStyle.SolidLine


class Legend:
    """Kept as a picture, which costs a frame less than its texts."""

    def __init__(self) -> None:
        self._kept = Kept()
        self._box = QRectF()
        self._rows: tuple[Row, ...] = ()
        self._sizes: dict[tuple[object, ...], QSizeF] = {}

    def forget(self) -> None:
        """Drawn anew at the next call."""
        self._kept.forget()

    def due(self) -> bool:
        """Whether running numbers may change again."""
        return self._kept.due()

    def size(self, names: list[str]) -> QSizeF:
        """Room for rows with those names."""
        metrics = small_metrics()
        key = (metrics.height(), *names)
        if key not in self._sizes:
            wide = 26 + max(map(metrics.horizontalAdvance, names)) + 10 + metrics.horizontalAdvance("0.000000")
            self._sizes[key] = QSizeF(wide + 8, (metrics.height() + 1) * len(names) + 6)
        return self._sizes[key]

    def place(self, box: QRectF, rows: tuple[Row, ...]) -> None:
        """From now on these rows, in a box that has their `size`."""
        self._box, self._rows = box, rows

    def draw(self, painter: QPainter) -> None:
        """What was placed last."""
        size, rows, ratio = self._box.size(), self._rows, painter.device().devicePixelRatioF()
        still = (size.width(), size.height(), ratio, id(theme()))
        picture = self._kept.picture(lambda: _picture(rows, size, ratio), still, rows)
        painter.drawPixmap(QPointF(round(self._box.left()), round(self._box.top())), picture)


def _picture(rows: tuple[Row, ...], size: QSizeF, ratio: float) -> QPixmap:
    colors, metrics = theme(), small_metrics()
    backing = QColor(colors.plot)
    backing.setAlpha(_BACKING)
    picture = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(backing)
    line = metrics.height() + 1
    with QPainter(picture) as painter:
        painter.setFont(small_font())
        for number, row in enumerate(rows):
            base = 3 + number * line + metrics.ascent()
            if row.color is not None:
                painter.setPen(cosmetic(row.color, row.style))
                for y in (base - metrics.ascent() / 3, base - metrics.ascent() / 3 + 1):
                    painter.drawLine(QPointF(4, y), QPointF(4 + _LINE, y))
            painter.setPen(row.color or mix(colors.muted, colors.text, 0.3))
            painter.drawText(QPointF(28, base), row.name)
            room = QRectF(size.width() - 104, base - metrics.ascent(), 100, line)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight, row.value)
    return picture
