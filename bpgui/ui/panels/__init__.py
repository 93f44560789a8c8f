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
    """One panel: `key` is saved with the layout, `title` and `help` are for people, `share` its part of the column.

    `reference` is the entry of the reference that F1 shows where nothing in the panel has one of its own.
    """

    key: str
    title: str
    factory: Callable[[Session], Panel]
    area: Area
    share: int
    help: str
    reference: str = ""


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


def _reference(session: Session) -> Panel:
    from bpgui.ui.panels.reference import ReferencePanel

    return ReferencePanel(session)


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
        PanelEntry("data", "Data", _data, "left", 58, "The table, its columns and the split.", "term.split"),
        PanelEntry(
            "model", "Model", _model, "left", 42, "How the network learns, and the selected layer.",
            "setting.learning_rate",
        ),
        PanelEntry(
            "network", "Network", _network, "centre", 100, "The layers as blocks, neurons and edges.", "layer.dense"
        ),
        PanelEntry(
            "explore", "Explore data", _explore, "centre", 100, "The data itself: rows, columns and parts.",
            "term.split",
        ),
        PanelEntry(
            "reference", "Reference", _reference, "centre", 100,
            "What everything is: formulas, curves, when to use what, and the terms of the field.",
        ),
        PanelEntry(
            "explain", "Backpropagation, one step at a time", _explain, "bottom", 100,
            "One step of training, number by number, and where each comes from.", "term.backward_pass",
        ),
        PanelEntry(
            "loss", "Loss", _loss, "right", 32, "The loss of training and validation, epoch by epoch.", "term.loss"
        ),
        PanelEntry(
            "health", "Health", _health, "right", 16,
            "How each layer is doing: gradients, updates, dead and saturated units, with remedies.",
            "term.vanishing_gradient",
        ),
        PanelEntry(
            "weights", "Weights", _weights, "right", 30, "The weights of one layer as a heat map.", "term.weight"
        ),
        PanelEntry(
            "output", "Output", _output, "right", 38, "What the network makes of the data.", "term.decision_boundary"
        ),
    )
}
