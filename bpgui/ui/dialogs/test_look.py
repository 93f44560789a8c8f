"""What a deliberate look at the sealed test part found."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from bpgui.engine.metrics import METRICS
from bpgui.runs.answers import TestAnswer
from bpgui.ui.dialogs.lists import ListDialog
from bpgui.ui.dialogs.score_grid import score_grid
from bpgui.ui.live.confusion_view import ConfusionView
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import count_text, tr_label
from bpgui.ui.theme import mono_font


class TestLookDialog(ListDialog):
    """The loss and every metric of the test rows, and which classes were taken for which."""

    __test__ = False  # no test of pytest's

    def __init__(self, answer: TestAnswer, looks: int, parent: QWidget) -> None:
        super().__init__(parent.tr("The test part"), parent)
        times = self.tr("once") if looks == 1 else self.tr("{0} times").format(looks)
        rows = count_text(answer.rows, self.tr("test row"), self.tr("test rows"))
        where = self.tr("{0}, with the weights of step {1}. Looked at {2}.").format(rows, answer.step, times)
        said = QLabel(where, self)
        said.setProperty("muted", True)
        said.setWordWrap(True)
        self.column.addWidget(said)
        self.column.addLayout(self._numbers(answer))
        if answer.confusion is not None:
            view = ConfusionView()
            # Cells are no higher than their numbers need.
            view.setFixedHeight(px(min(90 + 34 * len(answer.confusion.classes), 420)))
            view.set_answer(answer.confusion)
            self.column.addWidget(view, 1)
        hint = QLabel(self._hint(looks), self)
        hint.setProperty("small", True)
        hint.setWordWrap(True)
        self.column.addWidget(hint)
        sized(self, lambda w: w.setMinimumWidth(px(440)))
        # A text of several lines is as high as it is at that width.
        for label in (said, hint):
            label.setMinimumHeight(label.heightForWidth(px(408)))

    def _hint(self, looks: int) -> str:
        if looks == 1:
            return self.tr("The numbers to report: settings chosen by them would make these rows a second validation.")
        return self.tr("The more often settings are chosen by these numbers, the less they say about new data.")

    def _numbers(self, answer: TestAnswer) -> QGridLayout:
        rows = [(self.tr("Loss"), answer.loss, self.tr("The data loss, as while training."))]
        rows += [(tr_label(METRICS[key].label), value, tr_label(METRICS[key].help)) for key, value in answer.metrics]
        grid = score_grid(rows, self, mono_font())
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        return grid
