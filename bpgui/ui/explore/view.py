"""What every way to look at the data is: a widget that is given the data when it comes in sight."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from bpgui.session.guard import guarded
from bpgui.ui.explore.source import Source
from bpgui.ui.theme import Theme


class ExploreView(QWidget):
    """`show_source` comes only while the view is in sight, once for each state of the data."""

    def show_source(self, source: Source) -> None:
        """Look at another state of the data; anything that takes longer than 10 ms is done beside the window."""
        raise NotImplementedError

    def refresh_theme(self, theme: Theme) -> None:
        """Draw in the colours of a new theme."""
        self.update()

    @guarded(default=QSize(420, 280))
    def sizeHint(self) -> QSize:
        return QSize(420, 280)
