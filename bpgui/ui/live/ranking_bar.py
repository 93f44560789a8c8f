"""Choosing a threshold: a slider, a number, and buttons that take the best one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QPushButton, QSlider, QToolButton, QWidget

from bpgui.engine.fields import Field
from bpgui.runs.choosing import RULES, Rule
from bpgui.ui.live.ranking_scale import STEPS, ThresholdScale
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.number_box import NumberBox

BUTTONS = ("best-f1", "cheapest")
_VALUES = (0.99, 0.95, 0.9, 0.8, 0.5)


class ThresholdBar(QWidget):
    """`moved(threshold)` while the slider is dragged; `edited(threshold)` once a person has settled on one.

    `asked(rule, value)` when the best one by a rule is wanted; None edited is the middle again.
    """

    moved = Signal(float)
    edited = Signal(object)
    asked = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = ThresholdScale()
        self.threshold = 0.5
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 20)
        self.slider.setSingleStep(STEPS // 200)
        sized(self.slider, lambda w: w.setMinimumWidth(px(80)))
        help = self.tr("From which output on a row counts as the second class.")
        describe(self.slider, self.tr("Threshold slider"), help, reference="term.threshold")
        self.slider.valueChanged.connect(self._on_slid)
        self.slider.sliderReleased.connect(self._on_released)
        self.box = NumberBox(Field("threshold", self.tr("Threshold"), 0.5, "", 1e-9, 1.0 - 1e-9), self)
        sized(self.box, lambda w: w.setFixedWidth(px(92)))
        describe(self.box, self.tr("Threshold"), help, reference="term.threshold")
        self.box.edited.connect(self.edited)
        self.buttons: dict[str, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        grid.addWidget(self.slider, 0, 0)
        grid.addWidget(self.box, 0, 1)
        row = QHBoxLayout()
        row.setSpacing(6)
        for name in BUTTONS:
            self.buttons[name] = self._button(RULES[name])
            row.addWidget(self.buttons[name])
        self.others = self._others()
        row.addStretch(1)
        row.addWidget(self.others)
        grid.addLayout(row, 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)

    def _button(self, rule: Rule) -> QPushButton:
        button = QPushButton(tr_label(rule.label), self)
        describe(button, tr_label(rule.label), tr_label(rule.help))
        button.clicked.connect(self._on_button)
        return button

    def _others(self) -> QToolButton:
        """A menu of the rules that have no button, and the way back."""
        button = QToolButton(self)
        button.setText(self.tr("Other ways"))
        button.setProperty("quiet", True)
        button.setProperty("menu", True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        sentence = self.tr("Choose the threshold by another rule, or none at all.")
        describe(button, self.tr("Other ways to choose"), sentence)
        menu = QMenu(button)
        for name, rule in RULES.items():
            if name in BUTTONS:
                continue
            if rule.default is None:
                self._add(menu, tr_label(rule.label), name, None)
                continue
            values = menu.addMenu(tr_label(rule.label))
            for value in _VALUES:
                self._add(values, f"{100 * value:g} %", name, value)
        menu.addSeparator()
        self._add(menu, self.tr("The middle again"), "", None)
        menu.triggered.connect(self._on_chosen)
        button.setMenu(menu)
        return button

    def _add(self, menu: QMenu, text: str, rule: str, value: float | None) -> None:
        action = menu.addAction(text)
        action.setData((rule, value))

    def set_scale(self, scale: ThresholdScale) -> None:
        """For outputs of another sort."""
        self.scale = scale
        low, high = (1e-9, 1.0 - 1e-9) if scale.shares else (-1e9, 1e9)
        self.box.field = Field("threshold", self.tr("Threshold"), scale.middle, "", low, high)

    def set_threshold(self, threshold: float) -> None:
        """Show another one, without a signal; a slider in the hand of a person stays."""
        if self.slider.isSliderDown():
            return
        self.threshold = threshold
        self.box.set_value(threshold)
        self.slider.blockSignals(True)
        self.slider.setValue(self.scale.step_of(threshold))
        self.slider.blockSignals(False)

    def set_able(self, able: bool) -> None:
        """Whether there is anything to choose by."""
        for button in (*self.buttons.values(), self.others):
            button.setEnabled(able)

    @Slot(int)
    def _on_slid(self, step: int) -> None:
        self.threshold = self.scale.value_of(step)
        self.box.set_value(self.threshold)
        self.moved.emit(self.threshold)
        if not self.slider.isSliderDown():
            self.edited.emit(self.threshold)

    @Slot()
    def _on_released(self) -> None:
        self.edited.emit(self.threshold)

    @Slot()
    def _on_button(self) -> None:
        for name, button in self.buttons.items():
            if button is self.sender():
                self.asked.emit(name, None)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        rule, value = action.data()
        if rule:
            self.asked.emit(rule, value)
        else:
            self.edited.emit(None)
