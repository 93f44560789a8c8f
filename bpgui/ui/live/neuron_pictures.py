"""What each neuron of a layer on pictures looks for: its weights as a picture of the shape of the input."""

from __future__ import annotations

from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy

from bpgui.runs.answers import LayerWeights
from bpgui.runs.layer_numbers import NUMBER_KINDS, NumberKind
from bpgui.session.guard import guarded
from bpgui.ui.live.color_scale import BAR, HoldingScale, bar_width, draw_bar
from bpgui.ui.live.described import Picture
from bpgui.ui.live.drawing import cosmetic, opaque_image
from bpgui.ui.live.heatmap_colors import MISSING, CellColors
from bpgui.ui.live.heatmap_words import neuron_name, nothing_words
from bpgui.ui.live.kept import RENEWED
from bpgui.ui.live.neuron_layout import NeuronLayout
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.numbers import finite_range, format_number
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import Theme, theme

Floats = NDArray[Any]


class NeuronPictures(Picture):
    """Draws the W of a `LayerWeights` neuron by neuron, all on one scale; of colours, the mean of the channels.

    While a run trains they change ten times a second: a hundred of them are not followed any faster.

    Mouse: the number under the pointer, the wheel scrolls, with Ctrl it zooms, a double click fits. Keys: arrows go
    from neuron to neuron, + and − zoom, Home fits. `place_chosen(neuron, input)`: clicked, or Return pressed; −1 for
    the neuron as a whole.
    """

    place_chosen = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Pictures of the neurons"))
        self.setToolTip(
            self.tr("Each picture is a neuron: what its weights look for in the input, pixel by pixel, on one scale.")
        )
        self.kind = NUMBER_KINDS["weights"]
        self.scale = HoldingScale()
        self.layer: LayerWeights | None = None
        self.names: tuple[str, ...] = ()
        self.shape = (1, 1, 1)
        self.sound = False
        self.chosen: tuple[int, int, int] | None = None  # neuron, row and column; −1 for the neuron as a whole
        self._awaited = False
        self._painted_at = -RENEWED
        self._first, self._zoom = 0, 1.0
        self.refresh_theme(theme())

    # content

    def set_kind(self, kind: NumberKind) -> None:
        if kind is not self.kind:
            self.kind, self._awaited = kind, True
            self.scale.reset()
            self.update()

    def set_shape(self, shape: tuple[int, ...], *, sound: bool = False) -> None:
        """(height, width[, channels]) of an input; a `sound` has its low bands at the bottom."""
        full = (shape[0], shape[1], shape[2] if len(shape) > 2 else 1)
        if (full, sound) != (self.shape, self.sound):
            self.shape, self.sound = full, sound
            self.layer, self.chosen = None, None
            self.fit()

    def set_names(self, names: tuple[str, ...]) -> None:
        """Names of the neurons; where there are none they are numbered from 1."""
        if names != self.names:
            self.names = names
            self.update()

    def set_layer(self, layer: LayerWeights | None, settled: bool = True) -> None:
        """Show another layer's numbers, or newer ones; those of another shape are taken for none."""
        before = self.layer
        if layer is not None and layer.W.shape[0] != self.shape[0] * self.shape[1] * self.shape[2]:
            layer = None
        self.layer, self._awaited = layer, False
        if layer is None or before is None or before.W.shape != layer.W.shape:
            self.scale.reset()
            self.chosen = None
        if layer is not None:
            self.scale.hold(layer.W, settled=settled)
        self.renew_description(settled)
        if settled or before is None or monotonic() - self._painted_at >= RENEWED:
            self.update()

    def start_scale(self) -> None:
        self.scale.reset()

    @property
    def drawable(self) -> bool:
        return self.layer is not None and not self._awaited and 0 not in self.layer.W.shape

    def picture(self, neurons: range) -> Floats:
        """(neurons, height, width) numbers as they are drawn."""
        assert self.layer is not None
        W = self.layer.W[:, neurons.start : neurons.stop].T.reshape(len(neurons), *self.shape)
        with np.errstate(all="ignore"):  # of a run that has diverged
            flat = W[..., 0] if self.shape[2] == 1 else W.mean(axis=-1)
        return flat[:, ::-1] if self.sound else flat

    # painting

    def layout_now(self) -> NeuronLayout:
        count = int(self.layer.W.shape[1]) if self.layer is not None else 1
        room = self._room()
        title = small_metrics().height() - 2
        return NeuronLayout.fit(
            (room.width(), room.height()), count, self.shape[:2], title, self._first, self._zoom
        )  # fmt: skip

    def _room(self) -> QRectF:
        metrics = small_metrics()
        right, bottom = bar_width(metrics, self.scale.limit) + 6, metrics.height() + 6
        return QRectF(2.0, 2.0, max(self.width() - right - 2, 4.0), max(self.height() - bottom - 2, 4.0))

    def refresh_theme(self, theme: Theme) -> None:
        self._colors = CellColors(theme)
        self.update()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        self._painted_at = monotonic()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().panel)
            painter.setFont(small_font())
            if not self.drawable:
                self._paint_nothing(painter)
                return
            layout, room = self.layout_now(), self._room()
            image, broken = self._image(layout)
            painter.translate(room.topLeft())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, layout.pixel < 1.0)
            high, wide = layout.shape[0] * layout.pixel, layout.shape[1] * layout.pixel
            for place, neuron in enumerate(layout.shown()):
                source = QRectF(0, place * layout.shape[0], layout.shape[1], layout.shape[0])
                painter.drawImage(QRectF(*layout.corner(neuron), wide, high), image, source)
            self._paint_titles(painter, layout)
            self._paint_chosen(painter, layout)
            painter.resetTransform()
            self._paint_frame(painter, broken)

    def _image(self, layout: NeuronLayout) -> tuple[QImage, bool]:
        """The pictures in view, one below the other, and whether a number in them is not finite."""
        numbers = self.picture(layout.shown())
        cells = CellColors.indices(numbers.reshape(-1, layout.shape[1]), self.scale.limit)
        return opaque_image(self._colors.rgb(cells)), bool((cells == MISSING).any())

    def _paint_nothing(self, painter: QPainter) -> None:
        painter.setPen(theme().muted)
        text = "" if self._awaited else nothing_words(self.kind, self.layer)
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(self.rect().adjusted(8, 0, -8, 0), flags, text)

    def _paint_titles(self, painter: QPainter, layout: NeuronLayout) -> None:
        if not layout.title:
            return
        painter.setPen(theme().muted)
        metrics, wide = small_metrics(), layout.shape[1] * layout.pixel
        for neuron in layout.shown():
            left, top = layout.corner(neuron)
            name = self.names[neuron] if neuron < len(self.names) else str(neuron + 1)
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, wide)
            painter.drawText(QPointF(left, top - 3), text)

    def _paint_chosen(self, painter: QPainter, layout: NeuronLayout) -> None:
        if self.chosen is None or self.chosen[0] not in layout.shown():
            return
        neuron, row, column = self.chosen
        left, top = layout.corner(neuron)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(cosmetic(theme().accent))
        high, wide = layout.shape[0] * layout.pixel, layout.shape[1] * layout.pixel
        painter.drawRect(QRectF(left - 1, top - 1, wide + 1, high + 1))
        if row >= 0 and layout.pixel >= 3.0:
            painter.setPen(cosmetic(theme().text))
            corner = QPointF(left + column * layout.pixel, top + row * layout.pixel)
            painter.drawRect(QRectF(corner.x() - 0.5, corner.y() - 0.5, layout.pixel, layout.pixel))

    def _paint_frame(self, painter: QPainter, broken: bool) -> None:
        metrics, room, colors = small_metrics(), self._room(), theme()
        bar = QRectF(self.width() - bar_width(metrics, self.scale.limit), room.top(), BAR, room.height() - 1)
        draw_bar(painter, bar, self.scale.limit, self.tr("nan") if broken else "")
        painter.setPen(colors.muted if self.chosen is None else colors.text)
        text = metrics.elidedText(self.readout(), Qt.TextElideMode.ElideRight, self.width() - 4.0)
        painter.drawText(QPointF(2.0, self.height() - metrics.descent() - 1), text)
        if self.hasFocus():
            painter.setPen(cosmetic(colors.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    # reading

    def readout(self) -> str:
        """The number under the pointer, the chosen neuron, or which ones are in view."""
        if self.layer is None or not self.drawable:
            return ""
        if self.chosen is None:
            layout = self.layout_now()
            shown, label = layout.shown(), tr_label(self.kind.label).lower()
            if len(shown) == layout.count:
                return self.tr("{0} of each neuron, as a picture of the input").format(tr_label(self.kind.label))
            text = self.tr("{0} of neurons {1} to {2} of {3}")
            return text.format(label, shown.start + 1, shown.stop, layout.count)
        neuron, row, column = self.chosen
        numbers = self.picture(range(neuron, neuron + 1))[0]
        name = neuron_name(neuron, self.names)
        if row < 0:
            low, high = (format_number(v) for v in finite_range(numbers) or (None, None))
            return self.tr("{0}: {1} from {2} to {3}").format(name, self.kind.W, low, high)
        mean = self.tr("mean of the channels") if self.shape[2] > 1 else ""
        text = self.tr("{0}, pixel [{1}, {2}]: {3} = {4}").format(
            name, self.shape[0] - 1 - row if self.sound else row, column, self.kind.W,
            format_number(float(numbers[row, column])),
        )  # fmt: skip
        return f"{text}, {mean}" if mean else text

    def describe(self) -> str:
        if self.layer is None or not self.drawable:
            return nothing_words(self.kind, self.layer)
        if self.chosen is not None:
            return self.readout()
        low, high = (format_number(v) for v in finite_range(self.layer.W) or (None, None))
        text = self.tr("{0} pictures of {1} by {2} pixels, {3} from {4} to {5}")
        label = tr_label(self.kind.label).lower()
        return text.format(self.layer.W.shape[1], *self.shape[:2], label, low, high)

    # mouse and keys

    def _choose(self, place: tuple[int, int, int] | None) -> None:
        if place != self.chosen:
            self.chosen = place
            self.renew_description()
            self.update()

    def fit(self) -> None:
        """All pictures in view, as far as there is room."""
        self._first, self._zoom = 0, 1.0
        self.update()

    def _scroll(self, lines: int) -> None:
        self._first = self.layout_now().first + lines
        self._first = self.layout_now().first
        self.update()

    def _zoom_by(self, factor: float) -> None:
        self._zoom = min(max(self._zoom * factor, 0.1), 20.0)
        self.update()

    def hides_tooltip(self, place: QPoint) -> bool:
        return self._at(QPointF(place)) is not None

    def _at(self, place: QPointF) -> tuple[int, int, int] | None:
        corner = self._room().topLeft()
        return self.layout_now().at(place.x() - corner.x(), place.y() - corner.y()) if self.drawable else None

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._choose(self._at(event.position()))

    @guarded
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._ask(self._at(event.position()))

    def _ask(self, place: tuple[int, int, int] | None) -> None:
        if place is None:
            return
        neuron, row, column = place
        single = row >= 0 and self.shape[2] == 1 and not self.sound  # a pixel is one weight
        self.place_chosen.emit(neuron, row * self.shape[1] + column if single else -1)

    @guarded
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    @guarded
    def leaveEvent(self, event: QEvent) -> None:
        self._choose(None)

    @guarded
    def wheelEvent(self, event: QWheelEvent) -> None:
        turned, layout = event.angleDelta().y(), self.layout_now()
        if not self.drawable or not turned:
            event.ignore()
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_by(1.002**turned)
        elif layout.lines > layout.rows:
            self._scroll(-1 if turned > 0 else 1)
        else:
            event.ignore()
            return
        self._choose(self._at(event.position()))
        event.accept()

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        layout, key = self.layout_now(), Qt.Key(event.key())
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -layout.columns, Qt.Key.Key_Down: layout.columns,
            Qt.Key.Key_PageUp: -layout.columns * layout.rows, Qt.Key.Key_PageDown: layout.columns * layout.rows,
        }  # fmt: skip
        if not self.drawable:
            event.ignore()
        elif key in steps:
            neuron = layout.first * layout.columns if self.chosen is None else self.chosen[0] + steps[key]
            neuron = min(max(neuron, 0), layout.count - 1)
            line = neuron // layout.columns
            self._scroll(min(line - layout.first, 0) or max(line - layout.first - layout.rows + 1, 0))
            self._choose((neuron, -1, -1))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._zoom_by(0.8 if key == Qt.Key.Key_Minus else 1.25)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_0):
            self.fit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask(self.chosen)
        else:
            event.ignore()
