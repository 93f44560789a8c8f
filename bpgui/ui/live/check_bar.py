"""How the gradient is checked: the method, the size of its step, and a button that begins and ends it."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSlider, QWidget

from bpgui.engine.fields import Field
from bpgui.engine.gradcheck import CENTRAL, COMPLEX, CheckOptions
from bpgui.engine.gradcheck.results import STEPS
from bpgui.ui.live.text_switch import TextSwitch
from bpgui.ui.sizes import px, sized
from bpgui.ui.widgets.number_box import NumberBox

SHORTEST, LONGEST, IN_TEN = 1e-12, 1.0, 4  # of central differences, and stops of the slider in a power of ten
_STEP = Field(
    "epsilon", "Step", STEPS[CENTRAL], "How far each parameter is moved up and down.", SHORTEST, LONGEST, log=True
)


class CheckBar(QWidget):
    """`asked(CheckOptions)`: check with these; `left`: no longer."""

    asked = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.busy = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.methods = TextSwitch(self.tr("How the slope is found"), self)
        self.methods.set_choices(
            (
                (COMPLEX, self.tr("complex step"), self.tr("Im L(w + ih) / h: nothing cancels, so it is exact.")),
                (
                    CENTRAL, self.tr("central"),
                    self.tr("Central differences, (L(w + ε) − L(w − ε)) / 2ε: only as good as their step."),
                ),
            )
        )  # fmt: skip
        self.methods.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.methods.choose(COMPLEX)
        self.methods.chosen.connect(self._on_method)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, round(math.log10(LONGEST / SHORTEST)) * IN_TEN)
        self.slider.setAccessibleName(self.tr("Step size"))
        self.slider.setToolTip(self.tr("The step of the central differences, from 1e−12 to 1, by powers of ten."))
        self.box = NumberBox(_STEP, self)
        self.box.setAccessibleName(self.tr("Step size ε"))
        self.box.setToolTip(self.tr(_STEP.help))
        self.box.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
        sized(self.box, lambda w: w.setFixedWidth(px(76)))
        self.slider.valueChanged.connect(self._on_slid)
        self.box.edited.connect(self._on_typed)
        self.button = QPushButton(self)
        self.button.setProperty("link", True)
        self.button.clicked.connect(self._on_button)
        row.addWidget(self.methods)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)
        row.addStretch(0)
        row.addWidget(self.button)
        self._follow_slider(float(_STEP.default))
        self._show_method()
        self.show_busy(False)

    def options(self) -> CheckOptions:
        """What is set."""
        central = self.methods.key == CENTRAL
        return CheckOptions(CENTRAL, float(self.box.value() or STEPS[CENTRAL])) if central else CheckOptions()

    @Slot(float)
    def set_step(self, step: float) -> None:
        """Central differences with that step, and check."""
        self.methods.choose(CENTRAL)
        self._show_method()
        self.box.set_value(float(f"{step:.3g}"))
        self._follow_slider(step)
        self._ask()

    def show_busy(self, busy: bool) -> None:
        """Whether the button ends a check, or begins one."""
        self.busy = busy
        self.button.setText(self.tr("Cancel") if busy else self.tr("Check"))
        self.button.setAccessibleName(self.button.text())
        help = self.tr("Leave off; what was found before stays.") if busy else self.tr("Check the run's next step now.")
        self.button.setToolTip(help)

    def _follow_slider(self, step: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round(math.log10(step / SHORTEST) * IN_TEN))
        self.slider.blockSignals(False)

    def _show_method(self) -> None:
        central = self.methods.key == CENTRAL
        self.slider.setVisible(central)
        self.box.setVisible(central)

    def _ask(self) -> None:
        self.asked.emit(self.options())

    @Slot(str)
    def _on_method(self, method: str) -> None:
        self._show_method()
        self._ask()

    @Slot(int)
    def _on_slid(self, place: int) -> None:
        self.box.set_value(float(f"{SHORTEST * 10.0 ** (place / IN_TEN):.2g}"))
        self._ask()

    @Slot(object)
    def _on_typed(self, step: float) -> None:
        self._follow_slider(step)
        self._ask()

    @Slot()
    def _on_button(self) -> None:
        if self.busy:
            self.left.emit()
        else:
            self._ask()
