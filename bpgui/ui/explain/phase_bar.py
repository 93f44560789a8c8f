"""The four phases as buttons, one station on or back, and a player that goes through all of them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from bpgui.engine.trace import PHASES
from bpgui.session.explaining.walk import Walk
from bpgui.session.guard import guarded
from bpgui.ui.icons import icon
from bpgui.ui.sizes import px, size, sized
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.controls import describe

# Seconds that a station is looked at.
PACES = (("slow", "Slow: 3 seconds a station", 3.0), ("middle", "1.5 seconds a station", 1.5),
         ("fast", "Fast: ½ second a station", 0.5))  # fmt: skip
HELP = {
    "Forward pass": "Each layer works out its neurons' numbers from those before it.",
    "Loss": "How far the outputs are from the targets.",
    "Backward pass": "Each layer is handed how the loss depends on its outputs, and hands it on.",
    "Update": "The optimizer makes new weights of the gradients.",
}


class PhaseBar(QWidget):
    """Drives a walk. `playing` says whether it runs by itself."""

    def __init__(self, walk: Walk, parent: QWidget) -> None:
        super().__init__(parent)
        self.walk = walk
        self.phases: dict[str, QPushButton] = {}
        self._seconds = PACES[1][2]
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(4)
        self._lines.setSizeConstraint(QBoxLayout.SizeConstraint.SetNoConstraint)  # minimumSizeHint says it
        chips, tools = QHBoxLayout(), QHBoxLayout()
        for row, stretch in ((chips, 1), (tools, 0)):
            row.setSpacing(4)
            self._lines.addLayout(row, stretch)
        for number, phase in enumerate(PHASES, 1):
            button = QPushButton(f"{number} {tr_label(phase)}", self)
            button.setProperty("chip", True)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            describe(button, tr_label(phase), f"{tr_label(HELP[phase])} ({number})", reference=phase)
            button.clicked.connect(partial(self._on_phase_clicked, phase))
            self.phases[phase] = button
            chips.addWidget(button)
        chips.addStretch(1)
        self.back = self._step("chevron-left", self.tr("One station back"), self.tr("One station back. (←)"), -1)
        self.on = self._step("chevron-right", self.tr("One station on"), self.tr("One station on. (→)"), +1)
        self.play = self._player()
        for widget in (self.back, self.on, self.play):
            tools.addWidget(widget)
        tools.addStretch(0)

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In two lines where one has no room for all."""
        narrow = self.width() < sum(self._widths()) + self._lines.spacing()
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if direction != self._lines.direction():
            self._lines.setDirection(direction)
            self.updateGeometry()

    def _widths(self) -> list[int]:
        """Of the phases, and of what goes from station to station."""
        return [self._lines.itemAt(line).sizeHint().width() for line in range(self._lines.count())]

    @guarded(default=QSize(240, 28))
    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + self._lines.spacing(), self._lines.sizeHint().height())

    @guarded(default=QSize(240, 28))
    def minimumSizeHint(self) -> QSize:
        return QSize(max(self._widths()), self._lines.sizeHint().height())

    def _step(self, name: str, title: str, sentence: str, stations: int) -> QToolButton:
        button = QToolButton(self)
        sized(button, lambda w: w.setIconSize(size(14, 14)))
        sized(button, lambda w: w.setFixedSize(px(28), px(28)))
        button.setProperty("icon", name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(button, title, sentence)
        button.clicked.connect(partial(self._on_step_clicked, stations))
        return button

    def _player(self) -> QToolButton:
        button = QToolButton(self)
        sized(button, lambda w: w.setIconSize(size(14, 14)))
        sized(button, lambda w: w.setFixedSize(px(46), px(28)))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("player", True)
        describe(button, self.tr("Play"), self.tr("Walk through the step by itself; the arrow chooses the pace. (P)"))
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        menu.setAccessibleName(self.tr("Pace"))
        group = QActionGroup(menu)
        for key, label, seconds in PACES:
            action = menu.addAction(tr_label(label))
            action.setObjectName(f"pace-{key}")
            action.setCheckable(True)
            action.setChecked(seconds == self._seconds)
            action.setData(seconds)
            group.addAction(action)
        menu.triggered.connect(self._on_pace_chosen)
        button.setMenu(menu)
        button.clicked.connect(self.toggle_play)
        return button

    # ---- what a person does

    def _on_phase_clicked(self, phase: str, _checked: bool = False) -> None:
        self.stop()
        self.walk.go_to_phase(phase)
        self.refresh()

    def _on_step_clicked(self, stations: int, _checked: bool = False) -> None:
        self.stop()
        self.walk.go(stations)

    @Slot(QAction)
    def _on_pace_chosen(self, action: QAction) -> None:
        self._seconds = float(action.data())
        self._timer.setInterval(round(self._seconds * 1000))

    @Slot()
    def toggle_play(self) -> None:
        """Play, from the beginning where one is at the end; or stop."""
        if self.playing:
            self.stop()
            return
        if self.walk.at_end:
            self.walk.go_to(0)
        self._timer.start(round(self._seconds * 1000))
        self._show_play()

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    @property
    def seconds(self) -> float:
        """That a station is looked at while it plays."""
        return self._seconds

    def stop(self) -> None:
        if self.playing:
            self._timer.stop()
            self._show_play()

    @Slot()
    def _on_tick(self) -> None:
        self.walk.go(1)
        if self.walk.at_end or self.walk.trace is None:
            self.stop()

    # ---- following

    def refresh(self) -> None:
        """Show where the walk is."""
        station = self.walk.station
        for phase, button in self.phases.items():
            button.setChecked(station is not None and station.phase == phase)
        self.back.setEnabled(self.walk.place > 0)
        self.on.setEnabled(not self.walk.at_end)

    def refresh_theme(self) -> None:
        self.back.setIcon(icon("chevron-left"))
        self.on.setIcon(icon("chevron-right"))
        self._show_play()

    def _show_play(self) -> None:
        self.play.setIcon(icon("pause" if self.playing else "play"))
        self.play.setAccessibleName(self.tr("Stop playing") if self.playing else self.tr("Play"))
