"""Columns that the file lacks: each can be taken from another column of it, so that nobody has to edit the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from bpgui.ui.dialogs.buttons import dialog_button
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import count_text
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.controls import describe

NOTHING = ""
_WIDEST = 260
HIGHEST = 360


class ColumnsPage(QWidget):
    """`chosen(columns)`: network's name -> file's name, when each missing one has a column and they are wanted so."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.boxes: dict[str, ChoiceBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setProperty("strong", True)
        self.title.setWordWrap(True)
        column.addWidget(self.title)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column.addWidget(self._area)
        self.problem = QLabel(self)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setProperty("muted", True)
        self.problem.setWordWrap(True)
        column.addWidget(self.problem)
        sentence = self.tr("Take each missing column from the one chosen for it; the file stays as it is.")
        text = self.tr("&Predict with these columns")
        self.use = dialog_button(text, sentence, self, self._on_use_clicked, main=True)
        column.addWidget(self.use, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def show_missing(
        self, name: str, missing: Sequence[tuple[str, str | None]], offered: Sequence[str], taken: Mapping[str, str]
    ) -> None:
        """`missing`: (the network's column, the one that may be meant); `offered`: what the file has to give."""
        count = count_text(len(missing), self.tr("column"), self.tr("columns"))
        text = self.tr("{0} lacks {1} that the network was trained on. Which of its columns hold the same?")
        self.title.setText(text.format(name, count))
        body = QWidget(self._area)
        body.setObjectName("scrolled")
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        self.boxes = {}
        choices = [(NOTHING, self.tr("choose a column"), ""), *((other, other, "") for other in offered)]
        for line, (wanted, likely) in enumerate(missing):
            label = QLabel(f"{wanted}", body)
            label.setTextFormat(Qt.TextFormat.PlainText)
            sized(label, lambda w: w.setMaximumWidth(px(_WIDEST)))
            box = ChoiceBox(body)
            box.set_choices(choices)
            box.set_value(taken.get(wanted) or likely or NOTHING)
            sized(box, lambda w: w.setMinimumWidth(px(_WIDEST)))
            describe(box, wanted, self.tr("The column of the file that holds {0}.").format(wanted))
            box.edited.connect(self._show_ready)
            label.setBuddy(box)
            hint = QLabel(self.tr("perhaps {0} is meant").format(likely) if likely else "", body)
            hint.setTextFormat(Qt.TextFormat.PlainText)
            hint.setProperty("small", True)
            grid.addWidget(label, line, 0)
            grid.addWidget(QLabel("←", body), line, 1)
            grid.addWidget(box, line, 2)
            grid.addWidget(hint, line, 3)
            self.boxes[wanted] = box
        grid.setColumnStretch(3, 1)
        self._area.setWidget(body)  # deletes the one before
        self._area.setMinimumHeight(min(body.sizeHint().height(), px(HIGHEST)) + 4)
        self._show_ready()

    def columns(self) -> dict[str, str]:
        """What is chosen so far."""
        return {wanted: str(box.value()) for wanted, box in self.boxes.items() if box.value()}

    @Slot()
    def _show_ready(self) -> None:
        chosen = list(self.columns().values())
        twice = sorted({name for name in chosen if chosen.count(name) > 1})
        open_ = [wanted for wanted, box in self.boxes.items() if not box.value()]
        if twice:
            self.problem.setText(self.tr("{0} is chosen twice: each column can stand for one.").format(twice[0]))
        elif open_:
            text = self.tr("Still without a column: {0}. Where the file does not have it, nothing can be predicted.")
            self.problem.setText(text.format(", ".join(open_[:8]) + (" …" if len(open_) > 8 else "")))
        else:
            self.problem.setText(self.tr("The file itself is not changed."))
        self.use.setEnabled(not twice and not open_)

    @Slot()
    def _on_use_clicked(self) -> None:
        self.chosen.emit(self.columns())
