"""What all panels share: a header, a body, and frames only while they can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.sizes import px
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import Theme, theme
from bpgui.ui.widgets.controls import REFERENCE, whats_this
from bpgui.ui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from bpgui.project.checks import Fix
    from bpgui.runs.answers import Frame
    from bpgui.session.session import Session
    from bpgui.ui.panels import PanelEntry

HEADER_HEIGHT = 36
MARGIN = 12


class PanelHeader(QFrame):
    """Title on the left, a slot for muted text and small controls on the right; a dock takes it as its title bar."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panelHeader")
        self.title = QLabel(title.upper(), self)
        self.title.setObjectName("panelTitle")
        self.title.setAccessibleName(title)
        # Clicks on the title drag the dock, so the label must let them through.
        self.title.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.note = ElidedLabel(parent=self)
        self.note.mode = Qt.TextElideMode.ElideRight
        self.note.setObjectName("panelNote")
        self.note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(MARGIN, 4, 8, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self.title)
        self._row.addWidget(self.note, 1)

    @guarded(default=QSize(120, HEADER_HEIGHT))
    def sizeHint(self) -> QSize:
        # A dock asks its title bar for this only, so a fixed height would not do.
        return QSize(super().sizeHint().width(), px(HEADER_HEIGHT))

    @guarded(default=QSize(120, HEADER_HEIGHT))
    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), px(HEADER_HEIGHT))

    def lead(self, widget: QWidget) -> None:
        """Put a small control before the title."""
        self._row.insertWidget(0, widget)
        self._row.setContentsMargins(4, 4, 8, 0)
        self._row.setSpacing(4)

    def add(self, widget: QWidget) -> None:
        """Put a small control at the right end."""
        self._row.addWidget(widget)


class Panel(QWidget):
    """Base of every panel.

    A subclass sets `key` and `title`, fills `self.body` (a QVBoxLayout), names what it wants to see in `probes()` and
    draws it in `show_frame()`. It is asked and called only while it is visible. Muted text: `set_note()`; controls
    in the header: `self.header.add()`. `room_wanted(height)` asks the dock for so many pixels.
    """

    room_wanted = Signal(int)

    key: str = ""
    title: str = ""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._drawn_in: Theme | None = None
        self.setObjectName(f"panel-{self.key}")
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.header = PanelHeader(self.tr(self.title), self)
        self.header.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        outer.addWidget(self.header)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(MARGIN, 4, MARGIN, MARGIN)
        self.body.setSpacing(8)
        outer.addLayout(self.body, 1)
        session.trainer.framed.connect(self._on_framed)

    def explain(self, entry: PanelEntry) -> None:
        """Take name, sentence and place in the reference of its entry, for what in it does not explain itself."""
        self.setWhatsThis(whats_this(self.tr(entry.title), self.tr(entry.help)))
        self.setProperty(REFERENCE, entry.reference)

    def probes(self) -> tuple[Any, ...]:
        """The questions whose answers this panel draws; none for most editing panels."""
        return ()

    def show_frame(self, frame: Frame) -> None:
        """Draw a frame; answers may lack a probe (a budget, or the question is newer than the frame)."""

    def take_actions(self, actions: dict[str, QAction]) -> None:
        """The window's actions by their keys in ACTIONS, for a panel that offers one where it is looked for."""

    def place_of(self, where: str) -> QWidget | None:
        """The control at a place that a finding names, made visible inside the panel; None where it is not here."""
        return None

    def complete(self) -> None:
        """Make what is not seen at once. Of a panel that the window has from the start, after its first paint."""

    def refresh_theme(self, theme: Theme) -> None:
        """Take the colours of a new theme; stylesheet colours change by themselves."""

    def scrolled(self, spacing: int) -> tuple[QWidget, QVBoxLayout]:
        """A column that scrolls up and down in the body: the widget inside and its layout."""
        self.body.setContentsMargins(0, 0, 0, 4)
        self.area = area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(area)
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(MARGIN, 0, MARGIN, 8)
        column.setSpacing(spacing)
        area.setWidget(inner)
        self.body.addWidget(area)
        return inner, column

    def set_note(self, text: str, *shorter: str) -> None:
        """The muted text at the right of the header; shorter ones where it has no room, an empty one for none."""
        self.header.note.shorter = shorter
        if self.header.note.text() != text:
            self.header.note.setText(text)

    def take_theme(self, new: Theme) -> None:
        """Redraw in the new colours, now or when next shown."""
        if self.isVisible() and self._drawn_in is not new:
            self._drawn_in = new
            self.refresh_theme(new)

    def update_probes(self) -> None:
        """Tell the trainer that `probes()` changed (another layer, another part)."""
        if self.isVisible():
            self.session.trainer.watch(self, self.probes())

    @Slot(object)
    def apply_fix(self, fix: Fix) -> None:
        """Take one way out of a finding, as an edit that can be undone."""
        self.session.document.edit(tr_label(fix.label), fix.change)

    @Slot(object)
    def _on_framed(self, frame: Frame) -> None:
        if self.isVisible():
            self.show_frame(frame)

    @guarded
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._drawn_in is not theme():
            self._drawn_in = theme()
            self.refresh_theme(self._drawn_in)
        self.session.trainer.watch(self, self.probes())

    @guarded
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.session.trainer.watch(self, ())


def bring_into_sight(panel: Panel, where: str) -> None:
    """Scroll to what a finding names, and give it the keyboard."""
    place = panel.place_of(where)
    if place is None:
        return
    above = place.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(place, 0, 40)
        above = above.parentWidget()
    place.setFocus(Qt.FocusReason.TabFocusReason)
