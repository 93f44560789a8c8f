"""The option --layers: the list of hidden layers as `project.layer_list` reads it."""

from __future__ import annotations

from bpgui.cli.words import Usage
from bpgui.project import layer_list
from bpgui.project.layer_list import HELP as HELP
from bpgui.project.spec import NetworkSpec


def with_hidden(network: NetworkSpec, text: str) -> NetworkSpec:
    """`network` with those hidden layers before its output, whose first weights are drawn anew. Raises Usage."""
    try:
        return layer_list.with_hidden(network, text)
    except layer_list.BadLayers as error:
        raise Usage(f"--layers, {error}") from None
