"""The weights of one layer as coloured cells: rows are inputs, columns are units, the biases a row of their own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QSizePolicy

from bpgui.runs.answers import LayerWeights
from bpgui.runs.layer_numbers import NUMBER_KINDS, NumberKind
from bpgui.session.guard import guarded
from bpgui.ui.live.color_scale import BAR, HoldingScale, bar_width, draw_bar
from bpgui.ui.live.described import Picture
from bpgui.ui.live.drawing import cosmetic, lines
from bpgui.ui.live.heatmap_colors import MISSING, CellColors
from bpgui.ui.live.heatmap_labels import draw_labels, numbered, row_labels
from bpgui.ui.live.heatmap_layout import HeatmapLayout, Window
from bpgui.ui.live.heatmap_numbers import CellNumbers, cell_text
from bpgui.ui.live.heatmap_words import cell_words, matrix_words, nothing_words
from bpgui.ui.live.kept import Kept, blank
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import Theme, theme

GRID_CELL = 7.0
LONGEST_NAME = 60.0  # pixels for the names of the inputs
_WRAP = int(Qt.TextFlag.TextWordWrap)


class HeatmapView(Picture):
    """Draws a `LayerWeights`. Mouse: the number under the pointer, wheel zooms, dragging pans, a double click fits.

    Keys: arrows go from cell to cell, Return chooses it, + and − zoom, Home fits. `cell_chosen(row, column)`: clicked.
    """

    cell_chosen = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Weights"))
        self.setToolTip(
            self.tr(
                "Each cell is of one weight, from the input of its row to the neuron of its column; b are the biases."
            )
        )
        self.scale = HoldingScale()
        self.kind = NUMBER_KINDS["weights"]
        self.layer: LayerWeights | None = None
        self.row_names: tuple[str, ...] = ()
        self.column_names: tuple[str, ...] = ()
        self.cell: tuple[int, int] | None = None
        self._window: Window | None = None
        self._press: tuple[QPointF, Window] | None = None
        self._backdrop, self._overlay = Kept(), Kept()
        self._finite = self._settled = True
        self._awaited = False  # numbers of another kind, that are not there yet
        self._cells: tuple[NDArray[np.uint8], ...] = ()  # rows of the colour table: of W, of b
        self._limit = 0.0  # of the scale that they were made for
        self._layout: tuple[Any, HeatmapLayout] | None = None
        self._numbers = CellNumbers()
        self.refresh_theme(theme())

    # content

    def nothing(self) -> str:
        """Why no cell is drawn."""
        return nothing_words(self.kind, self.layer)

    def set_kind(self, kind: NumberKind) -> None:
        """Say what the numbers of the next layer are; they begin with a scale of their own."""
        if kind is not self.kind:
            self.kind, self._awaited = kind, True
            self.setAccessibleName(tr_label(kind.label))
            self._cells = ()
            self.scale.reset()
            self.update()

    def set_names(self, rows: tuple[str, ...], columns: tuple[str, ...]) -> None:
        """Names of inputs and units; where there are none they are numbered from 1."""
        if (rows, columns) != (self.row_names, self.column_names):
            self.row_names, self.column_names = rows, columns
            self._layout = None
            self._backdrop.forget()
            self.update()

    def set_layer(self, layer: LayerWeights | None, settled: bool = True) -> None:
        """Show a layer's numbers; another shape or layer starts the scale and the zoom again."""
        before = self.layer
        self.layer, self._settled, self._awaited = layer, settled, False
        if layer is None or before is None or before.id != layer.id or before.W.shape != layer.W.shape:
            self.scale.reset()
            self._window = self.cell = self._press = None
            self._layout = None
        parts = () if layer is None else (layer.W,) if layer.b is None else (layer.W, layer.b)
        self.scale.hold(*parts, settled=settled)
        self._finite = self.scale.finite
        drawn, limit = self._cells, self._limit
        self._limit = self.scale.limit
        self._cells = tuple(self.indices(v) for v in self._parts())
        self.renew_description(settled)
        # Colours that stay need no painting, but for the numbers in them or under the cursor.
        same = limit == self._limit and len(drawn) == len(self._cells) and all(map(np.array_equal, drawn, self._cells))
        if settled or not same or self.cell is not None or (self.numbers_fit and self._overlay.due()):
            self.update()

    def _parts(self) -> tuple[NDArray[Any], ...]:
        """W, and b as a row where there is one."""
        if self.layer is None or self.layer.W.ndim != 2:
            return ()
        return (self.layer.W,) if self.layer.b is None else (self.layer.W, self.layer.b[None, :])

    def start_scale(self) -> None:
        """Forget the largest value seen: another run."""
        self.scale.reset()

    @property
    def shape(self) -> tuple[int, int]:
        if self.layer is None or self.layer.W.ndim != 2:
            return 0, 0
        return int(self.layer.W.shape[0]), int(self.layer.W.shape[1])

    @property
    def drawable(self) -> bool:
        """Whether there is at least one cell with a finite number."""
        if self.layer is None or self._awaited or 0 in self.shape:
            return False
        return self._finite or bool(np.isfinite(self.layer.W).any())

    def value(self, row: int, column: int) -> float:
        """The number of a cell, row = inputs for the biases."""
        assert self.layer is not None
        if row >= self.shape[0]:
            return float(self.layer.b[column]) if self.layer.b is not None else math.nan
        return float(self.layer.W[row, column])

    # geometry

    def layout_now(self) -> HeatmapLayout:
        """Where the cells are at this size."""
        has_bias = self.layer is not None and self.layer.b is not None
        key = (self.width(), self.height(), self.shape, has_bias, self._window, self.row_names, self.scale.limit)
        if self._layout is None or self._layout[0] != key:
            metrics = small_metrics()
            labels = row_labels(self.row_names, self.shape[0])
            names = max((metrics.horizontalAdvance(n) for n in labels[:40] + labels[-1:]), default=0.0)
            left = min(max(names, metrics.horizontalAdvance("0")), LONGEST_NAME) + 8
            top, bottom = metrics.height() + 2, metrics.height() + 6
            right = bar_width(metrics, self.scale.limit) + 6
            room = QRectF(left, top, max(self.width() - left - right, 4.0), max(self.height() - top - bottom, 4.0))
            self._layout = (key, HeatmapLayout.fit(room, self.shape, has_bias, self._window))
        return self._layout[1]

    def bar_left(self) -> float:
        """Where the bar of the scale begins."""
        return self.width() - bar_width(small_metrics(), self.scale.limit)

    @property
    def numbers_fit(self) -> bool:
        return self._numbers.font(self.layout_now().cell) is not None

    # painting

    def refresh_theme(self, theme: Theme) -> None:
        self._colors = CellColors(theme)
        self._backdrop.forget()
        self._overlay.forget()
        self.update()

    def indices(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Rows of the colour table: 0 … 254 over the scale, 255 for what is not finite."""
        return self._colors.indices(values, self.scale.limit, finite=self._finite)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if not self.drawable:
                self._paint_nothing(painter)
                return
            layer, layout = self.layer, self.layout_now()
            cells, bias = self._cells[0], self._cells[1] if layer.b is not None else None
            broken = not self._finite and any(bool((a == MISSING).any()) for a in self._cells)
            painter.drawPixmap(0, 0, self._labels(layout, broken))
            self._paint_block(painter, cells, layout, layout.weights)
            if bias is not None and layout.bias is not None:
                self._paint_block(painter, bias, layout, layout.bias)
            if min(layout.cell) >= GRID_CELL or self.numbers_fit:
                painter.drawPixmap(0, 0, self._lettered(layout, cells, bias))
            self._paint_cursor(painter, layout)

    def _lettered(self, layout: HeatmapLayout, cells: NDArray[np.uint8], bias: NDArray[np.uint8] | None) -> QPixmap:
        """Lines between the cells and the numbers in them."""

        def make() -> QPixmap:
            pixmap = blank(self, QColor(0, 0, 0, 0))
            with QPainter(pixmap) as painter:
                if min(layout.cell) >= GRID_CELL:
                    painter.setPen(cosmetic(theme().panel))
                    painter.drawLines(lines(layout.grid()))
                if self.numbers_fit:
                    self._paint_numbers(painter, layout, cells, bias)
            return pixmap

        size = (self.width(), self.height(), self.devicePixelRatioF())
        numbers = self.layer if self.numbers_fit else None
        return self._overlay.picture(make, (size, layout, self.scale.limit), numbers, settled=self._settled)

    def _paint_nothing(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), theme().panel)
        painter.setPen(theme().muted)
        text = "" if self._awaited else self.nothing()
        painter.drawText(self.rect().adjusted(8, 0, -8, 0), int(Qt.AlignmentFlag.AlignCenter) | _WRAP, text)

    def _paint_block(self, painter: QPainter, cells: NDArray[np.uint8], layout: HeatmapLayout, into: QRectF) -> None:
        """Of a large matrix only what is in view is made a picture of."""
        view, (rows, columns) = layout.window, layout.in_view()
        rows, top, high = (range(1), 0.0, 1.0) if into is layout.bias else (rows, view.row, view.rows)
        image, _memory = self._colors.image(cells[rows.start : rows.stop, columns.start : columns.stop])
        source = QRectF(view.column - columns.start, top - rows.start, view.columns, high)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, min(layout.cell) < 1.0)
        painter.drawImage(into, image, source)

    def _paint_numbers(
        self, painter: QPainter, layout: HeatmapLayout, cells: NDArray[np.uint8], bias: NDArray[np.uint8] | None
    ) -> None:
        texts = self.cell_texts()
        shades = [bias[0, c] if bias is not None and r == self.shape[0] else cells[r, c] for r, c, _ in texts]
        self._numbers.draw(painter, layout, texts, self._colors.dark_text[shades].tolist())

    def cell_texts(self) -> list[tuple[int, int, str]]:
        """(row, column, text) of every cell with a painted number; row = inputs for the biases."""
        if not self.numbers_fit or self.layer is None:
            return []
        rows, columns = self.layout_now().in_view()
        cell = self.layout_now().cell
        compact, letters = self._numbers.compact(cell), self._numbers.letters(cell)
        every = rows if self.layer.b is None else (*rows, self.shape[0])
        found = [(r, c, self.text_of(self.value(r, c), compact)) for r in every for c in columns]
        return [place for place in found if len(place[2]) <= letters]

    def text_of(self, value: float, compact: bool) -> str:
        """A number as it stands in a cell."""
        return cell_text(value, self.scale.limit, compact)

    def _paint_cursor(self, painter: QPainter, layout: HeatmapLayout) -> None:
        colors = theme()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.cell is not None:
            painter.setPen(cosmetic(colors.text))
            painter.drawRect(layout.rect(*self.cell).adjusted(0, 0, -1, -1))
            self._paint_readout(painter)
        if self.hasFocus():
            painter.setPen(cosmetic(colors.accent))
            painter.drawRect(layout.weights.adjusted(-2, -2, 1, 1))

    def _paint_readout(self, painter: QPainter) -> None:
        painter.setFont(small_font())
        painter.setPen(theme().text if self.cell is not None else theme().muted)
        metrics = small_metrics()
        text = metrics.elidedText(self.readout(), Qt.TextElideMode.ElideRight, self.width() - 4)
        painter.drawText(QPointF(2, self.height() - metrics.descent() - 1), text)

    def _labels(self, layout: HeatmapLayout, broken: bool) -> QPixmap:
        def make() -> QPixmap:
            pixmap = blank(self, theme().panel)
            with QPainter(pixmap) as painter:
                painter.setFont(small_font())
                rows, columns = row_labels(self.row_names, self.shape[0]), numbered(self.column_names, self.shape[1])
                draw_labels(painter, layout, rows, columns)
                foot = (layout.bias or layout.weights).bottom()
                height = max(foot - layout.weights.top(), 60.0) - (20.0 if broken else 0.0)
                bar = QRectF(self.bar_left(), layout.weights.top(), BAR, height)
                self.draw_scale(painter, bar, broken)
                if self.cell is None:
                    self._paint_readout(painter)
            return pixmap

        size = (self.width(), self.height(), self.devicePixelRatioF())
        return self._backdrop.picture(make, (size, layout, self.scale.limit, broken, self.column_names, self.cell))

    def draw_scale(self, painter: QPainter, bar: QRectF, broken: bool) -> None:
        """What the colours stand for; `broken`: some cells hold no finite number."""
        draw_bar(painter, bar, self.scale.limit, self.tr("nan") if broken else "")

    # reading

    def readout(self) -> str:
        """The number under the cursor in words, or what the axes are."""
        if self.cell is None:
            return self.tr("rows: inputs · columns: neurons · b: biases")
        row, column = self.cell
        place = (row if row < self.shape[0] else -1, column)
        return cell_words(self.kind, place, self.value(row, column), self.row_names, self.column_names)

    def describe(self) -> str:
        if self.cell is not None:
            return self.readout()
        if self.layer is None or not self.drawable:
            return self.nothing()
        return matrix_words(self.kind, self.layer.W)

    def _choose(self, cell: tuple[int, int] | None) -> None:
        if cell != self.cell:
            self.cell = cell
            self.renew_description()
            self.update()

    # mouse and keys

    def hides_tooltip(self, place: QPoint) -> bool:
        return self.drawable and self.layout_now().cell_at(QPointF(place)) is not None

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.drawable:
            return
        layout = self.layout_now()
        if self._press is not None and self._window is not None:
            start, window = self._press
            moved = event.position() - start
            row = window.row - moved.y() / layout.cell[1]
            column = window.column - moved.x() / layout.cell[0]
            self._window = Window(row, column, window.rows, window.columns).within(self.shape)
            self.update()
        self._choose(self.layout_now().cell_at(event.position()))

    @guarded
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._window is not None:
            self._press = (event.position(), self._window)

    @guarded
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        moved = self._press is not None and self._window != self._press[1]
        self._press = None
        cell = self.layout_now().cell_at(event.position()) if self.drawable and not moved else None
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.cell_chosen.emit(*cell)

    @guarded
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def fit(self) -> None:
        """All cells in view."""
        self._window = self._press = None
        self.update()

    @guarded
    def wheelEvent(self, event: QWheelEvent) -> None:
        cell = self.layout_now().cell_at(event.position()) if self.drawable else None
        if cell is None or not event.angleDelta().y():
            event.ignore()
            return
        self._zoom(0.998 ** event.angleDelta().y(), cell)
        event.accept()

    def _zoom(self, factor: float, about: tuple[int, int]) -> None:
        whole = Window(0.0, 0.0, float(self.shape[0]), float(self.shape[1]))
        view = (self._window or whole).zoomed(factor, about[0] + 0.5, about[1] + 0.5, self.shape)
        self._window = None if view == whole else view
        self.update()

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        key = Qt.Key(event.key())
        if not self.drawable:
            event.ignore()
        elif key in arrows:
            down, right = arrows[key]
            row, column = self.cell or (-down, -right)
            last = self.shape[0] if self.layer is not None and self.layer.b is not None else self.shape[0] - 1
            self._choose((min(max(row + down, 0), last), min(max(column + right, 0), self.shape[1] - 1)))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._zoom(1.25 if key == Qt.Key.Key_Minus else 0.8, self.cell or (0, 0))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_0):
            self.fit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.cell is not None:
            self.cell_chosen.emit(*self.cell)
        else:
            event.ignore()

    @guarded
    def leaveEvent(self, event: QEvent) -> None:
        self._choose(None)
