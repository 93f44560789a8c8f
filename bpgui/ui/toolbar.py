"""The bar of training: start and steps, pace, progress, state."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSlider,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from bpgui.runs.answers import Frame
from bpgui.session.pace import POSITIONS, Pace
from bpgui.ui import run_words
from bpgui.ui.actions import ACTIONS, sentence_with_key
from bpgui.ui.commands import cannot_go_on
from bpgui.ui.icons import icon
from bpgui.ui.sizes import px, size, sized
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.widgets.findings import fix_link
from bpgui.ui.widgets.pill import Pill
from bpgui.ui.widgets.readout import Readout

if TYPE_CHECKING:
    from bpgui.session.session import Session

SECONDS_BETWEEN_TEXTS = 0.1
ICON = 16
# Buttons after Train and Step: with a word, or the icon alone.
BUTTONS = (("finish", False), ("stop", False), ("reset", True), ("new_seed", True))


def first_sentence(text: str) -> str:
    """The sentence that a text begins with, without its full stop."""
    return text.split(". ")[0].rstrip(".")


class TrainBar(QToolBar):
    """Made from ACTIONS; follows the trainer. `fix_requested(fix)` is asked for by the link beside a blocked Train."""

    fix_requested = Signal(object)

    def __init__(self, session: Session, actions: dict[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self._actions = actions
        self._last_text = 0.0
        self._train_means = ""
        self.setObjectName("toolBar")
        self.setWindowTitle(self.tr("Training"))
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.toggleViewAction().setVisible(False)
        inner = QWidget(self)
        inner.setObjectName("trainBar")
        inner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(inner)
        self._row.setContentsMargins(12, 8, 12, 8)
        self._row.setSpacing(6)
        self._make_buttons(inner)
        self._make_speed(inner)
        self._make_progress(inner)
        self.pill = Pill(inner)
        self._row.addWidget(self.pill)
        self.make_room(theme().scale == 1.0)
        # The gap below belongs to the bar, since a toolbar has no margins of its own.
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 8)
        column.addWidget(inner)
        self.addWidget(holder)
        trainer = session.trainer
        trainer.state_changed.connect(self._on_state_changed)
        trainer.framed.connect(self._on_framed)
        trainer.pace_changed.connect(self._on_pace_changed)
        trainer.run_changed.connect(self._on_run_changed)
        session.document.changed.connect(self._on_changed)
        self._on_pace_changed()
        self._on_run_changed()

    # ---- making

    def _make_buttons(self, parent: QWidget) -> None:
        self.train = self._button("train", parent, word=True)
        self.train.setProperty("train", True)
        sized(self.train, lambda w: w.setFixedWidth(px(92)))
        self._row.addWidget(self.train)
        self.step = QPushButton(self.tr("Step"), parent)
        self.step.setProperty("menu", True)
        sized(self.step, lambda w: w.setIconSize(size(ICON, ICON)))
        menu = QMenu(self.step)
        menu.setToolTipsVisible(True)
        menu.setAccessibleName(self.tr("Step"))
        menu.addActions([self._actions["step_batch"], self._actions["step_epoch"]])
        self.step.setMenu(menu)
        sentence = self.tr("Train on one batch (B) or for one epoch (E), then pause.")
        describe(self.step, self.tr("Step"), sentence, reference="term.step")
        self._row.addWidget(self.step)
        self.buttons = {key: self._button(key, parent, word=word) for key, word in BUTTONS}
        for button in self.buttons.values():
            self._row.addWidget(button)

    def _button(self, key: str, parent: QWidget, *, word: bool) -> QPushButton:
        action = self._actions[key]
        name = action.text().split("\t")[0].replace("&", "")
        button = QPushButton(name if word else "", parent)
        button.setObjectName(f"button-{key}")
        sized(button, lambda w: w.setIconSize(size(ICON, ICON)))
        # Clicks leave the keyboard where it was; Tab still gets here.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if not word:
            sized(button, lambda w: w.setFixedWidth(px(34)))
        describe(button, name, sentence_with_key(action))
        button.clicked.connect(action.trigger)
        button.setEnabled(action.isEnabled())
        action.enabledChanged.connect(button.setEnabled)
        return button

    def _make_speed(self, parent: QWidget) -> None:
        self._row.addSpacing(10)
        column = QVBoxLayout()
        column.setSpacing(0)
        self.speed = QSlider(Qt.Orientation.Horizontal, parent)
        self.speed.setRange(0, POSITIONS)
        self.speed.setPageStep(POSITIONS // 20)
        self.speed.setSingleStep(POSITIONS // 100)
        sized(self.speed, lambda w: w.setFixedSize(px(132), px(16)))
        describe(
            self.speed, self.tr("Speed"), self.tr("How fast training is shown: from one step a second to flat out.")
        )
        self.speed.valueChanged.connect(self._on_speed_moved)
        column.addWidget(self.speed)
        self.speed_text = ElidedLabel("", parent)
        self.speed_text.setProperty("small", True)
        sized(self.speed_text, lambda w: w.setFixedSize(px(132), px(16)))
        self.speed_text.setToolTip(self.speed.toolTip())
        column.addWidget(self.speed_text)
        self._row.addLayout(column)
        self._row.addSpacing(10)

    def _make_progress(self, parent: QWidget) -> None:
        self._pages = QStackedWidget(parent)
        running = QWidget(self._pages)
        column = QVBoxLayout(running)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.bar = QProgressBar(running)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        sized(self.bar, lambda w: w.setFixedHeight(px(6)))
        sentence = self.tr("How much of the planned epochs is done.")
        describe(self.bar, self.tr("Progress"), sentence, reference="term.epoch")
        column.addWidget(self.bar)
        self._line = line = QHBoxLayout()
        line.setSpacing(8)
        self.readout = Readout(run_words.LONGEST, running)
        self.readout.setAccessibleName(self.tr("Epoch and losses"))
        self.readout.setToolTip(self.tr("Epoch, mean loss of its batches, and loss of the validation rows after it."))
        self.rate = Readout("stopped by hand.", running, muted=True)
        self.rate.setAccessibleName(self.tr("Steps a second"))
        self.rate.setToolTip(self.tr("Steps a second, or why the run ended."))
        line.addWidget(self.readout)
        line.addStretch(1)
        line.addWidget(self.rate)
        column.addLayout(line)
        self._pages.addWidget(running)
        self._pages.addWidget(self._make_blocked())
        self._row.addWidget(self._pages, 1)
        self._row.addSpacing(6)

    def _make_blocked(self) -> QWidget:
        page = QWidget(self._pages)
        self._blocked_row = QHBoxLayout(page)
        self._blocked_row.setContentsMargins(0, 0, 0, 0)
        self._blocked_row.setSpacing(8)
        self.blocked = ElidedLabel("", page)
        self.blocked.mode = Qt.TextElideMode.ElideRight
        self.blocked.lines = 2
        self.blocked.setProperty("small", True)
        self.blocked.setProperty("bad", True)
        self.blocked.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._blocked_row.addWidget(self.blocked, 1)
        self.fix: QPushButton | None = None
        return page

    # ---- following

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        self._show_state()

    @Slot()
    def _on_run_changed(self) -> None:
        self._show_state()
        self._on_pace_changed()

    @Slot(object, object)
    def _on_changed(self, before: object, after: object) -> None:
        if self.session.document.blocked:
            self._show_blocked()

    def _show_state(self) -> None:
        trainer = self.session.trainer
        driver = trainer.driver if trainer.state == "ended" else None
        reason = driver.stop_reason if driver is not None else None
        word, tone, sentence = run_words.pill(trainer.state, reason)
        self.pill.show_state(word, tone, driver.stop_detail if driver is not None and driver.stop_detail else sentence)
        self._show_train_button()
        self._show_progress(reason)
        self._pages.setCurrentIndex(1 if trainer.state == "blocked" else 0)
        if trainer.state == "blocked":
            self._show_blocked()

    def _show_train_button(self) -> None:
        """Train, Pause, or where the run cannot go on both Reset and Train."""
        trainer = self.session.trainer
        means = "pause" if trainer.state == "training" else "restart" if cannot_go_on(trainer) else "train"
        if means == self._train_means:
            return
        self._train_means = means
        texts = {
            "train": (self.tr("Train"), self.tr("Train"), self.tr("Train the network.")),
            "pause": (self.tr("Pause"), self.tr("Pause"), self.tr("Pause where training is.")),
            "restart": (
                self.tr("Restart"),
                self.tr("Reset and train"),
                self.tr("Reset and train: this run cannot go on, a new one begins with the same first weights."),
            ),
        }
        text, name, sentence = texts[means]
        self.train.setText(text)
        self.train.setIcon(icon("pause" if means == "pause" else "play", theme().on_train))
        describe(self.train, name, f"{sentence} ({ACTIONS['train'].shortcut})", reference="term.step")

    def _show_blocked(self) -> None:
        document = self.session.document
        found = next((f for f in document.findings if f.severity == "error"), None)
        text = f"✕ {found.text}" if found else f"✕ {document.dataset_error}"
        self.blocked.set_text(text)
        self.blocked.setText(first_sentence(text))
        if self.fix is not None:
            self._blocked_row.removeWidget(self.fix)
            self.fix.hide()
            self.fix.deleteLater()
            self.fix = None
        if found is not None and found.fixes:
            self.fix = fix_link(found.fixes[0], found, self.fix_requested, self._pages.widget(1))
            self._blocked_row.addWidget(self.fix)

    @Slot(object)
    def _on_framed(self, frame: Frame) -> None:
        now = time.monotonic()
        if frame.settled or now - self._last_text >= SECONDS_BETWEEN_TEXTS:
            self._last_text = now
            self._show_progress(frame.progress.stop_reason)

    def _show_progress(self, reason: str | None) -> None:
        progress = self.session.trainer.progress
        self.bar.setValue(round(run_words.share(progress) * 1000))
        self.readout.set_text(run_words.readout(progress))
        if self.session.trainer.state == "ended":
            self.rate.set_text(run_words.reason(reason))
        else:
            self.rate.set_text(run_words.steps(progress) if self.session.trainer.state == "training" else "")

    # ---- pace

    @Slot(int)
    def _on_speed_moved(self, position: int) -> None:
        self.session.trainer.set_pace(Pace.at(position))

    @Slot()
    def _on_pace_changed(self) -> None:
        trainer = self.session.trainer
        blocked = self.speed.blockSignals(True)
        self.speed.setValue(trainer.pace.position)
        self.speed.blockSignals(blocked)
        self.speed_text.setText(run_words.speed(trainer.pace, trainer.progress.batches))
        self.speed.setAccessibleDescription(self.speed_text.text())

    def refresh_theme(self) -> None:
        """Draw the icons in the colours of the theme."""
        # A new stylesheet gives the layout the style's margins back; the bar lines up with the docks without them.
        self.layout().setContentsMargins(0, 0, 0, 0)
        self._train_means = ""
        self._show_train_button()
        self.make_room(theme().scale == 1.0)

    def make_room(self, roomy: bool) -> None:
        """Large type leaves no room for what the signs say as well."""
        self.rate.setVisible(roomy)
        self.readout.set_two_lines(not roomy)
        self.bar.parentWidget().layout().setSpacing(4 if roomy else 0)
        self._line.invalidate()  # nobody tells it while it is not seen
        for key, word in BUTTONS:
            button = self.buttons[key]
            button.setText(button.accessibleName() if word and roomy else "")
        self.step.setIcon(icon("step"))
        for key, button in self.buttons.items():
            button.setIcon(icon(ACTIONS[key].icon))
