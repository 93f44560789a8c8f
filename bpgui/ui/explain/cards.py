"""The cards below the numbers: whether the engine agrees, what is pointed at, and what to do with the step."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from bpgui.engine.explain import TOLERANCES, Node, Share
from bpgui.engine.explain.node import LEAF
from bpgui.engine.explain.numbers import text
from bpgui.session.explaining.walk import Walk
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import count_text, group
from bpgui.ui.widgets.controls import describe, restyle
from bpgui.ui.widgets.elided import ElidedLabel

HEIGHT = 46


class Card(QFrame):
    """Two lines on a tone: "good", "bad" or "idle"."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("explainCard")
        sized(self, lambda w: w.setFixedHeight(px(HEIGHT)))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(10, 4, 8, 4)
        self.row.setSpacing(8)
        column = QVBoxLayout()
        column.setSpacing(0)
        self.first, self.second = ElidedLabel("", self), ElidedLabel("", self)
        self.second.setProperty("small", True)
        for line in (self.first, self.second):
            line.mode = Qt.TextElideMode.ElideRight
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            column.addWidget(line)
        self.row.addLayout(column, 1)

    def say(self, first: str, second: str = "", tone: str = "idle") -> None:
        """Show two lines."""
        self.first.set_text(first)
        self.second.set_text(second)
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            for widget in (self, self.first, self.second):
                restyle(widget)


class CheckCard(Card):
    """Whether the number, worked out from its terms, is the engine's."""

    def show_node(self, walk: Walk, node: Node | None) -> None:
        trace = walk.trace
        if node is None or trace is None:
            self.say("")
            return
        off = abs(node.value - node.worked)
        if node.kind == LEAF:
            first, second, tone = (
                self.tr("✓ The engine's own number"),
                self.tr("Nothing is worked out below it."),
                "good",
            )
        elif not node.recorded:
            first, tone = self.tr("Worked out here from its terms"), "idle"
            second = self.tr("The engine keeps no number for it.")
        elif node.agrees(TOLERANCES.get(str(trace.dtype), 1e-12)):
            first, tone = self.tr("✓ {0}: the engine agrees").format(node.symbol), "good"
            second = self._both(node, off)
        else:
            first, tone = self.tr("✕ {0}: the engine differs").format(node.symbol), "bad"
            second = self._both(node, off)
        self.say(first, second, tone)

    def _both(self, node: Node, off: float) -> str:
        return self.tr("engine {0}, from its terms to {1}").format(text(node.value, 8), text(off, 2))


class AboutCard(Card):
    """The number that is pointed at in words, or the first of the page."""

    def show_node(self, walk: Walk, node: Node | None) -> None:
        if node is None:
            self.say("")
            return
        self.say(node.label[:1].upper() + node.label[1:], self._more(walk, node))

    def _more(self, walk: Walk, node: Node) -> str:
        trace, asked = walk.trace, node.reference
        if trace is not None and isinstance(asked, Share) and node.count:
            parameter = asked.parameter
            whole = trace.array(trace.data_gradient, parameter.layer, parameter.name)[parameter.index]
            if whole:
                share = text(100 * node.value / float(whole), 3)
                return self.tr("This row's share of the batch gradient: {0} %").format(share)
        if node.note:
            return node.note
        return self.tr("Click any number to see where it comes from.") if node.count else ""


class OutcomeCard(Card):
    """At the end of the walk: what the step would do, and whether it is taken."""

    def __init__(self, walk: Walk, parent: QWidget) -> None:
        super().__init__(parent)
        self.walk = walk
        self.take = QPushButton(self.tr("Take this step"), self)
        self.take.setProperty("train", True)
        self._help = self.tr("Let the run take the very step that was explained.")
        self._why_not = self.tr("Only the next step of a run that pauses can be taken.")
        describe(self.take, self.tr("Take this step"), self._help)
        self.leave = QPushButton(self.tr("Leave it"), self)
        describe(self.leave, self.tr("Leave it"), self.tr("Leave the step untaken: the run is as it was."))
        for button in (self.take, self.leave):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.row.addWidget(button)
        self.take.clicked.connect(walk.take_step)
        self.leave.clicked.connect(walk.leave)

    def refresh(self) -> None:
        """Show what the walk's step does."""
        trace = self.walk.trace
        if trace is None:
            return
        self.take.setEnabled(self.walk.can_take)
        self.take.setToolTip(self._help if self.walk.can_take else self._why_not)
        if not trace.taken:
            self.say(self.tr("This step is not taken: its loss is not finite."), tone="bad")
            return
        actual, predicted = text(trace.actual_change, 4), text(trace.predicted_change, 4)
        first = self.tr("Actual change of the loss: {0}").format(actual)
        self.say(first, self.tr("Predicted: {0}, as if it were straight").format(predicted))
        if not trace.real:
            rows = count_text(len(trace.rows), self.tr("row"), self.tr("rows"))
            self.second.set_text(self.tr("Of {0} only: the run's own step takes its whole batch").format(rows))


class StaleCard(Card):
    """The run is no longer where the step was taken apart."""

    def __init__(self, walk: Walk, parent: QWidget) -> None:
        super().__init__(parent)
        self.walk = walk
        self.renew = QPushButton(self)
        describe(self.renew, self.tr("Explain the present step"), self.tr("Take the run's next step apart instead."))
        self.renew.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.renew.clicked.connect(walk.renew)
        self.row.addWidget(self.renew)

    def refresh(self) -> None:
        """Show how far the run has gone on."""
        trace, now = self.walk.trace, self.walk.step_now
        if trace is None:
            return
        self.say(
            self.tr("These are the numbers of step {0}").format(group(trace.step)),
            self.tr("The run has gone on to step {0}.").format(group(now)), "warn",
        )  # fmt: skip
        training = self.walk.trainer.state == "training"
        text = self.tr("Pause and explain") if training else self.tr("Explain step {0}").format(group(now + 1))
        self.renew.setText(text)
