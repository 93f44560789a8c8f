"""The breadcrumb: from the station to the number that is looked at, each a way back."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from bpgui.session.explaining.walk import Walk
from bpgui.session.guard import guarded
from bpgui.ui.icons import icon
from bpgui.ui.sizes import px, size, sized
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel

LONGEST = 170  # pixels of a page's title on the way
SHOWN = 4  # pages of a long trail


class TrailBar(QWidget):
    """Words from the left; the last one is where one is."""

    def __init__(self, walk: Walk, parent: QWidget) -> None:
        super().__init__(parent)
        self.walk = walk
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self.back = QToolButton(self)
        self.back.setProperty("quiet", True)
        sized(self.back, lambda w: w.setFixedSize(px(24), px(24)))
        sized(self.back, lambda w: w.setIconSize(size(14, 14)))
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self.back, self.tr("Back"), self.tr("Back to the page before. (Backspace)"))
        self.back.clicked.connect(self.go_back)
        self.here = ElidedLabel("", self)
        self.here.mode = Qt.TextElideMode.ElideRight
        self.here.setProperty("strong", True)
        self.here.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._row.addWidget(self.back)
        self._row.addWidget(self.here, 1)
        self.crumbs: list[QPushButton] = []
        self._between: list[QLabel] = []

    @Slot()
    def go_back(self) -> None:
        self.walk.back_to(len(self.walk.trail) - 2)

    def refresh(self) -> None:
        """Show the walk's trail."""
        for widget in (*self.crumbs, *self._between):
            self._row.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.crumbs, self._between = [], []
        trail = self.walk.trail
        for depth, page in enumerate(trail[:-1]):
            if depth == 0 or depth >= len(trail) - SHOWN:
                self._add(depth, page.title)
        self.here.set_text(trail[-1].title if trail else "")
        self.back.setVisible(len(trail) > 1)

    def _add(self, depth: int, title: str) -> None:
        button = QPushButton(self)
        button.setProperty("link", True)
        metrics = QFontMetrics(button.font())
        button.setText(metrics.elidedText(title, Qt.TextElideMode.ElideRight, LONGEST))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(button, self.tr("Back to {0}").format(title), self.tr("Back to {0}.").format(title))
        button.clicked.connect(partial(self._on_crumb_clicked, depth))
        sign = QLabel(" › ", self)
        sign.setProperty("muted", True)
        for widget in (button, sign):
            self._row.insertWidget(self._row.count() - 1, widget)
            widget.show()
        self.crumbs.append(button)
        self._between.append(sign)

    def _on_crumb_clicked(self, depth: int, _checked: bool = False) -> None:
        self.walk.back_to(depth)

    def refresh_theme(self) -> None:
        self.back.setIcon(icon("back", theme().muted))

    @guarded(default=QSize(80, 24))
    def minimumSizeHint(self) -> QSize:
        return size(80, 24)
