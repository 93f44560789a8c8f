"""The one stylesheet: a literal text with the names of theme colours in it."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import partial
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

from bpgui.resources import resources_folder
from bpgui.ui.theme import Theme, mix

if TYPE_CHECKING:
    from collections.abc import Mapping

_LENGTH = re.compile(r"(-?\d+)(px|pt)")

# Heights on a 4 px grid: controls 28, headers 36, bars 48.

_SHEET = Template(
    """
* { outline: 0; }
QMainWindow, QDialog { background: $window; }
QMainWindow::separator { background: $window; width: 8px; height: 8px; }
QMainWindow::separator:hover { background: $selection; }
QWidget { color: $text; }
QWidget:disabled { color: $disabled; }
QToolTip { background: $field; color: $text; border: 1px solid $field_border; padding: 4px; }

QMenuBar { background: $window; padding: 2px 8px; spacing: 2px; }
QMenuBar::item { background: transparent; color: $muted; padding: 4px 8px; border-radius: 4px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $field; color: $text; }
QMenu { background: $panel; border: 1px solid $field_border; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $panel_border; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QMenu { icon-size: 14px; }
QMenu::indicator { width: 14px; height: 14px; margin-left: 6px; }
QMenu::indicator:checked { image: url($check_mark); }
QMenu::right-arrow { image: url($chevron_right); width: 12px; height: 12px; margin-right: 6px; }

QStatusBar { background: $window; color: $muted; }
QStatusBar::item { border: 0; }
QStatusBar QLabel { color: $muted; }

#toolBar { background: $window; border: 0; padding: 0; spacing: 0; }
#trainBar { background: $panel; border-radius: 8px; }
QWidget[panel="true"] { background: $panel; border-bottom-left-radius: 8px; border-bottom-right-radius: 8px; }
QWidget[panel="true"][central="true"] { border-radius: 8px; }
#panelHeader { background: $panel; border-top-left-radius: 8px; border-top-right-radius: 8px; }
#panelTitle { color: $muted; font-weight: 600; font-size: 8pt; letter-spacing: 1px; }
#panelNote { color: $muted; font-size: 8pt; }
#panelHeader[folded="true"] { border-radius: 8px; }
QDockWidget { border: 0; }
QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget#scrolled { background: transparent; }

QLabel { background: transparent; }
QLabel[muted="true"] { color: $muted; }
QLabel[small="true"] { color: $muted; font-size: 8pt; }
QLabel[section="true"] { color: $muted; font-weight: 600; font-size: 8pt; letter-spacing: 1px; }
QLabel[bad="true"] { color: $bad; }
QLabel[good="true"] { color: $good; }
QLabel[warn="true"] { color: $warn; }
QLabel[strong="true"] { font-weight: 600; }
QLabel[heading="true"] { font-weight: 600; font-size: 12pt; }

QPushButton, QToolButton {
  background: $field; border: 1px solid $field_border; border-radius: 6px; padding: 0 12px; min-height: 26px;
}
QToolButton { padding: 0 8px; }
QToolButton[narrow="true"] { padding: 0 3px; }
QPushButton:hover, QToolButton:hover { background: $field_hover; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked { background: $selection; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { background: $panel; border-color: $panel_border; color: $disabled; }
QPushButton:default { border-color: $accent; }
QPushButton[train="true"] { background: $train; border-color: $train; color: $on_train; font-weight: 600; }
QPushButton[train="true"]:hover { background: $train_hover; }
QPushButton[train="true"]:focus { border-color: $text; }
QPushButton[train="true"]:disabled { background: $field; border-color: $panel_border; color: $disabled; }
QPushButton[link="true"] {
  background: transparent; border: 0; color: $accent; padding: 0 4px; text-align: left;
  min-height: 22px;
}
QPushButton[fold="true"] {
  background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 0; text-align: left;
  margin-left: -4px;
}
QPushButton[fold="true"]:hover { background: $field; }
QPushButton[fold="true"]:focus { border-color: $accent; }
QPushButton[link="true"]:hover { text-decoration: underline; }
QPushButton[link="true"]:focus { text-decoration: underline; border: 1px solid $accent; border-radius: 4px; }
QPushButton[link="true"]:disabled { color: $disabled; }
QPushButton[quiet="true"], QToolButton[quiet="true"] {
  background: transparent; border: 1px solid transparent; min-height: 22px; color: $muted; padding: 0 4px;
}
QPushButton[quiet="true"]:hover, QToolButton[quiet="true"]:hover { background: $field; color: $text; }
QPushButton[quiet="true"]:focus, QToolButton[quiet="true"]:focus { border-color: $accent; color: $text; }
QToolButton[quiet="true"]:checked, QPushButton[quiet="true"]:checked { background: transparent; color: $text; }
QToolButton[tab="true"] {
  background: transparent; border: 0; border-bottom: 2px solid transparent; border-radius: 0; padding: 0 4px;
  min-height: 22px; color: $muted; font-weight: 600; font-size: 8pt; letter-spacing: 1px;
}
QToolButton[tab="true"]:hover, QToolButton[tab="true"]:focus { color: $text; }
QToolButton[tab="true"]:focus { border-bottom-color: $field_border; }
QToolButton[tab="true"]:checked { color: $text; border-bottom-color: $accent; }
QPushButton[chip="true"], QToolButton[chip="true"] {
  background: $field; border: 1px solid $field_border; border-radius: 13px; padding: 0 12px; min-height: 24px;
}
QPushButton[chip="true"]:checked, QToolButton[chip="true"]:checked {
  background: $accent; border-color: $accent; color: $on_accent;
}
QPushButton::menu-indicator, QToolButton::menu-indicator {
  image: url($chevron_down); width: 10px; height: 10px; subcontrol-position: right center; subcontrol-origin: padding;
  right: 6px;
}
QToolButton[word="true"] { padding: 0 3px; }
QToolButton[word="true"]::menu-indicator { image: none; width: 0; }
QPushButton[menu="true"], QToolButton[menu="true"] { padding-right: 22px; }
QToolButton[wordmenu="true"] { padding: 0 14px 0 3px; }
QToolButton[wordmenu="true"]::menu-indicator { right: 2px; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
  background: $field; border: 1px solid $field_border; border-radius: 6px; padding: 0 8px; min-height: 26px;
  selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit > QToolButton { background: transparent; border: 0; padding: 0; min-height: 0; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { background: $field_hover; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus { border-color: $accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { background: $panel; color: $disabled; }
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"], QComboBox[invalid="true"] { border-color: $bad; }
QLineEdit[caution="true"], QAbstractSpinBox[caution="true"], QComboBox[caution="true"] { border-color: $warn; }
QAbstractSpinBox { padding-right: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
  subcontrol-origin: border; width: 20px; background: transparent; border: 0;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: 2px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: 2px; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $selection; }
QAbstractSpinBox::up-arrow { image: url($chevron_up); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url($chevron_down); width: 10px; height: 10px; }
QComboBox { padding-right: 0; }
QComboBox::drop-down { subcontrol-origin: padding; subcontrol-position: center right; width: 20px; border: 0; }
QComboBox::down-arrow { image: url($chevron_down); width: 12px; height: 12px; }
QComboBox QAbstractItemView {
  background: $panel; border: 1px solid $field_border; padding: 4px; selection-background-color: $selection;
  selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 24px; }

QCheckBox, QRadioButton { spacing: 8px; min-height: 26px; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator, QListView#names::indicator {
  width: 14px; height: 14px; border: 1px solid $field_border; border-radius: 4px; background: $field;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox:focus { color: $accent; }
QCheckBox::indicator:checked, QListView#names::indicator:checked {
  background: $accent; border-color: $accent; image: url($check);
}
QCheckBox::indicator:disabled { background: $panel; border-color: $panel_border; }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; }

QSlider:horizontal { min-height: 16px; background: transparent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $field_border; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: $accent; }
QSlider::handle:horizontal:hover { background: $text; }
QSlider::handle:horizontal:focus { background: $text; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled { background: $field_border; }

QProgressBar { background: $field_border; border: 0; border-radius: 3px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
  background: transparent; color: $muted; padding: 6px 12px; border: 0; border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { color: $accent; }
QTabWidget::pane { border: 0; }

QTableView, QTreeView, QListView, QTableWidget, QListWidget {
  background: $field; alternate-background-color: $panel; border: 1px solid $panel_border; border-radius: 6px;
  gridline-color: $panel_border; selection-background-color: $selection; selection-color: $text;
}
QTableView:focus, QListView:focus, QTreeView:focus { border-color: $accent; }
QTableView#metrics::item { padding: 0 8px; border: 0; }
QTableView#statistics::item { padding: 0 5px; border: 0; }
QTableView#statistics QHeaderView::section { padding: 4px 5px; }
QListView#names { padding-left: 4px; }
QListView#names::item { min-height: 26px; }
QTableView#preview::item { padding: 0 6px; border: 0; }
QHeaderView { background: transparent; border: 0; }
QHeaderView::section {
  background: $panel; color: $muted; border: 0; border-bottom: 1px solid $panel_border;
  padding: 4px 8px; font-size: 8pt;
}
QTableCornerButton::section { background: $panel; border: 0; }
QAbstractScrollArea::corner { background: transparent; border: 0; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $field_border; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }

#card { background: $field; border: 1px solid $field_border; border-radius: 8px; }
#rowCard { background: $field; border-radius: 6px; }
#finding { background: $warn_field; border: 1px solid $warn_border; border-radius: 6px; }
#finding QLabel { color: $warn; }
#finding[severity="error"] { background: $bad_field; border-color: $bad_border; }
#finding[severity="error"] QLabel { color: $bad; }
#finding QLabel[why="true"] { color: $text; }
#finding QPushButton[link="true"] { padding: 0 3px; margin-left: -3px; }
#finding QPushButton[link="true"]:focus { padding: 0 1px 0 0; margin-left: 0; }
#badge {
  background: $warn_field; border: 1px solid $warn_border; border-radius: 10px; padding: 0; min-height: 0;
  color: $warn; font-weight: 600; font-size: 8pt;
}
#badge[severity="error"] { background: $bad_field; border-color: $bad_border; color: $bad; }
#badge:hover { border-color: $text; }
#badge:focus { border: 2px solid $accent; }
#popover { background: $panel; border: 1px solid $field_border; }
QPushButton[wrapped="true"] {
  background: $field; border: 1px solid $field_border; border-radius: 6px; padding: 0; text-align: left;
}
QPushButton[wrapped="true"]:hover { background: $field_hover; border-color: $muted; }
QPushButton[wrapped="true"]:focus { border-color: $accent; }
QPushButton[wrapped="true"]:disabled { background: $panel; }
QPushButton[wrapped="true"][tone="chosen"] { border: 2px solid $accent; }
QPushButton[wrapped="true"][tone="chosen"] QLabel { color: $text; }
QPushButton[wrapped="true"][tone="good"] { background: $good_field; border: 2px solid $good_border; }
QPushButton[wrapped="true"][tone="good"] QLabel { color: $good; }
QPushButton[wrapped="true"][tone="bad"] { background: $bad_field; border: 2px solid $bad_border; }
QPushButton[wrapped="true"][tone="bad"] QLabel { color: $bad; }
QLabel[tone="good"] { color: $good; font-weight: 600; }
QLabel[tone="warn"] { color: $warn; font-weight: 600; }
#welcome { background: $panel; border: 1px solid $accent; border-radius: 8px; }
#explainCard { background: $field; border: 1px solid $field_border; border-radius: 6px; }
#explainCard[tone="good"] { background: $good_field; border-color: $good_border; }
#explainCard[tone="good"] QLabel { color: $good; }
#explainCard[tone="bad"] { background: $bad_field; border-color: $bad_border; }
#explainCard[tone="bad"] QLabel { color: $bad; }
#explainCard[tone="warn"] { background: $warn_field; border-color: $warn_border; }
#explainCard[tone="warn"] QLabel { color: $warn; }
QTreeView#terms { background: transparent; border: 0; border-top: 1px solid $panel_border; border-radius: 0; }
QToolButton[player="true"] { padding-right: 16px; }
QToolButton[player="true"]::menu-button { width: 16px; border: 0; }
QToolButton[player="true"]::menu-arrow { image: url($chevron_down); width: 10px; height: 10px; }
QTextBrowser#article { background: transparent; border: 1px solid transparent; padding: 0; }
QTextBrowser#article:focus { border-color: $accent; }
QTreeView#contents { background: transparent; border: 1px solid transparent; }
QTreeView#contents:focus { border-color: $accent; }
QTreeView#contents::item { min-height: 22px; }
QTreeView#contents::item:selected, QTreeView#contents::branch:selected { background: $selection; color: $text; }
#asked { background: $field; border-left: 3px solid $accent; border-radius: 4px; padding: 6px 8px; }
#pill { border-radius: 12px; padding: 0 10px; font-weight: 600; font-size: 8pt; background: $field; color: $muted; }
#pill[tone="live"], #pill[tone="done"] { background: $good_field; color: $good; border: 1px solid $good_border; }
#pill[tone="bad"] { background: $bad_field; color: $bad; border: 1px solid $bad_border; }
#pill[tone="warn"] { background: $warn_field; color: $warn; border: 1px solid $warn_border; }
#pill[tone="idle"] { background: $field; color: $text; border: 1px solid $field_border; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QMessageBox QLabel#qt_msgbox_label { font-weight: 600; min-width: 320px; }
QMessageBox QLabel#qt_msgbox_informativelabel { min-width: 320px; }
#dropPlace { background: $panel; border: 2px dashed $field_border; border-radius: 12px; }
#dropHint { background: $veil; border: 2px dashed $accent; border-radius: 12px; }
#dropHint QLabel { color: $text; font-size: 16pt; font-weight: 600; }
#dropHint QLabel[small="true"] { color: $text; font-size: 10pt; font-weight: 400; }
"""
)


def stylesheet(theme: Theme) -> str:
    """The sheet in the colours of `theme`."""
    colors = {f.name: getattr(theme, f.name) for f in fields(theme)}
    colors |= {
        "disabled": mix(theme.muted, theme.panel, 0.35),
        "good_border": mix(theme.good, theme.panel, 0.55),
        "bad_border": mix(theme.bad, theme.panel, 0.55),
        "warn_border": mix(theme.warn, theme.panel, 0.6),
    }
    texts: dict[str, str] = {name: color.name() for name, color in colors.items() if isinstance(color, QColor)}
    veil = QColor(theme.window)
    texts["veil"] = f"rgba({veil.red()}, {veil.green()}, {veil.blue()}, 225)"
    return _LENGTH.sub(partial(_scaled, theme), _SHEET.substitute(texts | dict(_images(theme))))


def _scaled(theme: Theme, length: re.Match[str]) -> str:
    """A length at the theme's scale; borders and the like by its stroke."""
    number = float(length[1])
    if length[2] == "pt":
        return f"{number * theme.scale:g}pt"
    return f"{round(number * (theme.stroke if abs(number) <= 2 else theme.scale))}px"


def _images(theme: Theme) -> Mapping[str, str]:
    folder = resources_folder() / "icons"
    shade = "dark" if theme.dark else "light"
    names = {
        "chevron_down": "sheet-chevron-down",
        "chevron_up": "sheet-chevron-up",
        "chevron_right": "sheet-chevron-right",
        "check": f"sheet-check-{shade}",
        "check_mark": f"sheet-mark-{shade}",
    }
    return {key: _url(folder / f"{name}.svg") for key, name in names.items()}


def _url(path: Path) -> str:
    return f'"{path.as_posix()}"'
