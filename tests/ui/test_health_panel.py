"""The panel tells how each layer is doing, warns with ways out to click, and takes a divergence apart."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTabBar

sys.path.append(str(Path(__file__).parents[1] / "runs"))

from health_cases import BAD, dense, project
from window_driver import dialogs

from bpgui.project import edits
from bpgui.ui.live.health_look import COLUMNS

LEFT = Qt.MouseButton.LeftButton
WRONG = {bad.name: bad for bad in BAD}


def tab(window, name):
    """The tab of that dock, as a person finds it."""
    for bar in window.findChildren(QTabBar):
        for index in range(bar.count()):
            if bar.tabText(index) == name:
                return bar, bar.tabRect(index).center()
    raise AssertionError(name)


def open_health(qtbot, window):
    bar, at = tab(window, "Health")
    qtbot.mouseClick(bar, LEFT, pos=at)
    panel = window.panels["health"]
    qtbot.waitUntil(panel.isVisible)
    return panel


def show(window, made):
    spec, table = made
    window.session.document.store.put(table)
    window.session.document.replace(spec, None)
    QApplication.processEvents()


def run_to_end(qtbot, window):
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: window.session.trainer.state == "ended", timeout=20_000)


def links(card):
    """By their texts, in the order in which they stand."""
    found = [card.links.itemAt(place).widget() for place in range(card.links.count())]
    return {link.text().removesuffix(" →"): link for link in found}


def show_all(qtbot, panel):
    """All warnings, also those that the plots leave no room for."""
    if panel.warnings.more.isVisible() and not all(card.isVisible() for card in panel.cards):
        click(qtbot, panel, panel.warnings.more)
    qtbot.waitUntil(lambda: all(card.isVisible() for card in panel.cards))


def bring_in_sight(panel, widget):
    panel.inner.parentWidget().parentWidget().ensureWidgetVisible(widget)
    QApplication.processEvents()


def click(qtbot, panel, link):
    bring_in_sight(panel, link)
    qtbot.mouseClick(link, LEFT)


def test_before_training_it_says_what_will_be_seen(qtbot, window):
    panel = open_health(qtbot, window)
    qtbot.waitUntil(lambda: bool(panel.view.look.layers))
    assert panel.view.empty
    assert "Press Train" in panel.view.hint
    assert panel.view.describe() == panel.view.hint
    assert not panel.view.grab().isNull()


def test_what_was_before_it_was_opened_is_there(qtbot, window):
    show(window, project("moons"))
    run_to_end(qtbot, window)
    panel = open_health(qtbot, window)
    qtbot.waitUntil(lambda: not panel.view.empty)
    steps = panel.view.look.steps
    assert steps[:4].tolist() == [1, 2, 4, 8]
    assert steps[-1] == window.session.trainer.progress.step
    assert len(steps) > 10
    driver = window.session.trainer.driver
    np.testing.assert_array_equal(panel.view.look.values[-1], driver.vitals.measure())
    assert panel.findings == ()
    assert panel.cards == []
    assert panel.header.note.text().split(", ")[-1] in ("all layers healthy", "no warning")


def test_moments_that_are_seen_are_added_to_those_noted_down(qtbot, window):
    show(window, project("moons", epochs=200))
    panel = open_health(qtbot, window)
    for _ in range(12):
        step = window.session.trainer.progress.step
        window.actions_by_key["step_batch"].trigger()
        qtbot.waitUntil(
            lambda step=step: len(panel.view.look.steps) > 0 and int(panel.view.look.steps[-1]) == step + 1
        )
    assert panel.view.look.steps.tolist() == list(range(1, 13))


def test_a_vanishing_gradient_is_told_and_a_click_mends_it(qtbot, window):
    show(window, WRONG["ten_sigmoids"].make())
    panel = open_health(qtbot, window)
    run_to_end(qtbot, window)
    qtbot.waitUntil(lambda: len(panel.cards) == 1)
    card = panel.cards[0]
    assert "The gradient vanishes" in card.text.text()
    qtbot.waitUntil(card.isVisible)
    assert panel.header.note.text() == "1 warning"
    look = panel.view.look
    assert (look.word(0, "gradient"), look.word(10, "gradient")) == ("vanishing", "healthy")
    assert "Dense 1: Gradient norm" in panel.view.accessibleDescription()
    click(qtbot, panel, links(card)["Use ReLU in the hidden layers"])
    assert {layer.activation for layer in window.session.document.spec.network.layers[:-1]} == {"relu"}
    assert panel.cards == []  # another run
    run_to_end(qtbot, window)
    qtbot.waitUntil(lambda: not panel.view.empty and panel.view.look.steps[-1] == window.session.trainer.progress.step)
    assert panel.findings == ()
    window.actions_by_key["undo"].trigger()
    qtbot.waitUntil(lambda: len(panel.cards) == 1)  # the run of before, with its course


def test_a_plot_is_read_by_pointing_and_by_keys_and_a_click_selects_the_layer(qtbot, window):
    show(window, WRONG["relu_killed"].make())
    panel = open_health(qtbot, window)
    run_to_end(qtbot, window)
    qtbot.waitUntil(lambda: not panel.view.empty)
    view = panel.view
    window.resize(1440, 900)

    def pointed():
        bring_in_sight(panel, view)
        place = view.plot_at(0, COLUMNS.index("units"))
        at = QPoint(round(place.right()) - 1, round(place.center().y()))
        QTest.mouseMove(view, at - QPoint(3, 0))
        QTest.mouseMove(view, at)
        return view.readout().startswith("Dense 1, step ")

    qtbot.waitUntil(pointed)
    assert "Dead units: " in view.readout()
    assert "high" in view.readout()
    assert "healthy up to 25" in view.readout()
    assert not view.grab().isNull()
    window.session.selection.select_layer(view.look.layers[0])
    place = view.plot_at(1, 0)
    qtbot.mouseClick(view, LEFT, pos=QPoint(round(place.center().x()), round(place.center().y())))
    assert window.session.selection.layer == view.look.layers[1]
    QTest.mouseMove(view, QPoint(2, 2))
    view.setFocus()
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(view, key)
    assert "Update ratio" in view.readout()
    assert "Dense 1" in view.readout()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    before = view.readout()
    assert "Dense 2" in before
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.readout() != before
    assert view.accessibleDescription() == view.readout()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert window.session.selection.layer == view.look.layers[1]


def test_the_same_as_a_table_to_copy(qtbot, window):
    show(window, WRONG["ten_sigmoids"].make())
    panel = open_health(qtbot, window)
    run_to_end(qtbot, window)
    qtbot.waitUntil(lambda: not panel.view.empty)
    qtbot.mouseClick(panel.as_table, LEFT)
    assert panel.table.isVisible()
    panel.table.copy()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].split("\t")[:3] == ["#", "layer", "state"]
    assert len(lines) == 12
    first = lines[1].split("\t")
    assert first[1] == "Dense 1"
    assert "vanishing" in first[2]
    driver = window.session.trainer.driver
    assert float(first[-1]) == pytest.approx(driver.vitals.measure()[0, -1], rel=1e-12)
    qtbot.mouseClick(panel.as_table, LEFT)
    assert panel.view.isVisible()


def diverging():
    return project("plane", dense(1, 6, "identity"), optimizer="sgd", learning_rate=3.0, epochs=200)


def test_a_divergence_is_taken_apart_without_the_panel_having_been_open(qtbot, window):
    show(window, diverging())
    run_to_end(qtbot, window)
    found = window.session.trainer.driver.post_mortem
    assert f"step {found.step}" in window.notice.text.text()
    assert f"Row {found.culprit.number}" in window.notice.text.text()
    said = [link.text() for link in window.notice.links]
    assert said == [
        "Go back and divide the learning rate by 10 →", "Take the step that diverged apart →", "Health of the layers →",
    ]  # fmt: skip
    qtbot.mouseClick(window.notice.links[2], LEFT)
    panel = window.panels["health"]
    qtbot.waitUntil(lambda: panel.isVisible() and len(panel.cards) > 0)
    card = panel.cards[0]
    assert card.finding.key == "diverged"
    assert card.property("severity") == "error"
    assert f"at step {found.step}" in card.text.text()
    assert "had grown most" in card.text.toolTip()
    click(qtbot, panel, links(card)["Take that step apart"])
    walk = window.session.walk
    qtbot.waitUntil(lambda: walk.trace is not None and not walk.waiting)
    assert walk.trace.step == found.step
    assert not walk.trace.taken
    assert walk.trace.rows[walk.row] == found.culprit.row
    click(qtbot, panel, links(card)["Go back, a tenth of the rate"])
    assert window.session.document.spec.training.learning_rate == 0.3
    assert window.session.trainer.state in ("paused", "ready")
    qtbot.waitUntil(lambda: "diverged" not in [f.key for f in panel.findings])
    assert not window.notice.isVisible()


def test_clipping_offered_after_a_divergence_helps(qtbot, window):
    show(window, diverging())
    panel = open_health(qtbot, window)
    run_to_end(qtbot, window)
    qtbot.waitUntil(lambda: len(panel.cards) > 0)
    click(qtbot, panel, links(panel.cards[0])["Clip the gradient's norm at 1"])
    assert window.session.document.spec.training.clip == "norm"
    qtbot.mouseClick(window.toolbar.train, LEFT)  # begins again
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: window.session.trainer.state == "ended", timeout=20_000)
    assert window.session.trainer.run.stop_reason == "epochs"
    qtbot.waitUntil(lambda: "diverged" not in [f.key for f in panel.findings])


def test_loss_is_in_front_and_health_a_tab_behind_it(qtbot, window):
    for key in ("watch", "explain"):
        window.arrangement.show(key)
        QApplication.processEvents()
        assert window.docks["health"] in window.tabifiedDockWidgets(window.docks["loss"])
        assert window.panels["loss"].isVisible()
        assert not window.panels["health"].isVisible()
    window.actions_by_key["health"].trigger()
    qtbot.waitUntil(window.panels["health"].isVisible)
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: window.docks["output"] in window.tabifiedDockWidgets(window.docks["weights"]))
    assert window.panels["health"].isVisible()


def test_nothing_is_measured_while_nobody_looks(qtbot, window):
    show(window, project("moons", epochs=20))
    asked = window.session.trainer._worker.probes
    assert not any(type(probe).__name__ == "Health" for probe in asked)
    open_health(qtbot, window)
    assert any(type(probe).__name__ == "Health" for probe in window.session.trainer._worker.probes)
    bar, at = tab(window, "Loss")
    qtbot.mouseClick(bar, LEFT, pos=at)
    qtbot.waitUntil(lambda: not any(type(p).__name__ == "Health" for p in window.session.trainer._worker.probes))


def test_frozen_layers_and_blocked_projects(qtbot, window):
    made = project("moons", dense(2, 4, "leaky_relu"), epochs=5)
    show(window, made)
    window.session.document.edit("x", edits.set_layer, "h1", freeze_weights=True, freeze_biases=True)
    panel = open_health(qtbot, window)
    run_to_end(qtbot, window)
    qtbot.waitUntil(lambda: not panel.view.empty)
    look = panel.view.look
    assert look.word(0, "update") == ""
    assert look.word(1, "update") in ("healthy", "high", "low")
    assert look.sign(0, "units") is None
    window.session.document.edit("x", edits.set_layer, "d2", activation="identity")
    window.session.document.edit("x", edits.set_training, loss="cce")
    qtbot.waitUntil(lambda: window.session.trainer.state == "blocked")
    assert "cannot start yet" in panel.view.hint
    assert panel.view.empty


def said(badges, key):
    return [finding.text for finding in badges.badges[key].findings] if key in badges.badges else []


def test_what_goes_wrong_in_a_layer_stands_on_its_block(qtbot, window):
    show(window, WRONG["ten_sigmoids"].make())
    badges = window.panels["network"].badges
    before = set(said(badges, "h1"))
    run_to_end(qtbot, window)
    qtbot.waitUntil(lambda: any("The gradient vanishes" in text for text in said(badges, "h1")))
    badge = badges.badges["h1"]
    assert badge.isVisible()
    qtbot.mouseClick(badge, LEFT)
    [popover] = [w for w in QApplication.topLevelWidgets() if w.objectName() == "popover" and w.isVisible()]
    mend = [b for b in popover.findChildren(QPushButton) if b.text().startswith("Use ReLU in the hidden layers")]
    qtbot.mouseClick(mend[0], LEFT)
    qtbot.waitUntil(lambda: window.session.document.spec.network.layers[0].activation == "relu")
    qtbot.waitUntil(lambda: not any("The gradient vanishes" in text for text in said(badges, "h1")))
    assert not any("The gradient vanishes" in text for text in before)


def test_a_divergence_stands_on_the_layer_that_went_first(qtbot, window):
    show(window, diverging())
    badges = window.panels["network"].badges
    run_to_end(qtbot, window)
    layer = window.session.trainer.driver.post_mortem.layer
    qtbot.waitUntil(lambda: any("Training diverged" in text for text in said(badges, layer)))
    assert badges.badges[layer].severity == "error"
    window.actions_by_key["go_back"].trigger()
    qtbot.waitUntil(lambda: not any("Training diverged" in text for text in said(badges, layer)))


def test_steps_of_the_wrong_size_offer_the_learning_rate_finder(qtbot, window):
    show(window, WRONG["slow"].make())
    panel = open_health(qtbot, window)
    run_to_end(qtbot, window)
    qtbot.waitUntil(lambda: bool(panel.cards))
    card = next(card for card in panel.cards if card.finding.key == "small_updates")
    assert list(links(card)) == ["Raise the learning rate to 0.001", "Find a rate…"]
    click(qtbot, panel, links(card)["Raise the learning rate to 0.001"])
    assert window.session.document.spec.training.learning_rate == 0.001
    window.actions_by_key["undo"].trigger()
    before = set(dialogs(window))
    qtbot.waitUntil(lambda: "small_updates" in [card.finding.key for card in panel.cards])
    card = next(card for card in panel.cards if card.finding.key == "small_updates")
    click(qtbot, panel, links(card)["Find a rate…"])
    qtbot.waitUntil(lambda: len(set(dialogs(window)) - before) == 1)


def test_a_warning_stays_the_same_card_while_its_numbers_run(qtbot, window):
    spec, table = WRONG["wild_rate"].make()
    show(window, (edits.set_training(spec, epochs=100_000), table))
    panel = open_health(qtbot, window)
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: "large_updates" in [f.key for f in panel.findings], timeout=20_000)
    seen = []  # (the cards, the kinds of their findings, their sentences) at each change

    def renewed():
        """Twice the same kinds of warnings, with other numbers."""
        kinds = [(f.key, f.where) for f in panel.findings]
        said = [card.text.text() for card in panel.cards]
        if not seen or said != seen[-1][2]:
            seen.append((list(panel.cards), kinds, said))
        return len(seen) > 1 and seen[-1][1] == seen[-2][1]

    qtbot.waitUntil(renewed, timeout=20_000)
    assert seen[-1][0] == seen[-2][0]
    show_all(qtbot, panel)
    window.actions_by_key["train"].trigger()
    qtbot.waitUntil(lambda: window.session.trainer.state == "paused")
    for card in panel.cards:
        assert card.text.text().endswith(card.finding.text)
        own = [fix.label for fix in card.finding.fixes]
        qtbot.waitUntil(lambda card=card, own=own: list(links(card))[: len(own)] == own)



def test_a_warning_that_comes_before_the_signs_are_made_is_shown_by_them(qtbot, session):
    """The window is painted before all of it is made; a file's run is warned of at once."""
    from bpgui.ui.panels.network import NetworkPanel

    spec, table = WRONG["ten_sigmoids"].make()
    session.document.store.put(table)
    session.document.replace(spec, None)
    session.trainer.finish()
    qtbot.waitUntil(lambda: session.trainer.state == "ended", timeout=20_000)
    panel = NetworkPanel(session)
    qtbot.addWidget(panel)
    panel.resize(900, 600)
    panel.show()
    session.trainer.refresh()
    qtbot.waitUntil(lambda: bool(panel._warned))
    panel.complete()
    assert any("The gradient vanishes" in text for text in said(panel.badges, "h1"))


def test_a_divergence_makes_no_small_window_wider(qtbot, window):
    window.resize(1280, 720)
    show(window, diverging())
    panel = open_health(qtbot, window)
    run_to_end(qtbot, window)
    qtbot.waitUntil(lambda: bool(panel.cards))
    show_all(qtbot, panel)
    assert window.notice.isVisible()
    assert window.width() == 1280
    assert window.minimumSizeHint().width() <= 1280
    for link in window.notice.links:
        assert link.width() >= link.sizeHint().width(), "cut off"
        assert window.notice.rect().contains(link.geometry())
