"""An X server with nobody before it, and what a desktop sees of the programs there: by libxcb, which Qt needs too."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bpgui.display import QT_LIBRARIES, X11_LIBRARIES, not_loadable

PATIENCE = 60.0  # seconds; nothing here takes them, but a machine may be busy
_CLIENT_MESSAGE, _MAP_NOTIFY = 33, 19
_EVENT_MASK = 1 << 11  # which attribute of a window is set
_MASK = 1 << 22 | 1 << 19  # PropertyChange, as the startup notification asks for, and SubstructureNotify
_LONGEST = 1 << 20  # words of a property


@dataclass(frozen=True)
class Shown:
    """A window came onto the screen; `bypasses` one is not seen by window managers."""

    window: int
    bypasses: bool


class XScreen:
    """Listens to the root window of a display as a desktop does: `seen` are windows shown and messages of starts."""

    def __init__(self, display: str) -> None:
        self.display = display
        self._xcb = _library()
        self._connection = ctypes.c_void_p(self._xcb.xcb_connect(display.encode(), None))
        assert not self._xcb.xcb_connection_has_error(self._connection)
        roots = self._xcb.xcb_setup_roots_iterator(ctypes.c_void_p(self._xcb.xcb_get_setup(self._connection)))
        self._root = roots.screens[0]
        self._begun, self._goes_on = self._atom("_NET_STARTUP_INFO_BEGIN"), self._atom("_NET_STARTUP_INFO")
        self._parts: dict[int, bytes] = {}
        self.seen: list[Shown | str] = []
        mask = (ctypes.c_uint32 * 1)(_MASK)
        self._xcb.xcb_change_window_attributes(self._connection, self._root, _EVENT_MASK, mask)
        self._xcb.xcb_flush(self._connection)

    def close(self) -> None:
        self._xcb.xcb_disconnect(self._connection)

    def until(self, condition: Callable[[], bool]) -> None:
        """Listen until it holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, self.seen
            self._listen()
            select.select([self._xcb.xcb_get_file_descriptor(self._connection)], [], [], 0.02)

    def property(self, window: int, name: str) -> bytes:
        """The bytes of a window's property, b"" where it has none."""
        cookie = self._xcb.xcb_get_property(self._connection, 0, window, self._atom(name), 0, 0, _LONGEST)
        reply = self._xcb.xcb_get_property_reply(self._connection, cookie, None)
        if not reply:
            return b""  # the window is gone
        reply = ctypes.c_void_p(reply)
        width = ctypes.string_at(reply, 2)[1] // 8  # bytes of an element
        size = self._xcb.xcb_get_property_value_length(reply)
        value = ctypes.string_at(self._xcb.xcb_get_property_value(reply), size) if width else b""
        _free(reply)
        return value

    def title(self, window: int) -> str:
        return self.property(window, "_NET_WM_NAME").decode()

    def _listen(self) -> None:
        while event := self._xcb.xcb_poll_for_event(self._connection):
            event = ctypes.c_void_p(event)
            self._take(ctypes.string_at(event, 32))
            _free(event)

    def _take(self, event: bytes) -> None:
        kind = event[0] & 0x7F
        if kind == _MAP_NOTIFY:
            window, bypasses = struct.unpack_from("=I?", event, 8)
            self.seen.append(Shown(window, bypasses))
        elif kind == _CLIENT_MESSAGE:
            sender, what = struct.unpack_from("=II", event, 4)
            if what in (self._begun, self._goes_on):
                before = b"" if what == self._begun else self._parts.pop(sender)
                said, end, _ = (before + event[12:]).partition(b"\0")
                if end:
                    self.seen.append(said.decode())
                else:
                    self._parts[sender] = said

    def _atom(self, name: str) -> int:
        cookie = self._xcb.xcb_intern_atom(self._connection, 0, len(name), name.encode())
        reply = ctypes.c_void_p(self._xcb.xcb_intern_atom_reply(self._connection, cookie, None))
        (atom,) = struct.unpack_from("=I", ctypes.string_at(reply, 12), 8)
        _free(reply)
        return atom


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Roots(ctypes.Structure):
    _fields_ = (("screens", ctypes.POINTER(ctypes.c_uint32)), ("left", ctypes.c_int), ("index", ctypes.c_int))


def _library() -> ctypes.CDLL:
    xcb = ctypes.CDLL("libxcb.so.1")
    for name in ("connect", "get_setup", "get_property_reply", "get_property_value", "poll_for_event",
                 "intern_atom_reply"):  # fmt: skip
        getattr(xcb, f"xcb_{name}").restype = ctypes.c_void_p
    xcb.xcb_setup_roots_iterator.restype = _Roots
    for name in ("get_property", "intern_atom"):
        getattr(xcb, f"xcb_{name}").restype = _Cookie
    return xcb


def _free(pointer: ctypes.c_void_p) -> None:
    ctypes.CDLL(None).free(pointer)


def why_not() -> str:
    """What is missing here for such a screen and a window on it; "" where nothing is."""
    if sys.platform != "linux":
        return "no X11 here"
    if shutil.which("Xvfb") is None:
        return "Xvfb is not installed (Debian: xvfb)"
    lacking = not_loadable({**QT_LIBRARIES, **X11_LIBRARIES})
    return f"not here: {', '.join(lacking)}" if lacking else ""


@contextlib.contextmanager
def x_screen() -> Iterator[XScreen]:
    """A fresh X server, which picks a free number itself."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1440x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with open(reading, encoding="ascii") as numbers:
                number = numbers.readline().strip()
            assert number, "Xvfb did not start"
            screen = XScreen(f":{number}")
            yield screen
            screen.close()
        finally:
            server.terminate()
