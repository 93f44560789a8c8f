"""The form of what can be set about a reading, made from the reader's own list of settings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from bpgui.data.readers import Setting
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.controls import describe, restyle
from bpgui.ui.widgets.form import FormRow

# These have a place of their own: the header of the preview, and the list of columns.
ELSEWHERE = ("types", "columns")
LONGEST_TEXT = 1000
# What an empty field says.
_EMPTY = {"rows": "all", "missing": "such as 9999, unknown"}
# For text that could not be read at all, so that the reader has named no settings: those that most often help.
TEXT_SETTINGS = (
    Setting(
        key="delimiter", label="Delimiter", value="",
        choices=(("", "as found"), (",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar"), (" ", "space")),
        help="The character between two values of a row.",
    ),
    Setting(
        key="header", label="First row holds names", value="", choices=(("", "as found"), ("yes", "yes"), ("no", "no")),
        help="Whether the table begins with the names of its columns.",
    ),
    Setting(
        key="skip", label="Lines left out first", value="",
        help="How many lines of title or comment stand before the table.",
    ),
    Setting(
        key="fill_short_rows", label="Fill short rows", value="no", choices=(("no", "no"), ("yes", "yes")),
        help="Take the values that a short row lacks as missing instead of refusing the file.",
    ),
)  # fmt: skip


class SettingsForm(QScrollArea):
    """A list where there are choices, else a field for text; `edited(key, text)` when the person sets another value."""

    edited = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._body = QWidget(self)
        self._body.setObjectName("scrolled")
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(6)
        self._column.addStretch(1)
        self.setWidget(self._body)
        self.controls: dict[str, ChoiceBox | QLineEdit] = {}
        self._rows: list[FormRow] = []
        self._problems: dict[str, QLabel] = {}

    def show_settings(self, settings: Sequence[Setting]) -> None:
        """Show these with the values that were read with; what is being typed is left alone."""
        settings = [setting for setting in settings if setting.key not in ELSEWHERE]
        if [s.key for s in settings] != list(self.controls) or any(map(self._is_other_control, settings)):
            self._rebuild(settings)
        for setting in settings:
            self._show_value(setting)
        self.setVisible(bool(settings))

    def say_problem(self, key: str, sentence: str) -> None:
        """Mark a control and say what is wrong beneath it; "" where all is well."""
        control, label = self.controls[key], self._problems[key]
        label.setText(sentence)
        label.setVisible(bool(sentence))
        control.setProperty("invalid", bool(sentence))
        restyle(control)

    def _is_other_control(self, setting: Setting) -> bool:
        return isinstance(self.controls[setting.key], ChoiceBox) != bool(setting.choices)

    def _rebuild(self, settings: Sequence[Setting]) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows, self.controls, self._problems = [], {}, {}
        for place, setting in enumerate(settings):
            control: ChoiceBox | QLineEdit
            if setting.choices:
                control = ChoiceBox(self._body)
                control.edited.connect(partial(self._on_chosen, setting.key))
            else:
                control = QLineEdit(self._body)
                control.setMaxLength(LONGEST_TEXT)
                control.setPlaceholderText(tr_label(_EMPTY.get(setting.key, "as found")))
                control.setAcceptDrops(False)  # a file dropped here is for the dialog
                control.textEdited.connect(partial(self.edited.emit, setting.key))
            label = tr_label(setting.label)
            describe(control, label, tr_label(setting.help) or label)
            row = FormRow(label, control, self._body)
            problem = QLabel(row)
            problem.setProperty("bad", True)
            problem.setWordWrap(True)
            problem.hide()
            row.layout().addWidget(problem)
            self._column.insertWidget(place, row)
            self._rows.append(row)
            self.controls[setting.key], self._problems[setting.key] = control, problem

    def _show_value(self, setting: Setting) -> None:
        control = self.controls[setting.key]
        if isinstance(control, ChoiceBox):
            choices = [(value, tr_label(label), "") for value, label in setting.choices]
            if setting.value not in dict(setting.choices):
                choices.append((setting.value, setting.value or self.tr("as found"), ""))
            control.set_choices(choices)
            control.set_value(setting.value)
        elif not (control.hasFocus() and control.isModified()):
            control.setText(setting.value)
            control.setCursorPosition(0)
        self.say_problem(setting.key, "")

    def _on_chosen(self, key: str, value: object) -> None:
        self.edited.emit(key, str(value))
