"""Pictures that are kept from frame to frame are never older than they may be."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from bpgui.runs.answers import ConfusionAnswer, LayerWeights
from bpgui.ui import theme
from bpgui.ui.live import kept
from bpgui.ui.live.confusion_view import ConfusionView
from bpgui.ui.live.heatmap_view import HeatmapView
from bpgui.ui.live.kept import Kept
from bpgui.ui.live.value_colors import _class_table, certainty, class_image


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(kept, "monotonic", lambda: now[0])
    return now


def test_running_numbers_are_renewed_after_a_while_and_settled_ones_at_once(
    qapp: QApplication, clock: list[float]
) -> None:
    made: list[object] = []

    def make() -> QPixmap:
        made.append(None)
        return QPixmap(1, 1)

    picture, first, second, third = Kept(), object(), object(), object()
    picture.picture(make, "still", first, settled=False)
    picture.picture(make, "still", second, settled=False)
    assert len(made) == 1
    clock[0] += kept.RENEWED
    picture.picture(make, "still", second, settled=False)
    assert len(made) == 2
    picture.picture(make, "still", third, settled=True)
    picture.picture(make, "still", third, settled=True)
    assert len(made) == 3
    picture.picture(make, "other", third, settled=False)
    assert len(made) == 4
    picture.forget()
    picture.picture(make, "other", third, settled=False)
    assert len(made) == 5


def test_the_numbers_of_a_settled_heatmap_are_those_of_its_weights(qapp: QApplication, clock: list[float]) -> None:
    def drawn(*values: float) -> object:
        view = HeatmapView()
        view.resize(300, 160)
        for number, value in enumerate(values, 1):
            view.set_layer(LayerWeights("d1", np.full((2, 2), value), None), settled=number == len(values))
            picture = view.grab().toImage()
        return picture

    assert drawn(0.41, 0.43) == drawn(0.43)
    assert drawn(0.41) != drawn(0.43)


def test_a_settled_confusion_matrix_is_that_of_its_answer(qapp: QApplication, clock: list[float]) -> None:
    def drawn(*counts: int) -> object:
        view = ConfusionView()
        view.resize(300, 200)
        for number, count in enumerate(counts, 1):
            answer = ConfusionAnswer(np.array([[count, 1], [2, 30]]), ("no", "yes"), "train")
            view.set_answer(answer, settled=number == len(counts))
            picture = view.grab().toImage()
        return picture

    assert drawn(5, 25) == drawn(25)
    assert drawn(5) != drawn(25)


@pytest.mark.parametrize("colors", [theme.DARK, theme.LIGHT])
def test_two_classes_are_coloured_like_any_number_of_them(qapp: QApplication, colors: theme.Theme) -> None:
    p = np.append(np.linspace(-0.1, 1.1, 997), [np.nan, np.inf, -np.inf]).reshape(10, 100, 1)
    index, sure = certainty(p)
    table = _class_table(colors.dark, 2, colors.plot.rgb())
    np.testing.assert_array_equal(class_image(p, colors, colors.plot), table[index, np.rint(sure * 127).astype(int)])
