"""Before there is a file: a place to drop it, and which columns it needs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bpgui.data.encoder import Encoder
from bpgui.ui.dialogs.buttons import dialog_button

_SHOWN = 24


class StartPage(QWidget):
    """`files_wanted` and `folder_wanted` from its buttons; files are dropped on the whole dialog."""

    files_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame = QFrame(self)
        frame.setObjectName("dropPlace")
        column = QVBoxLayout(frame)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(10)
        column.addStretch(1)
        self.title = QLabel(self.tr("Drop a file with new rows here"), frame)
        self.title.setProperty("heading", True)
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.title)
        column.addLayout(self._make_buttons(frame))
        column.addSpacing(8)
        self.needed = QLabel(frame)
        self.needed.setTextFormat(Qt.TextFormat.PlainText)
        self.needed.setProperty("muted", True)
        self.needed.setWordWrap(True)
        self.needed.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.needed)
        column.addStretch(1)
        outer.addWidget(frame)

    def _make_buttons(self, parent: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        sentence = self.tr("Choose the file, or several, with the new rows.")
        self.choose = dialog_button(self.tr("Choose &files…"), sentence, parent, self.files_wanted, main=True)
        sentence = self.tr("Choose a folder of images, sounds or tables.")
        self.folder = dialog_button(self.tr("Choose f&older…"), sentence, parent, self.folder_wanted)
        row.addStretch(1)
        for button in (self.choose, self.folder):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def show_needs(self, encoder: Encoder) -> None:
        """Say which columns the network was trained on."""
        names = [column.name for column in encoder.inputs]
        lone = encoder.inputs[0]
        if len(names) == 1 and len(lone.shape) == 3:
            self.needed.setText(self.tr("Any files of the same sort as those of the data: they are made to fit."))
            return
        listed = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
        target = ", ".join(encoder.target.names)
        text = self.tr("It needs these columns, in any order: {0}.\nOthers do no harm. Where {1} is there too, the "
                       "predictions are compared with it.")  # fmt: skip
        self.needed.setText(text.format(listed, target))
