"""A pad to draw on with the mouse, a pen or by keys, in the shape and the colours of the data's pictures."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QSizePolicy

from bpgui.session.guard import guarded
from bpgui.ui.live.described import Picture
from bpgui.ui.live.draw_canvas import Canvas, Floats, Place
from bpgui.ui.live.drawing import cosmetic
from bpgui.ui.live.picture_facts import PictureFacts
from bpgui.ui.live.picture_image import picture_image
from bpgui.ui.live.small_font import small_font
from bpgui.ui.theme import Theme, theme

FRAME_MS = 16
EDGE = 2.0
_ARROWS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class DrawPad(Picture):
    """`drawn` comes at most once a frame while the person draws; `rubbing` makes the pen an eraser.

    The right button and the other end of a pen rub out too. Keys: arrows move, with Shift they draw on the way, Space
    draws, Backspace rubs out, Delete clears.
    """

    drawn = Signal()

    def __init__(self, facts: PictureFacts) -> None:
        super().__init__()
        self.canvas = Canvas(facts)
        self.rubbing = False
        height, width, _ = facts.shape
        self.at = (height // 2, width // 2)
        self._last: Place | None = None
        self._eraser_end = False
        self._image: QImage | None = None
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._frame.timeout.connect(self._on_frame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Drawing to try"))
        self.setToolTip(
            self.tr("Draw with the mouse, a pen, or arrow keys and Space; the right button or Backspace rubs out.")
        )
        self._say_place()

    # content

    def empty(self) -> None:
        """An empty sheet, without a signal."""
        self.canvas.clear()
        self._redraw()

    def load(self, values: Floats) -> None:
        """Show a picture (height, width, channels) to be drawn over, without a signal."""
        self.canvas.load(values)
        self._redraw()

    def refresh_theme(self, theme: Theme) -> None:
        self.update()

    def stroke(self, start: Place, end: Place, *, rub: bool = False) -> None:
        """Draw or rub out from one place to another, (y, x) in pixels of the picture."""
        self.canvas.line(start, end, rub=rub or self.rubbing)
        self._changed()

    def _changed(self) -> None:
        self._redraw()
        if not self._frame.isActive():
            self._frame.start()

    def _redraw(self) -> None:
        self._image = None
        self.update()

    @Slot()
    def _on_frame(self) -> None:
        self._say_place()
        self.drawn.emit()

    def _say_place(self) -> None:
        row, column = self.at
        inked = round(self.canvas.ink_at(row, column) * 100.0)
        said = self.tr("row {0}, column {1}: {2} % inked").format(row + 1, column + 1, inked)
        if self.canvas.untouched:
            said = self.tr("a picture of the data or a file; {0}").format(said)
        self.setAccessibleDescription(said)

    # where things are

    def sheet(self) -> QRectF:
        """Where the picture is; its pixels are square."""
        height, width, _ = self.canvas.facts.shape
        cell = max(min((self.width() - 2 * EDGE) / width, (self.height() - 2 * EDGE) / height), 1.0)
        return QRectF(EDGE, EDGE, cell * width, cell * height)

    def place_at(self, point: QPointF) -> Place:
        box = self.sheet()
        cell = box.height() / self.canvas.facts.shape[0]
        return (point.y() - box.top()) / cell, (point.x() - box.left()) / cell

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        colors, box = theme(), self.sheet()
        if self._image is None:
            self._image = picture_image(self.canvas.picture(), self.canvas.facts.limits)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box, self._image)
            if self.canvas.blank:
                self._invite(painter, box)
            painter.setPen(cosmetic(colors.accent if self.hasFocus() else colors.field_border))
            painter.drawRect(box)
            if self.hasFocus() and not self.underMouse():
                cell = box.height() / self.canvas.facts.shape[0]
                row, column = self.at
                painter.drawRect(QRectF(box.left() + column * cell, box.top() + row * cell, cell, cell))

    def _invite(self, painter: QPainter, box: QRectF) -> None:
        """What an empty sheet is for."""
        facts = self.canvas.facts
        low, high = facts.limits
        bright = float(facts.paper.mean()) > (low + high) / 2
        painter.setFont(small_font())
        painter.setPen(QColor(90, 90, 90) if bright else QColor(165, 165, 165))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self.tr("draw here"))

    # mouse and pen

    @guarded
    def tabletEvent(self, event: QTabletEvent) -> None:
        """Only which end it is: Qt sends what was not taken once more as the mouse."""
        self._eraser_end = event.pointerType() == QPointingDevice.PointerType.Eraser
        event.ignore()

    @guarded
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._last = None
            self._draw_to(event)

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._draw_to(event)

    @guarded
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._last = None
        self._eraser_end = False

    def _draw_to(self, event: QMouseEvent) -> None:
        rub = bool(event.buttons() & Qt.MouseButton.RightButton) or self._eraser_end
        place = self.place_at(event.position())
        self.at = self._inside(int(place[0]), int(place[1]))
        self.stroke(self._last or place, place, rub=rub)
        self._last = place

    def _inside(self, row: int, column: int) -> tuple[int, int]:
        height, width, _ = self.canvas.facts.shape
        return min(max(row, 0), height - 1), min(max(column, 0), width - 1)

    # keys

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        here = self._middle()
        if key in _ARROWS:
            down, right = _ARROWS[key]
            self.at = self._inside(self.at[0] + down, self.at[1] + right)
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.stroke(here, self._middle())
            self._say_place()
            self.update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Backspace):
            self.stroke(here, here, rub=key == Qt.Key.Key_Backspace)
        elif key == Qt.Key.Key_Delete:
            self.canvas.clear()
            self._changed()
        else:
            event.ignore()

    def _middle(self) -> Place:
        return self.at[0] + 0.5, self.at[1] + 0.5

    @guarded(default=False)
    def event(self, event: QEvent) -> bool:
        # These are shortcuts of the window elsewhere.
        if event.type() == QEvent.Type.ShortcutOverride:
            key = Qt.Key(cast(QKeyEvent, event).key())
            if key in _ARROWS or key in (Qt.Key.Key_Space, Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
                event.accept()
                return True
        return super().event(event)

    @guarded(default=QSize(150, 150))
    def sizeHint(self) -> QSize:
        return QSize(180, 180)

    @guarded(default=QSize(84, 84))
    def minimumSizeHint(self) -> QSize:
        return QSize(84, 84)
