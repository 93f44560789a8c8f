"""PANELS: the panels of the window, one entry each. Those of the centre share its middle, the rest are docks.

Factories import their module when called: importing one panel must not import the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bpgui.session.session import Session
    from bpgui.ui.panels.base import Panel

Area = Literal["left", "centre", "right", "bottom"]


@dataclass(frozen=True)
class PanelEntry:
    """One panel: `key` is saved with the layout, `title` and `help` are for people, `share` its part of the column."""

    key: str
    title: str
    factory: Callable[[Session], Panel]
    area: Area
    share: int
    help: str


def _data(session: Session) -> Panel:
    from bpgui.ui.panels.data import DataPanel

    return DataPanel(session)


def _model(session: Session) -> Panel:
    from bpgui.ui.panels.model import ModelPanel

    return ModelPanel(session)


def _network(session: Session) -> Panel:
    from bpgui.ui.panels.network import NetworkPanel

    return NetworkPanel(session)


def _explore(session: Session) -> Panel:
    from bpgui.ui.panels.explore import ExplorePanel

    return ExplorePanel(session)


def _loss(session: Session) -> Panel:
    from bpgui.ui.panels.loss import LossPanel

    return LossPanel(session)


def _health(session: Session) -> Panel:
    from bpgui.ui.panels.health import HealthPanel

    return HealthPanel(session)


def _weights(session: Session) -> Panel:
    from bpgui.ui.panels.weights import WeightsPanel

    return WeightsPanel(session)


def _output(session: Session) -> Panel:
    from bpgui.ui.panels.output import OutputPanel

    return OutputPanel(session)


def _explain(session: Session) -> Panel:
    from bpgui.ui.panels.explain import ExplainPanel

    return ExplainPanel(session)


def _learn(session: Session) -> Panel:
    from bpgui.ui.panels.learn import LearnPanel

    return LearnPanel(session)


PANELS: dict[str, PanelEntry] = {
    entry.key: entry
    for entry in (
        PanelEntry("learn", "Learn", _learn, "left", 58, "Lessons, step by step, about the program as it runs."),
        PanelEntry("data", "Data", _data, "left", 58, "The table, its columns and the split."),
        PanelEntry("model", "Model", _model, "left", 42, "How the network learns, and the selected layer."),
        PanelEntry("network", "Network", _network, "centre", 100, "The layers as blocks, neurons and edges."),
        PanelEntry("explore", "Explore data", _explore, "centre", 100, "The data itself: rows, columns and parts."),
        PanelEntry(
            "explain", "Backpropagation, one step at a time", _explain, "bottom", 100,
            "One step of training, number by number, and where each comes from.",
        ),
        PanelEntry("loss", "Loss", _loss, "right", 32, "The loss of training and validation, epoch by epoch."),
        PanelEntry(
            "health", "Health", _health, "right", 16,
            "How each layer is doing: gradients, updates, dead and saturated units, with remedies.",
        ),
        PanelEntry("weights", "Weights", _weights, "right", 30, "The weights of one layer as a heat map."),
        PanelEntry("output", "Output", _output, "right", 38, "What the network makes of the data."),
    )
}
