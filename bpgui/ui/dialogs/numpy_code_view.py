"""Python code to look at: a read-only view with colours, packed blocks folded away."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.sizes import sized
from bpgui.ui.texts import group
from bpgui.ui.theme import mono_font, theme
from bpgui.ui.widgets.controls import describe

_LONG = 400  # characters between triple quotes, without a space, that are folded
_TOKEN = re.compile(
    r'(?P<comment>#.*)|(?P<string>f?"(?:[^"\\]|\\.)*")|(?P<name>(?<=\bdef )\w+)'
    rf"|(?P<keyword>\b(?:{'|'.join(keyword.kwlist)})\b)|(?P<number>\b\d[\w.]*(?:(?<=e)[+-]\d+)?)"
)
_QUOTES = '"""'
_INSIDE = 1  # the state of a line that ends within a long string


def folded(text: str, words: str) -> str:
    """The text with each packed block replaced by one line; `words` says what it was, with {0} for its length."""
    parts = text.split(_QUOTES)
    for i in range(1, len(parts), 2):
        if len(parts[i]) > _LONG and " " not in parts[i]:
            parts[i] = f"\n{words.format(group(len(parts[i])))}\n"
    return _QUOTES.join(parts)


class Highlighter(QSyntaxHighlighter):
    """Comments, strings, numbers, keywords and names of functions in the colours of the theme."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self.refresh_theme()

    def refresh_theme(self) -> None:
        """Colour everything anew."""
        colors = theme()
        chosen = {
            "comment": colors.muted, "string": colors.curve_validation, "number": colors.class_colors[3],
            "keyword": colors.accent, "name": colors.text,
        }  # fmt: skip
        for name, color in chosen.items():
            made = QTextCharFormat()
            made.setForeground(color)
            self._formats[name] = made
        self._formats["comment"].setFontItalic(True)
        self._formats["name"].setFontWeight(QFont.Weight.Bold)
        self.rehighlight()

    @guarded
    def highlightBlock(self, text: str) -> None:
        inside = self.previousBlockState() == _INSIDE
        start = 0
        while True:
            if inside:
                end = text.find(_QUOTES, start)
                stop = len(text) if end < 0 else end + len(_QUOTES)
                self.setFormat(start, stop - start, self._formats["string"])
                if end < 0:
                    break
                start, inside = stop, False
            opening = text.find(_QUOTES, start)
            for first, last, name in _tokens(text, start, len(text) if opening < 0 else opening):
                self.setFormat(first, last - first, self._formats[name])
            if opening < 0:
                break
            self.setFormat(opening, len(_QUOTES), self._formats["string"])
            start, inside = opening + len(_QUOTES), True
        self.setCurrentBlockState(_INSIDE if inside else 0)


def _tokens(text: str, start: int, stop: int) -> Iterator[tuple[int, int, str]]:
    """(first, last, kind) of each token with a colour."""
    for found in _TOKEN.finditer(text, start, stop):
        yield found.start(), found.end(), str(found.lastgroup)


class CodeView(QPlainTextEdit):
    """Read-only code in the fixed-pitch font."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("code")
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        sized(self, lambda w: w.setFont(mono_font(9.0)))
        self.setTabChangesFocus(True)
        describe(self, self.tr("Code"), self.tr("The Python script; what is packed in it is left out here."))
        self._highlighter = Highlighter(self.document())

    def show_code(self, text: str) -> None:
        """Another text, from its top."""
        self.setPlainText(text)

    @guarded
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_highlighter"):
            self._highlighter.refresh_theme()
