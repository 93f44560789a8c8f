"""The settings of a sample's points, made from its field records."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from bpgui.data.spec import Origin
from bpgui.project.samples import Sample
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.controls import Control, control_for
from bpgui.ui.widgets.number_box import NumberBox


class SampleFields(QWidget):
    """Label and control of each field side by side; `edited(name, value)`."""

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(8)
        self._sample = ""
        self._widgets: list[QWidget] = []
        self.controls: dict[str, Control] = {}

    def show_sample(self, sample: Sample | None, origin: Origin) -> None:
        """The fields of `sample` with the values of `origin`; nothing where there are none."""
        name = sample.name if sample else ""
        if name != self._sample:
            self._sample = name
            self._rebuild(sample)
        for field, control in self.controls.items():
            control.set_value(getattr(origin, field))
        self.setVisible(bool(self.controls))

    def _rebuild(self, sample: Sample | None) -> None:
        for widget in self._widgets:
            self._line.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._widgets, self.controls = [], {}
        for field in sample.fields if sample else ():
            control = control_for(field, self)
            control.edited.connect(partial(self._on_edited, field.name))
            if isinstance(control, NumberBox) and control.whole:
                # Long numbers need the room of the arrows; the arrow keys still work.
                control.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
            label = QLabel(tr_label(field.label), self)
            label.setProperty("muted", True)
            label.setBuddy(control)
            self._line.addWidget(label)
            self._line.addWidget(control, 1)
            self._widgets += [label, control]
            self.controls[field.name] = control

    def _on_edited(self, name: str, value: object) -> None:
        self.edited.emit(name, value)
