"""A Wayland compositor that shows nobody anything: enough of it for a window to come and to say what it is.

Messages: the object's number, size and number of the request, then the words (wayland.xml, xdg-shell.xml,
xdg-activation-v1.xml). Only what is needed here is read; all else is passed over.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import socket as sockets
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 60.0  # seconds; nothing here takes them, but a machine may be busy
NAME = "wayland-test"
SIZE = (1440, 900)
GLOBALS = ("wl_compositor 4", "wl_subcompositor 1", "wl_shm 1", "wl_output 2", "xdg_wm_base 2", "xdg_activation_v1 1")
# (interface, request) that makes an object -> the interface of it; its number is the first word.
MAKES = {
    ("wl_display", 0): "wl_callback", ("wl_display", 1): "wl_registry", ("wl_compositor", 0): "wl_surface",
    ("wl_compositor", 1): "wl_region", ("wl_subcompositor", 1): "wl_subsurface", ("wl_shm", 0): "wl_shm_pool",
    ("wl_shm_pool", 0): "wl_buffer", ("wl_surface", 3): "wl_callback", ("xdg_wm_base", 1): "xdg_positioner",
    ("xdg_wm_base", 2): "xdg_surface", ("xdg_surface", 1): "xdg_toplevel", ("xdg_surface", 2): "xdg_popup",
}  # fmt: skip


@dataclass
class Surface:
    """What is drawn on; `shell` and `top` are the numbers that make a window of it."""

    shell: int = 0
    top: int = 0
    configured: bool = False
    buffer: int = 0
    frames: list[int] = field(default_factory=list)
    shown: bool = False
    title: str = ""
    app_id: str = ""


class WaylandScreen:
    """Listens in a folder; `surfaces` of all programs so far, and the tokens that were used to `activate` one."""

    def __init__(self, folder: Path) -> None:
        self.surfaces: list[Surface] = []
        self.activated: list[str] = []
        self._server = sockets.socket(sockets.AF_UNIX)
        self._server.bind(str(folder / NAME))
        self._server.listen()
        self._clients: list[Client] = []

    def windows(self) -> list[Surface]:
        return [surface for surface in self.surfaces if surface.top and surface.shown]

    def until(self, condition: Callable[[], bool]) -> None:
        """Serve the programs until it holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, (self.surfaces, self.activated)
            ready, _, _ = select.select([self._server, *self._clients], [], [], 0.02)
            for one in ready:
                if one is self._server:
                    self._clients.append(Client(self, one.accept()[0]))
                elif not one.serve():
                    one.socket.close()
                    self._clients.remove(one)

    def close(self) -> None:
        for one in (self._server, *(client.socket for client in self._clients)):
            one.close()


class Client:
    """One program's connection: its objects by number."""

    def __init__(self, screen: WaylandScreen, socket: sockets.socket) -> None:
        self.socket = socket
        self._screen = screen
        self._rest = b""
        self._kinds = {1: "wl_display"}
        self._surfaces: dict[int, Surface] = {}  # by the numbers of surface, shell and top
        self._serials = itertools.count(1)

    def fileno(self) -> int:
        return self.socket.fileno()

    def serve(self) -> bool:
        """Answer what has come; False where the program is gone."""
        try:
            said, files, _, _ = sockets.recv_fds(self.socket, 1 << 16, 28)
            for file in files:
                os.close(file)
            if not said:
                return False
            self._rest += said
            while len(self._rest) >= 8:
                number, head = struct.unpack_from("=II", self._rest)
                if len(self._rest) < head >> 16:
                    break
                message, self._rest = self._rest[8 : head >> 16], self._rest[head >> 16 :]
                self._take(number, head & 0xFFFF, message)
        except ConnectionError:
            return False
        return True

    def _take(self, number: int, request: int, message: bytes) -> None:
        kind = self._kinds.get(number, "")
        words = struct.unpack(f"={len(message) // 4}I", message)
        made = MAKES.get((kind, request), "")
        if made:
            self._kinds[words[0]] = made
        match kind, request:
            case "wl_display", 0:
                self._say(words[0], 0, next(self._serials))
            case "wl_display", 1:
                for name, (interface, version) in enumerate(map(str.split, GLOBALS)):
                    self._say(words[0], 0, name, interface, int(version))
            case "wl_registry", 0:
                self._bind(text(message, 4), words[-1])
            case "wl_compositor", 0:
                self._surfaces[words[0]] = Surface()
                self._screen.surfaces.append(self._surfaces[words[0]])
            case "xdg_wm_base", 2:
                surface = self._surfaces[words[0]] = self._surfaces[words[1]]
                surface.shell = words[0]
            case "xdg_surface", 1:
                surface = self._surfaces[words[0]] = self._surfaces[number]
                surface.top = words[0]
            case "xdg_toplevel", 2:
                self._surfaces[number].title = text(message, 0)
            case "xdg_toplevel", 3:
                self._surfaces[number].app_id = text(message, 0)
            case "xdg_activation_v1", 2:
                self._screen.activated.append(text(message, 0))
            case "wl_surface", 1:
                self._surfaces[number].buffer = words[0]
            case "wl_surface", 3:
                self._surfaces[number].frames.append(words[0])
            case "wl_surface", 6:
                self._commit(self._surfaces[number])

    def _bind(self, interface: str, number: int) -> None:
        self._kinds[number] = interface
        if interface == "wl_shm":
            self._say(number, 0, 0)
            self._say(number, 0, 1)
        elif interface == "wl_output":
            self._say(number, 0, 0, 0, 300, 190, 0, "nobody's", "none", 0)
            self._say(number, 1, 3, *SIZE, 60000)
            self._say(number, 3, 1)
            self._say(number, 2)

    def _commit(self, surface: Surface) -> None:
        """What was drawn is shown: a window is first told its size, and told when the next picture may come."""
        if surface.top and not surface.configured:
            surface.configured = True
            self._say(surface.top, 0, 0, 0, 0)  # any size, no states
            self._say(surface.shell, 0, next(self._serials))
        if surface.buffer:
            self._say(surface.buffer, 0)
            surface.buffer, surface.shown = 0, True
        while surface.frames:
            self._say(surface.frames.pop(), 0, next(self._serials))

    def _say(self, number: int, event: int, *words: int | str) -> None:
        message = b"".join(struct.pack("=I", word) if isinstance(word, int) else packed(word) for word in words)
        self.socket.sendall(struct.pack("=II", number, (len(message) + 8) << 16 | event) + message)


def text(message: bytes, at: int) -> str:
    """A string: its length with the zero at its end, its bytes."""
    (length,) = struct.unpack_from("=I", message, at)
    return message[at + 4 : at + 3 + length].decode()


def packed(string: str) -> bytes:
    data = string.encode() + b"\0"
    return struct.pack("=I", len(data)) + data + bytes(-len(data) % 4)


@contextlib.contextmanager
def wayland_screen(folder: Path) -> Iterator[WaylandScreen]:
    """For programs whose XDG_RUNTIME_DIR is the folder and whose WAYLAND_DISPLAY is NAME."""
    screen = WaylandScreen(folder)
    try:
        yield screen
    finally:
        screen.close()
