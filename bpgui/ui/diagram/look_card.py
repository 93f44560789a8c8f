"""The picture of one neuron, large, beside the cursor: with its scale, and beside what it is a picture of."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from bpgui.session.guard import guarded
from bpgui.ui.diagram.neuron_looks import Look
from bpgui.ui.live.color_scale import BAR, bar_width, draw_bar
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.theme import Theme, theme

SIDE, EDGE, GAP = 132.0, 9.0, 8.0


class LookCard(QWidget):
    """Lets the mouse through; what it shows stands in the read-out in words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Picture of the neuron"))
        self.look: Look | None = None
        self._caption = ""
        self.hide()

    def take_theme(self, theme: Theme) -> None:
        self.update()

    def show_look(self, look: Look | None, at: QPoint, caption: str = "", words: QRect = QRect()) -> None:  # noqa: B008
        """Show a picture below `at` (in the parent's coordinates) or wherever there is room, clear of the `words` where
        that can be; None hides.
        """
        if look is None:
            if self.isVisible():
                self.hide()
            return
        if look is not self.look or caption != self._caption:
            self.look, self._caption = look, caption
            self.update()
        pictures = 1 if look.beside is None else 2
        wide = pictures * SIDE + (pictures - 1) * GAP + GAP + bar_width(small_metrics(), look.limit) + EDGE
        self.resize(round(EDGE + wide), round(SIDE + 2 * EDGE + small_metrics().height()))
        area = self.parentWidget().rect()
        left = at.x() - 18 - self.width()
        x = at.x() + 18 if at.x() + 18 + self.width() <= area.width() - 4 else left
        y = min(at.y() + 16, area.height() - self.height() - 4)
        if left >= 4 and QRect(x, y, self.width(), self.height()).intersects(words):
            x = left
        self.move(max(x, 4), max(y, 4))
        if not self.isVisible():
            self.show()
            self.raise_()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        look, colors = self.look, theme()
        if look is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colors.field_border))
            painter.setBrush(colors.field)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            left = EDGE
            if look.beside is not None:
                _paint(painter, look.beside, left, smooth=False)
                left += SIDE + GAP
            _paint(painter, look.image, left, smooth=look.smooth)
            painter.setFont(small_font())
            painter.setPen(colors.muted)
            base = QPointF(EDGE, EDGE + SIDE + small_metrics().ascent() + 3)
            room = self.width() - 2 * EDGE
            painter.drawText(base, small_metrics().elidedText(self._caption, Qt.TextElideMode.ElideRight, room))
            draw_bar(painter, QRectF(left + SIDE + GAP, EDGE, BAR, SIDE - 1), look.limit, "")


def _paint(painter: QPainter, image: QImage, left: float, *, smooth: bool) -> None:
    """In a square; a picture that is none keeps its shape."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    longer = SIDE if smooth else SIDE / max(image.width(), image.height(), 1)
    wide, high = (SIDE, SIDE) if smooth else (image.width() * longer, image.height() * longer)
    into = QRectF(left + (SIDE - wide) / 2, EDGE + (SIDE - high) / 2, wide, high)
    painter.drawImage(into, image)
    painter.setPen(theme().field_border)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(QPointF(into.left(), into.top()), QPointF(into.right() - 1, into.bottom() - 1)))
