"""The loss by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSlider, QWidget

from bpgui.runs.probes import Curve
from bpgui.session.explaining.spots import CurvePoint
from bpgui.ui.live.curve_view import BATCHES_UNTIL_EPOCH, CurveView
from bpgui.ui.live.text_switch import WordButton
from bpgui.ui.panels.base import Panel
from bpgui.ui.sizes import px, sized
from bpgui.ui.theme import Theme

if TYPE_CHECKING:
    from bpgui.project.spec import ProjectSpec
    from bpgui.runs.answers import Frame
    from bpgui.session.session import Session

QUESTION = Curve(2000, BATCHES_UNTIL_EPOCH)
SMOOTHEST, USUAL = 0.99, 0.8


def meaning(spec: ProjectSpec, tr: Any) -> str:
    """What a loss is the mean or sum of: "BCE, mean over rows and outputs"."""
    loss, reduction = spec.training.loss, spec.training.reduction
    over = tr("rows") if loss == "cce" else tr("rows and outputs")
    target = spec.data.target
    classes = target is not None and target.kind == "category"
    weighted = spec.data.weight is not None or (classes and spec.training.class_weights != "equal")
    plain = {"mean": tr("mean over {0}"), "sum": tr("sum over {0}"), "half_sum": tr("½ sum over {0}")}
    weighed = {
        "mean": tr("weighted mean over {0}"), "sum": tr("weighted sum over {0}"),
        "half_sum": tr("½ weighted sum over {0}"),
    }  # fmt: skip
    text = f"{loss.upper()}, {(weighed if weighted else plain)[reduction].format(over)}"
    if target is not None and target.kind == "number" and target.scaling != "none":
        text += tr(", standardised units")
    return text


class LossPanel(Panel):
    """Linear or logarithmic, smoothed or raw: switches in the header."""

    key = "loss"
    title = "Loss"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.curve = CurveView()
        self.curve.epoch_chosen.connect(self._on_epoch_chosen)
        self.body.addWidget(self.curve, 1)
        self.amount = QSlider(Qt.Orientation.Horizontal, self.header)
        self.amount.setRange(1, round(SMOOTHEST * 100))
        self.amount.setValue(round(USUAL * 100))
        sized(self.amount, lambda w: w.setFixedWidth(px(76)))
        self.amount.setAccessibleName(self.tr("Amount of smoothing"))
        self.amount.setToolTip(self.tr("How much of the curve before each point counts; the raw curve stays visible."))
        self.amount.hide()
        self.smooth = WordButton(
            self.tr("smooth"),
            self.tr("Draw a smoothed curve (exponential mean) over the raw one."),
            self.tr("Smooth the curve"),
            self.header,
        )
        self.log = WordButton(
            self.tr("log"),
            self.tr("Draw the loss on a logarithmic axis, where small losses can be told apart."),
            self.tr("Logarithmic axis"),
            self.header,
        )
        for control in (self.amount, self.smooth, self.log):
            self.header.add(control)
        self.smooth.toggled.connect(self._on_smoothing)
        self.amount.valueChanged.connect(self._on_smoothing)
        self.log.toggled.connect(self._on_log)
        session.document.changed.connect(self._on_document_changed)
        session.trainer.run_changed.connect(self._on_run_changed)
        self._on_document_changed()

    def probes(self) -> tuple[Any, ...]:
        return (QUESTION,)

    def show_frame(self, frame: Frame) -> None:
        answer = frame.answers.get(QUESTION)
        if answer is not None:
            self.curve.set_curve(answer, frame.progress.epochs, frame.settled)

    def refresh_theme(self, theme: Theme) -> None:
        self.curve.refresh_theme(theme)

    @Slot(float)
    def _on_epoch_chosen(self, epoch: float) -> None:
        self.session.walk.ask(CurvePoint(epoch))

    @Slot()
    def _on_smoothing(self) -> None:
        self.amount.setVisible(self.smooth.isChecked())
        self.curve.set_smoothing(self.amount.value() / 100 if self.smooth.isChecked() else 0.0)

    @Slot(bool)
    def _on_log(self, on: bool) -> None:
        self.curve.set_log(on)

    @Slot()
    def _on_document_changed(self) -> None:
        spec = self.session.document.spec
        self.curve.set_meaning(meaning(spec, self.tr))
        if self.session.document.blocked:
            self.curve.set_hint(self.tr("Training cannot start yet: see the check beside Train"))
        else:
            self.curve.set_hint(self.tr("Press Train (Space) to see the loss fall"))
        if self.curve.empty:
            self.curve.planned = spec.training.epochs
            self.curve.clear()

    @Slot()
    def _on_run_changed(self) -> None:
        """Another run: its curve comes with its first frame."""
        self.curve.fit()
        self.curve.clear()
