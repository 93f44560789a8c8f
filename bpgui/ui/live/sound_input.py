"""The control for a sound: its spectrogram, which a row or a file gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QVBoxLayout

from bpgui.data.encoder import InputColumn, Value
from bpgui.data.readers.recordings.sound_reader import options_of
from bpgui.data.reading_options import ReadingOptions
from bpgui.data.shipped import SPOKEN_DIGITS
from bpgui.data.spec import FileOrigin
from bpgui.data.table import NumberColumn
from bpgui.ui.live.feature_controls import FeatureControl
from bpgui.ui.live.given_values import Floats
from bpgui.ui.live.sound_view import SoundFacts, SpectrogramView
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from bpgui.data.spec import Origin


def sound_options(origin: Origin, shape: tuple[int, ...]) -> ReadingOptions:
    """How one more sound is read like those of the data, whose spectrograms have that shape."""
    from msgspec.structs import replace

    if isinstance(origin, FileOrigin):
        made = options_of(origin.reading, ReadingOptions(rate=origin.options.rate))
    else:
        made = SPOKEN_DIGITS
    return replace(made, labels="none", bands=shape[0], frames=shape[1])


def sound_facts(fitted: InputColumn, column: NumberColumn, origin: Origin) -> SoundFacts:
    """What is known of the sounds in a column of spectrograms."""
    limits = (0.0, 255.0) if column.values.dtype == np.uint8 else (fitted.minimum, fitted.maximum)
    bands, frames, channels = column.shape
    return SoundFacts((bands, frames, channels), limits, sound_options(origin, column.shape).rate or 0)


class SoundInput(FeatureControl):
    """All inputs of data that are one sound."""

    def __init__(self, facts: SoundFacts) -> None:
        super().__init__()
        self.view = SpectrogramView(facts)
        self.note = ElidedLabel("", self)
        self.note.mode = self.note.mode.ElideRight
        self.note.setProperty("small", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.view, 1)
        column.addWidget(self.note)

    def values(self) -> tuple[Value, ...]:
        return tuple(self.view.values.ravel().tolist())

    def set_values(self, values: tuple[Value, ...]) -> None:
        self.view.set_values(np.array(values, dtype=np.float64).reshape(self.view.facts.shape))
        self.say_row(self.tr("a row of the data"))

    def say_row(self, row: str) -> None:
        """Which row of the data it is that was just set."""
        self.note.set_text(self.tr("{0} · or drop a WAV file here").format(row))

    def take_bytes(self, spectrogram: Floats, name: str) -> None:
        """A file's spectrogram (bands, frames, 1) as the data's are."""
        self.view.set_values(np.asarray(spectrogram, dtype=np.float64))
        self.note.set_text(self.tr("{0}, read as the data's sounds were").format(name))
        self.edited.emit()

    def refresh_theme(self, theme: Theme) -> None:
        self.view.refresh_theme(theme)
