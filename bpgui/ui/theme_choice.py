"""The theme that was chosen for the window: light, dark, or what the system has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication

from bpgui.ui import settings
from bpgui.ui import theme as themes
from bpgui.ui.actions import refresh_icons

if TYPE_CHECKING:
    from bpgui.ui.main_window import MainWindow


class ThemeChoice(QObject):
    """Made before there is anything to style: `begin` draws what has been made by then."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._first = settings.theme_choice() if window.remember else "dark"
        themes.apply(QApplication.instance(), _wants_dark(self._first), projector=window.projector.on)

    def begin(self) -> None:
        """Draw the window as chosen, and follow the system from now on."""
        self.choose(self._first, keep=False)
        QApplication.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)

    def stop(self) -> None:
        QApplication.styleHints().colorSchemeChanged.disconnect(self._on_color_scheme_changed)

    def choose(self, choice: str, *, keep: bool = True) -> None:
        """Draw everything in the "light", the "dark" or the "system" theme."""
        window = self._window
        colors = themes.apply(QApplication.instance(), _wants_dark(choice), projector=window.projector.on)
        window.actions_by_key["projector"].setChecked(window.projector.on)
        window.actions_by_key[f"theme_{choice}"].setChecked(True)
        if window.opening.is_finished:
            refresh_icons(window.actions_by_key)
        window.toolbar.refresh_theme()
        window.status.refresh_theme()
        window.notice.refresh_theme()
        for dock in window.docks.values():
            dock.refresh_theme()
        for panel in window.panels.values():
            panel.take_theme(colors)
        if keep and window.remember:
            settings.set_theme_choice(choice)

    def chosen(self) -> str:
        """ "system", "light" or "dark"."""
        actions = self._window.actions_by_key
        return next(choice for choice in settings.THEMES if actions[f"theme_{choice}"].isChecked())

    @Slot(Qt.ColorScheme)
    def _on_color_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        if self.chosen() == "system":
            self.choose("system", keep=False)


def _wants_dark(choice: str) -> bool:
    """Whether "system", "light" or "dark" means dark colours now."""
    return themes.system_is_dark() if choice == "system" else choice == "dark"
