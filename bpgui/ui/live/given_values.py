"""What the network is given, as a picture."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QSizePolicy

from bpgui.ui.live.described import Picture
from bpgui.ui.theme import Theme

Floats = NDArray[np.float64]
Facts = TypeVar("Facts")


class GivenValues(Picture, Generic[Facts]):
    """`values` in the data's units, of the shape that the `facts` about the data say."""

    def __init__(self, facts: Facts, values: Floats) -> None:
        super().__init__()
        self.facts = facts
        self.values = values
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_values(self, values: Floats) -> None:
        self.values = values
        self.renew_description()
        self.update()

    def refresh_theme(self, theme: Theme) -> None:
        self.update()
