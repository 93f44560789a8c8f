"""One entry to read: its title, the curve, and the page with its links."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QTextBrowser, QToolButton, QVBoxLayout, QWidget

from bpgui.project.reference import KINDS, entry
from bpgui.project.reference.curves import curve_of
from bpgui.ui.icons import icon
from bpgui.ui.reference.curve_plot import CurvePlot
from bpgui.ui.reference.page import SCHEME, page, style
from bpgui.ui.sizes import size, sized
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe


class Article(QWidget):
    """`followed(key)` when a link is clicked; `back` and `on` are the buttons of the history."""

    followed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = ""
        self.back = self._button(self.tr("Back"), self.tr("Back to the entry before. (Alt+Left, Backspace)"))
        self.on = self._button(self.tr("On"), self.tr("On to the entry that you came back from. (Alt+Right)"))
        self.title = QLabel(self)
        self.title.setProperty("heading", True)
        self.title.setWordWrap(True)
        self.kind = QLabel(self)
        self.kind.setProperty("small", True)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.back)
        head.addWidget(self.on)
        head.addSpacing(4)
        head.addWidget(self.title, 1)
        head.addWidget(self.kind)
        self.asked = QLabel(self)
        self.asked.setObjectName("asked")
        self.asked.setWordWrap(True)
        self.plot = CurvePlot()
        self.note = QLabel(self)
        self.note.setProperty("small", True)
        self.note.setWordWrap(True)
        self.browser = QTextBrowser(self)
        self.browser.setObjectName("article")
        self.browser.setFrameShape(QFrame.Shape.NoFrame)
        self.browser.setOpenLinks(False)
        self.browser.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.browser.setAcceptDrops(False)  # a file dropped here is for the window
        describe(self.browser, self.tr("Text of the entry"), self.tr("Read it here; links lead to other entries."))
        self.browser.setToolTip("")  # would lie over what is being read
        self.browser.anchorClicked.connect(self._on_anchor_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.asked)
        column.addWidget(self.plot, 2)
        column.addWidget(self.note)
        column.addWidget(self.browser, 3)

    def _button(self, name: str, sentence: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("quiet", True)
        sized(button, lambda w: w.setIconSize(size(14, 14)))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(button, name, sentence)
        return button

    def stops(self) -> tuple[QWidget, ...]:
        """What can have the keyboard."""
        return self.back, self.on, self.plot, self.browser

    def show_entry(self, key: str, asked: str = "") -> None:
        """Another entry from its top; `asked` is the sentence of the control whose help was asked for. KeyError."""
        found = entry(key)
        self.key = key
        self.title.setText(tr_label(found.label))
        self.kind.setText(tr_label(KINDS[found.kind].title))
        self.asked.setText(asked)
        self.asked.setVisible(bool(asked))
        curve = curve_of(key)
        self.plot.setVisible(curve is not None)
        self.note.setText(tr_label(curve.note) if curve is not None else "")
        self.note.setVisible(bool(self.note.text()))
        if curve is not None:
            self.plot.show_curve(curve)
        self.refresh_theme()

    def refresh_theme(self) -> None:
        """The page and the signs in the colours and sizes of now."""
        self.back.setIcon(icon("chevron-left"))
        self.on.setIcon(icon("chevron-right"))
        self.plot.refresh_theme(theme())
        if self.key:
            self.browser.document().setDefaultStyleSheet(style(theme()))
            self.browser.setHtml(page(entry(self.key), theme()))

    @Slot(QUrl)
    def _on_anchor_clicked(self, url: QUrl) -> None:
        self.followed.emit(url.toString().removeprefix(SCHEME))
