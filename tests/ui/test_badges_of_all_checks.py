"""Every check there is, in the window: its sign where the trouble is, its count, its way out by a click, taken back."""

from __future__ import annotations

import sys
from pathlib import Path

from badge_hand import links_of, shown_popover
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from bpgui.project.checks import CHECKS, Finding
from bpgui.ui.main_window import MainWindow
from bpgui.ui.widgets.badge import Badge

sys.path.append(str(Path(__file__).parents[1] / "project"))
from check_table import BAD

CASES = {key: case for key, _, _, case in reversed(BAD)}  # of each check the first


def sign_of(window: MainWindow, finding: Finding) -> Badge | None:
    """The one beside the very thing; that of the whole panel only where it is about all of the data."""
    whole = [] if finding.where == "data" else [window.panels[key].badge for key in ("data", "model")]  # type: ignore[attr-defined]
    signs = (badge for badge in window.findChildren(Badge) if badge.isVisible() and finding in badge.findings)
    return next((badge for badge in signs if badge not in whole), None)


def test_each_is_where_the_trouble_is_and_mended_there(qtbot: QtBot, window: MainWindow) -> None:
    assert set(CASES) == set(CHECKS)
    document = window.session.document
    for key, case in CASES.items():
        spec, table = case()
        document.store.put(table)
        document.replace(spec, None)
        qtbot.waitUntil(lambda key=key: key in {f.key for f in document.findings})
        finding = next(f for f in document.findings if f.key == key)
        more = window.panels["data"].columns.more  # type: ignore[attr-defined]
        if more.isVisible():  # columns that are not listed have no row to be marked
            qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda found=finding: sign_of(window, found) is not None)
        many = len(document.findings)
        assert window.status.findings.text() == f"{many} check{'s' if many > 1 else ''}", key
        badge = sign_of(window, finding)
        links = [link for link in links_of(qtbot, badge) if link.accessibleName() in {f.label for f in finding.fixes}]
        assert len(links) >= len(finding.fixes), key
        if links:
            qtbot.mouseClick(links[0], Qt.MouseButton.LeftButton)
            qtbot.waitUntil(lambda key=key: key not in {f.key for f in document.findings})
            document.undo_stack.undo()
            assert document.spec == spec, key
        elif (popover := shown_popover()) is not None:
            popover.close()
