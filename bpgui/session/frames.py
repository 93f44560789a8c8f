"""A frame's way to the screen: looked for by a timer, handed out, the worker held until the window has painted it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot

from bpgui.runs.answers import Frame
from bpgui.session.guard import guarded
from bpgui.session.mailbox import Mailbox
from bpgui.session.turn import Turn

FRAME_MS = 33
_GRANT = QEvent.Type(QEvent.registerEventType())
_PAINTED = QEvent.Type(QEvent.registerEventType())
_LOW = Qt.EventPriority.LowEventPriority.value


class Frames(QObject):
    """`take` is called at each look with the frame that lay in the mailbox, or None; the timer rests after a look at
    which nothing lay there and `expected` was False. `shown` counts complete frames, `seconds` what they cost.
    """

    def __init__(
        self, take: Callable[[Frame | None], None], expected: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.mailbox = Mailbox()
        self.turn = Turn(self._ask_for_turn)
        self.shown = 0
        self.seconds = 0.0
        self._take, self._expected = take, expected
        self._began = 0.0
        self._rounds = 0
        self._closed = False
        self.timer = QTimer(self)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.setInterval(FRAME_MS)
        self.timer.timeout.connect(self._look)

    def start(self) -> None:
        if not self._closed and not self.timer.isActive():
            self.timer.start()

    def close(self) -> None:
        """No further looks, whoever asks; a worker that waits for its turn waits no longer."""
        self._closed = True
        self.timer.stop()
        self.turn.release()
        QCoreApplication.removePostedEvents(self)

    def hold(self) -> None:
        """Shut the gate until panels are painted: one round for what they ask for, one for what scenes ask later."""
        if not self._rounds:
            self.turn.close()
            self._began = time.perf_counter()
            QCoreApplication.postEvent(self, QEvent(_PAINTED), _LOW)
        self._rounds = 2

    @Slot()
    def _look(self) -> None:
        expected = self._expected()  # asked before looking: a frame may arrive in between
        frame = self.mailbox.take()
        if frame is None and not expected:
            self.timer.stop()
        self._take(frame)

    def _ask_for_turn(self) -> None:
        """In the worker's thread: handed out when nothing else waits in the event loop."""
        QCoreApplication.postEvent(self, QEvent(_GRANT), _LOW)

    @guarded
    def customEvent(self, event: QEvent) -> None:
        if event.type() == _GRANT:
            self.turn.grant()
        elif event.type() == _PAINTED:
            self._rounds -= 1
            if self._rounds:
                QCoreApplication.postEvent(self, QEvent(_PAINTED), _LOW)
            else:
                self.shown += 1
                self.seconds += time.perf_counter() - self._began
                self.turn.open()
