"""The head of the preview's columns: the name, below it the type, with a sign where it can be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.icons import pixmap
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import theme

if TYPE_CHECKING:
    from bpgui.ui.dialogs.import_table import PreviewModel

HEIGHT = 44
_MARGIN, _SIGN = 8, 10


class PreviewHeader(QHeaderView):
    """Paints two lines a column; a click asks for the menu of its types."""

    def __init__(self, rows: PreviewModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._rows = rows
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        sized(self, lambda w: w.setDefaultSectionSize(px(110)))

    @guarded(default=QSize(100, HEIGHT))
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEIGHT)

    @guarded
    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        if not 0 <= section < len(self._rows.found):
            return
        colors, found = theme(), self._rows.found[section]
        changeable = len(set(found.types) | {found.type}) > 1
        painter.save()
        painter.fillRect(rect, colors.panel)
        painter.setPen(colors.panel_border)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        inside = rect.adjusted(_MARGIN, 5, -_MARGIN, -5)
        flag = Qt.AlignmentFlag.AlignRight if self._rows.is_number(section) else Qt.AlignmentFlag.AlignLeft
        font = QFont(self.parentWidget().font())
        font.setBold(True)
        _line(painter, inside, font, found.name, flag | Qt.AlignmentFlag.AlignTop, colors.text)
        font = QFont(self.parentWidget().font())
        font.setPointSizeF(8.0 * colors.scale)
        below = inside.adjusted(0, 0, -(_SIGN + 4) if changeable else 0, 0)
        word = tr_label(found.type) + (" ⚠" if found.note else "")
        color = colors.warn if found.note else colors.muted
        _line(painter, below, font, word, flag | Qt.AlignmentFlag.AlignBottom, color)
        if changeable:
            sign = pixmap("chevron-down", _SIGN, colors.muted)
            painter.drawPixmap(inside.right() - _SIGN + 1, inside.bottom() - _SIGN - 1, sign)
        painter.restore()


def _line(painter: QPainter, rect: QRect, font: QFont, text: str, flags: Qt.AlignmentFlag, color: object) -> None:
    painter.setFont(font)
    painter.setPen(color)  # type: ignore[call-overload]
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, rect.width())
    painter.drawText(rect, flags, shown)
