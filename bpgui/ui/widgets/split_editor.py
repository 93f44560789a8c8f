"""The split: how rows are parted, the shares as a bar to drag and as percentages to type, and the sealed test part."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bpgui.data.spec import Split
from bpgui.data.split import BY_COLUMN, METHODS
from bpgui.engine.fields import Field
from bpgui.ui.icons import pixmap
from bpgui.ui.numbers import short_number
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import group, tr_label
from bpgui.ui.theme import theme
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.data_words import METHOD_WORDS
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.widgets.number_box import NumberBox
from bpgui.ui.widgets.split_bar import SplitBar

# Changing one part takes from, or gives to, the training part.
PARTS = (
    Field("validation", "Validation", 20.0, "Share of the rows that only measure how training goes.", 0.0, 95.0, "%"),
    Field("test", "Test", 20.0, "Share of the rows that are kept sealed for the end.", 0.0, 95.0, "%"),
)


class SplitEditor(QWidget):
    """`edited((train, validation, test), done)` with fractions that add up to 1; `method_chosen`, `column_chosen`.

    `look_requested` asks to open the sealed test part.
    """

    edited = Signal(object, bool)
    method_chosen = Signal(object)
    column_chosen = Signal(object)
    look_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._split = Split()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._make_method())
        self.bar = SplitBar(self)
        describe(
            self.bar,
            self.tr("Split of the rows"),
            self.tr("Drag a border, or use the arrow keys, to change which share of the rows is trained on."),
        )
        self.bar.edited.connect(self.edited)
        column.addWidget(self.bar)
        column.addLayout(self._make_shares())
        column.addWidget(self._make_seal())
        self.seal.hide()

    def _make_method(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        label = QLabel(self.tr("Split"), self)
        label.setProperty("muted", True)
        self.method = ChoiceBox(self)
        words = [(key, tr_label(METHOD_WORDS[key][0]), tr_label(METHOD_WORDS[key][1])) for key in METHODS]
        self.method.set_choices(words)
        sentence = self.tr("How rows get to training, validation or test.")
        describe(self.method, self.tr("Way to split"), sentence, reference="term.split")
        self.method.edited.connect(self.method_chosen)
        label.setBuddy(self.method)
        self.column = ChoiceBox(self)
        describe(self.column, self.tr("Column to split by"), self.tr("The column that this way of splitting goes by."))
        self.column.edited.connect(self.column_chosen)
        line.addWidget(label)
        line.addWidget(self.method, 1)
        line.addWidget(self.column, 1)
        return line

    def _make_shares(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        self.train = _small(self)
        grid.addWidget(self.train, 0, 0)
        self.train_share = QLabel(self)
        sized(self.train_share, lambda w: w.setMinimumHeight(px(28)))
        grid.addWidget(self.train_share, 1, 0)
        self.labels: dict[str, QLabel] = {}
        self.boxes: dict[str, NumberBox] = {}
        for place, field in enumerate(PARTS, start=1):
            self.labels[field.name] = _small(self)
            grid.addWidget(self.labels[field.name], 0, place)
            box = NumberBox(field, self)
            box.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
            describe(box, self.tr(field.label), self.tr(field.help))
            box.edited.connect(self._on_typed)
            self.boxes[field.name] = box
            grid.addWidget(box, 1, place)
        for place in range(3):
            grid.setColumnStretch(place, 1)
        return grid

    def _make_seal(self) -> QWidget:
        self.seal = QWidget(self)
        line = QHBoxLayout(self.seal)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        self.looks = 0
        self.lock = QLabel(self.seal)
        self.lock.setAccessibleName(self.tr("Sealed"))
        self.sealed = ElidedLabel("", self.seal)
        self.sealed.mode = Qt.TextElideMode.ElideRight
        self.sealed.setProperty("small", True)
        self.look = QPushButton(self.tr("Look…"), self.seal)
        self.look.setProperty("link", True)
        self.look.clicked.connect(self.look_requested)
        line.addWidget(self.lock)
        line.addWidget(self.sealed, 1)
        line.addWidget(self.look)
        return self.seal

    # ---- showing

    def show_split(self, split: Split, counts: tuple[int, ...] | None) -> None:
        """`counts` are the rows of each part, None where the data cannot be used."""
        self._split = split
        shares = (split.train, split.validation, split.test)
        said = split.method == "column"
        if said and counts and sum(counts):
            # The column decides, not the fractions.
            shares = (counts[0] / sum(counts), counts[1] / sum(counts), counts[2] / sum(counts))
        self.bar.set_fractions(*shares)
        self.bar.setEnabled(not said)
        self.boxes["test"].setEnabled(not said)
        self.boxes["validation"].set_value(round(split.validation * 100, 4))
        self.boxes["test"].set_value(round((shares[2] if said else split.test) * 100, 2 if said else 4))
        self.train_share.setText(f"{short_number(round(shares[0] * 100, 2 if said else 4))} %")
        words = (self.tr("train"), self.tr("validation"), self.tr("test"))
        labels = (self.train, self.labels["validation"], self.labels["test"])
        for index, (label, word) in enumerate(zip(labels, words, strict=True)):
            label.setText(f"{word} {group(counts[index])}" if counts else word)
        self.bar.setAccessibleDescription(", ".join(label.text() for label in labels))
        self.method.set_value(split.method)

    def show_column(self, split: Split, columns: tuple[str, ...]) -> None:
        """`columns` are those that such a split can go by."""
        self.column.setVisible(split.method in BY_COLUMN)
        if split.method in BY_COLUMN:
            listed = columns if split.column in columns else (split.column, *columns)
            self.column.set_choices([(name, name, name) for name in listed])
            self.column.set_value(split.column)

    def show_seal(self, looks: int, *, there: bool, ready: bool) -> None:
        """How often the test part was looked at; `ready` is whether there is something to measure it with."""
        self.looks = looks
        self.seal.setVisible(there)
        times = self.tr("once") if looks == 1 else self.tr("{0} times").format(looks)
        state = self.tr("Test sealed") if not looks else self.tr("Test opened")
        self.sealed.set_text(self.tr("{0} · looked at {1}").format(state, times))
        self.look.setEnabled(ready)
        help = self.tr("Measure the trained network on the test rows; each look is counted, kept and shown.")
        if not ready:
            help = self.tr("Train first: there is nothing to measure yet.")
        describe(self.look, self.tr("Look at the test part"), help, reference="term.test_part")
        self.refresh_theme()

    def refresh_theme(self) -> None:
        self.lock.setPixmap(pixmap("lock-open" if self.looks else "lock", 14, theme().muted))
        self.update()

    @Slot(object)
    def _on_typed(self, _value: object) -> None:
        validation = round(float(self.boxes["validation"].value() or 0.0) / 100, 6)
        test = round(float(self.boxes["test"].value() or 0.0) / 100, 6)
        if self._split.method == "column":
            test = self._split.test  # the box says what the column made of it
        self.edited.emit((round(1.0 - validation - test, 6), validation, test), True)


def _small(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setProperty("small", True)
    return label
