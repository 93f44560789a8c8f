"""What the network is given of a picture: its pixels."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip

from bpgui.session.guard import guarded
from bpgui.ui.live.drawing import cosmetic
from bpgui.ui.live.given_values import GivenValues
from bpgui.ui.live.picture_facts import PictureFacts
from bpgui.ui.live.picture_image import picture_image
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.numbers import format_number
from bpgui.ui.theme import theme


class PicturePixels(GivenValues[PictureFacts]):
    """The pixels, sharp, with their number under them; a tooltip reads the one that is pointed at."""

    def __init__(self, facts: PictureFacts) -> None:
        super().__init__(facts, np.zeros(facts.shape))
        self.setAccessibleName(self.tr("What the network sees"))
        self.setToolTip(self.tr("What the network sees: these pixels and nothing else."))

    def describe(self) -> str:
        height, width, _ = self.facts.shape
        inked = np.abs(self.facts.shares(self.values)).max(axis=-1) > 0.1
        return self.tr("{0} by {1} pixels, {2} of them inked").format(height, width, int(inked.sum()))

    def box(self) -> QRectF:
        """Where the pixels are."""
        height, width, _ = self.facts.shape
        room = self.height() - small_metrics().height() - 6.0
        cell = max(min((self.width() - 2.0) / width, room / height), 0.5)
        return QRectF(1.0, 1.0, cell * width, cell * height)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        colors, box = theme(), self.box()
        height, width, _ = self.facts.shape
        with QPainter(self) as painter:
            painter.drawImage(box, picture_image(self.values, self.facts.limits))
            painter.setPen(cosmetic(colors.field_border))
            painter.drawRect(box)
            painter.setFont(small_font())
            painter.setPen(colors.muted)
            text = self.tr("sees {0} × {1}").format(height, width)
            below = QRectF(0.0, box.bottom() + 3.0, float(self.width()), small_metrics().height() + 2.0)
            painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), text)

    @guarded(default=False)
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            box = self.box()
            cell = box.height() / self.facts.shape[0]
            row, column = int((event.y() - box.top()) // cell), int((event.x() - box.left()) // cell)
            if 0 <= row < self.facts.shape[0] and 0 <= column < self.facts.shape[1]:
                value = ", ".join(format_number(v) for v in self.values[row, column].tolist())
                said = self.tr("row {0}, column {1}: {2}").format(row + 1, column + 1, value)
                QToolTip.showText(event.globalPos(), said, self)
                return True
        return super().event(event)

    @guarded(default=QSize(84, 100))
    def sizeHint(self) -> QSize:
        return QSize(92, 108)

    @guarded(default=QSize(56, 72))
    def minimumSizeHint(self) -> QSize:
        return QSize(56, 72)
