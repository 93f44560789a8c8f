"""A light ring around the control that a lesson speaks of. It takes no clicks, and follows where that goes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, QVariantAnimation, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from bpgui.session.guard import guarded
from bpgui.ui import motion
from bpgui.ui.learn.places import Place, ancestors
from bpgui.ui.theme import theme

GAP, GLOW, ROUND = 3, 5, 8  # pixels between control and ring, of the glow around it, of its corners
FOLLOWS_MS = 60
PULSE_MS = 1600


class Ring(QWidget):
    """Around what `find` gives; hidden where that is nothing, or out of sight. It stands in that one's own window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("lessonRing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._window = window
        self._find: Callable[[], Place | None] | None = None
        self._name = ""
        # What it is around moves with docks, scrolling, zooming and other layers: it is looked for again and again.
        self._timer = QTimer(self)
        self._timer.setInterval(FOLLOWS_MS)
        self._timer.timeout.connect(self._look)
        self._pulse = QVariantAnimation(self)
        self._pulse.setStartValue(0.0)
        self._pulse.setKeyValueAt(0.5, 1.0)
        self._pulse.setEndValue(0.0)
        self._pulse.setDuration(PULSE_MS)
        self._pulse.setLoopCount(3)  # then it stands still
        self._pulse.valueChanged.connect(self._on_pulsed)
        self.hide()

    def point_at(self, name: str, find: Callable[[], Place | None] | None) -> None:
        """Stand around another control, from now on; None: around none."""
        self._name, self._find = name, find
        self._pulse.stop()
        if find is None:
            self.stop()
            return
        self._timer.start()
        self.follow()
        if not motion.is_reduced():
            self._pulse.start()

    def stop(self) -> None:
        """Stand around nothing."""
        self._find = None
        self._timer.stop()
        self._window.removeEventFilter(self)
        self._pulse.stop()
        self.hide()

    def target(self) -> tuple[QWidget, QRect] | None:
        """The widget that it stands around, and where in it; None for none."""
        place = self._find() if self._find is not None else None
        return (place.widget, place.inside) if place is not None else None

    @Slot()
    def _look(self) -> None:
        """Follow; nothing moves where nobody sees it, until the window comes back."""
        if _is_seen(self._window):
            self.follow()
        else:
            self._timer.stop()
            self._window.installEventFilter(self)

    @Slot()
    def follow(self) -> None:
        """Go where the control is now."""
        place = self._find() if self._find is not None else None
        seen = _in_sight(place) if place is not None else QRect()
        if place is None or seen.isEmpty():
            self.hide()
            return
        home = place.widget.window()
        self._go_to(home)
        edge = GAP + GLOW
        around = seen.adjusted(-edge, -edge, edge, edge).intersected(home.rect())
        if around != self.geometry():
            self.setGeometry(around)
        if not self.isVisible():
            self.show()
        self.raise_()

    def _go_to(self, home: QWidget) -> None:
        """Stand in another window: a dialog, a floating dock."""
        before = self.parentWidget()
        if before is home:
            return
        if before is not self._window:
            before.removeEventFilter(self)
        if home is not self._window:
            home.installEventFilter(self)
        self.setParent(home)

    @guarded(default=False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Back in the main window before a dialog goes, and all that stands in it; on when the window is back."""
        if watched is self._window:
            if event.type() in (QEvent.Type.Show, QEvent.Type.WindowStateChange) and _is_seen(self._window):
                self._window.removeEventFilter(self)
                self._timer.start()
        elif event.type() in (QEvent.Type.Hide, QEvent.Type.Close, QEvent.Type.DeferredDelete):
            self.hide()
            self._go_to(self._window)
        return False

    @Slot()
    def _on_pulsed(self) -> None:
        self.update()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        color = theme().accent
        running = self._pulse.state() == QVariantAnimation.State.Running
        pulse = float(self._pulse.currentValue() or 0.0) if running else 0.5
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = QRectF(self.rect()).adjusted(GLOW, GLOW, -GLOW, -GLOW)
        for reach in range(GLOW, 0, -1):
            glow = QColor(color)
            glow.setAlphaF((0.05 + 0.06 * pulse) * (GLOW + 1 - reach) / GLOW * 2)
            painter.setPen(QPen(glow, 1.5))
            painter.drawRoundedRect(inner.adjusted(-reach, -reach, reach, reach), ROUND + reach, ROUND + reach)
        painter.setPen(QPen(color, 2.0))
        painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), ROUND, ROUND)
        painter.end()


def _is_seen(window: QWidget) -> bool:
    return window.isVisible() and not window.isMinimized()


def _in_sight(place: Place) -> QRect:
    """What of it can be seen, in the coordinates of its window."""
    widget = place.widget
    if not widget.isVisible():
        return QRect()
    home = widget.window()
    rect = QRect(widget.mapTo(home, place.inside.topLeft()), place.inside.size())
    rect &= QRect(widget.mapTo(home, QPoint(0, 0)), widget.size())
    for outer in ancestors(widget):
        rect &= QRect(outer.mapTo(home, QPoint(0, 0)), outer.size())
    return rect
