"""PLACES: how each of CONTROLS is found in the window: a widget, and where in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QScrollArea, QWidget

from bpgui.project.lessons.controls import LAYER_SETTINGS, MENU_KEYS, MODEL_SETTINGS, WEIGHT_FORMS, entry_of
from bpgui.project.lessons.facts import PANEL_KEYS
from bpgui.project.spec import Dense
from bpgui.ui.diagram.columns import INPUT, LOSS
from bpgui.ui.diagram.layout import PLACE_RADIUS
from bpgui.ui.diagram.style import qrect
from bpgui.ui.widgets.fold import Fold

if TYPE_CHECKING:
    from bpgui.ui.diagram.view import DiagramView
    from bpgui.ui.main_window import MainWindow

EDGE_SIZE = 30  # pixels of the ring around a piece of an edge
Finder = Callable[["MainWindow", str], "Place | None"]


@dataclass(frozen=True)
class Place:
    """A widget, and the part of it that is meant (None: all of it)."""

    widget: QWidget
    rect: QRect | None = None

    @property
    def inside(self) -> QRect:
        return self.rect if self.rect is not None else self.widget.rect()


def place_of(window: MainWindow, name: str) -> Place | None:
    """Where a control is; None where it is not there now (an edge without a hidden layer, a dialog that is closed)."""
    entry = entry_of(name)
    if entry is None:
        return None
    return PLACES[entry[0]](window, entry[1])


# ---- ways to find


def _attribute(panel: str, path: str) -> Finder:
    """A widget by the names that lead to it from its panel."""

    def find(window: MainWindow, word: str) -> Place | None:
        found: Any = window.panels[panel]
        for name in path.split("."):
            found = getattr(found, name)
            if found is None:
                return None
        return Place(found)

    return find


def _toolbar(name: str) -> Finder:
    return lambda window, word: Place(getattr(window.toolbar, name))


def _button(key: str) -> Finder:
    return lambda window, word: Place(window.toolbar.buttons[key])


def _menu(key: str) -> Finder:
    def find(window: MainWindow, word: str) -> Place | None:
        bar = window.menuBar()
        action = next((a for a in bar.actions() if a.text().replace("&", "").lower() == key), None)
        return Place(bar, bar.actionGeometry(action)) if action is not None else None

    return find


def _panel(key: str) -> Finder:
    def find(window: MainWindow, word: str) -> Place | None:
        return Place(window.docks[key] if key in window.docks else window.panels[key])

    return find


def _model(name: str) -> Finder:
    def find(window: MainWindow, word: str) -> Place | None:
        return Place(window.panels["model"].controls[name])  # type: ignore[attr-defined]

    return find


def _layer(name: str) -> Finder:
    def find(window: MainWindow, word: str) -> Place | None:
        return Place(window.panels["model"].layer.controls[name])  # type: ignore[attr-defined]

    return find


def _chip(window: MainWindow, word: str) -> Place | None:
    chips = window.panels["network"].palette_strip.chips  # type: ignore[attr-defined]
    return next((Place(chip) for chip in chips if chip.kind == word), None)


def _word(panel: str, switch: str) -> Finder:
    """One of the words of a switch in a panel's header or foot."""

    def find(window: MainWindow, word: str) -> Place | None:
        words = getattr(window.panels[panel], switch)
        if word not in words.keys:
            return None
        button = words.button(word)
        return Place(button if button.isVisibleTo(words) else words.more)

    return find


def _weights_word(window: MainWindow, word: str) -> Place | None:
    return _word("weights", "ways" if word in WEIGHT_FORMS else "kinds")(window, word)


def _walking(path: str) -> Finder:
    """A widget of the walk; while nobody walks, the link that begins one."""
    inside, begin = _attribute("explain", path), _attribute("explain", "begin")

    def find(window: MainWindow, word: str) -> Place | None:
        return (inside if window.session.walking else begin)(window, word)

    return find


def _phase(name: str) -> Finder:
    begin = _attribute("explain", "begin")

    def find(window: MainWindow, word: str) -> Place | None:
        if not window.session.walking:
            return begin(window, word)
        return Place(window.panels["explain"].phases.phases[name])  # type: ignore[attr-defined]

    return find


def _findings(window: MainWindow, word: str) -> Place | None:
    return Place(window.status.findings)


def _verify(window: MainWindow, word: str) -> Place | None:
    dialog = window.commands.numpy_code
    return Place(dialog.verify_button) if dialog is not None else None


# ---- in the picture of the network


def _view(window: MainWindow) -> DiagramView:
    view: DiagramView = window.panels["network"].view  # type: ignore[attr-defined]
    return view


def _key(window: MainWindow, word: str) -> str:
    """The column that a word of a lesson means."""
    output = window.session.document.spec.network.output.id
    return {"input": INPUT, "output": output, "loss": LOSS}.get(word, word)


def _block(part: str, of: str = "") -> Finder:
    def find(window: MainWindow, word: str) -> Place | None:
        view, key = _view(window), _key(window, of or word)
        placed = view.diagram.layout.of(key)
        if placed is None or (part != "block" and part not in placed.parts):
            return None
        return Place(view.viewport(), view.rect_of(key, part))

    return find


def _neuron(window: MainWindow, word: str) -> Place | None:
    view = _view(window)
    layers = window.session.document.spec.network.layers
    first = next(layer.id for layer in layers if isinstance(layer, Dense))
    placed = view.diagram.layout.of(_key(window, word) if word else first)
    if placed is None or not placed.neurons:
        return None
    return Place(view.viewport(), view.mapFromScene(qrect(placed.neurons[0][1])).boundingRect())


def _edge(window: MainWindow, word: str) -> Place | None:
    """A piece of the first edge into a layer, where it is nearest to no neuron."""
    view = _view(window)
    right = view.diagram.layout.of(_key(window, word or "output"))
    drawn = [placed for placed in view.diagram.layout.placed if placed.neurons]
    if right is None or right not in drawn or drawn.index(right) == 0:
        return None
    left = drawn[drawn.index(right) - 1]
    start, end = left.neurons[0][1], right.neurons[0][1]
    middle = view.mapFromScene((start.right + end.x) / 2, (start.cy + end.cy) / 2)
    return Place(view.viewport(), _around(middle, EDGE_SIZE // 2))


def _plus(window: MainWindow, word: str) -> Place | None:
    view = _view(window)
    places = view.diagram.layout.places
    if not places:
        return None
    return Place(view.viewport(), _around(view.mapFromScene(places[0].cx, places[0].cy), PLACE_RADIUS + 2))


def _around(middle: QPoint, reach: int) -> QRect:
    return QRect(middle.x() - reach, middle.y() - reach, 2 * reach + 1, 2 * reach + 1)


PLACES: dict[str, Finder] = (
    {f"panel.{key}": _panel(key) for key in PANEL_KEYS}
    | {f"menu.{key}": _menu(key) for key in MENU_KEYS}
    | {f"toolbar.{key}": _button(key) for key in ("finish", "stop", "reset", "new_seed")}
    | {f"model.{name}": _model(name) for name in MODEL_SETTINGS}
    | {f"model.layer.{name}": _layer(name) for name in LAYER_SETTINGS}
    | {
        "toolbar.train": _toolbar("train"), "toolbar.step": _toolbar("step"), "toolbar.pace": _toolbar("speed"),
        "toolbar.progress": _toolbar("readout"), "toolbar.state": _toolbar("pill"),
        "model.layer": _attribute("model", "layer"),
        "data.sample": _attribute("data", "samples"), "data.open": _attribute("data", "open_button"),
        "data.fields": _attribute("data", "sample_fields"), "data.split": _attribute("data", "split"),
        "data.test_lock": _attribute("data", "split.look"), "data.columns": _attribute("data", "columns"),
        "data.look": _attribute("data", "look"),
        "network.diagram": _attribute("network", "view"), "network.palette": _attribute("network", "palette_strip"),
        "network.palette.*": _chip, "network.maps": _attribute("network", "maps_button"),
        "network.layers": _attribute("network", "list_button"), "network.add_layer": _plus,
        "network.block.*": _block("block"), "network.block.*.activation": _block("choice"),
        "network.block.*.units": _block("number"), "network.block.*.more": _block("plus"),
        "network.block.*.fewer": _block("minus"), "network.loss": _block("block", "loss"),
        "network.edge": _edge, "network.edge.*": _edge, "network.neuron": _neuron, "network.neuron.*": _neuron,
        "explain.begin": _attribute("explain", "begin"), "explain.phases": _walking("phases"),
        "explain.forward": _phase("Forward pass"), "explain.loss": _phase("Loss"),
        "explain.backward": _phase("Backward pass"), "explain.update": _phase("Update"),
        "explain.back": _walking("phases.back"), "explain.next": _walking("phases.on"),
        "explain.play": _walking("phases.play"), "explain.terms": _walking("terms"),
        "explain.take_step": _walking("outcome.take"),
        "explain.leave_step": _walking("outcome.leave"),
        "loss.curve": _attribute("loss", "curve"), "loss.log": _attribute("loss", "log"),
        "weights.picture": _attribute("weights", "pages"), "weights.kinds": _attribute("weights", "kinds"),
        "weights.forms": _attribute("weights", "ways"), "weights.*": _weights_word,
        "weights.check.methods": _attribute("weights", "check_view.bar.methods"),
        "weights.check.step": _attribute("weights", "check_view.bar.slider"),
        "weights.layer": _attribute("weights", "choice"),
        "output.views": _attribute("output", "switch"), "output.*": _word("output", "switch"),
        "output.picture": _attribute("output", "stack"), "output.parts": _attribute("output", "parts"),
        "code.verify": _verify,
        "status.findings": _findings,
    }
)  # fmt: skip


# ---- in sight


def bring_in_sight(window: MainWindow, name: str) -> Place | None:
    """Open what a control is in: its panel in front, its fold open, scrolled to."""
    entry = entry_of(name)
    if entry is not None and (key := panel_of(entry[0])):
        window.show_panel(key)
    place = place_of(window, name)
    if place is None:
        return None
    for outer in ancestors(place.widget):
        if isinstance(outer, Fold) and not outer.open:
            outer.set_open(True)
        elif isinstance(outer, QScrollArea):
            outer.ensureWidgetVisible(place.widget, 20, 20)
    return place


def panel_of(control: str) -> str:
    """The panel that a control is in, by the first of its words."""
    first, _, rest = control.partition(".")
    return rest if first == "panel" else first if first in PANEL_KEYS else ""


def ancestors(widget: QWidget) -> Iterator[QWidget]:
    """Its parents, up to the window that it stands in."""
    while not widget.isWindow() and (parent := widget.parentWidget()) is not None:
        yield parent
        widget = parent
