"""The reference: what each activation, loss, optimizer, setting and term is. Made when first looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.panels.base import Panel
from bpgui.ui.sizes import px, sized
from bpgui.ui.theme import Theme

if TYPE_CHECKING:
    from bpgui.session.session import Session
    from bpgui.ui.reference.article import Article
    from bpgui.ui.reference.contents import Contents
    from bpgui.ui.reference.trail import Trail

FIRST = "term.forward_pass"
CONTENTS_WIDTH = 184


class ReferencePanel(Panel):
    """Contents on the left, the entry beside them.

    Keys: Alt+Left or Backspace back, Alt+Right on, Ctrl+F to look for words, Escape away (`left`).
    """

    left = Signal()

    key = "reference"
    title = "Reference"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.contents: Contents | None = None
        self.article: Article | None = None
        self.trail: Trail | None = None

    def _build(self) -> tuple[Contents, Article, Trail]:
        """Contents, article and trail, made at the first call."""
        if self.contents is None or self.article is None or self.trail is None:
            from bpgui.ui.reference.article import Article
            from bpgui.ui.reference.contents import Contents
            from bpgui.ui.reference.trail import Trail

            self.contents, self.article, self.trail = Contents(self), Article(self), Trail()
            sized(self.contents, lambda w: w.setFixedWidth(px(CONTENTS_WIDTH)))
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(self.contents)
            row.addWidget(self.article, 1)
            self.body.addLayout(row)
            self.contents.chosen.connect(self.show_entry)
            self.article.followed.connect(self.show_entry)
            self.article.back.clicked.connect(self.go_back)
            self.article.on.clicked.connect(self.go_on)
            for widget in (self, self.contents.line, self.contents.tree, *self.article.stops()):
                widget.installEventFilter(self)
        return self.contents, self.article, self.trail

    @Slot(str)
    def show_entry(self, key: str, asked: str = "") -> None:
        """Show an entry by its key; `asked` is the sentence of a control whose help this is. Raises KeyError."""
        _, article, trail = self._build()
        if key == article.key and not asked:
            return
        article.show_entry(key, asked)
        trail.go(key)
        self._mark(key)

    @Slot()
    def go_back(self) -> None:
        """To the entry before."""
        _, article, trail = self._build()
        if trail.can_go_back:
            article.show_entry(trail.back())
            self._mark(trail.key)

    @Slot()
    def go_on(self) -> None:
        """To the entry that one came back from."""
        _, article, trail = self._build()
        if trail.can_go_on:
            article.show_entry(trail.on())
            self._mark(trail.key)

    def _mark(self, key: str) -> None:
        contents, article, trail = self._build()
        contents.show_key(key)
        article.back.setEnabled(trail.can_go_back)
        article.on.setEnabled(trail.can_go_on)

    def refresh_theme(self, theme: Theme) -> None:
        if self.article is not None:
            self.article.refresh_theme()

    @guarded
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        _, article, _ = self._build()
        if not article.key:
            self.show_entry(FIRST)

    @guarded(default=False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Before list and text take these keys for their own ends, and the window Alt+Left for the explained step.
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        typing = self.contents is not None and watched is self.contents.line
        way = self._way(cast(QKeyEvent, event), typing=typing)
        if way is not None and event.type() == QEvent.Type.KeyPress:
            way()
        elif way is not None:
            event.accept()
        return way is not None

    def _way(self, event: QKeyEvent, *, typing: bool) -> Callable[[], None] | None:
        """What a key asks for here."""
        pressed = QKeySequence(event.keyCombination()).toString()
        ways: dict[str, Callable[[], None]] = {
            "Alt+Left": self.go_back, "Alt+Right": self.go_on, "Ctrl+F": self.look_for, "Esc": self._leave,
            "Backspace": self.go_back,
        }  # fmt: skip
        return None if typing and pressed == "Backspace" else ways.get(pressed)

    def _leave(self) -> None:
        """Escape: first the words that were typed, then the page."""
        contents, _, _ = self._build()
        if contents.line.text():
            contents.line.clear()
        else:
            self.left.emit()

    @Slot()
    def look_for(self) -> None:
        """Type words to look for."""
        contents, _, _ = self._build()
        contents.line.setFocus()
        contents.line.selectAll()

    @guarded
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.BackButton:
            self.go_back()
        elif event.button() == Qt.MouseButton.ForwardButton:
            self.go_on()
        else:
            event.ignore()
