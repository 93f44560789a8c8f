"""A warning's card: its ways out, and those that the window adds."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bpgui.project.checks import Finding, Fix
from bpgui.ui.widgets.warning_card import WarningCard


def links(card):
    """By their texts, in the order in which they stand."""
    found = [card.links.itemAt(place).widget() for place in range(card.links.count())]
    return {link.text().removesuffix(" →"): link for link in found}


def test_ways_out_that_change_stay_before_those_of_the_window(qtbot):
    one, two = (Fix(label, lambda spec: spec) for label in ("Lower the learning rate to 3", "Clip the gradient"))
    finding = Finding("large_updates", "warning", "training:learning_rate", "Steps are large.", "They jump.", (one,))
    box = QWidget()
    card = WarningCard(finding, box)
    line = QVBoxLayout(box)
    line.addWidget(card)
    card.offer(QAction("Find a rate", box), "Find a rate…")
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: list(links(card)) == [one.label, "Find a rate…"])
    card.renew(replace(finding, fixes=(two, one)))
    names = [two.label, one.label, "Find a rate…"]
    qtbot.waitUntil(lambda: list(links(card)) == names)
    box.activateWindow()
    qtbot.waitUntil(box.isActiveWindow)
    links(card)[two.label].setFocus()
    for name in names:  # with the key Tab too
        assert box.focusWidget() is links(card)[name]
        qtbot.keyClick(box.focusWidget(), Qt.Key.Key_Tab)
