"""The control for a picture: a pad to draw on, beside it the pixels that the network is given."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from bpgui.data.encoder import Value
from bpgui.ui.live.draw_canvas import Floats
from bpgui.ui.live.draw_pad import DrawPad
from bpgui.ui.live.feature_controls import FeatureControl
from bpgui.ui.live.picture_facts import PictureFacts
from bpgui.ui.live.picture_pixels import PicturePixels
from bpgui.ui.live.text_switch import TextSwitch
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.controls import SwitchBox, describe
from bpgui.ui.widgets.elided import ElidedLabel


class PictureInput(FeatureControl):
    """All inputs of data that are one picture. A row or a file is taken pixel for pixel, a drawing is framed."""

    def __init__(self, facts: PictureFacts) -> None:
        super().__init__()
        self.facts = facts
        self.pad = DrawPad(facts)
        self.pixels = PicturePixels(facts)
        self.tools = TextSwitch(self.tr("Pen or eraser"), self)
        self.tools.set_choices(
            (
                ("pen", self.tr("pen"), self.tr("Draw with the mouse.")),
                ("eraser", self.tr("eraser"), self.tr("Rub out with the mouse.")),
            )
        )
        self.tools.choose("pen")
        self.centre = SwitchBox(self.tr("centre as in the data"), self)
        self.centre.set_value(True)
        self.clear_button = QPushButton(self.tr("clear"), self)
        self.clear_button.setProperty("quiet", True)
        describe(self.clear_button, self.tr("Clear the picture"), self.tr("Begin with an empty picture."))
        self.note = ElidedLabel("", self)
        self.note.mode = self.note.mode.ElideRight
        self.note.setProperty("small", True)
        self._values: Floats = np.zeros(facts.shape)
        self._came_from = ""
        self._lay_out()
        self.pad.drawn.connect(self._on_drawn)
        self.tools.chosen.connect(self._on_tool)
        self.centre.edited.connect(self._on_centre)
        self.clear_button.clicked.connect(self._on_clear)
        self._work_out()

    def _lay_out(self) -> None:
        framing = self.facts.framing
        self.centre.setVisible(framing is not None)
        describe(self.centre, self.tr("Centre as in the data"), self._about_framing())
        side = QVBoxLayout()
        side.setSpacing(2)
        side.addWidget(self.pixels, 1)
        side.addWidget(self.tools)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.pad, 2)
        top.addLayout(side, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top, 1)
        column.addWidget(self.note)
        below = QHBoxLayout()
        below.addWidget(self.centre)
        below.addStretch(1)
        below.addWidget(self.clear_button)
        column.addLayout(below)

    # content

    def values(self) -> tuple[Value, ...]:
        return tuple(self._values.ravel().tolist())

    def set_values(self, values: tuple[Value, ...]) -> None:
        self.take(np.array(values, dtype=np.float64).reshape(self.facts.shape), "")

    def take(self, values: Floats, came_from: str) -> None:
        """Show a picture (height, width, channels), to be drawn over; `came_from` a sentence about it. No signal."""
        self._came_from = came_from
        self.pad.load(values)
        self._work_out()

    def say_row(self, row: str) -> None:
        """Which row of the data it is that was just set."""
        self._came_from = self.tr("{0}, pixel for pixel").format(row)
        self.note.set_text(self._came_from)

    def take_bytes(self, picture: Floats, name: str) -> None:
        """An image file's pixels, 0..255 (height, width, channels), in the data's units."""
        low, high = self.facts.limits
        values = np.clip(
            low + np.asarray(picture, np.float64) * (high - low) / 255.0, self.facts.least, self.facts.most
        )
        height, width, _ = self.facts.shape
        self.take(values, self.tr("{0}, brought to {1} × {2} as the data's images are").format(name, height, width))
        self.edited.emit()

    def refresh_theme(self, theme: Theme) -> None:
        self.pad.refresh_theme(theme)
        self.pixels.refresh_theme(theme)

    def _work_out(self) -> None:
        """What the network gets of the sheet, and a line that says how."""
        canvas = self.pad.canvas
        self._values = canvas.values(framing=self.centre.value())
        self.pixels.set_values(self._values)
        framing = self.facts.framing
        self.centre.setEnabled(canvas.drawn)
        if not canvas.drawn:
            text = self._came_from or self.tr("a row of the data, pixel for pixel")
        elif framing is not None and self.centre.value():
            text = self._frame_words()
        else:
            text = self.tr("each pixel is the mean of its square")
        if text != self.note.text():
            self.note.set_text(text)

    def _frame_words(self) -> str:
        framing = self.facts.framing
        assert framing is not None
        length, side = f"{framing.length:.3g}", max(self.facts.shape[:2])
        if framing.by_weight:
            return self.tr("{0} of {1} pixels long, centred by weight").format(length, side)
        return self.tr("{0} of {1} pixels long, in the middle").format(length, side)

    def _about_framing(self) -> str:
        if self.facts.framing is None:
            return self.tr("The training pictures are not framed alike.")
        words = self._frame_words()
        return self.tr("Make what is drawn as large as in the training pictures: {0}.").format(words)

    # by hand

    @Slot()
    def _on_drawn(self) -> None:
        self._work_out()
        self.edited.emit()

    @Slot()
    def _on_clear(self) -> None:
        self.pad.empty()
        self._on_drawn()

    @Slot(str)
    def _on_tool(self, key: str) -> None:
        self.pad.rubbing = key == "eraser"

    @Slot(object)
    def _on_centre(self, on: object) -> None:
        self._on_drawn()
