"""What the pictures in the neurons are of: over which two features, or for which row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from bpgui.engine.fields import Field
from bpgui.runs.neuron_maps import InputGradients, InputGradientsAnswer, NeuronMaps, map_axes
from bpgui.session.guard import guarded
from bpgui.ui.live.row_picture import RowPicture, row_picture
from bpgui.ui.live.text_switch import WordMenu
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import group
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.widgets.number_box import NumberBox

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset
    from bpgui.data.inputs import Value
    from bpgui.data.table import Table

THUMBNAIL = 24
Wanted = tuple[tuple[str, tuple[int, ...]], ...]


class MapBar(QWidget):
    """A line of controls, there only where there is something to choose. `changed` when a person has chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.picture: RowPicture | None = None
        self._data: Dataset | None = None
        self._axes: tuple[int, ...] = ()
        self._shown: NDArray[Any] | None = None  # the row in the thumbnail
        self._chosen: tuple[str | None, str | None] = (None, None)
        self._lead = self._label(self.tr("neurons: output over"))
        self.across = self._menu(self.tr("Feature across"), self.tr("The feature from left to right in each neuron."))
        self._times = self._label("×")
        self.upwards = self._menu(self.tr("Feature upwards"), self.tr("The feature from bottom to top in each neuron."))
        self._rest = ElidedLabel(self.tr("others at their mean or most frequent value"), self)
        self._rest.setProperty("small", True)
        self._rest.mode = Qt.TextElideMode.ElideRight
        self.row = NumberBox(Field("row", self.tr("row"), 1, "", 1, 1), self)
        sized(self.row, lambda w: w.setFixedWidth(px(84)))
        help = self.tr("Which of the training rows the neurons answer to, counted from 1.")
        describe(self.row, self.tr("Training row"), help)
        self.row.edited.connect(self._on_row)
        self.of_rows = self._label("")
        self.thumbnail = self._label("")
        self.thumbnail.setAccessibleName(self.tr("The row that the neurons answer to"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 8, 0)
        layout.setSpacing(6)
        for widget in (self._lead, self.across, self._times, self.upwards, self.row, self.of_rows, self.thumbnail):
            layout.addWidget(widget)
        layout.addWidget(self._rest, 1)
        self.hide()

    def _label(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("small", True)
        return label

    def _menu(self, name: str, help: str) -> WordMenu:
        menu = WordMenu(name, help, self)
        menu.edited.connect(self._on_axis)
        return menu

    # content

    def set_data(self, data: Dataset | None, table: Table | None) -> None:
        """Offer what fits the data."""
        if data is not self._data:
            self._data = data
            self.picture = row_picture(data, table) if data is not None and table is not None else None
            self._axes = map_axes(data) if data is not None and self.picture is None else ()
            self._shown = None
            self._offer_axes()
            self._offer_rows()

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to choose: two of many features, or a row."""
        return self.picture is not None or len(self._axes) > 2

    def _offer_axes(self) -> None:
        names = {str(i): self._data.encoder.inputs[i].name for i in self._axes} if self._data is not None else {}
        for place, menu in enumerate((self.across, self.upwards)):
            kept = menu.key if names.get(menu.key or "", "") == menu.text() else None
            menu.set_choices(list(names.items()))
            menu.set_value(kept or (str(self._axes[place]) if place < len(self._axes) else None))
        self._chosen = (self.across.key, self.upwards.key)
        plane = self.picture is None
        for widget in (self.across, self._times, self.upwards):
            widget.setVisible(plane)
        self._rest.setText(self.tr("others at their mean or most frequent value") if plane else "")
        self._lead.setText(self.tr("neurons: output over") if plane else self.tr("neurons: gradient on training row"))

    def _offer_rows(self) -> None:
        pictured = self.picture is not None and self._data is not None
        count = len(self._data.train) if self._data is not None else 1
        help = self.tr("Which of the training rows the neurons answer to, counted from 1.")
        self.row.field = Field("row", self.tr("row"), 1, help, 1, max(count, 1))
        if int(self.row.value() or 1) > count:
            self.row.set_value(1)
        self.of_rows.setText(self.tr("of {0}").format(group(count)))
        for widget in (self.row, self.of_rows, self.thumbnail):
            widget.setVisible(pictured)

    def show_row(self, answer: InputGradientsAnswer) -> None:
        """The input that the gradients are on, and where it comes from."""
        if self.picture is None or (self._shown is not None and np.array_equal(self._shown, answer.x)):
            return
        self._shown = answer.x
        ratio = self.devicePixelRatioF()
        size = QSize(THUMBNAIL, THUMBNAIL) * ratio
        picture = QPixmap.fromImage(self.picture.image(answer.x).scaled(size, Qt.AspectRatioMode.KeepAspectRatio))
        picture.setDevicePixelRatio(ratio)
        self.thumbnail.setPixmap(picture)
        of_table = self.tr("row {0} of the table").format(answer.row) if answer.row is not None else ""
        self._rest.setText(of_table or self.tr("the input being tried"))

    @guarded(default=QSize(240, THUMBNAIL))
    def minimumSizeHint(self) -> QSize:
        # The diagram is as narrow as it may be; what has no room then is cut off at the right.
        return QSize(240, super().minimumSizeHint().height())

    # what is asked

    def probe(self, wanted: Wanted, tried: tuple[Value, ...] | None) -> NeuronMaps | InputGradients | None:
        """The question whose answer is drawn into the neurons `wanted`, None where there is none for such data."""
        if self.picture is not None:
            return InputGradients(wanted, int(self.row.value() or 1) - 1, tried)
        if len(self._axes) == 1:
            return NeuronMaps(self._axes[0], None)
        if len(self._axes) > 1:
            return NeuronMaps(int(self.across.key or self._axes[0]), int(self.upwards.key or self._axes[1]))
        return None

    @Slot(str)
    def _on_axis(self, key: str) -> None:
        """The same feature is never on both axes: they change places."""
        before, self._chosen = self._chosen, (self.across.key, self.upwards.key)
        if self.across.key == self.upwards.key:
            self.across.set_value(before[1])
            self.upwards.set_value(before[0])
            self._chosen = (self.across.key, self.upwards.key)
        self.changed.emit()

    @Slot(object)
    def _on_row(self, value: object) -> None:
        self.changed.emit()
