"""The bug hunt: one line of a copy of the backward pass is wrong, and the gradient check tells which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bpgui.engine.fields import Field
from bpgui.engine.gradcheck import BUGS
from bpgui.project.names import layer_name
from bpgui.project.spec import Dense
from bpgui.session.guard import guarded
from bpgui.session.hunting import Hunting
from bpgui.ui.dialogs.buttons import dialog_button
from bpgui.ui.live.check_view import CheckView
from bpgui.ui.live.text_switch import TextSwitch
from bpgui.ui.texts import count_text, tr_label
from bpgui.ui.theme import theme
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.controls import control_for, describe, restyle
from bpgui.ui.widgets.number_box import NumberBox

if TYPE_CHECKING:
    from bpgui.session.session import Session

_SIZE, _SMALLEST = QSize(760, 620), QSize(520, 460)
_NUMBER = Field(
    "number", "Mistake number", 1,
    "The same number plants the same mistake in the same network: agree on it in class.",
    1, 9999,
)  # fmt: skip


class BugHuntDialog(QDialog):
    """Not modal: the diagram and the panels can be used beside it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("panel", True)
        self.setWindowTitle(self.tr("Bug hunt"))
        self.setMinimumSize(_SMALLEST)
        self.resize(_SIZE.boundedTo(parent.screen().availableGeometry().size() - QSize(32, 64)))
        self.session = session
        self.hunting = Hunting(session.trainer, self)
        self._make()
        self._arrange()
        session.trainer.run_changed.connect(self._on_run_changed)
        self.hunting.begun.connect(self._on_begun)
        self.hunting.changed.connect(self._show_enabled)
        self.view.parameter_chosen.connect(session.selection.select_parameter)
        self.finished.connect(self.hunting.forget)
        self.view.refresh_theme(theme())
        self._on_run_changed()

    def _make(self) -> None:
        self.told = QLabel(
            self.tr(
                "One line of a copy of the backward pass is wrong; your run is not touched. The gradient check below "
                "compares what the wrong copy gives with the slope of the loss. Where does it go wrong, and how?"
            ),
            self,
        )
        self.told.setWordWrap(True)
        number = control_for(_NUMBER, self)
        assert isinstance(number, NumberBox)
        self.number = number
        self.number.set_value(1)
        self.number.edited.connect(self._begin)
        self.layers = TextSwitch(self.tr("Layer whose derivatives are shown"), self)
        self.layers.chosen.connect(self._show_layer)
        self.view = CheckView(self.hunting, self)
        self.place, self.mistake = ChoiceBox(self), ChoiceBox(self)
        describe(self.place, self.tr("Where"), self.tr("The layer whose backward pass you take to be wrong."))
        describe(self.mistake, self.tr("Mistake"), self.tr("The line that you take to be wrong."))
        for box, text in ((self.place, self.tr("Where?")), (self.mistake, self.tr("Which mistake?"))):
            box.setPlaceholderText(text)
            box.setCurrentIndex(-1)
        self.place.edited.connect(self._on_place)
        self.mistake.edited.connect(self._show_enabled)
        sentence = self.tr("Let the program judge your guess.")
        self.guess = dialog_button(self.tr("Is it this?"), sentence, self, self._on_guess)
        self.guess.setDefault(True)
        sentence = self.tr("Give up on this one.")
        self.give_up = dialog_button(self.tr("Show the answer"), sentence, self, self._on_given_up)
        sentence = self.tr("Plant another mistake.")
        self.another = dialog_button(self.tr("Another"), sentence, self, self._on_another)
        self.verdict = QLabel(self)
        self.verdict.setWordWrap(True)
        self.verdict.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.told)
        head = QHBoxLayout()
        label = QLabel(self.tr("Mistake number"), self)
        label.setBuddy(self.number)
        head.addWidget(label)
        head.addWidget(self.number)
        head.addWidget(self.another)
        head.addStretch(1)
        head.addWidget(self.layers)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        guess = QHBoxLayout()
        guess.addWidget(self.place, 2)
        guess.addWidget(self.mistake, 5)
        guess.addWidget(self.guess)
        column.addLayout(guess)
        column.addWidget(self.verdict)
        foot = QHBoxLayout()
        foot.addWidget(self.give_up)
        foot.addStretch(1)
        sentence = self.tr("Leave the hunt; the run is as it was.")
        foot.addWidget(dialog_button(self.tr("Close"), sentence, self, self.close))
        column.addLayout(foot)

    @guarded
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "view"):
            self.view.refresh_theme(theme())

    # the hunt

    @Slot(object)
    def _begin(self, number: float) -> None:
        self._say("")
        self.hunting.begin(int(number))

    @Slot()
    def _on_another(self) -> None:
        number = int(self.number.value() or 0) % 9999 + 1
        self.number.set_value(number)
        self._begin(number)

    @Slot()
    def _on_run_changed(self) -> None:
        """Another network: the number plants a mistake in that one."""
        spec = self.session.document.spec
        dense = [layer for layer in spec.network.layers if isinstance(layer, Dense)]
        help = self.tr("The errors in the places of this layer's weights.")
        self.layers.set_choices([(layer.id, layer_name(spec, layer.id), help) for layer in dense])
        self._show_layer(dense[0].id)
        self._begin(self.number.value() or 1)

    @Slot()
    def _on_begun(self) -> None:
        hunt = self.hunting.hunt
        assert hunt is not None
        # The choice boxes speak in strings.
        self.place.set_choices([(str(at), name, "") for at, name in hunt.places])
        self.place.setCurrentIndex(-1)
        self.mistake.set_choices([])
        self._show_enabled()

    @Slot(object)
    def _on_place(self, place: str) -> None:
        """What can be wrong there."""
        hunt = self.hunting.hunt
        if hunt is not None:
            keys = hunt.mistakes(int(place))
            self.mistake.set_choices([(key, tr_label(BUGS[key].label), tr_label(BUGS[key].sign)) for key in keys])
            if self.mistake.value() not in keys:
                self.mistake.setCurrentIndex(-1)
        self._show_enabled()

    @Slot(str)
    def _show_layer(self, id: str) -> None:
        self.layers.choose(id)
        spec, data = self.session.document.spec, self.session.document.dataset
        dense = [layer for layer in spec.network.layers if isinstance(layer, Dense)]
        first, last = id == dense[0].id, id == dense[-1].id
        rows = data.feature_names if data is not None and first else ()
        columns = data.output_names if data is not None and last else ()
        self.view.show_layer(id, rows, columns)

    @Slot()
    def _on_guess(self) -> None:
        place, mistake = self.place.value(), self.mistake.value()
        if self.hunting.hunt is None or place is None or mistake is None:
            return
        verdict = self.hunting.guess(int(place), mistake)
        if verdict.right:
            tries = count_text(self.hunting.guesses, self.tr("guess"), self.tr("guesses"))
            self._say(f"✓ {verdict.text} ({tries})", bad=False)
        else:
            self._say(f"✗ {verdict.text}", bad=True)
        self._show_enabled()

    @Slot()
    def _on_given_up(self) -> None:
        if self.hunting.hunt is not None:
            self._say(self.hunting.give_up())
            self._show_enabled()

    def _say(self, text: str, *, bad: bool | None = None) -> None:
        self.verdict.setText(text)
        for name, value in (("bad", bad is True), ("good", bad is False)):
            self.verdict.setProperty(name, value)
        restyle(self.verdict)

    @Slot()
    def _show_enabled(self) -> None:
        under_way = self.hunting.hunt is not None and not self.hunting.found
        guessed = self.place.currentIndex() >= 0 and self.mistake.currentIndex() >= 0
        self.guess.setEnabled(under_way and guessed)
        self.give_up.setEnabled(under_way)
