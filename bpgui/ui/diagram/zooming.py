"""A scene fitted to the view until the person zooms or pans: by wheel, keys, pinching, dragging."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGestureEvent, QGraphicsView, QPinchGesture, QWidget

from bpgui.session.guard import guarded

ZOOM_STEP = 1.2
ZOOM_RANGE = (0.2, 6.0)
_CONTROL = Qt.KeyboardModifier.ControlModifier


class ZoomView(QGraphicsView):
    """`zoomed`: by hand. `moved`: all lies elsewhere in the viewport now."""

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # One that Qt makes would have PySide make every class of widget there is, to find out what it got.
        self.setViewport(QWidget())
        self.zoomed = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)

    def rebuild(self) -> None:
        """Draw the scene anew, fitted unless `zoomed`."""

    def fit(self) -> None:
        """Show the whole scene, and keep doing so."""
        self.zoomed = False
        self.rebuild()

    def fit_to(self, width: float, height: float, scale: float) -> None:
        """That much of the scene about the middle of the viewport, `scale` pixels for one."""
        self.resetTransform()
        self.scale(scale, scale)
        self.centerOn(width / 2, height / 2)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a point of the viewport (the middle without one)."""
        now = self.transform().m11()
        factor = min(max(now * factor, ZOOM_RANGE[0]), ZOOM_RANGE[1]) / now
        point = at.toPoint() if at is not None else self.viewport().rect().center()
        before = self.mapToScene(point)
        self.zoomed = True
        self.scale(factor, factor)
        self.pan_by(point - self.mapFromScene(before))

    def pan_by(self, by: QPoint) -> None:
        self.zoomed = True
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - by.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() - by.y())
        self.moved.emit()

    @guarded
    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() or event.pixelDelta().y()
        if event.modifiers() & _CONTROL:
            self.zoom_by(ZOOM_STEP ** (delta / 120), event.position())
            event.accept()
        elif self.zoomed:
            self.pan_by(event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta())
            event.accept()
        else:
            event.ignore()

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, control = event.key(), bool(event.modifiers() & _CONTROL)
        if control and key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(ZOOM_STEP)
        elif control and key == Qt.Key.Key_Minus:
            self.zoom_by(1 / ZOOM_STEP)
        elif not control and key == Qt.Key.Key_F:
            self.fit()
        else:
            event.ignore()

    @guarded(default=False)
    def viewportEvent(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by(1 + event.value(), event.position())
                return True
        elif kind == QEvent.Type.Gesture and isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.zoom_by(pinch.scaleFactor(), QPointF(self.viewport().mapFromGlobal(pinch.centerPoint().toPoint())))
                return True
        return bool(super().viewportEvent(event))
