"""The diagram on the screen: its places, mouse and keys; what the mouse does is in `gestures`, zoom in `zooming`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import QGraphicsView, QToolTip, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.diagram import gestures, hits, keys, words
from bpgui.ui.diagram.actions import LayerActions
from bpgui.ui.diagram.columns import INPUT, Column
from bpgui.ui.diagram.hits import Hit
from bpgui.ui.diagram.hover import Hover
from bpgui.ui.diagram.layout import Rect
from bpgui.ui.diagram.overlays import BlockEditor, Ghost, Notice
from bpgui.ui.diagram.scene import DiagramScene
from bpgui.ui.diagram.style import Style, qrect
from bpgui.ui.diagram.words import tr
from bpgui.ui.diagram.zooming import ZoomView
from bpgui.ui.theme import Theme, theme


class DiagramView(ZoomView):
    """Shows a DiagramScene. `clicked(at)`: on no handle."""

    clicked = Signal(QPoint)

    def __init__(self, layer_actions: LayerActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layer_actions = layer_actions
        self._style = Style(theme())
        self.diagram = DiagramScene(self._style, self)
        self.setScene(self.diagram)
        self._gesture: gestures.Gesture | None = None
        self._columns: tuple[Column, ...] = ()
        self.hover = Hover(self)
        self.notice, self.ghost = Notice(self.viewport()), Ghost(self.viewport())
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setMinimumSize(240, 130)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the scene fills it: no panel below
        self.setAcceptDrops(False)  # files dropped here are the window's
        self.viewport().setAcceptDrops(False)
        self.setAccessibleName(tr("Network diagram"))
        self._dress()
        layer_actions.refused.connect(self.notice.show_text)
        layer_actions.edit_wanted.connect(self.open_editor)
        layer_actions.selected.connect(self._on_selected)

    @cached_property
    def editor(self) -> BlockEditor:
        """The field over a block, made when something is first typed there."""
        editor = BlockEditor(self.viewport())
        editor.committed.connect(self._on_committed)
        return editor

    # ---- content

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Draw that network; what was being dragged or typed is given up."""
        held = self._gesture if isinstance(self._gesture, gestures.Step) else None
        if held is None:
            self.cancel_gesture()
        if "editor" in vars(self):
            self.editor.close_without()
        self._columns = tuple(columns)
        self.rebuild()

    def rebuild(self) -> None:
        """Make the items anew for the present size and selection."""
        if not self._columns:
            return
        self.diagram.build(self._columns, *self._room(), self.layer_actions.key, self._style)
        if not self.zoomed:
            layout = self.diagram.layout
            self.fit_to(layout.width, layout.height, layout.scale * theme().scale)
        self.moved.emit()
        self.hover.refresh()
        self.describe_selected()

    def _room(self) -> tuple[float, float]:
        """Width and height of the viewport in the layout's pixels, which are larger on a projector."""
        return self.viewport().width() / theme().scale, self.viewport().height() / theme().scale

    def describe_selected(self) -> None:
        """Say in words what the selected column is, and what its neurons compute."""
        column = self.layer_actions.column(self.layer_actions.key)
        text = words.describe(column) if column is not None else ""
        self.setAccessibleDescription("; ".join((text, *self.diagram.looks_in_words(self.layer_actions.key))))

    def take_theme(self, new: Theme) -> None:
        if new is self._style.theme:
            return
        self._style = Style(new)
        self.diagram.looks.take_theme(new)
        self._dress()
        self.rebuild()

    def _dress(self) -> None:
        colors = self._style.theme
        self.setStyleSheet(f"DiagramView {{ background: {colors.panel.name()}; border: 0; }}")
        self.setBackgroundBrush(colors.panel)
        self.notice.take_theme(colors)
        self.hover.take_theme(colors)

    @Slot(str)
    def _on_selected(self, key: str) -> None:
        if self.diagram.select(key, *self._room()):
            self.hover.refresh()
            self.describe_selected()
        else:
            self.rebuild()

    # ---- places

    def hit_at(self, at: QPoint) -> Hit:
        point = self.mapToScene(at)
        return hits.hit(self.diagram.layout, point.x(), point.y(), self.layer_actions.key)

    def rect_of(self, key: str, part: str = "block") -> QRect:
        """Where a block or one of its parts is in the viewport."""
        placed = self.diagram.layout.of(key)
        rect = None if placed is None else (placed.block if part == "block" else placed.parts.get(part, placed.block))
        return self.mapFromScene(qrect(rect or Rect(0, 0, 0, 0))).boundingRect()

    def below_part(self, key: str, part: str) -> QPoint:
        return self.viewport().mapToGlobal(self.rect_of(key, part).bottomLeft())

    @Slot(str)
    def open_editor(self, key: str) -> None:
        """Type the units of a Dense layer or the rate of a Dropout, right on its block."""
        column = self.layer_actions.column(key)
        if column is None or not column.has_number:
            return
        self.layer_actions.select(key)
        place = self.rect_of(key, "number")
        if column.kind == "dropout":
            self.editor.open_rate(key, words.rate(column), place)
        else:
            self.editor.open_units(key, max(column.units, 1), place)

    @Slot(str, float)
    def _on_committed(self, key: str, number: float) -> None:
        self.layer_actions.type_number(key, number)

    # ---- a layer dragged in from the palette

    def drag_over(self, at: QPoint) -> None:
        """Mark where a layer let go at `at` (viewport) would go."""
        self.diagram.mark_place(gestures.place_at(self, at), dragging=True)

    def drop_kind(self, kind: str, at: QPoint) -> None:
        place = gestures.place_at(self, at)
        self.end_drag()
        if place is not None:
            self.layer_actions.insert(place, kind)

    @Slot()
    def end_drag(self) -> None:
        self.diagram.mark_place(None, dragging=False)

    # ---- mouse

    def cancel_gesture(self) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancelled()
            gesture.deleteLater()

    @guarded
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.cancel_gesture()
        at = event.position().toPoint()
        self.hover.hush()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._gesture = gestures.Pan(self, at)
        elif event.button() == Qt.MouseButton.LeftButton:
            hit = self.hit_at(at)
            if hit.key:
                self.layer_actions.select(hit.key)
            self._gesture = gestures.gesture_for(self, at, hit)

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._gesture is not None:
            self.hover.at = at
            self._gesture.moved(at)
        else:
            self.hover.move(at)

    @guarded
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.released(event.position().toPoint())
            gesture.deleteLater()
        self.hover.refresh()

    @guarded
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        hit = self.hit_at(event.position().toPoint())
        if hit.part == "number":
            self.open_editor(hit.key)
        elif not hit.part:
            self.fit()
        else:
            self.mousePressEvent(event)

    @guarded
    def leaveEvent(self, event: QEvent) -> None:
        self.hover.move(None)

    @guarded
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        key = self.layer_actions.key if keyboard else self.hit_at(event.pos()).key
        if key:
            self.layer_actions.select(key)
            self.layer_actions.open_context(key, self.below_part(key, "block") if keyboard else event.globalPos())

    # ---- keys

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1,
                 Qt.Key.Key_Home: -len(self._columns), Qt.Key.Key_End: len(self._columns)}  # fmt: skip
        if key == Qt.Key.Key_Escape and self._gesture is not None:
            self.cancel_gesture()
        elif key == Qt.Key.Key_Escape:
            self.notice.dismiss()
        elif not control and key in steps:
            self.layer_actions.select_next(steps[Qt.Key(key)])
        elif not keys.handle(event, self.layer_actions, self.below_part(self.layer_actions.key or INPUT, "choice")):
            super().keyPressEvent(event)

    @guarded(default=False)
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and keys.is_own(event):
            event.accept()
            return True
        return bool(super().event(event))

    @guarded(default=False)
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hit = self.hit_at(event.pos())
            QToolTip.showText(event.globalPos(), words.tooltip(self.layer_actions.column(hit.key), hit), self)
            return True
        return bool(super().viewportEvent(event))

    @guarded
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.hover.refresh()

    @guarded
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hover.refresh()

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rebuild()
        if self.notice.isVisible():
            self.notice.place()
