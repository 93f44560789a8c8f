"""Probes of what is worked out from a run rather than read off it: metrics, and what batch norm has learnt."""

from __future__ import annotations

from dataclasses import dataclass

from bpgui.engine.layers import BatchNorm
from bpgui.runs import answers
from bpgui.runs.driver import Driver
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
