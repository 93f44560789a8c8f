"""The spectrogram of a sound: time to the right, pitch upwards, bright where it is loud."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from bpgui.data.sounds.spectrogram import LOWEST, mel
from bpgui.session.guard import guarded
from bpgui.ui.live.drawing import cosmetic
from bpgui.ui.live.given_values import GivenValues
from bpgui.ui.live.picture_image import picture_image
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.theme import theme

_HERTZ = (100, 250, 500, 1000, 2000, 4000, 8000, 16000)


@dataclass(frozen=True)
class SoundFacts:
    """`shape` (bands, frames, 1), `limits` the values of silence and of the loudest; `rate` in Hz, 0 = not known."""

    shape: tuple[int, int, int]
    limits: tuple[float, float]
    rate: int

    def height_of(self, hertz: float) -> float:
        """Where a frequency lies between the lowest edge of the picture, 0, and the highest, 1."""
        bands = self.shape[0]
        low, high = (float(mel(np.array(f))) for f in (min(LOWEST, self.rate / 20), self.rate / 2))
        # The middles of the bands are evenly apart, the first one step above the lowest frequency.
        band = (float(mel(np.array(hertz))) - low) / (high - low) * (bands + 1) - 1.0
        return (band + 0.5) / bands


class SpectrogramView(GivenValues[SoundFacts]):
    """One sound: (bands, frames, 1), the lowest band first."""

    def __init__(self, facts: SoundFacts) -> None:
        super().__init__(facts, np.full(facts.shape, facts.limits[0]))
        self.setAccessibleName(self.tr("Spectrogram"))
        self.setToolTip(self.tr("How loud each pitch is from the sound's beginning to its end: bright is loud."))

    def describe(self) -> str:
        bands, frames, _ = self.facts.shape
        loudest = int(np.argmax(self.values[..., 0].mean(axis=1))) + 1
        return self.tr("{0} bands by {1} moments; on the whole band {2} from below is the loudest").format(
            bands, frames, loudest
        )

    def ticks(self) -> list[tuple[float, str]]:
        """(height 0 … 1, text) of the frequencies that are named; too near ones are left out."""
        if not self.facts.rate:
            return []
        least = (small_metrics().height() + 1.0) / max(self._box().height(), 1.0)
        found: list[tuple[float, str]] = []
        for hertz in _HERTZ:
            height = self.facts.height_of(hertz)
            if 0.0 <= height <= 1.0 and (not found or height - found[-1][0] >= least):
                found.append((height, f"{hertz / 1000:g} kHz" if hertz >= 1000 else f"{hertz} Hz"))
        return found

    def _box(self) -> QRectF:
        metrics = small_metrics()
        left = metrics.horizontalAdvance("500 Hz") + 8.0 if self.facts.rate else 16.0
        line = metrics.height()
        return QRectF(left, line / 2, max(self.width() - left - 2.0, 8.0), max(self.height() - 1.5 * line - 6.0, 8.0))

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        colors, box, metrics = theme(), self._box(), small_metrics()
        with QPainter(self) as painter:
            painter.drawImage(box, picture_image(self.values, self.facts.limits, sound=True))
            painter.setPen(cosmetic(colors.accent if self.hasFocus() else colors.field_border))
            painter.drawRect(box)
            painter.setFont(small_font())
            painter.setPen(colors.muted)
            for height, text in self.ticks():
                y = box.bottom() - height * box.height()
                painter.drawLine(QPointF(box.left() - 3.0, y), QPointF(box.left(), y))
                place = QPointF(box.left() - 5.0 - metrics.horizontalAdvance(text), y + metrics.capHeight() / 2)
                painter.drawText(place, text)
            below = QRectF(box.left(), box.bottom() + 3.0, box.width(), metrics.height() + 2.0)
            painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), self.tr("beginning"))
            painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), self.tr("time"))
            painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), self.tr("end"))

    @guarded(default=QSize(200, 140))
    def sizeHint(self) -> QSize:
        return QSize(240, 160)

    @guarded(default=QSize(120, 84))
    def minimumSizeHint(self) -> QSize:
        return QSize(120, 84)
