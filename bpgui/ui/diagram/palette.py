"""The strip below the diagram: layers to drag in, and the buttons that zoom."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent, QMouseEvent, QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from bpgui.engine.layers import LAYERS
from bpgui.session.guard import guarded
from bpgui.ui.diagram.scale_bar import ScaleBar
from bpgui.ui.diagram.view import DiagramView
from bpgui.ui.diagram.zooming import ZOOM_STEP
from bpgui.ui.icons import icon
from bpgui.ui.sizes import size, sized
from bpgui.ui.texts import tr_label

# Pixels that the strip takes with icons and words on its chips, and with words alone.
ROOMY, NARROW = 780, 640


class PaletteChip(QPushButton):
    """One kind of layer: dragged it goes where it is let go, pressed it goes after the selected layer."""

    dragged = Signal(str, QPoint)  # kind, global position
    dropped = Signal(str, QPoint)
    drag_cancelled = Signal()

    def __init__(self, kind: str, text: str, help_text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.kind, self.label = kind, text
        sized(self, lambda w: w.setIconSize(size(14, 14)))
        self.setProperty("chip", True)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        # The mouse leaves the focus where it is: Space after a click is for the window, not for another layer.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Add {layer}").format(layer=text))
        how = self.tr("Drag it between two layers, or press it to add one after the selected layer.")
        self.setToolTip(f"{help_text}\n{how}")
        self._start: QPoint | None = None
        self._dragging = False

    def picture(self) -> QPixmap:
        """The chip alone, to be dragged."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        self.render(picture, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
        return picture

    @guarded
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._start = event.position().toPoint()
        super().mousePressEvent(event)

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is None:
            return
        far = (event.position().toPoint() - self._start).manhattanLength() >= QApplication.startDragDistance()
        if far or self._dragging:
            if not self._dragging:
                self._dragging = True
                self.setDown(False)
                self.grabKeyboard()  # for Esc, without the focus
            self.dragged.emit(self.kind, event.globalPosition().toPoint())

    @guarded
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragging, started = self._dragging, self._start is not None
        self._end_drag()
        if dragging:
            self.setDown(False)
            self.dropped.emit(self.kind, event.globalPosition().toPoint())
        elif started:
            super().mouseReleaseEvent(event)
        else:
            self.setDown(False)  # Esc cancelled the drag: letting go is no click

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._dragging:
            self._end_drag()
            self.drag_cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _end_drag(self) -> None:
        if self._dragging:
            self.releaseKeyboard()
        self._start, self._dragging = None, False


class PaletteStrip(QWidget):
    """Chips on the left, zoom on the right."""

    def __init__(self, view: DiagramView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._fitted = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 4, 0)
        row.setSpacing(8)
        self._label = QLabel(self.tr("palette:"), self)
        self._label.setProperty("small", True)
        row.addWidget(self._label)
        self.chips = [PaletteChip(k, tr_label(entry.label), tr_label(entry.help), self) for k, entry in LAYERS.items()]
        for chip in self.chips:
            chip.clicked.connect(self._on_clicked)
            chip.dragged.connect(self._on_dragged)
            chip.dropped.connect(self._on_dropped)
            chip.drag_cancelled.connect(self._on_cancelled)
            row.addWidget(chip)
        row.addStretch(1)
        self.scale = ScaleBar(self)
        row.addWidget(self.scale)
        row.addStretch(1)
        self.zoom_out = self._button("−", self.tr("Zoom out"), self.tr("Show more of the network (Ctrl+−)."))
        self.zoom_in = self._button("+", self.tr("Zoom in"), self.tr("Show the network larger (Ctrl++)."))
        self.fit = self._button(self.tr("Fit"), self.tr("Fit"), self.tr("Show the whole network (F)."))
        self.zoom_out.clicked.connect(self._on_zoom_out)
        self.zoom_in.clicked.connect(self._on_zoom_in)
        self.fit.clicked.connect(self._on_fit)
        for button in (self.zoom_out, self.zoom_in, self.fit):
            row.addWidget(button)

    def take_theme(self) -> None:
        """Draw the icons in the colours of the theme."""
        self._fit_chips()

    def _fit_chips(self) -> None:
        """Icons and words on the chips where there is room for them beside the scale, else words, else icons."""
        self._label.setVisible(self._room() == "both")
        for chip in self.chips:
            chip.setText(chip.label if self._room() != "icons" else "")
            chip.setIcon(icon(f"layer-{chip.kind}") if self._room() != "words" else QIcon())

    def _room(self) -> str:
        return "both" if self.width() >= ROOMY else "words" if self.width() >= NARROW else "icons"

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._room() != self._fitted:
            self._fitted = self._room()
            self._fit_chips()

    @guarded(default=QSize(240, 30))
    def minimumSizeHint(self) -> QSize:
        # As narrow as icons alone are, whatever the chips hold now.
        return QSize(240, super().minimumSizeHint().height())

    def _button(self, text: str, name: str, help_text: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setProperty("quiet", True)
        button.setAccessibleName(name)
        button.setToolTip(help_text)
        return button

    @Slot()
    def _on_clicked(self) -> None:
        chip = self.sender()
        if isinstance(chip, PaletteChip):
            self._view.layer_actions.insert_after(self._view.layer_actions.key, chip.kind)

    @Slot(str, QPoint)
    def _on_dragged(self, kind: str, at: QPoint) -> None:
        chip = next(c for c in self.chips if c.kind == kind)
        here = self._view.viewport().mapFromGlobal(at)
        self._view.ghost.carry(chip.picture(), here)
        self._view.drag_over(here)

    @Slot(str, QPoint)
    def _on_dropped(self, kind: str, at: QPoint) -> None:
        self._view.ghost.drop()
        self._view.drop_kind(kind, self._view.viewport().mapFromGlobal(at))

    @Slot()
    def _on_cancelled(self) -> None:
        self._view.ghost.drop()
        self._view.end_drag()

    @Slot()
    def _on_zoom_out(self) -> None:
        self._view.zoom_by(1 / ZOOM_STEP)

    @Slot()
    def _on_zoom_in(self) -> None:
        self._view.zoom_by(ZOOM_STEP)

    @Slot()
    def _on_fit(self) -> None:
        self._view.fit()
