"""The headers of the data's table: a column's name over what it is used for, and row numbers."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.explore.table_model import RIGHT, TableModel
from bpgui.ui.live.drawing import cosmetic, symbol_path
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.sizes import px, sized
from bpgui.ui.theme import theme

HEIGHT = 38


class ColumnHeader(QHeaderView):
    """Two lines a section; the sorted one carries a small arrow."""

    def __init__(self, model: TableModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._model = model
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        sized(self, lambda w: w.setMinimumSectionSize(px(44)))
        sized(self, lambda w: w.setFixedHeight(px(HEIGHT)))
        self.setAccessibleName(self.tr("Columns"))
        self.setToolTip(self.tr("Click a column to sort by it, again to turn the order round, and again to end it."))
        self.sorted: tuple[int, bool] | None = None  # section, descending

    @guarded(default=QSize(60, HEIGHT))
    def sectionSizeFromContents(self, section: int) -> QSize:
        name, use = self._model.heading(section)
        names, uses = QFontMetricsF(self.font()), small_metrics()
        return QSize(round(max(names.horizontalAdvance(name), uses.horizontalAdvance(use))) + 20, px(HEIGHT))

    @guarded
    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        colors, box = theme(), QRectF(rect)
        name, use = self._model.heading(section)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(box, colors.panel)
        painter.setPen(cosmetic(colors.panel_border))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        text = box.adjusted(8, 3, -8, -3)
        if self.sorted is not None and self.sorted[0] == section:
            self._paint_arrow(painter, text, self.sorted[1])
            text = text.adjusted(0, 0, -12, 0)
        flags = Qt.AlignmentFlag.AlignRight if self._model.align(section) == RIGHT else Qt.AlignmentFlag.AlignLeft
        spec = self._model.spec_at(section)
        ignored = spec is not None and spec.role == "ignore"
        painter.setFont(self.font())
        painter.setPen(colors.muted if ignored else colors.text)
        elided = QFontMetricsF(self.font()).elidedText(name, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, int(flags | Qt.AlignmentFlag.AlignTop), elided)
        painter.setFont(small_font())
        painter.setPen(colors.accent if spec is not None and spec.role == "target" else colors.muted)
        elided = small_metrics().elidedText(use, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, int(flags | Qt.AlignmentFlag.AlignBottom), elided)
        painter.restore()

    def _paint_arrow(self, painter: QPainter, box: QRectF, descending: bool) -> None:
        path = symbol_path("t" if descending else "t1", 6.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().accent)
        painter.drawPath(path.translated(box.right() - 4, box.top() + 8))


class RowHeader(QHeaderView):
    """The number of the row in the table, quietly."""

    def __init__(self, model: TableModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._model = model
        self.setAccessibleName(self.tr("Row numbers"))
        self.setToolTip(self.tr("The number of the row in the table as it was read."))

    @guarded
    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        colors, box = theme(), QRectF(rect)
        painter.save()
        painter.fillRect(box, colors.panel)
        painter.setFont(small_font())
        painter.setPen(colors.muted)
        painter.drawText(box.adjusted(4, 0, -8, 0), RIGHT, str(self._model.row_of(section) + 1))
        painter.restore()
