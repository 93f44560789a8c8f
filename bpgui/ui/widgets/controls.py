"""Controls made from field records: the one place that decides which record becomes which control."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from bpgui.engine.fields import Field
from bpgui.ui.sizes import px, size, sized
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.number_box import NumberBox


class SwitchBox(QCheckBox):
    """A check box with the interface of the other controls."""

    edited = Signal(object)

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.clicked.connect(self._on_clicked)

    def value(self) -> bool:
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        """Show another state, without a signal."""
        self.setChecked(bool(value))

    @Slot(bool)
    def _on_clicked(self, checked: bool) -> None:
        self.edited.emit(checked)


# The property that holds a control's place in the reference.
REFERENCE = "reference"
Control = NumberBox | ChoiceBox | SwitchBox


def control_for(
    field: Field,
    parent: QWidget | None = None,
    *,
    empty: str | None = None,
    words: dict[float, str] | None = None,
) -> Control:
    """The control of a record, named and explained by it: a check box, a list, or a number field."""
    control: Control
    if isinstance(field.default, bool):
        control = SwitchBox(tr_label(field.label), parent)
    elif field.choices:
        control = ChoiceBox(parent)
        labels = field.labels or field.choices
        control.set_choices([(k, tr_label(text), "") for k, text in zip(field.choices, labels, strict=True)])
        control.set_value(str(field.default))
    else:
        control = NumberBox(field, parent, empty=empty, words=words)
    describe(control, tr_label(field.label), tr_label(field.help), reference=f"field.{field.name}")
    return control


def describe(widget: QWidget, name: str, sentence: str, *, reference: str = "") -> None:
    """Name a control for those who hear the window and explain it in one sentence to those who see it.

    `reference` is what F1 shows besides the sentence: a key of the reference ("term.batch"), or a kind with a dot
    ("activation.") to which the control's own `value()` is put.
    """
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(sentence)
    widget.setToolTip(sentence)
    widget.setWhatsThis(whats_this(name, sentence))
    if reference:
        widget.setProperty(REFERENCE, reference)


def whats_this(name: str, sentence: str) -> str:
    """The text of a control's What's This."""
    return f"<p><b>{escape(name)}</b></p><p>{escape(sentence)}</p>"


def small_button(parent: QWidget) -> QPushButton:
    """A quiet button with a sign and no words; a click leaves the keyboard where it was."""
    button = QPushButton(parent)
    button.setProperty("quiet", True)
    sized(button, lambda w: w.setFixedSize(px(24), px(24)))
    sized(button, lambda w: w.setIconSize(size(12, 12)))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def restyle(widget: QWidget) -> None:
    """After a property changed that the stylesheet asks about; one that was never shown is styled when it is."""
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)
