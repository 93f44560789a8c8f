"""The session that the tests drive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from bpgui.session.learning.player import Player
from bpgui.session.session import Session


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    made = Session()
    yield made
    assert made.shutdown()


@pytest.fixture
def player(session: Session) -> Player:
    """What plays lessons in it."""
    return session.player
