"""The sealed test part: everything about it at once, asked for on purpose and counted by whoever asks."""

from __future__ import annotations

from bpgui.engine import metrics
from bpgui.runs.answers import ConfusionAnswer, TestAnswer
from bpgui.runs.driver import Driver
from bpgui.runs.probes import Fit
from bpgui.runs.scores import scores

_TEST = "test"


def test_scores(driver: Driver) -> TestAnswer:
    """Loss, metrics, and confusion or predicted values of the test rows, with the present weights, in evaluation mode.

    Not for a panel to watch: each call is a look at the sealed part. Raises ValueError where it has no rows.
    """
    data, network = driver.data, driver.training.network
    rows = data.part(_TEST)
    if not len(rows):
        raise ValueError("the test part has no rows")
    loss = float(network.evaluate(data.x, data.y, driver.training.feed.weights, rows))
    found = tuple(scores(network, data, _TEST).items())
    if data.classes:
        target = data.encoder.target
        counts = metrics.confusion(data.y[rows], network.predict(data.x[rows]), len(data.classes), target.threshold)
        confusion = ConfusionAnswer(counts, data.classes, _TEST)
        return TestAnswer(len(rows), driver.step_count, loss, found, confusion)
    if data.target_kind != "number":
        return TestAnswer(len(rows), driver.step_count, loss, found, None)
    fit = Fit(_TEST)(driver)
    return TestAnswer(len(rows), driver.step_count, loss, found, None, fit.actual, fit.predicted)


test_scores.__test__ = False  # type: ignore[attr-defined]
