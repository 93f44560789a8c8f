"""The picture of a run's health by itself."""

from __future__ import annotations

import numpy as np

from bpgui.ui.live.health_look import COLUMNS, HealthLook
from bpgui.ui.live.health_view import HealthView


def test_a_picture_of_many_layers_judges_each_number_once(qtbot, monkeypatch):
    count, judged = 20, []
    judge = HealthLook._judge
    monkeypatch.setattr(HealthLook, "_judge", lambda *asked: judged.append(asked[1:]) or judge(*asked))
    ids = tuple(f"dense-{number}" for number in range(count))
    values = np.linspace(1e-5, 1.0, 50 * count * 5).reshape(50, count, 5)
    view = HealthView()
    qtbot.addWidget(view)
    view.resize(380, 700)
    view.set_look(HealthLook(ids, ids, ("tanh",) * count, np.arange(1, 51), values))
    view.grab()
    assert sorted(judged) == sorted((row, column) for row in range(count) for column in COLUMNS)
