"""The table as a picture of what is missing: bands of rows by columns."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpgui.data.inspection import MissingMap
from bpgui.session.guard import guarded
from bpgui.ui.live.described import Picture
from bpgui.ui.live.drawing import cosmetic, opaque_image
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.texts import group
from bpgui.ui.theme import Theme, mix, theme

LONGEST_NAME = 110.0  # pixels; the names of columns stand upright
MOST = 60  # columns whose names are measured
LEAST = 11.0  # pixels that a name needs


class MissingPlot(Picture):
    """Dark where all is there, bright where values are missing; points at a place to read it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Map of missing values"))
        self.setToolTip(self.tr("Rows downwards, columns to the right; bright is missing. Point at it to read it."))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.found: MissingMap | None = None
        self.cell: tuple[int, int] | None = None  # band, field
        self._image = QImage()

    def set_map(self, found: MissingMap) -> None:
        self.found, self.cell = found, None
        self._color()
        self.renew_description()
        self.update()

    def refresh_theme(self, theme: Theme) -> None:
        self._color()
        self.update()

    def _color(self) -> None:
        if self.found is None or not self.found.shares.size:
            self._image = QImage()
            return
        colors = theme()
        ramp = [mix(colors.neutral, colors.warn, 0.35 + 0.65 * step / 255) if step else colors.neutral
                for step in range(256)]  # fmt: skip
        table = np.array([color.rgb() for color in ramp], dtype=np.uint32)
        # However few are missing, it shows.
        steps = np.ceil(np.clip(self.found.shares, 0.0, 1.0) * 255).astype(np.intp)
        self._image = opaque_image(table[steps])

    def area(self) -> QRectF:
        """Where the map stands: over the names, right of the row numbers."""
        left = small_metrics().horizontalAdvance("0 000 000") + 8
        return QRectF(left, 4, max(self.width() - left - 4, 1.0), max(self.height() - self._names_height() - 8, 1.0))

    def _names_height(self) -> float:
        """As much as the names need, and not more than a third of everything."""
        if self.found is None:
            return 0.0
        fields = min(self.found.shares.shape[1], MOST)
        longest = max((small_metrics().horizontalAdvance(self._field_text(i)) for i in range(fields)), default=0.0)
        return min(longest + 4, LONGEST_NAME, self.height() / 3)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setFont(small_font())
            area = self.area()
            if self.found is None or self._image.isNull():
                return
            painter.drawImage(area, self._image)
            painter.setPen(cosmetic(theme().field_border))
            painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5))
            self._paint_rows(painter, area)
            self._paint_names(painter, area)
            if self.cell is not None:
                painter.setPen(cosmetic(theme().accent))
                painter.drawRect(self._box(*self.cell))

    def _box(self, band: int, field: int) -> QRectF:
        assert self.found is not None
        area, (bands, fields) = self.area(), self.found.shares.shape
        wide, high = area.width() / fields, area.height() / bands
        return QRectF(area.left() + field * wide, area.top() + band * high, wide, max(high, 2.0))

    def _paint_rows(self, painter: QPainter, area: QRectF) -> None:
        assert self.found is not None
        metrics, edges = small_metrics(), self.found.row_edges
        painter.setPen(theme().muted)
        for share, number in ((0.0, 1), (0.5, int(edges[-1]) // 2), (1.0, int(edges[-1]))):
            text = group(max(number, 1))
            base = area.top() + share * area.height() + metrics.capHeight() * (1 - share)
            painter.drawText(QPointF(area.left() - metrics.horizontalAdvance(text) - 6, base), text)

    def _paint_names(self, painter: QPainter, area: QRectF) -> None:
        assert self.found is not None
        metrics, fields = small_metrics(), self.found.shares.shape[1]
        wide = area.width() / fields
        every, room = max(1, int(np.ceil(LEAST / wide))), self._names_height()
        for field in range(0, fields, every):
            missing = bool(self.found.shares[:, field].any())
            painter.setPen(theme().text if missing else theme().muted)
            text = metrics.elidedText(self._field_text(field), Qt.TextElideMode.ElideRight, room)
            painter.save()
            painter.translate(area.left() + (field + 0.5) * wide + metrics.capHeight() / 2, area.bottom() + 5)
            painter.rotate(-90)
            painter.drawText(QPointF(-metrics.horizontalAdvance(text), 0), text)
            painter.restore()

    def _field_text(self, field: int) -> str:
        assert self.found is not None
        first, stop = int(self.found.column_edges[field]), int(self.found.column_edges[field + 1])
        names = self.found.names
        return names[first] if stop - first == 1 else f"{names[first]} … {names[stop - 1]}"

    # ---- reading

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area, place = self.area(), event.position()
        inside = self.found is not None and self.found.shares.size > 0 and area.contains(place)
        self.cell = None
        if inside and self.found is not None:
            bands, fields = self.found.shares.shape
            band = int((place.y() - area.top()) / area.height() * bands)
            field = int((place.x() - area.left()) / area.width() * fields)
            self.cell = (min(band, bands - 1), min(field, fields - 1))
        self.setToolTip(self.readout())
        self.update()

    @guarded
    def leaveEvent(self, event: QEnterEvent) -> None:
        self.cell = None
        self.update()

    def readout(self) -> str:
        """What is missing at the place pointed at."""
        if self.cell is None or self.found is None:
            return ""
        band, field = self.cell
        first, stop = int(self.found.row_edges[band]) + 1, int(self.found.row_edges[band + 1])
        rows = self.tr("row {0}").format(group(first)) if first == stop else f"{group(first)} – {group(stop)}"
        share = float(self.found.shares[band, field])
        return self.tr("{0}, {1}: {2} % missing").format(self._field_text(field), rows, f"{share * 100:.3g}")

    def describe(self) -> str:
        if self.found is None:
            return self.tr("nothing to show yet")
        missing = int(self.found.counts.sum())
        columns = int((self.found.counts > 0).sum())
        return self.tr("{0} values are missing, in {1} of {2} columns").format(
            group(missing), columns, len(self.found.names)
        )

    @guarded(default=QSize(420, 220))
    def sizeHint(self) -> QSize:
        return QSize(420, 220)
