"""Probes of what is worked out from a run rather than read off it: metrics, and what batch norm has learnt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpgui.data.encoding import Dataset
from bpgui.engine.layers import BatchNorm
from bpgui.engine.network import Network
from bpgui.runs import answers
from bpgui.runs.driver import Driver
from bpgui.runs.probes import Unanswerable
from bpgui.runs.ranking import Ranked, pr_area, pr_points, precision_recall, ranked, roc, roc_area, roc_points
from bpgui.runs.scores import scores


@dataclass(frozen=True)
class Metrics:
    """Every fitting metric of the training and the validation rows."""

    def __call__(self, driver: Driver) -> answers.MetricsAnswer:
        network, data = driver.training.network, driver.data
        return answers.MetricsAnswer(*(tuple(scores(network, data, p).items()) for p in ("train", "validation")))


@dataclass(frozen=True)
class Norms:
    """γ and β of every batch norm."""

    def __call__(self, driver: Driver) -> answers.NormsAnswer:
        layers = (layer for layer in driver.training.network.layers if isinstance(layer, BatchNorm))
        return answers.NormsAnswer(tuple((layer.id, layer.gamma.copy(), layer.beta.copy()) for layer in layers))


def ranking(network: Network, data: Dataset, part: str) -> Ranked | None:
    """The rows of a part by their scores; None where an output is no number. Only for what a threshold decides."""
    rows = data.part(part)
    outputs = network.predict(data.x[rows])[:, -1]
    if np.isnan(outputs).any():
        return None
    return ranked(data.y[rows, -1] >= data.encoder.target.middle, outputs)


@dataclass(frozen=True)
class Ranking:
    """What every threshold would make of the rows of a part, and its two curves with at most `points` points."""

    part: str = "validation"
    points: int = 500

    def __call__(self, driver: Driver) -> answers.RankingAnswer:
        data = driver.data
        if not data.encoder.target.decidable:
            raise Unanswerable
        found = ranking(driver.training.network, data, self.part)
        if found is None:
            return answers.RankingAnswer(None, data.classes, self.part)
        pr, curve = pr_points(found, self.points), roc_points(found, self.points)
        across, up = precision_recall(found), roc(found)
        return answers.RankingAnswer(
            found, data.classes, self.part, (across[0][pr], across[1][pr]), (up[0][curve], up[1][curve]),
            pr_area(found), roc_area(found),
        )  # fmt: skip
