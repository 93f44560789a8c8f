"""What covers the window while a file is dragged over it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget


class DropHint(QFrame):
    """ "Drop to open", over all of its parent; lets every event through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dropHint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title = QLabel(self)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._detail = QLabel(self)
        self._detail.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._detail.setProperty("small", True)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self._title)
        column.addWidget(self._detail)
        column.addStretch(1)
        self.hide()

    def show_for(self, mime: QMimeData) -> None:
        """Say what is being dragged."""
        urls = mime.urls() if mime.hasUrls() else []
        detail = urls[0].fileName() if urls else self.tr("a table as text")
        if len(urls) > 1:
            detail = self.tr("{0} and {1} more").format(detail, len(urls) - 1)
        self.show_over(self.tr("Drop to open"), detail)

    def show_over(self, title: str, detail: str) -> None:
        """Cover the parent."""
        self._title.setText(title)
        self._detail.setText(detail)
        margin = 8
        self.setGeometry(self.parentWidget().rect().adjusted(margin, margin, -margin, -margin))
        self.raise_()
        self.show()
