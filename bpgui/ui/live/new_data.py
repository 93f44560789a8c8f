"""A view on which new data can be predicted: by a button among its own, and by dropping files on it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QToolButton, QWidget

from bpgui.data.reading_process import SPARE
from bpgui.session.guard import guarded
from bpgui.ui.dropping import dropped_of
from bpgui.ui.icons import icon
from bpgui.ui.widgets.drop_hint import DropHint

ROOMY = 440  # pixels from which on there is room for words beside the other controls


class NewDataView(QWidget):
    """Nothing of it is there before `offer`. Files that cannot be predicted now are for the window."""

    def __init__(self) -> None:
        super().__init__()
        self._predict: QAction | None = None
        self._hint = DropHint(self)
        self.new_data = QToolButton(self)
        self.new_data.setText(self.tr("New data…"))
        self.new_data.setProperty("quiet", True)
        self.new_data.setAccessibleName(self.tr("Predict new data"))
        self.new_data.setIcon(icon("open"))
        self.new_data.hide()

    def offer(self, action: QAction, row: QBoxLayout) -> None:
        """Offer the window's action, as the first button of a row; files that are dropped are its data."""
        self._predict = action
        row.insertWidget(0, self.new_data)
        self.new_data.show()
        self.new_data.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()
        self.setAcceptDrops(True)

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        styles = Qt.ToolButtonStyle
        self.new_data.setToolButtonStyle(
            styles.ToolButtonTextOnly if self.width() >= ROOMY else styles.ToolButtonIconOnly
        )

    @Slot()
    def _follow(self) -> None:
        if self._predict is not None:
            self.new_data.setIcon(icon("open"))  # in the colours of the theme: the actions tell when these change
            self.new_data.setEnabled(self._predict.isEnabled())
            self.new_data.setToolTip(self._predict.toolTip())
            self.new_data.setAccessibleDescription(self._predict.toolTip())

    @guarded
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        paths = dropped_of(event.mimeData()).paths if event.mimeData().hasUrls() else ()
        if not paths or self._predict is None or not self._predict.isEnabled():
            event.ignore()
            return
        event.acceptProposedAction()
        SPARE.prepare()
        self._hint.show_over(self.tr("Drop to predict"), paths[0].name)

    @guarded
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hint.hide()

    @guarded
    def dropEvent(self, event: QDropEvent) -> None:
        self._hint.hide()
        event.acceptProposedAction()
        if self._predict is not None and self._predict.isEnabled():
            self._predict.setData(dropped_of(event.mimeData()).paths)
            # After the drop is over, so that the other program does not wait for us.
            QTimer.singleShot(0, self._predict, self._predict.trigger)
